"""The warehouse of the demo: what lay there at first, and what was booked on the last day."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from portal.demo.cast import Cast, acting
from portal.demo.data_files import read_rows, read_tables
from portal.domain.catalogue.kinds import StockCondition
from portal.domain.catalogue.stock import LotKey, receive
from portal.domain.catalogue.stock_view import LotRow, lots
from portal.domain.common.actor import Actor
from portal.domain.common.permissions import Permission
from portal.domain.orders.stock_changes import book_adjustment, book_receipt, book_regrade

_OPENING = "期初库存"


async def fill_warehouse(cast: Cast, opening: datetime) -> None:
    """Book the opening stock, by the keeper of the warehouse; `stock.csv` has the oldest first."""
    keeper = _who_may(cast, Permission.WORK_IN_WAREHOUSE)
    async with acting(keeper):
        for row in read_rows("stock"):
            batch = _batch(opening, int(row["months"]), row["serial"]) if row["serial"] else ""
            lot = LotKey(cast.goods[row["sku"]].id, StockCondition(row["condition"]), batch)
            quantity = Decimal(row["quantity"])
            await receive(lot, quantity, reason=_OPENING, by=keeper, opening=True)


async def work_in_warehouse(cast: Cast) -> None:
    """Receipts, damage and a count of the last day, with what they mean for the orders."""
    keeper = _who_may(cast, Permission.WORK_IN_WAREHOUSE)
    manager = _who_may(cast, Permission.ADJUST_STOCK)
    moves = read_tables("warehouse")
    for move in moves["receipt"]:
        lot = LotKey(cast.goods[move["sku"]].id, batch=_batch(cast.now, 0, move["serial"]))
        async with acting(keeper):
            await book_receipt(lot, Decimal(move["quantity"]), reason=move["reason"], by=keeper)
    for move in moves["damage"]:
        async with acting(keeper):
            oldest = await _oldest_lot(cast, move)
            await book_regrade(
                _key(cast, move, oldest),
                StockCondition.DAMAGED,
                Decimal(move["quantity"]),
                reason=move["reason"],
                by=keeper,
            )
    for move in moves["count"]:
        async with acting(manager):
            oldest = await _oldest_lot(cast, move)
            await book_adjustment(
                _key(cast, move, oldest),
                oldest.on_hand + move["difference"],
                booked=oldest.on_hand,
                reason=move["reason"],
                by=manager,
            )


async def _oldest_lot(cast: Cast, move: dict[str, Any]) -> LotRow:
    return next(iter(await lots(cast.goods[move["sku"]].id)))


def _key(cast: Cast, move: dict[str, Any], lot: LotRow) -> LotKey:
    return LotKey(cast.goods[move["sku"]].id, lot.condition, lot.batch)


def _who_may(cast: Cast, permission: Permission) -> Actor:
    return next(actor for actor in cast.staff.values() if actor.may(permission))


def _batch(moment: datetime, months_before: int, serial: str | int) -> str:
    """B2603-05 was the fifth of March 2026."""
    months = moment.year * 12 + moment.month - 1 - months_before
    return f"B{months // 12 % 100:02}{months % 12 + 1:02}-{int(serial):02}"
