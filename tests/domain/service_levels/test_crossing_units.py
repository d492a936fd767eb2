"""A unit that began first may get the lock last: its moment then lies before what it finds."""

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from portal.database import current_unit
from portal.domain.common.activity import Subject
from portal.domain.policy.values import CalendarKind, Clock
from portal.domain.service_levels import clock
from portal.domain.service_levels.clock import MomentRule, Owed
from portal.domain.service_levels.promise import Promise, TargetKind
from tests.domain.service_levels.clocked import as_staff, something_of
from tests.factories import Factory

HOUR, MOMENT = timedelta(hours=1), timedelta(milliseconds=20)
MORNING = datetime(2026, 8, 17, 2, tzinfo=UTC)
URGENT = Clock(4 * HOUR, 8 * HOUR, CalendarKind.ALWAYS)


@asynccontextmanager
async def at(moment: datetime) -> AsyncIterator[None]:
    """A unit of work that began at `moment`."""
    async with as_staff():
        current_unit().now = moment
        yield


async def owed(make: Factory) -> tuple[Subject, Owed]:
    """A quote that is owed since the morning, by the evening."""
    account = await make.account()
    subject = something_of(account)
    whose = Owed(account.id, account.name, account.branch_id, "Bearings", None, URGENT, 1)
    async with at(MORNING):
        await clock.open_target(TargetKind.QUOTE, subject, whose)
    return subject, whose


async def newest(subject: Subject) -> Promise:
    async with at(MORNING + HOUR):
        return (await clock.targets_of(subject.kind, subject.id))[0]


@pytest.mark.parametrize("verb", [clock.resume, clock.meet, clock.cancel])
async def test_what_ends_before_it_began_took_no_time(
    make: Factory, verb: Callable[[Subject], Coroutine[None, None, None]]
) -> None:
    subject, _ = await owed(make)
    async with at(MORNING + HOUR):
        await clock.pause(subject, "Which seal?")
    async with at(MORNING + HOUR - MOMENT):
        await verb(subject)
    promise = await newest(subject)
    assert promise.due_at == MORNING + 8 * HOUR
    assert promise.explanation
    assert [wait.worked for wait in promise.explanation.pauses] == [timedelta(0)]


async def test_what_was_done_a_moment_later_is_owed_again(make: Factory) -> None:
    subject, _ = await owed(make)
    async with at(MORNING + HOUR):
        await clock.meet(subject)
    async with at(MORNING + HOUR - MOMENT):
        assert await clock.reopen(subject, TargetKind.QUOTE, reason="Not done after all")
    promise = await newest(subject)
    assert (promise.is_open, promise.due_at) == (True, MORNING + 8 * HOUR)


async def test_a_promise_is_moved_or_reclassified_a_moment_before_it_waits(make: Factory) -> None:
    (moved, _), (urgent, whose) = await owed(make), await owed(make)
    async with at(MORNING + HOUR):
        await clock.pause(moved, "Which seal?")
        await clock.pause(urgent, "Which seal?")
    evening = MORNING + 7 * HOUR
    async with at(MORNING + HOUR - MOMENT):
        await clock.move_target(
            moved,
            TargetKind.QUOTE,
            due=evening,
            rule=MomentRule.STATED_DAY,
            reason="Agreed by phone",
        )
        await clock.reclassify(urgent, TargetKind.QUOTE, whose, reason="Urgent after all")
    assert (await newest(moved)).due_at == evening
    assert (await newest(urgent)).pause_reason == "Which seal?"
