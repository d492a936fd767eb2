"""What lies in the warehouse when the demo begins: batches, a few damaged pieces, some gifts."""

from datetime import datetime
from decimal import Decimal

from portal.demo.cast import Cast, acting
from portal.demo.data_files import read_rows
from portal.domain.catalogue.kinds import StockCondition
from portal.domain.catalogue.stock import LotKey, receive
from portal.domain.common.actor import Actor
from portal.domain.common.permissions import Permission

_REASON = "期初库存"


async def fill_warehouse(cast: Cast, opening: datetime) -> None:
    """Book the opening stock, by the keeper of the warehouse; `stock.csv` has the oldest first."""
    keeper = _keeper(cast)
    async with acting(keeper):
        for row in read_rows("stock"):
            lot = LotKey(
                cast.goods[row["sku"]].id, StockCondition(row["condition"]), _batch(row, opening)
            )
            quantity = Decimal(row["quantity"])
            await receive(lot, quantity, reason=_REASON, by=keeper, opening=True)


def _keeper(cast: Cast) -> Actor:
    return next(actor for actor in cast.staff.values() if actor.may(Permission.WORK_IN_WAREHOUSE))


def _batch(row: dict[str, str], opening: datetime) -> str:
    """B2603-05 was the fifth of March 2026; `months` counts back from the opening."""
    if not row["serial"]:
        return ""
    months = opening.year * 12 + opening.month - 1 - int(row["months"])
    return f"B{months // 12 % 100:02}{months % 12 + 1:02}-{int(row['serial']):02}"
