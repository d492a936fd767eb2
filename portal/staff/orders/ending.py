"""What ends a part of an order: its rest cancelled, goods lost on the way, money given back."""

from typing import Any

from litestar import Response, post
from litestar.params import FromPath

from portal.domain.common.errors import FieldError, NotFound
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.orders import changes
from portal.domain.orders.lost_shipments import report_lost
from portal.domain.orders.payments import PaymentFacts
from portal.domain.orders.refunds import give_money_back
from portal.domain.orders.shipments_view import shipment_by_reference
from portal.domain.orders.tables import SalesOrder
from portal.staff.orders.desk import MANAGES, AnyRequest, Desk, Versioned
from portal.staff.orders.handling import ORDER, Reason, Text
from portal.staff.orders.panels import Panel
from portal.web.arguments import AnAnswer, AViewer
from portal.web.forms import Day, Number
from portal.web.guards import requires

_READS = [requires(Permission.READ_ORDERS)]
_RECORDS = [requires(Permission.RECORD_PAYMENTS)]
_AGAIN, _CANCELLED = "again", "cancelled"
_CHOOSE_SHIPMENT = N_("Choose a shipment that is on its way.")
_CHOOSE_NEXT = N_("Say what happens with the goods: the customer reads it at once.")


class Lost(Versioned):
    shipment: Text = ""
    what: Text = ""
    next: Text = ""


class GivenBack(Versioned):
    amount: Number
    given_on: Day
    bank_reference: Text = ""


@post(f"{ORDER}/rest-cancellation", guards=_READS)
async def cancel_rest(
    order_reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Cancel what has not shipped of a partly shipped order (rule O11)."""

    async def verb(order: SalesOrder, given: Reason) -> Any:
        return await changes.cancel_rest(
            order, given.reason, by=viewer.actor, expected_version=given.version
        )

    said = N_("The rest is cancelled. The customer and sales have been told.")
    desk = Desk(order_reference, viewer, answer)
    return await desk.do(request, Reason, verb, said, panel=Panel.CANCEL_REST, may=MANAGES)


@post(f"{ORDER}/losses", guards=_READS)
async def lose(
    order_reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """End a shipment that never arrives, its goods sent again or cancelled (rules O11, O14)."""

    async def verb(order: SalesOrder, given: Lost) -> Any:
        await order.lock(expected_version=given.version)
        if given.next not in {_AGAIN, _CANCELLED}:
            raise FieldError("next", _CHOOSE_NEXT)
        try:
            shipment = await shipment_by_reference(given.shipment, by=viewer.actor)
        except NotFound:
            raise FieldError("shipment", _CHOOSE_SHIPMENT) from None
        if shipment.order_id != order.id:
            raise FieldError("shipment", _CHOOSE_SHIPMENT)
        return await report_lost(
            shipment, given.what, send_again=given.next == _AGAIN, by=viewer.actor
        )

    said = N_("Noted as lost. The customer has been told what is next.")
    desk = Desk(order_reference, viewer, answer)
    return await desk.do(request, Lost, verb, said, panel=Panel.LOST, may=MANAGES)


@post(f"{ORDER}/refunds", guards=_RECORDS)
async def give_back(
    order_reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Record that money was given back (rule O22)."""

    async def verb(order: SalesOrder, given: GivenBack) -> Any:
        await order.lock(expected_version=given.version)
        facts = PaymentFacts(given.amount, given.given_on, given.bank_reference)
        return await give_money_back(order, facts, by=viewer.actor)

    said = N_("Recorded. The customer has been told.")
    desk = Desk(order_reference, viewer, answer)
    return await desk.do(
        request,
        GivenBack,
        verb,
        said,
        panel=Panel.REFUND,
        fields={"reference": "bank_reference", "received_on": "given_on"},
    )


ROUTES = [cancel_rest, lose, give_back]
