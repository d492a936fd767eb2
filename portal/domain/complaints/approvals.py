"""The approvers whom rule C7 names: asked by role, and never for what they proposed themselves."""

from collections.abc import Mapping, Sequence

from portal.database import database_now, fetch_value
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import Conflict, NotAllowed, NotFound, WrongState
from portal.domain.common.permissions import Permission, StaffRole
from portal.domain.common.words import N_
from portal.domain.complaints.approvals_waiting import WaitingApproval, waiting_for
from portal.domain.complaints.authority import (
    approvers_of,
    authority_figures,
    still_to_ask,
)
from portal.domain.complaints.chosen import chosen_of, put_back, release
from portal.domain.complaints.cure_story import CureHappening
from portal.domain.complaints.events import ComplaintEvent
from portal.domain.complaints.progress import note_that
from portal.domain.complaints.standing_in import standing_in, stood_in_for
from portal.domain.complaints.states import ApprovalReason, ComplaintStatus, Severity
from portal.domain.complaints.tables import Approval, Complaint, Proposal
from portal.domain.complaints.telling import tell
from portal.domain.organisation.deputies import Absent
from portal.domain.quotes.field_checks import FieldChecks
from portal.domain.quotes.progress import require

__all__ = [
    "AlreadyDecided",
    "DecidedForAnother",
    "NotTheApprover",
    "OwnCompensation",
    "WaitingApproval",
    "approvals_of",
    "approve",
    "ask",
    "reconsider",
    "refuse",
    "waiting_for",
]


class OwnCompensation(NotAllowed):
    """Nobody approves what they proposed, nor does who stands in for them (rule C7)."""

    message = N_("You proposed this yourself: somebody else decides.")


class NotTheApprover(NotAllowed):
    """The rule names others (rule C7)."""

    message = N_("This is for another role to decide, or for who stands in for them.")


class DecidedForAnother(NotAllowed):
    """Where the rule names two, two decide (rule C7)."""

    message = N_("You have decided on this in another role: somebody else decides here.")


class AlreadyDecided(Conflict):
    """Somebody else has decided in the meantime."""

    message = N_("This was decided already.")


async def ask(complaint: Complaint, proposal: Proposal, *, by: Actor) -> None:
    """Ask those whom the rule demands for a chosen proposal and who were not asked yet (rule C7).

    Where nobody has to decide any more, the measure is released.
    """
    rows = await approvals_of(proposal.id)
    tier = await fetch_value("SELECT tier FROM account WHERE id = $1", complaint.account_id)
    demanded = approvers_of(
        complaint.gravity,
        proposal.compensated_units,
        proposal.advance_percent,
        await authority_figures(complaint.account_id, tier),
    )
    asked = [(StaffRole(row.role), ApprovalReason(row.reason)) for row in rows]
    more = still_to_ask(demanded, asked)
    for role, reason in more:
        await _ask(complaint, proposal, role, reason, by=by)
    if not more and all(row.approved for row in rows):
        await release(complaint, proposal, by=by)


async def reconsider(complaint: Complaint, *, by: Actor) -> None:
    """The severity of a locked complaint has changed: whom does the rule name now (rule C7)?

    What the customer was told already stands; a major incident enters the management review all
    the same.
    """
    chosen = await chosen_of(complaint.id)
    if chosen is None:
        return
    if complaint.gravity is Severity.MAJOR:
        await complaint.change(enters_review=True)
    if complaint.state is ComplaintStatus.CHOSEN and not chosen.released_at:
        await ask(complaint, chosen, by=by)


async def approve(complaint: Complaint, approval_id: int, note: str, *, by: Actor) -> None:
    """Allow a compensation in the role that is asked, or for who holds it and is away (rule C7).

    With the last approval the customer is told the measure. Raises `NotFound`, `WrongState`,
    `AlreadyDecided`, `NotTheApprover`, `OwnCompensation`, `DecidedForAnother`, `FieldErrors` for
    `note`.
    """
    approval, proposal = await _decide(complaint, approval_id, note, approved=True, by=by)
    await tell(
        complaint,
        ComplaintEvent.APPROVED,
        by=by,
        proposal_id=proposal.id,
        approval_id=approval.id,
    )
    await ask(complaint, proposal, by=by)


async def refuse(complaint: Complaint, approval_id: int, note: str, *, by: Actor) -> None:
    """Refuse it and say why: other proposals are wanted. Raises as `approve`."""
    approval, proposal = await _decide(complaint, approval_id, note, approved=False, by=by)
    await put_back(complaint, proposal)
    await tell(
        complaint,
        ComplaintEvent.REFUSED,
        by=by,
        proposal_id=proposal.id,
        approval_id=approval.id,
    )


async def approvals_of(*proposal_ids: int) -> Sequence[Approval]:
    """Who is asked for these proposals and what they said. For staff."""
    found = Approval.objects().where(Approval.proposal_id.is_in(list(proposal_ids)))
    return await found.order_by(Approval.id) if proposal_ids else []


async def _ask(
    complaint: Complaint, proposal: Proposal, role: StaffRole, reason: ApprovalReason, *, by: Actor
) -> None:
    approval = Approval(
        account_id=complaint.account_id,
        proposal_id=proposal.id,
        role=role.value,
        reason=reason.value,
    )
    await approval.save()
    said = {"role": role.value, "reason": [reason.label]}
    await _note(complaint, CureHappening.APPROVAL_WANTED, said, by=by)
    await tell(
        complaint,
        ComplaintEvent.APPROVAL_WANTED,
        by=by,
        proposal_id=proposal.id,
        approval_id=approval.id,
        role=role.value,
    )


async def _decide(
    complaint: Complaint, approval_id: int, note: str, *, approved: bool, by: Actor
) -> tuple[Approval, Proposal]:
    require(by, Permission.READ_COMPLAINTS)
    await complaint.lock()
    approval, proposal = await _asked(complaint, approval_id)
    if approval.decided_at:
        raise AlreadyDecided
    if complaint.state is not ComplaintStatus.CHOSEN or proposal.refused_at:
        raise WrongState(state=complaint.state.label)
    absent = await _authority(by, approval, proposal)
    checks = FieldChecks()
    note = checks.text("note", note, 2000, needed=not approved)
    checks.done()
    await approval.change(
        decided_by=by.person_id,
        decided_for_id=absent.id if absent else None,
        decided_at=await database_now(),
        approved=approved,
        note=note,
    )
    said = {"role": approval.role, "reason": note, "name": absent.name if absent else ""}
    if approved:
        happening = CureHappening.APPROVED_FOR if absent else CureHappening.APPROVED
    else:
        happening = CureHappening.REFUSED_FOR if absent else CureHappening.REFUSED
    await _note(complaint, happening, said, by=by)
    return approval, proposal


async def _asked(complaint: Complaint, approval_id: int) -> tuple[Approval, Proposal]:
    approval = await Approval.objects().get(Approval.id == approval_id)
    if approval is None:
        raise NotFound
    proposal = await Proposal.objects().get(
        (Proposal.id == approval.proposal_id) & (Proposal.complaint_id == complaint.id)
    )
    if proposal is None:
        raise NotFound
    await proposal.lock()
    return await approval.lock(), proposal


async def _authority(by: Actor, approval: Approval, proposal: Proposal) -> Absent | None:
    """Whom `by` stands in for, None where the role is their own. Raises why they may not decide."""
    if proposal.proposed_by == by.person_id:
        raise OwnCompensation
    others = await approvals_of(proposal.id)
    if any(each.decided_by == by.person_id for each in others):
        raise DecidedForAnother
    if by.role == approval.role and by.may(Permission.APPROVE_COMPENSATION):
        return None
    absent = standing_in(await stood_in_for(by), approval.role, proposal.proposed_by)
    if absent is None:
        raise NotTheApprover
    return absent


async def _note(
    complaint: Complaint, happening: CureHappening, said: Mapping[str, object], *, by: Actor
) -> None:
    await note_that(complaint, happening, by=by, visible_to=Audience.INTERNAL, after=said)
