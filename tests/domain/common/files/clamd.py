"""A clamd that speaks INSTREAM on loopback and knows one virus."""

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

VIRUS = b"this stands for a virus"


@dataclass
class Clamd:
    """`answer` overrides the verdict; None never answers."""

    answer: bytes | None = b"verdict"
    received: list[bytes] = field(default_factory=list)
    port: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            assert await reader.readexactly(10) == b"zINSTREAM\x00"
            data = b""
            while size := struct.unpack(">I", await reader.readexactly(4))[0]:
                data += await reader.readexactly(size)
            self.received.append(data)
            if self.answer is None:
                await reader.read()
            else:
                writer.write(self._verdict(data) if self.answer == b"verdict" else self.answer)
                await writer.drain()
        writer.close()

    def _verdict(self, data: bytes) -> bytes:
        found = b"Eicar-Test-Signature FOUND" if VIRUS in data else b"OK"
        return b"stream: " + found + b"\x00"


@asynccontextmanager
async def running_clamd(
    path: Path | None = None, *, answer: bytes | None = b"verdict"
) -> AsyncIterator[Clamd]:
    """A scanner on a free port, or at a socket file."""
    clamd = Clamd(answer)
    if path:
        server = await asyncio.start_unix_server(clamd.serve, path)
    else:
        server = await asyncio.start_server(clamd.serve, "127.0.0.1", 0)
        clamd.port = server.sockets[0].getsockname()[1]
    try:
        yield clamd
    finally:
        server.close()
        await server.wait_closed()
