"""How many events of the outbox a worker works off a second, and the mails that come of them.

Customers have written messages while no worker ran: each event tells the people around its request
(notices, and a mail each at once). The worker is up and idle when the events are written; relay,
queues in Valkey and jobs are the real ones.
"""

import asyncio
import time
from dataclasses import dataclass, replace

import asyncpg

from bench.load import NotServed
from bench.sink import sink
from bench.working import Desk, desk, wait_until_up, worker
from portal.database import Login
from portal.demo.seed import seed
from portal.settings import Settings

PATIENCE_SECONDS = 180.0
POLL_SECONDS = 0.1
# Not the flood limit is measured, nor the night.
FIGURES = """INSERT INTO policy_figure (key, scope_kind, value, version, valid_from, reason)
    SELECT made.key, 'company', made.value::jsonb, coalesce(max(f.version), 0) + 1, now(),
        'measuring'
    FROM (VALUES ('notice.mails-an-hour', '100000'), ('notice.mail-hours', '[["00:00", "24:00"]]'))
        AS made (key, value)
    LEFT JOIN policy_figure f ON f.key = made.key AND f.scope_kind = 'company'
    GROUP BY made.key, made.value"""
NOTHING_WAITS = (
    "UPDATE outbox SET done_at = now() WHERE done_at IS NULL AND given_up_at IS NULL",
    "UPDATE mail SET status = 'cancelled' WHERE status = 'waiting'",
)
# Messages as a buyer writes them, spread over the requests that somebody of ours works on.
EVENTS = """
    WITH asked AS (
        SELECT r.id, r.reference, r.account_id, p.id AS person_id, p.name,
            row_number() OVER (ORDER BY r.id) - 1 AS place, count(*) OVER () AS places
        FROM quote_request r
        JOIN LATERAL (SELECT m.person_id FROM membership m WHERE m.account_id = r.account_id
            ORDER BY m.person_id LIMIT 1) AS buyer ON true
        JOIN person p ON p.id = buyer.person_id
        WHERE r.owner_id IS NOT NULL AND r.status <> 'draft'
    ), written AS (
        INSERT INTO message (account_id, subject_kind, subject_id, audience, author_id,
            author_name, author_side, body, written_at)
        SELECT a.account_id, 'quote_request', a.id, 'customer', a.person_id, a.name, 'customer',
            'When will it leave your plant?', now()
        FROM generate_series(0, $1::int - 1) AS n JOIN asked a ON a.place = n % a.places
        RETURNING id, account_id, author_id, subject_id
    )
    INSERT INTO outbox (kind, account_id, payload)
    SELECT 'quote.message', w.account_id, jsonb_build_object('side', 'customer',
        'actor_id', w.author_id, 'reference', r.reference, 'message_id', w.id,
        'request_id', w.subject_id)
    FROM written w JOIN quote_request r ON r.id = w.subject_id"""
STATE = """SELECT (SELECT count(*) FROM outbox WHERE done_at IS NULL) AS events,
        (SELECT count(*) FROM mail WHERE status = 'waiting') AS mails"""
MADE = """SELECT (SELECT count(*) FROM outbox WHERE given_up_at IS NOT NULL OR attempts > 0)
        AS failed,
        (SELECT count(*) FROM notice WHERE created_at >= $1) AS notices,
        (SELECT count(*) FROM mail WHERE created_at >= $1 AND status = 'sent') AS mails"""


@dataclass(frozen=True, slots=True)
class Outbox:
    """Seconds from the commit of the events; processor time in milliseconds an event."""

    events: int
    failed: int
    notices: int
    mails: int
    told_seconds: float
    mailed_seconds: float
    worker_cpu: float
    database_cpu: float

    @property
    def events_a_second(self) -> float:
        return self.events / self.told_seconds

    @property
    def mails_a_second(self) -> float:
        return self.mails / self.mailed_seconds


def outbox(events: int) -> Outbox:
    """Work off so many events."""
    with desk() as at:
        asyncio.run(_house(at))
        with sink(events * 100, PATIENCE_SECONDS) as taking, worker(at, taking.port) as working:
            wait_until_up(at)
            before = working.cpu_seconds(), at.database.cpu_seconds()
            made, told, mailed = asyncio.run(_worked_off(at, events))
            after = working.cpu_seconds(), at.database.cpu_seconds()
    return Outbox(
        events=events,
        failed=made["failed"],
        notices=made["notices"],
        mails=made["mails"],
        told_seconds=told,
        mailed_seconds=mailed,
        worker_cpu=(after[0] - before[0]) / events * 1000,
        database_cpu=(after[1] - before[1]) / events * 1000,
    )


async def _house(at: Desk) -> None:
    """The demo, in which everything has been told already."""
    await at.make_database()
    settings = replace(
        Settings(),
        owner_url=at.owner_url,
        customer_url=at.urls[Login.CUSTOMER],
        staff_url=at.urls[Login.STAFF],
        worker_url=at.urls[Login.WORKER],
        redis_url=at.valkey.url(),
        data_dir=at.place.root / "files",
        mail_folder=at.place.root / "mail",
    )
    await seed(settings, lambda _: None)
    owner = await asyncpg.connect(at.owner_url)
    try:
        for sql in (FIGURES, *NOTHING_WAITS, "VACUUM ANALYZE"):
            await owner.execute(sql)
    finally:
        await owner.close()


async def _worked_off(at: Desk, events: int) -> tuple[asyncpg.Record, float, float]:
    """What became of the events, and after how many seconds all were told and all mails sent."""
    owner = await asyncpg.connect(at.owner_url)
    try:
        since = await owner.fetchval("SELECT now()")
        await owner.execute(EVENTS, events)
        began = time.perf_counter()
        told = 0.0
        while (elapsed := time.perf_counter() - began) < PATIENCE_SECONDS:
            state = await owner.fetchrow(STATE)
            if not state["events"]:
                told = told or elapsed
                if not state["mails"]:
                    return await owner.fetchrow(MADE, since), told, elapsed
            await asyncio.sleep(POLL_SECONDS)
        raise NotServed(f"{state['events']} events and {state['mails']} mails still wait")
    finally:
        await owner.close()
