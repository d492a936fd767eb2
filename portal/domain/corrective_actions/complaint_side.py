"""What a corrective action does to the complaints it answers: it holds their closing (rule C9)."""

from collections.abc import Sequence
from datetime import datetime

from portal.database import fetch
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import DomainError
from portal.domain.common.words import N_
from portal.domain.complaints.capa_story import CapaHappening
from portal.domain.complaints.closing import close_when_nothing_is_left
from portal.domain.complaints.progress import note_that
from portal.domain.complaints.states import CapaState, ComplaintStatus, Judgement
from portal.domain.complaints.tables import Complaint
from portal.domain.corrective_actions.tables import CorrectiveAction


class NotForThisComplaint(DomainError):
    """Suggestions, unfounded and withdrawn complaints ask for no corrective action."""

    message = N_("%(complaint)s is no complaint that stands: it asks for no corrective action.")


def check_asks_for_one(complaint: Complaint) -> None:
    """Raise `NotForThisComplaint` unless it is a complaint that was not judged unfounded."""
    stands = (
        complaint.case.is_complaint
        and complaint.judgement != Judgement.UNFOUNDED
        and complaint.state is not ComplaintStatus.WITHDRAWN
    )
    if not stands:
        raise NotForThisComplaint(complaint=complaint.reference)


async def join(action: CorrectiveAction, complaint: Complaint, *, by: Actor, at: datetime) -> None:
    """Link the locked complaint: it closes no sooner than its corrective action is verified.

    One that is closed already stays so; its customer sees the action all the same. Reopened, it
    waits for the action, too: the database sees to that, since a customer may reopen it.
    """
    linked = await fetch(
        """INSERT INTO corrective_action_complaint (corrective_action_id, complaint_id,
               account_id, linked_by, linked_at)
           VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING complaint_id""",
        action.id,
        complaint.id,
        complaint.account_id,
        by.person_id,
        at,
    )
    if not linked:
        return
    if complaint.state.is_open:
        await complaint.change(capa_state=CapaState.OPEN.value, capa_waived_because="")
    await note_that(complaint, CapaHappening.OPENED, by=by, after={"action": action.reference})


async def take_off(action: CorrectiveAction, complaint: Complaint, *, by: Actor) -> bool:
    """Unlink the locked complaint; whether it was linked."""
    gone = await fetch(
        """DELETE FROM corrective_action_complaint
           WHERE corrective_action_id = $1 AND complaint_id = $2 RETURNING complaint_id""",
        action.id,
        complaint.id,
    )
    if gone:
        await demand_again(complaint, action)
        await note_that(
            complaint,
            CapaHappening.TAKEN_OFF,
            by=by,
            visible_to=Audience.INTERNAL,
            after={"action": action.reference},
        )
    return bool(gone)


async def linked_complaints(action: CorrectiveAction) -> Sequence[Complaint]:
    """The complaints of an action, locked in the order of their ids."""
    rows = await fetch(
        """SELECT complaint_id FROM corrective_action_complaint
           WHERE corrective_action_id = $1 ORDER BY complaint_id""",
        action.id,
    )
    found = []
    for row in rows:
        complaint = await Complaint.objects().get(Complaint.id == row["complaint_id"])
        if complaint is not None:
            found.append(await complaint.lock())
    return found


async def let_close(action: CorrectiveAction, *, by: Actor) -> None:
    """The action is verified: complaints with no other one open may close, confirmed ones do."""
    for complaint in await linked_complaints(action):
        await note_that(
            complaint, CapaHappening.VERIFIED, by=by, after={"action": action.reference}
        )
        if complaint.capa is CapaState.OPEN and not await _others_open(complaint, action):
            await complaint.change(capa_state=CapaState.VERIFIED.value)
            await close_when_nothing_is_left(complaint, by=by)


async def demand_again(complaint: Complaint, action: CorrectiveAction) -> None:
    """The action answers the locked complaint no more: it asks for one as before.

    What was withdrawn meanwhile asks for nothing.
    """
    if not complaint.state.is_open:
        return
    if complaint.capa is CapaState.OPEN and not await _others_open(complaint, action):
        await complaint.change(capa_state=CapaState.DEMANDED.value)


async def _others_open(complaint: Complaint, action: CorrectiveAction) -> bool:
    rows = await fetch(
        """SELECT 1 FROM corrective_action_complaint l
           JOIN corrective_action a ON a.id = l.corrective_action_id
           WHERE l.complaint_id = $1 AND a.id <> $2 AND a.status NOT IN ('verified', 'cancelled')
           LIMIT 1""",
        complaint.id,
        action.id,
    )
    return bool(rows)
