"""When a promise is due once the clock has waited, and how that is explained."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.policy.values import CalendarKind
from portal.domain.service_levels.business_calendar import BusinessCalendar
from portal.domain.service_levels.targets import Pause, due_at, explain

SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICE = BusinessCalendar("Asia/Shanghai", {day: [("09:00", "18:00")] for day in range(5)})
BERLIN = BusinessCalendar("Europe/Berlin", {day: [("00:00", "24:00")] for day in range(7)})
NOTHING = timedelta(0)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def august(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of August 2026 in Shanghai. The 17th is a Monday."""
    return datetime(2026, 8, day, hour, minute, tzinfo=SHANGHAI)


OPENED = august(17, 10)


class TestDue:
    def test_without_pauses_it_is_the_working_time(self) -> None:
        assert due_at(OPENED, hours(4), OFFICE) == august(17, 14)
        assert due_at(OPENED, hours(4), OFFICE).tzinfo is UTC

    def test_a_pause_is_added(self) -> None:
        pause = (august(17, 11), august(17, 12, 30))
        assert due_at(OPENED, hours(4), OFFICE, pauses=[pause]) == august(17, 15, 30)

    def test_only_working_time_of_a_pause_counts(self) -> None:
        overnight = (august(17, 17), august(18, 10))
        assert due_at(OPENED, hours(8), OFFICE, pauses=[overnight]) == august(18, 11)
        at_night = (august(17, 19), august(18, 8))
        assert due_at(OPENED, hours(8), OFFICE, pauses=[at_night]) == august(17, 18)

    def test_pauses_that_overlap_count_once(self) -> None:
        pauses = [
            (august(17, 12), august(17, 14)),
            (august(17, 11), august(17, 13)),
            (august(17, 11, 30), august(17, 12, 30)),
        ]
        assert due_at(OPENED, hours(4), OFFICE, pauses=pauses) == august(17, 17)
        assert due_at(OPENED, hours(4), OFFICE, pauses=[pauses[0]] * 3) == august(17, 16)

    def test_what_lies_before_the_opening_does_not_count(self) -> None:
        assert due_at(OPENED, hours(4), OFFICE, [(august(17, 9), OPENED)]) == august(17, 14)
        assert due_at(OPENED, hours(4), OFFICE, [(august(14, 9), august(17, 11))]) == august(17, 15)

    def test_any_iterable_of_pauses_does(self) -> None:
        pauses = iter([(august(17, 11), august(17, 12))])
        assert due_at(OPENED, hours(4), OFFICE, pauses) == august(17, 15)

    def test_a_pause_over_the_repeated_hour(self) -> None:
        zone = ZoneInfo("Europe/Berlin")
        opened = datetime(2026, 10, 25, 1, tzinfo=zone)
        pause = (
            datetime(2026, 10, 25, 2, 30, tzinfo=zone),
            datetime(2026, 10, 25, 2, 0, fold=1, tzinfo=zone),  # half an hour later
        )
        assert due_at(opened, hours(1), BERLIN, [pause]) - due_at(
            opened, hours(1), BERLIN
        ) == hours(0.5)

    @pytest.mark.parametrize(
        "pause",
        [
            (august(17, 12), august(17, 11)),
            (datetime(2026, 8, 17, 11), august(17, 12)),  # noqa: DTZ001 - what is refused
            (august(17, 11), datetime(2026, 8, 17, 12)),  # noqa: DTZ001
        ],
    )
    def test_pauses_that_make_no_sense(self, pause: tuple[datetime, datetime]) -> None:
        with pytest.raises(ValueError, match=r"ends before|zone"):
            due_at(OPENED, hours(4), OFFICE, [pause, (august(17, 12), august(17, 13))])

    def test_a_negative_duration(self) -> None:
        with pytest.raises(ValueError, match="negative"):
            due_at(OPENED, -hours(1), OFFICE)


minutes = st.integers(-600, 7200).map(lambda number: OPENED + timedelta(minutes=number))
pause_lists = st.lists(st.tuples(minutes, minutes).map(lambda ends: (min(ends), max(ends))))
durations = st.timedeltas(min_value=NOTHING, max_value=timedelta(hours=60))
Pauses = Sequence[tuple[datetime, datetime]]


@given(durations, pause_lists, st.tuples(minutes, minutes))
@settings(deadline=None)
def test_a_further_pause_never_makes_it_earlier(
    duration: timedelta, pauses: Pauses, ends: tuple[datetime, datetime]
) -> None:
    further = [*pauses, (min(ends), max(ends))]
    assert due_at(OPENED, duration, OFFICE, further) >= due_at(OPENED, duration, OFFICE, pauses)


@given(durations, pause_lists, st.randoms())
@settings(deadline=None)
def test_neither_order_nor_repetition_of_pauses_matters(
    duration: timedelta, pauses: Pauses, random: Random
) -> None:
    shuffled = [*pauses, *pauses]
    random.shuffle(shuffled)
    assert due_at(OPENED, duration, OFFICE, shuffled) == due_at(OPENED, duration, OFFICE, pauses)


@given(durations, pause_lists)
@settings(deadline=None)
def test_what_is_added_is_every_open_minute_of_any_pause(
    duration: timedelta, pauses: Pauses
) -> None:
    moments = [OPENED + timedelta(minutes=number) for number in range(7200)]
    paused = sum(
        any(started <= moment < ended for started, ended in pauses) and OFFICE.is_open(moment)
        for moment in moments
    )
    expected = OFFICE.add(OPENED, duration + timedelta(minutes=paused))
    assert due_at(OPENED, duration, OFFICE, pauses) == expected


@given(durations, pause_lists)
@settings(deadline=None)
def test_the_explanation_adds_up(duration: timedelta, pauses: Pauses) -> None:
    explained = explain(
        OPENED,
        duration,
        OFFICE,
        CalendarKind.OFFICE_HOURS,
        [Pause(started, ended, "waiting") for started, ended in pauses],
    )
    assert explained.due_at == due_at(OPENED, duration, OFFICE, pauses)
    assert explained.due_at == OFFICE.add(OPENED, explained.duration + explained.paused)
    assert [pause.started_at for pause in explained.pauses] == sorted(s for s, _ in pauses)


class TestExplanation:
    def test_says_what_was_counted_from_when_and_on_what(self) -> None:
        explained = explain(OPENED, hours(4), OFFICE, CalendarKind.OFFICE_HOURS, provisional=True)
        assert explained.duration == hours(4)
        assert explained.calendar == "office-hours"
        assert explained.timezone == "Asia/Shanghai"
        assert explained.opened_at == OPENED
        assert explained.due_at == august(17, 14)
        assert explained.pauses == ()
        assert explained.provisional

    def test_shared_time_is_put_down_to_the_pause_that_began_first(self) -> None:
        pauses = [
            Pause(august(17, 12), august(17, 14), "drawing"),
            Pause(august(17, 11), august(17, 13), "quantity"),
        ]
        explained = explain(OPENED, hours(4), OFFICE, CalendarKind.OFFICE_HOURS, pauses)
        assert [(pause.reason, pause.worked) for pause in explained.pauses] == [
            ("quantity", hours(2)),
            ("drawing", hours(1)),
        ]
        assert explained.paused == hours(3)

    def test_a_pause_that_goes_on_has_moved_nothing_yet(self) -> None:
        waiting = Pause(august(17, 11), None, "drawing")
        explained = explain(OPENED, hours(4), OFFICE, CalendarKind.OFFICE_HOURS, [waiting])
        assert explained.due_at == august(17, 14)
        (pause,) = explained.pauses
        assert pause.ended_at is None
        assert pause.worked == NOTHING
