"""What is written into the disciplines: team, problem, containment, cause, plan, prevention."""

from portal.domain.common.errors import FieldError, NotFound
from portal.domain.common.words import N_
from portal.domain.complaints.finding import complaint_by_reference
from portal.domain.complaints.tables import Complaint
from portal.domain.corrective_actions import disciplines
from portal.domain.corrective_actions.disciplines import Description
from portal.domain.corrective_actions.opening import link, unlink
from portal.domain.corrective_actions.tables import CorrectiveAction
from portal.staff.corrective_actions.desk import FORMS, WORKS, OfComplaint, Text
from portal.staff.corrective_actions.panels import Panel
from portal.web.forms import Day, RecordId
from portal.web.record_forms import Sent, Versioned

PEOPLE = {"department_id": "department", "leader_id": "leader", "owner_id": "owner"}
_NO_COMPLAINT = N_("No complaint that you may see has this reference.")


class Described(Versioned):
    title: Text = ""
    problem: Text = ""
    team: Text = ""
    department: RecordId | None = None
    leader: RecordId | None = None


class Contained(Versioned):
    containment: Text = ""


class Analysed(Versioned):
    why_1: Text = ""
    why_2: Text = ""
    why_3: Text = ""
    why_4: Text = ""
    why_5: Text = ""
    cause: Text = ""
    root_cause: Text = ""

    @property
    def whys(self) -> list[str]:
        return [self.why_1, self.why_2, self.why_3, self.why_4, self.why_5]


class Planned(Versioned):
    check_on: Day | None = None


class Prevented(Versioned):
    prevention: Text = ""


class TakenOff(OfComplaint):
    reason: Text = ""


@FORMS.form(Panel.DESCRIPTION, Described, N_("Saved."), asks=WORKS, fields=PEOPLE, anchor="#d1")
async def describe(action: CorrectiveAction, given: Described, sent: Sent) -> None:
    """Say anew who works on it and what the problem is (D1, D2)."""
    said = Description(given.title, given.problem, given.team, given.department, given.leader)
    await disciplines.describe(action, said, by=sent.by, expected_version=given.version)


@FORMS.form(
    Panel.LINK,
    OfComplaint,
    N_("Linked. Its customer sees this corrective action."),
    asks=WORKS,
    anchor="#d2",
)
async def link_complaint(action: CorrectiveAction, given: OfComplaint, sent: Sent) -> None:
    """Let it answer another complaint; its customer sees it from now on."""
    complaint = await _complaint(given.complaint, sent)
    await link(action, complaint, by=sent.by, expected_version=given.version)


@FORMS.form(
    Panel.UNLINK,
    TakenOff,
    N_("Taken off. The complaint asks for a corrective action as before."),
    asks=WORKS,
    anchor="#d2",
)
async def take_complaint_off(action: CorrectiveAction, given: TakenOff, sent: Sent) -> None:
    """It answers this complaint no more; its customer sees it no more."""
    complaint = await _complaint(given.complaint, sent)
    await unlink(action, complaint, given.reason, by=sent.by, expected_version=given.version)


@FORMS.form(Panel.CONTAINMENT, Contained, N_("Containment recorded."), asks=WORKS, anchor="#d3")
async def contain(action: CorrectiveAction, given: Contained, sent: Sent) -> None:
    """Say what keeps the fault from customers until its cause is gone (D3)."""
    await disciplines.contain(action, given.containment, by=sent.by, expected_version=given.version)


@FORMS.form(
    Panel.ANALYSIS,
    Analysed,
    N_("Root cause recorded."),
    asks=WORKS,
    fields={"whys": "why_1"},
    anchor="#d4",
)
async def analyse(action: CorrectiveAction, given: Analysed, sent: Sent) -> None:
    """Record the answers to “why?”, the kind of cause and the root cause (D4)."""
    await disciplines.analyse(
        action,
        given.whys,
        given.cause,
        given.root_cause,
        by=sent.by,
        expected_version=given.version,
    )


@FORMS.form(
    Panel.PLAN,
    Planned,
    N_("The plan stands. It is carried out with its last step."),
    asks=WORKS,
    anchor="#d5",
)
async def plan(action: CorrectiveAction, given: Planned, sent: Sent) -> None:
    """The steps are complete (D5)."""
    await disciplines.plan(action, given.check_on, by=sent.by, expected_version=given.version)


@FORMS.form(Panel.PREVENTION, Prevented, N_("Saved."), asks=WORKS, anchor="#d7")
async def prevent(action: CorrectiveAction, given: Prevented, sent: Sent) -> None:
    """Say how it is kept from coming back (D7)."""
    await disciplines.prevent(action, given.prevention, by=sent.by, expected_version=given.version)


async def _complaint(reference: str, sent: Sent) -> Complaint:
    try:
        return await complaint_by_reference(reference.strip().upper(), by=sent.by)
    except NotFound:
        raise FieldError("complaint", _NO_COMPLAINT) from None
