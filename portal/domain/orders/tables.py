"""Orders and their lines."""

from piccolo.columns import (
    Array,
    BigInt,
    BigSerial,
    Boolean,
    Date,
    Integer,
    Numeric,
    Text,
    Timestamptz,
)
from piccolo.table import Table

from portal.database import DB
from portal.domain.common.activity import Subject
from portal.domain.common.record import Record
from portal.domain.orders.states import OrderStatus

SUBJECT_KIND = "sales_order"


class SalesOrder(Record, tablename="sales_order"):
    """What was agreed when a quote was accepted; amounts are copied from the quote."""

    account_id = BigInt()
    reference = Text()
    status = Text()
    request_id = BigInt()
    quote_id = BigInt()
    title = Text()
    purchase_order_number = Text()
    currency = Text()
    discount_percent = Numeric(digits=(5, 2))
    net_total = Numeric(digits=(16, 3))
    tax_total = Numeric(digits=(16, 3))
    gross_total = Numeric(digits=(16, 3))
    payment_terms = Text()
    ship_to_id = BigInt(null=True, default=None)
    transport = Text()
    promised_ship_on = Date()
    promised_ship_note = Text()
    placed_by = BigInt()
    placed_at = Timestamptz()
    search_terms = Array(base_column=Text(), default=list)

    @property
    def state(self) -> OrderStatus:
        return OrderStatus(self.status)

    @property
    def subject(self) -> Subject:
        """What timeline and files of this order hang on."""
        return Subject(SUBJECT_KIND, self.id, self.reference, self.account_id)


class SalesOrderLine(Table, db=DB, tablename="sales_order_line"):
    """A line of an order; unit price without tax, `net` and `tax` rounded and after discount."""

    id = BigSerial(primary_key=True)
    account_id = BigInt()
    order_id = BigInt()
    position = Integer()
    item_id = BigInt(null=True, default=None)
    description = Text()
    quantity = Numeric(digits=(14, 3))
    unit = Text()
    unit_price = Numeric(digits=(14, 4))
    discount_percent = Numeric(digits=(5, 2))
    tax_rate = Numeric(digits=(5, 4))
    net = Numeric(digits=(16, 3))
    tax = Numeric(digits=(16, 3))
    gift = Boolean(default=False)
