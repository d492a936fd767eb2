"""How long the sweep of due dates takes over a million open targets of which a thousand are due.

Brings a PostgreSQL of its own, fills it set-based, sweeps as the worker does (rounds of 500, a
transaction each): warnings, breaches and escalations apart, then a sweep that finds nothing.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg

from portal.database import Login, close_pools, open_pools, unit_of_work
from portal.domain.migrations.runner import create_database, migrate
from portal.domain.service_levels.sweep import stamp_due
from portal.embedded import EmbeddedPostgres, Place

OWNER, PASSWORD, DATABASE = "portal_owner", "only-for-measuring", "bench"
BRANCHES, ACCOUNTS, WARMING_UP = 5, 2000, 15

HOUSE = f"""
    INSERT INTO branch (code, name) SELECT 'B' || n, 'Branch ' || n
    FROM generate_series(1, {BRANCHES}) AS n;
    INSERT INTO account (code, name, short_name, tier, branch_id, first_contact_on)
    SELECT 'HZ-202601-B-' || n, 'Account ' || n, 'B' || n, 'general',
        (SELECT min(id) FROM branch) + n % {BRANCHES}, '2026-01-05'
    FROM generate_series(1, {ACCOUNTS}) AS n;
"""
# Due one after the other from tomorrow on; the first ones are moved to where they are due.
TARGETS = f"""
    INSERT INTO target (account_id, account_name, subject_kind, subject_id, reference, kind,
        branch_id, policy_version, calendar, timezone, warn_after, due_after, opened_at, warn_at,
        due_at)
    SELECT a.id, a.name, 'quote_request', n, 'RFQ-2026-' || n, 'quote', a.branch_id, 1,
        (ARRAY['always', 'working-days', 'office-hours'])[n % 3 + 1], 'Asia/Shanghai',
        '24 h', '48 h', due - interval '48 h', due - interval '24 h', due
    FROM (SELECT n, business_now() + interval '3 d' + n * interval '1 s' AS due,
              (SELECT min(id) FROM account) + n % {ACCOUNTS} AS account_id
          FROM generate_series($1::int, $2::int) AS n) AS made
    JOIN account a ON a.id = made.account_id
"""
WARN = """UPDATE target SET opened_at = business_now() - interval '1 d',
        warn_at = business_now() - interval '1 min'
    WHERE id BETWEEN $1 AND $2"""
BREACH = """UPDATE target SET warned_at = warn_at, warn_at = due_at - interval '4 d',
        opened_at = due_at - interval '5 d', due_at = business_now() - interval '1 min'
    WHERE id BETWEEN $1 AND $2"""
ESCALATE = """UPDATE target SET next_step_at = business_now() - interval '1 min'
    WHERE next_step_at IS NOT NULL AND id BETWEEN $1 AND $2"""


@dataclass(frozen=True, slots=True)
class Step:
    """What was done, to how many, in how many seconds."""

    what: str
    count: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Sweep:
    """Sweeps over so many open targets. `steps` are in their order."""

    targets: int
    due: int
    filled_seconds: float
    steps: Sequence[Step]


def sweep(targets: int, due: int = 1000) -> Sweep:
    """Fill a database with open targets and sweep it."""
    with Place.temporary() as place, EmbeddedPostgres(place) as postgres:
        return asyncio.run(_measured(postgres, targets, due))


async def _swept(what: str) -> Step:
    """One sweep, in rounds until nothing is left."""
    started, total = time.perf_counter(), 0
    while True:
        async with unit_of_work(Login.WORKER):
            count = await stamp_due()
        total += count
        if not count:
            return Step(what, total, time.perf_counter() - started)


async def _measured(postgres: EmbeddedPostgres, targets: int, due: int) -> Sweep:
    urls = {login: postgres.url(login.value, PASSWORD, DATABASE) for login in Login}
    owner_url = postgres.url(OWNER, PASSWORD, DATABASE)
    await create_database(postgres.url(), DATABASE, OWNER, PASSWORD)
    await migrate(owner_url, urls)
    owner = await asyncpg.connect(owner_url)
    await open_pools({Login.WORKER: urls[Login.WORKER]})
    try:
        started = time.perf_counter()
        await _fill(owner, targets)
        filled = time.perf_counter() - started
        steps = [await _swept("nothing is due")]
        # A worker that has just started reads the holidays of thirty years first, once.
        await owner.execute(BREACH, 1, WARMING_UP)
        steps.append(await _swept("the first ones after a start"))
        for what, prepare in (("warned", WARN), ("breached", BREACH), ("escalated", ESCALATE)):
            await owner.execute(prepare, WARMING_UP + 1, WARMING_UP + due)
            steps.append(await _swept(f"{due:,} are due to be {what}"))
        steps.append(await _swept("nothing is due any more"))
        return Sweep(targets, due, filled, steps)
    finally:
        await close_pools()
        await owner.close()


async def _fill(owner: asyncpg.Connection, targets: int) -> None:
    await owner.execute(HOUSE)
    # Each request has the one clock, which leads. Triggers would be planned for a table that is not
    # known yet, and walk all of it for each row.
    await owner.execute("ALTER TABLE target DISABLE TRIGGER USER")
    for first in range(1, targets + 1, 50_000):
        await owner.execute(TARGETS, first, min(first + 49_999, targets))
    await owner.execute("ALTER TABLE target ENABLE TRIGGER USER")
    await owner.execute("VACUUM ANALYZE target")
