"""Stock put aside for orders: reserved, given back, taken when it leaves (rules O2, O5, O15).

What is reserved never exceeds what is on hand, also when many reserve at once: whoever gives stock
away locks the order first, then the levels of all its items. A line without an item is made or
procured for its order and has no stock: it is put aside as a whole once its day has come
(`production_on`, `available_on`; the later one), and is short until then.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from portal.database import execute, fetch, fetch_row, fetch_value
from portal.domain.catalogue.kinds import StockCondition
from portal.domain.catalogue.stock import TakenLot, lock_levels, take_lots
from portal.domain.catalogue.stock_figures import NOTHING, condition_of, figures_of
from portal.domain.common.activity import touch
from portal.domain.common.actor import Actor, Audience, Side
from portal.domain.common.errors import Conflict, NotAllowed, NotFound, WrongState
from portal.domain.common.words import N_
from portal.domain.orders.tables import SalesOrder


class NotReserved(Conflict):
    """A line is to leave that has not enough put aside. Words: `description`, `reserved`."""

    message = N_("Only %(reserved)s of “%(description)s” are reserved for this order.")


@dataclass(frozen=True, slots=True)
class ShortLine:
    """A line that is not wholly put aside: `missing` of it are neither reserved nor shipped."""

    line_id: int
    position: int
    item_id: int | None
    description: str
    unit: str
    missing: Decimal


@dataclass(slots=True)
class _Line:
    """A line while it is being served."""

    id: int
    position: int
    item_id: int | None
    description: str
    unit: str
    condition: StockCondition
    reserved: Decimal
    missing: Decimal
    ready_on: date | None


async def available(
    item_ids: Iterable[int], *, account_id: int, condition: StockCondition = StockCondition.GOOD
) -> dict[int, Decimal]:
    """How many of each item may be reserved for the account now, on top of what is (staff only).

    Good stock without what is reserved and without what is kept for other accounts (rule O5); gift
    stock with `StockCondition.GIFT`. Never negative. It may be gone a moment later: `reserve_order`
    locks first.
    """
    figures = await figures_of(item_ids)
    return {item_id: each.available_to(account_id, condition) for item_id, each in figures.items()}


async def lock_stock_of(order_ids: Sequence[int]) -> None:
    """Lock the stock of all items of these orders. The orders are locked already."""
    rows = await fetch(
        """SELECT DISTINCT item_id FROM sales_order_line
           WHERE order_id = ANY ($1::bigint[]) AND item_id IS NOT NULL""",
        list(order_ids),
    )
    await lock_levels(row["item_id"] for row in rows)


async def reserve_order(order: SalesOrder, *, by: Actor) -> list[ShortLine]:
    """Put aside for each line what is available to the order's account, and return what is short.

    Lines are served in their order; gift lines from gift stock (rule Q6). Reserving again tops up
    what became available since. Raises `WrongState` when nothing of the order is to be shipped any
    more, `NotAllowed` for customers: stock is ours to give.
    """
    if by.side is Side.CUSTOMER:
        raise NotAllowed
    await order.lock()
    if not order.state.is_open:
        raise WrongState(state=order.state.label)
    await lock_stock_of([order.id])
    lines = await _lines_of(order.id)
    today = await _today_at(order.account_id)
    figures = await figures_of(line.item_id for line in lines if line.item_id is not None)
    left = {
        (item_id, condition): each.available_to(order.account_id, condition)
        for item_id, each in figures.items()
        for condition in StockCondition
    }
    changed = False
    for line in lines:
        if line.item_id is None:
            given = line.missing if line.ready_on and line.ready_on <= today else NOTHING
        else:
            key = (line.item_id, line.condition)
            given = min(line.missing, left[key])
            left[key] -= given
        if given > 0:
            changed = True
            line.missing -= given
            await _put_aside(line.id, given)
    if changed:
        touch(order.subject, Audience.INTERNAL)
    return [_short(line) for line in lines if line.missing > 0]


async def short_lines_of(order_id: int) -> list[ShortLine]:
    """The lines of an order that are not wholly put aside or shipped. For both sides."""
    return [_short(line) for line in await _lines_of(order_id) if line.missing > 0]


async def give_back(order_id: int) -> None:
    """Reserve nothing for the order any more. The order is locked already.

    Works for both sides, for customers once it is cancelled. What it had is free for
    others at once; `waiting.hand_out` gives it to those who wait.
    """
    # In the order of lines, as everybody who takes several.
    await fetch(
        """SELECT id FROM sales_order_line WHERE order_id = $1 AND reserved > 0
           ORDER BY id FOR NO KEY UPDATE""",
        order_id,
    )
    await execute(
        "UPDATE sales_order_line SET reserved = 0 WHERE order_id = $1 AND reserved > 0", order_id
    )


async def take(
    line_id: int, quantity: Decimal, *, batch: str | None = None, reason: str, by: Actor
) -> list[TakenLot]:
    """Let reserved goods of a line leave with a shipment; returns the batches they are of.

    They are of `batch` alone, "" being goods without one; None takes what came first. `reason`
    names the delivery note. Counts the line's `shipped` up. The order is locked already; lock the
    stock of all its items with `lock_stock_of` before the first line. Raises `NotReserved`,
    `NotEnoughStock` when the batch has less, `NotFound`.
    """
    item_id = await fetch_value("SELECT item_id FROM sales_order_line WHERE id = $1", line_id)
    if item_id is not None:
        await lock_levels([item_id])
    line = await fetch_row(
        """SELECT description, gift, reserved FROM sales_order_line WHERE id = $1
           FOR NO KEY UPDATE""",
        line_id,
    )
    if line is None:
        raise NotFound
    if not 0 < quantity <= line["reserved"]:
        raise NotReserved(reserved=line["reserved"], description=line["description"])
    await execute(
        """UPDATE sales_order_line SET reserved = reserved - $2, shipped = shipped + $2
           WHERE id = $1""",
        line_id,
        quantity,
    )
    if item_id is None:
        return [TakenLot((batch or "").strip(), quantity)]
    return await take_lots(
        item_id,
        condition_of(gift=line["gift"]),
        quantity,
        batch=batch,
        reason=reason,
        order_line_id=line_id,
        by=by,
    )


async def _lines_of(order_id: int) -> list[_Line]:
    rows = await fetch(
        """SELECT id, position, item_id, description, unit, gift, reserved,
               quantity - reserved - shipped AS missing,
               greatest(production_on, available_on) AS ready_on
           FROM sales_order_line WHERE order_id = $1 ORDER BY position""",
        order_id,
    )
    return [_line(dict(row)) for row in rows]


def _line(row: dict[str, Any]) -> _Line:
    return _Line(condition=condition_of(gift=row.pop("gift")), **row)


def _short(line: _Line) -> ShortLine:
    return ShortLine(
        line.id, line.position, line.item_id, line.description, line.unit, line.missing
    )


async def _put_aside(line_id: int, quantity: Decimal) -> None:
    await execute(
        "UPDATE sales_order_line SET reserved = reserved + $2 WHERE id = $1", line_id, quantity
    )


async def _today_at(account_id: int) -> date:
    """The business day at the account's branch."""
    today: date = await fetch_value(
        """SELECT (business_now() AT TIME ZONE b.timezone)::date
           FROM account a JOIN branch b ON b.id = a.branch_id WHERE a.id = $1""",
        account_id,
    )
    return today
