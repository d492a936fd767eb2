"""What the two portals' database logins cannot do, whatever a handler asked for by mistake.

A login can set `app.account_id` and `app.person_id`: row-level security is a net under forgotten
filters. Against injected SQL stand bound parameters everywhere, and that each login reaches
nothing of the other side and no credential, session or link, which this file holds.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import asyncpg
import pytest

from portal.database import Login, execute, fetch_value, unit_of_work
from portal.domain.common.actor import Actor
from tests.factories import Account, Factory

PORTALS = (Login.CUSTOMER, Login.STAFF)
SECRETS = ("credential", "session", "one_time_token")


@asynccontextmanager
async def bound(
    login: Login, actor: Actor, *, account_id: int | None = None
) -> AsyncIterator[None]:
    async with unit_of_work(
        login, account_id=account_id or actor.account_id, person_id=actor.person_id
    ):
        yield


async def refused(login: Login, actor: Actor, sql: str, values: Sequence[object] = ()) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with bound(login, actor):
            await execute(sql, *values)


@pytest.fixture
async def account(make: Factory) -> Account:
    return await make.account()


@pytest.mark.parametrize("login", PORTALS)
@pytest.mark.parametrize("table", SECRETS)
async def test_nobody_reads_or_writes_secrets(
    login: Login, table: str, make: Factory, account: Account
) -> None:
    buyer = await make.buyer(account)
    for sql in (
        f"SELECT * FROM {table}",
        f"SELECT count(*) FROM {table}",
        f"UPDATE {table} SET person_id = person_id",
        f"DELETE FROM {table}",
        f"INSERT INTO {table} (person_id) VALUES (1)",
        f"TRUNCATE {table}",
        f"COPY {table} TO STDOUT",
        f"CREATE VIEW mine AS SELECT * FROM {table}",
    ):
        await refused(login, buyer, sql)


@pytest.mark.parametrize("login", PORTALS)
async def test_nobody_changes_the_schema_or_leaves_the_database(
    login: Login, make: Factory, account: Account
) -> None:
    buyer = await make.buyer(account)
    for sql in (
        "ALTER TABLE account DISABLE ROW LEVEL SECURITY",
        "DROP POLICY own_account ON account",
        "CREATE TABLE mine (id int)",
        "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "ALTER ROLE current_user BYPASSRLS",
        "SET SESSION AUTHORIZATION postgres",
        "SET ROLE portal_owner",
        "SELECT pg_read_file('/etc/passwd')",
        "COPY (SELECT 1) TO PROGRAM 'id'",
        "INSERT INTO clock_offset (ahead) VALUES ('1 day')",
        "SELECT create_token('\\x00', 'reset', 1, '1 day', 1)",
        "UPDATE activity SET verb = 'x'",
        "UPDATE message SET body = 'x'",
        "DELETE FROM message",
        "UPDATE policy_figure SET version = 9",
        "UPDATE security_event SET kind = 'x'",
    ):
        await refused(login, buyer, sql)


async def test_a_customer_sees_and_changes_nobody_elses_person(
    make: Factory, account: Account
) -> None:
    buyer, stranger = await make.buyer(account), await make.buyer(await make.account())
    async with bound(Login.CUSTOMER, buyer):
        seen = "SELECT count(*) FROM person WHERE id = $1"
        assert await fetch_value(seen, buyer.person_id) == 1
        assert await fetch_value(seen, stranger.person_id) == 0
        await execute("UPDATE person SET name = 'Taken over' WHERE id <> $1", buyer.person_id)
    await refused(Login.CUSTOMER, buyer, "SELECT email FROM person")
    await refused(Login.CUSTOMER, buyer, "UPDATE person SET disabled_at = NULL")
    await refused(Login.CUSTOMER, buyer, "UPDATE membership SET role = 'buyer'")
    taken = "SELECT count(*) FROM person WHERE name = 'Taken over'"
    assert await make.owner.fetchval(taken) == 0


async def test_a_customer_writes_in_no_other_name(make: Factory, account: Account) -> None:
    buyer, colleague = await make.buyer(account), await make.buyer(account)
    clerk, foreign = await make.staff(), await make.account()
    message = """INSERT INTO message (account_id, subject_kind, subject_id, audience, author_id,
        author_name, author_side, body, written_at)
        VALUES ($1, 'x', 1, 'customer', $2, 'x', $3, 'x', now())"""
    entry = """INSERT INTO activity (at, account_id, subject_kind, subject_id, verb, audience,
        actor_id, actor_name, actor_side)
        VALUES (now(), $1, 'x', 1, 'x', 'customer', $2, 'x', $3)"""
    for sql in (message, entry):
        await refused(Login.CUSTOMER, buyer, sql, (account.id, colleague.person_id, "customer"))
        await refused(Login.CUSTOMER, buyer, sql, (account.id, clerk.person_id, "staff"))
        await refused(Login.CUSTOMER, buyer, sql, (account.id, buyer.person_id, "staff"))
        await refused(Login.CUSTOMER, buyer, sql, (foreign.id, buyer.person_id, "customer"))
        async with bound(Login.CUSTOMER, buyer):
            await execute(sql, account.id, buyer.person_id, "customer")
    other = await make.staff()
    await refused(Login.STAFF, clerk, message, (account.id, other.person_id, "staff"))


async def test_what_one_sets_ends_with_the_unit(make: Factory, account: Account) -> None:
    buyer = await make.buyer(account)
    async with bound(Login.CUSTOMER, buyer):
        # Not SET LOCAL: it would outlive the transaction if the pool did not reset it.
        await execute("SELECT set_config('app.account_id', $1, false)", str(account.id))
        await execute("SET search_path = pg_temp")
    for _ in range(3):
        async with unit_of_work(Login.CUSTOMER):
            assert await fetch_value("SELECT current_account()") is None
            assert await fetch_value("SELECT count(*) FROM account") == 0
