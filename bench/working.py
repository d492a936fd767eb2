"""A worker process as `portal worker` runs it, on servers of its own."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.load import NotServed
from bench.processes import Group
from portal.database import Login
from portal.domain.migrations.runner import create_database, migrate
from portal.embedded import EmbeddedPostgres, EmbeddedValkey, Place
from portal.embedded.processes import spawn

OWNER, PASSWORD, DATABASE = "portal_owner", "only-for-measuring", "bench"
REPOSITORY = Path(__file__).parents[1]
UP, UP_SECONDS = "the worker is up", 60.0


@dataclass(frozen=True)
class Desk:
    """PostgreSQL as in production, and Valkey, with an empty database of ours."""

    place: Place
    postgres: EmbeddedPostgres
    valkey: EmbeddedValkey
    urls: dict[Login, str]
    owner_url: str

    async def make_database(self) -> None:
        """An empty, migrated database."""
        await create_database(self.postgres.url(), DATABASE, OWNER, PASSWORD)
        await migrate(self.owner_url, self.urls)

    @property
    def database(self) -> Group:
        return Group([self.postgres.pid])


@contextmanager
def desk() -> Iterator[Desk]:
    """Servers that leave nothing behind."""
    with (
        Place.temporary() as place,
        EmbeddedPostgres(place) as postgres,
        EmbeddedValkey(place) as valkey,
    ):
        urls = {login: postgres.url(login.value, PASSWORD, DATABASE) for login in Login}
        yield Desk(place, postgres, valkey, urls, postgres.url(OWNER, PASSWORD, DATABASE))


@contextmanager
def worker(at: Desk, smtp_port: int) -> Iterator[Group]:
    """A worker that brings its mails to this port of ours. Yields at once; see `wait_until_up`."""
    env = {
        **os.environ,
        "PORTAL_WORKER_DATABASE_URL": at.urls[Login.WORKER],
        "PORTAL_REDIS_URL": at.valkey.url(),
        "PORTAL_SMTP_URL": f"smtp://127.0.0.1:{smtp_port}",
        "PORTAL_BASE_URL": "https://portal.hengda.example",
        "PORTAL_MAIL_FROM": "service@hengda.example",
        "PORTAL_DATA_DIR": str(at.place.root / "worker"),
        "PYTHONPATH": str(REPOSITORY),
    }
    module = [sys.executable, "-P", "-m", "portal.cli", "worker"]
    process = spawn(module, log=_log(at), env=env)
    try:
        yield Group([process.pid])
    finally:
        process.kill()
        process.wait()


def wait_until_up(at: Desk) -> None:
    """Return when the worker says that it is up. Raises `NotServed`."""
    until = time.monotonic() + UP_SECONDS
    while time.monotonic() < until:
        if _log(at).exists() and UP in _log(at).read_text(errors="replace"):
            return
        time.sleep(0.05)
    raise NotServed(f"no worker after {UP_SECONDS:.0f} s:\n{_log(at).read_text()[-2000:]}")


def _log(at: Desk) -> Path:
    return at.place.root / "worker.log"
