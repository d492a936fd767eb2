"""What is learned: summing-up, corrective action, follow-up, review."""

from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.complaints import closing, follow_ups, reviews
from portal.domain.complaints.states import ComplaintChannel, Satisfaction
from portal.domain.complaints.tables import Complaint
from portal.domain.corrective_actions import verifying
from portal.staff.complaints.desk import FORMS, READS, Reason, Text
from portal.staff.complaints.panels import Panel
from portal.web.record_forms import Sent, Versioned

_AFTER = "#learned"


class SummingUp(Versioned):
    summary: Text = ""
    measures: Text = ""
    effective: Text = ""


class FollowUp(Versioned):
    reached: Text = ""
    channel: ComplaintChannel | None = None
    satisfaction: Satisfaction | None = None
    note: Text = ""


class Review(Versioned):
    conclusion: Text = ""


@FORMS.form(Panel.SUMMING_UP, SummingUp, N_("Summed up."), asks=READS, anchor=_AFTER)
async def sum_up(complaint: Complaint, given: SummingUp, sent: Sent) -> None:
    """Sum the case up and assess whether what was done works (rule C8)."""
    assessed = {"yes": True, "no": False}.get(given.effective)
    await closing.sum_up(
        complaint,
        given.summary,
        given.measures,
        assessed,
        by=sent.by,
        expected_version=given.version,
    )


@FORMS.form(
    Panel.CORRECTIVE_ACTION,
    Reason,
    N_("Demanded. It closes once the corrective action is verified."),
    asks=READS,
)
async def demand_corrective_action(complaint: Complaint, given: Reason, sent: Sent) -> None:
    """Demand that the cause is cured too (rule C9)."""
    await closing.demand_capa(complaint, given.reason, by=sent.by, expected_version=given.version)


@FORMS.form(
    Panel.WAIVER,
    Reason,
    N_("It may close without corrective action."),
    asks=READS,
)
async def waive(complaint: Complaint, given: Reason, sent: Sent) -> None:
    """The management representative lets it close without one, with the reason (rule C9)."""
    await verifying.waive(complaint, given.reason, by=sent.by, expected_version=given.version)


@FORMS.form(Panel.FOLLOW_UP, FollowUp, N_("Follow-up recorded."), asks=READS, anchor=_AFTER)
async def follow_up(complaint: Complaint, given: FollowUp, sent: Sent) -> None:
    """Ask after closing how satisfied the customer is (rule C11)."""
    await follow_ups.record_follow_up(
        complaint,
        given.reached,
        given.channel,
        given.satisfaction,
        given.note,
        by=sent.by,
    )


@FORMS.form(
    Panel.REVIEW,
    Review,
    N_("Review concluded."),
    asks=Permission.SUPERVISE_COMPLAINTS,
    anchor=_AFTER,
)
async def conclude_review(complaint: Complaint, given: Review, sent: Sent) -> None:
    """Write down what the review of a late, ineffective or unsatisfactory case came to (C13)."""
    await reviews.conclude(complaint, given.conclusion, by=sent.by)
