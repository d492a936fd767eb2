"""Stock changes with what they mean for orders: who waits is served, who loses is told (O15, O19).

Goods that turn out damaged or missing cannot stay reserved: the newest orders that are not being
prepared yet give theirs back first. Goods that come in go to the orders that wait for them, urgent
ones first, then in the order of their confirmation.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from portal.database import execute, fetch
from portal.domain.catalogue import stock
from portal.domain.catalogue.items import item_of
from portal.domain.catalogue.kinds import StockCondition
from portal.domain.catalogue.stock import LotKey, lock_levels
from portal.domain.catalogue.stock_figures import NOTHING, figures_of
from portal.domain.common.activity import Subject, record
from portal.domain.common.actor import Actor, Audience
from portal.domain.orders.reserving import lock_stock_of, reserve_order
from portal.domain.orders.states import OrderStatus
from portal.domain.orders.stock_story import StockHappening
from portal.domain.orders.tables import SUBJECT_KIND, SalesOrder

_WAITING = (
    OrderStatus.CONFIRMED,
    OrderStatus.SCHEDULED,
    OrderStatus.IN_PREPARATION,
    OrderStatus.PARTLY_SHIPPED,
)
# A receipt serves so many orders at once; the next one, or reserving again, serves the rest.
_MOST_SERVED = 100


@dataclass(frozen=True, slots=True)
class Effect:
    """References of the orders that got more, and of those that have less reserved than before."""

    served: Sequence[str] = ()
    short_again: Sequence[str] = ()


async def book_receipt(lot: LotKey, quantity: Decimal, *, reason: str, by: Actor) -> Effect:
    """Book goods that came in and hand them to the orders that wait. Raises as `stock.receive`."""
    waiting = await _lock_waiting([lot.item_id])
    await stock.receive(lot, quantity, reason=reason, by=by)
    return Effect(served=await _serve(waiting, by=by))


async def book_regrade(
    lot: LotKey, to: StockCondition, quantity: Decimal, *, reason: str, by: Actor
) -> Effect:
    """Move goods to another condition; orders give back what is not there for them any more.

    Raises as `stock.regrade`, but never `ReservedForOrders`.
    """
    waiting = await _lock_waiting([lot.item_id])
    await lock_levels([lot.item_id])
    there = min(quantity, await stock.on_hand_of(lot))
    short_again = await _take_back(lot, there, reason=reason, by=by)
    await stock.regrade(lot, to, quantity, reason=reason, by=by)
    return Effect(await _serve(waiting, by=by), short_again)


async def book_adjustment(
    lot: LotKey, counted: Decimal, *, booked: Decimal, reason: str, by: Actor
) -> Effect:
    """Set a lot to what was counted; orders give back what is not there for them any more.

    Raises as `stock.adjust`, but never `ReservedForOrders`.
    """
    waiting = await _lock_waiting([lot.item_id])
    await lock_levels([lot.item_id])
    short_again = await _take_back(lot, booked - counted, reason=reason, by=by)
    await stock.adjust(lot, counted, booked=booked, reason=reason, by=by)
    return Effect(await _serve(waiting, by=by), short_again)


async def serve_waiting(item_ids: Sequence[int], *, by: Actor) -> Sequence[str]:
    """Hand what became free of these items to the orders that wait; returns their references.

    For after a cancellation. Locks the orders that wait, so hold no stock when calling it.
    """
    return await _serve(await _lock_waiting(item_ids), by=by)


async def _lock_waiting(item_ids: Sequence[int]) -> list[SalesOrder]:
    """The orders short of these items, locked with all their stock, in the order of being served.

    Orders are locked before stock, as everywhere.
    """
    rows = await fetch(
        """SELECT o.id FROM sales_order o WHERE o.status = ANY ($2::text[]) AND EXISTS (
               SELECT FROM sales_order_line l WHERE l.order_id = o.id
                 AND l.item_id = ANY ($1::bigint[]) AND l.quantity > l.reserved + l.shipped)
           ORDER BY o.urgent DESC, o.confirmed_at, o.id LIMIT $3""",
        list(item_ids),
        [status.value for status in _WAITING],
        _MOST_SERVED,
    )
    ranks = {row["id"]: rank for rank, row in enumerate(rows)}
    if not ranks:
        return []
    orders = (
        await SalesOrder.objects()
        .where(SalesOrder.id.is_in(list(ranks)))
        .order_by(SalesOrder.id)
        .lock_rows("NO KEY UPDATE")
    )
    await lock_stock_of(list(ranks))
    # One of them may have been cancelled while its row was waited for.
    return sorted(
        (order for order in orders if order.state in _WAITING), key=lambda order: ranks[order.id]
    )


async def _serve(waiting: Sequence[SalesOrder], *, by: Actor) -> list[str]:
    served = []
    for order in waiting:
        before = await _reserved_of(order.id)
        await reserve_order(order, by=by)
        if await _reserved_of(order.id) > before:
            served.append(order.reference)
    return served


async def _reserved_of(order_id: int) -> Decimal:
    (row,) = await fetch(
        "SELECT sum(reserved) AS reserved FROM sales_order_line WHERE order_id = $1", order_id
    )
    return row["reserved"] or NOTHING


async def _take_back(lot: LotKey, quantity: Decimal, *, reason: str, by: Actor) -> list[str]:
    """Let orders give back what `quantity` less of the condition leaves uncovered."""
    figures = (await figures_of([lot.item_id]))[lot.item_id]
    left = quantity - figures.unreserved(lot.condition)
    if left <= 0:
        return []
    item = await item_of(lot.item_id)
    # Locked in the order of lines, as when a customer gives back; taken from in that of mercy.
    await fetch(
        """SELECT id FROM sales_order_line WHERE item_id = $1 AND gift = $2 AND reserved > 0
           ORDER BY id FOR NO KEY UPDATE""",
        lot.item_id,
        lot.condition is StockCondition.GIFT,
    )
    rows = await fetch(
        """SELECT l.id, l.reserved, o.id AS order_id, o.reference, o.account_id
           FROM sales_order_line l JOIN sales_order o ON o.id = l.order_id
           WHERE l.item_id = $1 AND l.gift = $2 AND l.reserved > 0
           ORDER BY o.status IN ('in_preparation', 'partly_shipped'), o.urgent, o.placed_at DESC,
               l.id DESC""",
        lot.item_id,
        lot.condition is StockCondition.GIFT,
    )
    lost = []
    for row in rows:
        part = min(left, row["reserved"])
        if part <= 0:
            break
        left -= part
        await execute(
            "UPDATE sales_order_line SET reserved = reserved - $2 WHERE id = $1", row["id"], part
        )
        await record(
            Subject(SUBJECT_KIND, row["order_id"], row["reference"], row["account_id"]),
            StockHappening.TAKEN_BACK,
            by=by,
            visible_to=Audience.INTERNAL,
            after={"sku": item.sku, "quantity": part, "reason": reason},
        )
        lost.append(row["reference"])
    return list(dict.fromkeys(lost))
