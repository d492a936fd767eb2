"""The thread of a complaint: replies, internal notes, and answers to what we asked.

A message sent twice by one form is written once. Files chosen in that form go with it. People may
write for as long as the complaint is there, also when it is closed.
"""

from portal.database import database_now
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.permissions import Permission
from portal.domain.common.posting import NO_FORM, FormFiles, post
from portal.domain.complaints import clocks
from portal.domain.complaints.access import require_hand
from portal.domain.complaints.events import ComplaintEvent
from portal.domain.complaints.progress import note_that, require
from portal.domain.complaints.story import ComplaintHappening
from portal.domain.complaints.tables import Complaint
from portal.domain.complaints.telling import tell

__all__ = ["FormFiles", "post_message", "write"]


async def write(
    complaint: Complaint,
    body: str,
    *,
    by: Actor,
    audience: Audience,
    form: FormFiles = NO_FORM,
) -> int | None:
    """Add to the thread: a reply, or with `Audience.INTERNAL` a note that only we read.

    Our first reply is the first response to a complaint (rule C2). A customer's message while we
    wait for an answer is that answer: the clock runs on; any other starts the clock of the next
    response. Returns the message's id, None where this form had written it already. Raises
    `FieldError` for `body`.
    """
    if audience is Audience.INTERNAL:
        require(by, Permission.READ_COMPLAINTS)
    elif by.is_staff:
        require_hand(complaint, by)
    else:
        require(by, Permission.WRITE_MESSAGE)
    await complaint.lock()
    message_id = await post_message(complaint, body, by=by, audience=audience, form=form)
    if message_id is None or audience is Audience.INTERNAL:
        return message_id
    if by.is_staff:
        await clocks.staff_wrote(complaint)
    elif complaint.question:
        await answer_question(complaint, message_id, by=by)
        return message_id
    else:
        await clocks.customer_wrote(complaint)
    await tell(complaint, ComplaintEvent.MESSAGE, by=by, message_id=message_id, side=by.side.value)
    return message_id


async def answer_question(complaint: Complaint, message_id: int, *, by: Actor) -> None:
    """The message is what we waited for: the clock runs on. The complaint is locked."""
    await complaint.change(question="", updated_at=await database_now())
    await clocks.run_on(complaint)
    await note_that(complaint, ComplaintHappening.QUESTION_ANSWERED, by=by)
    await tell(complaint, ComplaintEvent.QUESTION_ANSWERED, by=by, message_id=message_id)


async def post_message(
    complaint: Complaint, body: str, *, by: Actor, audience: Audience, form: FormFiles = NO_FORM
) -> int | None:
    """Add a message to the thread of a locked complaint; as `post`."""
    stamps = Complaint if audience is Audience.CUSTOMER else None
    return await post(complaint.subject, body, by=by, audience=audience, form=form, stamps=stamps)
