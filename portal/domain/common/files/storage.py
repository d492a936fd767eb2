"""Where the bytes of files are: one interface, a directory now, an object store later.

Keys are random and say nothing. Bytes are written before the row that names them and are never
changed; what no row names is swept.
"""

import asyncio
import errno
import os
import re
import secrets
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, Protocol
from urllib.parse import unquote, urlsplit

_KEY = re.compile(r"[0-9a-f]{64}")
_PARTIAL = ".part"
_CHUNK = 256 * 1024
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class StorageError(Exception):
    """The storage cannot be used; the message says why."""


class StorageFull(StorageError):
    """There is no room for these bytes; nothing of them was left behind."""


class BytesMissing(StorageError):
    """A row names a key that the storage does not have."""


class Storage(Protocol):
    """Bytes under keys. A key is used once: what is under it never changes."""

    async def put(self, key: str, data: bytes) -> None:
        """Keep `data` durably under a `new_key()`. Raises `StorageFull`, leaving nothing."""

    async def read(self, key: str) -> bytes:
        """All bytes under `key`. Raises `BytesMissing`."""

    async def stream(self, key: str) -> AsyncIterator[bytes]:
        """The bytes under `key` in parts. Raises `BytesMissing` before the first."""

    async def exists(self, key: str) -> bool:
        """Whether `key` is there, whole."""

    async def delete(self, key: str) -> None:
        """Remove `key` and what a broken `put` left of it. Nothing there is no error."""

    def keys_older_than(self, age: timedelta) -> AsyncIterator[str]:
        """Keys that were put more than `age` ago in real time, broken ones included."""


def new_key() -> str:
    """A key nobody can guess and no other file has."""
    return secrets.token_hex(32)


def storage_from_url(url: str) -> Storage:
    """The storage that `url` names: `file:///var/lib/portal/files`.

    Raises `StorageError` for anything else and for a directory that cannot be used.
    """
    parts = urlsplit(url)
    path = Path(unquote(parts.path))
    if parts.scheme != "file":
        raise StorageError(
            f"PORTAL_FILES_URL must be a file:///... address, {parts.scheme or 'none'} is not known"
        )
    if parts.netloc not in ("", "localhost") or not path.is_absolute() or len(path.parts) < 2:
        raise StorageError("PORTAL_FILES_URL must name a directory by its absolute path")
    return DirectoryStorage(path)


class DirectoryStorage:
    """Files in one directory, in 256 subdirectories, readable by this system user alone."""

    def __init__(self, root: Path) -> None:
        try:
            root.mkdir(mode=0o700, parents=True, exist_ok=True)
            root.chmod(0o700)
        except OSError as error:
            raise StorageError(f"cannot keep files in {root}: {error.strerror}") from error
        self._root = root.resolve()

    async def put(self, key: str, data: bytes) -> None:
        await asyncio.to_thread(self._put, self._path(key), data)

    async def read(self, key: str) -> bytes:
        with await self._opened(key) as file:
            return await asyncio.to_thread(file.read)

    async def stream(self, key: str) -> AsyncIterator[bytes]:
        return _parts(await self._opened(key))

    async def exists(self, key: str) -> bool:
        return await asyncio.to_thread(self._path(key).is_file)

    async def delete(self, key: str) -> None:
        await asyncio.to_thread(_remove, self._path(key))

    async def keys_older_than(self, age: timedelta) -> AsyncIterator[str]:
        found = self._aged(time.time() - age.total_seconds())
        while keys := await asyncio.to_thread(_next_of, found):
            for key in keys:
                yield key

    def _path(self, key: str) -> Path:
        # A key is all that could lead out of the root: it has no character that could.
        if not _KEY.fullmatch(key):
            raise ValueError("not a storage key")
        return self._root / key[:2] / key

    async def _opened(self, key: str) -> BinaryIO:
        try:
            return await asyncio.to_thread(self._path(key).open, "rb")
        except FileNotFoundError as error:
            raise BytesMissing(key) from error

    def _put(self, path: Path, data: bytes) -> None:
        partial = path.with_name(path.name + _PARTIAL)
        if path.exists():
            raise StorageError("a key is used once")
        try:
            path.parent.mkdir(mode=0o700, exist_ok=True)
            _write_durably(partial, data)
            partial.rename(path)
            _sync_directory(path.parent)
        except OSError as error:
            with suppress(OSError):
                _remove(path)
            if error.errno in _FULL:
                raise StorageFull(f"no room for {len(data)} bytes") from error
            raise StorageError(f"cannot write: {error.strerror}") from error

    def _aged(self, before: float) -> Iterator[list[str]]:
        """Old keys, one list for each subdirectory that has any."""
        for directory in sorted(path for path in self._root.iterdir() if path.is_dir()):
            with os.scandir(directory) as entries:
                keys = {
                    entry.name.removesuffix(_PARTIAL)
                    for entry in entries
                    if entry.stat(follow_symlinks=False).st_mtime < before
                }
            if old := sorted(key for key in keys if _KEY.fullmatch(key)):
                yield old


def _write_durably(path: Path, data: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    descriptor = os.open(path, flags, 0o600)
    with open(descriptor, "wb", buffering=0) as file:
        left = memoryview(data)
        while left:
            left = left[file.write(left) :]
        os.fsync(descriptor)


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove(path: Path) -> None:
    path.with_name(path.name + _PARTIAL).unlink(missing_ok=True)
    path.unlink(missing_ok=True)


def _next_of(found: Iterator[list[str]]) -> list[str]:
    return next(found, [])


async def _parts(file: BinaryIO) -> AsyncIterator[bytes]:
    with file:
        while part := await asyncio.to_thread(file.read, _CHUNK):
            yield part
