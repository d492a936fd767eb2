"""Orders of which a part is out, and what staff and finance do with the rest and the money."""

from decimal import Decimal
from typing import Any

from portal.domain.common.actor import Actor
from portal.domain.common.permissions import StaffRole
from portal.domain.orders import changes
from portal.domain.orders.lost_shipments import report_lost
from portal.domain.orders.payments import PaymentFacts, Payments, record_payment
from portal.domain.orders.refunds import give_money_back
from portal.domain.orders.reserving import reserve_order
from portal.domain.orders.shipment_locking import day_at_branch
from tests.domain.orders.fulfilling import Case, item_in_stock, scheduled
from tests.factories import Factory, acting
from tests.order_scenarios import loaded


async def part_shipped(
    make: Factory, *, there: str = "4", paid: str = "", **given: Any
) -> tuple[Case, str]:
    """An order of 10 at CNY 11.00 of which 4 are on their way; the customer has agreed to parts."""
    item = await item_in_stock(make, ("A-1", there))
    case = await scheduled(make, (item, "10"), **given)
    async with acting(case.sales):
        order = await loaded(case.reference, case.sales)
        await changes.agree_to_parts(order, "Li Wei", by=case.sales)
    if paid:
        await pay(case, paid)
    shipment = await case.prepare()
    await case.ship(shipment)
    return case, shipment


async def wholly_shipped(make: Factory, **given: Any) -> tuple[Case, str]:
    """An order of 10, all of them on their way."""
    case = await scheduled(make, (await item_in_stock(make, ("A-1", "10")), "10"), **given)
    shipment = await case.prepare()
    await case.ship(shipment)
    return case, shipment


async def reserve(case: Case, quantity: int) -> None:
    """So many more come in, and are put aside for the order."""
    await case.make.stock(case.items[0], quantity)
    async with acting(case.sales):
        await reserve_order(await loaded(case.reference, case.sales), by=case.sales)


async def cancel_rest(case: Case, reason: str = "Sold out", by: Actor | None = None) -> None:
    by = by or case.sales
    async with acting(by):
        await changes.cancel_rest(await loaded(case.reference, by), reason, by=by)


async def lose(
    case: Case,
    shipment: str,
    what: str = "The truck burnt out",
    *,
    send_again: bool = True,
    by: Actor | None = None,
) -> None:
    by = by or case.sales
    async with acting(by):
        record = await case.shipment(shipment, by)
        await report_lost(record, what, send_again=send_again, by=by)


async def pay(case: Case, amount: str, by: Actor | None = None) -> Payments:
    by = by or await case.make.staff(StaffRole.FINANCE)
    async with acting(by):
        order = await loaded(case.reference, by)
        facts = PaymentFacts(Decimal(amount), await day_at_branch(order.account_id), "BOC 1")
        return await record_payment(order, facts, by=by)


async def give_back(case: Case, amount: str, by: Actor, reference: str = "BOC 2") -> Payments:
    async with acting(by):
        order = await loaded(case.reference, by)
        facts = PaymentFacts(Decimal(amount), await day_at_branch(order.account_id), reference)
        return await give_money_back(order, facts, by=by)


async def row(case: Case) -> dict[str, Any]:
    found = await case.make.owner.fetchrow(
        "SELECT * FROM sales_order WHERE reference = $1", case.reference
    )
    return dict(found)


async def verbs_told(case: Case) -> list[str]:
    """The verbs of the order's timeline that the customer reads, oldest first."""
    rows = await case.make.owner.fetch(
        """SELECT verb FROM activity WHERE reference = $1 AND audience = 'customer' ORDER BY id""",
        case.reference,
    )
    return [each["verb"] for each in rows]


async def open_clocks(case: Case) -> list[str]:
    rows = await case.make.owner.fetch(
        """SELECT kind FROM target WHERE subject_kind = 'sales_order' AND subject_id = $1
             AND met_at IS NULL AND cancelled_at IS NULL ORDER BY kind""",
        await case.order_id(),
    )
    return [each["kind"] for each in rows]
