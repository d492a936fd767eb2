"""What still holds of an order after some of it was cancelled or lost: goods, amounts, its state.

The order is locked by the caller.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from portal.database import execute, fetch, fetch_row
from portal.domain.common.money import Money
from portal.domain.orders.finding import lines_of
from portal.domain.orders.states import OrderStatus, ShipmentStatus
from portal.domain.orders.tables import SalesOrder, SalesOrderLine
from portal.domain.quotes.pricing import Amounts, Terms, line_amounts, total

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where the goods of an order are: some `to_ship`, being packed, on their way, signed for."""

    to_ship: bool
    packing: bool
    on_the_way: bool
    last_signed_at: datetime | None

    @property
    def status(self) -> OrderStatus | None:
        """The state in which such an order is, None where nothing of it is left.

        Where nothing has left that is not lost, it is to be scheduled: `CONFIRMED`.
        """
        if self.to_ship:
            if self.on_the_way or self.last_signed_at:
                return OrderStatus.PARTLY_SHIPPED
            return OrderStatus.IN_PREPARATION if self.packing else OrderStatus.CONFIRMED
        if self.on_the_way:
            return OrderStatus.SHIPPED
        return OrderStatus.DELIVERED if self.last_signed_at else None


async def whereabouts_of(order_id: int) -> Whereabouts:
    """Where the goods of an order are now."""
    row = await fetch_row(
        """SELECT EXISTS (SELECT FROM sales_order_line l
                   WHERE l.order_id = $1 AND l.shipped < l.quantity) AS to_ship,
               coalesce(bool_or(s.status = $2), false) AS packing,
               coalesce(bool_or(s.status = $3), false) AS on_the_way,
               max(s.delivered_at) AS last_signed_at
           FROM shipment s WHERE s.order_id = $1""",
        order_id,
        ShipmentStatus.IN_PREPARATION.value,
        ShipmentStatus.SHIPPED.value,
    )
    assert row is not None  # noqa: S101 - a row of facts
    return Whereabouts(**dict(row))


def amounts_of(order: SalesOrder, line: SalesOrderLine, quantity: Decimal) -> Amounts:
    """What `quantity` of a line comes to, by the terms of the order and its roundings. Pure.

    Gifts stay free (rule Q6), and the discount on the whole stays in each line.
    """
    if quantity == line.quantity:
        return Amounts(Money(line.net, order.currency), Money(line.tax, order.currency))
    terms = Terms(quantity, line.unit_price, line.tax_rate, line.discount_percent, line.gift)
    return line_amounts(terms, currency=order.currency, quote_discount=order.discount_percent)


async def strike(order: SalesOrder, quantities: Mapping[int, Decimal]) -> Mapping[str, Decimal]:
    """Cancel so much of each line (by id); returns the new totals of the order (rule O11).

    What was ordered stays readable: `cancelled` has what no longer holds. The totals are sums of
    the lines as they hold, for the caller to write with the rest of what changes.
    """
    amounts = []
    for line in await lines_of(order.id):
        struck = quantities.get(line.id, NOTHING)
        left = line.quantity - struck
        amounts.append(amounts_of(order, line, left))
        if struck:
            await execute(
                """UPDATE sales_order_line
                   SET quantity = $2, cancelled = cancelled + $3, net = $4, tax = $5
                   WHERE id = $1""",
                line.id,
                left,
                struck,
                amounts[-1].net.amount,
                amounts[-1].tax.amount,
            )
    whole = total(amounts, order.currency)
    return {
        "net_total": whole.net.amount,
        "tax_total": whole.tax.amount,
        "gross_total": whole.gross.amount,
    }


async def not_shipped(order_id: int) -> Mapping[int, Decimal]:
    """What has not left of each line that is not wholly shipped, by the line's id."""
    return {
        line.id: line.quantity - line.shipped
        for line in await lines_of(order_id)
        if line.shipped < line.quantity
    }


async def contents_of(shipment_id: int) -> Mapping[int, Decimal]:
    """How much of each line a shipment carries, by the line's id."""
    rows = await fetch(
        """SELECT order_line_id, sum(quantity) AS quantity FROM shipment_line
           WHERE shipment_id = $1 GROUP BY order_line_id ORDER BY order_line_id""",
        shipment_id,
    )
    return {row["order_line_id"]: row["quantity"] for row in rows}
