"""The calendar of a serving branch: its zone, its country's holidays, its own days."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portal.database import fetch_row
from portal.domain import policy
from portal.domain.policy.figures import OFFICE_HOURS
from portal.domain.policy.values import CalendarKind
from portal.domain.service_levels.business_calendar import BusinessCalendar
from portal.domain.service_levels.calendars import calendar_for, is_provisional

# Days that have no branch are the whole company's; the branch's own come later and win.
PLACE_COLUMNS = """b.timezone AS place_timezone, b.country AS place_country,
    (SELECT coalesce(json_agg(json_build_array(d.day, d.hours) ORDER BY d.branch_id NULLS FIRST),
                     '[]')
     FROM branch_day d WHERE d.branch_id = b.id OR d.branch_id IS NULL) AS place_days"""


@dataclass(frozen=True, slots=True)
class PlacedCalendar:
    """A calendar of the rulebook at a branch."""

    kind: CalendarKind
    timezone: str
    country: str
    calendar: BusinessCalendar

    def is_provisional(self, opened: datetime, due: datetime) -> bool:
        """Whether that time rests on holidays that are not published yet."""
        return is_provisional(
            self.kind, timezone=self.timezone, country=self.country, opened=opened, due=due
        )


async def calendar_at(branch_id: int, kind: CalendarKind) -> PlacedCalendar:
    """The calendar of `kind` at a branch. `LookupError` when there is no such branch."""
    row = await fetch_row(f"SELECT {PLACE_COLUMNS} FROM branch b WHERE b.id = $1", branch_id)  # noqa: S608
    if row is None:
        raise LookupError(f"there is no branch {branch_id}")
    return await calendar_from(row, kind)


async def calendar_from(row: Mapping[str, Any], kind: CalendarKind) -> PlacedCalendar:
    """The calendar of `kind` at the branch of a row that has `PLACE_COLUMNS`."""
    hours = OFFICE_HOURS.default
    if kind is CalendarKind.OFFICE_HOURS:
        hours = (await policy.figure(OFFICE_HOURS)).value
    timezone, country = row["place_timezone"], row["place_country"]
    calendar = calendar_for(
        kind,
        timezone=timezone,
        country=country,
        company_days={
            date.fromisoformat(day): tuple((start, end) for start, end in spans)
            for day, spans in json.loads(row["place_days"])
        },
        office_hours=hours,
    )
    return PlacedCalendar(kind, timezone, country, calendar)
