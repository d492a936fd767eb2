"""How many mails of a survey a worker hands to a mail server a second.

Starts a campaign to so many contacts and then a worker: from its start until the last mail has
arrived, and over the steady middle. Counts what is missing and what came twice.
"""

import asyncio
import time
from dataclasses import dataclass

import asyncpg

from bench.sink import Arrived, sink
from bench.working import Desk, desk, worker
from portal.database import Login, close_pools, open_pools, unit_of_work
from portal.domain.common.actor import Actor, Side
from portal.domain.common.permissions import StaffRole
from portal.domain.surveys import campaigns
from portal.domain.surveys.campaigns import CampaignFacts
from portal.domain.surveys.listing import survey_by_key

CONTACTS_AN_ACCOUNT = 5
PATIENCE_SECONDS = 240.0

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


@dataclass(frozen=True, slots=True)
class Mails:
    """Seconds from the start of the worker; mails a second over the steady middle.

    Processor time is milliseconds a mail, from the first one on.
    """

    people: int
    planned_seconds: float
    arrived: int
    missing: int
    twice: int
    first_after: float
    last_after: float
    a_second: float
    worker_cpu: float
    database_cpu: float


def mails(people: int) -> Mails:
    """Send a survey to so many people."""
    with desk() as at:
        planned = asyncio.run(_prepare(at, people))
        with sink(people, PATIENCE_SECONDS) as taking:
            started = time.monotonic()
            with worker(at, taking.port) as working:
                taking.wait_for_the_first()
                groups = (working, at.database)
                before = [group.cpu_seconds() for group in groups]
                arrived = taking.arrived()
                cpu = [group.cpu_seconds() - was for group, was in zip(groups, before, strict=True)]
        return _summed_up(arrived, people, planned, started, cpu)


async def _prepare(at: Desk, people: int) -> float:
    """A house with so many contacts and a campaign to all of them, due now; seconds to plan it."""
    await at.make_database()
    owner = await asyncpg.connect(at.owner_url)
    accounts = -(-people // CONTACTS_AN_ACCOUNT)
    await owner.execute(HOUSE)
    await owner.execute(PEOPLE, accounts)
    await owner.execute(CONTACTS, people, accounts)
    await owner.execute("VACUUM ANALYZE")
    row = await owner.fetchrow("SELECT id, person_id FROM staff_member")
    await open_pools({Login.STAFF: at.urls[Login.STAFF]})
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
        await campaigns.start_campaign(campaign, by=editor)
    planned = time.perf_counter() - started
    await owner.execute("UPDATE survey_invitation SET send_at = now()")
    await owner.close()
    await close_pools()
    return planned


def _summed_up(
    arrived: Arrived, people: int, planned: float, started: float, cpu: list[float]
) -> Mails:
    moments = sorted(arrived.moments)
    tenth = max(1, len(moments) // 10)
    middle = moments[-tenth] - moments[tenth]
    return Mails(
        people=people,
        planned_seconds=planned,
        arrived=len(moments),
        missing=people - len(set(arrived.ids)),
        twice=arrived.twice,
        first_after=moments[0] - started,
        last_after=moments[-1] - started,
        a_second=(len(moments) - 2 * tenth) / middle,
        worker_cpu=1000 * cpu[0] / len(moments),
        database_cpu=1000 * cpu[1] / len(moments),
    )
