"""Units of work share sessions: nothing of one is there in the next."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from portal import database
from portal.database import (
    Login,
    OverlookedFailure,
    close_pools,
    execute,
    fetch_value,
    open_pools,
    unit_of_work,
)
from portal.settings import Settings

# What outlives a transaction.
LEFT_BEHIND = """
SELECT array_agg(what) FROM (
    SELECT 'setting ' || name FROM pg_settings WHERE source = 'session'
    UNION ALL SELECT 'role ' || current_user WHERE current_user <> session_user
    UNION ALL SELECT 'bound to ' || setting FROM unnest(ARRAY['app.account_id', 'app.person_id'])
        AS setting WHERE current_setting(setting, true) <> ''
    UNION ALL SELECT 'lock ' || objid FROM pg_locks
        WHERE locktype = 'advisory' AND pid = pg_backend_pid()
    UNION ALL SELECT 'cursor ' || name FROM pg_cursors WHERE is_holdable
    UNION ALL SELECT 'prepared ' || name FROM pg_prepared_statements WHERE from_sql
) AS left_behind (what)
"""


@pytest.fixture
async def one_connection(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[None]:
    """A pool of one, so that the next unit has the session of the one before."""
    monkeypatch.setattr(database, "_pools", {})
    await open_pools({Login.CUSTOMER: settings.customer_url}, size=1)
    yield
    await close_pools()


async def session() -> int:
    return int(await fetch_value("SELECT pg_backend_pid()"))


async def test_the_next_unit_finds_nothing(one_connection: None) -> None:
    async with unit_of_work(Login.CUSTOMER, account_id=17, person_id=4):
        first = await session()
        await execute("SET LOCAL lock_timeout = '1s'")
        await execute("SELECT pg_advisory_xact_lock(1)")
        await execute("DECLARE rows CURSOR FOR SELECT 1")
        assert await fetch_value("SELECT current_account()") == 17
    async with unit_of_work(Login.CUSTOMER):
        assert await session() == first
        assert await fetch_value("SELECT current_account()") is None
        assert await fetch_value("SHOW lock_timeout") == "5s"
        assert await fetch_value(LEFT_BEHIND) is None


async def test_not_even_what_was_meant_to_stay(one_connection: None) -> None:
    async with unit_of_work(Login.CUSTOMER):
        first = await session()
        await execute("SET app.account_id = '17'")
        await execute("SET app.person_id = '4'")
        await execute("SET search_path = pg_temp")
        await execute("SELECT pg_advisory_lock(1)")
        await execute("DECLARE rows CURSOR WITH HOLD FOR SELECT 1")
    async with unit_of_work(Login.CUSTOMER):
        assert await session() == first
        assert await fetch_value("SELECT current_account()") is None
        assert await fetch_value("SELECT current_person()") is None
        assert await fetch_value(LEFT_BEHIND) is None


async def test_a_unit_that_failed_leaves_nothing_either(one_connection: None) -> None:
    async with unit_of_work(Login.CUSTOMER):
        first = await session()
    with pytest.raises(asyncpg.PostgresSyntaxError):
        async with unit_of_work(Login.CUSTOMER, account_id=17):
            await execute("nonsense")
    with pytest.raises(OverlookedFailure):
        async with unit_of_work(Login.CUSTOMER, account_id=17):
            with pytest.raises(asyncpg.PostgresSyntaxError):
                await execute("nonsense")
    async with unit_of_work(Login.CUSTOMER):
        assert await session() == first
        assert await fetch_value(LEFT_BEHIND) is None


async def test_a_transaction_that_did_not_end_is_cut(one_connection: None) -> None:
    async with unit_of_work(Login.CUSTOMER, account_id=17) as unit:
        first = await session()
        await unit.commit()
        await unit.connection.execute("BEGIN; SET LOCAL app.account_id = '17'")
    async with unit_of_work(Login.CUSTOMER):
        assert await session() != first
        assert await fetch_value("SELECT current_account()") is None


async def test_a_unit_cancelled_within_a_statement_hands_nothing_on(one_connection: None) -> None:
    begun = asyncio.Event()

    async def slow() -> None:
        async with unit_of_work(Login.CUSTOMER, account_id=17):
            begun.set()
            await execute("SELECT pg_sleep(20)")

    task = asyncio.create_task(slow())
    await begun.wait()
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with unit_of_work(Login.CUSTOMER):
        assert await fetch_value(LEFT_BEHIND) is None
