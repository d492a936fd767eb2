"""The periods that the history of visits is looked at in, as addresses name them.

`3m` are the months until today, `2026` is a year, `2026-Q4` a quarter, `all` any time. Who names
none looks back on a year.
"""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from portal.domain.common.words import N_
from portal.web.answers import Answer

_QUARTER_UNTIL_TODAY, _ANY_TIME = "3m", "all"
_QUARTERS_OFFERED = 8
_YEARS_OFFERED = 5
_PATTERN = re.compile(r"(?P<year>[0-9]{4})(?:-Q(?P<quarter>[1-4]))?")


def days_of(period: str, today: date) -> tuple[date | None, date | None]:
    """The first and the last day of a period; None where it is open, a year where it is none."""
    if period == _ANY_TIME:
        return None, None
    if period == _QUARTER_UNTIL_TODAY:
        return _months_before(today, 3), None
    named = _PATTERN.fullmatch(period)
    if not named or not 1900 <= int(named["year"]) < date.max.year:
        return _months_before(today, 12), None
    year, quarter = int(named["year"]), int(named["quarter"] or 0)
    if not quarter:
        return date(year, 1, 1), date(year, 12, 31)
    return _first_of(year * 4 + quarter - 1), _first_of(year * 4 + quarter) - timedelta(days=1)


def offered(today: date, answer: Answer) -> Sequence[tuple[str, str]]:
    """What the filter offers beside a year: months until today, quarters, years, any time."""
    this = today.year * 4 + (today.month - 1) // 3
    quarters = [
        f"{number // 4}-Q{number % 4 + 1}" for number in range(this, this - _QUARTERS_OFFERED, -1)
    ]
    years = [str(year) for year in range(today.year, today.year - _YEARS_OFFERED, -1)]
    return [
        (_QUARTER_UNTIL_TODAY, answer.translated(N_("Last 3 months"))),
        *((name, name) for name in [*quarters, *years]),
        (_ANY_TIME, answer.translated(N_("Any time"))),
    ]


def _first_of(quarter: int) -> date:
    """The first day of a quarter, counted from the year 0 on."""
    return date(quarter // 4, quarter % 4 * 3 + 1, 1)


def _months_before(day: date, count: int) -> date:
    """The day after the same one so many months before: twelve months are one year of days."""
    number = day.year * 12 + day.month - 1 - count
    first = date(number // 12, number % 12 + 1, 1)
    return min(first + timedelta(days=day.day), _next_month(first))


def _next_month(first: date) -> date:
    number = first.year * 12 + first.month
    return date(number // 12, number % 12 + 1, 1)
