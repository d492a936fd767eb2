"""The three calendars of the rulebook, made for a place: its zone, its country, its own days."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from portal.domain.policy.figures import OFFICE_HOURS
from portal.domain.policy.values import CalendarKind, Hours
from portal.domain.service_levels.business_calendar import BusinessCalendar
from portal.domain.service_levels.holidays import working_weekdays, year_of_days

ALL_DAY: Hours = (("00:00", "24:00"),)
CLOSED: Hours = ()

# Holidays are looked up for these years only; what a calendar promises lies well within them.
YEARS = range(2020, 2051)


def calendar_for(
    kind: CalendarKind,
    *,
    timezone: str,
    country: str = "CN",
    company_days: Mapping[date, Hours] = {},
    office_hours: Hours = OFFICE_HOURS.default,
    years: range = YEARS,
) -> BusinessCalendar:
    """The calendar of `kind` for a place; the same one again for the same arguments.

    `always` knows no day off. The other two follow the public holidays and make-up days of
    `country` and, above them, `company_days`: the company's own days with the hours of each, none
    where it is closed. A day with any hours is a whole working day for `working-days`.

    Raises `ValueError` for an unknown zone or country and for hours that make no sense.
    """
    own_days = tuple(sorted((day, tuple(hours)) for day, hours in company_days.items()))
    return _calendar(
        kind,
        timezone=timezone,
        country=country,
        company_days=own_days,
        office_hours=office_hours,
        years=years,
    )


@lru_cache(maxsize=256)
def _calendar(
    kind: CalendarKind,
    *,
    timezone: str,
    country: str,
    company_days: tuple[tuple[date, Hours], ...],
    office_hours: Hours,
    years: range,
) -> BusinessCalendar:
    if kind is CalendarKind.ALWAYS:
        return BusinessCalendar(timezone, dict.fromkeys(range(7), ALL_DAY))
    round_the_clock = kind is CalendarKind.WORKING_DAYS
    hours = ALL_DAY if round_the_clock else office_hours
    days = [year_of_days(country, year) for year in years]
    exceptions = {day: hours for year in days for day in year.makeup_days}
    for day, own_hours in company_days:
        exceptions[day] = ALL_DAY if round_the_clock and own_hours else own_hours
    return BusinessCalendar(
        timezone,
        dict.fromkeys(working_weekdays(country), hours),
        holidays=[day for year in days for day in year.holidays],
        exceptions=exceptions,
    )


def is_provisional(
    kind: CalendarKind, *, timezone: str, country: str, opened: datetime, due: datetime
) -> bool:
    """Whether a time from `opened` to `due` rests on days that may still be announced otherwise."""
    if kind is CalendarKind.ALWAYS:
        return False
    zone = ZoneInfo(timezone)
    first, last = opened.astimezone(zone).year, due.astimezone(zone).year
    return any(year_of_days(country, year).provisional for year in range(first, last + 1))
