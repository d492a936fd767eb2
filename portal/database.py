"""Pools, the unit of work, the business clock, and how a database that is away is told apart.

Piccolo's own pool is not used: its transaction leaks a connection when COMMIT fails. Tables are
bound to `DB`; inside `unit_of_work` every query runs on that unit's connection and login.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, cast

import asyncpg
from piccolo.engine.postgres import PostgresEngine, PostgresTransaction


class _Engine(PostgresEngine):
    """Piccolo's engine without its connection at import: our pools connect when first used."""

    async def check_version(self) -> None:
        return None

    async def prep_database(self) -> None:
        return None


DB = _Engine(config={"database": "portal"})

# The server went away, is full, or ended a statement that took or waited too long: the transaction
# is lost, and trying again may well succeed.
_TRY_AGAIN = (
    asyncpg.PostgresConnectionError,
    asyncpg.exceptions.OperatorInterventionError,
    asyncpg.exceptions.InsufficientResourcesError,
    asyncpg.exceptions.LockNotAvailableError,
    asyncpg.exceptions.TransactionRollbackError,
    asyncpg.exceptions.IdleInTransactionSessionTimeoutError,
    asyncpg.exceptions.ReadOnlySQLTransactionError,
    TimeoutError,
)
# While connecting, acquiring and ending only the driver's code runs: there these mean the same.
_NOT_REACHED = (OSError, asyncpg.InterfaceError, asyncpg.InternalClientError, *_TRY_AGAIN)


class Login(StrEnum):
    """The database logins of the running processes. None owns a table or can become another."""

    CUSTOMER = "portal_customer"
    STAFF = "portal_staff"
    WORKER = "portal_worker"


class DatabaseAway(Exception):
    """The database cannot be reached or is restarting; nothing was kept. Answer 503, try again."""


class Overloaded(DatabaseAway):
    """More units of work wait for a connection than can be served soon: this one is shed."""


class OverlookedFailure(Exception):
    """A statement had failed and the unit was to be committed all the same; nothing was kept."""


@dataclass(slots=True)
class UnitOfWork:
    """One transaction of one login. `now` is the business time, the same for the whole unit.

    `known` is what was found out in it and does not change any more: asked once, however often.
    """

    connection: Any
    login: Login
    now: datetime | None = None
    outbox_written: bool = False
    touched: set[str] = field(default_factory=set)
    known: dict[str, Any] = field(default_factory=dict)
    is_open: bool = True

    async def commit(self) -> None:
        """Keep what was written. Raises `DatabaseAway` when that did not succeed.

        `OverlookedFailure` when a statement of the unit had failed: PostgreSQL then answers a
        COMMIT with a rollback and calls it a success.
        """
        if await self._end("COMMIT") == "ROLLBACK":
            raise OverlookedFailure

    async def rollback(self) -> None:
        """Undo what was written."""
        await self._end("ROLLBACK")

    async def _end(self, statement: str) -> str:
        if not self.is_open:
            return ""
        self.is_open = False
        with telling_failures():
            return cast("str", await self.connection.execute(statement))


@dataclass(slots=True)
class _Pool:
    """asyncpg's pool of one login, and how many units wait for a connection of it."""

    connections: Any
    most_waiting: int
    waiting: int = 0

    async def acquire(self) -> Any:
        if self.waiting >= self.most_waiting:
            raise Overloaded(f"{self.waiting} units of work are waiting")
        self.waiting += 1
        try:
            with telling_failures():
                return await self.connections.acquire(timeout=ACQUIRE_SECONDS)
        finally:
            self.waiting -= 1


_pools: dict[Login, _Pool] = {}
_current: ContextVar[UnitOfWork | None] = ContextVar("unit_of_work", default=None)

ACQUIRE_SECONDS = 5.0
# Ten connections keep one process busy at 100 to 300 pages a second: whoever would wait longer than
# a second or two is told to come back instead.
MOST_WAITING_PER_CONNECTION = 20
_SERVER_SETTINGS = {
    "application_name": "portal",
    "statement_timeout": "15s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "30s",
    "timezone": "UTC",
    # Compiling a statement pays for reports of minutes, never for a page.
    "jit": "off",
}


def is_database_away(error: BaseException) -> bool:
    """Whether `error` means that the server went away or shed us.

    Asked within the unit of work that raised it: whatever fails on a lost connection counts.
    """
    unit = _current.get()
    lost = unit is not None and _is_lost(unit.connection)
    return lost or isinstance(error, (DatabaseAway, *_TRY_AGAIN))


class telling_failures:  # noqa: N801 - reads as a phrase: with telling_failures(): ...
    """Turns the driver's many ways to say "not there" into `DatabaseAway`."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, _NOT_REACHED):
            raise DatabaseAway(str(error) or type(error).__name__) from error


async def open_pools(urls: Mapping[Login, str], *, size: int = 10) -> None:
    """Prepare a pool per login; it connects when first used, so that a start needs no database."""
    for login, url in urls.items():
        if login in _pools:
            continue
        connections = await asyncpg.create_pool(
            url,
            min_size=0,
            max_size=size,
            timeout=ACQUIRE_SECONDS,
            command_timeout=20,
            max_inactive_connection_lifetime=300,
            server_settings=_SERVER_SETTINGS,
            reset=_as_it_is,
        )
        _pools[login] = _Pool(connections, size * MOST_WAITING_PER_CONNECTION)


async def close_pools(*, seconds: float = 5.0) -> None:
    """Close every pool; connections still busy after `seconds` are cut."""
    for pool in list(_pools.values()):
        try:
            async with asyncio.timeout(seconds):
                await pool.connections.close()
        except _NOT_REACHED:
            pool.connections.terminate()
    _pools.clear()


def current_unit() -> UnitOfWork:
    """The unit of work this code runs in. Raises `RuntimeError` outside of one."""
    unit = _current.get()
    if unit is None:
        raise RuntimeError("no unit of work is open here")
    return unit


@asynccontextmanager
async def unit_of_work(
    login: Login, *, account_id: int | None = None, person_id: int | None = None
) -> AsyncIterator[UnitOfWork]:
    """One transaction as `login`, bound to a tenant if given; commits at the end, else rolls back.

    Without a tenant the customer login sees no account's rows. Raises `DatabaseAway` when the
    database cannot be reached or refuses to commit, `Overloaded` when too many wait already,
    `RuntimeError` when nested.
    """
    if _current.get() is not None:
        raise RuntimeError("a unit of work is already open")
    pool = _pools[login]
    connection = await pool.acquire()
    tokens = None
    try:
        with telling_failures():
            await connection.execute(_opening(connection, account_id, person_id))
        unit = UnitOfWork(connection, login)
        tokens = (DB.current_transaction.set(_as_piccolo(connection)), _current.set(unit))
        try:
            yield unit
        except BaseException as error:
            away = isinstance(error, Exception) and is_database_away(error)
            await _abandon(unit)
            if away and not isinstance(error, DatabaseAway):
                raise DatabaseAway(type(error).__name__) from error
            raise
        await unit.commit()
    finally:
        if tokens:
            DB.current_transaction.reset(tokens[0])
            _current.reset(tokens[1])
        await _give_back(pool, connection)


def _is_lost(connection: Any) -> bool:
    try:
        return bool(connection.is_closed())
    except asyncpg.InterfaceError:  # the pool has already taken the broken connection back
        return True


def _cut(connection: Any) -> None:
    if not _is_lost(connection):
        connection.terminate()


def _opening(connection: Any, account_id: int | None, person_id: int | None) -> str:
    # The session is made as new here instead of when it is given back (`_as_it_is`): one message
    # of the simple protocol is one round trip. It takes no parameters: the values are int().
    statement = f"{connection.get_reset_query()} BEGIN"
    if account_id is not None:
        statement += f"; SET LOCAL app.account_id = '{int(account_id)}'"
    if person_id is not None:
        statement += f"; SET LOCAL app.person_id = '{int(person_id)}'"
    return statement


def _as_piccolo(connection: Any) -> PostgresTransaction:
    """Piccolo's view of a transaction that we began and end ourselves; savepoints work on it."""
    transaction = PostgresTransaction.__new__(PostgresTransaction)
    transaction.engine = DB
    transaction.connection = connection
    transaction._savepoint_id = 0
    transaction._parent = None
    transaction._committed = False
    transaction._rolled_back = False
    return transaction


async def _abandon(unit: UnitOfWork) -> None:
    try:
        await asyncio.shield(unit.rollback())
    except (DatabaseAway, asyncio.CancelledError):
        _cut(unit.connection)


async def _as_it_is(_: Any) -> None:
    """What the pool does to a session that comes back: the unit that takes it next resets it."""


async def _give_back(pool: _Pool, connection: Any) -> None:
    # The unit has ended either way: what fails here must not tell of it otherwise.
    try:
        if not _is_lost(connection) and connection.is_in_transaction():
            _cut(connection)
        await pool.connections.release(connection, timeout=ACQUIRE_SECONDS)
    except _NOT_REACHED:
        _cut(connection)


async def fetch(sql: str, *values: Any) -> list[asyncpg.Record]:
    """Run SQL with `$1` parameters in the current unit of work and return its rows."""
    return cast("list[asyncpg.Record]", await current_unit().connection.fetch(sql, *values))


async def fetch_row(sql: str, *values: Any) -> asyncpg.Record | None:
    """The first row of `sql`, or None."""
    return cast("asyncpg.Record | None", await current_unit().connection.fetchrow(sql, *values))


async def fetch_value(sql: str, *values: Any) -> Any:
    """The first column of the first row of `sql`, or None."""
    return await current_unit().connection.fetchval(sql, *values)


async def execute(sql: str, *values: Any) -> None:
    """Run SQL for its effect in the current unit of work."""
    await current_unit().connection.execute(sql, *values)


async def database_now() -> datetime:
    """Business time in UTC: the database's clock, plus an offset that only demos and tests have.

    Constant within a unit of work, so that one verb stamps one moment.
    """
    unit = current_unit()
    if unit.now is None:
        unit.now = cast(datetime, await fetch_value("SELECT business_now()"))
    return unit.now


async def is_healthy(login: Login) -> bool:
    """Whether the database answers this login right now."""
    pool = _pools.get(login)
    if pool is None:
        return False
    try:
        with telling_failures():
            async with pool.connections.acquire(timeout=2) as connection:
                await connection.fetchval("SELECT 1", timeout=2)
    except DatabaseAway:
        return False
    return True
