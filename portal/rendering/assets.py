"""Static files: read once, named by their content, so that browsers may keep them for good.

`static/css/*.css` is served as one `app.css` and `static/js/*.js` as one `app.js`, each put
together in the order of the file names, rules of style without their comments; everything else is
served under its own path.
"""

import gzip
import hashlib
import mimetypes
import re
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from portal.settings import data_path

_BUNDLES = {"app.css": "css/*.css", "app.js": "js/*.js"}
_SERVED = {".css", ".js", ".svg", ".png", ".ico", ".woff2", ".webmanifest"}
_TEXT = {".css", ".js", ".svg", ".webmanifest"}
_HASH_LENGTH = 8
# They reason with whoever changes the rules; browsers need not load them.
_COMMENT = re.compile(rb"/\*.*?\*/\n?", re.DOTALL)


@dataclass(frozen=True)
class Asset:
    """One file as it is served; its `name` carries the first digits of its SHA-256."""

    path: str
    content: bytes

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()[:_HASH_LENGTH]

    @cached_property
    def name(self) -> str:
        stem, dot, suffix = self.path.rpartition(".")
        return f"{stem}.{self.digest}{dot}{suffix}"

    @cached_property
    def media_type(self) -> str:
        guessed = mimetypes.guess_type(self.path)[0] or "application/octet-stream"
        return f"{guessed}; charset=utf-8" if Path(self.path).suffix in _TEXT else guessed

    @cached_property
    def gzipped(self) -> bytes | None:
        """The compressed content; None where compressing gains nothing."""
        if Path(self.path).suffix not in _TEXT:
            return None
        return gzip.compress(self.content, compresslevel=9, mtime=0)


class Assets:
    """The static files of one directory. `url` names them for pages, `named` serves them."""

    def __init__(self, directory: Path, prefix: str = "/static/") -> None:
        self._prefix = prefix
        assets = [*_bundled(directory), *_single(directory)]
        self._by_path = {asset.path: asset for asset in assets}
        self._by_name = {asset.name: asset for asset in assets}

    def url(self, path: str) -> str:
        """The address of `path` ("app.css") with its content hash; unknown is a `KeyError`."""
        return self._prefix + self._by_path[path].name

    def named(self, name: str) -> Asset | None:
        """The asset behind a hashed name ("app.3f2a1b9c.css"); None is a 404."""
        return self._by_name.get(name)

    def plain(self, path: str) -> Asset | None:
        """The asset at a path without hash, for addresses others fix (a browser's favicon)."""
        return self._by_path.get(path)


def _bundled(directory: Path) -> list[Asset]:
    return [
        Asset(name, b"\n".join(_bundled_part(path) for path in sorted(directory.glob(pattern))))
        for name, pattern in _BUNDLES.items()
    ]


def _bundled_part(path: Path) -> bytes:
    content = path.read_bytes()
    return _COMMENT.sub(b"", content) if path.suffix == ".css" else content


def _single(directory: Path) -> list[Asset]:
    parts = {path for pattern in _BUNDLES.values() for path in directory.glob(pattern)}
    return [
        Asset(path.relative_to(directory).as_posix(), path.read_bytes())
        for path in sorted(directory.rglob("*"))
        if path.is_file() and path.suffix in _SERVED and path not in parts
    ]


@cache
def assets() -> Assets:
    """The static files of this installation."""
    return Assets(data_path("static"))
