"""A request for quotation from the first word to "Send request" (rules Q1, Q2, O1).

Every button of the form but "Check request" keeps the draft and comes back to it, so that adding a
row, choosing an item or pasting from a spreadsheet works without script and outlives a reload.
"""

from datetime import timedelta
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery

from portal.customer.request_buttons import press, wanted_item
from portal.customer.request_page import check_page, first_form, request_form_page
from portal.domain.common.actor import Actor
from portal.domain.common.errors import FieldError, FieldErrors, NotFound, WrongState
from portal.domain.common.files.staging import hold_staged
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.quotes import requests
from portal.domain.quotes.access import find
from portal.domain.quotes.request_check import check
from portal.domain.quotes.request_facts import CheckedRequest
from portal.domain.quotes.states import RequestStatus
from portal.domain.quotes.tables import QuoteRequest
from portal.rendering.links import with_query
from portal.web.after_commit import tell_after_commit
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AViewer
from portal.web.forms import Form
from portal.web.guards import OWN_UNITS, requires
from portal.web.request_fields import (
    LINES,
    form_of,
    read_facts,
    take_in_pasted,
    typed_in,
)
from portal.web.uploads import keep_chosen, shown_files
from portal.web.viewer import Viewer
from portal.web.visit import visit_of

_ASKS = [requires(Permission.REQUEST_QUOTE)]
# Files chosen in a draft outlive those of a form that was just left.
_FILES_KEPT = timedelta(days=90)


class AlreadySent(Exception):
    """The draft has become a request meanwhile; its writer is led there."""

    def __init__(self, reference: str) -> None:
        super().__init__(reference)
        self.reference = reference


def _to_the_request(request: Request[Any, Any, Any], error: AlreadySent) -> Response[str]:
    confirmation = "/sent" if request.method == "POST" else ""
    return Answer(visit_of(request.scope), "").see_other(f"/quotes/{error.reference}{confirmation}")


_OF_DRAFTS: dict[str, Any] = {
    "guards": _ASKS,
    "exception_handlers": {AlreadySent: _to_the_request},
}


@get("/quotes/new", guards=_ASKS)
async def show_new(
    viewer: AViewer, answer: AnAnswer, sku: FromQuery[str] = "", like: FromQuery[str] = ""
) -> Response[str]:
    """An empty form; with an item of the catalogue in it, or the lines of an earlier request."""
    return await request_form_page(await first_form(viewer, sku=sku, like=like), viewer, answer)


@post("/quotes/new", guards=_ASKS, opt=OWN_UNITS)
async def send_new(
    request: Request[Any, Any, Any], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Whatever button was pressed on a form that is no draft yet."""
    form = await Form.sent(request)
    try:
        return await _work_on(form, None, viewer, answer)
    except (WrongState, NotFound):
        # The browser went back to a form whose request was sent or thrown away: this is another.
        again = Form(typed_in(form))
        return await _work_on(again, None, viewer, answer)


@get("/quotes/drafts/{reference:str}", **_OF_DRAFTS)
async def show_draft(
    reference: FromPath[str], viewer: AViewer, answer: AnAnswer, find: FromQuery[str] = ""
) -> Response[str]:
    """One's own draft as it was left; `find` shows what the catalogue has."""
    draft = await own_draft(reference, viewer.actor)
    form = form_of(requests.typed_in(draft))
    return await request_form_page(form, viewer, answer, draft=draft, find=find[:100])


@post("/quotes/drafts/{reference:str}", **_OF_DRAFTS, opt=OWN_UNITS)
async def send_draft(
    reference: FromPath[str], request: Request[Any, Any, Any], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Whatever button was pressed on the form of a draft."""
    async with viewer.unit():
        draft = await own_draft(reference, viewer.actor)
    return await _work_on(await Form.sent(request), draft, viewer, answer)


@get("/quotes/drafts/{reference:str}/check", **_OF_DRAFTS)
async def show_check(reference: FromPath[str], viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """Check your answers; a draft that is not complete (any more) is shown as a form again."""
    draft = await own_draft(reference, viewer.actor)
    form = form_of(requests.typed_in(draft))
    checked = await _checked(form, viewer)
    if checked is None:
        return await request_form_page(form, viewer, answer, draft=draft)
    return await check_page(form, checked, draft, viewer, answer)


@post("/quotes/drafts/{reference:str}/check", **_OF_DRAFTS, opt=OWN_UNITS)
async def send_request(
    reference: FromPath[str], request: Request[Any, Any, Any], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """File the request. Sent twice, it is filed once and both lead to the same confirmation."""
    shown = shown_files(await Form.sent(request))
    async with viewer.unit():
        draft = await own_draft(reference, viewer.actor)
    form = form_of(requests.typed_in(draft))
    facts = read_facts(form)
    if not form.is_refused:
        try:
            async with viewer.unit() as unit:
                await requests.submit(
                    facts,
                    by=viewer.actor,
                    account_id=viewer.account_id,
                    draft=draft,
                    form_key=form.key,
                    shown_files=shown,
                )
        except (FieldError, FieldErrors) as error:
            form.refuse_by(error)
        except WrongState:  # the same press came twice and the other one was faster
            raise AlreadySent(reference) from None
        else:
            tell_after_commit(unit)
            return answer.see_other(f"/quotes/{reference}/sent")
    async with viewer.unit():
        return await request_form_page(form, viewer, answer, draft=draft)


@get("/quotes/drafts/{reference:str}/discard", **_OF_DRAFTS)
async def show_discard(
    reference: FromPath[str], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Ask before a draft is thrown away."""
    draft = await own_draft(reference, viewer.actor)
    return answer.page(
        "customer/quotes/discard.html", title=N_("Discard draft"), section="quotes", draft=draft
    )


@post("/quotes/drafts/{reference:str}/discard", **_OF_DRAFTS)
async def discard(reference: FromPath[str], viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """Throw the draft away."""
    draft = await own_draft(reference, viewer.actor)
    await requests.discard(draft, by=viewer.actor)
    return answer.see_other("/quotes", toast=N_("Draft discarded."))


async def own_draft(reference: str, actor: Actor) -> QuoteRequest:
    """The draft that this person is writing: a colleague's is theirs, with the files they chose.

    Raises `NotFound`, and `AlreadySent` where it is no draft any more.
    """
    draft = await find(reference, by=actor)
    if draft.requested_by != actor.person_id:
        raise NotFound
    if draft.state is not RequestStatus.DRAFT:
        raise AlreadySent(reference)
    return draft


async def _work_on(
    form: Form, draft: QuoteRequest | None, viewer: Viewer, answer: Answer
) -> Response[str]:
    form.put_rows(LINES, form.rows(LINES))
    await keep_chosen(form, viewer)
    take_in_pasted(form)
    place = press(form)
    is_checking = place is None and not form.pressed("_save")
    async with viewer.unit() as unit:
        if is_checking:
            await _checked(form, viewer)
        saved = None if form.is_refused else await _saved(form, draft, viewer)
        if saved is None:
            return await request_form_page(form, viewer, answer, draft=draft)
    tell_after_commit(unit)
    path = f"/quotes/drafts/{saved.reference}"
    if is_checking:
        return answer.see_other(f"{path}/check")
    if place is None:
        return answer.see_other("/quotes", toast=N_("Draft saved. You find it under Quotes."))
    return answer.see_other(with_query(path, find=wanted_item(form)) + place)


async def _saved(form: Form, draft: QuoteRequest | None, viewer: Viewer) -> QuoteRequest | None:
    """The draft with the form in it, or None after noting why it cannot be kept."""
    try:
        saved = await requests.save_draft(
            typed_in(form),
            by=viewer.actor,
            account_id=viewer.account_id,
            draft=draft,
            form_key=form.key,
        )
    except FieldError as error:
        form.refuse_by(error)
        return None
    await hold_staged(form.key, viewer.now + _FILES_KEPT, by=viewer.actor)
    return saved


async def _checked(form: Form, viewer: Viewer) -> CheckedRequest | None:
    """The complete request, or None after noting everything that is wrong at its field."""
    facts = read_facts(form)
    try:
        checked = await check(facts, by=viewer.actor, account_id=viewer.account_id)
    except FieldErrors as errors:
        form.refuse_by(errors)
        return None
    return None if form.is_refused else checked


ROUTES = [
    show_new,
    send_new,
    show_draft,
    send_draft,
    show_check,
    send_request,
    show_discard,
    discard,
]
