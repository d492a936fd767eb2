"""Which SQL statements a view asks, from the server's own log."""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg

from bench.load import Connection
from bench.running import Running
from bench.views import View

RELOADED_SECONDS = 0.5
SETTLED_SECONDS = 0.25
# Continued lines of the log begin with a tab.
_ENTRY = re.compile(
    r"LOG:  (?P<how>statement|execute [^:]*): (?P<sql>.*(?:\n\t.*)*)"
    r"(?:\n[^\n]*DETAIL:  Parameters: (?P<values>.*(?:\n\t.*)*))?"
)
_VALUE = re.compile(r"\$\d+ = (NULL|'(?:[^']|'')*')")
# The frame of a unit of work, and what makes its session as new: they ask nothing.
_FRAME = (
    *("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "SET "),
    *("RESET", "CLOSE ALL", "UNLISTEN", "SELECT PG_ADVISORY_UNLOCK_ALL"),
)


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement with the values of its parameters as SQL writes them."""

    sql: str
    values: Sequence[str] = ()

    @property
    def is_frame(self) -> bool:
        return self.sql.upper().startswith(_FRAME)


@asynccontextmanager
async def statements_logged(portal: Running) -> AsyncIterator[None]:
    """PostgreSQL writes down every statement meanwhile: measure no time in it."""
    await _configure(portal, "ALTER SYSTEM SET log_statement = 'all'")
    try:
        yield
    finally:
        await _configure(portal, "ALTER SYSTEM RESET log_statement")


async def asked(portal: Running, view: View) -> list[Statement]:
    """What one view sends to PostgreSQL, once it is warm."""
    connection = Connection(portal.url, dict(view.cookies))
    try:
        await view.visit(connection)
        await asyncio.sleep(SETTLED_SECONDS)
        before = portal.database_log.stat().st_size
        await view.visit(connection)
        await asyncio.sleep(SETTLED_SECONDS)
        with portal.database_log.open("rb") as log:
            log.seek(before)
            said = log.read().decode(errors="replace")
    finally:
        connection.close()
    return written_down(said)


def questions(sent: Sequence[Statement]) -> list[Statement]:
    """What was sent beside the frame of the transaction; several in one message count each."""
    return [each for each in sent if not each.is_frame]


def written_down(log: str) -> list[Statement]:
    """The statements in a piece of PostgreSQL's log."""
    found = []
    for entry in _ENTRY.finditer(log):
        sql = entry["sql"].replace("\n\t", "\n").strip()
        if entry["how"] == "statement":
            found += [Statement(part.strip()) for part in sql.split(";") if part.strip()]
        else:
            found.append(Statement(sql, _VALUE.findall(entry["values"] or "")))
    return found


async def _configure(portal: Running, sql: str) -> None:
    administrator = await asyncpg.connect(portal.administrator_url)
    try:
        await administrator.execute(sql)
        await administrator.execute("SELECT pg_reload_conf()")
    finally:
        await administrator.close()
    await asyncio.sleep(RELOADED_SECONDS)
