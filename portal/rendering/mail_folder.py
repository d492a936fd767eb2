"""A folder in place of a mail server: one `.eml` file a mail, named by its Message-ID.

A mail that is sent again overwrites itself.
"""

import email
import os
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage, Message
from email.policy import default
from pathlib import Path

_UNSAFE = re.compile(r"[^A-Za-z0-9.@_-]")
_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9.@_-]{0,250}")
_SUFFIX = ".eml"


@dataclass(frozen=True, slots=True)
class FolderMail:
    """A mail of the folder as it is read. `name` finds it again."""

    name: str
    subject: str
    sender: str
    recipient: str
    sent_at: datetime | None
    text: str
    html: str


class MailFolder:
    """The folder at `path`; made when the first mail is put there, readable by this user alone."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def put(self, message: Message) -> None:
        """Keep a mail, whole or not at all. Raises `OSError`."""
        self._path.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = _UNSAFE.sub("_", message["Message-ID"].strip("<>"))
        partial = self._path / f".{name}.{secrets.token_hex(4)}"
        try:
            with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(message.as_bytes())
            partial.replace(self._path / (name + _SUFFIX))
        finally:
            partial.unlink(missing_ok=True)

    def newest(self, limit: int = 200) -> Sequence[FolderMail]:
        """The mails that came last, the newest first."""
        if not self._path.is_dir():
            return []
        files = [file for file in self._path.glob(f"*{_SUFFIX}") if not file.name.startswith(".")]
        files.sort(key=lambda file: (file.stat().st_mtime_ns, file.name), reverse=True)
        return [_read(file) for file in files[:limit]]

    def read(self, name: str) -> FolderMail | None:
        """The mail of this name, None if there is none."""
        file = self._path / (name + _SUFFIX)
        return _read(file) if _NAME.fullmatch(name) and file.is_file() else None


def _read(file: Path) -> FolderMail:
    message = email.message_from_bytes(file.read_bytes(), policy=default)
    return FolderMail(
        name=file.name.removesuffix(_SUFFIX),
        subject=str(message["Subject"] or ""),
        sender=str(message["From"] or ""),
        recipient=str(message["To"] or ""),
        sent_at=message["Date"].datetime if message["Date"] else None,
        text=_part(message, "plain"),
        html=_part(message, "html"),
    )


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part else ""
