"""Customers who were told an outcome and say nothing are reminded of it (rule C8)."""

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


async def remind_unconfirmed(*, limit: int = 100) -> int:
    """Remind up to `limit` customers of an outcome that they did not confirm; returns how many.

    For the worker's sweep: call it until it returns 0. After the policy's number of reminders it is
    the supervisor's to close. Two workers never remind of the same complaint at once.
    """
    now = await database_now()
    wait = (await policy.figure(REMIND_AFTER)).value
    most = (await policy.figure(REMINDERS)).value
    rows = await fetch(
        f"""SELECT c.* FROM complaint c
            WHERE c.status IN {_TOLD} AND c.reminders < $1
              AND CASE WHEN c.reminders = 0 THEN c.told_at ELSE c.reminded_at END <= $2
            ORDER BY c.told_at, c.id LIMIT $3 FOR NO KEY UPDATE OF c SKIP LOCKED""",  # noqa: S608
        most,
        now - wait,
        limit,
    )
    for row in rows:
        await _remind(Complaint(**dict(row)))
    return len(rows)


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
