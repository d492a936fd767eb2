"""The directory keeps bytes whole, to itself, and says so when it is full."""

import errno
import os
import resource
import signal
import stat
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from portal.domain.common.files.storage import (
    BytesMissing,
    DirectoryStorage,
    StorageError,
    StorageFull,
    new_key,
    storage_from_url,
)

NO_AGE = timedelta(seconds=-5)


@pytest.fixture
def storage(tmp_path: Path) -> DirectoryStorage:
    return DirectoryStorage(tmp_path / "files")


async def joined(parts: AsyncIterator[bytes]) -> bytes:
    return b"".join([part async for part in parts])


async def keys(storage: DirectoryStorage, age: timedelta = NO_AGE) -> set[str]:
    return {key async for key in storage.keys_older_than(age)}


def everything_in(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


async def test_bytes_come_back(storage: DirectoryStorage) -> None:
    data = os.urandom(700_000)
    key = new_key()
    assert not await storage.exists(key)
    await storage.put(key, data)
    assert await storage.exists(key)
    assert await storage.read(key) == data
    assert await joined(await storage.stream(key)) == data
    await storage.delete(key)
    assert not await storage.exists(key)
    await storage.delete(key)


async def test_missing_bytes_are_told_before_an_answer_starts(storage: DirectoryStorage) -> None:
    with pytest.raises(BytesMissing):
        await storage.stream(new_key())
    with pytest.raises(BytesMissing):
        await storage.read(new_key())


async def test_nobody_else_on_the_host_can_read(storage: DirectoryStorage, tmp_path: Path) -> None:
    await storage.put(new_key(), b"secret")
    for path in (tmp_path / "files").rglob("*"):
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600)
    assert stat.S_IMODE((tmp_path / "files").stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "key", ["", "../../etc/passwd", "a" * 63, "A" * 64, "/" + "a" * 63, "a" * 64 + "\n", "\0" * 64]
)
async def test_no_key_leads_out_of_the_directory(storage: DirectoryStorage, key: str) -> None:
    with pytest.raises(ValueError, match="not a storage key"):
        await storage.put(key, b"x")
    for verb in (storage.read, storage.stream, storage.delete, storage.exists):
        with pytest.raises(ValueError, match="not a storage key"):
            await verb(key)


async def test_a_key_is_used_once(storage: DirectoryStorage) -> None:
    key = new_key()
    await storage.put(key, b"first")
    with pytest.raises(StorageError):
        await storage.put(key, b"second")
    assert await storage.read(key) == b"first"


async def test_old_keys_are_found_broken_ones_too(
    storage: DirectoryStorage, tmp_path: Path
) -> None:
    old, young, broken = new_key(), new_key(), new_key()
    await storage.put(old, b"x")
    await storage.put(young, b"x")
    half = tmp_path / "files" / broken[:2] / f"{broken}.part"
    half.parent.mkdir(exist_ok=True)
    half.write_bytes(b"half")
    (tmp_path / "files" / "lost+found").mkdir()
    (tmp_path / "files" / "README").write_text("not ours")
    an_hour_ago = half.stat().st_mtime - 3600
    for path in (tmp_path / "files" / old[:2] / old, half):
        os.utime(path, (an_hour_ago, an_hour_ago))
    assert await keys(storage, timedelta(minutes=30)) == {old, broken}
    assert not await storage.exists(broken)
    await storage.delete(broken)
    assert not half.exists()
    assert await keys(storage) == {old, young}


def test_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    """The system itself refuses: a process of its own may write no more than 64 KB."""
    code = f"""
import asyncio, sys
from pathlib import Path
from portal.domain.common.files.storage import DirectoryStorage, StorageFull, new_key
storage = DirectoryStorage(Path({str(tmp_path / "files")!r}))
asyncio.run(storage.put(new_key(), b"x" * 1000))
try:
    asyncio.run(storage.put(new_key(), b"x" * 200_000))
except StorageFull:
    sys.exit(42)
"""

    def may_write_little() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (65_536, 65_536))

    done = subprocess.run(
        [sys.executable, "-B", "-c", code], preexec_fn=may_write_little, timeout=60, check=False
    )
    assert done.returncode == 42
    assert [path.stat().st_size for path in everything_in(tmp_path)] == [1000]


@pytest.mark.parametrize(
    ("number", "error"),
    [
        (errno.ENOSPC, StorageFull),
        (errno.EDQUOT, StorageFull),
        (errno.EIO, StorageError),
        (errno.EROFS, StorageError),
    ],
)
async def test_a_disk_that_fails_while_syncing_leaves_nothing(
    storage: DirectoryStorage,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    error: type[StorageError],
) -> None:
    def fail(descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(error) as raised:
        await storage.put(new_key(), b"x")
    assert (number in (errno.ENOSPC, errno.EDQUOT)) == isinstance(raised.value, StorageFull)
    assert everything_in(tmp_path) == []


async def test_a_url_names_the_directory(tmp_path: Path) -> None:
    url = (tmp_path / "where files are").as_uri()
    assert "%20" in url
    await storage_from_url(url).put(new_key(), b"x")
    assert len(everything_in(tmp_path / "where files are")) == 1


@pytest.mark.parametrize(
    "url",
    ["s3://bucket/path", "/var/files", "", "file://host/var/files", "file:relative", "file:///"],
)
def test_other_urls_are_refused_in_words(url: str) -> None:
    with pytest.raises(StorageError, match="PORTAL_FILES_URL"):
        storage_from_url(url)


def test_a_directory_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match="cannot keep files"):
        storage_from_url((tmp_path / "file" / "below").as_uri())
