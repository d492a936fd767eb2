"""After a closed complaint, a delivery, a visit its customer is asked how it went (rules S2, V4).

Each of them once. Whether somebody was asked too lately is decided when it is sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.database import database_now, fetch, fetch_row
from portal.domain import policy
from portal.domain.policy.notice_figures import MAIL_HOURS
from portal.domain.policy.survey_figures import AFTER_EVENT_DAYS, OPEN_DAYS
from portal.domain.policy.values import Hours
from portal.domain.service_levels.business_calendar import BusinessCalendar
from portal.domain.surveys.audience import PERSON
from portal.domain.surveys.listing import survey_of_occasion
from portal.domain.surveys.planning import new_public_id
from portal.domain.surveys.states import Occasion
from portal.domain.visits.record_facts import OLDEST

MOST_AT_ONCE = 200
# What is older than this when it is first seen is asked about no more: a survey that is newly in
# force, or a worker that was off, does not dig up the past.
_LATELY = timedelta(days=10)

_MAIN = """(SELECT k.id FROM contact k WHERE k.account_id = {of}.account_id
    AND k.archived_at IS NULL AND k.email <> '' ORDER BY k.is_main DESC, k.id LIMIT 1)"""
_REACHABLE = """(SELECT k.id FROM contact k WHERE k.id = {of}.contact_id
    AND k.archived_at IS NULL AND k.email <> '')"""

# Each: the row's id, its account, when it happened, and whom to ask. $1 is since when.
_HAPPENED: Mapping[Occasion, str] = {
    Occasion.COMPLAINT: f"""
        SELECT p.id, p.account_id, p.closed_at AS at,
            coalesce({_REACHABLE.format(of="p")}, (SELECT k.id FROM contact k
                WHERE k.account_id = p.account_id AND k.person_id = p.reported_by
                  AND k.archived_at IS NULL AND k.email <> '' ORDER BY k.id LIMIT 1),
                {_MAIN.format(of="p")}) AS contact_id
        FROM complaint p
        WHERE p.closed_at > $1 AND p.kind = 'complaint' AND NOT EXISTS (
            SELECT FROM survey_invitation i WHERE i.complaint_id = p.id)""",  # noqa: S608 - constants
    Occasion.DELIVERY: f"""
        SELECT d.id, d.account_id, d.delivered_at AS at,
            coalesce({_REACHABLE.format(of="o")}, {_MAIN.format(of="d")}) AS contact_id
        FROM shipment d JOIN sales_order o ON o.id = d.order_id
        WHERE d.delivered_at > $1 AND NOT EXISTS (
            SELECT FROM survey_invitation i WHERE i.shipment_id = d.id)""",  # noqa: S608 - constants
    # Who has had the feedback form of a visit (V4) has been asked already; a callback asks itself.
    # What counts is when it came on record, which may be weeks after it was made.
    Occasion.VISIT: f"""
        SELECT t.id, t.account_id, t.made_at AS at,
            coalesce((SELECT k.id FROM visit_person w JOIN contact k ON k.id = w.contact_id
                WHERE w.visit_id = t.id AND w.attended AND k.archived_at IS NULL AND k.email <> ''
                ORDER BY k.is_main DESC, w.id LIMIT 1), {_MAIN.format(of="t")}) AS contact_id
        FROM visit t
        WHERE t.status = 'made' AND t.made_at > $1::timestamptz - interval '{OLDEST.days} days'
          AND t.recorded_at > $1 AND t.kind = 'visit' AND NOT EXISTS (
            SELECT FROM survey_invitation i WHERE i.visit_id = t.id)""",  # noqa: S608 - constants
    # V4: group accounts have it before the talk, once the appointment stands.
    Occasion.INQUIRY: f"""
        SELECT t.id, t.account_id, t.updated_at AS at,
            coalesce((SELECT k.id FROM visit_person w JOIN contact k ON k.id = w.contact_id
                WHERE w.visit_id = t.id AND k.archived_at IS NULL AND k.email <> ''
                ORDER BY k.is_main DESC, w.id LIMIT 1), {_MAIN.format(of="t")}) AS contact_id
        FROM visit t
        WHERE t.rule = 'group' AND t.status = 'confirmed' AND t.updated_at > $1
          AND t.inquiry_returned_at IS NULL AND NOT EXISTS (
            SELECT FROM survey_invitation i WHERE i.visit_id = t.id)""",  # noqa: S608 - constants
}
_COLUMNS = {
    Occasion.COMPLAINT: "complaint_id",
    Occasion.DELIVERY: "shipment_id",
    Occasion.VISIT: "visit_id",
    Occasion.INQUIRY: "visit_id",
}


@dataclass(frozen=True, slots=True)
class Event:
    """What somebody is asked about: `id` of the complaint, shipment or visit."""

    occasion: Occasion
    id: int
    contact_id: int


async def invite_after_events() -> int:
    """Write invitations for what has happened lately; returns how many. For the worker (S2, V4)."""
    return sum([await _invite_after(occasion) for occasion in _HAPPENED])


async def invite(event: Event, *, survey_version_id: int, send_at: datetime) -> int | None:
    """One invitation; None when that event has one already.

    Raises nothing for a contact without an address: the survey then waits in the portal, or on
    paper.
    """
    open_days = (await policy.figure(OPEN_DAYS)).value
    row = await fetch_row(
        f"""INSERT INTO survey_invitation ({_COLUMNS[event.occasion]}, survey_version_id, status,
                public_id, account_id, contact_id, person_id, email, name, locale, send_at,
                expires_at)
            SELECT $1, $2, 'waiting', $3, k.account_id, k.id, p.id, k.email, k.name,
                coalesce(p.locale, a.locale), $4, $5
            FROM contact k JOIN account a ON a.id = k.account_id {PERSON} WHERE k.id = $6
            ON CONFLICT DO NOTHING RETURNING id""",  # noqa: S608 - names of ours
        event.id,
        survey_version_id,
        new_public_id(),
        send_at,
        send_at + timedelta(days=open_days),
        event.contact_id,
    )
    return row["id"] if row else None


async def _invite_after(occasion: Occasion) -> int:
    found = await survey_of_occasion(occasion)
    if found is None:
        return 0
    now = await database_now()
    delay = timedelta(days=(await policy.figure(AFTER_EVENT_DAYS)).value)
    hours = (await policy.figure(MAIL_HOURS)).value
    rows = await fetch(
        f"""SELECT * FROM ({_HAPPENED[occasion]}) AS happened
            WHERE contact_id IS NOT NULL ORDER BY at, id LIMIT $2""",  # noqa: S608 - constants
        now - delay - _LATELY,
        MOST_AT_ONCE,
    )
    invited = 0
    for row in rows:
        zone = await _timezone(row["account_id"])
        wait = timedelta(0) if occasion is Occasion.INQUIRY else delay
        send_at = _in_hours(max(now, row["at"] + wait), hours, zone)
        event = Event(occasion, row["id"], row["contact_id"])
        made = await invite(event, survey_version_id=found[1].id, send_at=send_at)
        invited += made is not None
    return invited


def _in_hours(moment: datetime, hours: Hours, timezone: str) -> datetime:
    """The next moment at which customers there are mailed (rule V7)."""
    return BusinessCalendar(timezone, dict.fromkeys(range(7), hours)).opening_after(moment)


async def _timezone(account_id: int) -> str:
    row = await fetch_row("SELECT timezone FROM account WHERE id = $1", account_id)
    return str(row["timezone"]) if row else "Asia/Shanghai"
