"""What people can do with an order, step by step or in whole stretches, for histories of it."""

from collections.abc import Awaitable, Callable
from decimal import Decimal

from portal.database import database_now, fetch_value
from portal.domain.catalogue.stock import LotKey
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.permissions import StaffRole
from portal.domain.orders import changes, conversation, invoicing, preparation, scheduling
from portal.domain.orders.confirmation import confirm
from portal.domain.orders.intake import OrderFacts, complete_order
from portal.domain.orders.lost_shipments import report_lost
from portal.domain.orders.payments import PaymentFacts, payments_of, record_payment, reverse_payment
from portal.domain.orders.refunds import give_money_back
from portal.domain.orders.stock_changes import book_receipt
from portal.domain.orders.tables import SalesOrder
from tests.domain.orders.fulfilling import Case, ordered
from tests.factories import Factory, acting
from tests.order_scenarios import loaded, phone_order

Verb = Callable[[SalesOrder, Actor], Awaitable[object]]


async def hold(order: SalesOrder, by: Actor) -> None:
    await changes.hold(order, "Flood", "Bay 12", by=by, as_asked=True)


async def let_go(order: SalesOrder, by: Actor) -> None:
    await changes.let_go(order, by=by)


async def redirect(order: SalesOrder, by: Actor) -> None:
    other = await fetch_value(
        "SELECT id FROM ship_to WHERE account_id = $1 AND id <> $2",
        order.account_id,
        order.ship_to_id,
    )
    await changes.change_ship_to(order, other, "The crane is there", by=by)


async def combine(order: SalesOrder, by: Actor) -> None:
    other = await fetch_value(
        "SELECT reference FROM sales_order WHERE account_id = $1 AND id <> $2",
        order.account_id,
        order.id,
    )
    await changes.combine_with(order, other, by=by)


async def pay(order: SalesOrder, by: Actor) -> None:
    today = (await database_now()).date()
    await record_payment(order, PaymentFacts(order.gross_total, today, "B-7"), by=by)


async def reverse(order: SalesOrder, by: Actor) -> None:
    rows = [row for row in (await payments_of(order.id)).rows if row.may_be_reversed]
    if rows:
        await reverse_payment(order, rows[-1].id, "Another customer's", by=by)


async def pay_more(order: SalesOrder, by: Actor) -> None:
    await record_payment(order, PaymentFacts(Decimal(7), (await database_now()).date(), "B"), by=by)


async def give_back(order: SalesOrder, by: Actor) -> None:
    if (too_much := (await payments_of(order.id)).overpaid) is not None:
        today = (await database_now()).date()
        await give_money_back(order, PaymentFacts(too_much.amount, today, "B-8"), by=by)


SALES: dict[str, Verb] = {
    "confirm": lambda order, by: confirm(order, by=by),
    "complete": lambda order, by: complete_order(order, OrderFacts(title="Site"), by=by),
    "hold": hold,
    "let go": let_go,
    "redirect": redirect,
    "combine": combine,
    "separate": lambda order, by: changes.separate(order, by=by),
    "urgent": lambda order, by: changes.mark(order, urgent=True, project=False, by=by),
    "calm": lambda order, by: changes.mark(order, urgent=False, project=False, by=by),
    "schedule": lambda order, by: scheduling.schedule(order, by=by),
    "unschedule": lambda order, by: scheduling.unschedule(order, "Not yet", by=by),
    "end": lambda order, by: changes.cancel(order, "Sold out", by=by),
    "end rest": lambda order, by: changes.cancel_rest(order, "Sold out", by=by),
}
BUYER: dict[str, Verb] = {
    "agree": lambda order, by: changes.agree_to_parts(order, "Li Wei", by=by),
    "disagree": lambda order, by: changes.withdraw_parts(order, by=by),
    "cancel": lambda order, by: changes.cancel(order, "Ordered twice", by=by),
    "write": lambda order, by: conversation.write(
        order, "Hello", by=by, audience=Audience.CUSTOMER
    ),
}
WAREHOUSE: dict[str, Verb] = {
    "see place": lambda order, by: changes.ship_to_seen(order, by=by),
    "prepare": lambda order, by: preparation.start_preparation(order, by=by),
}
FINANCE: dict[str, Verb] = {
    "pay": pay,
    "pay more": pay_more,
    "reverse": reverse,
    "give back": give_back,
    "invoice": lambda order, by: invoicing.invoice(order, "I-7", by=by),
}
# Whole stretches too, or chance would hardly ever get as far as a delivery.
STRETCHES = {
    "to schedule": ("confirm", "schedule"),
    "to ship": ("confirm", "schedule", "see place", "prepare", "ship"),
    "to a part": ("confirm", "schedule", "agree", "see place", "prepare", "ship"),
    "to the end": (
        "confirm",
        "schedule",
        "see place",
        "prepare",
        "ship",
        "deliver",
        "invoice",
        "pay",
    ),
}
OF_A_SHIPMENT = ("ship", "deliver", "withdraw", "lose", "lose for good")
ENDS = {"cancel", "end"}
STEPS = sorted({"receive", *SALES, *BUYER, *WAREHOUSE, *FINANCE, *OF_A_SHIPMENT, *STRETCHES})


async def opened(make: Factory, *, on_hand: str = "100") -> Case:
    """An order by phone, another one of the same customer, and a second place to deliver to."""
    case = await ordered(make)
    await phone_order(make, case.cast)
    account_id = case.cast.account.id
    await make.insert("ship_to", account_id=account_id, label="Site", address="Road 2")
    await make.stock(case.cast.item_id, on_hand)
    return case


async def shipment_of(case: Case) -> str:
    reference: str | None = await case.make.owner.fetchval(
        "SELECT reference FROM shipment WHERE order_id = $1 ORDER BY id DESC LIMIT 1",
        await case.order_id(),
    )
    return reference or "DN-0000-00000"


async def attempt(case: Case, step: str) -> None:
    if step == "ship":
        await case.ship(await shipment_of(case))
    elif step == "deliver":
        await case.deliver(await shipment_of(case))
    elif step in {"lose", "lose for good"}:
        async with acting(case.sales):
            shipment = await case.shipment(await shipment_of(case), case.sales)
            again = step == "lose"
            await report_lost(shipment, "The truck burnt out", send_again=again, by=case.sales)
    elif step == "receive":
        async with acting(case.warehouse):
            lot = LotKey(case.cast.item_id)
            await book_receipt(lot, Decimal(3), reason="Supplier's note", by=case.warehouse)
    elif step == "withdraw":
        async with acting(case.warehouse):
            shipment = await case.shipment(await shipment_of(case))
            await preparation.withdraw_preparation(shipment, "Wrong shelf", by=case.warehouse)
    else:
        by = case.sales
        if step in BUYER:
            by = case.cast.buyer
        elif step in WAREHOUSE:
            by = case.warehouse
        elif step in FINANCE:
            by = await case.make.staff(StaffRole.FINANCE)
        async with acting(by):
            order = await loaded(case.reference, by)
            await (SALES | BUYER | WAREHOUSE | FINANCE)[step](order, by)
