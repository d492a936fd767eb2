"""Quarters and months as visits are counted by, and how due days are spread over them. Pure."""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from portal.domain.visits.states import VisitRule


@dataclass(frozen=True, slots=True)
class Period:
    """A quarter or a month; `name` is `2026-Q4` or `2026-11`."""

    name: str
    starts_on: date
    ends_on: date

    def days(self) -> Sequence[date]:
        """Every day of it."""
        count = (self.ends_on - self.starts_on).days + 1
        return [self.starts_on + timedelta(days=number) for number in range(count)]


def quarter_of(day: date) -> Period:
    """The quarter that `day` is in."""
    number = (day.month - 1) // 3
    return Period(
        f"{day.year}-Q{number + 1}",
        date(day.year, 3 * number + 1, 1),
        _end_of_month(day.year, 3 * number + 3),
    )


def month_of(day: date) -> Period:
    """The month that `day` is in."""
    return Period(
        f"{day.year}-{day.month:02}", day.replace(day=1), _end_of_month(day.year, day.month)
    )


def period_of(rule: VisitRule, day: date) -> Period:
    """The period by which visits of a rule are summed up (rule V6)."""
    return quarter_of(day) if rule is VisitRule.QUARTERLY else month_of(day)


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or the last one where it has no such day."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def spread(days: Sequence[date], count: int) -> list[date]:
    """`count` due days, spread evenly over `days` in their order; none without days (rule V9)."""
    return [days[place * len(days) // count] for place in range(count)] if days else []


def _end_of_month(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])
