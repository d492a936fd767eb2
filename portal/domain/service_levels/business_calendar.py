"""Working time: when a place is open, and how far a promise reaches when only open time counts.

Pure and free of I/O. Hours are wall-clock hours of the calendar's own zone: a moment is open when
the clock on the wall there shows an open hour of an open day. On days when the clocks change, an
hour that is skipped cannot be worked and an hour that is repeated is worked twice.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate, pairwise
from typing import NamedTuple

from portal.domain.service_levels.zone_offsets import known_zone, stretches_of

ONE_DAY = timedelta(days=1)
NOTHING = timedelta(0)

# The first and last year of `datetime` are left out so that no offset leads beyond them.
FIRST_YEAR, LAST_YEAR = 2, 9998

_CLOCK_TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d|24:00")


class Span(NamedTuple):
    """A stretch of a day or of time: from `start` up to, not including, `end`."""

    start: timedelta
    end: timedelta


class BusinessCalendar:
    """The open hours of one place, and arithmetic that counts nothing but open time.

    `weekly` gives the hours of each weekday (Monday = 0; a missing day is closed), several spans a
    day if wanted, `"24:00"` for the end of the day. `holidays` are closed all day. `exceptions`
    give the hours of single days instead and win over both: make-up working days 调休, short days,
    or closed (no hours). Spans may touch; they may not overlap.

    Every moment handed in must be aware; every moment handed back is in UTC.

    Raises `ValueError` for an unknown zone, for overlapping, inverted or empty hours, and for a
    calendar that never opens.
    """

    def __init__(
        self,
        timezone: str,
        weekly: Mapping[int, Sequence[tuple[str, str]]],
        holidays: Collection[date] = (),
        exceptions: Mapping[date, Sequence[tuple[str, str]]] = {},
    ) -> None:
        self.timezone = known_zone(timezone).key
        self._weekly = {_weekday(day): _hours(spans) for day, spans in weekly.items()}
        self._holidays = frozenset(_day(day) for day in holidays)
        self._exceptions = {_day(day): _hours(spans) for day, spans in exceptions.items()}
        self._years: dict[int, _Year] = {}
        self._last_year = self._last_open_year()

    def __repr__(self) -> str:
        return f"<BusinessCalendar {self.timezone}>"

    def add(self, start: datetime, duration: timedelta) -> datetime:
        """The moment at which `duration` of open time has passed since `start`.

        What ends exactly at closing time ends there, not at the next opening. A zero duration is
        `start` itself while open, else the next opening. `ValueError` for a negative duration and
        when the calendar has no open time left.
        """
        at = in_utc(start)
        if duration < NOTHING:
            raise ValueError("cannot add a negative duration")
        if duration == NOTHING:
            return self.opening_after(at)
        wanted = self._year(at.year).worked_until(at) + duration
        for year in self._years_from(at.year):
            if wanted <= year.total:
                return year.moment_of(wanted)
            wanted -= year.total
        raise self._ran_out(at)

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """The open time from `start` to `end`. `ValueError` when `end` comes before `start`."""
        begun, ended = in_utc(start), in_utc(end)
        if ended < begun:
            raise ValueError("the end comes before the start")
        whole_years = (self._year(year).total for year in range(begun.year, ended.year))
        return (
            sum(whole_years, NOTHING)
            - self._year(begun.year).worked_until(begun)
            + self._year(ended.year).worked_until(ended)
        )

    def is_open(self, at: datetime) -> bool:
        """Whether `at` is open time. Closing time itself is closed."""
        moment = in_utc(at)
        return self._year(moment.year).next_open(moment) == moment

    def opening_after(self, at: datetime) -> datetime:
        """`at` itself while open, else the next opening. `ValueError` when there is none."""
        moment = in_utc(at)
        for year in self._years_from(moment.year):
            opening = year.next_open(moment)
            if opening is not None:
                return opening
        raise self._ran_out(moment)

    def is_working_day(self, day: date) -> bool:
        """Whether `day`, a date of the calendar's zone, has any hours."""
        return bool(self._hours_of(day))

    def closing_of(self, day: date) -> datetime | None:
        """When `day`, a date of the calendar's zone, closes for good; None when it is not worked.

        The clock on the wall decides: where it shows that time twice, the first one.
        """
        hours = self._hours_of(day)
        if not hours:
            return None
        wall = datetime.combine(day, time()) + hours[-1].end
        return wall.replace(tzinfo=known_zone(self.timezone)).astimezone(UTC)

    def _hours_of(self, day: date) -> tuple[Span, ...]:
        if day in self._exceptions:
            return self._exceptions[day]
        if day in self._holidays:
            return ()
        return self._weekly.get(day.weekday(), ())

    def _year(self, year: int) -> "_Year":
        if year not in self._years:
            self._years[year] = _Year(self._open_spans(year))
        return self._years[year]

    def _years_from(self, year: int) -> "Iterator[_Year]":
        return (self._year(each) for each in range(year, self._last_year + 1))

    def _open_spans(self, year: int) -> "Iterator[_OpenSpan]":
        """The open spans of a year of UTC, in order.

        Within a stretch of constant offset local days follow one another without gap or
        repetition, so cutting the hours to the stretch is all that a change of clocks needs.
        """
        for stretch in stretches_of(self.timezone, year):
            day = (stretch.start + stretch.offset).date()
            last_day = (stretch.end + stretch.offset).date()
            while day <= last_day:
                midnight = datetime.combine(day, time(), UTC) - stretch.offset
                for hours in self._hours_of(day):
                    start = max(midnight + hours.start, stretch.start)
                    end = min(midnight + hours.end, stretch.end)
                    if start < end:
                        yield _OpenSpan(start, end)
                day += ONE_DAY

    def _last_open_year(self) -> int:
        """The last year worth searching; `ValueError` when none ever has open time."""
        if any(self._weekly.values()):
            return LAST_YEAR
        years = {
            year for day in self._exceptions for year in range(day.year - 1, day.year + 2)
        }  # around the turn of the year, a local day may belong to another year of UTC
        open_years = [year for year in years if self._year(year).total]
        if not open_years:
            raise ValueError("the calendar never opens")
        return max(open_years)

    def _ran_out(self, at: datetime) -> ValueError:
        return ValueError(f"{self!r} has too little open time after {at.isoformat()}")


class _OpenSpan(NamedTuple):
    start: datetime
    end: datetime


class _Year:
    """The open time of one year of UTC, indexed so that any question is one bisection."""

    __slots__ = ("_closings", "_openings", "_worked", "total")

    def __init__(self, spans: "Iterator[_OpenSpan]") -> None:
        self._openings: list[datetime] = []
        self._closings: list[datetime] = []
        for opening, closing in spans:
            if self._closings and self._closings[-1] == opening:
                self._closings[-1] = closing
            else:
                self._openings.append(opening)
                self._closings.append(closing)
        lengths = (end - start for start, end in zip(self._openings, self._closings, strict=True))
        self._worked = list(accumulate(lengths))  # open time up to each closing
        self.total = self._worked[-1] if self._worked else NOTHING

    def worked_until(self, at: datetime) -> timedelta:
        """The open time of this year before `at`, a moment of this year."""
        following = bisect_right(self._closings, at)
        if following == len(self._closings):
            return self.total
        still_to_come = self._closings[following] - max(at, self._openings[following])
        return self._worked[following] - still_to_come

    def moment_of(self, worked: timedelta) -> datetime:
        """The first moment by which `worked` (more than nothing, at most all) has passed."""
        span = bisect_left(self._worked, worked)
        return self._closings[span] - (self._worked[span] - worked)

    def next_open(self, at: datetime) -> datetime | None:
        following = bisect_right(self._closings, at)
        if following == len(self._closings):
            return None
        return max(at, self._openings[following])


def in_utc(at: datetime) -> datetime:
    """`at` in UTC. `ValueError` when it is naive or outside the years a calendar covers."""
    if at.utcoffset() is None:
        raise ValueError("a moment needs a time zone")
    moment = at.astimezone(UTC)
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError(f"{moment.isoformat()} is outside the years a calendar covers")
    return moment


def _weekday(day: int) -> int:
    if day not in range(7):
        raise ValueError(f"{day!r} is no weekday: Monday is 0, Sunday is 6")
    return day


def _day(day: date) -> date:
    if isinstance(day, datetime):
        raise ValueError(f"{day!r} is a moment, not a day")
    return day


def _hours(spans: Sequence[tuple[str, str]]) -> tuple[Span, ...]:
    hours = sorted(Span(_time_of_day(start), _time_of_day(end)) for start, end in spans)
    for span in hours:
        if span.end <= span.start:
            raise ValueError("hours must end after they start")
    for earlier, later in pairwise(hours):
        if later.start < earlier.end:
            raise ValueError("hours of one day overlap")
    return tuple(hours)


def _time_of_day(text: str) -> timedelta:
    if not _CLOCK_TIME.fullmatch(text):
        raise ValueError(f"{text!r} is no time of day: write HH:MM, from 00:00 to 24:00")
    hour, minute = map(int, text.split(":"))
    return timedelta(hours=hour, minutes=minute)
