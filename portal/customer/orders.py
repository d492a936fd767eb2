"""Orders as the customer sees them, as far as they exist: placed by accepting a quote."""

from typing import Any

from litestar import Response, get
from litestar.params import FromPath, FromQuery

from portal.customer.record import Happened
from portal.domain.accounts.team import team_of
from portal.domain.common.activity import timeline
from portal.domain.common.actor import Audience
from portal.domain.common.amount_in_words import CURRENCY_IN_WORDS, amount_in_words
from portal.domain.common.money import Money
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.orders.queries import OrderFilter, OrderPage, order_page, orders
from portal.domain.orders.story import entry_words
from portal.domain.orders.tables import SUBJECT_KIND
from portal.rendering.links import with_query
from portal.web.arguments import AnAnswer, AViewer
from portal.web.guards import requires
from portal.web.notices import page_opened

_READS = [requires(Permission.READ_OWN_ORDERS)]
_PAGE_SIZE = 30


@get("/orders", guards=_READS)
async def show_list(
    viewer: AViewer,
    answer: AnAnswer,
    q: FromQuery[str] = "",
    after: FromQuery[str] = "",
    before: FromQuery[str] = "",
) -> Response[str]:
    """The account's orders, newest first."""
    q = q.strip()[:200]
    listing = await orders(
        OrderFilter(text=q, after=after, before=before, size=_PAGE_SIZE), by=viewer.actor
    )
    return answer.page(
        "customer/orders/index.html",
        title=N_("Orders"),
        section="orders",
        listing=listing,
        q=q,
        next_url=with_query("/orders", q=q, after=listing.after) if listing.after else None,
        previous_url=with_query("/orders", q=q, before=listing.before) if listing.before else None,
    )


@get("/orders/{order_reference:str}", guards=_READS)
async def show(order_reference: FromPath[str], viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """One order: what was agreed, when it ships, where it came from."""
    order = await order_page(order_reference, by=viewer.actor)
    await page_opened(viewer, f"/orders/{order_reference}")
    history = await timeline(SUBJECT_KIND, order.record.id, visible_to=Audience.CUSTOMER)
    said = [(entry, *entry_words(entry)) for entry in history]
    return answer.page(
        "customer/orders/show.html",
        title=N_("%(reference)s: %(title)s"),
        words={"reference": order.reference, "title": order.record.title},
        section="orders",
        history=[
            Happened(entry.at, entry.actor_name, answer.translated(label, **words))
            for entry, label, words in said
        ],
        team=await team_of(viewer.account_id),
        **_shown(order, viewer.reader.locale),
    )


@get("/orders/{order_reference:str}/placed", guards=_READS)
async def show_placed(
    order_reference: FromPath[str], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """The confirmation of an acceptance: the order's reference, by when it ships, what is next."""
    order = await order_page(order_reference, by=viewer.actor)
    return answer.page(
        "customer/orders/placed.html",
        title=N_("Order %(reference)s is placed"),
        words={"reference": order.reference},
        section="orders",
        team=await team_of(viewer.account_id),
        **_shown(order, viewer.reader.locale),
    )


def _shown(order: OrderPage, locale: str) -> dict[str, Any]:
    is_in_words = order.gross.currency == CURRENCY_IN_WORDS
    return {
        "order": order,
        "in_words": amount_in_words(order.gross, locale) if is_in_words else "",
        "price": Money,
    }


ROUTES = [show_list, show, show_placed]
