"""How much lies in the queues. Counted up to a bound: a badge says 99+, never scans everything."""

from dataclasses import dataclass
from typing import Any

from portal.database import database_now, fetch_row
from portal.domain.common.actor import Actor
from portal.domain.common.permissions import Permission
from portal.domain.quotes.queue_scope import (
    EVERYBODY,
    QueueScope,
    all_visible,
    looked_up_once,
    my_own,
    my_teams,
)
from portal.domain.quotes.request_rows import LEADING_TARGET

MOST = 100

# Few are in review: each looks its request up, instead of all being gone through for them.
_IN_REVIEW = """quote w CROSS JOIN LATERAL (
    SELECT status FROM quote_request WHERE id = w.request_id LIMIT 1) r
    WHERE w.status = 'in_review'"""


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """Requests that are owed an answer, at most `MOST` each; `review`: revisions I may review."""

    me: int
    team: int
    unassigned: int
    overdue: int
    review: int


async def queue_counts(*, by: Actor) -> QueueCounts:
    """The counts of the queues as `by` sees them (rule A6), in one statement."""
    values: list[Any] = [await database_now()]
    scopes = []
    for make in (my_own, my_teams, all_visible):
        scopes.append(make(by, place=len(values) + 1))
        values += scopes[-1].values
    with_keys, (mine, team, visible) = looked_up_once(
        mine=scopes[0], team=scopes[1], visible=scopes[2]
    )
    reviews = f"""{_IN_REVIEW} AND {waits_for_review_by(by, place=len(values) + 1)}
        AND {visible.condition("w")}"""
    values.append(by.staff_member_id)
    nobodys = f"t.owner_id IS NULL AND {visible.condition('t')}"
    row = await fetch_row(
        f"""{with_keys} SELECT {_bounded(mine)} AS me, {_bounded(team)} AS team,
                {_bounded(EVERYBODY, nobodys)} AS unassigned,
                {_bounded(visible, "t.paused_since IS NULL AND t.due_at < $1")} AS overdue,
                (SELECT count(*) FROM (SELECT FROM {reviews} LIMIT {MOST}) AS some_of) AS review""",  # noqa: S608
        *values,
    )
    assert row is not None  # noqa: S101 - a row of counts
    return QueueCounts(**dict(row))


def waits_for_review_by(actor: Actor, *, place: int) -> str:
    """SQL that is true for revisions `quote w` of `quote_request r` that `actor` may review (Q5).

    The parameter at `place` is the staff member's id.
    """
    condition = f"""w.prepared_by <> ${place}::bigint AND r.status IN ('open', 'in_work',
        'waiting_for_customer', 'revision_requested', 'quoted', 'expired')"""
    if actor.may(Permission.APPROVE_QUOTES):
        return condition
    if actor.may(Permission.WORK_ON_QUOTES):
        return f"{condition} AND w.effective_discount <= w.discount_limit"
    return f"false AND {condition}"


def _bounded(scope: QueueScope, condition: str = "TRUE") -> str:
    """Requests that are owed something, each by the clock that leads."""
    first = f"""SELECT t.id FROM target t WHERE {{scope}} AND {LEADING_TARGET} AND {condition}
        ORDER BY t.due_at, t.id LIMIT {MOST}"""  # noqa: S608
    found = scope.first_rows(first, "t")
    return f"(SELECT count(*) FROM (SELECT FROM ({found}) AS each_of LIMIT {MOST}) AS some_of)"  # noqa: S608
