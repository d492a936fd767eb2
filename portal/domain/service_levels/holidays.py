"""Public holidays and make-up working days 调休, year by year.

China announces each autumn which days of the next year are off and which weekends are worked
instead. Until then a year is provisional: the statutory festivals are known, the make-up days are
not. Other countries follow their rules, which the library computes ahead.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from portal.domain.common.public_holidays import public_holidays

if TYPE_CHECKING:
    from holidays import HolidayBase

MONDAY_TO_FRIDAY = frozenset(range(5))


@dataclass(frozen=True, slots=True)
class YearOfDays:
    """The days of a year that are not as their weekday says.

    `holidays` may fall on weekends; `makeup_days` are weekend days that are worked. `provisional`
    says that the days may still be announced otherwise.
    """

    holidays: frozenset[date]
    makeup_days: frozenset[date]
    provisional: bool


@lru_cache(maxsize=512)
def year_of_days(country: str, year: int) -> YearOfDays:
    """The holidays and make-up days of `year` in `country` (ISO 3166: `CN`, `DE` or `DE-BY`).

    Raises `ValueError` for a country or subdivision that is not known.
    """
    if country == "CN" and _is_published(year):
        import chinese_calendar

        return YearOfDays(
            holidays=frozenset(day for day in chinese_calendar.holidays if day.year == year),
            makeup_days=frozenset(day for day in chinese_calendar.workdays if day.year == year),
            provisional=False,
        )
    computed = _computed(country, year)
    return YearOfDays(
        holidays=frozenset(computed),
        makeup_days=frozenset(day for day in computed.weekend_workdays if day.year == year),
        provisional=country == "CN" or not computed.start_year <= year <= computed.end_year,
    )


@lru_cache(maxsize=64)
def working_weekdays(country: str) -> frozenset[int]:
    """The weekdays worked in `country` (Monday = 0): Monday to Friday, but for other weekends."""
    weekend = _computed(country, 2026).weekend
    if weekend.isdisjoint(MONDAY_TO_FRIDAY):
        return MONDAY_TO_FRIDAY
    return frozenset(range(7)) - weekend


def _is_published(year: int) -> bool:
    import chinese_calendar

    # National Day is in every announcement; a break over New Year may reach into the next year.
    return date(year, 10, 1) in chinese_calendar.holidays


def _computed(country: str, year: int) -> "HolidayBase":
    code, _, subdivision = country.partition("-")
    return public_holidays(code, subdivision or None, year=year)
