"""Nobody is called or visited in their rest hours or on closed days (rule V7).

Rest hours count by the clock on the customer's wall, closed days by the calendar of the branch
that serves them.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from portal.database import database_now
from portal.domain import policy
from portal.domain.common.words import N_, Phrase
from portal.domain.policy.values import CalendarKind
from portal.domain.policy.visit_figures import (
    NOON_REST_FROM,
    NOON_REST_UNTIL,
    REST_FROM,
    REST_UNTIL,
)
from portal.domain.service_levels.branch_calendar import PlacedCalendar, calendar_at
from portal.domain.visits.accounts import VisitedAccount

LONGEST = timedelta(hours=12)
FURTHEST = timedelta(days=400)
_EARLY = N_("Nobody is called or visited before %(until)s at the customer's.")
_NOON = N_("Between %(begin)s and %(until)s the customer rests.")
_LATE = N_("Nobody is called or visited after %(begin)s at the customer's.")
_CLOSED = N_("%(day)s is not a working day.")


@dataclass(frozen=True, slots=True)
class RestHours:
    """The hours in which nobody is disturbed, by the clock of `timezone` (IANA)."""

    until: time
    noon_from: time
    noon_until: time
    begin: time
    timezone: str

    def refusal(self, starts_at: datetime, ends_at: datetime | None = None) -> Phrase | None:
        """Why an aware moment is refused, or a visit that lasts until `ends_at`; None if it suits.

        A visit may last over midday where it begins before; it may not begin in the rest, nor
        last into the night.
        """
        begins = self._wall(starts_at)
        if begins.time() < self.until:
            return Phrase(_EARLY, {"until": _clock(self.until)})
        if self.noon_from <= begins.time() < self.noon_until:
            return Phrase(
                _NOON, {"begin": _clock(self.noon_from), "until": _clock(self.noon_until)}
            )
        if begins.time() >= self.begin:
            return Phrase(_LATE, {"begin": _clock(self.begin)})
        ends = self._wall(ends_at or starts_at)
        if ends.date() > begins.date() or ends.time() > self.begin:
            return Phrase(_LATE, {"begin": _clock(self.begin)})
        return None

    def _wall(self, moment: datetime) -> datetime:
        return moment.astimezone(ZoneInfo(self.timezone))


async def rest_hours_of(account: VisitedAccount) -> RestHours:
    """The rest hours that the policy keeps at this customer's."""
    book, now = await policy.rulebook(), await database_now()

    def at(figure: policy.Figure[time]) -> time:
        value: time = book.figure(figure, at=now, scope=account.scope).value
        return value

    return RestHours(
        until=at(REST_UNTIL),
        noon_from=at(NOON_REST_FROM),
        noon_until=at(NOON_REST_UNTIL),
        begin=at(REST_FROM),
        timezone=account.timezone,
    )


async def working_days(account: VisitedAccount) -> PlacedCalendar:
    """The calendar by which days are closed for this customer: that of the serving branch."""
    return await calendar_at(account.branch_id, CalendarKind.OFFICE_HOURS)


async def refusal_of_time(
    account: VisitedAccount, starts_at: datetime, ends_at: datetime
) -> Phrase | None:
    """Why an appointment cannot be at that time (aware), or None: nobody may set it aside."""
    day = account.day_of(starts_at)
    return await refusal_of_day(account, day) or (await rest_hours_of(account)).refusal(
        starts_at, ends_at
    )


async def refusal_of_day(account: VisitedAccount, day: date) -> Phrase | None:
    """Why nothing is due or agreed on `day`, a date at the customer's; None for a working day."""
    if (await working_days(account)).calendar.is_working_day(day):
        return None
    return Phrase(_CLOSED, {"day": day})


def _clock(at: time) -> str:
    return f"{at:%H:%M}"
