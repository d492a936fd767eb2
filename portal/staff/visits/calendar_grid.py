"""A month and a week of visits, day after day, as the calendar draws them. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum
from typing import Protocol

_WEEK = 7
# The hours that the week shows; what begins before or after stands in the first or the last.
FIRST_HOUR, LAST_HOUR = 8, 20


class CalendarView(StrEnum):
    MONTH = "month"
    WEEK = "week"


@dataclass(frozen=True, slots=True)
class Rest:
    """Hours in which nobody is called or visited (rule V7), by the clock at the customer's."""

    until: time
    noon_from: time
    noon_until: time
    since: time

    def covers(self, hour: int) -> bool:
        """Whether the whole hour that begins at `hour` is one of rest."""
        begins, ends = time(hour), time(hour + 1)
        return (
            ends <= self.until
            or (self.noon_from <= begins and ends <= self.noon_until)
            or begins >= self.since
        )


class Entry(Protocol):
    """A visit in the calendar: `day` and `hour` by the reader's clock, `hour` None before it has a
    time."""

    @property
    def day(self) -> date: ...

    @property
    def hour(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """`timeless` are the visits that still have no appointment, on the day they are due."""

    day: date
    is_today: bool
    is_outside: bool
    timeless: Sequence[Entry]
    timed: Sequence[Entry]

    @property
    def entries(self) -> Sequence[Entry]:
        return [*self.timeless, *self.timed]

    @property
    def is_weekend(self) -> bool:
        return self.day.weekday() >= 5

    @property
    def by_hour(self) -> Mapping[int, Sequence[Entry]]:
        """The appointments by the row of the week in which they stand."""
        rows: dict[int, list[Entry]] = {}
        for entry in self.timed:
            hour = FIRST_HOUR if entry.hour is None else entry.hour
            rows.setdefault(min(max(hour, FIRST_HOUR), LAST_HOUR), []).append(entry)
        return rows


@dataclass(frozen=True, slots=True)
class Period:
    """What a view covers, first to last day, and the days that its neighbours are found by."""

    view: CalendarView
    first: date
    last: date
    previous: date
    next: date


def period_of(view: CalendarView, on: date) -> Period:
    """The whole weeks, Monday to Sunday, that show the week or the month of a day."""
    if view is CalendarView.WEEK:
        first = _monday(on)
        week = timedelta(days=_WEEK)
        return Period(view, first, first + timedelta(days=_WEEK - 1), first - week, first + week)
    begins = on.replace(day=1)
    following = (begins + timedelta(days=32)).replace(day=1)
    ends = following - timedelta(days=1)
    return Period(
        view,
        _monday(begins),
        _monday(ends) + timedelta(days=_WEEK - 1),
        (begins - timedelta(days=1)).replace(day=1),
        following,
    )


def days_of(
    period: Period, on: date, entries: Iterable[Entry], *, today: date
) -> Sequence[CalendarDay]:
    """Every day of the period with its visits in the order in which they were given."""
    timeless: dict[date, list[Entry]] = {}
    timed: dict[date, list[Entry]] = {}
    for entry in entries:
        rows = timeless if entry.hour is None else timed
        rows.setdefault(entry.day, []).append(entry)
    is_month = period.view is CalendarView.MONTH
    return [
        CalendarDay(
            day,
            is_today=day == today,
            is_outside=is_month and day.month != on.month,
            timeless=timeless.get(day, ()),
            timed=timed.get(day, ()),
        )
        for day in _days(period.first, period.last)
    ]


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _days(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))
