"""The stock of an item as staff read it: by condition, by lot, and every movement (rule O19)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from portal.database import fetch, fetch_row
from portal.domain.accounts.confidentiality import visible_accounts_condition
from portal.domain.catalogue.kinds import MovementKind, StockCondition
from portal.domain.catalogue.stock_figures import NOTHING, ItemFigures, figures_of
from portal.domain.common.actor import Actor
from portal.domain.common.errors import NotFound
from portal.domain.common.permissions import Permission

PAGE_SIZE = 50
_LOT = "SELECT id, condition, batch, on_hand, first_received_at FROM stock_lot"


@dataclass(frozen=True, slots=True)
class ConditionRow:
    """One condition: `on_hand` is the sum of its lots and of `reserved`, `held` and `free`.

    `held` is kept for accounts with safety stock (rule O5); damaged goods are free for nobody.
    """

    condition: StockCondition
    on_hand: Decimal
    reserved: Decimal
    held: Decimal
    free: Decimal | None


@dataclass(frozen=True, slots=True)
class HoldRow:
    """The safety stock of an account, as far as the reader may know of it (rule A6).

    `code` is empty where the account's file is closed, `name` too for who sees only the orders of
    their own accounts.
    """

    name: str
    code: str
    level: Decimal
    covered: Decimal

    @property
    def is_short(self) -> bool:
        return self.covered < self.level


@dataclass(frozen=True, slots=True)
class ItemStock:
    """The stock of one item; `conditions` has all three."""

    conditions: Sequence[ConditionRow]
    holds: Sequence[HoldRow]

    @property
    def free(self) -> Decimal:
        """The good stock that any account may have."""
        return next(row.free or NOTHING for row in self.conditions)


@dataclass(frozen=True, slots=True)
class LotRow:
    """What is on hand of one batch; `batch` empty for goods without one."""

    id: int
    condition: StockCondition
    batch: str
    on_hand: Decimal
    first_received_at: datetime


@dataclass(frozen=True, slots=True)
class MovementRow:
    """A movement; what came is positive.

    `order_reference` says for which order it left, where the reader may see that (rule A6).
    """

    id: int
    moved_at: datetime
    kind: MovementKind
    condition: StockCondition
    batch: str
    quantity: Decimal
    reason: str
    order_reference: str
    moved_by: str


@dataclass(frozen=True, slots=True)
class MovementPage:
    """Movements, the newest first. `after` and `before` are ids to ask the other pages with."""

    rows: Sequence[MovementRow]
    after: int | None = None
    before: int | None = None


async def stock_of_item(item_id: int, *, by: Actor) -> ItemStock:
    """What of an item is on hand, reserved, held and free, and for whom it is held."""
    figures = (await figures_of([item_id]))[item_id]
    return ItemStock(
        conditions=[_condition(figures, condition) for condition in StockCondition],
        holds=await _holds(figures, by=by),
    )


async def lots(item_id: int) -> list[LotRow]:
    """What is left of the lots of an item: the good ones first, then in the order they came."""
    rows = await fetch(
        f"""{_LOT} WHERE item_id = $1 AND on_hand > 0
            ORDER BY array_position($2::text[], condition), first_received_at, id""",
        item_id,
        [condition.value for condition in StockCondition],
    )
    return [_lot(row) for row in rows]


async def lot_of(item_id: int, lot_id: int) -> LotRow:
    """This lot of this item, also when nothing is left of it. Raises `NotFound`."""
    row = await fetch_row(f"{_LOT} WHERE item_id = $1 AND id = $2", item_id, lot_id)
    if row is None:
        raise NotFound
    return _lot(row)


async def movements(
    item_id: int,
    *,
    by: Actor,
    condition: StockCondition | None = None,
    after: int | None = None,
    before: int | None = None,
    limit: int = PAGE_SIZE,
) -> MovementPage:
    """One page of an item's movements; `after` and `before` come from a page before."""
    backwards = before is not None
    start = before if backwards else after
    may_see, values = _visible_orders(by, place=5)
    rows = await fetch(
        f"""SELECT m.id, m.moved_at, m.kind, m.condition, m.batch, m.quantity, m.reason,
                CASE WHEN {may_see} THEN coalesce(o.reference, '') ELSE '' END AS order_reference,
                p.name AS moved_by
            FROM stock_movement m JOIN person p ON p.id = m.moved_by
            LEFT JOIN sales_order_line l ON l.id = m.order_line_id
            LEFT JOIN sales_order o ON o.id = l.order_id
            WHERE m.item_id = $1 AND ($2::text IS NULL OR m.condition = $2)
              AND ($3::bigint IS NULL OR m.id {">" if backwards else "<"} $3)
            ORDER BY m.id {"ASC" if backwards else "DESC"} LIMIT $4""",  # noqa: S608 - constants
        item_id,
        condition.value if condition else None,
        start,
        limit + 1,
        *values,
    )
    found = [
        MovementRow(
            **{
                **dict(row),
                "kind": MovementKind(row["kind"]),
                "condition": StockCondition(row["condition"]),
            }
        )
        for row in rows[:limit]
    ]
    more = len(rows) > limit
    if backwards:
        found.reverse()
    return MovementPage(
        found,
        after=found[-1].id if found and (more or backwards) else None,
        before=found[0].id if found and (more if backwards else start is not None) else None,
    )


def _lot(row: Mapping[str, Any]) -> LotRow:
    return LotRow(**{**dict(row), "condition": StockCondition(row["condition"])})


def _visible_orders(by: Actor, *, place: int) -> tuple[str, list[Any]]:
    """SQL that is true where `by` may see the order `o`; warehouse and finance see all (A6)."""
    if by.may(Permission.READ_ALL_ORDERS):
        return "TRUE", []
    return visible_accounts_condition(by, "o.account_id", place=place)


def _condition(figures: ItemFigures, condition: StockCondition) -> ConditionRow:
    unreserved = figures.unreserved(condition)
    free = {StockCondition.GOOD: figures.free, StockCondition.DAMAGED: None}
    return ConditionRow(
        condition=condition,
        on_hand=figures.on_hand.get(condition, NOTHING),
        reserved=figures.reserved.get(condition, NOTHING),
        held=figures.held if condition is StockCondition.GOOD else NOTHING,
        free=free.get(condition, unreserved),
    )


async def _holds(figures: ItemFigures, *, by: Actor) -> list[HoldRow]:
    if not figures.holds:
        return []
    condition, values = visible_accounts_condition(by, place=3)
    rows = await fetch(
        f"""SELECT id, name, CASE WHEN {condition} THEN code ELSE '' END AS code FROM account
            WHERE id = ANY ($1::bigint[]) AND ($2 OR {condition})""",  # noqa: S608 - constants
        [hold.account_id for hold in figures.holds],
        by.may(Permission.READ_ALL_ORDERS),
        *values,
    )
    names = {row["id"]: (row["name"], row["code"]) for row in rows}
    return [
        HoldRow(
            *names.get(hold.account_id, ("", "")),
            level=hold.level,
            covered=figures.covered(hold.account_id),
        )
        for hold in figures.holds
    ]
