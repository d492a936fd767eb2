"""A changed policy or calendar recomputes what is open, keeps what was, and says why."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.database import Login, current_unit, database_now, unit_of_work
from portal.domain.common.activity import Subject
from portal.domain.common.actor import Actor
from portal.domain.common.permissions import StaffRole
from portal.domain.policy import ScopeKind
from portal.domain.policy.editing import Wish
from portal.domain.policy.figures import QUOTE_NORMAL, QUOTE_URGENT
from portal.domain.policy.promise_figures import WARN_SHARE
from portal.domain.policy.values import CalendarKind, Clock
from portal.domain.service_levels import clock
from portal.domain.service_levels.changes import (
    DayWish,
    change_figure,
    clear_day,
    preview_days,
    preview_figure,
    preview_usual_day,
    set_days,
)
from portal.domain.service_levels.clock import MomentRule, Owed, OwedUntil
from portal.domain.service_levels.promise import Promise, PromiseState, TargetKind
from portal.domain.service_levels.recomputing import ask_for_published_years, recompute_due
from tests.domain.service_levels.clocked import as_staff, something_of
from tests.factories import Account, Factory, acting

HOUR = timedelta(hours=1)
MONDAY_MORNING = datetime(2026, 8, 24, 1, tzinfo=UTC)  # 09:00 in Shanghai


async def recomputed(at: datetime | None = None) -> None:
    """Recompute until nothing is left, as a worker does."""
    while True:
        async with unit_of_work(Login.WORKER):
            if at:
                current_unit().now = at
            if not await recompute_due(limit=50):
                return


async def owed(
    account: Account,
    figures: Clock = QUOTE_NORMAL.default,
    key: str = QUOTE_NORMAL.key,
    *,
    at: datetime | None = None,
) -> Subject:
    subject = something_of(account)
    async with as_staff():
        terms = Owed(account.id, account.name, account.branch_id, "Seals", None, figures, 0, key)
        await clock.open_target(
            TargetKind.QUOTE, subject, terms, opened_at=at or await database_now() - HOUR
        )
    return subject


async def promise_of(subject: Subject) -> Promise:
    async with as_staff():
        return (await clock.targets_of(subject.kind, subject.id))[0]


async def wish(account: Account, value: Any, valid_from: datetime | None = None) -> Wish:
    moment = valid_from or await database_now()
    return Wish(value, ScopeKind.ACCOUNT, str(account.id), moment, "Agreed in the contract")


async def change(
    by: Actor, account: Account, value: Any, figure: Any = QUOTE_NORMAL, at: datetime | None = None
) -> None:
    async with acting(by):
        await change_figure(figure, await wish(account, value, at), by=by)


async def test_open_promises_follow_the_policy_and_say_what_they_were(make: Factory) -> None:
    by, account = await make.staff(StaffRole.ADMINISTRATOR), await make.account()
    subject = await owed(account)
    before = await promise_of(subject)
    longer = Clock(30 * HOUR, 72 * HOUR, CalendarKind.ALWAYS)
    await change(by, account, longer)
    await recomputed()
    after = await promise_of(subject)
    assert after.due_at == before.opened_at + 72 * HOUR
    assert after.warn_at == before.opened_at + 30 * HOUR
    assert after.explanation
    assert after.explanation.duration == 72 * HOUR
    (earlier,) = after.explanation.earlier
    assert (earlier.due_at, earlier.reason) == (before.due_at, "the service policy has changed")
    async with acting(await make.buyer(account)):
        (seen,) = await clock.targets_of(subject.kind, subject.id)
    assert seen.explanation
    assert seen.explanation.earlier == after.explanation.earlier


async def test_what_has_ended_or_is_late_is_never_touched(make: Factory) -> None:
    by, account = await make.staff(StaffRole.ADMINISTRATOR), await make.account()
    met, cancelled, late = [await owed(account) for _ in range(3)]
    async with as_staff():
        await clock.meet(met)
        await clock.cancel(cancelled)
        long_ago = await database_now() - 400 * HOUR
    late = await owed(account, at=long_ago)
    before = [await promise_of(each) for each in (met, cancelled, late)]
    assert before[2].state is PromiseState.BREACHED
    await change(by, account, Clock(HOUR, 999 * HOUR, CalendarKind.ALWAYS))
    await recomputed()
    assert [await promise_of(each) for each in (met, cancelled, late)] == before


async def test_a_change_from_a_later_day_waits_until_then(make: Factory) -> None:
    by, account = await make.staff(StaffRole.ADMINISTRATOR), await make.account()
    subject = await owed(account)
    before = await promise_of(subject)
    async with acting(by):
        begins = await database_now() + 10 * HOUR
    await change(by, account, Clock(30 * HOUR, 99 * HOUR, CalendarKind.ALWAYS), at=begins)
    await recomputed()
    assert await promise_of(subject) == before
    await recomputed(begins)
    assert (await promise_of(subject)).due_at == before.opened_at + 99 * HOUR


async def test_promises_of_others_and_of_other_figures_stay(make: Factory) -> None:
    by, account = await make.staff(StaffRole.ADMINISTRATOR), await make.account()
    stays = [
        await owed(await make.account()),
        await owed(account, QUOTE_URGENT.default, QUOTE_URGENT.key),
    ]
    before = [await promise_of(each) for each in stays]
    await change(by, account, Clock(30 * HOUR, 99 * HOUR, CalendarKind.ALWAYS))
    await recomputed()
    assert [await promise_of(each) for each in stays] == before


async def test_what_waits_is_recomputed_with_what_was_waited(make: Factory) -> None:
    by, account = await make.staff(StaffRole.ADMINISTRATOR), await make.account()
    subject = await owed(account, QUOTE_URGENT.default, QUOTE_URGENT.key)
    async with as_staff():
        await clock.pause(subject, "Which seal?")
    await change(by, account, Clock(HOUR, 20 * HOUR, CalendarKind.ALWAYS), QUOTE_URGENT)
    await recomputed()
    after = await promise_of(subject)
    assert after.state is PromiseState.PAUSED
    assert after.due_at == after.opened_at + 20 * HOUR


async def test_the_warning_of_a_moment_follows_its_share(make: Factory) -> None:
    by, account = await make.staff(StaffRole.ADMINISTRATOR), await make.account()
    subject = something_of(account)
    async with as_staff():
        current_unit().now = MONDAY_MORNING
        terms = OwedUntil(account.id, account.name, account.branch_id, "Seals", None)
        await clock.open_target_until(
            TargetKind.SHIPMENT,
            subject,
            terms,
            due=MONDAY_MORNING + 8 * HOUR,
            rule=MomentRule.CLOSING_TODAY,
        )
    async with acting(by):
        current_unit().now = MONDAY_MORNING
        await change_figure(WARN_SHARE, await wish(account, WARN_SHARE.default / 3), by=by)
    await recomputed(MONDAY_MORNING)
    async with as_staff():
        current_unit().now = MONDAY_MORNING
        (after,) = await clock.targets_of(subject.kind, subject.id)
    assert after.warn_at == MONDAY_MORNING + 2 * HOUR
    assert after.explanation
    assert after.explanation.earlier == ()  # the promise itself did not move


async def test_the_preview_says_what_would_move_and_changes_nothing(make: Factory) -> None:
    by, account = await make.staff(StaffRole.GENERAL_MANAGER), await make.account()
    subject = await owed(account)
    before = await promise_of(subject)
    async with acting(by):
        shorter = Clock(timedelta(minutes=10), timedelta(minutes=30), CalendarKind.ALWAYS)
        seen = await preview_figure(QUOTE_NORMAL, await wish(account, shorter), by=by)
    assert (seen.moved, seen.late) == (1, 1)
    (example,) = seen.examples
    assert (example.reference, example.due_before) == (subject.reference, before.due_at)
    assert example.due_after == before.opened_at + timedelta(minutes=30)
    assert await promise_of(subject) == before


async def test_a_day_off_moves_what_is_counted_over_it_and_back(make: Factory) -> None:
    by, account = await make.staff(StaffRole.ADMINISTRATOR), await make.account()
    async with as_staff():
        opened = await database_now()
    subject = await owed(account, at=opened)
    always = await owed(account, QUOTE_URGENT.default, QUOTE_URGENT.key, at=opened)
    before = [await promise_of(subject), await promise_of(always)]
    # Every day for a week, so that whatever today is there is a working day among them.
    days = [
        DayWish(opened.date() + timedelta(days=ahead), (), "Inventory") for ahead in range(1, 8)
    ]
    async with acting(by):
        assert (await preview_days(days, branch_id=account.branch_id)).moved == 1
        await set_days(days, branch_id=account.branch_id, by=by)
    await recomputed()
    moved = await promise_of(subject)
    assert moved.due_at > before[0].due_at
    assert moved.explanation
    assert moved.explanation.earlier[0].reason == "the working days have changed"
    assert await promise_of(always) == before[1]
    async with acting(by):
        assert (await preview_usual_day(days[0].day, branch_id=account.branch_id)).looked_at == 1
        for day in days:
            await clear_day(day.day, branch_id=account.branch_id, by=by)
    await recomputed()
    assert (await promise_of(subject)).due_at == before[0].due_at


hours = st.integers(2, 200)
figures = st.tuples(hours, hours, st.sampled_from(CalendarKind)).map(
    lambda drawn: Clock(min(drawn[:2]) * HOUR, max(drawn[:2]) * HOUR, drawn[2])
)


@given(figures, figures, st.sets(st.integers(0, 30), max_size=4), st.booleans())
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
async def test_recomputed_is_as_if_it_had_been_opened_under_the_new_policy(
    make: Factory, old: Clock, new: Clock, days_off: set[int], days_first: bool
) -> None:
    by, account = await make.staff(StaffRole.ADMINISTRATOR), await make.account()
    subject = await owed(account, old, at=MONDAY_MORNING)
    off = [DayWish(date(2026, 8, 24) + timedelta(days=day), (), "Off") for day in days_off]
    async with acting(by):
        current_unit().now = MONDAY_MORNING
        if days_first:
            await set_days(off, branch_id=account.branch_id, by=by)
        await change_figure(QUOTE_NORMAL, await wish(account, new), by=by)
        if not days_first:
            await set_days(off, branch_id=account.branch_id, by=by)
    await recomputed(MONDAY_MORNING)
    like_new = await owed(account, new, at=MONDAY_MORNING)
    async with as_staff():
        current_unit().now = MONDAY_MORNING
        (now,) = await clock.targets_of(subject.kind, subject.id)
        (fresh,) = await clock.targets_of(like_new.kind, like_new.id)
    assert (now.warn_at, now.due_at) == (fresh.warn_at, fresh.due_at)
    assert now.explanation
    assert now.explanation.due_at == now.due_at


async def test_what_rested_on_unpublished_holidays_is_counted_anew_once_a_day(
    make: Factory,
) -> None:
    account = await make.account()
    subject = await owed(account, at=MONDAY_MORNING)
    before = await promise_of(subject)
    # As if it had been promised before the holidays of the year were known.
    await make.owner.execute(
        """UPDATE target SET provisional = true, due_at = due_at + interval '1 day'
           WHERE subject_id = $1""",
        subject.id,
    )
    await make.owner.execute("DELETE FROM recomputation WHERE cause = 'published'")
    for asked in (1, 0):
        async with unit_of_work(Login.WORKER):
            current_unit().now = MONDAY_MORNING
            assert await ask_for_published_years() == asked
    await recomputed(MONDAY_MORNING)
    after = await promise_of(subject)
    assert after.due_at == before.due_at
    assert after.explanation
    assert not after.explanation.provisional
    assert [each.reason for each in after.explanation.earlier] == [
        "the public holidays have been published"
    ]
