"""When each person is asked: evenly over the days, on open days, within the hours for mails (V7).

Pure: calendars and the present moment are given.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from portal.domain.policy.values import Hours
from portal.domain.service_levels.business_calendar import BusinessCalendar

ONE_DAY = timedelta(days=1)


class OpenDays(Protocol):
    """Which days a branch works."""

    def is_working_day(self, day: date) -> bool: ...


@dataclass(frozen=True, slots=True)
class Place:
    """Where a person is: the serving branch's days, the hours in their own zone."""

    branch_id: int
    timezone: str


class Spread:
    """The days of one campaign, for people at many places. `now` is aware."""

    def __init__(
        self,
        *,
        starts_on: date,
        days: int,
        closes_on: date,
        now: datetime,
        calendars: Mapping[int, OpenDays],
        hours: Hours,
    ) -> None:
        self._starts_on, self._days, self._closes_on, self._now = starts_on, days, closes_on, now
        self._calendars = calendars
        self._hours = hours
        self._opening: dict[str, BusinessCalendar] = {}
        self._open_days: dict[Place, Sequence[date]] = {}

    def day_of(self, place: Place, number: int, of: int) -> date | None:
        """The day on which the `number`th of `of` people is asked; None where none is open."""
        days = self._days_at(place)
        return days[number * len(days) // of] if days else None

    def moment_on(self, place: Place, day: date) -> datetime:
        """When mails may go out there on `day` or after it, not before now; in UTC."""
        midnight = datetime.combine(day, time(), ZoneInfo(place.timezone))
        return self._hours_at(place).opening_after(max(midnight, self._now))

    def not_before(self, place: Place, moment: datetime) -> datetime | None:
        """The first opening on an open day at or after `moment`; None once the campaign is over."""
        day = moment.astimezone(ZoneInfo(place.timezone)).date()
        while day <= self._closes_on:
            if self._calendars[place.branch_id].is_working_day(day):
                at = self._hours_at(place).opening_after(
                    max(moment, datetime.combine(day, time(), ZoneInfo(place.timezone)))
                )
                if at.astimezone(ZoneInfo(place.timezone)).date() == day:
                    return at
            day += ONE_DAY
        return None

    def _days_at(self, place: Place) -> Sequence[date]:
        if place not in self._open_days:
            calendar = self._calendars[place.branch_id]
            today = self._now.astimezone(ZoneInfo(place.timezone)).date()
            day = max(self._starts_on, today)
            found: list[date] = []
            while day <= self._closes_on and len(found) < self._days:
                if calendar.is_working_day(day):
                    found.append(day)
                day += ONE_DAY
            self._open_days[place] = found
        return self._open_days[place]

    def _hours_at(self, place: Place) -> BusinessCalendar:
        if place.timezone not in self._opening:
            weekly = dict.fromkeys(range(7), self._hours)
            self._opening[place.timezone] = BusinessCalendar(place.timezone, weekly)
        return self._opening[place.timezone]


def end_of(day: date, timezone: str) -> datetime:
    """The last second of `day` in `timezone`, in UTC: people read the day, not the next one."""
    return datetime.combine(day, time(23, 59, 59), ZoneInfo(timezone)).astimezone(UTC)
