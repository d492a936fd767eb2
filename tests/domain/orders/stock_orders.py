"""Orders as stock sees them: an account, an item, a quantity; written by the owner."""

from decimal import Decimal
from typing import Any

from portal.domain.common.actor import Actor
from portal.domain.common.record import readable
from portal.domain.orders.reserving import reserve_order
from portal.domain.orders.tables import SalesOrder
from tests.factories import Account, Factory, acting, unique

Wanted = tuple[int | None, Any] | tuple[int | None, Any, dict[str, Any]]


async def order_of(
    make: Factory, account: Account, placer: Actor, *wanted: Wanted, status: str = "placed"
) -> str:
    """An order by phone with a line for each `(item_id, quantity, columns)`; its reference."""
    reference = unique("SO-T-")
    now = await make.owner.fetchval("SELECT business_now()")
    order_id = await make.insert(
        "sales_order",
        account_id=account.id,
        reference=reference,
        status=status,
        origin="phone",
        currency="CNY",
        net_total=0,
        tax_total=0,
        gross_total=0,
        payment_terms="days_30",
        placed_by=placer.person_id,
        placed_at=now,
        confirmed_at=None if status == "placed" else now,
    )
    for position, (item_id, quantity, *columns) in enumerate(wanted, start=1):
        await make.insert(
            "sales_order_line",
            account_id=account.id,
            order_id=order_id,
            position=position,
            item_id=item_id,
            description=f"Line {position}",
            quantity=Decimal(quantity),
            unit="pcs",
            unit_price=Decimal(1),
            tax_rate=Decimal("0.13"),
            net=0,
            tax=0,
            **(columns[0] if columns else {}),
        )
    return reference


async def order_named(reference: str) -> SalesOrder:
    """The order, read in the unit of work that is open."""
    columns = readable(SalesOrder)
    row = await SalesOrder.select(*columns).where(SalesOrder.reference == reference).first()
    assert row is not None
    return SalesOrder(**row)


async def reserved_of(make: Factory, reference: str) -> list[Decimal]:
    """What each line has put aside, by position."""
    rows = await make.owner.fetch(
        """SELECT l.reserved FROM sales_order_line l JOIN sales_order o ON o.id = l.order_id
           WHERE o.reference = $1 ORDER BY l.position""",
        reference,
    )
    return [row["reserved"] for row in rows]


async def reserve(reference: str, by: Actor) -> list[Decimal]:
    """Reserve in a unit of work of its own; what is missing of each short line."""
    async with acting(by):
        short = await reserve_order(await order_named(reference), by=by)
    return [line.missing for line in short]


async def line_ids(make: Factory, reference: str) -> list[int]:
    rows = await make.owner.fetch(
        """SELECT l.id FROM sales_order_line l JOIN sales_order o ON o.id = l.order_id
           WHERE o.reference = $1 ORDER BY l.position""",
        reference,
    )
    return [row["id"] for row in rows]
