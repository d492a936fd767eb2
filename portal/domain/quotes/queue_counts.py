"""How much lies in the queues. Counted up to a bound: a badge says 99+, never scans everything."""

from dataclasses import dataclass

from portal.database import database_now, fetch_row
from portal.domain.common.actor import Actor
from portal.domain.common.permissions import Permission
from portal.domain.quotes.access import own_and_stood_in_for, team_accounts, visible_requests
from portal.domain.quotes.request_rows import OPEN_TARGET

MOST = 100

_OWED = f"target t JOIN quote_request r ON r.id = t.subject_id WHERE {OPEN_TARGET}"
_IN_REVIEW = "quote w JOIN quote_request r ON r.id = w.request_id WHERE w.status = 'in_review'"


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
    visible, values = visible_requests(by, place=1)
    mine, own = own_and_stood_in_for(by, "t.owner_id", place=len(values) + 1)
    values += own
    team, line = team_accounts(by, "t.account_id", place=len(values) + 1)
    values += line
    overdue = f"t.paused_since IS NULL AND t.due_at < ${len(values) + 1} AND {visible}"
    values.append(await database_now())
    waiting = f"{waits_for_review_by(by, place=len(values) + 1)} AND {visible}"
    values.append(by.staff_member_id)
    row = await fetch_row(
        f"""SELECT {_bounded(_OWED, mine)} AS me, {_bounded(_OWED, team)} AS team,
                {_bounded(_OWED, f"t.owner_id IS NULL AND {visible}")} AS unassigned,
                {_bounded(_OWED, overdue)} AS overdue,
                {_bounded(_IN_REVIEW, waiting)} AS review""",
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


def _bounded(source: str, condition: str) -> str:
    return f"(SELECT count(*) FROM (SELECT FROM {source} AND {condition} LIMIT {MOST}) AS counted)"  # noqa: S608
