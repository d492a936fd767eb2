"""The queue of orders: due first, its filters in the address, saved under names of one's own."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, get, post
from litestar.params import FromPath

from portal.domain.common.errors import FieldError, NotFound
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.orders.listing import OrderFilter, OwnerFilter, StatusGroup, orders
from portal.domain.orders.order_counts import OrderCounts, OwnOrderCounts, order_counts
from portal.domain.orders.states import OrderStatus
from portal.domain.orders.tables import SUBJECT_KIND
from portal.domain.organisation.branches import branches
from portal.domain.quotes.saved_views import View, remove_view, save_view, views_of
from portal.rendering.links import with_query
from portal.staff.quotes import shown_count
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AViewer, AVisit
from portal.web.forms import Form
from portal.web.guards import requires
from portal.web.live import live_lists_url
from portal.web.viewer import Viewer

PATH = "/staff/orders"
PAGE = "orders"
_READS = [requires(Permission.READ_ORDERS)]
_FILTERS = ("owner", "status", "held", "unpaid", "late", "branch", "account", "q")
_ANY = "any"
_OWNERS = {
    OwnerFilter.ALL: N_("Everybody"),
    OwnerFilter.ME: N_("Me"),
    OwnerFilter.TEAM: N_("My team"),
}
_GROUPS = {
    StatusGroup.TO_SHIP: N_("To be shipped"),
    StatusGroup.TO_CONFIRM: N_("To be confirmed"),
    StatusGroup.ANSWERS_OWED: N_("Answers owed"),
    StatusGroup.ON_THE_WAY: N_("On the way"),
    StatusGroup.TO_INVOICE: N_("To be invoiced"),
    StatusGroup.TO_SETTLE: N_("To be paid"),
    StatusGroup.CLOSED: N_("Settled or cancelled"),
    _ANY: N_("Any"),
}
# Single states that are no group of their own.
_SINGLE = (
    OrderStatus.CONFIRMED,
    OrderStatus.SCHEDULED,
    OrderStatus.IN_PREPARATION,
    OrderStatus.PARTLY_SHIPPED,
    OrderStatus.SETTLED,
    OrderStatus.CANCELLED,
)
AnyRequest = Request[Any, Any, Any]


@get(PATH, guards=_READS)
async def show(request: AnyRequest, viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """The orders one may see (rule A6), as the address narrows them down."""
    return await _page(request.query_params, viewer, answer)


@get(f"{PATH}/fragments/queue", guards=_READS)
async def rows(
    request: AnyRequest, viewer: AViewer, visit: AVisit, answer: AnAnswer
) -> Response[str]:
    """The rows alone, asked for again while the page stays open."""
    if not visit.is_htmx:
        return await _page(request.query_params, viewer, answer)
    return answer.fragment("staff/orders/_queue.html", **await _rows(request.query_params, viewer))


@post(f"{PATH}/views", guards=_READS)
async def keep_view(request: AnyRequest, viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """Keep the filters of the address under a name."""
    form = await Form.sent(request)
    query = {name: form.value(name) for name in _FILTERS}
    try:
        await save_view(PAGE, form.value("name"), urlencode(_given(query)), by=viewer.actor)
    except FieldError as error:
        form.refuse_by(error)
        return await _page(query, viewer, answer, view=form)
    return answer.see_other(with_query(PATH, **_given(query)), toast=N_("View saved."))


@post(f"{PATH}/views/{{view_id:int}}/delete", guards=_READS)
async def drop_view(view_id: FromPath[int], viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """Remove a view of one's own."""
    if view_id not in {view.id for view in await views_of(PAGE, by=viewer.actor)}:
        raise NotFound
    await remove_view(view_id, by=viewer.actor)
    return answer.see_other(PATH, toast=N_("View deleted."))


def rail_of(counts: OrderCounts, current: str = "") -> list[dict[str, Any]]:
    """The queues with their counts, for the rail of the staff's pages; labels are message ids."""
    return [
        *own_queues(counts, current),
        _queue("late", N_("Late orders"), counts.late, with_query(PATH, late="yes"), current),
        _queue(
            "unpaid",
            N_("Waiting for payment"),
            counts.unpaid,
            with_query(PATH, unpaid="yes"),
            current,
        ),
        _queue("held", N_("On hold"), counts.held, with_query(PATH, held="yes"), current),
    ]


def own_queues(counts: OwnOrderCounts, current: str = "") -> list[dict[str, Any]]:
    """Those that ask something of the viewer, for the first page of their day, too."""
    confirm, answers = f"{PATH}?status=to_confirm", f"{PATH}?status={StatusGroup.ANSWERS_OWED}"
    return [
        _queue("me", N_("My orders"), counts.mine, with_query(PATH, owner="me"), current),
        _queue("to_confirm", N_("Orders to confirm"), counts.to_confirm, confirm, current),
        _queue("answers_owed", N_("Answers owed"), counts.answers, answers, current),
    ]


def _queue(name: str, label: str, count: int, url: str, current: str) -> dict[str, Any]:
    return {
        "name": name,
        "label": label,
        "url": url,
        "count": shown_count(count),
        "current": name == current,
    }


def wanted_of(query: Mapping[str, Any]) -> OrderFilter:
    """The filters of an address; what is unknown counts as not given."""
    status = str(query.get("status") or StatusGroup.TO_SHIP)
    return OrderFilter(
        owner=str(query.get("owner") or OwnerFilter.ALL),
        status="" if status == _ANY else status,
        held=bool(query.get("held")),
        unpaid=bool(query.get("unpaid")),
        late=bool(query.get("late")),
        account_id=_whole(query.get("account")),
        branch_id=_whole(query.get("branch")),
        text=str(query.get("q") or "")[:200],
        after=str(query.get("after") or ""),
        before=str(query.get("before") or ""),
    )


async def _page(
    query: Mapping[str, Any], viewer: Viewer, answer: Answer, *, view: Form | None = None
) -> Response[str]:
    queues = rail_of(await order_counts(by=viewer.actor), _queue_name(query))
    for each in queues:
        each["label"] = answer.translated(each["label"])
    singles = {state.value: state.label for state in _SINGLE}
    return answer.page(
        "staff/orders/queue.html",
        title=N_("Orders"),
        section="orders",
        form=view,
        view=view or Form(),
        filters=Form.showing(**{name: query.get(name) for name in _FILTERS}),
        queues=queues,
        owners=_said(_OWNERS, answer),
        statuses=[*_said(_GROUPS, answer), *_said(singles, answer)],
        branches=[(branch.id, branch.name) for branch in await branches()],
        views=_tabs(await views_of(PAGE, by=viewer.actor), query, answer),
        live=live_lists_url(viewer, PATH, SUBJECT_KIND),
        **await _rows(query, viewer),
    )


async def _rows(query: Mapping[str, Any], viewer: Viewer) -> dict[str, Any]:
    listing = await orders(wanted_of(query), by=viewer.actor)
    kept = _given({name: query.get(name) for name in _FILTERS})
    place = _given({name: query.get(name) for name in ("after", "before")})
    return {
        "listing": listing,
        "kept": kept,
        "fragment_url": with_query(f"{PATH}/fragments/queue", **kept, **place),
        "next_url": with_query(PATH, **kept, after=listing.after) if listing.after else None,
        "previous_url": with_query(PATH, **kept, before=listing.before) if listing.before else None,
    }


def _queue_name(query: Mapping[str, Any]) -> str:
    """Which queue of the rail these filters are, if they are one."""
    given = _given({name: query.get(name) for name in _FILTERS})
    if len(given) != 1:
        return ""
    name, value = next(iter(given.items()))
    return value if name in {"owner", "status"} else name


def _tabs(views: Sequence[View], query: Mapping[str, Any], answer: Answer) -> list[dict[str, Any]]:
    """Everything, and each saved view; the one whose filters are in the address is current."""
    now = urlencode(_given({name: query.get(name) for name in _FILTERS}))
    every = {"label": answer.translated(N_("All to be shipped")), "url": PATH, "current": not now}
    return [
        every,
        *(
            {
                "id": view.id,
                "label": view.name,
                "url": f"{PATH}?{view.query}" if view.query else PATH,
                "current": bool(now) and view.query == now,
            }
            for view in views
        ),
    ]


def _said(labels: Mapping[Any, str], answer: Answer) -> list[tuple[str, str]]:
    return [(str(value), answer.translated(label)) for value, label in labels.items()]


def _given(query: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in query.items() if value}


def _whole(value: Any) -> int | None:
    text = str(value or "")
    return int(text) if text.isdecimal() and len(text) < 18 else None


ROUTES = [show, rows, keep_view, drop_view]
