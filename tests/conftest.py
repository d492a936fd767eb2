"""Real PostgreSQL and Valkey for every test process; the tests connect as the application does."""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg
import hypothesis
import pytest
from xdist.scheduler import LoadFileScheduling

from portal import database
from portal.app import create_litestar
from portal.database import Login
from portal.domain.policy.notice_figures import MAIL_HOURS
from portal.embedded import EmbeddedPostgres, EmbeddedValkey, Place
from portal.settings import Settings
from portal.web.shell import Shell
from tests.clusters import BLANK, OWNER, PASSWORD, bring, prepared
from tests.factories import Factory

# The same examples at every run: a failure is there for everybody. `PORTAL_TEST_EXPLORE=1` looks
# for new ones.
hypothesis.settings.register_profile("same", derandomize=True, database=None, deadline=None)
hypothesis.settings.register_profile("explore", print_blob=True, deadline=None)
hypothesis.settings.load_profile("explore" if os.environ.get("PORTAL_TEST_EXPLORE") else "same")

# What takes long as a file comes first, so that no process is left with it at the end.
LONGEST = (
    "tests/setup/test_demo",
    "tests/demo/",
    "tests/faults/",
    "tests/architecture/",
    "tests/e2e/test_barriers",
    "tests/e2e/test_order_ships",
    "tests/e2e/test_quality_complaint",
    "tests/e2e/test_expiry",
    "tests/e2e/test_demo_clock",
    "tests/e2e/test_two_colleagues",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Processes take files in this order (xdist, `loadfile` without reordering)."""

    def rank(item: pytest.Item) -> int:
        return next(
            (number for number, part in enumerate(LONGEST) if item.nodeid.startswith(part)),
            len(LONGEST),
        )

    items.sort(key=rank)


class ByFile(LoadFileScheduling):
    """A process takes the tests of a file, and those that share one seeded demo, together."""

    def _split_scope(self, nodeid: str) -> str:
        return "tests/demo" if nodeid.startswith("tests/demo/") else nodeid.split("::", 1)[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    return ByFile(config, log)


@dataclass(frozen=True)
class Servers:
    """The servers of this test process, restarted by fault tests at their own risk."""

    place: Place
    postgres: EmbeddedPostgres
    valkey: EmbeddedValkey

    def database_urls(self, name: str) -> dict[Login, str]:
        return {login: self.postgres.url(login.value, PASSWORD, name) for login in Login}

    def owner_url(self, name: str) -> str:
        return self.postgres.url(OWNER, PASSWORD, name)

    async def new_database(self, name: str, *, untouched: bool = False) -> None:
        """An empty, migrated database of this server, in which customers are mailed at any hour.

        Tests do not wait for the morning. `untouched` leaves even that out.
        """
        connection = await asyncpg.connect(self.postgres.url())
        try:
            await connection.execute(
                f"CREATE DATABASE {name} TEMPLATE {BLANK} OWNER {OWNER} STRATEGY FILE_COPY"
            )
        finally:
            await connection.close()
        if not untouched:
            await _mail_at_any_hour(self.owner_url(name))

    def settings(self, name: str = "portal") -> Settings:
        urls = self.database_urls(name)
        return Settings(
            owner_url=self.owner_url(name),
            customer_url=urls[Login.CUSTOMER],
            staff_url=urls[Login.STAFF],
            worker_url=urls[Login.WORKER],
            redis_url=self.valkey.url(),
            base_url="http://testserver.local",
            trusted_hosts=frozenset({"testserver.local", "127.0.0.1"}),
            data_dir=self.place.root,
            mail_folder=self.place.root / "mail",
        )


async def _mail_at_any_hour(owner_url: str) -> None:
    connection = await asyncpg.connect(owner_url)
    try:
        await connection.execute(
            """INSERT INTO policy_figure (key, scope_kind, value, version, valid_from, reason)
               VALUES ($1, 'company', '[["00:00", "24:00"]]', 1, '2020-01-01', 'tests')""",
            MAIL_HOURS.key,
        )
    finally:
        await connection.close()


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@contextmanager
def own_servers() -> Iterator[Servers]:
    """Servers of one's own, for a test process and for tests that stop, kill or starve theirs."""
    with Place.temporary() as place:
        bring(prepared(), place)
        with (
            EmbeddedPostgres(place, fast=True) as postgres,
            EmbeddedValkey(place, fast=True) as valkey,
        ):
            yield Servers(place, postgres, valkey)


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    with own_servers() as servers:
        yield servers


@pytest.fixture(scope="session")
async def settings(servers: Servers) -> Settings:
    await servers.new_database("portal")
    return servers.settings("portal")


@pytest.fixture(scope="session")
async def pools(settings: Settings) -> AsyncIterator[None]:
    """The application's pools on the shared database: tests make accounts of their own."""
    await database.open_pools(
        {
            Login.CUSTOMER: settings.customer_url,
            Login.STAFF: settings.staff_url,
            Login.WORKER: settings.worker_url,
        }
    )
    yield
    await database.close_pools()


@pytest.fixture(scope="session")
async def owners(servers: Servers) -> AsyncIterator[dict[str, asyncpg.Connection]]:
    """The owner's connections by URL: a new one for each test would cost more than most tests."""
    connections: dict[str, asyncpg.Connection] = {}
    yield connections
    for connection in connections.values():
        await connection.close()


@pytest.fixture
async def make(
    settings: Settings, pools: None, owners: dict[str, asyncpg.Connection]
) -> AsyncIterator[Factory]:
    """Makes people, accounts and items."""
    connection = owners.get(settings.owner_url)
    if connection is None or connection.is_closed():
        connection = owners[settings.owner_url] = await asyncpg.connect(settings.owner_url)
    yield Factory(connection)
    await _leave_nothing(connection)


async def _leave_nothing(connection: asyncpg.Connection) -> None:
    """What a test did to its session goes with it; a connection in a bad way is not used again."""
    if connection.is_closed():
        return
    try:
        await connection.reset(timeout=10)
        await connection.execute("RESET SESSION AUTHORIZATION; RESET ROLE; DISCARD TEMP")
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
        connection.terminate()


@pytest.fixture(scope="session")
async def site(settings: Settings, pools: None) -> AsyncIterator[Shell]:
    """The application, started, in this process."""
    litestar = create_litestar(settings)
    async with litestar.lifespan():
        yield Shell(litestar, settings.trusted_hosts)
