"""The customer's forms on a request: how they are shown, and answered by one verb each.

An answer that comes too late is explained on the record page, which shows what is true now (409).
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from litestar import Request, Response

from portal.customer.quotes import readable_request, record_answer
from portal.customer.record import shown_revision
from portal.domain.common.actor import Audience
from portal.domain.common.errors import Conflict, FieldError, FieldErrors, NotFound
from portal.domain.common.files.attachments import attached_files
from portal.domain.common.money import Money
from portal.domain.common.words import N_
from portal.domain.quotes.access import find
from portal.domain.quotes.page_view import RequestPage
from portal.domain.quotes.states import RequestStatus
from portal.domain.quotes.tables import SUBJECT_KIND, QuoteRequest
from portal.web.answers import Answer
from portal.web.forms import Form, FormModel
from portal.web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
Fields = TypeVar("Fields", bound=FormModel)
FormPage = Callable[[RequestPage, Form, Answer], Awaitable[Response[str]]]


@dataclass(frozen=True, slots=True)
class Here:
    """Which request is answered, by whom, and how they are answered."""

    reference: str
    viewer: Viewer
    answer: Answer


async def answered(
    at: Here,
    request: AnyRequest,
    verb: Callable[[QuoteRequest, Fields], Awaitable[str]],
    fields: type[Fields],
    page: FormPage,
    *,
    said: str = "",
) -> Response[str]:
    """Read the form as `fields`, do `verb` and go where it leads; refused, the form comes back.

    What came too late is explained on the record page.
    """
    quote_request = await sent_request(at.reference, at.viewer)
    form = await Form.sent(request)
    given = form.read(fields)
    if given is not None:
        try:
            path = await verb(quote_request, given)
        except Conflict as conflict:
            return await record_answer(at.reference, at.viewer, at.answer, conflict=conflict)
        except (FieldError, FieldErrors) as error:
            form.refuse_by(error)
        else:
            return at.answer.see_other(path, toast=said)
    return await page(await readable_request(at.reference, at.viewer), form, at.answer)


async def form_page(
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


async def sent_request(reference: str, viewer: Viewer, *, to_change: bool = False) -> QuoteRequest:
    """The request that a verb takes. Raises `NotFound`, also for what is still a draft."""
    request = await find(reference, by=viewer.actor, to_change=to_change)
    if request.state is RequestStatus.DRAFT:
        raise NotFound
    return request


async def accept_page(request: RequestPage, form: Form, answer: Answer) -> Response[str]:
    """What is accepted, once more in full, and who confirms it (rule Q5)."""
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


decline_page: FormPage = partial(_reason_page, "decline", N_("Decline quote %(reference)s"))
wish_page: FormPage = partial(
    _reason_page, "another_revision", N_("Another revision of %(reference)s")
)
withdraw_page: FormPage = partial(_reason_page, "withdraw", N_("Withdraw request %(reference)s"))
