"""For which orders the stock of an item is reserved, as staff read it (rules O5, O15)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portal.database import fetch
from portal.domain.catalogue.kinds import StockCondition
from portal.domain.catalogue.stock_figures import NOTHING, condition_of
from portal.domain.common.actor import Actor
from portal.domain.orders.access import visible_orders_condition
from portal.domain.orders.states import OrderStatus


@dataclass(frozen=True, slots=True)
class Reservation:
    """What an order has reserved of an item, and what it still misses."""

    reference: str
    account_name: str
    status: OrderStatus
    urgent: bool
    condition: StockCondition
    reserved: Decimal
    missing: Decimal
    promised_ship_on: date | None


@dataclass(frozen=True, slots=True)
class Reservations:
    """Those that the reader may see, and how much is reserved for others (rule A6)."""

    rows: Sequence[Reservation]
    elsewhere: Decimal


async def reservations_of(item_id: int, *, by: Actor, limit: int = 100) -> Reservations:
    """Who has and who waits: orders of this item that are confirmed and not wholly shipped.

    Urgent ones first, then by the day they are promised for.
    """
    condition, values = visible_orders_condition(by, "o.account_id", place=3)
    rows = await fetch(
        f"""SELECT o.reference, a.name AS account_name, o.status, o.urgent, l.gift,
                sum(l.reserved) AS reserved, sum(l.quantity - l.reserved - l.shipped) AS missing,
                o.promised_ship_on
            FROM sales_order_line l JOIN sales_order o ON o.id = l.order_id
            JOIN account a ON a.id = o.account_id
            WHERE l.item_id = $1 AND {condition} AND (l.reserved > 0
                OR o.status IN ('confirmed', 'scheduled', 'in_preparation', 'partly_shipped')
                    AND l.quantity > l.reserved + l.shipped)
            GROUP BY o.id, a.name, l.gift
            ORDER BY o.urgent DESC, o.promised_ship_on NULLS LAST, o.id, l.gift
            LIMIT $2""",  # noqa: S608 - constants
        item_id,
        limit,
        *values,
    )
    found = [
        Reservation(
            reference=row["reference"],
            account_name=row["account_name"],
            status=OrderStatus(row["status"]),
            urgent=row["urgent"],
            condition=condition_of(gift=row["gift"]),
            reserved=row["reserved"],
            missing=row["missing"],
            promised_ship_on=row["promised_ship_on"],
        )
        for row in rows
    ]
    (total,) = await fetch(
        """SELECT sum(reserved) AS reserved FROM sales_order_line
           WHERE item_id = $1 AND reserved > 0""",
        item_id,
    )
    shown = sum((row.reserved for row in found), NOTHING)
    return Reservations(found, (total["reserved"] or NOTHING) - shown)
