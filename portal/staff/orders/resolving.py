"""What resolves an open check of the release: consents, guarantees, dates, limits, payments."""

from typing import Any

from litestar import Response, post
from litestar.params import FromPath

from portal.domain.common.errors import NotFound
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.orders import approvals, credit, guarantees, invoicing, payments
from portal.domain.orders.finding import lines_of
from portal.domain.orders.safety_release import release_safety_stock
from portal.domain.orders.short_lines import confirm_short
from portal.domain.orders.tables import SalesOrder
from portal.staff.orders.desk import MANAGES, AnyRequest, Desk, Versioned
from portal.staff.orders.handling import ORDER, Reason, Text
from portal.staff.orders.panels import Panel
from portal.web.arguments import AnAnswer, AViewer
from portal.web.forms import Day, Number, Whole
from portal.web.guards import requires

_SUPERVISES = [requires(Permission.SUPERVISE_ORDERS)]
_READS = [requires(Permission.READ_ORDERS)]
_RECORDS = [requires(Permission.RECORD_PAYMENTS)]


class Vouch(Versioned):
    pay_by: Day
    reason: Text = ""


class Limit(Versioned):
    amount: Number
    reason: Text = ""


class Release(Versioned):
    line: Whole
    quantity: Number
    reason: Text = ""


class LineDay(Versioned):
    line: Whole
    on: Day


class MoveDay(Versioned):
    line: Whole
    to: Day
    reason: Text = ""


class Paid(Versioned):
    amount: Number
    received_on: Day
    bank_reference: Text = ""


class Invoice(Versioned):
    number: Text = ""


@post(f"{ORDER}/consent", guards=_SUPERVISES)
async def consent(
    order_reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Consent that stock goes to an order outside a contract (rule O1)."""

    async def verb(order: SalesOrder, given: Reason) -> Any:
        await order.lock(expected_version=given.version)
        return await approvals.consent_on_stock(order, given.reason, by=viewer.actor)

    said = N_("Consent recorded.")
    desk = Desk(order_reference, viewer, answer)
    return await desk.do(request, Reason, verb, said, panel=Panel.CONSENT)


@post(f"{ORDER}/guarantee", guards=[requires(Permission.GUARANTEE_PAYMENT)])
async def guarantee(
    order_reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """The sales representative vouches for a payment that has not come (rule O9)."""

    async def verb(order: SalesOrder, given: Vouch) -> Any:
        await order.lock(expected_version=given.version)
        return await guarantees.guarantee_payment(
            order, given.pay_by, given.reason, by=viewer.actor
        )

    said = N_("You guarantee the payment. The order may ship without it until that day.")
    desk = Desk(order_reference, viewer, answer)
    return await desk.do(request, Vouch, verb, said, panel=Panel.GUARANTEE)


@post(f"{ORDER}/credit-request", guards=[requires(Permission.REQUEST_CREDIT)])
async def request_credit(
    order_reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Ask for a credit limit that somebody else decides on (rule A16)."""

    async def verb(order: SalesOrder, given: Limit) -> Any:
        return await credit.request_limit(
            order.account_id, given.amount, given.reason, by=viewer.actor
        )

    said = N_("Asked for. Management decides.")
    desk = Desk(order_reference, viewer, answer)
    return await desk.do(request, Limit, verb, said, panel=Panel.LIMIT)


@post(f"{ORDER}/availability", guards=_READS)
async def tell_availability(
    order_reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Tell the customer when a short line is expected in stock (rule O15)."""

    async def verb(order: SalesOrder, given: LineDay) -> Any:
        await order.lock(expected_version=given.version)
        if given.line not in {line.id for line in await lines_of(order.id)}:
            raise NotFound
        return await confirm_short(given.line, given.on, by=viewer.actor)

    said = N_("Confirmed. The customer reads the date.")
    desk = Desk(order_reference, viewer, answer)
    return await desk.do(
        request,
        LineDay,
        verb,
        said,
        panel=Panel.AVAILABLE,
        fields={"available_on": "on"},
        may=(Permission.WORK_ON_ORDERS, Permission.WORK_IN_WAREHOUSE),
    )


@post(f"{ORDER}/safety-stock", guards=_SUPERVISES)
async def safety_stock(
    order_reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Release safety stock of other accounts for a line (rule O5)."""

    async def verb(order: SalesOrder, given: Release) -> Any:
        await order.lock(expected_version=given.version)
        return await release_safety_stock(
            order, given.line, given.quantity, given.reason, by=viewer.actor
        )

    said = N_("Released and reserved for this order.")
    desk = Desk(order_reference, viewer, answer)
    return await desk.do(request, Release, verb, said, panel=Panel.SAFETY)


@post(f"{ORDER}/production", guards=_READS)
async def production(
    order_reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Give the earliest production date of a line made to order (rule O7)."""

    async def verb(order: SalesOrder, given: LineDay) -> Any:
        await order.lock(expected_version=given.version)
        return await approvals.set_production(order, given.line, given.on, by=viewer.actor)

    said = N_("Set. The customer reads the date.")
    desk = Desk(order_reference, viewer, answer)
    return await desk.do(request, LineDay, verb, said, panel=Panel.PRODUCTION, may=MANAGES)


@post(f"{ORDER}/production/move", guards=_SUPERVISES)
async def move_production(
    order_reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Move production ahead of others, with the reason recorded (rule O7)."""

    async def verb(order: SalesOrder, given: MoveDay) -> Any:
        await order.lock(expected_version=given.version)
        return await approvals.move_production(
            order, given.line, given.to, given.reason, by=viewer.actor
        )

    said = N_("Moved. The earlier date is kept in the record.")
    desk = Desk(order_reference, viewer, answer)
    return await desk.do(
        request, MoveDay, verb, said, panel=Panel.MOVE_PRODUCTION, fields={"on": "to"}
    )


@post(f"{ORDER}/payments", guards=_RECORDS)
async def record_payment(
    order_reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Record money that came in for the order (rules O8, O9)."""

    async def verb(order: SalesOrder, given: Paid) -> Any:
        await order.lock(expected_version=given.version)
        facts = payments.PaymentFacts(given.amount, given.received_on, given.bank_reference)
        return await payments.record_payment(order, facts, by=viewer.actor)

    said = N_("Payment recorded.")
    desk = Desk(order_reference, viewer, answer)
    return await desk.do(
        request, Paid, verb, said, panel=Panel.PAYMENT, fields={"reference": "bank_reference"}
    )


@post(f"{ORDER}/invoice", guards=_RECORDS)
async def record_invoice(
    order_reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Record the invoice of a delivered order (rule O22)."""

    async def verb(order: SalesOrder, given: Invoice) -> Any:
        await order.lock(expected_version=given.version)
        return await invoicing.invoice(order, given.number, by=viewer.actor)

    said = N_("Invoice recorded.")
    desk = Desk(order_reference, viewer, answer)
    return await desk.do(request, Invoice, verb, said, panel=Panel.INVOICE)


ROUTES = [
    consent,
    guarantee,
    request_credit,
    tell_availability,
    safety_stock,
    production,
    move_production,
    record_payment,
    record_invoice,
]
