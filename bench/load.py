"""Bounded load on a server of this machine: keep-alive connections that ask one after the other."""

import asyncio
import gzip
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bench.processes import Group

WARMING_UP = 30
# Processor time is booked in hundredths of a second: over so many views, and no less than a second,
# that is a few hundredths of a millisecond each.
ENOUGH = 300
LEAST_SECONDS = 1.0
# Before somebody who was turned away asks again.
PAUSE_SECONDS = 0.05


class NotServed(Exception):
    """A page was not answered as it should; measuring on would measure an error page."""


class Shed(NotServed):
    """The server had too much to do and said so: asked again a moment later."""


def served(answer: "Answer", path: str, status: int = 200) -> "Answer":
    """`answer` if it is what was wanted of `path`. Raises `Shed` or `NotServed`."""
    if answer.status != status:
        raise (Shed if answer.status == 503 else NotServed)(f"{path}: {answer.status}")
    return answer


@dataclass(frozen=True, slots=True)
class Answer:
    """One response. `size` counts head and body as they went over the wire."""

    status: int
    headers: dict[str, str]
    body: bytes
    size: int

    @property
    def text(self) -> str:
        """The body as a browser reads it."""
        plain = self.headers.get("content-encoding") != "gzip"
        return (self.body if plain else gzip.decompress(self.body)).decode()


@dataclass(slots=True)
class Connection:
    """One keep-alive connection with the cookies of one person. Loopback only."""

    base_url: str
    cookies: dict[str, str] = field(default_factory=dict)
    _reader: asyncio.StreamReader | None = None
    _writer: asyncio.StreamWriter | None = None

    async def get(self, path: str, headers: dict[str, str] | None = None) -> Answer:
        return await self._ask(f"GET {path}", b"", headers or {})

    async def post(self, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        return await self._ask(f"POST {path}", body, headers)

    def close(self) -> None:
        if self._writer:
            self._writer.close()
        self._reader = self._writer = None

    async def _ask(self, line: str, body: bytes, headers: dict[str, str]) -> Answer:
        address = urlsplit(self.base_url)
        if address.hostname != "127.0.0.1":
            raise ValueError("Load goes to 127.0.0.1 only.")
        if self._writer is None:
            self._reader, self._writer = await asyncio.open_connection(
                address.hostname, address.port, limit=1 << 22
            )
        assert self._reader is not None  # noqa: S101 - opened together
        sent = {"Host": address.netloc, "Accept": "text/html", "Accept-Encoding": "gzip", **headers}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body:
            sent["Content-Length"] = str(len(body))
        head = "".join(f"{name}: {value}\r\n" for name, value in sent.items())
        self._writer.write(f"{line} HTTP/1.1\r\n{head}\r\n".encode() + body)
        return await self._read(self._reader)

    async def _read(self, reader: asyncio.StreamReader) -> Answer:
        head = await reader.readuntil(b"\r\n\r\n")
        first, *rest = head.decode("latin-1").split("\r\n")
        headers = dict[str, str]()
        for line in rest:
            name, _, value = line.partition(":")
            if name.lower() == "set-cookie":
                cookie, _, kept = value.strip().partition(";")[0].partition("=")
                self.cookies[cookie] = kept
            headers[name.lower()] = value.strip()
        if headers.get("transfer-encoding") == "chunked":
            body = b"".join([part async for part in _chunks(reader)])
        elif "content-length" in headers or headers.get("connection") != "close":
            body = await reader.readexactly(int(headers.get("content-length", 0)))
        else:
            body = await reader.read()
        if headers.get("connection") == "close":
            self.close()
        return Answer(int(first.split()[1]), headers, body, len(head) + len(body))


async def _chunks(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    while size := int((await reader.readline()).split(b";")[0], 16):
        yield await reader.readexactly(size)
        await reader.readexactly(2)
    await reader.readexactly(2)


@dataclass(frozen=True, slots=True)
class Load:
    """What came of one run. Milliseconds; processor time is per view served."""

    connections: int
    views: int
    seconds: float
    p50: float
    p99: float
    app_cpu: float
    database_cpu: float
    size: int
    shed: int = 0

    @property
    def views_a_second(self) -> float:
        return self.views / self.seconds

    @property
    def cpu(self) -> float:
        """Processor milliseconds of application and PostgreSQL together."""
        return self.app_cpu + self.database_cpu


Visit = Callable[[Connection], Awaitable[Answer]]


async def load(
    visit: Visit,
    *,
    base_url: str,
    cookies: dict[str, str],
    connections: int,
    seconds: float,
    app: Group,
    database: Group,
    most: int = 1_000_000,
) -> Load:
    """Repeat `visit` on so many connections, `most` times each, for at most `seconds`.

    Ends earlier where enough was seen to tell the cost of one. Raises `NotServed`.
    """
    took = list[float]()
    sizes = list[int]()
    shed = 0

    async def one(enough_at: float, until: float, most: int) -> None:
        nonlocal shed
        connection = Connection(base_url, dict(cookies))
        try:
            for _ in range(most):
                began = time.perf_counter()
                if began >= until or (began >= enough_at and len(took) >= ENOUGH):
                    return
                try:
                    answer = await visit(connection)
                except Shed:
                    shed += 1
                    await asyncio.sleep(PAUSE_SECONDS)
                    continue
                took.append((time.perf_counter() - began) * 1000)
                sizes.append(answer.size)
        finally:
            connection.close()

    warm_until = time.perf_counter() + max(seconds, LEAST_SECONDS)
    await one(warm_until, warm_until, min(WARMING_UP, most))
    took.clear()
    sizes.clear()
    shed = 0
    before = app.cpu_seconds(), database.cpu_seconds()
    began = time.perf_counter()
    enough_at, until = began + LEAST_SECONDS, began + max(seconds, LEAST_SECONDS)
    await asyncio.gather(*(one(enough_at, until, most) for _ in range(connections)))
    elapsed = time.perf_counter() - began
    after = app.cpu_seconds(), database.cpu_seconds()
    took.sort()
    views = len(took)
    if not views:
        raise NotServed(f"nothing was served within {elapsed:.1f} s, {shed} were shed")
    return Load(
        connections=connections,
        views=views,
        seconds=elapsed,
        p50=took[views // 2],
        p99=took[min(views - 1, int(views * 0.99))],
        app_cpu=(after[0] - before[0]) / views * 1000,
        database_cpu=(after[1] - before[1]) / views * 1000,
        size=sizes[-1],
        shed=shed,
    )


def page(path: str) -> Visit:
    """Ask for a page, which is there."""

    async def visit(connection: Connection) -> Answer:
        return served(await connection.get(path), path)

    return visit
