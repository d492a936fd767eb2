"""One order: its page, and the parts of it that keep themselves up to date."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath, FromQuery

from portal.domain.common.permissions import Permission
from portal.domain.orders.finding import order_by_reference
from portal.domain.orders.record_page import order_page
from portal.domain.quotes.presence import look_at
from portal.staff.orders.handling import ORDER
from portal.staff.orders.page import head_of, show_order, story_of
from portal.web.arguments import AnAnswer, AViewer, AVisit
from portal.web.guards import requires
from portal.web.notices import page_opened
from portal.web.story_parts import part_of, thread_fragment

AnyRequest = Request[Any, Any, Any]
_READS = [requires(Permission.READ_ORDERS)]


@get(ORDER, guards=_READS)
async def show(
    request: AnyRequest,
    order_reference: FromPath[str],
    viewer: AViewer,
    answer: AnAnswer,
    do: FromQuery[str] = "",
) -> Response[str]:
    """An order with everything that belongs to it; `do` opens one of its forms.

    `before`, `m` and `events` show an earlier part of what was said and happened.
    """
    part = part_of(request.query_params)
    shown = await show_order(order_reference, viewer, answer, panel=do, part=part)
    await page_opened(viewer, f"/staff/orders/{order_reference}")
    return shown


@get(f"{ORDER}/fragments/head", guards=_READS)
async def head(
    order_reference: FromPath[str], viewer: AViewer, visit: AVisit, answer: AnAnswer
) -> Response[str]:
    """Title, state, promise and what to do next."""
    if not visit.is_htmx:
        return await show_order(order_reference, viewer, answer)
    order = await order_page(order_reference, by=viewer.actor)
    return answer.fragment("staff/orders/_head.html", **await head_of(order))


@get(f"{ORDER}/fragments/release", guards=_READS)
async def release(
    order_reference: FromPath[str], viewer: AViewer, visit: AVisit, answer: AnAnswer
) -> Response[str]:
    """The release checklist as it stands now."""
    if not visit.is_htmx:
        return await show_order(order_reference, viewer, answer)
    order = await order_page(order_reference, by=viewer.actor)
    return answer.fragment("staff/orders/_release.html", **await head_of(order))


@get(f"{ORDER}/fragments/story", guards=_READS)
async def story(
    request: AnyRequest,
    order_reference: FromPath[str],
    viewer: AViewer,
    visit: AVisit,
    answer: AnAnswer,
) -> Response[str]:
    """The thread as it stands now, or what came before."""
    part = part_of(request.query_params, of_fragment=visit.is_htmx)
    if not visit.is_htmx:
        return await show_order(order_reference, viewer, answer, part=part)
    order = await order_page(order_reference, by=viewer.actor)
    context = await story_of(order, viewer, part)
    return thread_fragment(answer, "staff/_story.html", part, context, context["messages"])


@get(f"{ORDER}/fragments/presence", guards=_READS)
async def presence(
    order_reference: FromPath[str],
    viewer: AViewer,
    visit: AVisit,
    answer: AnAnswer,
    writing: FromQuery[str] = "",
) -> Response[str]:
    """Who else is at this order; asking says that one is there oneself."""
    if not visit.is_htmx:
        return await show_order(order_reference, viewer, answer)
    order = await order_by_reference(order_reference, by=viewer.actor)
    others = await look_at(order.subject, by=viewer.actor, writing=bool(writing))
    return answer.fragment("staff/orders/_presence.html", reference=order.reference, others=others)


ROUTES = [show, head, release, story, presence]
