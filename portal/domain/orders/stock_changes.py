"""Stock changes with what they mean for orders: who waits is served, who loses is told (O15, O19).

Goods that turn out damaged or missing cannot stay reserved: the newest orders that are not being
prepared yet give theirs back first, and are short again. Orders are locked before stock, here as
everywhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from portal.database import execute, fetch
from portal.domain.catalogue import stock
from portal.domain.catalogue.items import item_of
from portal.domain.catalogue.kinds import StockCondition
from portal.domain.catalogue.stock import LotKey, lock_levels
from portal.domain.catalogue.stock_figures import figures_of
from portal.domain.common.activity import record
from portal.domain.common.actor import Actor, Audience
from portal.domain.orders import promises
from portal.domain.orders.stock_story import StockHappening
from portal.domain.orders.tables import SalesOrder
from portal.domain.orders.waiting import lock_orders, orders_waiting_for, serve


@dataclass(frozen=True, slots=True)
class Effect:
    """References of the orders that got more, and of those that have less reserved than before."""

    served: Sequence[str] = ()
    short_again: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class _Concerned:
    """The orders that a change of an item may give to or take from, locked with their stock."""

    orders: Mapping[int, SalesOrder]
    waiting: Sequence[int]


async def book_receipt(lot: LotKey, quantity: Decimal, *, reason: str, by: Actor) -> Effect:
    """Book goods that came in and hand them to the orders that wait. Raises as `stock.receive`."""
    concerned = await _lock(lot)
    await stock.receive(lot, quantity, reason=reason, by=by)
    return Effect(await _serve(concerned, by=by))


async def book_regrade(
    lot: LotKey, to: StockCondition, quantity: Decimal, *, reason: str, by: Actor
) -> Effect:
    """Move goods to another condition; orders give back what is not there for them any more.

    Raises as `stock.regrade`; `ReservedForOrders` only when orders reserved the goods this moment.
    """
    concerned = await _lock(lot)
    there = min(quantity, await stock.on_hand_of(lot))
    short_again = await _take_back(lot, there, concerned, reason=reason, by=by)
    await stock.regrade(lot, to, quantity, reason=reason, by=by)
    return Effect(await _serve(concerned, by=by), await _reconsider(short_again, by=by))


async def book_adjustment(
    lot: LotKey, counted: Decimal, *, booked: Decimal, reason: str, by: Actor
) -> Effect:
    """Set a lot to what was counted; orders give back what is not there for them any more.

    Raises as `stock.adjust`; `ReservedForOrders` only when orders reserved the goods this moment.
    """
    concerned = await _lock(lot)
    short_again = await _take_back(lot, booked - counted, concerned, reason=reason, by=by)
    await stock.adjust(lot, counted, booked=booked, reason=reason, by=by)
    return Effect(await _serve(concerned, by=by), await _reconsider(short_again, by=by))


async def _lock(lot: LotKey) -> _Concerned:
    waiting = await orders_waiting_for([lot.item_id])
    reserving = await fetch(
        "SELECT DISTINCT order_id FROM sales_order_line WHERE item_id = $1 AND reserved > 0",
        lot.item_id,
    )
    orders = await lock_orders([*waiting, *(row["order_id"] for row in reserving)])
    if not orders:
        await lock_levels([lot.item_id])
    return _Concerned({order.id: order for order in orders}, waiting)


async def _serve(concerned: _Concerned, *, by: Actor) -> list[str]:
    return await serve(list(concerned.orders.values()), concerned.waiting, by=by)


async def _reconsider(orders: Sequence[SalesOrder], *, by: Actor) -> list[str]:
    for order in orders:
        await promises.reconsider(order, by=by)
    return [order.reference for order in orders]


async def _take_back(
    lot: LotKey, quantity: Decimal, concerned: _Concerned, *, reason: str, by: Actor
) -> list[SalesOrder]:
    """Let orders give back what `quantity` less of the condition leaves uncovered."""
    figures = (await figures_of([lot.item_id]))[lot.item_id]
    left = quantity - figures.unreserved(lot.condition)
    if left <= 0:
        return []
    item = await item_of(lot.item_id)
    rows = await fetch(
        """SELECT l.id, l.reserved, l.order_id FROM sales_order_line l
           JOIN sales_order o ON o.id = l.order_id
           WHERE l.item_id = $1 AND l.gift = $2 AND l.reserved > 0 AND o.id = ANY ($3::bigint[])
           ORDER BY o.status IN ('in_preparation', 'partly_shipped'), o.urgent, o.placed_at DESC,
               l.id DESC""",
        lot.item_id,
        lot.condition is StockCondition.GIFT,
        list(concerned.orders),
    )
    losers: dict[int, SalesOrder] = {}
    for row in rows:
        part = min(left, row["reserved"])
        if part <= 0:
            break
        left -= part
        order = losers[row["order_id"]] = concerned.orders[row["order_id"]]
        await execute(
            "UPDATE sales_order_line SET reserved = reserved - $2 WHERE id = $1", row["id"], part
        )
        await record(
            order.subject,
            StockHappening.TAKEN_BACK,
            by=by,
            visible_to=Audience.INTERNAL,
            after={"sku": item.sku, "quantity": part, "reason": reason},
        )
    return list(losers.values())
