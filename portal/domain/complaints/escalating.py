"""A complaint is brought before senior management, before any promise is missed (rule C10)."""

from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import WrongState
from portal.domain.common.permissions import Permission
from portal.domain.complaints.access import require_hand
from portal.domain.complaints.conversation import post_message
from portal.domain.complaints.events import ComplaintEvent
from portal.domain.complaints.progress import note_that
from portal.domain.complaints.story import ComplaintHappening
from portal.domain.complaints.tables import Complaint
from portal.domain.complaints.telling import tell
from portal.domain.quotes.field_checks import FieldChecks


async def escalate(
    complaint: Complaint, reason: str, *, by: Actor, expected_version: int | None = None
) -> None:
    """Ask senior management to look at it: whoever has it or supervises complaints may (rule C10).

    It stays whose it is; `reason` is an internal note in its thread. What is missed goes up by
    itself. Raises `NotAllowed`, `Conflict`, `WrongState` once it is over, `FieldErrors` at
    `reason`.
    """
    await complaint.lock(expected_version=expected_version)
    if not by.may(Permission.SUPERVISE_COMPLAINTS):
        require_hand(complaint, by)
    if not complaint.state.is_open:
        raise WrongState(state=complaint.state.label)
    checks = FieldChecks()
    reason = checks.text("reason", reason, 2000, needed=True)
    checks.done()
    note_id = await post_message(complaint, reason, by=by, audience=Audience.INTERNAL)
    await note_that(complaint, ComplaintHappening.ESCALATED, by=by, visible_to=Audience.INTERNAL)
    await tell(complaint, ComplaintEvent.ESCALATED, by=by, note_id=note_id)
