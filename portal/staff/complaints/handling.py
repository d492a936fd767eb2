"""Whose a complaint is, whether it holds, how grave it is, and what is said about it."""

from portal.domain.common.actor import Audience
from portal.domain.common.permissions import Permission
from portal.domain.common.posting import FormFiles
from portal.domain.common.words import N_
from portal.domain.complaints import (
    answering,
    conversation,
    judging,
    ownership,
    questions,
    reopening,
    withdrawing,
)
from portal.domain.complaints.escalating import escalate
from portal.domain.complaints.severity import set_severity
from portal.domain.complaints.states import Category, Cause, Severity
from portal.domain.complaints.tables import Complaint
from portal.staff.complaints.desk import FORMS, READS, Name, Objection, Reason, Text
from portal.staff.complaints.panels import Panel
from portal.web.forms import Day, RecordId
from portal.web.record_forms import Sent, Versioned

_SUPERVISES = Permission.SUPERVISE_COMPLAINTS


class Offer(Versioned):
    to: RecordId


class Founded(Versioned):
    reason: Text = ""
    department: RecordId | None = None
    category: Category | None = None
    investigate_until: Day | None = None


class Unfounded(Versioned):
    reason: Text = ""
    told: Text = ""


class Told(Versioned):
    told: Text = ""


class Answered(Told):
    cause: Cause | None = None


class Graveness(Versioned):
    severity: Severity
    reason: Text = ""


class IntoComplaint(Versioned):
    category: Category


# Whose it is (rule C14)


@FORMS.form(Panel.OFFER, Offer, N_("Offered. It stays yours until it is accepted."), asks=READS)
async def offer(complaint: Complaint, given: Offer, sent: Sent) -> None:
    """Ask a colleague to take it on; it stays with its owner until they accept (rule C14)."""
    await ownership.offer(complaint, given.to, by=sent.by, expected_version=given.version)


@FORMS.form("offer-accepted", Versioned, N_("It is yours now."), asks=READS)
async def accept_offer(complaint: Complaint, given: Versioned, sent: Sent) -> None:
    """Take on what a colleague offered (rule C14)."""
    await ownership.accept_offer(complaint, by=sent.by, expected_version=given.version)


@FORMS.form(Panel.OFFER_DECLINED, Reason, N_("Declined. It stays where it was."), asks=READS)
async def decline_offer(complaint: Complaint, given: Reason, sent: Sent) -> None:
    """Leave it with who has it (rule C14)."""
    await ownership.decline_offer(
        complaint, given.reason, by=sent.by, expected_version=given.version
    )


@FORMS.form("owner", Versioned, N_("It is yours now."), asks=_SUPERVISES)
async def take_over(complaint: Complaint, given: Versioned, sent: Sent) -> None:
    """The supervisor takes it over without waiting for an offer."""
    await ownership.take_over(complaint, by=sent.by, expected_version=given.version)


# Whether it holds (rule C3)


@FORMS.form(
    Panel.FOUNDED,
    Founded,
    N_("Judged as founded. The customer has been told by when it is looked into."),
    asks=READS,
)
async def judge_founded(complaint: Complaint, given: Founded, sent: Sent) -> None:
    """It holds: a department is responsible, the customer is asked for time (rule C3)."""
    await judging.judge_founded(
        complaint,
        given.reason,
        department_id=given.department,
        investigate_until=given.investigate_until,
        category=given.category,
        by=sent.by,
        expected_version=given.version,
    )


@FORMS.form(
    Panel.UNFOUNDED,
    Unfounded,
    N_("Judged as unfounded. The customer reads your explanation."),
    asks=READS,
)
async def judge_unfounded(complaint: Complaint, given: Unfounded, sent: Sent) -> None:
    """It does not hold, and the customer is told why with tact (rule C3)."""
    await judging.judge_unfounded(
        complaint, given.reason, given.told, by=sent.by, expected_version=given.version
    )


@FORMS.form(
    Panel.SEVERITY,
    Graveness,
    N_("Changed. The clock is counted anew from when the complaint came."),
    asks=READS,
)
async def change_severity(complaint: Complaint, given: Graveness, sent: Sent) -> None:
    """A major incident has days, an ordinary complaint the same day (rule C2)."""
    await set_severity(
        complaint, given.severity, given.reason, by=sent.by, expected_version=given.version
    )


@FORMS.form(Panel.ESCALATION, Reason, N_("Senior management has been told."), asks=READS)
async def bring_before_management(complaint: Complaint, given: Reason, sent: Sent) -> None:
    """Senior management looks at it, too, before any promise is missed (rule C10)."""
    await escalate(complaint, given.reason, by=sent.by, expected_version=given.version)


# The lighter kinds (rule C15)


@FORMS.form(Panel.ANSWER, Answered, N_("Answered. The customer has been told."), asks=READS)
async def answer_case(complaint: Complaint, given: Answered, sent: Sent) -> None:
    """Answer a suggestion, an enquiry or a fault report (rule C15)."""
    await answering.answer(
        complaint,
        given.told,
        cause=given.cause,
        by=sent.by,
        expected_version=given.version,
    )


@FORMS.form(
    Panel.INTO_COMPLAINT, IntoComplaint, N_("It is handled as a complaint now."), asks=READS
)
async def turn_into_complaint(complaint: Complaint, given: IntoComplaint, sent: Sent) -> None:
    """What came as a lighter kind is a complaint after all."""
    await answering.turn_into_complaint(
        complaint, given.category, by=sent.by, expected_version=given.version
    )


@FORMS.form(Panel.SETTLED, Name, N_("Settled and closed."), asks=READS)
async def settle(complaint: Complaint, given: Name, sent: Sent) -> None:
    """Record by phone that the answer settles it (rules C8, C15)."""
    await complaint.lock(expected_version=given.version)
    await answering.settle(complaint, by=sent.by, name=given.name)


@FORMS.form(Panel.NOT_SETTLED, Objection, N_("Recorded. An answer is owed again."), asks=READS)
async def ask_again(complaint: Complaint, given: Objection, sent: Sent) -> None:
    """Record by phone that the answer does not settle it (rule C15)."""
    await complaint.lock(expected_version=given.version)
    await answering.ask_again(complaint, given.reason, by=sent.by, name=given.name)


# How it ends before its time, and begins again


@FORMS.form(Panel.WITHDRAWAL, Reason, N_("Withdrawn."), asks=READS)
async def withdraw_for_customer(complaint: Complaint, given: Reason, sent: Sent) -> None:
    """Note that the customer no longer complains."""
    await withdrawing.withdraw(complaint, given.reason, by=sent.by, expected_version=given.version)


@FORMS.form(Panel.REOPENING, Reason, N_("Reopened."), asks=READS)
async def reopen(complaint: Complaint, given: Reason, sent: Sent) -> None:
    """It was closed and is not over."""
    await reopening.reopen(complaint, given.reason, by=sent.by, expected_version=given.version)


# What is written


@FORMS.composer(Panel.QUESTION, N_("Question sent. The clock waits for the customer."), asks=READS)
async def ask(complaint: Complaint, body: str, files: FormFiles, sent: Sent) -> None:
    """Ask the customer for what is missing; the clock waits and the customer sees why."""
    await questions.ask(complaint, body, by=sent.by, form=files)


@FORMS.composer(Panel.ANSWERED, N_("Answer recorded. The clock runs on."), asks=READS)
async def record_answer(complaint: Complaint, body: str, files: FormFiles, sent: Sent) -> None:
    """Write down what the customer answered by phone; the clock runs on."""
    await questions.record_answer(complaint, body, by=sent.by, form=files)


@FORMS.composer(
    "messages",
    N_("Reply sent to the customer."),
    asks=READS,
    panel=Panel.REPLY,
    body="reply_body",
    files="reply_files",
)
async def reply(complaint: Complaint, body: str, files: FormFiles, sent: Sent) -> None:
    """Write to the customer."""
    await conversation.write(complaint, body, by=sent.by, audience=Audience.CUSTOMER, form=files)


@FORMS.composer(
    "notes",
    N_("Internal note saved."),
    asks=READS,
    panel=Panel.NOTE,
    body="note_body",
    files="note_files",
)
async def note(complaint: Complaint, body: str, files: FormFiles, sent: Sent) -> None:
    """Write down what colleagues should know; no customer can read it."""
    await conversation.write(complaint, body, by=sent.by, audience=Audience.INTERNAL, form=files)
