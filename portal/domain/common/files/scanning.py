"""An optional virus scanner. Without one nothing is quarantined and nothing is claimed."""

import asyncio
import struct
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import unquote, urlsplit

_CHUNK = 64 * 1024
_SECONDS = 30.0
_PORT = 3310


class ScannerAway(Exception):
    """The scanner cannot say anything now: the file waits in quarantine until it can."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`finding` is the scanner's name of what it found; `scanned` is False without a scanner."""

    scanned: bool
    finding: str = ""


class Scanner(Protocol):
    """Looks at bytes before anybody may download them."""

    async def scan(self, data: bytes) -> Verdict:
        """Raises `ScannerAway` when there is no verdict."""


class NoScanner:
    """For installations without one."""

    async def scan(self, data: bytes) -> Verdict:
        return Verdict(scanned=False)


@dataclass(frozen=True, slots=True)
class ClamAV:
    """clamd by its INSTREAM command, at `host` and `port` or at the socket file `path`.

    clamd's `StreamMaxLength` must be above the largest upload: what it will not read stays in
    quarantine.
    """

    host: str = ""
    port: int = _PORT
    path: str = ""
    seconds: float = _SECONDS

    async def scan(self, data: bytes) -> Verdict:
        try:
            async with asyncio.timeout(self.seconds):
                answer = await self._asked(data)
        except (OSError, TimeoutError, EOFError, asyncio.LimitOverrunError) as error:
            raise ScannerAway(str(error) or type(error).__name__) from error
        return _verdict(answer)

    async def _asked(self, data: bytes) -> str:
        if self.path:
            reader, writer = await asyncio.open_unix_connection(self.path)
        else:
            reader, writer = await asyncio.open_connection(self.host, self.port)
        try:
            writer.write(b"zINSTREAM\x00")
            for start in range(0, len(data), _CHUNK):
                chunk = data[start : start + _CHUNK]
                writer.write(struct.pack(">I", len(chunk)) + chunk)
                await writer.drain()
            writer.write(struct.pack(">I", 0))
            await writer.drain()
            answer = await reader.readuntil(b"\x00")
        finally:
            writer.close()
        return answer.rstrip(b"\x00\n").decode("utf-8", "replace")


def _verdict(answer: str) -> Verdict:
    words = answer.removeprefix("stream: ")
    if words == "OK":
        return Verdict(scanned=True)
    if words.endswith(" FOUND"):
        return Verdict(scanned=True, finding=words.removesuffix(" FOUND")[:200])
    raise ScannerAway(answer or "no answer")


def scanner_from_url(url: str) -> Scanner:
    """`tcp://clamav:3310`, `unix:///run/clamav/clamd.sock`, or no scanner for an empty `url`.

    Raises `ValueError` for anything else.
    """
    if not url:
        return NoScanner()
    parts = urlsplit(url)
    if parts.scheme == "unix" and parts.path:
        return ClamAV(path=unquote(parts.path))
    if parts.scheme == "tcp" and parts.hostname:
        return ClamAV(host=parts.hostname, port=parts.port or _PORT)
    raise ValueError(
        "PORTAL_CLAMAV_URL must be tcp://host:port or unix:///path/of/the/socket, not "
        f"{parts.scheme or 'none'}"
    )
