"""A portal as it runs in production, on servers of its own, filled to a size: what is measured."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import asyncpg

from bench.forms import token_in
from bench.load import Connection, NotServed
from bench.processes import Group
from portal.cli import VARIABLES
from portal.database import Login
from portal.demo.scale import scale
from portal.demo.seed import seed
from portal.demo.sign_ins import PASSWORD
from portal.domain.migrations.runner import create_database, migrate
from portal.embedded import EmbeddedPostgres, EmbeddedValkey, Place, free_port
from portal.embedded.processes import spawn, stop
from portal.settings import Settings

OWNER, OWNER_PASSWORD, DATABASE = "portal_owner", "only-for-measuring", "bench"
READY_SECONDS = 60
RECORDS_A_REQUEST = 4
# How many records a request brings with it differs: a few are made, counted, and then the rest.
SAMPLES = (100, 2_000, 1_000_000)
# What is counted as a record of the business, beside the rows that belong to it.
RECORDS = ("quote_request", "quote", "sales_order", "shipment", "complaint", "visit")


@dataclass(frozen=True)
class Running:
    """One web process and its servers. `records` is how many there are of the business."""

    url: str
    settings: Settings
    web: Group
    database: Group
    database_log: Path
    administrator_url: str
    records: int
    started_after: float
    filled_seconds: float = 0.0

    async def signed_in(self, email: str, *, staff: bool) -> dict[str, str]:
        """The cookies of somebody of the demo who has signed in."""
        connection = Connection(self.url)
        path = "/staff/sign-in" if staff else "/sign-in"
        try:
            form = await connection.get(path)
            token = token_in(form.text, path)
            words = {"email": email, "password": PASSWORD, "_csrf_token": token}
            answer = await connection.post(
                path,
                urlencode(words).encode(),
                {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.url},
            )
            if answer.status != 303:
                raise NotServed(f"{path}: {answer.status}")
            return connection.cookies
        finally:
            connection.close()

    async def value(self, sql: str, *values: object) -> object:
        """One value that the owner of the database reads."""
        found = await self.column(sql, *values)
        return found[0] if found else None

    async def column(self, sql: str, *values: object) -> list[Any]:
        """The first column of what the owner of the database reads."""
        owner = await asyncpg.connect(self.settings.owner_url)
        try:
            return [row[0] for row in await owner.fetch(sql, *values)]
        finally:
            await owner.close()


@contextmanager
def running(wanted: int) -> Iterator[Running]:
    """A demo multiplied until it has about `wanted` records. Prints its progress."""
    with (
        Place.temporary() as place,
        EmbeddedPostgres(place) as postgres,
        EmbeddedValkey(place) as valkey,
    ):
        urls = {login: postgres.url(login.value, OWNER_PASSWORD, DATABASE) for login in Login}
        port = free_port(0)
        settings = replace(
            Settings(),
            owner_url=postgres.url(OWNER, OWNER_PASSWORD, DATABASE),
            customer_url=urls[Login.CUSTOMER],
            staff_url=urls[Login.STAFF],
            worker_url=urls[Login.WORKER],
            redis_url=valkey.url(),
            base_url=f"http://127.0.0.1:{port}",
            data_dir=place.root / "files",
            mail_folder=place.root / "mail",
        )
        began = time.perf_counter()
        records = asyncio.run(_filled(settings, postgres, urls, wanted))
        filled = time.perf_counter() - began
        with _web(settings, port, place.root / "web.log") as (process, seconds):
            yield Running(
                settings.base_url,
                settings,
                Group([process.pid]),
                Group([postgres.pid]),
                postgres.log,
                postgres.url(),
                records,
                seconds,
                filled,
            )


async def _filled(
    settings: Settings, postgres: EmbeddedPostgres, urls: dict[Login, str], wanted: int
) -> int:
    await create_database(postgres.url(), DATABASE, OWNER, OWNER_PASSWORD)
    await migrate(settings.owner_url, urls)
    await seed(settings, _quiet)
    of_demo = await _count(settings)
    made, each = 0, float(RECORDS_A_REQUEST)
    for sample in SAMPLES:
        missing = round((wanted - await _count(settings)) / each)
        if missing > 0:
            await scale(settings, min(missing, sample), _quiet if sample < missing else print)
            made += min(missing, sample)
            each = (await _count(settings) - of_demo) / made
    administrator = await asyncpg.connect(postgres.url(database=DATABASE))
    try:
        await administrator.execute("VACUUM ANALYZE")
        await administrator.execute("CHECKPOINT")
    finally:
        await administrator.close()
    return await _count(settings)


def _quiet(_: str) -> None:
    """Small steps are not worth a line."""


async def _count(settings: Settings) -> int:
    owner = await asyncpg.connect(settings.owner_url)
    try:
        sums = " + ".join(f"(SELECT count(*) FROM {table})" for table in RECORDS)
        return int(await owner.fetchval(f"SELECT {sums}"))
    finally:
        await owner.close()


@contextmanager
def _web(
    settings: Settings, port: int, log: Path
) -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    urls = {variable: getattr(settings, name) for name, variable in VARIABLES.items()}
    environment = (
        os.environ
        | urls
        | {
            "PORTAL_BASE_URL": settings.base_url,
            "PORTAL_DATA_DIR": str(settings.data_dir),
            "PORTAL_MAIL_FOLDER": str(settings.mail_folder),
        }
    )
    began = time.perf_counter()
    command = [sys.executable, "-m", "portal.cli", "web", "--port", str(port)]
    process = spawn(command, log=log, env=environment)
    try:
        yield process, _ready_after(port, began, log)
    finally:
        stop(process, (signal.SIGTERM, 20.0))


def _ready_after(port: int, began: float, log: Path) -> float:
    while time.perf_counter() - began < READY_SECONDS:
        connection = HTTPConnection("127.0.0.1", port, timeout=2)
        with suppress(OSError, HTTPException):
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return time.perf_counter() - began
        connection.close()
        time.sleep(0.01)
    raise NotServed(f"not ready after {READY_SECONDS} s:\n{log.read_text()[-2000:]}")
