"""One request for quotation: its page, and the parts of it that keep themselves up to date."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath, FromQuery

from portal.domain.common.permissions import Permission
from portal.domain.quotes.access import find
from portal.domain.quotes.presence import look_at
from portal.domain.quotes.record_page import request_page
from portal.staff.quote_page import head_of, show_request, story_of
from portal.web.arguments import AnAnswer, AViewer, AVisit
from portal.web.guards import requires
from portal.web.notices import page_opened
from portal.web.story_parts import part_of, thread_fragment

AnyRequest = Request[Any, Any, Any]
_READS = [requires(Permission.READ_QUOTES)]


@get("/staff/quotes/{reference:str}", guards=_READS)
async def show(
    request: AnyRequest,
    reference: FromPath[str],
    viewer: AViewer,
    answer: AnAnswer,
    do: FromQuery[str] = "",
) -> Response[str]:
    """A request with everything that belongs to it; `do` opens one of its forms.

    `before`, `m` and `events` show an earlier part of what was said and happened.
    """
    part = part_of(request.query_params)
    shown = await show_request(reference, viewer, answer, panel=do, part=part)
    await page_opened(viewer, f"/staff/quotes/{reference}")
    return shown


@get("/staff/quotes/{reference:str}/fragments/head", guards=_READS)
async def head(
    reference: FromPath[str], viewer: AViewer, visit: AVisit, answer: AnAnswer
) -> Response[str]:
    """Title, state, promise and what to do next."""
    if not visit.is_htmx:
        return await show_request(reference, viewer, answer)
    request = await request_page(reference, by=viewer.actor)
    return answer.fragment("staff/quotes/_head.html", **await head_of(request))


@get("/staff/quotes/{reference:str}/fragments/story", guards=_READS)
async def story(
    request: AnyRequest, reference: FromPath[str], viewer: AViewer, visit: AVisit, answer: AnAnswer
) -> Response[str]:
    """The thread as it stands now, or what came before."""
    part = part_of(request.query_params, of_fragment=visit.is_htmx)
    if not visit.is_htmx:
        return await show_request(reference, viewer, answer, part=part)
    context = await story_of(await request_page(reference, by=viewer.actor), viewer, answer, part)
    return thread_fragment(answer, "staff/_story.html", part, context, context["messages"])


@get("/staff/quotes/{reference:str}/fragments/presence", guards=_READS)
async def presence(
    reference: FromPath[str],
    viewer: AViewer,
    visit: AVisit,
    answer: AnAnswer,
    writing: FromQuery[str] = "",
) -> Response[str]:
    """Who else is at this request; asking says that one is there oneself."""
    if not visit.is_htmx:
        return await show_request(reference, viewer, answer)
    record = await find(reference, by=viewer.actor)
    others = await look_at(record.subject, by=viewer.actor, writing=bool(writing))
    return answer.fragment("staff/quotes/_presence.html", reference=reference, others=others)


ROUTES = [show, head, story, presence]
