"""Ways to put it right, set side by side with what they cost; the supervisor chooses (rule C8)."""

from collections.abc import Sequence
from typing import Any

from portal.database import database_now, fetch_value
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import Conflict, DomainError, NotAllowed, NotFound, WrongState
from portal.domain.common.permissions import Permission
from portal.domain.common.record import readable
from portal.domain.common.words import N_
from portal.domain.complaints import approvals
from portal.domain.complaints.choosing import OwnProposal, ProposalOfAbsent, chooser_for
from portal.domain.complaints.chosen import account_currency
from portal.domain.complaints.cure_story import CureHappening
from portal.domain.complaints.events import ComplaintEvent
from portal.domain.complaints.progress import move, note_that
from portal.domain.complaints.proposal_check import ProposalFacts, checked_proposal
from portal.domain.complaints.states import ComplaintStatus, Responsibility, Severity
from portal.domain.complaints.tables import Complaint, Proposal
from portal.domain.complaints.telling import tell
from portal.domain.orders.shipment_locking import day_at_branch
from portal.domain.quotes.field_checks import FieldChecks
from portal.domain.quotes.progress import require

__all__ = [
    "OwnProposal",
    "ProposalFacts",
    "ProposalOfAbsent",
    "choose",
    "proposals_of",
    "propose",
    "withdraw_proposal",
]

_PROPOSING = frozenset({ComplaintStatus.INVESTIGATED, ComplaintStatus.PROPOSED})


class NotOurDoing(DomainError):
    """What is not our doing is explained; nothing is proposed (rule C6)."""

    message = N_("This was found not to be our doing: explain it to the customer.")


class ProposalGone(Conflict):
    """It was withdrawn, refused or chosen in the meantime."""

    message = N_("This proposal is no longer on the table.")


class ProposalOver(Conflict):
    """It promises a day that is over."""

    message = N_("The day of this proposal is over: propose it anew with another one.")


async def propose(
    complaint: Complaint,
    facts: ProposalFacts,
    *,
    by: Actor,
    expected_version: int | None = None,
) -> Proposal:
    """Put a proposal beside the others (rule C8).

    Raises `NotAllowed`, `WrongState`, `NotOurDoing`, `FieldErrors`.
    """
    require(by, Permission.WORK_ON_COMPLAINTS)
    await complaint.lock(expected_version=expected_version)
    if complaint.state not in _PROPOSING:
        raise WrongState(state=complaint.state.label)
    if complaint.responsibility == Responsibility.NOT_OURS:
        raise NotOurDoing  # rule C6
    values = checked_proposal(
        facts,
        await account_currency(complaint.account_id),
        await day_at_branch(complaint.account_id),
    )
    now = await database_now()
    proposal = Proposal(
        account_id=complaint.account_id,
        complaint_id=complaint.id,
        round=complaint.round,
        proposed_by=by.person_id,
        proposed_at=now,
        **values,
    )
    await proposal.save()
    if complaint.state is ComplaintStatus.INVESTIGATED:
        await move(complaint, ComplaintStatus.PROPOSED)
    else:
        await complaint.change(updated_at=now)
    await _note(complaint, CureHappening.PROPOSED, proposal, by=by)
    return proposal


async def withdraw_proposal(complaint: Complaint, proposal_id: int, *, by: Actor) -> None:
    """Take a proposal off the table: whoever made it, or who chooses.

    Raises `NotAllowed`, `NotFound`, `WrongState`, `ProposalGone`.
    """
    require(by, Permission.WORK_ON_COMPLAINTS)
    await complaint.lock()
    if not complaint.state.is_open:
        raise WrongState(state=complaint.state.label)
    proposal = await _on_the_table(complaint, proposal_id)
    if proposal.proposed_by != by.person_id:
        require(by, Permission.CHOOSE_PROPOSALS)
    await proposal.change(withdrawn_at=await database_now())
    await _note(complaint, CureHappening.PROPOSAL_WITHDRAWN, proposal, by=by)
    if complaint.state is ComplaintStatus.PROPOSED and not await _any_on_the_table(complaint):
        await move(complaint, ComplaintStatus.INVESTIGATED)


async def choose(
    complaint: Complaint,
    proposal_id: int,
    because: str,
    *,
    by: Actor,
    expected_version: int | None = None,
) -> Proposal:
    """Choose one; it holds once everybody has approved whom the rule demands (rules C7, C8).

    Who supervises chooses, or while they are away their deputy, whose choice names both. Where
    nobody has to approve the customer is told at once. A major incident enters the management
    review. Raises `NotAllowed`, `OwnProposal`, `ProposalOfAbsent`, `WrongState`, `NotFound`,
    `ProposalGone`, `ProposalOver`, and `FieldErrors` for `because`, which stays with us.
    """
    chooser = await chooser_for(by)
    if chooser is None:
        raise NotAllowed
    await complaint.lock(expected_version=expected_version)
    proposal = await _on_the_table(complaint, proposal_id)
    if complaint.state is not ComplaintStatus.PROPOSED:
        raise WrongState(state=complaint.state.label)
    absent = chooser.stands_in_for(proposal.proposed_by)
    if proposal.ready_on is not None and proposal.ready_on < await day_at_branch(
        complaint.account_id
    ):
        raise ProposalOver
    checks = FieldChecks()
    because = checks.text("because", because, 2000, needed=True)
    checks.done()
    await proposal.change(
        chosen_by=by.person_id,
        chosen_for_id=absent.id if absent else None,
        chosen_at=await database_now(),
        chosen_because=because,
    )
    in_review = complaint.enters_review or complaint.gravity is Severity.MAJOR  # rule C7
    await move(complaint, ComplaintStatus.CHOSEN, enters_review=in_review)
    if absent is None:
        await _note(complaint, CureHappening.CHOSEN, proposal, by=by, reason=because)
    else:
        said = {"reason": because, "name": absent.name}
        await _note(complaint, CureHappening.CHOSEN_FOR, proposal, by=by, **said)
    await tell(complaint, ComplaintEvent.CHOSEN, by=by, proposal_id=proposal.id)
    await approvals.ask(complaint, proposal, by=by)
    return proposal


async def proposals_of(complaint_id: int) -> Sequence[Proposal]:
    """The proposals, oldest first: all of them for staff, for a customer those that held."""
    rows = (
        await Proposal.select(*readable(Proposal))
        .where(Proposal.complaint_id == complaint_id)
        .order_by(Proposal.id)
    )
    return [Proposal(**row) for row in rows]


async def _on_the_table(complaint: Complaint, proposal_id: int) -> Proposal:
    """A proposal of the complaint that can be chosen, locked. Raises `NotFound`, `ProposalGone`."""
    proposal = await Proposal.objects().get(
        (Proposal.id == proposal_id) & (Proposal.complaint_id == complaint.id)
    )
    if proposal is None:
        raise NotFound
    await proposal.lock()
    if proposal.withdrawn_at or proposal.chosen_at:
        raise ProposalGone
    return proposal


async def _any_on_the_table(complaint: Complaint) -> bool:
    return bool(
        await fetch_value(
            """SELECT EXISTS (SELECT FROM complaint_proposal WHERE complaint_id = $1
                   AND withdrawn_at IS NULL AND chosen_at IS NULL)""",
            complaint.id,
        )
    )


async def _note(
    complaint: Complaint, happening: CureHappening, proposal: Proposal, *, by: Actor, **said: Any
) -> None:
    words = {"description": proposal.description, **said}
    await note_that(complaint, happening, by=by, visible_to=Audience.INTERNAL, after=words)
