"""A house of its own for tests that break things: servers, database, worker processes."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from redis.asyncio import Redis

from portal import database
from portal.database import Login
from portal.embedded.processes import spawn, tail
from portal.settings import Settings
from portal.wakeups import OUTBOX_CHANNEL
from tests.conftest import Servers, own_servers
from tests.factories import Factory

REPOSITORY = Path(__file__).parents[2]
# On a busy machine a worker takes its time to start; what comes at once is not slowed by this.
SOON = 60.0


@dataclass
class House:
    """Servers that may be stopped and killed, with a migrated database."""

    servers: Servers
    settings: Settings

    @contextmanager
    def worker(
        self, smtp_url: str, *, clock_off: float | None = None, **env: str
    ) -> Iterator["Worker"]:
        """A worker process, maybe with a clock that many seconds off; killed at the end."""
        module = ["portal.cli", "worker"]
        if clock_off is not None:
            module = ["tests.faults.wrong_clock", str(clock_off)]
        urls = {
            "PORTAL_WORKER_DATABASE_URL": self.settings.worker_url,
            "PORTAL_REDIS_URL": self.servers.valkey.url(),
            "PORTAL_SMTP_URL": smtp_url,
            "PORTAL_BASE_URL": "https://portal.hengda.example",
            "PORTAL_MAIL_FROM": "service@hengda.example",
            "PORTAL_DATA_DIR": str(self.settings.data_dir / "worker"),
        }
        log = self.servers.place.root / "worker.log"
        process = spawn(
            [sys.executable, "-P", "-m", *module],
            log=log,
            env={**os.environ, **urls, **env, "PYTHONPATH": str(REPOSITORY)},
        )
        worker = Worker(process, log)
        try:
            yield worker
        finally:
            worker.kill()

    async def wake_relay(self) -> None:
        """Call the workers as a committed unit of work does; they would look by themselves too."""
        async with Redis.from_url(self.servers.valkey.url()) as client:
            await client.publish(OUTBOX_CHANNEL, "1")


@dataclass
class Worker:
    """A worker process of a test."""

    process: subprocess.Popen[bytes]
    log: Path

    def kill(self) -> None:
        """SIGKILL, and wait until it is gone."""
        self.process.kill()
        self.process.wait()

    def said(self) -> str:
        return tail(self.log, 40)


@asynccontextmanager
async def house() -> AsyncIterator[House]:
    """The house; while it stands the application's pools lead to its database."""
    with own_servers() as servers:
        await servers.new_database("faults")
        settings = servers.settings("faults")
        outside = dict(database._pools)
        database._pools.clear()
        await database.open_pools(
            {
                Login.CUSTOMER: settings.customer_url,
                Login.STAFF: settings.staff_url,
                Login.WORKER: settings.worker_url,
            }
        )
        try:
            yield House(servers, settings)
        finally:
            await database.close_pools()
            database._pools.update(outside)


async def until(
    found: Callable[[], Awaitable[Any]], worker: Worker | None = None, seconds: float = SOON
) -> Any:
    """Look every 50 ms until `found` gives something; fails with the worker's log otherwise."""
    deadline = asyncio.get_running_loop().time() + seconds
    while not (result := await found()):
        if asyncio.get_running_loop().time() > deadline:
            raise AssertionError(f"not within {seconds:.0f} s\n{worker.said() if worker else ''}")
        await asyncio.sleep(0.05)
    return result


async def becomes_due(make: Factory) -> None:
    """Let every lease and every waiting time run out."""
    await make.owner.execute("UPDATE mail SET next_attempt_at = now() WHERE status = 'waiting'")
    await make.owner.execute("UPDATE outbox SET due_at = now() WHERE done_at IS NULL")


async def counts(make: Factory) -> dict[str, int]:
    """How many mails there are of each status."""
    rows = await make.owner.fetch("SELECT status, count(*) FROM mail GROUP BY status")
    return {row["status"]: row["count"] for row in rows}


async def write_event(make: Factory, kind: str, account_id: int, **payload: Any) -> int:
    """An event as a verb leaves it, with nobody woken."""
    return await make.insert(
        "outbox", kind=kind, account_id=account_id, payload=json.dumps(payload)
    )
