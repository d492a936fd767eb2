"""What customers read of visits, meetings and reports in one glance: what waits, what is ahead.

For their home page and the list of all of it; each record has a page of its own (rules V5, M1, M2).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.database import database_now, fetch
from portal.domain.common.actor import Actor
from portal.domain.meetings.states import MeetingStatus
from portal.domain.service_levels.owed import owed_to
from portal.domain.service_levels.promise import Promise, TargetKind
from portal.domain.visits.customer_view import CustomerVisitRow, customer_visits
from portal.domain.visits.states import VisitStatus, VisitWay

# What an appointment's day is called while it is this near; what is further off is in the list.
_NEAR = timedelta(days=14)
# A report that nobody has answered by then is taken as read.
_READ_BY = timedelta(days=30)
_MOST_AHEAD = 50
_KINDS = (TargetKind.CONTACT_REPORT, TargetKind.ACTION_ITEM, TargetKind.OPINION)


@dataclass(frozen=True, slots=True)
class MeetingRow:
    """A meeting that the customer was told of."""

    reference: str
    title: str
    status: MeetingStatus
    starts_at: datetime
    ends_at: datetime
    way: VisitWay
    place: str


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A contact report that was sent. `is_answered`: somebody has said something to it."""

    reference: str
    revision: int
    title: str
    happened_at: datetime
    sent_at: datetime
    is_answered: bool


@dataclass(frozen=True, slots=True)
class RelationsAtHome:
    """`proposed` and `unread` need their answer, `owed` is ours to do, the rest is ahead."""

    proposed: Sequence[CustomerVisitRow] = ()
    unread: Sequence[ReportRow] = ()
    owed: Sequence[Promise] = ()
    agreed: Sequence[CustomerVisitRow] = ()
    meetings: Sequence[MeetingRow] = ()


async def relations_at_home(*, by: Actor, limit: int) -> RelationsAtHome:
    """The customer's visits, meetings and reports for their home page, up to `limit` of each."""
    now = await database_now()
    ahead = (await customer_visits(by=by, open_only=True, size=_MOST_AHEAD)).rows
    agreed = [
        row
        for row in ahead
        if row.status is VisitStatus.CONFIRMED
        and row.starts_at is not None
        and now < row.starts_at < now + _NEAR
    ]
    reports = await reports_of_customer(by=by, limit=limit)
    return RelationsAtHome(
        proposed=[row for row in ahead if row.waits_for_customer][:limit],
        unread=[row for row in reports if not row.is_answered and row.sent_at > now - _READ_BY],
        owed=(await owed_to(by, _KINDS, limit=limit))[:limit],
        agreed=agreed[:limit],
        meetings=[row for row in await meetings_ahead(by=by) if row.starts_at < now + _NEAR],
    )


async def meetings_ahead(*, by: Actor, limit: int = 20) -> Sequence[MeetingRow]:
    """Planned meetings of the account that is acted for, the soonest first."""
    rows = await fetch(
        """SELECT m.reference, m.title, m.status, m.starts_at, m.ends_at, m.way, m.place
           FROM meeting m
           WHERE m.account_id = $1 AND m.status = 'planned' AND m.ends_at > business_now()
           ORDER BY m.starts_at, m.id LIMIT $2""",
        by.account_id,
        limit,
    )
    return [
        MeetingRow(**{**row, "status": MeetingStatus(row["status"]), "way": VisitWay(row["way"])})
        for row in map(dict, rows)
    ]


async def reports_of_customer(*, by: Actor, limit: int = 30) -> Sequence[ReportRow]:
    """The contact reports that hold, the newest first (rule M1)."""
    rows = await fetch(
        """SELECT r.reference, r.revision, r.title, r.happened_at, r.sent_at,
               EXISTS (SELECT FROM report_answer a WHERE a.report_id = r.id) AS is_answered
           FROM contact_report r WHERE r.account_id = $1 AND r.status = 'sent'
           ORDER BY r.happened_at DESC, r.id DESC LIMIT $2""",
        by.account_id,
        limit,
    )
    return [ReportRow(**dict(row)) for row in rows]
