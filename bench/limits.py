"""What this machine and these libraries do at best, beside which a page's cost is read.

A plain-text route of the same framework and server; a list of fifty rows from memory by the same
template engine; the list's own SQL asked of the same database by asyncpg alone.
"""

import asyncio
import subprocess
import sys
import time
from dataclasses import dataclass

import asyncpg
import httpx
from jinja2 import Environment

from bench.load import load, page
from bench.processes import Group
from bench.running import Running
from portal.embedded import free_port

ROWS = 50
ROUNDS = 400
PLAIN = """
import sys, uvicorn
from litestar import Litestar, MediaType, get

@get("/", media_type=MediaType.TEXT, sync_to_thread=False)
def plain() -> str:
    return "served"

uvicorn.run(Litestar([plain], openapi_config=None, logging_config=None), port=int(sys.argv[1]),
            loop="uvloop", http="httptools", access_log=False, log_config=None)
"""
TABLE = """<table>{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>
{% endfor %}</table>"""
LIST = """SELECT r.id, r.reference, r.title, r.status, r.urgent, r.submitted_at, a.name,
        t.due_at, t.warn_at, p.name AS owner
    FROM quote_request r JOIN account a ON a.id = r.account_id
    LEFT JOIN target t ON t.subject_kind = 'quote_request' AND t.subject_id = r.id
        AND t.met_at IS NULL AND t.cancelled_at IS NULL AND t.kind = 'quote'
    LEFT JOIN staff_member s ON s.id = r.owner_id LEFT JOIN person p ON p.id = s.person_id
    ORDER BY r.submitted_at DESC NULLS LAST, r.id DESC LIMIT 50"""


@dataclass(frozen=True, slots=True)
class Limits:
    """Milliseconds of processor time: of a plain answer, a rendering, asking for fifty rows."""

    plain: float
    template: float
    sql_client: float
    sql_database: float

    @property
    def list_page(self) -> float:
        """A list at best: answered, rendered and asked for, nothing else."""
        return self.plain + self.template + self.sql_client


async def limits(portal: Running, seconds: float) -> Limits:
    """Measured beside the portal, on the same machine and database."""
    client, database = await _asked(portal)
    return Limits(await _plain(seconds, portal.database), _rendered(), client, database)


async def _plain(seconds: float, database: Group) -> float:
    port = free_port(0)
    with subprocess.Popen([sys.executable, "-c", PLAIN, str(port)]) as process:  # noqa: ASYNC220
        url = f"http://127.0.0.1:{port}"
        try:
            await asyncio.to_thread(_wait, url)
            found = await load(
                page("/"),
                base_url=url,
                cookies={},
                connections=8,
                seconds=seconds,
                app=Group([process.pid]),
                database=database,
            )
            return found.app_cpu
        finally:
            process.terminate()


def _wait(url: str) -> None:
    for _ in range(200):
        try:
            httpx.get(url, timeout=1)
        except httpx.HTTPError:
            time.sleep(0.05)
        else:
            return


def _rendered() -> float:
    template = Environment(autoescape=True).from_string(TABLE)
    rows = [[f"cell {row} {column}" for column in range(10)] for row in range(ROWS)]
    template.render(rows=rows)
    began = time.process_time()
    for _ in range(ROUNDS):
        template.render(rows=rows)
    return (time.process_time() - began) / ROUNDS * 1000


async def _asked(portal: Running) -> tuple[float, float]:
    connection = await asyncpg.connect(portal.settings.staff_url)
    try:
        await connection.fetch(LIST)
        began, before = time.process_time(), portal.database.cpu_seconds()
        for _ in range(ROUNDS):
            await connection.fetch(LIST)
        client = time.process_time() - began
        return client / ROUNDS * 1000, (portal.database.cpu_seconds() - before) / ROUNDS * 1000
    finally:
        await connection.close()
