"""The calendar of a serving branch: its zone, its country's holidays, its own days."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from portal.database import database_now, fetch_row
from portal.domain import policy
from portal.domain.policy.figures import OFFICE_HOURS
from portal.domain.policy.values import CalendarKind, Hours
from portal.domain.service_levels.business_calendar import BusinessCalendar
from portal.domain.service_levels.calendars import calendar_for, is_provisional

# Days that have no branch are the whole company's.
PLACE_COLUMNS = """b.id AS place_id, b.timezone AS place_timezone, b.country AS place_country,
    (SELECT coalesce(json_agg(json_build_array(d.branch_id, d.day, d.hours)), '[]')
     FROM branch_day d WHERE d.branch_id = b.id OR d.branch_id IS NULL) AS place_days"""


@dataclass(frozen=True, slots=True)
class PlacedCalendar:
    """A calendar of the rulebook at a branch. `closes` is when office hours usually end there."""

    kind: CalendarKind
    timezone: str
    country: str
    calendar: BusinessCalendar
    closes: str = "18:00"

    def day_of(self, moment: datetime) -> date:
        """The date at the branch."""
        return moment.astimezone(ZoneInfo(self.timezone)).date()

    def moment_on(self, day: date, at: time) -> datetime:
        """When the clock on the branch's wall shows `at` on `day`, in UTC."""
        return datetime.combine(day, at, ZoneInfo(self.timezone)).astimezone(UTC)

    def closing_time(self, day: date) -> datetime:
        """When the branch closes on `day`, in UTC; when it usually does if it is not open then."""
        closing = self.calendar.closing_of(day)
        if closing is not None:
            return closing
        if self.closes == "24:00":
            return self.moment_on(day + timedelta(days=1), time())
        return self.moment_on(day, time.fromisoformat(self.closes))

    def next_working_day(self, after: date) -> date:
        """The first day after `after` on which the branch is open."""
        midnight = self.moment_on(after + timedelta(days=1), time())
        return self.day_of(self.calendar.opening_after(midnight))

    def is_provisional(self, opened: datetime, due: datetime) -> bool:
        """Whether that time rests on holidays that are not published yet."""
        return is_provisional(
            self.kind, timezone=self.timezone, country=self.country, opened=opened, due=due
        )


async def calendar_at(branch_id: int, kind: CalendarKind) -> PlacedCalendar:
    """The calendar of `kind` at a branch. `LookupError` when there is no such branch."""
    return (await calendar_and_policy(branch_id, kind))[0]


async def calendar_and_policy(
    branch_id: int, kind: CalendarKind
) -> tuple[PlacedCalendar, policy.Rulebook]:
    """`calendar_at` and the policy as it stands, in one statement while the policy is known."""
    row = await fetch_row(
        f"SELECT {PLACE_COLUMNS}, {policy.STATE} FROM branch b WHERE b.id = $1",  # noqa: S608
        branch_id,
    )
    if row is None:
        raise LookupError(f"there is no branch {branch_id}")
    book = await policy.rulebook_of(row)
    hours = book.figure(OFFICE_HOURS, at=await database_now()).value
    return await calendar_from(row, kind, hours), book


async def calendar_from(
    row: Mapping[str, Any], kind: CalendarKind, office_hours: Hours | None = None
) -> PlacedCalendar:
    """The calendar of `kind` at the branch of a row that has `PLACE_COLUMNS`.

    `office_hours` are the policy's where they are known already.
    """
    hours = OFFICE_HOURS.default
    if kind is CalendarKind.OFFICE_HOURS:
        hours = office_hours or (await policy.figure(OFFICE_HOURS)).value
    return placed(row, kind, hours)


def placed(
    row: Mapping[str, Any],
    kind: CalendarKind,
    hours: Hours,
    assumed: Mapping[tuple[int | None, date], Hours | None] = {},
) -> PlacedCalendar:
    """The calendar of `kind` at the branch of a row that has `PLACE_COLUMNS`.

    `hours` are the policy's office hours. `assumed` are days by branch (None: the whole company)
    that stand above what is stored, None where a day is to be as the public calendar says.
    """
    timezone, country = row["place_timezone"], row["place_country"]
    days = {
        (of, date.fromisoformat(day)): tuple((start, end) for start, end in spans)
        for of, day, spans in json.loads(row["place_days"])
    }
    known = {**days, **assumed}
    # The company's days first, so that the branch's own win.
    own = {
        day: spans
        for (of, day), spans in sorted(known.items(), key=lambda each: each[0][0] is not None)
        if spans is not None and of in {None, row["place_id"]}
    }
    calendar = calendar_for(
        kind, timezone=timezone, country=country, company_days=own, office_hours=hours
    )
    return PlacedCalendar(kind, timezone, country, calendar, hours[-1][1])


async def closing_time(branch_id: int, day: date) -> datetime:
    """When office hours end at a branch on `day`, a date there; in UTC.

    On a day that is not worked it is when they usually end, so that a promised day always ends.
    """
    return (await calendar_at(branch_id, CalendarKind.OFFICE_HOURS)).closing_time(day)


async def next_working_day(branch_id: int, after: date) -> date:
    """The first day after `after` on which a branch has office hours."""
    return (await calendar_at(branch_id, CalendarKind.OFFICE_HOURS)).next_working_day(after)


async def moment_on(branch_id: int, day: date, at: time) -> datetime:
    """When the clock on the branch's wall shows `at` on `day`, in UTC."""
    return (await calendar_at(branch_id, CalendarKind.OFFICE_HOURS)).moment_on(day, at)
