"""Stock changes: received, moved to another condition, adjusted, taken for a shipment (rule O19).

Every change is a movement with its reason; a lot is the sum of its movements, a level the sum of
its lots, and neither goes below zero (rule O15). Whoever changes or gives away stock locks the
levels first, so that two never take the same piece.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from portal.database import database_now, execute, fetch, fetch_value
from portal.domain.catalogue.kinds import MovementKind, StockCondition
from portal.domain.catalogue.stock_figures import NOTHING, figures_of
from portal.domain.common.actor import Actor
from portal.domain.common.errors import Conflict, FieldError, NotAllowed
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_

_STEP = Decimal("0.001")
_LONGEST_BATCH = 60
_LONGEST_REASON = 500
_TOO_LONG = N_("Keep this under %(max_length)s characters.")


class NotEnoughStock(Conflict):
    """Less is on hand than is to leave. Words: `there`, a quantity."""

    message = N_("Only %(there)s are on hand.")


class ReservedForOrders(Conflict):
    """The change would take what orders have reserved. Words: `unreserved`, a quantity."""

    message = N_("Only %(unreserved)s are not reserved for orders.")


class StockMoved(Conflict):
    """The lot is no longer what was counted against. Words: `booked`, a quantity."""

    message = N_("Stock has moved meanwhile: %(booked)s are booked now. Count again.")


@dataclass(frozen=True, slots=True)
class LotKey:
    """Goods of one item that share condition and batch; goods without a batch share the empty one.

    Batches are kept in capitals, so that `b2609-03` and `B2609-03` are the same.
    """

    item_id: int
    condition: StockCondition = StockCondition.GOOD
    batch: str = ""


@dataclass(frozen=True, slots=True)
class TakenLot:
    """What left of one batch."""

    batch: str
    quantity: Decimal


async def lock_levels(item_ids: Iterable[int]) -> None:
    """Lock the stock of these items until the unit of work ends; name all that it takes at once.

    Levels are locked in the order of items, so that units that take several never wait for each
    other in a circle. Lock orders before their stock.
    """
    wanted = sorted(set(item_ids))
    await execute(
        """INSERT INTO stock_level (item_id, condition)
           SELECT i, c FROM unnest($1::bigint[]) i, unnest($2::text[]) c
           WHERE NOT EXISTS (SELECT FROM stock_level l WHERE l.item_id = i AND l.condition = c)
           ORDER BY i, c ON CONFLICT DO NOTHING""",
        wanted,
        [condition.value for condition in StockCondition],
    )
    await fetch(
        """SELECT item_id FROM stock_level WHERE item_id = ANY ($1::bigint[])
           ORDER BY item_id, condition FOR NO KEY UPDATE""",
        wanted,
    )


async def receive(
    lot: LotKey, quantity: Decimal, *, reason: str, by: Actor, opening: bool = False
) -> None:
    """Book goods that came in; `reason` says with what, `opening` that they were there before.

    Raises `FieldError` for `quantity`, `batch` and `reason`, `NotAllowed`.
    """
    _check_may(by, Permission.WORK_IN_WAREHOUSE)
    quantity, reason = _some(quantity), _reason(reason)
    lot = _clean(lot)
    await lock_levels([lot.item_id])
    kind = MovementKind.OPENING if opening else MovementKind.RECEIPT
    await _move(lot, quantity, kind, reason, by=by)


async def regrade(
    lot: LotKey, to: StockCondition, quantity: Decimal, *, reason: str, by: Actor
) -> None:
    """Move goods of a lot to another condition; the batch stays (rule O19).

    Raises `FieldError`, `NotEnoughStock`, `ReservedForOrders` when orders count on the goods,
    `NotAllowed`.
    """
    _check_may(by, Permission.WORK_IN_WAREHOUSE)
    quantity, reason = _some(quantity), _reason(reason)
    lot = _clean(lot)
    if to is lot.condition:
        raise FieldError("to", N_("Choose another condition than the goods have now."))
    await lock_levels([lot.item_id])
    await _check_unreserved(lot, quantity)
    await _move(lot, -quantity, MovementKind.REGRADED, reason, by=by)
    moved = LotKey(lot.item_id, to, lot.batch)
    await _move(moved, quantity, MovementKind.REGRADED, reason, by=by)


async def adjust(
    lot: LotKey, counted: Decimal, *, booked: Decimal, reason: str, by: Actor
) -> Decimal:
    """Set a lot to what was counted, approved by the manager (rule O19); returns the difference.

    `booked` is what the lot was said to hold when it was counted: `StockMoved` when it has changed
    since. Raises `FieldError`, `ReservedForOrders`, `NotAllowed`.
    """
    _check_may(by, Permission.ADJUST_STOCK)
    reason = _reason(reason)
    lot = _clean(lot)
    counted = counted.quantize(_STEP)
    if counted < 0:
        raise FieldError("counted", N_("Stock cannot be negative."))  # rule O15
    await lock_levels([lot.item_id])
    now = await on_hand_of(lot)
    if now != booked:
        raise StockMoved(booked=now)
    if counted == now:
        raise FieldError("counted", N_("This is what is booked already."))
    if counted < now:
        await _check_unreserved(lot, now - counted)
    await _move(lot, counted - now, MovementKind.ADJUSTMENT, reason, by=by)
    return counted - now


async def take_lots(
    item_id: int,
    condition: StockCondition,
    quantity: Decimal,
    *,
    batch: str | None,
    reason: str,
    order_line_id: int,
    by: Actor,
) -> list[TakenLot]:
    """Take goods for a shipment and say of which batches.

    They are all of `batch`, "" being the goods without one; with None those leave first that came
    first. The levels are locked already. Raises `NotEnoughStock`; whether they are reserved is the
    caller's to know.
    """
    lots = (
        await _oldest_first(item_id, condition)
        if batch is None
        else [_clean(LotKey(item_id, condition, batch))]
    )
    left, taken = quantity, list[TakenLot]()
    for one in lots:
        part = min(left, await on_hand_of(one))
        if part > 0:
            kind = MovementKind.SHIPMENT
            await _move(one, -part, kind, reason, order_line_id=order_line_id, by=by)
            taken.append(TakenLot(one.batch, part))
            left -= part
    if left > 0:
        raise NotEnoughStock(there=quantity - left)
    return taken


async def on_hand_of(lot: LotKey) -> Decimal:
    """How much of this lot is on hand, 0 when there never was any."""
    quantity = await fetch_value(
        "SELECT on_hand FROM stock_lot WHERE item_id = $1 AND condition = $2 AND batch = $3",
        lot.item_id,
        lot.condition.value,
        lot.batch,
    )
    return NOTHING if quantity is None else Decimal(quantity)


async def _oldest_first(item_id: int, condition: StockCondition) -> list[LotKey]:
    rows = await fetch(
        """SELECT batch FROM stock_lot WHERE item_id = $1 AND condition = $2 AND on_hand > 0
           ORDER BY first_received_at, id""",
        item_id,
        condition.value,
    )
    return [LotKey(item_id, condition, row["batch"]) for row in rows]


async def _move(
    lot: LotKey,
    quantity: Decimal,
    kind: MovementKind,
    reason: str,
    *,
    by: Actor,
    order_line_id: int | None = None,
) -> None:
    """Write one movement with its lot and level; what came is positive."""
    if quantity < 0 and (there := await on_hand_of(lot)) < -quantity:
        raise NotEnoughStock(there=there)
    now, of = await database_now(), (lot.item_id, lot.condition.value)
    await execute(
        """INSERT INTO stock_lot AS lot (item_id, condition, batch, on_hand, first_received_at)
           VALUES ($1, $2, $3, greatest($4::numeric, 0), $5)
           ON CONFLICT (item_id, condition, batch) DO UPDATE SET on_hand = lot.on_hand + $4,
               first_received_at = CASE WHEN lot.on_hand = 0 THEN excluded.first_received_at
                   ELSE lot.first_received_at END""",
        *of,
        lot.batch,
        quantity,
        now,
    )
    await execute(
        "UPDATE stock_level SET on_hand = on_hand + $3 WHERE item_id = $1 AND condition = $2",
        *of,
        quantity,
    )
    await execute(
        """INSERT INTO stock_movement (item_id, condition, batch, quantity, kind, reason,
               order_line_id, moved_by, moved_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)""",
        *of,
        lot.batch,
        quantity,
        kind.value,
        reason,
        order_line_id,
        by.person_id,
        now,
    )


async def _check_unreserved(lot: LotKey, quantity: Decimal) -> None:
    figures = (await figures_of([lot.item_id]))[lot.item_id]
    unreserved = figures.unreserved(lot.condition)
    there = await on_hand_of(lot)
    if there < quantity:
        raise NotEnoughStock(there=there)
    if unreserved < quantity:
        raise ReservedForOrders(unreserved=unreserved)


def _some(quantity: Decimal) -> Decimal:
    quantity = quantity.quantize(_STEP)
    if quantity <= 0:
        raise FieldError("quantity", N_("Enter a quantity above zero."))
    return quantity


def _reason(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise FieldError("reason", N_("Say why: the reason stays with the movement."))
    if len(reason) > _LONGEST_REASON:
        raise FieldError("reason", _TOO_LONG, max_length=_LONGEST_REASON)
    return reason


def _clean(lot: LotKey) -> LotKey:
    batch = " ".join(lot.batch.split()).upper()
    if len(batch) > _LONGEST_BATCH:
        raise FieldError("batch", _TOO_LONG, max_length=_LONGEST_BATCH)
    return LotKey(lot.item_id, lot.condition, batch)


def _check_may(by: Actor, permission: Permission) -> None:
    if not by.may(permission):
        raise NotAllowed
