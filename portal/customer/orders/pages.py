"""One order: where it is, by when, what it waits for, and its confirmation after it was placed."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath, FromQuery

from portal.customer.orders.record import PATH, record_context, shown
from portal.domain.common.errors import DomainError
from portal.domain.common.permissions import Permission
from portal.domain.common.story import NEWEST, Part
from portal.domain.common.words import N_
from portal.domain.orders.page_view import OrderPage
from portal.domain.orders.record_page import order_page
from portal.domain.orders.states import Origin
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AViewer, AVisit
from portal.web.forms import Form
from portal.web.guards import requires
from portal.web.notices import page_opened
from portal.web.story_parts import part_of, thread_fragment
from portal.web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
_READS = [requires(Permission.READ_OWN_ORDERS)]
_ORDER = f"{PATH}/{{order_reference:str}}"


@get(_ORDER, guards=_READS)
async def show(
    request: AnyRequest,
    order_reference: FromPath[str],
    viewer: AViewer,
    answer: AnAnswer,
    about: FromQuery[str] = "",
) -> Response[str]:
    """The record; `about` opens the message form with a purpose.

    `before`, `m` and `events` show an earlier part of what was said and happened.
    """
    part = part_of(request.query_params)
    page = await record_answer(order_reference, viewer, answer, about=about, part=part)
    await page_opened(viewer, f"{PATH}/{order_reference}")
    return page


@get(f"{_ORDER}/fragments/state", guards=_READS)
async def show_state(
    order_reference: FromPath[str], viewer: AViewer, visit: AVisit, answer: AnAnswer
) -> Response[str]:
    """The part of the record that says where it is; opened directly, the record."""
    context = await _context(order_reference, viewer)
    if visit.is_htmx:
        return answer.fragment("customer/orders/_state.html", **{**context, "is_swap": True})
    return _page(context, answer)


@get(f"{_ORDER}/fragments/thread", guards=_READS)
async def show_thread(
    request: AnyRequest,
    order_reference: FromPath[str],
    viewer: AViewer,
    visit: AVisit,
    answer: AnAnswer,
) -> Response[str]:
    """The messages of the record; opened directly, the record."""
    part = part_of(request.query_params, of_fragment=visit.is_htmx)
    context = await _context(order_reference, viewer, part=part)
    if not visit.is_htmx:
        return _page(context, answer)
    return thread_fragment(answer, "customer/orders/_thread.html", part, context, context["thread"])


@get(f"{_ORDER}/placed", guards=_READS)
async def show_placed(
    order_reference: FromPath[str], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """The confirmation: the order's reference, who confirms it, by when it ships, what is next."""
    order = await order_page(order_reference, by=viewer.actor)
    context = await record_context(order, viewer)
    return answer.page(
        "customer/orders/placed.html",
        title=N_("Order %(reference)s is placed"),
        words={"reference": order.reference},
        section="orders",
        is_reorder=order.origin is Origin.REORDER,
        **context,
    )


async def record_answer(
    reference: str,
    viewer: Viewer,
    answer: Answer,
    *,
    about: str = "",
    form: Form | None = None,
    conflict: DomainError | None = None,
    part: Part = NEWEST,
) -> Response[str]:
    """The whole record page.

    With a refused message in its form (422), or with why something came too late (409).
    """
    context = await _context(reference, viewer, form=form, about=about, part=part)
    if conflict is None:
        return _page(context, answer)
    said = answer.translated(conflict.message, **conflict.words)
    return _page({**context, "conflict": said}, answer, status=conflict.status)


async def _context(
    reference: str,
    viewer: Viewer,
    *,
    form: Form | None = None,
    about: str = "",
    part: Part = NEWEST,
) -> dict[str, Any]:
    order = await order_page(reference, by=viewer.actor)
    return await record_context(order, viewer, form=form, about=about, part=part)


def _page(context: dict[str, Any], answer: Answer, *, status: int = 200) -> Response[str]:
    order: OrderPage = context["order"]
    return answer.page(
        "customer/orders/show.html",
        title=N_("%(reference)s: %(title)s"),
        words={"reference": order.reference, "title": order.title},
        section="orders",
        status=status,
        **context,
    )


def form_page(
    answer: Answer, order: OrderPage, form: Form, template: str, *, title: str
) -> Response[str]:
    """A page that asks before something is done to an order; `title` is a message id."""
    return answer.page(
        f"customer/orders/{template}.html",
        title=title,
        words={"reference": order.reference},
        section="orders",
        form=form,
        **shown(order, answer.visit.reader),
    )


ROUTES = [show, show_state, show_thread, show_placed]
