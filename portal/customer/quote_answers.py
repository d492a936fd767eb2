"""What the customer does with a request once it was sent: writes, answers the quote, withdraws.

An answer that comes too late is explained on the record page, which shows what is true now (409).
"""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from pydantic import StringConstraints

from portal.customer.quotes import readable_request, record_answer
from portal.customer.record import shown_revision
from portal.domain.common.actor import Audience
from portal.domain.common.errors import Conflict, FieldError, FieldErrors, NotFound
from portal.domain.common.files.attachments import attached_files
from portal.domain.common.money import Money
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.orders.acceptance import accept_quote
from portal.domain.quotes import answers, conversation, requests
from portal.domain.quotes.access import find
from portal.domain.quotes.conversation import FormFiles
from portal.domain.quotes.page_view import RequestPage
from portal.domain.quotes.refusals import AlreadyAccepted
from portal.domain.quotes.states import RequestStatus
from portal.domain.quotes.tables import SUBJECT_KIND, QuoteRequest
from portal.web.after_commit import tell_after_commit
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AViewer
from portal.web.forms import Form, FormModel, Whole
from portal.web.guards import OWN_UNITS, requires
from portal.web.uploads import is_dropping, keep_chosen, shown_files
from portal.web.viewer import Viewer

_ANSWERS = [requires(Permission.ANSWER_QUOTE)]
_WITHDRAWS = [requires(Permission.REQUEST_QUOTE)]
Text = Annotated[str, StringConstraints(max_length=10_000)]
FormPage = Callable[[RequestPage, Form, Answer], Awaitable[Response[str]]]


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


@post(
    "/quotes/{reference:str}/messages",
    guards=[requires(Permission.WRITE_MESSAGE)],
    opt=OWN_UNITS,
)
async def write(
    reference: FromPath[str], request: Request[Any, Any, Any], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Add to the thread; while we wait for an answer this is it, and the clock runs on."""
    async with viewer.unit():
        quote_request = await _sent_request(reference, viewer)
    form = await Form.sent(request)
    await keep_chosen(form, viewer)
    if not form.is_refused and not is_dropping(form):
        try:
            async with viewer.unit() as unit:
                await conversation.write(
                    quote_request,
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
    return await _form_page(reference, viewer, answer, _accept_page, lambda it: it.can_accept)


@post("/quotes/{reference:str}/accept", guards=_ANSWERS)
async def accept(
    reference: FromPath[str], request: Request[Any, Any, Any], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Place the order. Sent twice, both lead to the one order."""
    quote_request = await _sent_request(reference, viewer)
    form = await Form.sent(request)
    given = form.read(Acceptance)
    if given is not None:
        try:
            order = await accept_quote(
                quote_request,
                given.revision,
                by=viewer.actor,
                name=given.name,
                purchase_order_number=given.purchase_order_number,
            )
        except AlreadyAccepted as accepted:
            return answer.see_other(f"/orders/{accepted.order_reference}/placed")
        except Conflict as conflict:
            return await record_answer(reference, viewer, answer, conflict=conflict)
        except FieldErrors as errors:
            form.refuse_by(errors)
        else:
            return answer.see_other(f"/orders/{order.order_reference}/placed")
    return await _accept_page(await readable_request(reference, viewer), form, answer)


@get("/quotes/{reference:str}/decline", guards=_ANSWERS)
async def show_decline(
    reference: FromPath[str], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Ask why the quote is not taken."""
    return await _form_page(reference, viewer, answer, _decline_page, lambda it: it.can_accept)


@post("/quotes/{reference:str}/decline", guards=_ANSWERS)
async def decline(
    reference: FromPath[str], request: Request[Any, Any, Any], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Decline the quote with the reason."""
    quote_request = await _sent_request(reference, viewer)
    form = await Form.sent(request)
    given = form.read(Refusal)
    if given is not None:
        try:
            await answers.decline(quote_request, given.revision, given.reason, by=viewer.actor)
        except Conflict as conflict:
            return await record_answer(reference, viewer, answer, conflict=conflict)
        except FieldError as error:
            form.refuse_by(error)
        else:
            return answer.see_other(f"/quotes/{reference}", toast=N_("Quote declined."))
    return await _decline_page(await readable_request(reference, viewer), form, answer)


@get("/quotes/{reference:str}/another-revision", guards=_ANSWERS)
async def show_wish(reference: FromPath[str], viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """Ask what should be different."""
    return await _form_page(
        reference, viewer, answer, _wish_page, lambda it: it.can_ask_for_revision
    )


@post("/quotes/{reference:str}/another-revision", guards=_ANSWERS)
async def ask_for_revision(
    reference: FromPath[str], request: Request[Any, Any, Any], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Ask for another revision; a new clock starts."""
    quote_request = await _sent_request(reference, viewer)
    form = await Form.sent(request)
    given = form.read(Wish)
    if given is not None:
        try:
            await answers.ask_for_revision(
                quote_request, given.revision, given.wish, by=viewer.actor
            )
        except Conflict as conflict:
            return await record_answer(reference, viewer, answer, conflict=conflict)
        except FieldError as error:
            form.refuse_by(error)
        else:
            return answer.see_other(f"/quotes/{reference}", toast=N_("Another revision asked for."))
    return await _wish_page(await readable_request(reference, viewer), form, answer)


@get("/quotes/{reference:str}/withdraw", guards=_WITHDRAWS)
async def show_withdraw(
    reference: FromPath[str], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Ask before the request is withdrawn."""
    return await _form_page(reference, viewer, answer, _withdraw_page, lambda it: it.can_withdraw)


@post("/quotes/{reference:str}/withdraw", guards=_WITHDRAWS)
async def withdraw(
    reference: FromPath[str], request: Request[Any, Any, Any], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Withdraw the request; nothing is owed any more."""
    quote_request = await _sent_request(reference, viewer)
    form = await Form.sent(request)
    try:
        await requests.withdraw(quote_request, by=viewer.actor, reason=form.value("reason"))
    except Conflict as conflict:
        return await record_answer(reference, viewer, answer, conflict=conflict)
    return answer.see_other(f"/quotes/{reference}", toast=N_("Request withdrawn."))


async def _form_page(
    reference: str,
    viewer: Viewer,
    answer: Answer,
    page: FormPage,
    is_possible: Callable[[RequestPage], bool],
) -> Response[str]:
    """The page of a form; where that is not possible (any more), the record, which says why."""
    request = await readable_request(reference, viewer)
    if not is_possible(request):
        return answer.see_other(f"/quotes/{reference}")
    revision = request.offer.revision if request.offer else None
    return await page(request, Form.showing(revision=revision, name=viewer.name), answer)


async def _sent_request(reference: str, viewer: Viewer) -> QuoteRequest:
    request = await find(reference, by=viewer.actor)
    if request.state is RequestStatus.DRAFT:
        raise NotFound
    return request


async def _accept_page(request: RequestPage, form: Form, answer: Answer) -> Response[str]:
    files = await attached_files(SUBJECT_KIND, request.id, visible_to=Audience.CUSTOMER)
    offer = request.offer
    return answer.page(
        "customer/quotes/accept.html",
        title=N_("Accept quote %(reference)s"),
        words={"reference": request.reference},
        section="quotes",
        form=form,
        request=request,
        shown=None
        if offer is None
        else shown_revision(request, offer, files, answer.visit.reader.locale),
        price=Money,
    )


async def _reason_page(
    name: str, title: str, request: RequestPage, form: Form, answer: Answer
) -> Response[str]:
    return answer.page(
        f"customer/quotes/{name}.html",
        title=title,
        words={"reference": request.reference},
        section="quotes",
        form=form,
        request=request,
    )


_decline_page: FormPage = partial(_reason_page, "decline", N_("Decline quote %(reference)s"))
_wish_page: FormPage = partial(
    _reason_page, "another_revision", N_("Another revision of %(reference)s")
)
_withdraw_page: FormPage = partial(_reason_page, "withdraw", N_("Withdraw request %(reference)s"))


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
