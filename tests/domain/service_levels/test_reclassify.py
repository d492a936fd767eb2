"""Reclassified and reopened: from the original moment, with what was promised before on record."""

from datetime import timedelta

from portal.database import current_unit, database_now
from portal.domain.policy.values import CalendarKind, Clock
from portal.domain.service_levels import clock
from portal.domain.service_levels.clock import Owed
from portal.domain.service_levels.promise import PromiseState, TargetKind
from tests.domain.service_levels.clocked import as_staff, something_of
from tests.factories import Account, Factory

HOUR = timedelta(hours=1)
NORMAL = Clock(24 * HOUR, 48 * HOUR, CalendarKind.ALWAYS)
URGENT = Clock(4 * HOUR, 8 * HOUR, CalendarKind.ALWAYS)


def owed(account: Account, figures: Clock) -> Owed:
    return Owed(
        account.id, account.name, account.branch_id, "Bearings", None, figures, 1, "quote.normal"
    )


async def test_the_new_clock_starts_at_the_original_moment(make: Factory) -> None:  # rule Q2
    account = await make.account()
    subject = something_of(account)
    async with as_staff():
        first = await clock.open_target(
            TargetKind.QUOTE,
            subject,
            owed(account, NORMAL),
            opened_at=await database_now() - 6 * HOUR,
        )
        second = await clock.reclassify(
            subject, TargetKind.QUOTE, owed(account, URGENT), reason="Urgent after all"
        )
        now, before = await clock.targets_of(subject.kind, subject.id)
    assert second
    assert now.id == second.id
    assert (now.opened_at, now.due_at) == (first.opened_at, first.opened_at + 8 * HOUR)
    assert now.state is PromiseState.WARNING
    assert (before.id, before.due_at, before.state) == (
        first.id,
        first.due_at,
        PromiseState.REPLACED,
    )
    assert now.explanation
    (earlier,) = now.explanation.earlier
    assert (earlier.due_at, earlier.reason) == (first.due_at, "Urgent after all")


async def test_the_time_that_was_waited_still_counts_as_waiting(make: Factory) -> None:
    account = await make.account()
    subject = something_of(account)
    async with as_staff():
        unit, start = current_unit(), await database_now()
        await clock.open_target(TargetKind.QUOTE, subject, owed(account, NORMAL))
        unit.now = start + HOUR
        await clock.pause(subject, "Which seal?")
        unit.now = start + 3 * HOUR
        second = await clock.reclassify(
            subject, TargetKind.QUOTE, owed(account, URGENT), reason="Urgent after all"
        )
        assert second
        assert (second.state, second.pause_reason) == (PromiseState.PAUSED, "Which seal?")
        unit.now = start + 4 * HOUR
        await clock.resume(subject)
        now = (await clock.targets_of(subject.kind, subject.id))[0]
    assert now.due_at == start + 11 * HOUR


async def test_what_was_called_off_is_owed_again_from_the_original_moment(make: Factory) -> None:
    account = await make.account()
    subject, terms = something_of(account), owed(account, URGENT)
    why = "Urgent again"
    async with as_staff():
        unit, start = current_unit(), await database_now()
        assert await clock.owe_again(subject, TargetKind.QUOTE, terms, reason=why) is None
        await clock.open_target(TargetKind.QUOTE, subject, terms)
        assert await clock.owe_again(subject, TargetKind.QUOTE, terms, reason=why) is None
        await clock.pause(subject, "Which seal?")
        unit.now = start + HOUR
        await clock.cancel(subject)
        unit.now = start + 5 * HOUR
        again = await clock.owe_again(subject, TargetKind.QUOTE, terms, reason=why)
        now, before = await clock.targets_of(subject.kind, subject.id)
        assert again
        # The hour that was waited still counts, the four in between do not.
        assert (again.id, now.due_at, now.opened_at) == (now.id, start + 9 * HOUR, start)
        assert before.state is PromiseState.REPLACED
        await clock.meet(subject)
        assert await clock.owe_again(subject, TargetKind.QUOTE, terms, reason=why) is None


async def test_nothing_is_reclassified_where_nothing_is_owed(make: Factory) -> None:
    account = await make.account()
    subject = something_of(account)
    async with as_staff():
        replaced = await clock.reclassify(
            subject, TargetKind.QUOTE, owed(account, URGENT), reason="Urgent after all"
        )
        assert replaced is None
        assert await clock.targets_of(subject.kind, subject.id) == []


async def test_a_reopened_clock_runs_on_from_where_it_stood(make: Factory) -> None:
    account = await make.account()
    subject = something_of(account)
    async with as_staff():
        unit, start = current_unit(), await database_now()
        await clock.open_target(TargetKind.QUOTE, subject, owed(account, URGENT))
        unit.now = start + 3 * HOUR
        await clock.meet(subject)
        unit.now = start + 30 * HOUR
        assert await clock.reopen(subject, TargetKind.QUOTE, reason="The quote was withdrawn")
        assert not await clock.reopen(subject, TargetKind.QUOTE, reason="The quote was withdrawn")
        (promise,) = await clock.targets_of(subject.kind, subject.id)
    assert promise.state is PromiseState.RUNNING
    assert promise.due_at == start + 35 * HOUR
    assert promise.explanation
    assert promise.explanation.pauses[0].reason == "The quote was withdrawn"


async def test_what_was_done_late_stays_late_when_it_is_reopened(make: Factory) -> None:
    account = await make.account()
    subject = something_of(account)
    async with as_staff():
        unit, start = current_unit(), await database_now()
        await clock.open_target(TargetKind.QUOTE, subject, owed(account, URGENT))
        unit.now = start + 9 * HOUR
        await clock.meet(subject)
        unit.now = start + 20 * HOUR
        await clock.reopen(subject, TargetKind.QUOTE, reason="Incomplete")
        (promise,) = await clock.targets_of(subject.kind, subject.id)
        assert promise.state is PromiseState.BREACHED
        assert promise.due_at == start + 8 * HOUR
        await clock.meet(subject)
        (promise,) = await clock.targets_of(subject.kind, subject.id)
    assert promise.state is PromiseState.MET_LATE
