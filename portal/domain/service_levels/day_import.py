"""Days off and make-up days 调休 out of an iCalendar file, to be looked at before they are entered.

Calendars that others publish write make-up days as events like any other; their title tells them
from days off. It is a suggestion: whoever imports decides day by day.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from portal.domain.common.errors import FieldError
from portal.domain.common.words import N_

ONE_DAY = timedelta(days=1)
LONGEST_FILE = 1_000_000
MOST_DAYS = 400
LONGEST_TITLE = 200

# How make-up days are called in the calendars that are published for China, and in English.
_WORKED = ("补班", "補班", "调班", "調班", "上班", "make-up", "makeup", "working day", "workday")


@dataclass(frozen=True, slots=True)
class ImportedDay:
    """A day of the file. `is_worked` says that it reads like a make-up day."""

    day: date
    is_worked: bool
    title: str


def days_in(data: bytes, *, since: date, until: date) -> list[ImportedDay]:
    """The days of an iCalendar file from `since` to `until`, both included, each once, in order.

    An event of several days is all of them; one at a time of day is that day. What repeats yearly
    is taken in every year, other repetitions only where they begin. Raises `FieldError` at `file`.
    """
    if len(data) > LONGEST_FILE:
        raise FieldError("file", N_("This file is too large for a calendar of days."))
    from icalendar import Calendar

    found: dict[date, ImportedDay] = {}
    try:
        events = [event for each in Calendar.from_ical(data, True) for event in each.walk("VEVENT")]
        for event in events:
            for first, last in _occurrences(event, until):
                for day in _days(max(first, since), min(last, until)):
                    found.setdefault(day, _imported(day, event))
                    if len(found) > MOST_DAYS:
                        raise FieldError("file", N_("There are too many days in this file."))
    except (ValueError, KeyError, TypeError, OverflowError) as error:
        raise FieldError("file", N_("This is not an iCalendar file.")) from error
    if not events:
        raise FieldError("file", N_("There are no events in this file."))
    return [found[day] for day in sorted(found)]


def _occurrences(event: Any, until: date) -> Iterator[tuple[date, date]]:
    """First and last day of the event, and of its yearly repetitions up to `until`."""
    start, last = _span(event)
    yield start, last
    rule = event.get("RRULE")
    if rule is None or [str(each).upper() for each in rule.get("FREQ", [])] != ["YEARLY"]:
        return
    if start.month == 2 and start.day == 29:
        return
    for year in range(start.year + 1, until.year + 1):
        again = start.replace(year=year)
        yield again, again + (last - start)


def _span(event: Any) -> tuple[date, date]:
    """The first and the last day. An end that is a day is the day after the last."""
    start = event.decoded("DTSTART")
    first = _day(start)
    if "DTEND" in event:
        end = event.decoded("DTEND")
        whole = not isinstance(end, datetime) or (end.hour, end.minute, end.second) == (0, 0, 0)
        last = _day(end) - ONE_DAY if whole else _day(end)
    elif "DURATION" in event:
        last = _day(start + event.decoded("DURATION")) - ONE_DAY
    else:
        last = first
    return first, max(first, last)


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += ONE_DAY


def _imported(day: date, event: Any) -> ImportedDay:
    title = " ".join(str(event.get("SUMMARY", "")).split())[:LONGEST_TITLE]
    lowered = title.casefold()
    return ImportedDay(day, any(word in lowered for word in _WORKED), title)
