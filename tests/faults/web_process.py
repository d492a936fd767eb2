"""A web process with servers of its own, which tests may kill; and people who visit it."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from portal.domain.common.actor import Actor, Side
from portal.embedded import free_port
from portal.settings import Settings
from tests.conftest import Servers
from tests.factories import Factory, factory
from tests.visitor import ORIGIN, Visitor

HOST = ORIGIN.removeprefix("https://")
POOL_SIZE = 4
# On a busy machine a process takes its time to start; on a quiet one this costs nothing.
START_SECONDS = 90


@dataclass
class WebProcess:
    """The probe on loopback. `url` is where it listens."""

    servers: Servers
    settings: Settings
    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        return (self.servers.place.root / "web.log").read_text()

    async def state(self) -> dict[str, int]:
        async with httpx.AsyncClient(base_url=self.url) as client:
            answer = await client.get("/probe/state")
            return {name: int(value) for name, value in answer.json().items()}

    def visitor(self, side: Side = Side.CUSTOMER, *, htmx: bool = False) -> Visitor:
        """A browser without cookies."""
        visitor = Visitor(None, side, htmx=htmx)
        visitor._client = httpx.AsyncClient(
            base_url=self.url,
            headers={"Host": HOST},
            timeout=30,
            limits=httpx.Limits(max_connections=None),
        )
        return visitor

    async def buyer(self, make: Factory) -> tuple[Actor, Visitor]:
        """A buyer of an account of their own, known by a session."""
        actor = await make.buyer(await make.account())
        visitor = self.visitor()
        await visitor.enters(make, actor)
        return actor, visitor

    async def written(self, actor: Actor) -> list[str]:
        """The bodies of what this person has written, in order; read as the owner."""
        async with factory(self.settings) as make:
            rows = await make.owner.fetch(
                "SELECT body FROM message WHERE author_id = $1 ORDER BY id", actor.person_id
            )
        return [row["body"] for row in rows]


@contextmanager
def web_process(servers: Servers, *, pool_size: int = POOL_SIZE) -> Iterator[WebProcess]:
    """Start the probe; it serves when this returns. The database need not be there."""
    settings, port = servers.settings(), free_port(0)
    environment = {
        "PORTAL_CUSTOMER_DATABASE_URL": settings.customer_url,
        "PORTAL_STAFF_DATABASE_URL": settings.staff_url,
        "PORTAL_REDIS_URL": settings.redis_url,
        "PORTAL_TRUSTED_HOSTS": ",".join(settings.trusted_hosts),
        "PORTAL_DATA_DIR": str(settings.data_dir),
        "PORTAL_POOL_SIZE": str(pool_size),
        "PROBE_SUPERUSER_URL": servers.postgres.url(),
    }
    with (servers.place.root / "web.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.probe", str(port)],
            env={**os.environ, **environment},
            stdout=log,
            stderr=log,
        )
    web = WebProcess(servers, settings, port, process)
    try:
        _wait_until_serving(web)
        yield web
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)


def _wait_until_serving(web: WebProcess) -> None:
    deadline = time.monotonic() + START_SECONDS
    # One client for all attempts: each new one reads every certificate there is.
    with httpx.Client(base_url=web.url, timeout=2) as client:
        while time.monotonic() < deadline and web.process.poll() is None:
            try:
                if client.get("/healthz").is_success:
                    return
            except httpx.HTTPError:
                time.sleep(0.05)
    raise RuntimeError(f"the web process does not answer:\n{web.log[-4000:]}")


async def soon(
    condition: Callable[[], Awaitable[Any]], *, seconds: float = 10.0, every: float = 0.05
) -> None:
    """Wait until `condition` holds. Raises `TimeoutError`."""
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110 - told over the network, not by an event
            await asyncio.sleep(every)


@asynccontextmanager
async def maker(web: WebProcess) -> AsyncIterator[Factory]:
    async with factory(web.settings) as make:
        yield make


def is_clean_refusal(answer: httpx.Response) -> bool:
    """A 503 page of ours that says when to try again and nothing about how we are made."""
    return (
        answer.status_code == 503
        and int(answer.headers["retry-after"]) > 0
        and answer.headers["content-type"].startswith("text/html")
        and "default-src 'self'" in answer.headers["content-security-policy"]
        and "Nothing was saved" in answer.text
        and "Traceback" not in answer.text
        and "asyncpg" not in answer.text
    )
