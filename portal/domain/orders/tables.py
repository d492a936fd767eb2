"""Orders, their lines and what is recorded on the way to the customer's signature."""

from decimal import Decimal

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
from portal.domain.common.payment_terms import PaymentTerms
from portal.domain.common.record import Record
from portal.domain.orders.states import OrderStatus, Origin, PromiseBasis, ShipmentStatus

SUBJECT_KIND = "sales_order"
SHIPMENT = "shipment"


class SalesOrder(Record, tablename="sales_order"):
    """What was agreed and how far it is. Amounts are in `currency`; totals are sums of lines.

    `paid` is kept by the database: the sum of what came in, less what was reversed or given back.
    """

    ours = frozenset({"hold_place", "hold_reason"})
    account_id = BigInt()
    reference = Text()
    status = Text()
    origin = Text()
    request_id = BigInt(null=True, default=None)
    quote_id = BigInt(null=True, default=None)
    reordered_from_id = BigInt(null=True, default=None)
    title = Text()
    purchase_order_number = Text()
    ordered_by_name = Text()
    contact_id = BigInt(null=True, default=None)
    urgent = Boolean(default=False)
    project = Boolean(default=False)
    off_contract = Boolean(default=False)
    currency = Text()
    discount_percent = Numeric(digits=(5, 2))
    net_total = Numeric(digits=(16, 3))
    tax_total = Numeric(digits=(16, 3))
    gross_total = Numeric(digits=(16, 3))
    payment_terms = Text()
    ship_to_id = BigInt(null=True, default=None)
    transport = Text()
    wanted_on = Date(null=True, default=None)
    promised_ship_on = Date(null=True, default=None)
    promise_basis = Text()
    promised_ship_note = Text()
    placed_by = BigInt()
    placed_at = Timestamptz()
    confirmed_by = BigInt(null=True, default=None)
    confirmed_at = Timestamptz(null=True, default=None)
    released_at = Timestamptz(null=True, default=None)
    partial_agreed_by = Text()
    partial_agreed_at = Timestamptz(null=True, default=None)
    combine_with_id = BigInt(null=True, default=None)
    held_at = Timestamptz(null=True, default=None)
    hold_reason = Text()
    hold_place = Text()
    hold_as_asked = Boolean(default=False)
    invoice_number = Text()
    invoiced_at = Timestamptz(null=True, default=None)
    settled_at = Timestamptz(null=True, default=None)
    cancelled_at = Timestamptz(null=True, default=None)
    cancel_reason = Text()
    rest_cancelled_at = Timestamptz(null=True, default=None)
    rest_cancel_reason = Text()
    paid = Numeric(digits=(16, 3))
    search_terms = Array(base_column=Text(), default=list)

    @property
    def state(self) -> OrderStatus:
        return OrderStatus(self.status)

    @property
    def came_by(self) -> Origin:
        return Origin(self.origin)

    @property
    def terms(self) -> PaymentTerms:
        return PaymentTerms(self.payment_terms)

    @property
    def basis(self) -> PromiseBasis:
        return PromiseBasis(self.promise_basis)

    @property
    def is_held(self) -> bool:
        return bool(self.held_at)

    @property
    def subject(self) -> Subject:
        """What timeline and files of this order hang on."""
        return Subject(SUBJECT_KIND, self.id, self.reference, self.account_id)


class SalesOrderLine(Table, db=DB, tablename="sales_order_line"):
    """A line of an order; unit price without tax, `net` and `tax` rounded and after discount.

    `quantity` is what holds of it, `cancelled` what was ordered besides and was cancelled since
    (rule O11); amounts are of what holds. `reserved` is of the stock on hand and not yet shipped,
    `shipped` has left and was not lost. A line without a price makes the order incomplete
    (rule O1).
    """

    ours = frozenset({"short_confirmed_on"})
    id = BigSerial(primary_key=True)
    account_id = BigInt()
    order_id = BigInt()
    position = Integer()
    item_id = BigInt(null=True, default=None)
    description = Text()
    quantity = Numeric(digits=(14, 3))
    cancelled = Numeric(digits=(14, 3))
    unit = Text()
    unit_price = Numeric(digits=(14, 4), null=True, default=None)
    discount_percent = Numeric(digits=(5, 2))
    tax_rate = Numeric(digits=(5, 4))
    net = Numeric(digits=(16, 3))
    tax = Numeric(digits=(16, 3))
    gift = Boolean(default=False)
    reserved = Numeric(digits=(14, 3))
    shipped = Numeric(digits=(14, 3))
    production_on = Date(null=True, default=None)
    available_on = Date(null=True, default=None)
    short_confirmed_on = Date(null=True, default=None)

    @property
    def ordered(self) -> Decimal:
        """What was ordered, whatever became of it."""
        return self.quantity + self.cancelled


class Payment(Table, db=DB, tablename="payment"):
    """Money that came in for an order, or was given back (`refund`, negative), or what reverses it.

    `received_on` is the day on which it moved.
    """

    ours = frozenset({"reason", "recorded_by"})
    id = BigSerial(primary_key=True)
    account_id = BigInt()
    order_id = BigInt()
    amount = Numeric(digits=(16, 3))
    currency = Text()
    received_on = Date()
    refund = Boolean(default=False)
    reference = Text()
    reverses_id = BigInt(null=True, default=None)
    reason = Text()
    recorded_by = BigInt()
    recorded_at = Timestamptz()


class PaymentGuarantee(Table, db=DB, tablename="payment_guarantee"):
    """The sales representative vouches that the customer pays by `pay_by` (rule O9)."""

    ours = frozenset({"guaranteed_at", "guaranteed_by", "reason"})
    id = BigSerial(primary_key=True)
    account_id = BigInt()
    order_id = BigInt()
    pay_by = Date()
    reason = Text()
    guaranteed_by = BigInt()
    guaranteed_at = Timestamptz()


class OrderApproval(Table, db=DB, tablename="order_approval"):
    """Who allowed what an order may not do by itself (rules O1, O5, O7)."""

    ours = frozenset(
        {"approved_by", "date_after", "date_before", "order_line_id", "quantity", "reason"}
    )
    id = BigSerial(primary_key=True)
    account_id = BigInt()
    order_id = BigInt()
    order_line_id = BigInt(null=True, default=None)
    kind = Text()
    reason = Text()
    quantity = Numeric(digits=(14, 3), null=True, default=None)
    date_before = Date(null=True, default=None)
    date_after = Date(null=True, default=None)
    approved_by = BigInt()
    approved_at = Timestamptz()


class CreditLimit(Record, tablename="credit_limit"):
    """A limit asked for by sales, decided by somebody else; the newest approved holds (A16)."""

    ours = frozenset(
        {"decided_by", "decision_note", "reason", "requested_at", "requested_by", "version"}
    )
    account_id = BigInt()
    amount = Numeric(digits=(16, 3))
    currency = Text()
    reason = Text()
    requested_by = BigInt()
    requested_at = Timestamptz()
    decided_by = BigInt(null=True, default=None)
    decided_at = Timestamptz(null=True, default=None)
    approved = Boolean(null=True, default=None)
    decision_note = Text()


class Shipment(Record, tablename="shipment"):
    """The goods of one delivery note: prepared, handed over, signed for or lost (O14, O16)."""

    ours = frozenset({"delivery_recorded_by", "lost_recorded_by"})
    account_id = BigInt()
    order_id = BigInt()
    reference = Text()
    status = Text()
    ship_to_id = BigInt(null=True, default=None)
    prepared_by = BigInt()
    prepared_at = Timestamptz()
    carrier = Text()
    tracking_number = Text()
    parcels = Integer(null=True, default=None)
    shipped_by = BigInt(null=True, default=None)
    shipped_at = Timestamptz(null=True, default=None)
    expected_on = Date(null=True, default=None)
    delivered_at = Timestamptz(null=True, default=None)
    signed_by = Text()
    delivery_recorded_by = BigInt(null=True, default=None)
    lost_at = Timestamptz(null=True, default=None)
    lost_because = Text()
    lost_recorded_by = BigInt(null=True, default=None)
    sent_again = Boolean(default=False)

    @property
    def state(self) -> ShipmentStatus:
        return ShipmentStatus(self.status)

    @property
    def subject(self) -> Subject:
        """What the signed delivery note hangs on."""
        return Subject(SHIPMENT, self.id, self.reference, self.account_id)


class ShipmentLine(Table, db=DB, tablename="shipment_line"):
    """What of an order's line travels with a shipment, and of which batch."""

    id = BigSerial(primary_key=True)
    account_id = BigInt()
    shipment_id = BigInt()
    order_line_id = BigInt()
    quantity = Numeric(digits=(14, 3))
    batch = Text()


class TransitException(Table, db=DB, tablename="transit_exception"):
    """What went wrong on the way, and the new promise (rule O14)."""

    ours = frozenset({"noted_by"})
    id = BigSerial(primary_key=True)
    account_id = BigInt()
    shipment_id = BigInt()
    what = Text()
    expected_before = Date(null=True, default=None)
    expected_on = Date()
    noted_by = BigInt()
    noted_at = Timestamptz()


class ShipToChange(Table, db=DB, tablename="ship_to_change"):
    """A registered change of the delivery place, and when the warehouse saw it (rule O13)."""

    ours = frozenset({"reason", "registered_by", "seen_by"})
    id = BigSerial(primary_key=True)
    account_id = BigInt()
    order_id = BigInt()
    from_id = BigInt(null=True, default=None)
    to_id = BigInt()
    reason = Text()
    registered_by = BigInt()
    registered_at = Timestamptz()
    seen_by = BigInt(null=True, default=None)
    seen_at = Timestamptz(null=True, default=None)


class ProjectRegistration(Record, tablename="project_registration"):
    """工程报备: a project watched during its term once the duty manager has signed (rule O17)."""

    account_id = BigInt()
    reference = Text()
    project_name = Text()
    site = Text()
    item_id = BigInt()
    quantity = Numeric(digits=(14, 3))
    starts_on = Date()
    ends_on = Date()
    registered_by = BigInt()
    registered_at = Timestamptz()
    signed_by = BigInt(null=True, default=None)
    signed_at = Timestamptz(null=True, default=None)
    refused_at = Timestamptz(null=True, default=None)
    decision_note = Text()

    @property
    def subject(self) -> Subject:
        return Subject("project_registration", self.id, self.reference, self.account_id)


class RegistrationAlert(Table, db=DB, tablename="registration_alert"):
    """An order of another account that looks like a registered project (rule O17)."""

    id = BigSerial(primary_key=True)
    registration_id = BigInt()
    order_line_id = BigInt()
    raised_at = Timestamptz()
    settled_by = BigInt(null=True, default=None)
    settled_at = Timestamptz(null=True, default=None)
    note = Text()
