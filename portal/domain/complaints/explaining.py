"""What the investigation found not to be our doing is explained (rules C3, C6)."""

from portal.database import database_now
from portal.domain.common.actor import Actor
from portal.domain.common.errors import DomainError, WrongState
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.complaints import clocks
from portal.domain.complaints.carrying_out import LONGEST_TOLD
from portal.domain.complaints.cure_story import CureHappening
from portal.domain.complaints.dealer_tasks import check_no_dealer_at_work
from portal.domain.complaints.events import ComplaintEvent
from portal.domain.complaints.progress import move, note_that
from portal.domain.complaints.states import ComplaintStatus, Responsibility
from portal.domain.complaints.tables import Complaint
from portal.domain.complaints.telling import tell
from portal.domain.quotes.field_checks import FieldChecks
from portal.domain.quotes.progress import require


class CountermeasuresWanted(DomainError):
    """Our doing, and what cannot be determined, is put right, not explained away (rule C6)."""

    message = N_("This was found to be our doing or not determinable: propose how to put it right.")


async def explain(
    complaint: Complaint, told: str, *, by: Actor, expected_version: int | None = None
) -> None:
    """Explain to the customer why it was not our doing; they confirm that or object (C6, C8).

    Raises `NotAllowed`, `WrongState`, `CountermeasuresWanted`, `DealerAtWork`, `FieldErrors` for
    `told`, which the customer reads.
    """
    require(by, Permission.WORK_ON_COMPLAINTS)
    await complaint.lock(expected_version=expected_version)
    # One judged unfounded is explained with the judgement itself.
    if complaint.state is not ComplaintStatus.INVESTIGATED:
        raise WrongState(state=complaint.state.label)
    if complaint.responsibility != Responsibility.NOT_OURS:
        raise CountermeasuresWanted
    await check_no_dealer_at_work(complaint)
    checks = FieldChecks()
    told = checks.text("told", told, LONGEST_TOLD, needed=True)
    checks.done()
    await move(
        complaint,
        ComplaintStatus.EXPLAINED,
        told=told,
        told_at=await database_now(),
        reminders=0,
        reminded_at=None,
    )
    await clocks.solved(complaint)
    await note_that(complaint, CureHappening.EXPLAINED, by=by, after={"told": told})
    await tell(complaint, ComplaintEvent.EXPLAINED, by=by)
