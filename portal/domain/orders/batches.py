"""Of which batches a shipment is made: the oldest lot first, and as the warehouse chooses."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from portal.database import execute, fetch
from portal.domain.catalogue.stock import NotEnoughStock
from portal.domain.catalogue.stock_figures import condition_of
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import FieldError, FieldErrors
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.orders.progress import note_that
from portal.domain.orders.reserving import lock_stock_of
from portal.domain.orders.shipment_locking import lock_with_order, require
from portal.domain.orders.shipment_story import ShipmentHappening
from portal.domain.orders.states import ShipmentStatus
from portal.domain.orders.tables import SalesOrderLine, Shipment

_STEP = Decimal("0.001")
_LONGEST_BATCH = 60
NOTHING = Decimal(0)

# What a lot holds that no other open pick list has chosen.
_FREE_LOTS = """SELECT lot.item_id, lot.condition, lot.batch,
        lot.on_hand - coalesce((
            SELECT sum(chosen.quantity)
            FROM shipment_line chosen
            JOIN shipment s ON s.id = chosen.shipment_id AND s.status = 'in_preparation'
            JOIN sales_order_line l ON l.id = chosen.order_line_id
            WHERE l.item_id = lot.item_id AND chosen.batch = lot.batch
              AND l.gift = (lot.condition = 'gift') AND s.id <> $2), 0) AS free
    FROM stock_lot lot
    WHERE lot.item_id = ANY ($1::bigint[]) AND lot.on_hand > 0
    ORDER BY lot.first_received_at, lot.id"""

Goods = tuple[int, str]  # an item and its condition


@dataclass(frozen=True, slots=True)
class Pick:
    """So much of an order's line from this batch; `batch` empty for goods without one."""

    order_line_id: int
    quantity: Decimal
    batch: str = ""


@dataclass(frozen=True, slots=True)
class BatchFacts:
    """A row of the form: so much of an order's line from this batch.

    Errors name the fields `lines-<row>-batch` and `lines-<row>-quantity`.
    """

    row: int
    order_line_id: int
    quantity: Decimal
    batch: str = ""


async def free_lots(
    lines: Iterable[SalesOrderLine], *, shipment_id: int = 0
) -> dict[Goods, dict[str, Decimal]]:
    """What can be picked for these lines, by item and condition, the oldest batch first.

    What `shipment_id` itself has chosen counts as free. The stock is locked already.
    """
    found: dict[Goods, dict[str, Decimal]] = defaultdict(dict)
    wanted = [line.item_id for line in lines if line.item_id]
    for row in await fetch(_FREE_LOTS, wanted, shipment_id):
        if row["free"] > 0:
            found[row["item_id"], row["condition"]][row["batch"]] = row["free"]
    return found


async def oldest_first(lines: Sequence[SalesOrderLine]) -> list[Pick]:
    """What is reserved for these lines, each from the batches that came first.

    A line without an item has no stock and no batch. Raises `NotEnoughStock`.
    """
    lots = await free_lots(lines)
    return [pick for line in lines if line.reserved for pick in _picked(line, lots)]


async def write_picks(shipment: Shipment, picks: Iterable[Pick]) -> None:
    """Let these be the lines of a shipment; the same batch of a line is one line."""
    await execute("DELETE FROM shipment_line WHERE shipment_id = $1", shipment.id)
    total: dict[tuple[int, str], Decimal] = defaultdict(Decimal)
    for pick in picks:
        total[pick.order_line_id, pick.batch] += pick.quantity
    for (order_line_id, batch), quantity in total.items():
        await execute(
            """INSERT INTO shipment_line (account_id, shipment_id, order_line_id, quantity, batch)
               VALUES ($1, $2, $3, $4, $5)""",
            shipment.account_id,
            shipment.id,
            order_line_id,
            quantity,
            batch,
        )


async def picks_of(shipment_id: int) -> list[Pick]:
    """The lines of a shipment in the order of the order's lines, then as they were chosen."""
    rows = await fetch(
        """SELECT s.order_line_id, s.quantity, s.batch
           FROM shipment_line s JOIN sales_order_line l ON l.id = s.order_line_id
           WHERE s.shipment_id = $1 ORDER BY l.position, s.id""",
        shipment_id,
    )
    return [Pick(**dict(row)) for row in rows]


async def set_batches(
    shipment: Shipment,
    chosen: Sequence[BatchFacts],
    *,
    by: Actor,
    expected_version: int | None = None,
) -> None:
    """Take other batches than those that came first; the quantities of the lines stay.

    Raises `FieldErrors`, `WrongState` once it is handed over, `Conflict`, `NotAllowed`.
    """
    require(by, Permission.WORK_IN_WAREHOUSE)
    order = await lock_with_order(
        shipment, status=ShipmentStatus.IN_PREPARATION, expected_version=expected_version
    )
    await lock_stock_of([order.id])
    planned: dict[int, Decimal] = defaultdict(Decimal)
    for pick in await picks_of(shipment.id):
        planned[pick.order_line_id] += pick.quantity
    lines = await SalesOrderLine.objects().where(SalesOrderLine.id.is_in(list(planned)))
    by_id = {line.id: line for line in lines}
    picks = _checked(chosen, planned, by_id, await free_lots(lines, shipment_id=shipment.id))
    await write_picks(shipment, picks)
    # The form that was made before this choice must not undo it unseen.
    await Shipment.update({Shipment.version: shipment.version + 1}).where(
        Shipment.id == shipment.id
    )
    shipment.version += 1
    await note_that(
        order,
        ShipmentHappening.BATCHES_CHOSEN,
        by=by,
        visible_to=Audience.INTERNAL,
        after={"shipment": shipment.reference},
    )


def _picked(line: SalesOrderLine, lots: Mapping[Goods, dict[str, Decimal]]) -> list[Pick]:
    if not line.item_id:
        return [Pick(line.id, line.reserved)]
    left, picks = Decimal(line.reserved), list[Pick]()
    there = lots.get((line.item_id, condition_of(gift=line.gift)), {})
    for batch, free in there.items():
        part = min(left, free)
        if part > 0:
            there[batch] -= part
            left -= part
            picks.append(Pick(line.id, part, batch))
    if left > 0:
        raise NotEnoughStock(there=line.reserved - left)
    return picks


def _checked(
    chosen: Sequence[BatchFacts],
    planned: Mapping[int, Decimal],
    lines: Mapping[int, SalesOrderLine],
    lots: Mapping[Goods, dict[str, Decimal]],
) -> list[Pick]:
    """The rows of the form as picks; all that is wrong with them is said at once."""
    errors, left, picks = list[FieldError](), dict(planned), list[Pick]()
    for facts in chosen:
        field, quantity = f"lines-{facts.row}", facts.quantity.quantize(_STEP)
        batch = " ".join(facts.batch.split()).upper()
        line = lines.get(facts.order_line_id)
        if line is None or quantity <= 0 or quantity > left[line.id]:
            errors.append(
                FieldError(
                    f"{field}-quantity",
                    N_("Pick as much of each line as the shipment has."),
                )
            )
            continue
        left[line.id] -= quantity
        if len(batch) > _LONGEST_BATCH:
            message = N_("Keep this under %(max_length)s characters.")
            errors.append(FieldError(f"{field}-batch", message, max_length=_LONGEST_BATCH))
            continue
        if line.item_id:
            there = lots.get((line.item_id, condition_of(gift=line.gift)), {})
            free = there.get(batch, NOTHING)
            if free < quantity:
                errors.append(
                    FieldError(
                        f"{field}-batch",
                        N_("Of this batch %(there)s can be picked."),
                        there=free,
                    )
                )
                continue
            there[batch] -= quantity
        picks.append(Pick(line.id, quantity, batch))
    if not errors and any(left.values()):
        errors.append(FieldError("lines", N_("Pick as much of each line as the shipment has.")))
    if errors:
        raise FieldErrors(errors)
    return picks
