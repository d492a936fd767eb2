"""How it is put right: proposals, the choice, approvals, the outcome and the customer's answer."""

from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.complaints import approvals, carrying_out, closing, outcome, proposals
from portal.domain.complaints.proposal_check import ProposalFacts
from portal.domain.complaints.states import ChargedTo, Measure
from portal.domain.complaints.tables import Complaint
from portal.staff.complaints.desk import FORMS, READS, About, Name, Objection, Reason, Text
from portal.staff.complaints.panels import Panel
from portal.web.forms import Day, Number
from portal.web.record_forms import Sent, Versioned

_SUPERVISES = Permission.SUPERVISE_COMPLAINTS
_PROPOSALS = "#proposals"


class Proposal(Versioned):
    measure: Measure | None = None
    description: Text = ""
    reasoning: Text = ""
    ready_on: Day | None = None
    cost: Number | None = None
    compensated_units: Number | None = None
    compensation: Number | None = None
    charged_to: ChargedTo | None = None
    charged_amount: Number | None = None
    advance_percent: Number | None = None


class Choice(About):
    because: Text = ""


class Decision(About):
    note: Text = ""


class Outcome(Versioned):
    told: Text = ""
    measures: Text = ""


# Proposals side by side (rule C8)


@FORMS.form(Panel.PROPOSAL, Proposal, N_("Proposal added."), asks=READS, anchor=_PROPOSALS)
async def propose(complaint: Complaint, given: Proposal, sent: Sent) -> None:
    """Set a way to put it right beside the others, with what it costs (rule C8)."""
    written = given.model_dump(exclude={"version"}, exclude_none=True)
    await proposals.propose(
        complaint, ProposalFacts(**written), by=sent.by, expected_version=given.version
    )


@FORMS.form(
    Panel.PROPOSAL_WITHDRAWAL, About, N_("Proposal taken back."), asks=READS, anchor=_PROPOSALS
)
async def withdraw_proposal(complaint: Complaint, given: About, sent: Sent) -> None:
    """Take a proposal back that nobody has chosen."""
    await complaint.lock(expected_version=given.version)
    await proposals.withdraw_proposal(complaint, given.about, by=sent.by)


@FORMS.form(
    Panel.CHOICE,
    Choice,
    N_("Chosen."),
    asks=READS,
    anchor=_PROPOSALS,
)
async def choose(complaint: Complaint, given: Choice, sent: Sent) -> None:
    """Who supervises, or their deputy, chooses among proposals, never their own (rule C8)."""
    await proposals.choose(
        complaint, given.about, given.because, by=sent.by, expected_version=given.version
    )


# Compensation within authority (rule C7)


@FORMS.form(Panel.APPROVAL, Decision, N_("Approved."), asks=READS, anchor=_PROPOSALS)
async def approve(complaint: Complaint, given: Decision, sent: Sent) -> None:
    """Allow a compensation as the role that the rule names, or as its deputy (rule C7)."""
    await complaint.lock(expected_version=given.version)
    await approvals.approve(complaint, given.about, given.note, by=sent.by)


@FORMS.form(
    Panel.REFUSAL,
    Decision,
    N_("Refused. Other proposals are made."),
    asks=READS,
    anchor=_PROPOSALS,
)
async def refuse(complaint: Complaint, given: Decision, sent: Sent) -> None:
    """Refuse a compensation, with the reason (rule C7)."""
    await complaint.lock(expected_version=given.version)
    await approvals.refuse(complaint, given.about, given.note, by=sent.by)


# The outcome, and what the customer says to it (rule C8)


@FORMS.form(Panel.OUTCOME, Outcome, N_("Told. The customer is asked to confirm."), asks=READS)
async def carry_out(complaint: Complaint, given: Outcome, sent: Sent) -> None:
    """It is done: the customer is told, measures on those responsible are noted (rule C8)."""
    await carrying_out.carry_out(
        complaint, given.told, given.measures, by=sent.by, expected_version=given.version
    )


@FORMS.form(Panel.CONFIRMATION, Name, N_("Confirmation recorded."), asks=READS)
async def confirm(complaint: Complaint, given: Name, sent: Sent) -> None:
    """Record by phone that the customer confirms the outcome (rule C8)."""
    await outcome.confirm(complaint, given.name, by=sent.by, expected_version=given.version)


@FORMS.form(
    Panel.OBJECTION, Objection, N_("Objection recorded. Other proposals are made."), asks=READS
)
async def object_to(complaint: Complaint, given: Objection, sent: Sent) -> None:
    """Record by phone that the customer objects, and why (rule C8)."""
    await outcome.object_to(
        complaint, given.reason, given.name, by=sent.by, expected_version=given.version
    )


@FORMS.form(Panel.CLOSING, Reason, N_("Closed. The customer reads the reason."), asks=_SUPERVISES)
async def close_unanswered(complaint: Complaint, given: Reason, sent: Sent) -> None:
    """Close what the customer did not react to after every reminder (rule C8)."""
    await closing.close_unanswered(
        complaint, given.reason, by=sent.by, expected_version=given.version
    )
