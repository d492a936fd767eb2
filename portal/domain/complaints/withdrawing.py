"""The customer no longer complains."""

from portal.domain.common.actor import Actor
from portal.domain.common.permissions import Permission
from portal.domain.complaints import clocks
from portal.domain.complaints.access import require_hand
from portal.domain.complaints.dealer_tasks import check_no_dealer_at_work
from portal.domain.complaints.events import ComplaintEvent
from portal.domain.complaints.progress import move, note_that, require
from portal.domain.complaints.states import ComplaintStatus
from portal.domain.complaints.story import ComplaintHappening
from portal.domain.complaints.tables import Complaint
from portal.domain.complaints.telling import tell
from portal.domain.quotes.field_checks import FieldChecks


async def withdraw(
    complaint: Complaint, reason: str, *, by: Actor, expected_version: int | None = None
) -> None:
    """The customer takes it back, or staff note that they did; nothing is owed any more.

    Both sides read `reason`. Whoever of us has it may note it. Raises `FieldErrors` at `reason`,
    `WrongState` once it was confirmed or closed, for staff `DealerAtWork`.
    """
    await complaint.lock(expected_version=expected_version)
    if by.is_staff:
        require_hand(complaint, by)
        # The customer does not know of a dealer, whom we call off afterwards.
        await check_no_dealer_at_work(complaint)
    else:
        require(by, Permission.ANSWER_COMPLAINT)
    checks = FieldChecks()
    reason = checks.text("reason", reason, 2000, needed=True)
    checks.done()
    await move(complaint, ComplaintStatus.WITHDRAWN, withdrawn_because=reason)
    await clocks.withdrawn(complaint, by=by)
    await note_that(complaint, ComplaintHappening.WITHDRAWN, by=by, after={"reason": reason})
    await tell(complaint, ComplaintEvent.WITHDRAWN, by=by)
