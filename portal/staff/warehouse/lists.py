"""The warehouse's lists, made for a tablet held in one hand: what is due first stands first."""

from collections import defaultdict
from typing import Any

from litestar import Response, get
from litestar.params import FromQuery

from portal.domain.catalogue.kinds import unit_label
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.orders.listing import OrderFilter, StatusGroup, orders
from portal.domain.orders.order_rows import OrderListing
from portal.domain.orders.short_lines import ShortLineRow, short_lines
from portal.domain.orders.states import ShipmentStatus
from portal.domain.orders.warehouse_list import packing_facts, shipments_in
from portal.rendering.links import with_query
from portal.staff.warehouse.tabs import PATH, tabs_of
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AViewer
from portal.web.forms import Form
from portal.web.guards import requires
from portal.web.viewer import Viewer

_PACKS = [requires(Permission.WORK_IN_WAREHOUSE)]
_SIZE = 30


@get(PATH, guards=_PACKS)
async def to_prepare(
    viewer: AViewer, answer: AnAnswer, after: FromQuery[str] = "", before: FromQuery[str] = ""
) -> Response[str]:
    """What is to be packed, by when it is due, and changed delivery places to confirm (O13)."""
    wanted = OrderFilter(status=StatusGroup.TO_PREPARE, after=after, before=before, size=_SIZE)
    listing = await orders(wanted, by=viewer.actor)
    return answer.page(
        "staff/warehouse/prepare.html",
        title=N_("Warehouse"),
        **await _with_facts(PATH, listing),
        **await tabs_of("prepare", viewer, answer),
    )


@get(f"{PATH}/packing", guards=_PACKS)
async def packing(viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """Delivery notes that are being packed."""
    return await _shipments(ShipmentStatus.IN_PREPARATION, "packing", viewer, answer)


@get(f"{PATH}/on-the-way", guards=_PACKS)
async def on_the_way(viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """Delivery notes that a carrier has, what is expected first first (rule O14)."""
    return await _shipments(ShipmentStatus.SHIPPED, "way", viewer, answer)


@get(f"{PATH}/held", guards=_PACKS)
async def held(
    viewer: AViewer, answer: AnAnswer, after: FromQuery[str] = "", before: FromQuery[str] = ""
) -> Response[str]:
    """What waits, why, and in which place (rule O12)."""
    wanted = OrderFilter(
        status=StatusGroup.TO_SHIP, held=True, after=after, before=before, size=_SIZE
    )
    listing = await orders(wanted, by=viewer.actor)
    return answer.page(
        "staff/warehouse/held.html",
        title=N_("On hold"),
        **await _with_facts(f"{PATH}/held", listing),
        **await tabs_of("held", viewer, answer),
    )


@get(f"{PATH}/short", guards=[requires(Permission.READ_ORDERS)])
async def short(viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """Lines short of stock: what has to be confirmed today first (rule O15)."""
    return await short_page(viewer, answer)


async def short_page(
    viewer: Viewer, answer: Answer, *, reference: str = "", form: Form | None = None
) -> Response[str]:
    """The short lines of each order; refused dates of one of them come back with its form."""
    may = viewer.actor.may
    orders_short: dict[str, list[ShortLineRow]] = defaultdict(list)
    for line in await short_lines(viewer.actor):
        orders_short[line.order_reference].append(line)
    return answer.page(
        "staff/warehouse/short.html",
        title=N_("Short lines"),
        form=form,
        orders=list(orders_short.values()),
        unit_label=unit_label,
        refused_order=reference,
        blank=Form(),
        may_confirm=may(Permission.WORK_IN_WAREHOUSE) or may(Permission.WORK_ON_ORDERS),
        **await tabs_of("short", viewer, answer),
    )


async def _shipments(
    status: ShipmentStatus, tab: str, viewer: Viewer, answer: Answer
) -> Response[str]:
    return answer.page(
        "staff/warehouse/shipments.html",
        title=N_("Being packed") if tab == "packing" else N_("On the way"),
        rows=await shipments_in(status, by=viewer.actor),
        tab=tab,
        **await tabs_of(tab, viewer, answer),
    )


async def _with_facts(path: str, listing: OrderListing) -> dict[str, Any]:
    facts = await packing_facts(row.id for row in listing.rows)
    return {
        "rows": [(row, facts[row.id]) for row in listing.rows],
        "here": path,
        "next_url": with_query(path, after=listing.after) if listing.after else None,
        "previous_url": with_query(path, before=listing.before) if listing.before else None,
    }


ROUTES = [to_prepare, packing, on_the_way, held, short]
