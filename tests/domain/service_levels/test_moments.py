"""Promises for a moment: due at closing time, warned before, moved with the record kept."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from portal.database import database_now, fetch_row
from portal.domain.common.activity import Subject
from portal.domain.service_levels import branch_calendar, clock
from portal.domain.service_levels.clock import MomentRule, OwedUntil
from portal.domain.service_levels.promise import Promise, PromiseState, TargetKind
from tests.domain.service_levels.clocked import as_staff, something_of
from tests.factories import Account, Factory, acting

HOUR = timedelta(hours=1)


def utc(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of August 2026. The 17th is a Monday; Shanghai is eight hours ahead."""
    return datetime(2026, 8, day, hour, minute, tzinfo=UTC)


def owed_to(account: Account) -> OwedUntil:
    return OwedUntil(account.id, account.name, account.branch_id, "Bearings", None)


async def shipment(
    account: Account, due: datetime, opened: datetime, rule: MomentRule = MomentRule.CLOSING_TODAY
) -> tuple[Subject, Promise]:
    subject = something_of(account)
    promise = await clock.open_target_until(
        TargetKind.SHIPMENT, subject, owed_to(account), due=due, rule=rule, opened_at=opened
    )
    return subject, promise


async def test_closing_time_is_the_branchs(make: Factory) -> None:  # rule O2
    shanghai, berlin = await make.branch(), await make.branch(timezone="Europe/Berlin")
    monday, sunday = date(2026, 8, 24), date(2026, 8, 23)
    await make.insert(
        "branch_day", branch_id=shanghai, day=monday, hours='[["09:00","12:00"],["13:00","16:30"]]'
    )
    async with as_staff():
        assert await branch_calendar.closing_time(shanghai, monday) == utc(24, 8, 30)
        assert await branch_calendar.closing_time(shanghai, sunday) == utc(23, 10)
        assert await branch_calendar.closing_time(berlin, monday) == utc(24, 16)
        cut_off = await branch_calendar.moment_on(shanghai, monday, time(15, 30))
        assert cut_off == utc(24, 7, 30)


async def test_the_next_working_day_passes_over_days_off(make: Factory) -> None:
    branch = await make.branch()
    await make.insert("branch_day", branch_id=branch, day=date(2026, 8, 24), hours="[]")
    async with as_staff():
        following = await branch_calendar.next_working_day(branch, date(2026, 8, 21))
    assert following == date(2026, 8, 25)  # the weekend and the branch's own Monday off


async def test_a_moment_is_promised_and_explained(make: Factory) -> None:  # rule O2
    account = await make.account()
    async with as_staff():
        _, promise = await shipment(account, utc(24, 10), utc(24, 2))
    assert promise.due_at == utc(24, 10)
    assert promise.warn_at == utc(24, 8)  # three quarters of the eight hours from 10:00 to 18:00
    assert promise.explanation
    assert promise.explanation.rule == "By closing time of the same working day"
    assert promise.explanation.duration is None
    assert promise.explanation.promised_at == utc(24, 10)


async def test_the_warning_counts_office_hours_only(make: Factory) -> None:
    account = await make.account()
    async with as_staff():
        _, promise = await shipment(account, utc(24, 10), utc(21, 7), MomentRule.NEXT_WORKING_DAY)
    # Friday 15:00 to Monday 18:00 is twelve office hours; nine have passed on Monday at 15:00.
    assert promise.warn_at == utc(24, 7)


async def test_what_was_promised_for_the_past_is_late_from_the_start(make: Factory) -> None:  # O4
    account = await make.account()
    async with as_staff():
        now = await database_now()
        _, promise = await shipment(account, now - HOUR, now, MomentRule.PROMISED_DAY)
    assert promise.state is PromiseState.BREACHED


async def test_waiting_moves_the_moment_by_the_office_hours_waited(make: Factory) -> None:
    account = await make.account()
    async with as_staff():
        subject, promise = await shipment(account, utc(24, 10), utc(24, 2))
    await make.insert(
        "target_pause",
        account_id=account.id,
        target_id=promise.id,
        started_at=utc(24, 3),
        reason="Which batch?",
    )
    await make.owner.execute(
        "UPDATE target SET paused_since = $2 WHERE id = $1", promise.id, utc(24, 3)
    )
    await make.move_clock(utc(24, 5) - datetime.now(UTC))
    try:
        async with as_staff():
            await clock.resume(subject)
            (moved,) = await clock.targets_of(subject.kind, subject.id)
    finally:
        await make.move_clock(timedelta(0))
    assert timedelta(0) <= moved.due_at - utc(25, 3) < timedelta(minutes=1)  # two hours of Tuesday
    assert moved.explanation
    assert [pause.reason for pause in moved.explanation.pauses] == ["Which batch?"]


async def test_a_moved_promise_keeps_what_was_promised_and_why_it_moved(make: Factory) -> None:
    account = await make.account()
    async with as_staff():
        subject, first = await shipment(account, utc(24, 10), utc(24, 2), MomentRule.PRODUCTION_DAY)
        second = await clock.move_target(
            subject,
            TargetKind.SHIPMENT,
            due=utc(26, 10),
            rule=MomentRule.PRODUCTION_DAY,
            reason="The furnace is under repair.",
        )
        third = await clock.move_target(
            subject,
            TargetKind.SHIPMENT,
            due=utc(25, 10),
            rule=MomentRule.PRODUCTION_DAY,
            reason="Moved forward by the supervisor",
        )
        assert second
        assert third
        now, *old = await clock.targets_of(subject.kind, subject.id)
    assert now.id == third.id
    assert (now.opened_at, now.due_at) == (first.opened_at, utc(25, 10))
    assert now.explanation
    earlier = [(before.due_at, before.reason) for before in now.explanation.earlier]
    assert earlier == [
        (utc(24, 10), "The furnace is under repair."),
        (utc(26, 10), "Moved forward by the supervisor"),
    ]
    assert [before.state for before in old] == [PromiseState.REPLACED] * 2
    assert not any(before.is_open for before in old)


async def test_a_promise_that_does_not_move_leaves_no_trace(make: Factory) -> None:
    account = await make.account()
    async with as_staff():
        subject, first = await shipment(account, utc(24, 10), utc(24, 2))
        same = await clock.move_target(
            subject,
            TargetKind.SHIPMENT,
            due=utc(24, 10),
            rule=MomentRule.CLOSING_TODAY,
            reason="Stock arrived",
        )
        assert same
        assert same.id == first.id
        assert len(await clock.targets_of(subject.kind, subject.id)) == 1
        nothing = await clock.move_target(
            something_of(account),
            TargetKind.SHIPMENT,
            due=utc(24, 10),
            rule=MomentRule.CLOSING_TODAY,
            reason="Stock arrived",
        )
        assert nothing is None


async def test_a_missed_promise_that_moves_stays_missed_in_the_record(make: Factory) -> None:
    account = await make.account()
    async with as_staff():
        now = await database_now()
        subject, _ = await shipment(account, now - HOUR, now - 9 * HOUR)
        await clock.move_target(
            subject,
            TargetKind.SHIPMENT,
            due=now + 24 * HOUR,
            rule=MomentRule.STATED_DAY,
            reason="Out of stock",
        )
        owed, before = await clock.targets_of(subject.kind, subject.id)
    assert owed.explanation
    assert owed.explanation.earlier[0].late
    assert before.breached_at == now - HOUR


async def test_what_waits_when_it_moves_goes_on_waiting(make: Factory) -> None:
    account = await make.account()
    async with as_staff():
        now = await database_now()
        subject, _ = await shipment(account, now + HOUR, now - HOUR)
        await clock.pause(subject, "Goods on hold for you")
        moved = await clock.move_target(
            subject,
            TargetKind.SHIPMENT,
            due=now + 48 * HOUR,
            rule=MomentRule.STATED_DAY,
            reason="Another ship date",
        )
    assert moved
    assert moved.state is PromiseState.PAUSED
    assert moved.pause_reason == "Goods on hold for you"
    async with as_staff():
        left = await fetch_row(
            "SELECT count(*) FROM target_pause p JOIN target t ON t.id = p.target_id "
            "WHERE t.subject_id = $1 AND p.ended_at IS NULL",
            subject.id,
        )
    assert left
    assert left[0] == 1


@pytest.mark.parametrize("end", [clock.meet, clock.cancel])
async def test_a_customer_reads_it_and_their_verbs_may_end_it(make: Factory, end) -> None:
    account = await make.account()
    buyer = await make.buyer(account)
    async with as_staff():
        now = await database_now()
        subject, _ = await shipment(account, now + HOUR, now - HOUR)
    async with acting(buyer):
        (promise,) = await clock.targets_of(subject.kind, subject.id)
        assert promise.kind is TargetKind.SHIPMENT
        await end(subject)
