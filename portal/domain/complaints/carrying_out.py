"""The measure is carried out, and the customer is told the outcome (rule C8)."""

from portal.database import database_now
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import Conflict
from portal.domain.common.permissions import Permission
from portal.domain.common.record import check_transition
from portal.domain.common.words import N_
from portal.domain.complaints import clocks
from portal.domain.complaints.chosen import chosen_of
from portal.domain.complaints.cure_story import CureHappening
from portal.domain.complaints.dealer_tasks import check_no_dealer_at_work
from portal.domain.complaints.events import ComplaintEvent
from portal.domain.complaints.progress import move, note_that
from portal.domain.complaints.states import TRANSITIONS, ComplaintStatus
from portal.domain.complaints.tables import Complaint
from portal.domain.complaints.telling import tell
from portal.domain.quotes.field_checks import FieldChecks
from portal.domain.quotes.progress import require

LONGEST_TOLD = 4000
LONGEST_MEASURES = 4000


class NotReleased(Conflict):
    """Nothing is done before everybody has allowed it whom the rule names (rule C7)."""

    message = N_("This waits for approval. It is carried out once it is approved.")


async def carry_out(
    complaint: Complaint,
    told: str,
    measures: str = "",
    *,
    by: Actor,
    expected_version: int | None = None,
) -> None:
    """Note that the released measure is carried out; the customer reads `told` and may answer.

    `measures` are those on whom is responsible, and stay with us (rule C8). Raises `NotAllowed`,
    `WrongState`, `NotReleased`, `DealerAtWork`, `FieldErrors` for `told` and `measures`.
    """
    require(by, Permission.WORK_ON_COMPLAINTS)
    await complaint.lock(expected_version=expected_version)
    check_transition(complaint.state, ComplaintStatus.CARRIED_OUT, TRANSITIONS)
    chosen = await chosen_of(complaint.id)
    if chosen is None or not chosen.released_at:
        raise NotReleased
    await check_no_dealer_at_work(complaint)
    checks = FieldChecks()
    told = checks.text("told", told, LONGEST_TOLD, needed=True)
    measures = checks.text("measures", measures, LONGEST_MEASURES)
    checks.done()
    await move(
        complaint,
        ComplaintStatus.CARRIED_OUT,
        told=told,
        told_at=await database_now(),
        measures=measures or complaint.measures,
        reminders=0,
        reminded_at=None,
    )
    await clocks.solved(complaint)
    await note_that(complaint, CureHappening.CARRIED_OUT, by=by, after={"told": told})
    if measures:
        await note_that(
            complaint,
            CureHappening.MEASURES,
            by=by,
            visible_to=Audience.INTERNAL,
            after={"measures": measures},
        )
    await tell(complaint, ComplaintEvent.CARRIED_OUT, by=by)
