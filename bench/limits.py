"""What this machine and these libraries do at best, beside which a page's cost is read.

A plain-text route of the same framework and server; the page's own template from memory, and a
bare table of fifty rows by the same engine; the page's own SQL, asked by the driver alone.
"""

import asyncio
import logging
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

import asyncpg
import httpx
from jinja2 import Environment

from bench.load import NotServed, load, page
from bench.processes import Group
from bench.running import Running
from bench.statements import Statement, questions
from portal.app import create_litestar
from portal.embedded import free_port
from portal.rendering import environment
from portal.web import answers

ROWS = 50
ROUNDS = 200
MOST_SECONDS = 5.0
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


@dataclass(frozen=True, slots=True)
class Limits:
    """Milliseconds of processor time; those of the page are the staff queue's."""

    plain: float
    plain_a_second: float
    table: float
    own_template: float
    sql_client: float
    sql_database: float

    @property
    def list_page(self) -> float:
        """The application's share of a list at best: answered, a bare table of it, asked for."""
        return self.plain + self.table + self.sql_client


async def limits(
    portal: Running,
    path: str,
    cookies: Mapping[str, str],
    sent: Sequence[Statement],
    seconds: float,
) -> Limits:
    """For the staff page at `path` that sends the statements `sent`, beside the running portal."""
    plain, a_second = await _plain(seconds, portal.database)
    template = await _own_template(portal, path, cookies)
    client, database = await _own_statements(portal, sent)
    return Limits(plain, a_second, _table(), template, client, database)


async def _plain(seconds: float, database: Group) -> tuple[float, float]:
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
            return found.app_cpu, found.views_a_second
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


def _table() -> float:
    template = Environment(autoescape=True).from_string(TABLE)
    rows = [[f"cell {row} {column}" for column in range(10)] for row in range(ROWS)]
    return _rendered(lambda: template.render(rows=rows))


async def _own_template(portal: Running, path: str, cookies: Mapping[str, str]) -> float:
    """What the page's template costs once everything that it says is in memory."""
    app = create_litestar(portal.settings)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    with _renderings() as seen:
        async with (
            app.lifespan(),
            httpx.AsyncClient(
                transport=httpx.ASGITransport(app=cast("Any", app)), base_url=portal.url
            ) as client,
        ):
            header = "; ".join(f"{name}={value}" for name, value in cookies.items())
            answer = await client.get(path, headers={"Cookie": header})
    if answer.status_code != 200 or not seen:
        raise NotServed(f"{path}: {answer.status_code}")
    said, context = seen[-1]
    return _rendered(lambda: environment.render(*said, **context))


@contextmanager
def _renderings() -> Iterator[list[tuple[Any, dict[str, Any]]]]:
    """What is rendered meanwhile: template and reader, and the context."""
    seen = list[tuple[Any, dict[str, Any]]]()

    def render(*said: Any, **context: Any) -> str:
        seen.append((said, context))
        return environment.render(*said, **context)

    kept, answers.render = answers.render, render  # type: ignore[attr-defined]
    try:
        yield seen
    finally:
        answers.render = kept  # type: ignore[attr-defined]


def _rendered(render: Any) -> float:
    render()
    began = time.process_time()
    rounds = 0
    while rounds < ROUNDS and time.process_time() - began < MOST_SECONDS:
        render()
        rounds += 1
    return (time.process_time() - began) / rounds * 1000


async def _own_statements(portal: Running, sent: Sequence[Statement]) -> tuple[float, float]:
    """Milliseconds of client and of PostgreSQL to ask what the page asks, as staff does."""
    connection = await asyncpg.connect(portal.settings.staff_url)
    try:
        await connection.execute(_opening(sent))
        asks = [each for each in questions(sent) if each.sql.upper().startswith(("SELECT", "WITH"))]
        for number, each in enumerate(asks):
            await connection.execute(f"PREPARE asked_{number} AS {each.sql}")
        executes = [
            f"EXECUTE asked_{number}" + (f"({', '.join(each.values)})" if each.values else "")
            for number, each in enumerate(asks)
        ]
        for execute in executes * 6:  # PostgreSQL plans the first five times anew
            await connection.fetch(execute)
        began, before = time.process_time(), portal.database.cpu_seconds()
        since, rounds = time.perf_counter(), 0
        while rounds < ROUNDS and time.perf_counter() - since < MOST_SECONDS:
            for execute in executes:
                await connection.fetch(execute)
            rounds += 1
        client = time.process_time() - began
        database = portal.database.cpu_seconds() - before
        return client / rounds * 1000, database / rounds * 1000
    finally:
        await connection.close()


def _opening(sent: Sequence[Statement]) -> str:
    """The transaction with whose eyes the page reads."""
    bound = [each.sql for each in sent if each.sql.upper().startswith("SET LOCAL")]
    return "; ".join(["BEGIN", *bound])
