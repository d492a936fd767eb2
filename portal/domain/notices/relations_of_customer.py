"""What customers read of visits, meetings and reports in one glance: what waits, what is ahead.

For their home page and the list of all of it; each record has a page of its own (rules V5, M1, M2).
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from portal.database import database_now, fetch
from portal.domain.common.activity import Entry
from portal.domain.common.actor import Actor
from portal.domain.common.words import N_, Phrase
from portal.domain.meetings import story as meeting_story
from portal.domain.meetings.states import MeetingStatus
from portal.domain.meetings.tables import MEETING_KIND, REPORT_KIND
from portal.domain.opinions import story as opinion_story
from portal.domain.opinions.tables import SUBJECT_KIND as OPINION
from portal.domain.service_levels.owed import owed_to
from portal.domain.service_levels.promise import Promise, TargetKind
from portal.domain.visits import story as visit_story
from portal.domain.visits.customer_view import CustomerVisitRow, customer_visits
from portal.domain.visits.states import VisitStatus, VisitWay
from portal.domain.visits.tables import SUBJECT_KIND as VISIT

# What an appointment's day is called while it is this near; what is further off is in the list.
_NEAR = timedelta(days=14)
# A report that nobody has answered by then is taken as read.
_READ_BY = timedelta(days=30)
_MOST_AHEAD = 50
_KINDS = (TargetKind.CONTACT_REPORT, TargetKind.ACTION_ITEM, TargetKind.OPINION)
# By kind of record: where it is read, what stands for its title, how its timeline speaks.
_TOLD: Mapping[str, tuple[str, str, Callable[[Entry], Phrase]]] = {
    VISIT: ("/visits/%s", N_("Appointment"), visit_story.phrase_of),
    MEETING_KIND: ("/meetings/%s", N_("Meeting"), meeting_story.phrase_of),
    REPORT_KIND: ("/contact-reports/%s", N_("Contact report"), meeting_story.phrase_of),
    OPINION: ("/visits?view=opinions#opinion-%s", N_("What you told us"), opinion_story.phrase_of),
}


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
class RelationNews:
    """What we did lately; `label` stands for the title of what has none, `phrase` says what."""

    path: str
    reference: str
    label: str
    phrase: Phrase
    actor_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RelationsAtHome:
    """`proposed` and `unread` need their answer, `owed` is ours to do, the rest is ahead."""

    proposed: Sequence[CustomerVisitRow] = ()
    unread: Sequence[ReportRow] = ()
    owed: Sequence[Promise] = ()
    agreed: Sequence[CustomerVisitRow] = ()
    meetings: Sequence[MeetingRow] = ()
    news: Sequence[RelationNews] = ()


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
        owed=await owed_to(by, _KINDS, limit=limit),
        agreed=agreed[:limit],
        meetings=[row for row in await meetings_ahead(by=by) if row.starts_at < now + _NEAR],
        news=await _news(by, limit),
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


async def _news(by: Actor, limit: int) -> list[RelationNews]:
    rows = await fetch(
        """SELECT y.at, y.verb, y.actor_name, y.actor_side, y.audience, y.before, y.after,
               y.subject_kind, y.reference
           FROM activity y
           WHERE y.account_id = $1 AND y.subject_kind = ANY($2)
             AND y.audience = 'customer' AND y.actor_side <> 'customer'
           ORDER BY y.id DESC LIMIT $3""",
        by.account_id,
        list(_TOLD),
        limit,
    )
    return [_told(row) for row in rows]


def _told(row: Mapping[str, Any]) -> RelationNews:
    path, label, phrase_of = _TOLD[row["subject_kind"]]
    entry = Entry(
        at=row["at"],
        verb=row["verb"],
        actor_name=row["actor_name"],
        actor_side=row["actor_side"],
        audience=row["audience"],
        before=json.loads(row["before"]),
        after=json.loads(row["after"]),
    )
    reference = row["reference"]
    return RelationNews(
        path % reference, reference, label, phrase_of(entry), entry.actor_name, entry.at
    )
