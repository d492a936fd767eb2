"""What the two home pages answer of requests: what waits for me, what is owed by when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.database import database_now, fetch
from portal.domain.common.actor import Actor
from portal.domain.quotes.access import visible_requests
from portal.domain.quotes.queue_counts import QueueCounts, queue_counts, waits_for_review_by
from portal.domain.quotes.queue_scope import (
    QueueScope,
    all_visible,
    looked_up_once,
    my_own,
    my_teams,
)
from portal.domain.quotes.request_rows import JOINED, LEADING_TARGET, ROW_COLUMNS, request_row
from portal.domain.quotes.views import RequestRow


@dataclass(frozen=True, slots=True)
class CustomerHome:
    """`waiting` needs the customer's answer, `owed` is ours to do, `drafts` can be resumed."""

    waiting: Sequence[RequestRow]
    owed: Sequence[RequestRow]
    drafts: Sequence[RequestRow]


@dataclass(frozen=True, slots=True)
class StaffHome:
    """My work and my team's by due time, the reviews that wait for me, and how much of each."""

    mine: Sequence[RequestRow]
    team: Sequence[RequestRow]
    reviews: Sequence[RequestRow]
    counts: QueueCounts


async def customer_home(*, by: Actor, limit: int = 10) -> CustomerHome:
    """The customer's home page, up to `limit` of each; one statement.

    What waits and drafts come last changed first; what runs on our clock, due first: while we wait
    for the customer it is not ours to do.
    """
    visible, values = visible_requests(by, place=1)
    owed = f"""SELECT t.subject_id AS id, t.due_at AS moment, t.id AS row_id FROM target t
        WHERE {LEADING_TARGET} AND t.account_id = $1 AND t.paused_since IS NULL
        ORDER BY t.due_at, t.id LIMIT {int(limit)}"""  # noqa: S608 - constants
    # Each state has its place in the index.
    waiting = " UNION ALL ".join(
        _last_changed(f"{visible} AND r.status = '{status}'", limit)
        for status in ("waiting_for_customer", "quoted")
    )
    drafts = _last_changed(f"{visible} AND r.status = 'draft'", limit)
    lists = {
        "waiting": _first(waiting, "DESC", limit),
        "owed": _first(owed, "ASC", limit),
        "drafts": _first(drafts, "DESC", limit),
    }
    return CustomerHome(**await _rows(lists, values))


async def staff_home(*, by: Actor, limit: int = 10) -> StaffHome:
    """The staff's home page, up to `limit` of each; two statements besides the clock.

    Reviews are revisions that `by` may review, the longest waiting first (rule Q5).
    """
    # Whatever is asked about them, staff are one parameter: the staff member.
    keys, (mine, team, visible) = looked_up_once(
        mine=my_own(by, place=1), team=my_teams(by, place=1), visible=all_visible(by, place=1)
    )
    lists = {
        "my_own": _first(_due_first(mine, limit), "ASC", limit),
        "my_teams": _first(_due_first(team, limit), "ASC", limit),
        "reviews": _first(_to_review(visible, by, limit), "ASC", limit),
    }
    rows = await _rows(lists, [by.staff_member_id], keys)
    return StaffHome(
        mine=rows["my_own"],
        team=rows["my_teams"],
        reviews=rows["reviews"],
        counts=await queue_counts(by=by),
    )


def _to_review(visible: QueueScope, by: Actor, limit: int) -> str:
    sees = f"({visible.condition('w')} OR r.owner_id = $1)"  # as in `visible_requests`
    # Few are in review: each looks its request up, instead of all being gone through for them.
    return f"""SELECT r.id, w.updated_at AS moment, w.id AS row_id
        FROM quote w CROSS JOIN LATERAL (SELECT id, status, owner_id FROM quote_request
            WHERE id = w.request_id LIMIT 1) AS r
        WHERE w.status = 'in_review' AND {waits_for_review_by(by, place=1)} AND {sees}
        ORDER BY w.updated_at, w.id LIMIT {int(limit)}"""  # noqa: S608 - constants


def _due_first(scope: QueueScope, limit: int) -> str:
    first = f"""SELECT t.subject_id AS id, t.due_at AS moment, t.id AS row_id FROM target t
        WHERE {{scope}} AND {LEADING_TARGET}
        ORDER BY t.due_at, t.id LIMIT {int(limit)}"""  # noqa: S608 - constants
    return scope.first_rows(first, "t")


def _last_changed(condition: str, limit: int) -> str:
    return f"""(SELECT r.id, r.updated_at AS moment, r.id AS row_id FROM quote_request r
        WHERE {condition} ORDER BY r.updated_at DESC, r.id DESC LIMIT {int(limit)})"""  # noqa: S608


def _first(found: str, way: str, limit: int) -> str:
    """SQL for the first rows of a list with their places in it."""
    order = f"found.moment {way}, found.row_id {way}"
    return f"""SELECT found.id, row_number() OVER (ORDER BY {order}) AS place
        FROM ({found}) AS found ORDER BY {order} LIMIT {int(limit)}"""  # noqa: S608 - constants


async def _rows(
    lists: Mapping[str, str], values: Sequence[Any], keys: str = ""
) -> dict[str, list[RequestRow]]:
    """The rows of each list, in one statement: which ones first, then what to show of them.

    `keys` is the `WITH` clause that the lists read.
    """
    shown = " UNION ALL ".join(
        f"SELECT '{name}' AS list, {name}.* FROM ({first}) AS {name}"  # noqa: S608 - constants
        for name, first in lists.items()
    )
    rows = await fetch(
        f"""{keys} SELECT shown.list, {ROW_COLUMNS} FROM ({shown}) AS shown
            JOIN quote_request r ON r.id = shown.id {JOINED}
            ORDER BY shown.place""",  # noqa: S608 - constants
        *values,
    )
    now = await database_now()
    found: dict[str, list[RequestRow]] = {name: [] for name in lists}
    for row in rows:
        found[row["list"]].append(request_row(row, now))
    return found
