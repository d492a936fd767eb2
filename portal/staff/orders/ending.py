"""What ends a part of an order: its rest cancelled, money given back."""

from typing import Any

from litestar import Response, post
from litestar.params import FromPath

from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.orders import changes
from portal.domain.orders.payments import PaymentFacts
from portal.domain.orders.refunds import give_money_back
from portal.domain.orders.tables import SalesOrder
from portal.staff.orders.desk import MANAGES, AnyRequest, Desk, Versioned
from portal.staff.orders.handling import ORDER, Reason, Text
from portal.staff.orders.panels import Panel
from portal.web.arguments import AnAnswer, AViewer
from portal.web.forms import Day, Number
from portal.web.guards import requires

_READS = [requires(Permission.READ_ORDERS)]
_RECORDS = [requires(Permission.RECORD_PAYMENTS)]


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


ROUTES = [cancel_rest, give_back]
