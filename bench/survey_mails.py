"""How many mails of a survey a worker hands to a mail server a second.

    .venv/bin/python bench/survey_mails.py [--people 10000]

Brings a PostgreSQL, a Valkey and a mail sink of its own, starts a campaign to so many contacts,
then a worker process as `portal worker` runs it, and reports mails a second: from the start of the
worker until the last one has arrived, and over the steady middle. Checks that nothing is missing
and that no Message-ID came twice. Nothing is kept.
"""

import argparse
import asyncio
import contextlib
import multiprocessing
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import asyncpg

from portal.database import Login, close_pools, open_pools, unit_of_work
from portal.domain.common.actor import Actor, Side
from portal.domain.common.permissions import StaffRole
from portal.domain.migrations.runner import create_database, migrate
from portal.domain.surveys import campaigns
from portal.domain.surveys.campaigns import CampaignFacts
from portal.domain.surveys.listing import survey_by_key
from portal.embedded import EmbeddedPostgres, EmbeddedValkey, Place
from portal.embedded.processes import spawn

OWNER, PASSWORD, DATABASE = "portal_owner", "only-for-measuring", "bench"
REPOSITORY = Path(__file__).parents[1]
CONTACTS_AN_ACCOUNT = 5
PATIENCE = 600.0

HOUSE = """
    INSERT INTO branch (code, name) VALUES ('B1', 'Branch 1');
    INSERT INTO person (side, name, email) VALUES ('staff', 'Editor', 'editor@bench.example');
    INSERT INTO staff_member (person_id, role, branch_id)
    SELECT p.id, 'service_supervisor', b.id FROM person p, branch b;
    INSERT INTO policy_figure (key, scope_kind, value, version, valid_from, reason)
    VALUES ('notice.mail-hours', 'company', '[["00:00", "24:00"]]', 1, '2020-01-01', 'measuring');
"""
PEOPLE = """
    INSERT INTO account (code, name, short_name, tier, branch_id, first_contact_on, locale)
    SELECT 'HZ-202601-B-' || n, '客户 Account ' || n, 'B' || n, 'general',
        (SELECT min(id) FROM branch), '2026-01-05', (ARRAY['en', 'zh_Hans', 'zh_Hant'])[n % 3 + 1]
    FROM generate_series(1, $1::int) AS n"""
CONTACTS = """
    INSERT INTO contact (account_id, name, email)
    SELECT (SELECT min(id) FROM account) + n % $2::int, '联系人 ' || n, 'c' || n || '@bench.example'
    FROM generate_series(0, $1::int - 1) AS n"""


@dataclass(frozen=True)
class Arrived:
    """What the sink saw: when each mail came, by the clock of this machine, and its id."""

    moments: list[float]
    ids: list[str]


class Sink(asyncio.Protocol):
    """As little of an SMTP server as takes mails: what is measured is who brings them."""

    def __init__(self, arrived: Arrived, came: Callable[[], None]) -> None:
        self._arrived, self._came = arrived, came
        self._rest = b""
        self._in_data = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - what a server makes
        self._transport = transport
        transport.write(b"220 sink ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        self._rest += data
        while True:
            end = b"\r\n.\r\n" if self._in_data else b"\r\n"
            found, separator, rest = self._rest.partition(end)
            if not separator:
                return
            self._rest = rest
            self._transport.write(self._message(found) if self._in_data else self._command(found))

    def _message(self, content: bytes) -> bytes:
        self._in_data = False
        named = re.search(rb"(?im)^message-id:\s*(<[^>]+>)", content)
        self._arrived.moments.append(time.monotonic())
        self._arrived.ids.append(named[1].decode() if named else "")
        self._came()
        return b"250 OK\r\n"

    def _command(self, line: bytes) -> bytes:
        match line[:4].upper():
            case b"EHLO":
                return b"250-sink\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n"
            case b"DATA":
                self._in_data = True
                return b"354 go on\r\n"
            case b"QUIT":
                self._transport.close()
                return b"221 bye\r\n"
        return b"250 OK\r\n"


def take_mails(pipe: Connection, expected: int) -> None:
    """The sink's process: says its port, then what arrived once all of it is there."""
    asyncio.run(_take_mails(pipe, expected))


async def _take_mails(pipe: Connection, expected: int) -> None:
    arrived, complete = Arrived([], []), asyncio.Event()

    def came() -> None:
        if len(arrived.ids) == 1:
            pipe.send("the first one is here")
        if len(arrived.ids) >= expected and len(set(arrived.ids)) >= expected:
            complete.set()

    server = await asyncio.get_running_loop().create_server(
        lambda: Sink(arrived, came), "127.0.0.1", 0
    )
    pipe.send(server.sockets[0].getsockname()[1])
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            await complete.wait()
    await asyncio.sleep(2)  # what comes twice comes now
    pipe.send(arrived)
    server.close()


async def prepare(owner_url: str, staff_url: str, people: int) -> None:
    """A house with so many contacts, and a campaign to all of them that is due now."""
    owner = await asyncpg.connect(owner_url)
    accounts = -(-people // CONTACTS_AN_ACCOUNT)
    await owner.execute(HOUSE)
    await owner.execute(PEOPLE, accounts)
    await owner.execute(CONTACTS, people, accounts)
    await owner.execute("VACUUM ANALYZE")
    row = await owner.fetchrow("SELECT id, person_id FROM staff_member")
    await open_pools({Login.STAFF: staff_url})
    role = StaffRole.SERVICE_SUPERVISOR
    editor = Actor(row["person_id"], "Editor", Side.STAFF, role, staff_member_id=row["id"])
    started = time.perf_counter()
    async with unit_of_work(Login.STAFF, person_id=editor.person_id):
        today = await owner.fetchval("SELECT current_date")
        facts = CampaignFacts(
            name="Measured",
            period=f"{today.year}-H1",
            tiers=["general"],
            starts_on=today,
            closes_on=today.replace(year=today.year + 1, day=1),
            main_contacts_only=False,
        )
        survey = await survey_by_key("half-yearly", by=editor)
        campaign = await campaigns.create_campaign(survey, facts, by=editor)
        planned = await campaigns.start_campaign(campaign, by=editor)
    print(f"planned {planned:>8} people in {time.perf_counter() - started:.2f} s")
    await owner.execute("UPDATE survey_invitation SET send_at = now()")
    await owner.close()
    await close_pools()


def measure(postgres: EmbeddedPostgres, valkey: EmbeddedValkey, place: Place, people: int) -> None:
    """Start a campaign and a worker, and say how fast the mails arrived."""
    urls = {login: postgres.url(login.value, PASSWORD, DATABASE) for login in Login}
    owner_url = postgres.url(OWNER, PASSWORD, DATABASE)

    async def house() -> None:
        await create_database(postgres.url(), DATABASE, OWNER, PASSWORD)
        await migrate(owner_url, urls)
        await prepare(owner_url, urls[Login.STAFF], people)

    asyncio.run(house())
    ours, theirs = multiprocessing.Pipe()
    sink = multiprocessing.Process(target=take_mails, args=(theirs, people), daemon=True)
    sink.start()
    port = ours.recv()
    started = time.monotonic()
    worker = _worker(urls[Login.WORKER], valkey.url(), port, place)
    try:
        ours.recv()
        began_with = _cpu_seconds(worker.pid)
        arrived: Arrived = ours.recv()
        cpu = _cpu_seconds(worker.pid) - began_with
    finally:
        worker.kill()
        worker.wait()
    _report(arrived, people, started, cpu)


def _worker(worker_url: str, redis_url: str, port: int, place: Place) -> subprocess.Popen[bytes]:
    env = {
        **os.environ,
        "PORTAL_WORKER_DATABASE_URL": worker_url,
        "PORTAL_REDIS_URL": redis_url,
        "PORTAL_SMTP_URL": f"smtp://127.0.0.1:{port}",
        "PORTAL_BASE_URL": "https://portal.hengda.example",
        "PORTAL_MAIL_FROM": "service@hengda.example",
        "PORTAL_DATA_DIR": str(place.root / "worker"),
        "PYTHONPATH": str(REPOSITORY),
    }
    module = [sys.executable, "-P", "-m", "portal.cli", "worker"]
    return spawn(module, log=place.root / "worker.log", env=env)


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _report(arrived: Arrived, people: int, started: float, cpu: float) -> None:
    moments = sorted(arrived.moments)
    total = moments[-1] - started
    tenth = len(moments) // 10
    middle = moments[-tenth] - moments[tenth]
    print(f"arrived {len(moments):>8} mails, {people - len(set(arrived.ids))} missing, ", end="")
    print(f"{len(arrived.ids) - len(set(arrived.ids))} twice")
    print(f"first   {moments[0] - started:>8.2f} s after the start of the worker")
    print(f"last    {total:>8.2f} s: {len(moments) / total:.0f} mails/s with the start")
    print(f"steady  {len(moments) * 0.8 / middle:>8.0f} mails/s")
    print(f"worker  {1000 * cpu / len(moments):>8.2f} ms CPU a mail, once it has started: ", end="")
    print(f"{len(moments) / cpu:.0f} mails a second of one processor")


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=10_000)
    chosen = parser.parse_args()
    with (
        Place.temporary() as place,
        EmbeddedPostgres(place, fast=True) as postgres,
        EmbeddedValkey(place, fast=True) as valkey,
    ):
        measure(postgres, valkey, place, chosen.people)


if __name__ == "__main__":
    main()
