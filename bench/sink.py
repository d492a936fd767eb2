"""As little of an SMTP server as takes mails, in a process of its own: who brings them counts."""

import asyncio
import contextlib
import multiprocessing
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection

from bench.load import NotServed

# What comes twice comes within so many seconds of the last one.
TWICE_SECONDS = 2.0


@dataclass(frozen=True)
class Arrived:
    """When each mail came, by the monotonic clock of this machine, and its id."""

    moments: list[float]
    ids: list[str]

    @property
    def twice(self) -> int:
        return len(self.ids) - len(set(self.ids))


@dataclass(frozen=True)
class Sink:
    """A running sink on `port`."""

    port: int
    _pipe: Connection
    _patience: float

    def wait_for_the_first(self) -> None:
        """Return when the first mail has come. Raises `NotServed` if none does."""
        if not self._pipe.poll(self._patience) or isinstance(self._pipe.recv(), Arrived):
            raise NotServed(f"no mail within {self._patience:.0f} s")

    def arrived(self) -> Arrived:
        """What came, once all of it is there or patience is at its end."""
        found: Arrived = self._pipe.recv()
        return found


@contextmanager
def sink(expected: int, patience: float) -> Iterator[Sink]:
    """Take mails until `expected` different ones are there, or `patience` seconds are over."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.Process(
        target=_run, args=(theirs, expected, patience), daemon=True, name="sink"
    )
    process.start()
    try:
        yield Sink(ours.recv(), ours, patience)
    finally:
        process.kill()
        process.join()


def _run(pipe: Connection, expected: int, patience: float) -> None:
    asyncio.run(_take(pipe, expected, patience))


async def _take(pipe: Connection, expected: int, patience: float) -> None:
    arrived, complete = Arrived([], []), asyncio.Event()

    def came() -> None:
        if len(arrived.ids) == 1:
            pipe.send("the first one is here")
        if len(arrived.ids) >= expected and len(set(arrived.ids)) >= expected:
            complete.set()

    server = await asyncio.get_running_loop().create_server(
        lambda: _Taking(arrived, came), "127.0.0.1", 0
    )
    pipe.send(server.sockets[0].getsockname()[1])
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(patience):
            await complete.wait()
    await asyncio.sleep(TWICE_SECONDS)
    pipe.send(arrived)
    server.close()


class _Taking(asyncio.Protocol):
    def __init__(self, arrived: Arrived, came: Callable[[], None]) -> None:
        self._arrived, self._came = arrived, came
        self._rest = b""
        self._in_data = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - what a server makes
        self._transport = transport
        transport.write(b"220 sink ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        self._rest += data
        while True:
            end = b"\r\n.\r\n" if self._in_data else b"\r\n"
            found, separator, rest = self._rest.partition(end)
            if not separator:
                return
            self._rest = rest
            self._transport.write(self._message(found) if self._in_data else self._command(found))

    def _message(self, content: bytes) -> bytes:
        self._in_data = False
        named = re.search(rb"(?im)^message-id:\s*(<[^>]+>)", content)
        self._arrived.moments.append(time.monotonic())
        self._arrived.ids.append(named[1].decode() if named else "")
        self._came()
        return b"250 OK\r\n"

    def _command(self, line: bytes) -> bytes:
        match line[:4].upper():
            case b"EHLO":
                return b"250-sink\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n"
            case b"DATA":
                self._in_data = True
                return b"354 go on\r\n"
            case b"QUIT":
                self._transport.close()
                return b"221 bye\r\n"
        return b"250 OK\r\n"
