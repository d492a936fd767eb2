"""What we did lately for a customer, whatever it is about: news for their home page (rule O21)."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.database import fetch
from portal.domain.common.activity import Entry
from portal.domain.common.actor import Actor
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_, Phrase
from portal.domain.complaints import story as complaint_story
from portal.domain.complaints.shown_names import names_instead, without_names
from portal.domain.complaints.tables import SUBJECT_KIND as COMPLAINT
from portal.domain.meetings import story as meeting_story
from portal.domain.meetings.tables import MEETING_KIND, REPORT_KIND
from portal.domain.opinions import story as opinion_story
from portal.domain.opinions.tables import SUBJECT_KIND as OPINION
from portal.domain.orders import story as order_story
from portal.domain.orders.tables import SUBJECT_KIND as ORDER
from portal.domain.quotes import story as request_story
from portal.domain.quotes.tables import SUBJECT_KIND as REQUEST
from portal.domain.visits import story as visit_story
from portal.domain.visits.tables import SUBJECT_KIND as VISIT


@dataclass(frozen=True, slots=True)
class News:
    """What we did lately on a record of the customer's, in the names that they read (rule C2).

    `label` stands for the title of what has none, `phrase` says what was done.
    """

    path: str
    reference: str
    title: str
    label: str
    phrase: Phrase
    actor_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class _Told:
    """A kind of record: who reads of it, where, what stands for its title, how its timeline
    speaks."""

    needs: Permission
    path: str
    phrase_of: Callable[[Entry], Phrase]
    label: str = ""


_TOLD: Mapping[str, _Told] = {
    REQUEST: _Told(Permission.READ_OWN_QUOTES, "/quotes/%s", request_story.phrase_of),
    ORDER: _Told(Permission.READ_OWN_ORDERS, "/orders/%s", order_story.phrase_of),
    COMPLAINT: _Told(Permission.READ_OWN_COMPLAINTS, "/complaints/%s", complaint_story.phrase_of),
    VISIT: _Told(
        Permission.READ_OWN_VISITS, "/visits/%s", visit_story.phrase_of, N_("Appointment")
    ),
    MEETING_KIND: _Told(
        Permission.READ_OWN_VISITS, "/meetings/%s", meeting_story.phrase_of, N_("Meeting")
    ),
    REPORT_KIND: _Told(
        Permission.READ_OWN_VISITS,
        "/contact-reports/%s",
        meeting_story.phrase_of,
        N_("Contact report"),
    ),
    OPINION: _Told(
        Permission.READ_OWN_VISITS,
        "/visits?view=opinions#opinion-%s",
        opinion_story.phrase_of,
        N_("What you told us"),
    ),
}


async def news_of_customer(*, by: Actor, limit: int) -> Sequence[News]:
    """The newest of what `by` may read, newest first; one more statement for names (rule C2)."""
    rows = await fetch(
        f"""SELECT y.at, y.verb, y.actor_name, y.actor_side, y.audience, y.before, y.after,
                y.subject_kind, y.subject_id,
                coalesce(r.reference, o.reference, c.reference, y.reference) AS reference,
                coalesce(r.title, nullif(o.title, ''), o.reference, c.title, '') AS title
            FROM activity y
            LEFT JOIN quote_request r ON r.id = y.subject_id AND y.subject_kind = '{REQUEST}'
            LEFT JOIN sales_order o ON o.id = y.subject_id AND y.subject_kind = '{ORDER}'
            LEFT JOIN complaint c ON c.id = y.subject_id AND y.subject_kind = '{COMPLAINT}'
            WHERE y.account_id = $1 AND y.subject_kind = ANY($2)
              AND y.audience = 'customer' AND y.actor_side <> 'customer'
              AND (y.subject_kind NOT IN ('{REQUEST}', '{ORDER}', '{COMPLAINT}')
                   OR coalesce(r.id, o.id, c.id) IS NOT NULL)
            ORDER BY y.id DESC LIMIT {int(limit)}""",  # noqa: S608 - constants
        by.account_id,
        [kind for kind, told in _TOLD.items() if by.may(told.needs)],
    )
    complaints = {row["subject_id"] for row in rows if row["subject_kind"] == COMPLAINT}
    instead = await names_instead(complaints) if complaints else {}
    return [_news(row, instead) for row in rows]


def _news(row: Mapping[str, Any], instead: Mapping[int, str]) -> News:
    told = _TOLD[row["subject_kind"]]
    entry = Entry(
        at=row["at"],
        verb=row["verb"],
        actor_name=row["actor_name"],
        actor_side=row["actor_side"],
        audience=row["audience"],
        before=json.loads(row["before"]),
        after=json.loads(row["after"]),
    )
    if row["subject_kind"] == COMPLAINT:
        (entry,) = without_names([entry], instead[row["subject_id"]])
    return News(
        path=told.path % row["reference"],
        reference=row["reference"],
        title=row["title"],
        label=told.label,
        phrase=told.phrase_of(entry),
        actor_name=entry.actor_name,
        at=entry.at,
    )
