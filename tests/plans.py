"""What PostgreSQL would read for a list, however many records there are: plans, not seconds.

    async with large_database(servers, monkeypatch) as make:  # then filled by set-based SQL
        async with acting(clerk):
            for plan in await plans_of(lambda: queue(QueueFilter(), by=clerk)):
                assert not plan.scanned & GROWING
                assert plan.rows_read < 1000

A plan is that of the application's own login, policies included, as it is chosen for these values
and as it is chosen for any (after some rounds PostgreSQL plans a prepared statement once for all).
"""

import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg
import pytest

from portal import database
from portal.database import Login, current_unit
from tests.conftest import Servers
from tests.factories import Factory, unique

# What grows without end. Their open part does not, and has indexes of its own.
GROWING = frozenset(
    {
        "activity",
        "complaint",
        "message",
        "outbox",
        "payment",
        "quote",
        "quote_line",
        "quote_request",
        "quote_request_line",
        "sales_order",
        "sales_order_line",
        "shipment",
        "target",
        "visit",
    }
)


@dataclass(frozen=True, slots=True)
class Plan:
    """One statement as it was carried out."""

    sql: str
    root: dict[str, Any]

    @property
    def nodes(self) -> list[dict[str, Any]]:
        return list(_walked(self.root))

    @property
    def scanned(self) -> frozenset[str]:
        """The tables that were read from end to end."""
        return frozenset(
            node["Relation Name"] for node in self.nodes if node["Node Type"] == "Seq Scan"
        )

    @property
    def indexes(self) -> frozenset[str]:
        """The indexes that were used."""
        return frozenset(node["Index Name"] for node in self.nodes if "Index Name" in node)

    @property
    def rows_read(self) -> int:
        """Rows taken from tables and indexes, those that were thrown away included."""
        return sum(map(_read, self.nodes))

    @property
    def largest_sort(self) -> int:
        """How many rows were sorted at once; a sort on top of an index's order sorts a few."""
        sorts = (node for node in self.nodes if node["Node Type"] == "Sort")
        return max((int(node["Plans"][0]["Actual Rows"]) for node in sorts), default=0)

    def __str__(self) -> str:
        return f"{self.sql}\n{json.dumps(self.root, indent=1, ensure_ascii=False)}"


async def plan_of(sql: str, *values: Any, generic: bool = False) -> Plan:
    """Carry out `sql` in the current unit of work, whose login it is planned for.

    `generic` plans it for any values, as PostgreSQL may do for what is asked again and again.
    """
    connection = current_unit().connection
    name, how = unique("planned").lower(), "generic" if generic else "custom"
    given = f"({', '.join(map(_literal, values))})" if values else ""
    await connection.execute("SAVEPOINT planning")
    await connection.execute(f"SET LOCAL plan_cache_mode = force_{how}_plan")
    await connection.execute(f"PREPARE {name} AS {sql}")
    explained = await connection.fetchval(
        f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) EXECUTE {name}{given}"
    )
    await connection.execute(f"DEALLOCATE {name}; ROLLBACK TO planning")
    return Plan(re.sub(r"\s+", " ", sql), json.loads(explained)[0]["Plan"])


async def plans_of(view: Callable[[], Awaitable[Any]]) -> list[Plan]:
    """The plans of every statement that `view` asks in the current unit of work, both kinds."""
    unit = current_unit()
    noted = _Noting(unit.connection)
    unit.connection = noted
    try:
        await view()
    finally:
        unit.connection = noted.connection
    return [
        await plan_of(sql, *values, generic=generic)
        for sql, values in noted.asked
        for generic in (False, True)
    ]


@asynccontextmanager
async def large_database(
    servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Factory]:
    """A database of its own which the application's logins are connected to; filled through the
    factory's `owner`. Follow what you fill by `ANALYZE`."""
    name = unique("many").lower()
    await servers.new_database(name)
    owner = await asyncpg.connect(servers.owner_url(name))
    with monkeypatch.context() as patched:
        patched.setattr(database, "_pools", {})
        urls = servers.database_urls(name)
        await database.open_pools({login: urls[login] for login in Login}, size=1)
        try:
            yield Factory(owner)
        finally:
            await owner.close()
            await database.close_pools()


class _Noting:
    """A connection that notes what is asked."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.asked: list[tuple[str, tuple[Any, ...]]] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self.connection, name)

    async def fetch(self, sql: str, *values: Any, **options: Any) -> Any:
        self.asked.append((sql, values))
        return await self.connection.fetch(sql, *values, **options)

    async def fetchrow(self, sql: str, *values: Any, **options: Any) -> Any:
        self.asked.append((sql, values))
        return await self.connection.fetchrow(sql, *values, **options)

    async def fetchval(self, sql: str, *values: Any, **options: Any) -> Any:
        self.asked.append((sql, values))
        return await self.connection.fetchval(sql, *values, **options)


def _walked(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for below in node.get("Plans", ()):
        yield from _walked(below)


def _read(node: dict[str, Any]) -> int:
    if not {"Relation Name", "Index Name"} & node.keys() or "Actual Loops" not in node:
        return 0
    thrown_away = sum(
        node.get(name, 0) for name in ("Rows Removed by Filter", "Rows Removed by Index Recheck")
    )
    return int((node["Actual Rows"] + thrown_away) * node["Actual Loops"])


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool | int):
        return str(value).lower()
    if isinstance(value, list):
        return f"ARRAY[{', '.join(map(_literal, value))}]" if value else "'{}'"
    said = value.isoformat() if isinstance(value, datetime) else str(value)
    return "'" + said.replace("'", "''") + "'"
