"""What a form brings, and a shelf to put it on."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from portal.domain.common.actor import Actor
from portal.domain.common.files.limits import UploadLimits
from portal.domain.common.files.scanning import NoScanner, Scanner
from portal.domain.common.files.staging import Staged, stage
from portal.domain.common.files.storage import DirectoryStorage


@dataclass
class Chosen:
    """A file as a form brings it; remembers how much of it was read."""

    filename: str
    data: bytes
    asked: list[int] = field(default_factory=list)

    async def read(self, size: int = -1) -> bytes:
        self.asked.append(size)
        return self.data if size < 0 else self.data[:size]


def text(name: str = "note.txt", words: str = "hello") -> Chosen:
    return Chosen(name, words.encode())


@dataclass
class Shelf:
    """Storage, scanner and limits of one test."""

    root: Path
    storage: DirectoryStorage
    scanner: Scanner = field(default_factory=NoScanner)
    limits: UploadLimits = field(default_factory=UploadLimits)

    async def stage(self, form_key: str, *uploads: Chosen, by: Actor, **limits: Any) -> Staged:
        return await stage(
            form_key,
            uploads,
            by=by,
            limits=replace(self.limits, **limits),
            storage=self.storage,
            scanner=self.scanner,
        )

    def bytes_kept(self) -> list[bytes]:
        return sorted(path.read_bytes() for path in self.root.rglob("*") if path.is_file())
