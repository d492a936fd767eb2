"""Where an order goes and with what: another place, together with another one, in parts."""

from typing import Any

from litestar import Response, post
from litestar.params import FromPath

from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.orders import changes
from portal.domain.orders.tables import SalesOrder
from portal.staff.orders.desk import MANAGES, AnyRequest, Desk, Versioned
from portal.staff.orders.handling import ORDER, Text
from portal.staff.orders.panels import Panel
from portal.web.arguments import AnAnswer, AViewer
from portal.web.forms import Whole
from portal.web.guards import requires

_READS = [requires(Permission.READ_ORDERS)]
_WORKS = [requires(Permission.WORK_ON_ORDERS)]


class ShipTo(Versioned):
    ship_to: Whole
    reason: Text = ""


class Combine(Versioned):
    other: Text = ""


class Name(Versioned):
    name: Text = ""


@post(f"{ORDER}/ship-to", guards=_READS)
async def change_ship_to(
    order_reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Register another delivery place and point it out to the warehouse (rule O13)."""

    async def verb(order: SalesOrder, given: ShipTo) -> Any:
        return await changes.change_ship_to(
            order,
            given.ship_to,
            given.reason,
            by=viewer.actor,
            expected_version=given.version,
        )

    said = N_("Registered. The warehouse confirms that it has seen the change.")
    desk = Desk(order_reference, viewer, answer)
    return await desk.do(request, ShipTo, verb, said, panel=Panel.SHIP_TO, may=MANAGES)


@post(f"{ORDER}/ship-to/seen", guards=[requires(Permission.WORK_IN_WAREHOUSE)])
async def ship_to_seen(
    order_reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """The warehouse has seen the changed delivery place (rule O13)."""

    async def verb(order: SalesOrder, given: Versioned) -> Any:
        return await changes.ship_to_seen(order, by=viewer.actor, expected_version=given.version)

    said = N_("Noted: the warehouse has seen the new delivery place.")
    return await Desk(order_reference, viewer, answer).do(request, Versioned, verb, said)


@post(f"{ORDER}/combination", guards=_READS)
async def combine(
    order_reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Let it travel with another order of the customer (rule O12)."""

    async def verb(order: SalesOrder, given: Combine) -> Any:
        return await changes.combine_with(
            order, given.other.strip().upper(), by=viewer.actor, expected_version=given.version
        )

    said = N_("They travel together. The warehouse has been told.")
    return await Desk(order_reference, viewer, answer).do(
        request,
        Combine,
        verb,
        said,
        panel=Panel.COMBINE,
        fields={"reference": "other"},
        may=MANAGES,
    )


@post(f"{ORDER}/combination/end", guards=_READS)
async def separate(
    order_reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Let it travel alone again (rule O12)."""

    async def verb(order: SalesOrder, given: Versioned) -> Any:
        return await changes.separate(order, by=viewer.actor, expected_version=given.version)

    said = N_("It travels alone again.")
    desk = Desk(order_reference, viewer, answer)
    return await desk.do(request, Versioned, verb, said, may=MANAGES)


@post(f"{ORDER}/parts", guards=_WORKS)
async def agree_to_parts(
    order_reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Record that the customer agreed in writing to shipping in parts (rule O15)."""

    async def verb(order: SalesOrder, given: Name) -> Any:
        return await changes.agree_to_parts(
            order, given.name, by=viewer.actor, expected_version=given.version
        )

    said = N_("Recorded. What is in stock may ship before the rest.")
    desk = Desk(order_reference, viewer, answer)
    return await desk.do(request, Name, verb, said, panel=Panel.PARTS)


@post(f"{ORDER}/parts/end", guards=_WORKS)
async def withdraw_parts(
    order_reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Let everything ship together again (rule O15)."""

    async def verb(order: SalesOrder, given: Versioned) -> Any:
        return await changes.withdraw_parts(order, by=viewer.actor, expected_version=given.version)

    said = N_("Everything ships together again.")
    return await Desk(order_reference, viewer, answer).do(request, Versioned, verb, said)


ROUTES = [
    change_ship_to,
    ship_to_seen,
    combine,
    separate,
    agree_to_parts,
    withdraw_parts,
]
