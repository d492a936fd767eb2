"""What the two home pages answer: what waits for me, what is owed by when, what is new."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.database import database_now, fetch
from portal.domain.common.activity import Entry
from portal.domain.common.actor import Actor
from portal.domain.quotes.access import visible_requests
from portal.domain.quotes.listing import (
    CustomerFilter,
    OwnerFilter,
    QueueFilter,
    StatusGroup,
    own_requests,
    queue,
)
from portal.domain.quotes.queue_counts import QueueCounts, queue_counts, waits_for_review_by
from portal.domain.quotes.request_rows import (
    JOINED,
    JOINED_TO,
    LEADING_TARGET,
    ROW_COLUMNS,
    request_row,
)
from portal.domain.quotes.states import RequestStatus
from portal.domain.quotes.views import RequestRow


@dataclass(frozen=True, slots=True)
class News:
    """What we did lately on one of the customer's requests; `entry_words(news.entry)` says it."""

    reference: str
    title: str
    entry: Entry


@dataclass(frozen=True, slots=True)
class CustomerHome:
    """`waiting` needs the customer's answer, `owed` is ours to do, `drafts` can be resumed."""

    waiting: Sequence[RequestRow]
    owed: Sequence[RequestRow]
    drafts: Sequence[RequestRow]
    news: Sequence[News]


@dataclass(frozen=True, slots=True)
class StaffHome:
    """My work and my team's by due time, reviews that wait for me, and how much of each."""

    mine: Sequence[RequestRow]
    team: Sequence[RequestRow]
    reviews: Sequence[RequestRow]
    counts: QueueCounts


async def customer_home(*, by: Actor, limit: int = 10) -> CustomerHome:
    """The customer's home page, up to `limit` of each; four statements."""
    waiting = CustomerFilter(status=StatusGroup.WAITING_FOR_CUSTOMER, size=limit)
    drafts = CustomerFilter(status=RequestStatus.DRAFT, size=limit)
    return CustomerHome(
        waiting=(await own_requests(waiting, by=by)).rows,
        owed=await _owed(by, limit),
        drafts=(await own_requests(drafts, by=by)).rows,
        news=await _news(by, limit),
    )


async def staff_home(*, by: Actor, limit: int = 10) -> StaffHome:
    """The staff's home page, up to `limit` of each; four statements."""
    return StaffHome(
        mine=(await queue(QueueFilter(owner=OwnerFilter.ME, size=limit), by=by)).rows,
        team=(await queue(QueueFilter(owner=OwnerFilter.TEAM, size=limit), by=by)).rows,
        reviews=await reviews_waiting(by=by, limit=limit),
        counts=await queue_counts(by=by),
    )


async def reviews_waiting(*, by: Actor, limit: int = 50) -> Sequence[RequestRow]:
    """Requests with a revision that `by` may review, the longest waiting first (rule Q5)."""
    visible, values = visible_requests(by, place=2)
    condition = waits_for_review_by(by, place=1)
    rows = await fetch(
        f"""SELECT {ROW_COLUMNS} FROM (
                SELECT r.id, w.updated_at, w.id AS quote_id FROM quote w
                JOIN quote_request r ON r.id = w.request_id
                WHERE w.status = 'in_review' AND {condition} AND {visible}
                ORDER BY w.updated_at, w.id LIMIT {int(limit)}) AS shown
            JOIN quote_request r ON r.id = shown.id {JOINED}
            ORDER BY shown.updated_at, shown.quote_id""",  # noqa: S608
        by.staff_member_id,
        *values,
    )
    now = await database_now()
    return [request_row(row, now) for row in rows]


async def _owed(by: Actor, limit: int) -> Sequence[RequestRow]:
    """What runs on our clock, due first; while we wait for the customer it is not ours to do."""
    rows = await fetch(
        f"""SELECT {ROW_COLUMNS} FROM (
                SELECT t.id, t.subject_id FROM target t
                WHERE {LEADING_TARGET} AND t.account_id = $1 AND t.paused_since IS NULL
                ORDER BY t.due_at, t.id LIMIT {int(limit)}) AS owed
            JOIN quote_request r ON r.id = owed.subject_id {JOINED_TO.format(target="owed.id")}
            ORDER BY t.due_at, t.id""",  # noqa: S608
        by.account_id,
    )
    now = await database_now()
    return [request_row(row, now) for row in rows]


async def _news(by: Actor, limit: int) -> Sequence[News]:
    rows = await fetch(
        f"""SELECT y.at, y.verb, y.actor_name, y.actor_side, y.audience, y.before, y.after,
                r.reference, r.title
            FROM activity y JOIN quote_request r ON r.id = y.subject_id
            WHERE y.account_id = $1 AND y.subject_kind = 'quote_request'
              AND y.audience = 'customer' AND y.actor_side <> 'customer'
            ORDER BY y.id DESC LIMIT {int(limit)}""",  # noqa: S608 - a number
        by.account_id,
    )
    return [News(row["reference"], row["title"], _entry(row)) for row in rows]


def _entry(row: Mapping[str, Any]) -> Entry:
    return Entry(
        at=row["at"],
        verb=row["verb"],
        actor_name=row["actor_name"],
        actor_side=row["actor_side"],
        audience=row["audience"],
        before=json.loads(row["before"]),
        after=json.loads(row["after"]),
    )
