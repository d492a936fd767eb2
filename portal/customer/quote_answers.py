"""What the customer does with a request once it was sent: writes, answers the quote, withdraws.

An answer that comes too late is explained on the record page, which shows what is true now (409).
"""

from typing import Annotated

from litestar import Response, get, post
from litestar.params import FromPath
from pydantic import StringConstraints

from portal.customer.quote_forms import (
    AnyRequest,
    Here,
    accept_page,
    answered,
    decline_page,
    form_page,
    sent_request,
    wish_page,
    withdraw_page,
)
from portal.customer.quotes import record_answer
from portal.domain.common.actor import Audience
from portal.domain.common.errors import FieldError
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.orders.acceptance import accept_quote
from portal.domain.quotes import answers, conversation, requests
from portal.domain.quotes.conversation import FormFiles
from portal.domain.quotes.refusals import AlreadyAccepted
from portal.domain.quotes.tables import QuoteRequest
from portal.web.after_commit import tell_after_commit
from portal.web.arguments import AnAnswer, AViewer
from portal.web.forms import Form, FormModel, Whole
from portal.web.guards import OWN_UNITS, requires
from portal.web.uploads import is_choosing, is_dropping, keep_chosen, shown_files

_ANSWERS = [requires(Permission.ANSWER_QUOTE)]
_WITHDRAWS = [requires(Permission.REQUEST_QUOTE)]
Text = Annotated[str, StringConstraints(max_length=10_000)]


class Acceptance(FormModel):
    revision: Whole
    name: Text = ""
    purchase_order_number: Text = ""


class Refusal(FormModel):
    revision: Whole
    reason: Text = ""


class Wish(FormModel):
    revision: Whole
    wish: Text = ""


class Withdrawal(FormModel):
    reason: Text = ""


@post(
    "/quotes/{reference:str}/messages",
    guards=[requires(Permission.WRITE_MESSAGE)],
    opt=OWN_UNITS,
)
async def write(
    reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Add to the thread; while we wait for an answer this is it, and the clock runs on."""
    form = await Form.sent(request)
    if is_choosing(form):
        async with viewer.unit():
            await sent_request(reference, viewer)  # nothing is kept for what one may not see
        await keep_chosen(form, viewer)
    if not form.is_refused and not is_dropping(form):
        try:
            async with viewer.unit() as unit:
                await conversation.write(
                    await sent_request(reference, viewer, to_change=True),
                    form.value("body"),
                    by=viewer.actor,
                    audience=Audience.CUSTOMER,
                    form=FormFiles(form.key, shown_files(form)),
                )
        except FieldError as error:
            form.refuse_by(error)
        else:
            tell_after_commit(unit)
            return answer.see_other(f"/quotes/{reference}#thread", toast=N_("Message sent."))
    async with viewer.unit():
        return await record_answer(reference, viewer, answer, form=form)


@get("/quotes/{reference:str}/accept", guards=_ANSWERS)
async def show_accept(reference: FromPath[str], viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """Check what is accepted before it becomes an order."""
    return await form_page(reference, viewer, answer, accept_page, lambda it: it.can_accept)


@post("/quotes/{reference:str}/accept", guards=_ANSWERS)
async def accept(
    reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Place the order. Sent twice, both lead to the one order."""

    async def verb(quote_request: QuoteRequest, given: Acceptance) -> str:
        try:
            order = await accept_quote(
                quote_request,
                given.revision,
                by=viewer.actor,
                name=given.name,
                purchase_order_number=given.purchase_order_number,
            )
        except AlreadyAccepted as accepted:
            return f"/orders/{accepted.order_reference}/placed"
        return f"/orders/{order.order_reference}/placed"

    at = Here(reference, viewer, answer)
    return await answered(at, request, verb, Acceptance, accept_page)


@get("/quotes/{reference:str}/decline", guards=_ANSWERS)
async def show_decline(
    reference: FromPath[str], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Ask why the quote is not taken."""
    return await form_page(reference, viewer, answer, decline_page, lambda it: it.can_accept)


@post("/quotes/{reference:str}/decline", guards=_ANSWERS)
async def decline(
    reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Decline the quote with the reason."""

    async def verb(quote_request: QuoteRequest, given: Refusal) -> str:
        await answers.decline(quote_request, given.revision, given.reason, by=viewer.actor)
        return f"/quotes/{reference}"

    at = Here(reference, viewer, answer)
    return await answered(at, request, verb, Refusal, decline_page, said=N_("Quote declined."))


@get("/quotes/{reference:str}/another-revision", guards=_ANSWERS)
async def show_wish(reference: FromPath[str], viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """Ask what should be different."""
    return await form_page(reference, viewer, answer, wish_page, lambda it: it.can_ask_for_revision)


@post("/quotes/{reference:str}/another-revision", guards=_ANSWERS)
async def ask_for_revision(
    reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Ask for another revision; a new clock starts."""

    async def verb(quote_request: QuoteRequest, given: Wish) -> str:
        await answers.ask_for_revision(quote_request, given.revision, given.wish, by=viewer.actor)
        return f"/quotes/{reference}"

    at = Here(reference, viewer, answer)
    return await answered(
        at, request, verb, Wish, wish_page, said=N_("Another revision asked for.")
    )


@get("/quotes/{reference:str}/withdraw", guards=_WITHDRAWS)
async def show_withdraw(
    reference: FromPath[str], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Ask before the request is withdrawn."""
    return await form_page(reference, viewer, answer, withdraw_page, lambda it: it.can_withdraw)


@post("/quotes/{reference:str}/withdraw", guards=_WITHDRAWS)
async def withdraw(
    reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Withdraw the request; nothing is owed any more."""

    async def verb(quote_request: QuoteRequest, given: Withdrawal) -> str:
        await requests.withdraw(quote_request, by=viewer.actor, reason=given.reason)
        return f"/quotes/{reference}"

    at = Here(reference, viewer, answer)
    return await answered(
        at, request, verb, Withdrawal, withdraw_page, said=N_("Request withdrawn.")
    )


ROUTES = [
    write,
    show_accept,
    accept,
    show_decline,
    decline,
    show_wish,
    ask_for_revision,
    show_withdraw,
    withdraw,
]
