"""Customers who were told an outcome and say nothing are reminded of it (rule C8)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from portal.database import database_now, execute, fetch
from portal.domain import policy
from portal.domain.common.actor import SYSTEM
from portal.domain.complaints.cure_story import CureHappening
from portal.domain.complaints.events import ComplaintEvent
from portal.domain.complaints.progress import note_that
from portal.domain.complaints.states import OUTCOME_TOLD
from portal.domain.complaints.tables import Complaint
from portal.domain.complaints.telling import tell
from portal.domain.policy.complaint_figures import REMIND_AFTER, REMINDERS

_TOLD = "('" + "', '".join(sorted(status.value for status in OUTCOME_TOLD)) + "')"
_UNANSWERED = f"""SELECT c.id, c.account_id, a.tier, c.reminders,
        CASE WHEN c.reminders = 0 THEN c.told_at ELSE c.reminded_at END AS last_said
    FROM complaint c JOIN account a ON a.id = c.account_id
    WHERE c.status IN {_TOLD} ORDER BY c.told_at, c.id"""  # noqa: S608 - constants
# As they were looked at: another worker may have been faster, or the customer.
_STILL_UNANSWERED = f"""SELECT c.* FROM complaint c
    JOIN unnest($1::bigint[], $2::integer[]) AS due (id, reminders)
        ON due.id = c.id AND due.reminders = c.reminders
    WHERE c.status IN {_TOLD} ORDER BY c.id
    FOR NO KEY UPDATE OF c SKIP LOCKED"""  # noqa: S608 - constants


async def remind_unconfirmed(*, limit: int = 100) -> int:
    """Remind up to `limit` customers of an outcome that they did not confirm; returns how many.

    For the worker's sweep: call it until it returns 0. After the policy's number of reminders it is
    the supervisor's to close. Two workers never remind of the same complaint at once.
    """
    book, now = await policy.rulebook(), await database_now()
    unanswered = await fetch(_UNANSWERED)
    due = [row for row in unanswered if _is_due(row, book, now)][:limit]
    rows = await fetch(
        _STILL_UNANSWERED, [row["id"] for row in due], [row["reminders"] for row in due]
    )
    for row in rows:
        await _remind(Complaint(**dict(row)))
    return len(rows)


def _is_due(row: Mapping[str, Any], book: policy.Rulebook, now: datetime) -> bool:
    scope = policy.Scope(account_id=row["account_id"], tier=row["tier"])
    wait: timedelta = book.figure(REMIND_AFTER, at=now, scope=scope).value
    most: int = book.figure(REMINDERS, at=now, scope=scope).value
    due_at: datetime = row["last_said"] + wait
    return row["reminders"] < most and due_at <= now


async def _remind(complaint: Complaint) -> None:
    number = complaint.reminders + 1
    # The version stays: a customer who has the page open at this moment confirms all the same.
    await execute(
        "UPDATE complaint SET reminders = $2, reminded_at = $3 WHERE id = $1",
        complaint.id,
        number,
        await database_now(),
    )
    await note_that(complaint, CureHappening.REMINDED, by=SYSTEM)
    await tell(
        complaint,
        ComplaintEvent.REMINDER,
        by=SYSTEM,
        once=f"{ComplaintEvent.REMINDER.value}:{complaint.id}:{complaint.round}:{number}",
        number=number,
    )
