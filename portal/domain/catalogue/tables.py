"""Tables of the catalogue: what we sell, at whose price, and what is held for whom."""

from piccolo.columns import Array, BigInt, BigSerial, Date, Integer, Numeric, Text, Timestamptz
from piccolo.table import Table

from portal.database import DB
from portal.domain.catalogue.kinds import ItemKind, unit_label
from portal.domain.common.activity import Subject
from portal.domain.common.record import Record


class Item(Record, tablename="item"):
    """Something we sell. Staff read it whole; customers do not read the list price.

    `list_price` is per unit without tax, in `currency`; `tax_rate` 0.13 is 13 %. What is on hand is
    a `StockLevel`.
    """

    sku = Text()
    kind = Text(default=ItemKind.STANDARD.value)
    name_en = Text()
    name_zh_hans = Text()
    name_zh_hant = Text()
    specification = Text()
    unit = Text()
    tax_rate = Numeric(digits=(5, 4))
    list_price = Numeric(digits=(14, 4), null=True, default=None)
    currency = Text(default="CNY")
    lead_time_days = Integer(default=0)
    search_terms = Array(base_column=Text())
    archived_at = Timestamptz(null=True, default=None)

    @property
    def subject(self) -> Subject:
        return Subject("item", self.id, self.sku, None)

    @property
    def kind_label(self) -> str:
        return ItemKind(self.kind).label

    @property
    def is_archived(self) -> bool:
        return bool(self.archived_at)

    @property
    def unit_label(self) -> str:
        return unit_label(self.unit)

    def name(self, locale: str) -> str:
        """The name in this locale."""
        return {
            "zh_Hans": self.name_zh_hans,
            "zh_Hant": self.name_zh_hant,
        }.get(locale, self.name_en)


class AccountPrice(Record, tablename="account_price"):
    """What an account pays for a unit, without tax, from `valid_from` through `valid_until`."""

    account_id = BigInt(default=None)
    item_id = BigInt(default=None)
    unit_price = Numeric(digits=(14, 4))
    currency = Text()
    valid_from = Date(default=None)
    valid_until = Date(null=True, default=None)


class SafetyStock(Record, tablename="safety_stock"):
    """How many of an item we hold for an account that needs it (rule O5)."""

    account_id = BigInt(default=None)
    item_id = BigInt(default=None)
    quantity = Numeric(digits=(14, 3))


class StockLevel(Table, db=DB, tablename="stock_level"):
    """What of an item is on hand in one condition: the sum of its lots."""

    item_id = BigInt(primary_key=True)
    condition = Text()
    on_hand = Numeric(digits=(14, 3))


class StockLot(Table, db=DB, tablename="stock_lot"):
    """What is on hand of one batch; goods without a batch share the empty one."""

    id = BigSerial(primary_key=True)
    item_id = BigInt()
    condition = Text()
    batch = Text()
    on_hand = Numeric(digits=(14, 3))
    first_received_at = Timestamptz()


class StockMovement(Table, db=DB, tablename="stock_movement"):
    """One change of a lot, with its reason; what came is positive. Never altered."""

    id = BigSerial(primary_key=True)
    item_id = BigInt()
    condition = Text()
    batch = Text()
    quantity = Numeric(digits=(14, 3))
    kind = Text()
    reason = Text()
    order_line_id = BigInt(null=True, default=None)
    moved_by = BigInt()
    moved_at = Timestamptz()
