"""A month and a week of visits, before they are drawn."""

from dataclasses import dataclass
from datetime import date, time

from portal.staff.visits.calendar_grid import CalendarView, Rest, days_of, period_of


@dataclass(frozen=True)
class Entry:
    day: date
    hour: int | None


REST = Rest(until=time(9), noon_from=time(12), noon_until=time(14), since=time(20))


def test_a_month_is_shown_in_whole_weeks() -> None:
    period = period_of(CalendarView.MONTH, date(2026, 11, 22))
    assert (period.first, period.last) == (date(2026, 10, 26), date(2026, 12, 6))
    assert (period.previous, period.next) == (date(2026, 10, 1), date(2026, 12, 1))
    days = days_of(period, date(2026, 11, 22), [], today=date(2026, 11, 3))
    assert len(days) == 42
    assert [day.day for day in days if day.is_today] == [date(2026, 11, 3)]
    assert sum(not day.is_outside for day in days) == 30
    january = period_of(CalendarView.MONTH, date(2027, 1, 31))
    assert (january.previous, january.next) == (date(2026, 12, 1), date(2027, 2, 1))


def test_a_week_has_a_row_for_each_hour_and_keeps_early_and_late_visits() -> None:
    monday = date(2026, 11, 23)
    period = period_of(CalendarView.WEEK, date(2026, 11, 29))
    assert (period.first, period.last) == (monday, date(2026, 11, 29))
    early, late, due = Entry(monday, 6), Entry(monday, 22), Entry(monday, None)
    first = days_of(period, monday, [early, late, due], today=monday)[0]
    assert first.by_hour == {8: [early], 20: [late]}
    assert first.entries == [due, early, late]
    assert not first.is_outside


def test_rest_hours_are_the_policys() -> None:  # rule V7
    assert [hour for hour in range(8, 21) if REST.covers(hour)] == [8, 12, 13, 20]
