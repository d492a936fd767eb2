"""What the customer says to a complaint of theirs: writes, confirms, objects, withdraws (C8, C15).

The forms stand on the record's page; without script each is opened by a link.
"""

from typing import Annotated

from pydantic import StringConstraints

from portal.customer.complaints.pages import COMPLAINT, record_answer
from portal.domain.common.actor import Audience
from portal.domain.common.permissions import Permission
from portal.domain.common.posting import FormFiles
from portal.domain.common.words import N_
from portal.domain.complaints import answering, conversation, outcome, reopening, withdrawing
from portal.domain.complaints.finding import complaint_by_reference
from portal.domain.complaints.tables import Complaint
from portal.web.record_forms import RecordForms, Sent, Versioned

Text = Annotated[str, StringConstraints(max_length=10_000)]
FORMS: RecordForms[Complaint] = RecordForms(
    COMPLAINT, load=complaint_by_reference, show=record_answer
)
_ANSWERS = Permission.ANSWER_COMPLAINT


class Confirmation(Versioned):
    confirmed_by: Text = ""


class Objection(Versioned):
    objection: Text = ""
    objected_by: Text = ""


class StillOpen(Versioned):
    still_open: Text = ""


class Withdrawal(Versioned):
    withdrawn_because: Text = ""


class Reopening(Versioned):
    wrong_again: Text = ""


@FORMS.composer("messages", N_("Message sent."), asks=Permission.WRITE_MESSAGE)
async def write(complaint: Complaint, body: str, files: FormFiles, sent: Sent) -> None:
    """Add to the thread; while we wait for an answer, that is the answer."""
    await conversation.write(complaint, body, by=sent.by, audience=Audience.CUSTOMER, form=files)


@FORMS.form(
    "confirm",
    Confirmation,
    N_("Outcome confirmed."),
    asks=_ANSWERS,
    fields={"name": "confirmed_by"},
)
async def confirm(complaint: Complaint, given: Confirmation, sent: Sent) -> None:
    """Confirm the outcome: that is what closes a complaint (rule C8)."""
    await outcome.confirm(complaint, given.confirmed_by, by=sent.by, expected_version=given.version)


@FORMS.form(
    "object",
    Objection,
    N_("Noted. We look for another way."),
    asks=_ANSWERS,
    fields={"reason": "objection", "name": "objected_by"},
)
async def object_to(complaint: Complaint, given: Objection, sent: Sent) -> None:
    """Object to the outcome with a reason: back to proposals (rule C8)."""
    await outcome.object_to(
        complaint, given.objection, given.objected_by, by=sent.by, expected_version=given.version
    )


@FORMS.form("settle", Versioned, N_("Noted as settled."), asks=_ANSWERS)
async def settle(complaint: Complaint, given: Versioned, sent: Sent) -> None:
    """Say that the answer settles it (rule C15)."""
    await answering.settle(complaint, by=sent.by, expected_version=given.version)


@FORMS.form(
    "ask-again",
    StillOpen,
    N_("Noted. We answer you again."),
    asks=_ANSWERS,
    fields={"reason": "still_open"},
)
async def ask_again(complaint: Complaint, given: StillOpen, sent: Sent) -> None:
    """Say what the answer left open (rule C15)."""
    await answering.ask_again(
        complaint, given.still_open, by=sent.by, expected_version=given.version
    )


@FORMS.form(
    "withdraw",
    Withdrawal,
    N_("Withdrawn."),
    asks=_ANSWERS,
    fields={"reason": "withdrawn_because"},
)
async def withdraw(complaint: Complaint, given: Withdrawal, sent: Sent) -> None:
    """Take it back; nothing is owed any more."""
    await withdrawing.withdraw(
        complaint, given.withdrawn_because, by=sent.by, expected_version=given.version
    )


@FORMS.form(
    "reopen",
    Reopening,
    N_("Reopened. You get an answer here."),
    asks=_ANSWERS,
    fields={"reason": "wrong_again"},
)
async def reopen(complaint: Complaint, given: Reopening, sent: Sent) -> None:
    """Come back to a closed complaint, with what is wrong again."""
    await reopening.reopen(complaint, given.wrong_again, by=sent.by, expected_version=given.version)


ROUTES = FORMS.routes
