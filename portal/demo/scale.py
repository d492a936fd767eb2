"""`portal seed --scale N`: multiplies what a demo has, in the database itself, for load tests.

Requests with their lines, quotes, orders, shipments, payments, open targets and messages; with them
complaints with their threads, and visits. All of it
comes in one transaction: an interrupted one leaves the demo as it was. Indexes and foreign keys are
made anew at its end, which checks every row at once; other constraints hold all the time.
"""

import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from portal.demo.data_files import read_tables
from portal.demo.multiplied import MULTIPLIED, Multiplied
from portal.demo.owner import Content, DemoOwner
from portal.settings import Settings

_SQL = Path(__file__).parent / "sql"
_BATCH = 100_000
_REFERENCES = (
    "request_reference",
    "order_reference",
    "shipment_reference",
    "complaint_reference",
    "visit_reference",
)
_MESSAGES = """INSERT INTO message (account_id, subject_kind, subject_id, audience, author_id,
        author_name, author_side, body, written_at)
    SELECT t.account_id, 'quote_request', {quote_request} + s.n, 'customer',
        CASE WHEN said.customer THEN t.asker_id ELSE t.answerer_id END,
        CASE WHEN said.customer THEN t.asker_name ELSE t.answerer_name END,
        CASE WHEN said.customer THEN 'customer' ELSE 'staff' END, said.body,
        least(t.submitted_at + s.shift + said.number * interval '50 minutes', now())
    FROM scaled s JOIN template t ON t.id = s.template_id
    CROSS JOIN LATERAL (
        SELECT body, number, number % 2 = 1 AND t.asker_id IS NOT NULL AS customer
        FROM jsonb_array_elements_text($1::jsonb -> t.locale) WITH ORDINALITY AS each (body, number)
    ) AS said
    WHERE s.n % 10 = 0 AND t.answerer_id IS NOT NULL"""
_THREADS = """INSERT INTO message (account_id, subject_kind, subject_id, audience, author_id,
        author_name, author_side, body, written_at)
    SELECT c.account_id, 'complaint', {complaint} + s.n, 'customer',
        CASE WHEN said.customer THEN t.asker_id ELSE t.answerer_id END,
        CASE WHEN said.customer THEN t.asker_name ELSE t.answerer_name END,
        CASE WHEN said.customer THEN 'customer' ELSE 'staff' END, said.body,
        least(t.received_at + s.shift + said.number * interval '50 minutes', now())
    FROM scaled s JOIN template_complaint t ON t.id = s.complaint_template_id
    JOIN complaint c ON c.id = t.id
    CROSS JOIN LATERAL (
        SELECT body, number, number % 2 = 1 AS customer
        FROM jsonb_array_elements_text($1::jsonb -> t.locale) WITH ORDINALITY AS each (body, number)
    ) AS said"""

Say = Callable[[str], None]


class NotToBeScaled(Exception):
    """The database cannot be multiplied; the message says why. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Scaled:
    """How many rows a scaling added by table, and how long it took in seconds."""

    rows: dict[str, int]
    seconds: float

    @property
    def rows_a_second(self) -> int:
        return round(sum(self.rows.values()) / self.seconds)


async def scale(settings: Settings, count: int, say: Say) -> Scaled:
    """Add `count` requests with all that belongs to them to a demo that is whole.

    Web and worker processes are stopped meanwhile: it waits for nobody. Raises `NotToBeScaled`.
    """
    began = time.monotonic()
    connection = await asyncpg.connect(settings.owner_url, timeout=10)
    try:
        owner = DemoOwner(connection)
        await owner.keep_others_out()
        if await owner.content() is not Content.DEMO:
            raise NotToBeScaled(
                "Only a demo is multiplied: this database is neither empty nor a demo."
            )
        async with connection.transaction():
            rows = await _multiply(connection, count, say)
        say("The planner's figures are brought up to date.")
        await connection.execute("ANALYZE")
    except asyncpg.LockNotAvailableError:
        raise NotToBeScaled(
            "Somebody works in this database: stop its web and worker processes first."
        ) from None
    finally:
        await connection.close()
    return Scaled(rows, time.monotonic() - began)


async def _multiply(connection: asyncpg.Connection, count: int, say: Say) -> dict[str, int]:
    await connection.execute("SET LOCAL lock_timeout = '10s'")
    await connection.execute("SET LOCAL maintenance_work_mem = '256MB'")
    await connection.execute((_SQL / "scale_templates.sql").read_text(encoding="utf-8"))
    ended, live = await connection.fetchrow(
        "SELECT count(*) FILTER (WHERE NOT live), count(*) FILTER (WHERE live) FROM template"
    )
    numbers = [await _reserve(connection, name, count) for name in _REFERENCES]
    bases = {
        each.table: await _reserve(connection, _identity(each.table), count * each.most)
        for each in MULTIPLIED
        if each.most
    }
    statements = {each.table: await _statement(connection, each, bases) for each in MULTIPLIED}
    rows = dict.fromkeys([*statements, "message"], 0)
    choose = (_SQL / "scale_batch.sql").read_text(encoding="utf-8")
    bodies = json.dumps(read_tables("scale")["messages"])
    async with _without_indexes(connection, say):
        for first in range(1, count + 1, _BATCH):
            last = min(count, first + _BATCH - 1)
            await connection.execute("TRUNCATE scaled")
            await connection.execute(choose, first, last, ended, live, *numbers)
            await connection.execute("ANALYZE scaled")
            for table, statement in statements.items():
                rows[table] += _written(await connection.execute(statement))
            for said in (_MESSAGES, _THREADS):
                messages = await connection.execute(said.format(**bases), bodies)
                rows["message"] += _written(messages)
            say(f"{last:,} of {count:,} requests with what belongs to them.")
    return rows


async def _statement(
    connection: asyncpg.Connection, each: Multiplied, bases: dict[str, int]
) -> str:
    """The INSERT of a table: its columns as in the template, moments moved, the rest overridden."""
    columns = await connection.fetch(
        """SELECT column_name AS name, data_type AS type FROM information_schema.columns
           WHERE table_schema = 'public' AND table_name = $1 ORDER BY ordinal_position""",
        each.table,
    )
    values = {
        column["name"]: each.overrides.get(column["name"], "").format(**bases)
        or _moved(column["name"], column["type"])
        for column in columns
        if column["name"] != "id" or each.most
    }
    return f"""INSERT INTO {each.table} ({", ".join(values)}) OVERRIDING SYSTEM VALUE
        SELECT {", ".join(values.values())} FROM {each.source.format(**bases)}"""  # noqa: S608


def _moved(column: str, kind: str) -> str:
    if kind == "timestamp with time zone":
        return f"c.{column} + s.shift"
    return f"c.{column} + s.days" if kind == "date" else f"c.{column}"


@asynccontextmanager
async def _without_indexes(connection: asyncpg.Connection, say: Say) -> AsyncIterator[None]:
    """Let the tables be filled without their indexes, foreign keys and triggers."""
    tables = [*(each.table for each in MULTIPLIED), "message"]
    indexes = await connection.fetch(
        """SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS made_by
           FROM pg_index i LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid
               AND c.contype IN ('p', 'u', 'x')
           WHERE i.indrelid = ANY ($1::text[]::regclass[]) AND c.oid IS NULL
           ORDER BY i.indexrelid""",
        tables,
    )
    keys = await connection.fetch(
        """SELECT conrelid::regclass::text AS of, conname AS name, pg_get_constraintdef(oid) AS says
           FROM pg_constraint WHERE contype = 'f' AND conrelid = ANY ($1::text[]::regclass[])
           ORDER BY oid""",
        tables,
    )
    for table in tables:
        await connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    for key in keys:
        await connection.execute(f"ALTER TABLE {key['of']} DROP CONSTRAINT {key['name']}")
    for index in indexes:
        await connection.execute(f"DROP INDEX {index['name']}")
    yield
    say(f"{len(indexes)} indexes are made anew.")
    for index in indexes:
        await connection.execute(index["made_by"])
    say(f"{len(keys)} foreign keys are made anew and checked.")
    for key in keys:
        await connection.execute(
            f"ALTER TABLE {key['of']} ADD CONSTRAINT {key['name']} {key['says']}"
        )
    for table in tables:
        await connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


async def _reserve(connection: asyncpg.Connection, sequence: str, count: int) -> int:
    """Take so many numbers of a sequence; the first of them comes after the one returned."""
    before: int = await connection.fetchval("SELECT nextval($1::text::regclass)", sequence)
    await connection.execute("SELECT setval($1::text::regclass, $2)", sequence, before + count)
    return before


def _identity(table: str) -> str:
    return f"{table}_id_seq"


def _written(status: str) -> int:
    return int(status.rsplit(" ", 1)[1])
