"""Orders that wait for stock are served when some comes in or becomes free (rules O2, O15).

Urgent ones first, then in the order of their confirmation; each gets what is available to its
account, and its promise is considered anew.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from portal.database import fetch
from portal.domain.catalogue.stock_figures import NOTHING, condition_of, figures_of
from portal.domain.common.actor import SYSTEM, Actor
from portal.domain.orders import promises
from portal.domain.orders.reserving import lock_stock_of, reserve_order
from portal.domain.orders.states import OrderStatus
from portal.domain.orders.tables import SalesOrder

WAITING = (
    OrderStatus.CONFIRMED,
    OrderStatus.SCHEDULED,
    OrderStatus.IN_PREPARATION,
    OrderStatus.PARTLY_SHIPPED,
)
_STATES = [status.value for status in WAITING]
# One receipt serves so many orders at once; the worker serves the rest.
_MOST_AT_ONCE = 100
_MOST_LINES = 2000


async def orders_waiting_for(item_ids: Iterable[int]) -> list[int]:
    """The ids of the orders short of these items, in the order of being served."""
    rows = await fetch(
        """SELECT o.id FROM sales_order o WHERE o.status = ANY ($2::text[]) AND EXISTS (
               SELECT FROM sales_order_line l WHERE l.order_id = o.id
                 AND l.item_id = ANY ($1::bigint[]) AND l.quantity > l.reserved + l.shipped)
           ORDER BY o.urgent DESC, o.confirmed_at, o.id LIMIT $3""",
        sorted(set(item_ids)),
        _STATES,
        _MOST_AT_ONCE,
    )
    return [row["id"] for row in rows]


async def lock_orders(order_ids: Iterable[int], *, skip_busy: bool = False) -> list[SalesOrder]:
    """Lock these orders, then all their stock; returned in the order of their ids."""
    wanted = sorted(set(order_ids))
    if not wanted:
        return []
    orders = (
        await SalesOrder.objects()
        .where(SalesOrder.id.is_in(wanted))
        .order_by(SalesOrder.id)
        .lock_rows("NO KEY UPDATE", skip_locked=skip_busy)
    )
    await lock_stock_of([order.id for order in orders])
    return orders


async def serve(orders: Sequence[SalesOrder], ranked: Sequence[int], *, by: Actor) -> list[str]:
    """Reserve for locked orders in the order of `ranked`, their ids.

    Returns the references of those that got something. What was cancelled while its row was waited
    for gets nothing.
    """
    locked = {order.id: order for order in orders}
    served = []
    for order_id in ranked:
        order = locked.get(order_id)
        if order is None or order.state not in WAITING:
            continue
        before = await _reserved_of(order_id)
        await reserve_order(order, by=by)
        if await _reserved_of(order_id) > before:
            await promises.reconsider(order, by=by)
            served.append(order.reference)
    return served


async def hand_out(*, limit: int = 50) -> int:
    """Serve who waits for stock that is free, or whose day has come; for the worker.

    It catches up on what nobody else handed on: a customer cancelled, a hold was lifted, the day of
    a line without item came. Orders that somebody works on are left for the next time. Returns how
    many got something.
    """
    rows = await fetch(
        """SELECT o.id, o.account_id, l.item_id, l.gift
           FROM sales_order o JOIN sales_order_line l ON l.order_id = o.id
           JOIN account a ON a.id = o.account_id JOIN branch b ON b.id = a.branch_id
           WHERE o.status = ANY ($1::text[]) AND l.quantity > l.reserved + l.shipped
             AND CASE WHEN l.item_id IS NULL
                 THEN greatest(l.production_on, l.available_on)
                     <= (business_now() AT TIME ZONE b.timezone)::date
                 ELSE EXISTS (SELECT FROM stock_level s WHERE s.item_id = l.item_id
                     AND s.condition = CASE WHEN l.gift THEN 'gift' ELSE 'good' END
                     AND s.on_hand > 0) END
           ORDER BY o.urgent DESC, o.confirmed_at, o.id LIMIT $2""",
        _STATES,
        _MOST_LINES,
    )
    figures = await figures_of(row["item_id"] for row in rows if row["item_id"] is not None)
    ranked = dict.fromkeys(
        row["id"]
        for row in rows
        if row["item_id"] is None
        or figures[row["item_id"]].available_to(row["account_id"], condition_of(gift=row["gift"]))
    )
    chosen = list(ranked)[:limit]
    return len(await serve(await lock_orders(chosen, skip_busy=True), chosen, by=SYSTEM))


async def _reserved_of(order_id: int) -> Decimal:
    (row,) = await fetch(
        "SELECT sum(reserved) AS reserved FROM sales_order_line WHERE order_id = $1", order_id
    )
    return row["reserved"] or NOTHING
