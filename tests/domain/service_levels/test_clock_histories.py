"""Whatever happens to a clock in whatever order, it says what a slow count of the time says."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.database import current_unit
from portal.domain.policy.values import CalendarKind, Clock
from portal.domain.service_levels import clock
from portal.domain.service_levels.branch_calendar import calendar_at
from portal.domain.service_levels.clock import Owed
from portal.domain.service_levels.promise import PromiseState, TargetKind
from tests.domain.service_levels.clocked import as_staff, something_of
from tests.domain.service_levels.half_minutes import TICK, SlowClock
from tests.factories import Factory

MONDAY_MORNING = datetime(2026, 8, 17, 1, tzinfo=UTC)  # 09:00 in Shanghai
MINUTE = timedelta(minutes=1)

# Steps fall on whole minutes and clocks end between them, so that nothing is due at the very moment
# at which something is done.
figures = st.tuples(st.integers(0, 900), st.integers(1, 900), st.sampled_from(CalendarKind)).map(
    lambda drawn: Clock(min(drawn[:2]) * MINUTE, max(drawn[:2]) * MINUTE + TICK, drawn[2])
)
steps = st.lists(
    st.tuples(
        st.integers(1, 500),
        st.sampled_from(["pause", "resume", "meet", "reopen", "reclassify", "look"]),
    ),
    min_size=1,
    max_size=10,
)


@given(figures, figures, steps)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
async def test_the_clock_agrees_with_a_slow_count(
    make: Factory, first: Clock, second: Clock, taken: list[tuple[int, str]]
) -> None:
    account = await make.account()
    subject = something_of(account)

    def owed(figures: Clock) -> Owed:
        return Owed(account.id, account.name, account.branch_id, "Bearings", None, figures, 1)

    async with as_staff():
        unit, now = current_unit(), MONDAY_MORNING
        unit.now = now
        await clock.open_target(TargetKind.QUOTE, subject, owed(first))
        calendar = (await calendar_at(account.branch_id, first.calendar)).calendar
        slow = SlowClock(calendar, now, first.warn, first.due)
        for minutes, step in taken:
            now += minutes * MINUTE
            unit.now = now
            match step:
                case "pause":
                    await clock.pause(subject, "Which seal?")
                    slow.pause(now)
                case "resume":
                    await clock.resume(subject)
                    slow.resume(now)
                case "meet":
                    await clock.meet(subject)
                    slow.end(now)
                case "reopen":
                    await clock.reopen(subject, TargetKind.QUOTE, reason="Not done after all")
                    slow.reopen(now)
                case "reclassify" if slow.ended_at is None:
                    await clock.reclassify(
                        subject, TargetKind.QUOTE, owed(second), reason="Urgent after all"
                    )
                    (_, kept, *_) = await clock.targets_of(subject.kind, subject.id)
                    assert kept.state is PromiseState.REPLACED
                    assert (kept.breached_at is not None) == slow.is_late(now)
                    calendar = (await calendar_at(account.branch_id, second.calendar)).calendar
                    slow = replace(slow, calendar=calendar, warn=second.warn, due=second.due)
            promise = (await clock.targets_of(subject.kind, subject.id))[0]
            assert (promise.state, promise.opened_at) == (slow.state(now), slow.opened)
            if slow.waiting_since is None:
                assert promise.due_at == slow.due_at()
            assert promise.explanation
            assert promise.explanation.due_at == promise.due_at
            assert promise.warn_at <= promise.due_at
