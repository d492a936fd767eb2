"""The thread of a request: replies, internal notes, and questions that the clock waits for.

A message sent twice by one form is written once. Files chosen in that form go with it.
"""

import textwrap

from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import FieldError, WrongState
from portal.domain.common.permissions import Permission
from portal.domain.common.posting import NO_FORM, FormFiles, is_sent_again, post
from portal.domain.common.words import N_
from portal.domain.quotes.account_facts import owed_response
from portal.domain.quotes.events import QuoteEvent
from portal.domain.quotes.progress import move, note_that, require, tell
from portal.domain.quotes.states import RequestStatus
from portal.domain.quotes.story import Happening
from portal.domain.quotes.tables import QuoteRequest
from portal.domain.service_levels import clock, responses

__all__ = ["LONGEST_QUESTION", "FormFiles", "answer_question", "ask", "write"]

LONGEST_QUESTION = 2000


async def ask(
    request: QuoteRequest, question: str, *, by: Actor, form: FormFiles = NO_FORM
) -> int | None:
    """Ask the customer for what is missing; the clock waits and both sides see why.

    Returns the message's id, None where this form had asked already.
    """
    require(by, Permission.WORK_ON_QUOTES)
    await request.lock()
    question = question.strip()
    if len(question) > LONGEST_QUESTION:
        raise FieldError(
            "body", N_("Keep this under %(max_length)s characters."), max_length=LONGEST_QUESTION
        )
    message_id = await _add(request, question, by=by, audience=Audience.CUSTOMER, form=form)
    if message_id is None:
        return None
    owner_id = request.owner_id or by.staff_member_id
    await move(request, RequestStatus.WAITING_FOR_CUSTOMER, question=question, owner_id=owner_id)
    await clock.reassign(request.subject, owner_id)
    await responses.staff_replied(request.subject)
    await clock.pause(request.subject, textwrap.shorten(question, 200, placeholder=" …"))
    await note_that(request, Happening.ASKED, by=by)
    await tell(request, QuoteEvent.QUESTION, by=by, message_id=message_id)
    return message_id


async def answer_question(
    request: QuoteRequest, body: str, *, by: Actor, form: FormFiles = NO_FORM
) -> int | None:
    """What the customer answers, or told staff by phone; the clock runs on.

    Returns the message's id, None where this form had answered already. Raises `WrongState` when we
    do not wait for an answer.
    """
    require(by, Permission.WRITE_MESSAGE, Permission.WORK_ON_QUOTES)
    if await is_sent_again(form, by=by):
        return None
    await request.lock()
    if request.state is not RequestStatus.WAITING_FOR_CUSTOMER:
        raise WrongState(state=request.state.label)
    return await _answer(request, body, by=by, form=form)


async def write(
    request: QuoteRequest,
    body: str,
    *,
    by: Actor,
    audience: Audience,
    form: FormFiles = NO_FORM,
) -> int | None:
    """Add to the thread: a reply, or with `Audience.INTERNAL` a note that only we read.

    A customer's message while we wait for an answer is that answer: the clock that waited for it
    runs on. Any other starts the clock of the next response. Returns the message's id, None
    where this form had written it already.
    """
    internal = audience is Audience.INTERNAL
    _check_may_write(by, internal=internal)
    await request.lock()
    if request.state is RequestStatus.DRAFT:
        raise WrongState(state=request.state.label)
    if not by.is_staff and request.state is RequestStatus.WAITING_FOR_CUSTOMER:
        return await _answer(request, body, by=by, form=form)
    message_id = await _add(request, body, by=by, audience=audience, form=form)
    if message_id is not None and not internal:
        if by.is_staff:
            await responses.staff_replied(request.subject)
        else:
            await responses.customer_wrote(request.subject, lambda: owed_response(request))
        await tell(request, QuoteEvent.MESSAGE, by=by, message_id=message_id, side=by.side.value)
    return message_id


async def _answer(request: QuoteRequest, body: str, *, by: Actor, form: FormFiles) -> int | None:
    message_id = await _add(request, body, by=by, audience=Audience.CUSTOMER, form=form)
    if message_id is None:
        return None
    await move(request, RequestStatus.IN_WORK)
    await clock.resume(request.subject)
    await note_that(request, Happening.QUESTION_ANSWERED, by=by)
    await tell(request, QuoteEvent.ANSWERED_QUESTION, by=by, message_id=message_id)
    return message_id


async def _add(
    request: QuoteRequest, body: str, *, by: Actor, audience: Audience, form: FormFiles
) -> int | None:
    stamps = QuoteRequest if audience is Audience.CUSTOMER else None
    return await post(request.subject, body, by=by, audience=audience, form=form, stamps=stamps)


def _check_may_write(by: Actor, *, internal: bool) -> None:
    if internal:
        require(by, Permission.READ_QUOTES)
    else:
        require(by, Permission.WRITE_MESSAGE, Permission.WORK_ON_QUOTES)
