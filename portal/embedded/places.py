"""Where embedded servers keep data, and as whom they run.

PostgreSQL refuses to run as root. When we are root the servers run as an unprivileged user that
exists already, and everything they touch has to lie where that user can reach it. No user is added
and no directory that is not ours changes its mode.
"""

import hashlib
import hmac
import os
import pwd
import secrets
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from portal.embedded.errors import EmbeddedServerError

DATABASE_DIRECTORY = "postgres"
UNPRIVILEGED = ("postgres", "nobody", "daemon")
SHARED_TEMPORARY = Path("/var/tmp")  # noqa: S108 - what is made there is checked by private_directory


@dataclass(frozen=True)
class Place:
    """A directory of ours with the data, logs and secret of one pair of servers.

    `account` is the user the servers run as, or None when that is whoever we are.
    """

    root: Path
    account: pwd.struct_passwd | None

    @classmethod
    def for_data(cls, wished: Path) -> Self:
        """The place at `wished`; where the servers' user cannot go there, one under /var/tmp.

        That other directory carries a hash of `wished`, so each checkout keeps its own. Raises
        `EmbeddedServerError` when neither can be used.
        """
        wished = wished.resolve()
        mark = hashlib.sha256(os.fsencode(wished)).hexdigest()[:16]
        elsewhere = SHARED_TEMPORARY / f"portal-{mark}"
        account = _account_for(wished, elsewhere)
        if account is None or _could_reach(wished, account):
            return cls(_own_directory(wished, account), account)
        return cls(private_directory(elsewhere.name), account)

    @classmethod
    def temporary(cls) -> Self:
        """A new place that `remove`, or the end of a `with` block, deletes; for tests."""
        account = _account_for()
        parent = Path(tempfile.gettempdir()).resolve()
        if account is not None and not can_reach(parent, account):
            parent = SHARED_TEMPORARY
        root = Path(tempfile.mkdtemp(prefix="portal-test-", dir=parent))
        root.chmod(_mode_for(account))
        return cls(root, account)

    def remove(self) -> None:
        """Delete the place and everything in it. The servers must have been stopped."""
        shutil.rmtree(self.root, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.remove()

    def directory(self, name: str) -> Path:
        """A directory that only the servers' user can open, made if it is missing."""
        path = self.root / name
        path.mkdir(mode=0o700, exist_ok=True)
        self.give(path)
        return path

    def give(self, path: Path) -> None:
        """Hand a path of ours to the servers' user."""
        if self.account is not None:
            os.chown(path, self.account.pw_uid, self.account.pw_gid)

    def uid(self) -> int:
        """The user id that the servers run under."""
        return os.geteuid() if self.account is None else self.account.pw_uid

    def password(self, login: str) -> str:
        """The password of one login, the same on every start: derived from the place's secret."""
        return hmac.new(self._secret(), login.encode(), hashlib.sha256).hexdigest()

    def _secret(self) -> bytes:
        path = self.root / "secret"
        if not path.exists():
            handle, unfinished = tempfile.mkstemp(dir=self.root, prefix="secret-")  # mode 0600
            with os.fdopen(handle, "wb") as file:
                file.write(secrets.token_bytes(32))
            Path(unfinished).rename(path)
        return path.read_bytes()


def can_reach(path: Path, account: pwd.struct_passwd) -> bool:
    """Whether `account` may enter `path`, or read it if it is a file, going by the mode bits."""
    groups = os.getgrouplist(account.pw_name, account.pw_gid)

    def allowed(step: Path, wanted: int) -> bool:
        status = step.stat()
        if status.st_uid == account.pw_uid:
            return bool(status.st_mode & (wanted << 6))
        if status.st_gid in groups:
            return bool(status.st_mode & (wanted << 3))
        return bool(status.st_mode & wanted)

    own = stat.S_IXOTH if path.is_dir() else stat.S_IROTH
    return allowed(path, own) and all(allowed(parent, stat.S_IXOTH) for parent in path.parents)


def private_directory(name: str) -> Path:
    """A directory under /var/tmp that only we can change, made if it is missing.

    Anybody may create names there, so one that is a link, belongs to somebody else or can be
    written by others raises `EmbeddedServerError`.
    """
    path = SHARED_TEMPORARY / name
    try:
        path.mkdir(mode=0o755)
        path.chmod(0o755)
    except FileExistsError:
        if not is_ours_alone(path) or not path.is_dir():
            raise EmbeddedServerError(
                f"{path} does not belong to this user alone: look who made it, then remove it."
            ) from None
    return path


def is_ours_alone(path: Path) -> bool:
    """Whether `path` is no link, belongs to us, and nobody else can write to it."""
    status = path.lstat()
    others_write = status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return not stat.S_ISLNK(status.st_mode) and status.st_uid == os.geteuid() and not others_write


def _account_for(*roots: Path) -> pwd.struct_passwd | None:
    """Whom the servers run as; data that exist already stay with the user who has them."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_uid: entry for entry in pwd.getpwall()}
    for data in (root / DATABASE_DIRECTORY for root in roots):
        if data.exists() and data.stat().st_uid in known.keys() - {0}:
            return known[data.stat().st_uid]
    by_name = {entry.pw_name: entry for entry in known.values()}
    for name in UNPRIVILEGED:
        if name in by_name:
            return by_name[name]
    raise EmbeddedServerError(
        "PostgreSQL does not run as root and there is no user "
        f"{' or '.join(UNPRIVILEGED)} here: start as an ordinary user."
    )


def _could_reach(wished: Path, account: pwd.struct_passwd) -> bool:
    existing = next(step for step in (wished, *wished.parents) if step.exists())
    return can_reach(existing, account)


def _own_directory(path: Path, account: pwd.struct_passwd | None) -> Path:
    if not path.exists():
        try:
            path.mkdir(parents=True)
            path.chmod(_mode_for(account))
        except OSError as error:
            raise EmbeddedServerError(
                f"{path} cannot be made ({error.strerror}): set PORTAL_DATA_DIR to a directory "
                "you can write to."
            ) from error
    elif path.stat().st_uid != os.geteuid() or not os.access(path, os.W_OK):
        raise EmbeddedServerError(
            f"{path} belongs to another user: set PORTAL_DATA_DIR to a directory of your own, "
            "or remove it."
        )
    return path


def _mode_for(account: pwd.struct_passwd | None) -> int:
    """Others may pass through only where the servers are others."""
    return 0o700 if account is None else 0o711
