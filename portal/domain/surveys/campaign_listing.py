"""Campaigns in a list, and whom each asks (rule S1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portal.database import fetch
from portal.domain.accounts.confidentiality import visible_accounts_condition
from portal.domain.common.actor import Actor
from portal.domain.surveys.listing import require_reader
from portal.domain.surveys.states import CampaignStatus, InvitationStatus
from portal.domain.surveys.tables import Campaign

MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """A campaign as the list shows it."""

    id: int
    reference: str
    name: str
    period: str
    status: CampaignStatus
    survey_key: str
    survey_name: str
    is_anonymous: bool
    starts_on: date
    closes_on: date
    people: int
    sent: int
    answered: int


@dataclass(frozen=True, slots=True)
class AskedPerson:
    """One of those whom a campaign asks. Where it is anonymous nobody sees who has answered."""

    invitation_id: int
    account_code: str
    account_name: str
    name: str
    email: str
    status: InvitationStatus
    send_at: datetime
    sent_at: datetime | None
    answered_at: datetime | None
    reminders: int
    stopped_because: str
    is_undelivered: bool


@dataclass(frozen=True, slots=True)
class AskedPeople:
    """A page of them; `after` asks for the next one, None at the end."""

    rows: Sequence[AskedPerson]
    after: str | None


async def campaigns_list(
    *, by: Actor, status: str = "", survey_key: str = ""
) -> Sequence[CampaignRow]:
    """The newest campaigns, those that run before the others. Raises `NotAllowed`."""
    require_reader(by)
    rows = await fetch(
        """SELECT c.id, c.reference, c.name, c.period, c.status, s.key AS survey_key,
               s.name AS survey_name, s.is_anonymous, c.starts_on, c.closes_on,
               i.people, i.sent, i.answered
           FROM survey_campaign c JOIN survey_version v ON v.id = c.survey_version_id
           JOIN survey s ON s.id = v.survey_id
           CROSS JOIN LATERAL (
               SELECT count(*) AS people, count(*) FILTER (WHERE i.sent_at IS NOT NULL) AS sent,
                   count(*) FILTER (WHERE i.status = 'answered') AS answered
               FROM survey_invitation i WHERE i.campaign_id = c.id) i
           WHERE ($1 = '' OR c.status = $1) AND ($2 = '' OR s.key = $2)
           ORDER BY array_position(ARRAY['running', 'paused', 'draft', 'ended'], c.status),
               c.starts_on DESC, c.id DESC
           LIMIT $3""",
        status,
        survey_key,
        MOST_ROWS,
    )
    return [CampaignRow(**{**row, "status": CampaignStatus(row["status"])}) for row in rows]


async def people_asked(
    campaign: Campaign, *, by: Actor, status: str = "", after: str = "", size: int = 50
) -> AskedPeople:
    """Whom it asks, of the accounts whose file `by` may see (rule A6). Raises `NotAllowed`.

    Of an anonymous survey `status` says no more than that somebody was asked: who has answered and
    who has not is nobody's business.
    """
    require_reader(by)
    size = min(max(size, 1), MOST_ROWS)
    condition, own = visible_accounts_condition(by, "i.account_id", place=5)
    rows = await fetch(
        f"""SELECT * FROM (
               SELECT i.id AS invitation_id, a.code AS account_code, a.name AS account_name,
                   i.name, i.email, i.send_at, i.sent_at, i.answered_at,
                   CASE WHEN s.is_anonymous AND i.sent_at IS NOT NULL THEN ''
                       ELSE i.stopped_because END AS stopped_because,
                   CASE WHEN s.is_anonymous AND i.sent_at IS NOT NULL THEN 'sent'
                       ELSE i.status END AS status,
                   CASE WHEN s.is_anonymous THEN 0 ELSE i.reminders END AS reminders,
                   EXISTS (SELECT FROM mail m WHERE m.template = 'survey'
                       AND (m.words ->> 'invitation_id')::bigint = i.id
                       AND m.status IN ('bounced', 'given_up')) AS is_undelivered
               FROM survey_invitation i JOIN account a ON a.id = i.account_id
               JOIN survey_version v ON v.id = i.survey_version_id
               JOIN survey s ON s.id = v.survey_id
               WHERE i.campaign_id = $1 AND i.id > $3 AND {condition}) AS asked
           WHERE $2 = '' OR status = $2 ORDER BY invitation_id LIMIT $4""",  # noqa: S608
        campaign.id,
        status,
        int(after) if after.isdecimal() else 0,
        size + 1,
        *own,
    )
    found = [_person(row) for row in rows[:size]]
    return AskedPeople(found, str(found[-1].invitation_id) if len(rows) > size else None)


def _person(row: Any) -> AskedPerson:
    return AskedPerson(**{**row, "status": InvitationStatus(row["status"])})
