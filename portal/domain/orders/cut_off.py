"""The cut-off of the day: what is in stock and released before it ships the same day (O2, O9)."""

from dataclasses import dataclass
from datetime import date, datetime, time

from portal.database import database_now
from portal.domain import policy
from portal.domain.policy.figures import ORDER_CUT_OFF
from portal.domain.policy.values import CalendarKind
from portal.domain.service_levels.branch_calendar import PlacedCalendar, calendar_and_policy


@dataclass(frozen=True, slots=True)
class CutOff:
    """The next cut-off of a branch: what is released before `at` (UTC) ships on `ships_on`.

    `today` is the date at the branch.
    """

    at: datetime
    ships_on: date
    today: date

    @property
    def is_today(self) -> bool:
        """Whether what is ordered and released now still ships today."""
        return self.ships_on == self.today


async def cut_off_today(branch_id: int, *, scope: policy.Scope = policy.COMPANY) -> CutOff:
    """The cut-off that counts now at a branch: today's, or once it has passed the next one.

    `scope` is the account's, for whom the policy may have another time. For both sides.
    """
    now = await database_now()
    place, book = await calendar_and_policy(branch_id, CalendarKind.OFFICE_HOURS)
    return cut_off_at(now, place, book.figure(ORDER_CUT_OFF, at=now, scope=scope).value)


def cut_off_at(now: datetime, place: PlacedCalendar, at: time) -> CutOff:
    """The cut-off that counts at `now`; pure.

    Days that are not worked have none. On a short day it is not later than closing time. What
    comes exactly at the cut-off comes too late.
    """
    today = place.day_of(now)
    if place.calendar.is_working_day(today):
        moment = min(place.moment_on(today, at), place.closing_time(today))
        if now < moment:
            return CutOff(moment, today, today)
    ships_on = place.next_working_day(today)
    return CutOff(min(place.moment_on(ships_on, at), place.closing_time(ships_on)), ships_on, today)
