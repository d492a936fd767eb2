"""The schema guards itself: what a new table forgets fails here."""

import importlib
import pkgutil
import re
from collections.abc import Iterator

import asyncpg
import pytest
from piccolo.columns import Column
from piccolo.table import Table

import portal.domain
from portal.database import Login
from portal.settings import Settings

LOGINS = [login.value for login in Login]
# Rows of these belong to a person, not to an account; they are closed by person or to customers.
OF_PERSONS = {"session"}


@pytest.fixture
async def owner(settings: Settings) -> asyncpg.Connection:
    connection = await asyncpg.connect(settings.owner_url)
    yield connection
    await connection.close()


def table_classes() -> Iterator[type[Table]]:
    for module in pkgutil.walk_packages(portal.domain.__path__, "portal.domain."):
        if module.name.endswith(".tables"):
            for value in vars(importlib.import_module(module.name)).values():
                is_table = isinstance(value, type) and issubclass(value, Table)
                if is_table and value.__module__ == module.name:
                    yield value


async def test_every_table_of_an_account_is_closed_to_others(owner: asyncpg.Connection) -> None:
    rows = await owner.fetch(
        """SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity FROM pg_class c
           JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'account_id'
           WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace"""
    )
    assert len(rows) > 15
    open_tables = {
        row["relname"] for row in rows if not (row["relrowsecurity"] and row["relforcerowsecurity"])
    }
    assert open_tables <= OF_PERSONS
    for table in OF_PERSONS:
        grants = await owner.fetchval(
            "SELECT count(*) FROM information_schema.role_table_grants "
            "WHERE table_name = $1 AND grantee = ANY($2)",
            table,
            LOGINS,
        )
        assert grants == 0


async def test_every_policy_of_customers_asks_for_account_or_person(
    owner: asyncpg.Connection,
) -> None:
    rows = await owner.fetch(
        """SELECT tablename, policyname, coalesce(qual, '') || coalesce(with_check, '') AS condition
           FROM pg_policies WHERE 'portal_customer' = ANY(roles) AND permissive = 'PERMISSIVE'"""
    )
    assert rows
    for row in rows:
        asks = any(
            word in row["condition"] for word in ("current_account", "current_person", "false")
        )
        assert asks, row


async def test_no_policy_reads_more_than_the_row_it_asks_about(owner: asyncpg.Connection) -> None:
    # `IN (SELECT …)` is answered from all that the query gives; EXISTS asks for the one row.
    rows = await owner.fetch(
        """SELECT tablename, policyname FROM pg_policies
           WHERE concat(qual, with_check) LIKE '% IN ( SELECT %'
             AND tablename <> 'person'  -- the people of an account are few
           ORDER BY 1, 2"""
    )
    assert [tuple(row) for row in rows] == []


async def test_every_foreign_key_says_what_deletion_does(owner: asyncpg.Connection) -> None:
    rows = await owner.fetch(
        "SELECT conname FROM pg_constraint WHERE contype = 'f' AND confdeltype = 'a'"
    )
    assert [row["conname"] for row in rows] == []


async def test_every_foreign_key_has_an_index(owner: asyncpg.Connection) -> None:
    rows = await owner.fetch(
        """SELECT f.conname, f.conrelid::regclass::text AS tab FROM pg_constraint f
           WHERE f.contype = 'f' AND NOT EXISTS (
               SELECT FROM pg_index i WHERE i.indrelid = f.conrelid
                 AND (i.indkey::int2[])[0] = f.conkey[1] AND i.indpred IS NULL)"""
    )
    assert [dict(row) for row in rows] == []


async def test_no_login_owns_or_may_become_another(owner: asyncpg.Connection) -> None:
    rows = await owner.fetch(
        """SELECT rolname FROM pg_roles WHERE rolname = ANY($1) AND
               (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb)
           UNION ALL SELECT r.rolname FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner
           WHERE r.rolname = ANY($1)
           UNION ALL SELECT r.rolname FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member
           WHERE r.rolname = ANY($1)""",
        LOGINS,
    )
    assert rows == []


async def test_functions_of_the_owner_fix_their_search_path(owner: asyncpg.Connection) -> None:
    rows = await owner.fetch(
        """SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace
             AND NOT coalesce(proconfig::text, '') LIKE '%search_path=public, pg_temp%'"""
    )
    assert [row["proname"] for row in rows] == []


async def test_nobody_else_may_run_the_functions_of_the_owner(owner: asyncpg.Connection) -> None:
    rows = await owner.fetch(
        """SELECT proname FROM pg_proc, aclexplode(coalesce(proacl, acldefault('f', proowner))) a
           WHERE pronamespace = 'public'::regnamespace AND a.grantee = 0"""
    )
    assert [row["proname"] for row in rows] == []


async def test_no_check_compares_moments_that_two_units_of_work_wrote(
    owner: asyncpg.Connection,
) -> None:
    """Who waits for a lock may have begun earlier than who held it: its moment is the earlier one.

    A verb that needs an order writes the later of both (`clock.resume`), or says so here.
    """
    rows = await owner.fetch(
        """SELECT k.conname, pg_get_constraintdef(k.oid) AS rule FROM pg_constraint k
           WHERE k.contype = 'c' AND k.connamespace = 'public'::regnamespace AND 2 <= (
               SELECT count(*) FROM pg_attribute a WHERE a.attrelid = k.conrelid
                 AND a.attnum = ANY (k.conkey) AND a.atttypid = 'timestamptz'::regtype)"""
    )
    compares = {
        row["conname"]
        for row in rows
        if re.search(r"[a-z]_at\)? [<>]=? \(?[a-z_]+_at", row["rule"])
    }
    assert compares == {
        "demo_data_order",  # written by the one process that seeds
        "target_late_is_breached",  # what is met after it was due is stamped as late
        "target_order",  # reckoned from one moment
        "target_pause_order",  # the later of both
        "visit_times",  # an appointment, written at once
        "meeting_times",  # likewise
    }


async def test_every_state_column_is_checked(owner: asyncpg.Connection) -> None:
    rows = await owner.fetch(
        """SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
           WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
             AND a.attname IN ('status', 'state', 'tier', 'role', 'position', 'kind')
             AND format_type(a.atttypid, NULL) = 'text'
             AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid
                 AND k.contype = 'c' AND a.attnum = ANY(k.conkey))"""
    )
    # Kinds of events and notices are an open list: a new one must not need a migration.
    open_lists = {"outbox", "notice", "security_event", "activity", "target"}
    assert [dict(row) for row in rows if row["relname"] not in open_lists] == []


@pytest.mark.parametrize("table", list(table_classes()), ids=lambda table: table.__name__)
async def test_a_table_class_says_what_the_database_has(
    owner: asyncpg.Connection, table: type[Table]
) -> None:
    rows = await owner.fetch(
        """SELECT column_name, is_nullable, is_identity, is_generated
           FROM information_schema.columns WHERE table_name = $1""",
        table._meta.tablename,
    )
    nullable = {row["column_name"]: row["is_nullable"] == "YES" for row in rows}
    assert nullable, f"no table {table._meta.tablename}"
    columns: list[Column] = list(table._meta.columns)
    said = {column._meta.db_column_name: column._meta.null for column in columns}
    unknown = said.keys() - nullable.keys()
    assert not unknown
    for name, may_be_null in said.items():
        if name != "id":
            assert may_be_null == nullable[name], f"{name}: null={nullable[name]} in the database"


@pytest.mark.parametrize(
    "table",
    [table for table in table_classes() if getattr(table, "ours", ())],
    ids=lambda table: table.__name__,
)
async def test_what_a_table_class_keeps_from_customers_their_login_cannot_read(
    owner: asyncpg.Connection, table: type[Table]
) -> None:
    rows = await owner.fetch(
        """SELECT column_name FROM information_schema.columns WHERE table_name = $1
             AND NOT has_column_privilege('portal_customer', $1, column_name, 'SELECT')""",
        table._meta.tablename,
    )
    assert {row["column_name"] for row in rows} == getattr(table, "ours", frozenset())
