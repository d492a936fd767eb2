"""Orders as customers look at them: the pages of one order, and who may not see them."""

from decimal import Decimal
from typing import Any

from portal.domain.common.actor import Actor
from tests.domain.orders.fulfilling import Case, ordered, scheduled
from tests.factories import Factory
from tests.visitor import Visitor, signed_in


async def in_stock(make: Factory, quantity: str = "100", *, batch: str = "") -> int:
    """An item of which there is so much."""
    item_id = await make.item()
    await make.stock(item_id, Decimal(quantity), batch=batch)
    return item_id


async def short_order(make: Factory) -> Case:
    """A confirmed order of two lines, of which one is in stock."""
    case = await ordered(make, (await in_stock(make), "10"), (await make.item(), "5"))
    await case.confirm()
    return case


async def shipped_order(make: Factory, **facts: Any) -> tuple[Case, str]:
    """An order that has left, and the reference of its delivery note."""
    case = await scheduled(make, (await in_stock(make, batch="B-77"), "10"), **facts)
    shipment = await case.prepare()
    await case.ship(shipment)
    return case, shipment


async def visit(site: Any, make: Factory, by: Actor, reference: str, rest: str = "") -> str:
    """The page of an order as `by` sees it."""
    visitor = await signed_in(site, make, by)
    answer = await visitor.get(f"/orders/{reference}{rest}")
    assert answer.status_code == 200, answer.text
    return str(answer.text)


async def as_buyer(site: Any, make: Factory, case: Case) -> Visitor:
    return await signed_in(site, make, case.cast.buyer)
