"""The account's orders: what is under way, what was delivered, what is looked for."""

from typing import Any

from litestar import Response, get
from litestar.params import FromQuery

from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.orders.listing import OrderFilter, StatusGroup, orders
from portal.domain.orders.states import OrderStatus
from portal.rendering.links import with_query
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AViewer
from portal.web.forms import Form
from portal.web.guards import requires

PATH = "/orders"
PAGE_SIZE = 30
_LONGEST_SEARCH = 200
# What the tabs above the list say, in their order; the values are the filter's.
_VIEWS = {
    "": N_("All"),
    StatusGroup.UNDER_WAY.value: N_("Under way"),
    StatusGroup.RECEIVED.value: N_("Delivered"),
    OrderStatus.CANCELLED.value: N_("Cancelled"),
}


@get(PATH, guards=[requires(Permission.READ_OWN_ORDERS)])
async def show_list(
    *,
    viewer: AViewer,
    answer: AnAnswer,
    status: FromQuery[str] = "",
    q: FromQuery[str] = "",
    after: FromQuery[str] = "",
    before: FromQuery[str] = "",
) -> Response[str]:
    """The account's orders, newest first."""
    q = q.strip()[:_LONGEST_SEARCH]
    wanted = OrderFilter(status=status, text=q, after=after, before=before, size=PAGE_SIZE)
    listing = await orders(wanted, by=viewer.actor)
    return answer.page(
        "customer/orders/index.html",
        title=N_("Orders"),
        section="orders",
        listing=listing,
        chosen=status,
        q=q,
        filters=Form.showing(status=status),
        views=_views(status, q, answer),
        statuses=[(each.value, answer.translated(each.label)) for each in OrderStatus],
        next_url=_url(status, q, after=listing.after),
        previous_url=_url(status, q, before=listing.before),
    )


def _views(status: str, q: str, answer: Answer) -> list[dict[str, Any]]:
    return [
        {
            "label": answer.translated(label),
            "url": with_query(PATH, status=value, q=q),
            "current": value == status,
        }
        for value, label in _VIEWS.items()
    ]


def _url(status: str, q: str, **place: str | None) -> str | None:
    return with_query(PATH, status=status, q=q, **place) if any(place.values()) else None


ROUTES = [show_list]
