"""Goods on their way, of which sales hear first: they come later, or never (rule O14)."""

from typing import Any

from litestar import Response, post
from litestar.params import FromPath

from portal.domain.common.actor import Actor
from portal.domain.common.errors import FieldError, NotFound
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.orders.delivery import note_exception
from portal.domain.orders.lost_shipments import report_lost
from portal.domain.orders.shipments_view import shipment_by_reference
from portal.domain.orders.tables import SalesOrder, Shipment
from portal.staff.orders.desk import MANAGES, AnyRequest, Desk, Versioned
from portal.staff.orders.handling import ORDER, Text
from portal.staff.orders.panels import Panel
from portal.web.arguments import AnAnswer, AViewer
from portal.web.forms import Day
from portal.web.guards import requires

_READS = [requires(Permission.READ_ORDERS)]
_WORKS = [requires(Permission.WORK_ON_ORDERS)]
_AGAIN, _CANCELLED = "again", "cancelled"
_CHOOSE_SHIPMENT = N_("Choose a shipment that is on its way.")
_CHOOSE_NEXT = N_("Say what happens with the goods: the customer reads it at once.")


class Delayed(Versioned):
    shipment: Text = ""
    what: Text = ""
    expected_on: Day


class Lost(Versioned):
    shipment: Text = ""
    what: Text = ""
    next: Text = ""


@post(f"{ORDER}/exceptions", guards=_WORKS)
async def delay(
    order_reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Note what went wrong on the way, with a new day; the customer is told at once (rule O14)."""

    async def verb(order: SalesOrder, given: Delayed) -> None:
        await order.lock(expected_version=given.version)
        shipment = await _shipment_of(order, given.shipment, by=viewer.actor)
        await note_exception(shipment, given.what, given.expected_on, by=viewer.actor)

    said = N_("Noted. The customer has been told the new day.")
    return await Desk(order_reference, viewer, answer).do(
        request, Delayed, verb, said, panel=Panel.DELAY
    )


@post(f"{ORDER}/losses", guards=_READS)
async def lose(
    order_reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """End a shipment that never arrives, its goods sent again or cancelled (rules O11, O14)."""

    async def verb(order: SalesOrder, given: Lost) -> Any:
        await order.lock(expected_version=given.version)
        if given.next not in {_AGAIN, _CANCELLED}:
            raise FieldError("next", _CHOOSE_NEXT)
        shipment = await _shipment_of(order, given.shipment, by=viewer.actor)
        return await report_lost(
            shipment, given.what, send_again=given.next == _AGAIN, by=viewer.actor
        )

    said = N_("Noted as lost. The customer has been told what is next.")
    desk = Desk(order_reference, viewer, answer)
    return await desk.do(request, Lost, verb, said, panel=Panel.LOST, may=MANAGES)


async def _shipment_of(order: SalesOrder, reference: str, *, by: Actor) -> Shipment:
    """The delivery note that was chosen. Raises `FieldError` unless it is one of this order."""
    try:
        shipment = await shipment_by_reference(reference, by=by)
    except NotFound:
        raise FieldError("shipment", _CHOOSE_SHIPMENT) from None
    if shipment.order_id != order.id:
        raise FieldError("shipment", _CHOOSE_SHIPMENT)
    return shipment


ROUTES = [delay, lose]
