"""The measure that was chosen: it holds once released, and is put back when it comes to nothing."""

from portal.database import database_now, fetch_value
from portal.domain.common.actor import Actor
from portal.domain.common.record import readable
from portal.domain.common.words import N_
from portal.domain.complaints import clocks
from portal.domain.complaints.cure_story import CureHappening
from portal.domain.complaints.events import ComplaintEvent
from portal.domain.complaints.progress import move, note_that
from portal.domain.complaints.states import ComplaintStatus
from portal.domain.complaints.tables import Complaint, Proposal
from portal.domain.complaints.telling import tell

_ANOTHER_WANTED = N_("the measure that was decided came to nothing")


async def chosen_of(complaint_id: int) -> Proposal | None:
    """The proposal that is chosen and stands, locked; a customer's once it was released."""
    row = (
        await Proposal.select(*readable(Proposal))
        .where(
            (Proposal.complaint_id == complaint_id)
            & Proposal.chosen_at.is_not_null()
            & Proposal.refused_at.is_null()
        )
        .first()
    )
    return await Proposal(**row).lock() if row else None


async def release(complaint: Complaint, proposal: Proposal, *, by: Actor) -> None:
    """Everybody who has to has allowed it: the customer is told the measure and its day (C7, C8).

    That is the workable solution which rule C2 promises.
    """
    await proposal.change(released_at=await database_now())
    await clocks.solved(complaint)
    said = {"description": proposal.description, "ready_on": proposal.ready_on}
    await note_that(complaint, CureHappening.RELEASED, by=by, after=said)
    await tell(complaint, ComplaintEvent.RELEASED, by=by, proposal_id=proposal.id)


async def put_back(complaint: Complaint, proposal: Proposal) -> None:
    """What was chosen does not come about: other proposals (rules C4, C7).

    A solution that was told already is owed again, from where its clock stood.
    """
    await proposal.change(refused_at=await database_now())
    await move(complaint, ComplaintStatus.PROPOSED)
    if proposal.released_at:
        await clocks.solution_is_owed_again(complaint, reason=_ANOTHER_WANTED)


async def refuse_chosen(complaint: Complaint) -> None:
    """The customer does not accept what was decided, or comes back: it stands no more (rule C8)."""
    if chosen := await chosen_of(complaint.id):
        await chosen.change(refused_at=await database_now())


async def account_currency(account_id: int) -> str:
    """The currency that costs and compensations of an account are in."""
    currency: str = await fetch_value("SELECT currency FROM account WHERE id = $1", account_id)
    return currency
