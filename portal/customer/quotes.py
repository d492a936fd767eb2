"""Requests and quotes as the customer sees them: the list, the record, its fragments."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath, FromQuery

from portal.customer.record import record_context
from portal.domain.common.errors import DomainError, NotFound
from portal.domain.common.permissions import Permission
from portal.domain.common.story import NEWEST, Part
from portal.domain.common.words import N_
from portal.domain.quotes.listing import CustomerFilter, StatusGroup, own_requests
from portal.domain.quotes.page_view import RequestPage
from portal.domain.quotes.record_page import request_page
from portal.domain.quotes.states import RequestStatus
from portal.rendering.links import with_query
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AViewer, AVisit
from portal.web.forms import Form
from portal.web.guards import requires
from portal.web.notices import page_opened
from portal.web.story_parts import part_of, thread_fragment
from portal.web.viewer import Viewer

_READS = [requires(Permission.READ_OWN_QUOTES)]
_PAGE_SIZE = 30
AnyRequest = Request[Any, Any, Any]
# What the tabs above the list say, in their order; the values are the filter's.
_VIEWS = {
    "": N_("All"),
    StatusGroup.WAITING_FOR_CUSTOMER.value: N_("Waiting for you"),
    StatusGroup.WORKABLE.value: N_("With us"),
    RequestStatus.DRAFT.value: N_("Drafts"),
    StatusGroup.CLOSED.value: N_("Closed"),
}


@get("/quotes", guards=_READS)
async def show_list(
    *,
    viewer: AViewer,
    answer: AnAnswer,
    status: FromQuery[str] = "",
    q: FromQuery[str] = "",
    after: FromQuery[str] = "",
    before: FromQuery[str] = "",
) -> Response[str]:
    """The account's requests, last changed first."""
    q = q.strip()[:200]
    listing = await own_requests(
        CustomerFilter(status=status, text=q, after=after, before=before, size=_PAGE_SIZE),
        by=viewer.actor,
    )
    return answer.page(
        "customer/quotes/index.html",
        title=N_("Quotes"),
        section="quotes",
        listing=listing,
        chosen=status,
        q=q,
        views=[
            {
                "label": answer.translated(label),
                "url": with_query("/quotes", status=value, q=q),
                "current": value == status,
            }
            for value, label in _VIEWS.items()
            if value != RequestStatus.DRAFT or viewer.can(Permission.REQUEST_QUOTE)
        ],
        next_url=_page_url(status, q, after=listing.after),
        previous_url=_page_url(status, q, before=listing.before),
    )


@get("/quotes/{reference:str}", guards=_READS)
async def show(
    request: AnyRequest,
    reference: FromPath[str],
    viewer: AViewer,
    answer: AnAnswer,
    revision: FromQuery[str] = "",
) -> Response[str]:
    """The record; `revision` shows an earlier one instead of the newest.

    `before`, `m` and `events` show an earlier part of what was said and happened.
    """
    part = part_of(request.query_params)
    shown = await record_answer(reference, viewer, answer, revision=revision, part=part)
    await page_opened(viewer, f"/quotes/{reference}")
    return shown


@get("/quotes/{reference:str}/fragments/state", guards=_READS)
async def show_state(
    reference: FromPath[str], viewer: AViewer, visit: AVisit, answer: AnAnswer
) -> Response[str]:
    """The part of the record that says where it stands; opened directly, the record."""
    request = await readable_request(reference, viewer)
    context = await record_context(request, viewer, answer)
    if visit.is_htmx:
        return answer.fragment("customer/quotes/_state.html", **{**context, "is_swap": True})
    return _page(context, answer)


@get("/quotes/{reference:str}/fragments/thread", guards=_READS)
async def show_thread(
    request: AnyRequest, reference: FromPath[str], viewer: AViewer, visit: AVisit, answer: AnAnswer
) -> Response[str]:
    """The messages of the record; opened directly, the record."""
    part = part_of(request.query_params, of_fragment=visit.is_htmx)
    context = await record_context(
        await readable_request(reference, viewer), viewer, answer, part=part
    )
    if not visit.is_htmx:
        return _page(context, answer)
    return thread_fragment(answer, "customer/quotes/_thread.html", part, context, context["thread"])


@get("/quotes/{reference:str}/sent", guards=_READS)
async def show_sent(reference: FromPath[str], viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """The confirmation of a request: its reference, who has it, by when, what happens next."""
    request = await readable_request(reference, viewer)
    return answer.page(
        "customer/quotes/sent.html",
        title=N_("Request %(reference)s is with us"),
        words={"reference": request.reference},
        section="quotes",
        **await record_context(request, viewer, answer),
    )


async def readable_request(reference: str, viewer: Viewer) -> RequestPage:
    """The request as a page; a draft has a form instead. Raises `NotFound`."""
    request = await request_page(reference, by=viewer.actor)
    if request.status is RequestStatus.DRAFT:
        raise NotFound
    return request


async def record_answer(
    reference: str,
    viewer: Viewer,
    answer: Answer,
    *,
    revision: str = "",
    form: Form | None = None,
    conflict: DomainError | None = None,
    part: Part = NEWEST,
) -> Response[str]:
    """The whole record page.

    With a refused message in its form (422), or with why an answer came too late (409).
    """
    request = await request_page(reference, by=viewer.actor)
    if request.status is RequestStatus.DRAFT:
        if request.record.requested_by != viewer.actor.person_id:
            raise NotFound
        return answer.see_other(f"/quotes/drafts/{reference}")
    context = await record_context(request, viewer, answer, revision=revision, form=form, part=part)
    if conflict is None:
        return _page(context, answer)
    said = answer.translated(conflict.message, **conflict.words)
    return _page({**context, "conflict": said}, answer, status=conflict.status)


def _page(context: dict[str, Any], answer: Answer, *, status: int = 200) -> Response[str]:
    request: RequestPage = context["request"]
    return answer.page(
        "customer/quotes/show.html",
        title=N_("%(reference)s: %(title)s"),
        words={"reference": request.reference, "title": request.title},
        section="quotes",
        status=status,
        **context,
    )


def _page_url(status: str, q: str, **key: str | None) -> str | None:
    return with_query("/quotes", status=status, q=q, **key) if any(key.values()) else None


ROUTES = [show_list, show, show_state, show_thread, show_sent]
