"""What we have to know from the customer, and the clock that waits for it (rule C2)."""

import textwrap

from portal.database import database_now
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import WrongState
from portal.domain.common.posting import NO_FORM, FormFiles, is_sent_again
from portal.domain.common.words import N_
from portal.domain.complaints import clocks
from portal.domain.complaints.access import require_hand
from portal.domain.complaints.conversation import answer_question, post_message
from portal.domain.complaints.events import ComplaintEvent
from portal.domain.complaints.progress import note_that
from portal.domain.complaints.states import OUTCOME_TOLD, ComplaintStatus
from portal.domain.complaints.story import ComplaintHappening
from portal.domain.complaints.tables import Complaint
from portal.domain.complaints.telling import tell
from portal.domain.quotes.field_checks import FieldChecks

LONGEST_QUESTION = 2000
# Once an outcome has been told, the customer answers that.
_TOO_LATE = OUTCOME_TOLD | {
    ComplaintStatus.CONFIRMED,
    ComplaintStatus.CLOSED,
    ComplaintStatus.WITHDRAWN,
}


async def ask(
    complaint: Complaint, question: str, *, by: Actor, form: FormFiles = NO_FORM
) -> int | None:
    """Ask the customer for what is missing; the clock waits and both sides see why.

    A question is an answer from a person, too. Returns the message's id, None where this form had
    asked already. Raises `FieldErrors` at `body`, `WrongState` once an outcome has been told.
    """
    require_hand(complaint, by)
    if await is_sent_again(form, by=by):
        return None
    await complaint.lock()
    if complaint.state in _TOO_LATE:
        raise WrongState(state=complaint.state.label)
    checks = FieldChecks()
    question = checks.text(
        "body", question, LONGEST_QUESTION, needed=True, missing=N_("Write your question first.")
    )
    checks.done()
    message_id = await post_message(
        complaint, question, by=by, audience=Audience.CUSTOMER, form=form
    )
    if message_id is None:
        return None
    await complaint.change(question=question, updated_at=await database_now())
    await clocks.staff_wrote(complaint)
    await clocks.wait_for_customer(complaint, textwrap.shorten(question, 200, placeholder=" …"))
    await note_that(complaint, ComplaintHappening.ASKED, by=by)
    await tell(complaint, ComplaintEvent.QUESTION, by=by, message_id=message_id)
    return message_id


async def record_answer(
    complaint: Complaint, answer: str, *, by: Actor, form: FormFiles = NO_FORM
) -> int | None:
    """Write down what the customer answered by phone; the clock runs on.

    Returns the message's id, None where this form had written it already. Raises `WrongState` when
    we do not wait for an answer, `FieldError` at `body`.
    """
    require_hand(complaint, by)
    if await is_sent_again(form, by=by):
        return None
    await complaint.lock()
    if not complaint.question:
        raise WrongState(state=complaint.state.label)
    message_id = await post_message(complaint, answer, by=by, audience=Audience.CUSTOMER, form=form)
    if message_id is None:
        return None
    await answer_question(complaint, message_id, by=by)
    return message_id
