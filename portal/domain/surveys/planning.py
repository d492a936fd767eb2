"""Planning a campaign: a row for each person, with the moment at which they are asked (rule S1)."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.database import database_now, execute
from portal.domain import policy
from portal.domain.policy.notice_figures import MAIL_HOURS
from portal.domain.policy.values import CalendarKind
from portal.domain.service_levels.branch_calendar import calendar_at
from portal.domain.surveys.audience import Candidate, audience_of
from portal.domain.surveys.spreading import Spread, end_of
from portal.domain.surveys.tables import Campaign

PUBLIC_ID_BYTES = 12
_ROWS_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Planned:
    """Who is asked when, and until when they can answer; UTC."""

    person: Candidate
    send_at: datetime
    expires_at: datetime


def new_public_id() -> str:
    """What stands in the address of a survey for who is signed in; it opens nothing by itself."""
    return secrets.token_urlsafe(PUBLIC_ID_BYTES)


async def plan_invitations(campaign: Campaign, *, survey_version_id: int) -> int:
    """Write the invitations and return how many there are.

    Nobody is asked on a closed day, outside the hours for mails (rule V7), or within the rest after
    another survey; for whom that leaves no day until it closes, no row is written.
    """
    audience = await audience_of(campaign)
    spread = await spread_of(campaign, {each.place.branch_id for each in audience.people})
    planned = [
        one
        for number, person in enumerate(audience.people)
        if (one := _planned(person, number, len(audience.people), campaign, spread))
    ]
    for first in range(0, len(planned), _ROWS_AT_ONCE):
        await _write(campaign, survey_version_id, planned[first : first + _ROWS_AT_ONCE])
    return len(planned)


async def spread_of(campaign: Campaign, branches: set[int]) -> Spread:
    """The days of the campaign at these branches."""
    return Spread(
        starts_on=campaign.starts_on,
        days=campaign.spread_days,
        closes_on=campaign.closes_on,
        now=await database_now(),
        calendars={
            branch: (await calendar_at(branch, CalendarKind.OFFICE_HOURS)).calendar
            for branch in sorted(branches)
        },
        hours=(await policy.figure(MAIL_HOURS)).value,
    )


def _planned(
    person: Candidate, number: int, of: int, campaign: Campaign, spread: Spread
) -> Planned | None:
    day = spread.day_of(person.place, number, of)
    if day is None:
        return None
    send_at: datetime | None = spread.moment_on(person.place, day)
    if person.rests_until is not None and send_at is not None and person.rests_until > send_at:
        send_at = spread.not_before(person.place, person.rests_until)
    expires_at = end_of(campaign.closes_on, person.place.timezone)
    if send_at is None or send_at >= expires_at:
        return None
    return Planned(person, send_at, expires_at)


async def _write(campaign: Campaign, survey_version_id: int, planned: Sequence[Planned]) -> None:
    await execute(
        """INSERT INTO survey_invitation (campaign_id, survey_version_id, status, public_id,
               account_id, contact_id, person_id, email, name, locale, send_at, expires_at)
           SELECT $1, $2, 'waiting', each.* FROM unnest($3::text[], $4::bigint[], $5::bigint[],
               $6::bigint[], $7::text[], $8::text[], $9::text[], $10::timestamptz[],
               $11::timestamptz[]) AS each""",
        campaign.id,
        survey_version_id,
        [new_public_id() for _ in planned],
        [each.person.account_id for each in planned],
        [each.person.contact_id for each in planned],
        [each.person.person_id for each in planned],
        [each.person.email for each in planned],
        [each.person.name for each in planned],
        [each.person.locale for each in planned],
        [each.send_at for each in planned],
        [each.expires_at for each in planned],
    )
