"""Orders: what was agreed when a quote was accepted."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from portal.domain.common.activity import timeline
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.orders.queries import OrderFilter, order_page, orders
from portal.domain.orders.story import entry_words
from portal.domain.orders.tables import SUBJECT_KIND
from portal.rendering.links import with_query
from portal.staff.story import told
from portal.web.arguments import AnAnswer, AViewer
from portal.web.guards import requires
from portal.web.notices import page_opened

PATH = "/staff/orders"
_READS = [requires(Permission.READ_ORDERS)]


@get(PATH, guards=_READS)
async def index(
    request: Request[Any, Any, Any], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """The orders one may see, newest first (rule A6)."""
    query = request.query_params
    account, text = str(query.get("account") or ""), str(query.get("q") or "")[:200]
    listing = await orders(
        OrderFilter(
            text=text,
            account_id=int(account) if account.isdecimal() and len(account) < 18 else None,
            after=str(query.get("after") or ""),
            before=str(query.get("before") or ""),
        ),
        by=viewer.actor,
    )
    return answer.page(
        "staff/orders/index.html",
        title=N_("Orders"),
        section="orders",
        text=text,
        account=account,
        listing=listing,
        next_url=_url(text, account, after=listing.after),
        previous_url=_url(text, account, before=listing.before),
    )


@get(f"{PATH}/{{order_reference:str}}", guards=_READS)
async def show(order_reference: FromPath[str], viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """An order: lines, terms, who confirmed which revision, and what happened."""
    order = await order_page(order_reference, by=viewer.actor)
    await page_opened(viewer, f"{PATH}/{order_reference}")
    reads = viewer.actor.reads
    return answer.page(
        "staff/orders/show.html",
        title=N_("Order %(reference)s"),
        words={"reference": order_reference},
        section="orders",
        order=order,
        entries=told(
            await timeline(SUBJECT_KIND, order.record.id, visible_to=reads), entry_words, answer
        ),
    )


def _url(text: str, account: str, **place: str | None) -> str | None:
    return with_query(PATH, q=text, account=account, **place) if any(place.values()) else None


ROUTES = [index, show]
