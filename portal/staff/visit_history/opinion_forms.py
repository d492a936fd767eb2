"""What is done about an opinion: answered, given on, not pursued, opened again (rules V5, S4)."""

from typing import Annotated

from pydantic import StringConstraints

from portal.domain.common.errors import FieldError
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.opinions import answering
from portal.domain.opinions.access import opinion_by_reference
from portal.domain.opinions.tables import Opinion
from portal.staff.visit_history.opinion_page import OPINION, show_opinion
from portal.staff.visit_history.opinion_panels import Panel
from portal.web.forms import RecordId
from portal.web.record_forms import RecordForms, Sent, Versioned

FORMS: RecordForms[Opinion] = RecordForms(OPINION, load=opinion_by_reference, show=show_opinion)
# Anybody of us can own one, or stand in for who does: the domain knows who has it.
_CONCERNED = Permission.ANSWER_OPINIONS
Text = Annotated[str, StringConstraints(max_length=10_000)]


class Answered(Versioned):
    text: Text = ""


class Reason(Versioned):
    reason: Text = ""


class Given(Versioned):
    owner: RecordId | None = None


@FORMS.form(Panel.ANSWER, Answered, N_("Answered. Its clock has stopped."), asks=_CONCERNED)
async def answer(opinion: Opinion, given: Answered, sent: Sent) -> None:
    """Say what was done about it; the customer reads it where the opinion is shown."""
    await answering.answer(opinion, given.text, by=sent.by, expected_version=given.version)


@FORMS.form(Panel.OWNER, Given, N_("Given. The new owner is told."), asks=_CONCERNED)
async def give(opinion: Opinion, given: Given, sent: Sent) -> None:
    """Let a colleague follow it up."""
    if given.owner is None:
        raise FieldError("owner", N_("Choose a colleague."))
    await answering.give_to(opinion, given.owner, by=sent.by, expected_version=given.version)


@FORMS.form(
    Panel.DROP,
    Reason,
    N_("Not pursued. Nothing is owed any more."),
    asks=_CONCERNED,
    fields={"because": "reason"},
)
async def drop(opinion: Opinion, given: Reason, sent: Sent) -> None:
    """Leave it; why stays with us."""
    await answering.drop(opinion, given.reason, by=sent.by, expected_version=given.version)


@FORMS.form(Panel.REOPENING, Reason, N_("Open again. Its clock runs anew."), asks=_CONCERNED)
async def open_again(opinion: Opinion, given: Reason, sent: Sent) -> None:
    """What was answered or left is not settled."""
    await answering.open_again(opinion, given.reason, by=sent.by, expected_version=given.version)
