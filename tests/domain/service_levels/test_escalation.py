"""Warned, breached, escalated: each step once, whoever sweeps (rule C10)."""

import asyncio
from datetime import datetime, timedelta

from portal.database import Login, current_unit, database_now, unit_of_work
from portal.domain.common.activity import Subject
from portal.domain.policy.promise_figures import TELL_DEPARTMENT_HEAD, TELL_SENIOR_MANAGEMENT
from portal.domain.policy.values import CalendarKind, Clock
from portal.domain.service_levels import clock
from portal.domain.service_levels.clock import Owed
from portal.domain.service_levels.promise import TargetKind
from portal.domain.service_levels.sweep import stamp_due
from tests.domain.service_levels.clocked import as_staff, something_of
from tests.factories import Account, Factory

HOUR = timedelta(hours=1)
URGENT = Clock(4 * HOUR, 8 * HOUR, CalendarKind.ALWAYS)
OFFICE = Clock(4 * HOUR, 8 * HOUR, CalendarKind.OFFICE_HOURS)
HEAD = TELL_DEPARTMENT_HEAD.default
SENIOR = HEAD + TELL_SENIOR_MANAGEMENT.default


async def swept(at: datetime) -> None:
    """Sweep at `at` until nothing is left, as a worker does."""
    while True:
        async with unit_of_work(Login.WORKER):
            current_unit().now = at
            if not await stamp_due(limit=200):
                return


async def opened(
    make: Factory, figures: Clock = URGENT, *, at: datetime | None = None
) -> tuple[Account, Subject, datetime]:
    account = await make.account()
    subject = something_of(account)
    owed = Owed(account.id, account.name, account.branch_id, "Bearings", None, figures, 1)
    async with as_staff():
        current_unit().now = at or await database_now()
        promise = await clock.open_target(TargetKind.QUOTE, subject, owed)
    return account, subject, promise.due_at


async def taken(make: Factory, account: Account) -> list[str]:
    """The steps that were announced, oldest first."""
    rows = await make.owner.fetch(
        """SELECT payload ->> 'step' AS step FROM outbox
           WHERE account_id = $1 AND kind LIKE 'target.%' ORDER BY id""",
        account.id,
    )
    return [row["step"] for row in rows]


async def test_each_step_is_taken_at_its_time(make: Factory) -> None:
    account, _, due = await opened(make)
    times = [due - 5 * HOUR, due - 3 * HOUR, due + HOUR, due + HEAD, due + SENIOR, due + 99 * HOUR]
    seen = []
    for at in times:
        await swept(at)
        seen.append(await taken(make, account))
    assert seen == [
        [],
        ["warned"],
        ["warned", "breached"],
        ["warned", "breached", "department_head"],
        ["warned", "breached", "department_head", "senior_management"],
        ["warned", "breached", "department_head", "senior_management"],
    ]


async def test_intervals_are_counted_on_the_calendar_of_the_promise(make: Factory) -> None:
    friday_morning = datetime.fromisoformat("2026-08-21T10:00+08:00")
    account, _, due = await opened(make, OFFICE, at=friday_morning)
    assert due == datetime.fromisoformat("2026-08-21T18:00+08:00")
    await swept(datetime.fromisoformat("2026-08-23T18:00+08:00"))
    assert await taken(make, account) == ["breached"]  # on Sunday nobody is called for office work
    await swept(datetime.fromisoformat("2026-08-24T13:00+08:00"))
    assert await taken(make, account) == ["breached", "department_head"]


async def test_a_worker_that_was_off_takes_every_step_once(make: Factory) -> None:
    account, _, due = await opened(make)
    await swept(due + 200 * HOUR)
    assert await taken(make, account) == ["breached", "department_head", "senior_management"]


async def test_what_is_done_is_escalated_no_further(make: Factory) -> None:
    account, subject, due = await opened(make)
    await swept(due + HOUR)
    async with as_staff():
        current_unit().now = due + 2 * HOUR
        await clock.meet(subject)
    await swept(due + 99 * HOUR)
    assert await taken(make, account) == ["breached"]


async def test_a_breach_is_told_although_we_asked_the_customer_after_it(make: Factory) -> None:
    account, subject, due = await opened(make)
    async with as_staff():
        current_unit().now = due + HOUR
        await clock.pause(subject, "Which seal?")
    await swept(due + 2 * HOUR)
    assert await taken(make, account) == ["breached"]
    await swept(due + HEAD)
    assert await taken(make, account) == ["breached", "department_head"]


async def test_waiting_for_the_customer_is_no_breach(make: Factory) -> None:
    account, subject, due = await opened(make)
    async with as_staff():
        current_unit().now = due - 5 * HOUR
        await clock.pause(subject, "Which seal?")
    await swept(due + 99 * HOUR)
    assert await taken(make, account) == []


async def test_nobody_is_told_twice_of_a_step_that_comes_again(make: Factory) -> None:
    account, subject, due = await opened(make)
    await swept(due - 3 * HOUR)
    async with as_staff():
        current_unit().now = due - 2 * HOUR
        await clock.pause(subject, "Which seal?")
    async with as_staff():
        current_unit().now = due + 20 * HOUR
        await clock.resume(subject)  # the warning moment lies ahead again, but was told
    await make.owner.execute("UPDATE target SET warned_at = NULL WHERE subject_id = $1", subject.id)
    await swept(due + 21 * HOUR)
    assert await taken(make, account) == ["warned"]


async def test_workers_at_once_take_each_step_once(make: Factory) -> None:
    accounts = [await opened(make) for _ in range(6)]
    at = max(due for _, _, due in accounts) + HOUR

    async def sweep() -> None:
        async with unit_of_work(Login.WORKER):
            current_unit().now = at
            await stamp_due(limit=1000)

    await asyncio.gather(sweep(), sweep(), sweep())
    await swept(at)
    assert [await taken(make, account) for account, _, _ in accounts] == [["breached"]] * 6


async def test_an_account_can_have_intervals_of_its_own(make: Factory) -> None:
    account, _, due = await opened(make)
    await make.insert(
        "policy_figure",
        key=TELL_DEPARTMENT_HEAD.key,
        scope_kind="account",
        scope_value=str(account.id),
        value="3600",
        version=1,
        valid_from=due - 99 * HOUR,
    )
    await swept(due + timedelta(minutes=1))
    await swept(due + HOUR)
    assert await taken(make, account) == ["breached", "department_head"]
