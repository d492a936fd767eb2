"""How many SQL statements a view costs, from the server's own log."""

import asyncio
import re

import asyncpg

from bench.load import Connection
from bench.running import Running
from bench.views import View

SETTLED_SECONDS = 0.5
STATEMENT = re.compile(r"LOG:  (?:statement|execute [^:]*): *(\S+)", re.IGNORECASE)
# The frame of a unit of work: one round trip each, but no question.
FRAME = {"BEGIN", "BEGIN;", "COMMIT", "COMMIT;", "ROLLBACK", "ROLLBACK;"}


async def statements(portal: Running, view: View) -> int:
    """Statements of one view beside the frame of its transaction."""
    connection = Connection(portal.url, dict(view.cookies))
    try:
        await view.visit(connection)
        await _log(portal, "all")
        before = portal.database_log.stat().st_size
        await view.visit(connection)
        await asyncio.sleep(SETTLED_SECONDS)
        said = portal.database_log.read_bytes()[before:].decode(errors="replace")
        await _log(portal, "none")
    finally:
        connection.close()
    asked = [found[1].upper() for found in STATEMENT.finditer(said)]
    return sum(word not in FRAME and word != "ALTER" for word in asked)


async def _log(portal: Running, what: str) -> None:
    administrator = await asyncpg.connect(portal.administrator_url)
    try:
        await administrator.execute(f"ALTER SYSTEM SET log_statement = '{what}'")
        await administrator.execute("SELECT pg_reload_conf()")
    finally:
        await administrator.close()
    await asyncio.sleep(SETTLED_SECONDS)
