"""Rows of lists of orders: one statement brings customer, promise, money and what is short."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from portal.domain.common.money import Money
from portal.domain.orders.states import OrderStatus, Origin, PromiseBasis
from portal.domain.orders.tables import SUBJECT_KIND
from portal.domain.service_levels.promise import (
    OPEN_PROMISE_COLUMNS,
    PromiseClock,
    open_promise_of,
)

# Until it has left the house, an order owes its shipment; an urgent one its delivery (O2, O4, O6).
OPEN_TARGET = f"""t.subject_kind = '{SUBJECT_KIND}' AND t.kind IN ('shipment', 'urgent_delivery')
    AND t.met_at IS NULL AND t.cancelled_at IS NULL"""
# What a customer asked and nobody has answered; in the words of the partial index.
OPEN_QUESTION = f"""t.subject_kind = '{SUBJECT_KIND}' AND t.kind = 'next_response'
    AND t.met_at IS NULL AND t.cancelled_at IS NULL"""
# What is owed of it all: of a cancelled order nothing is.
OWED = "CASE WHEN o.status = 'cancelled' THEN 0 ELSE o.gross_total END"
# More came in; in the words of the partial index, so that the planner sees that they fit.
TO_GIVE_BACK = f"o.paid > {OWED}"
IS_SHORT = """o.status IN ('confirmed', 'scheduled', 'in_preparation', 'partly_shipped')
    AND EXISTS (SELECT FROM sales_order_line l
        WHERE l.order_id = o.id AND l.reserved + l.shipped < l.quantity)"""
# Rules O8, O9: what is paid in advance, or in part, does not ship before the money is there.
WAITS_FOR_PAYMENT = """(o.project OR o.payment_terms IN ('in_advance', 'deposit'))
    AND o.status IN ('confirmed', 'scheduled', 'in_preparation', 'partly_shipped')
    AND o.paid < o.gross_total"""
ROW_COLUMNS = f"""o.id, o.reference, o.title, o.status, o.origin, o.urgent, o.project,
    o.held_at IS NOT NULL AS is_held, o.account_id, a.name AS account_name,
    o.purchase_order_number, o.gross_total, o.currency, o.promised_ship_on, o.promise_basis,
    o.placed_at, o.paid, {OWED} AS owed, {IS_SHORT} AS is_short,
    {WAITS_FOR_PAYMENT} AS waits_for_payment, {OPEN_PROMISE_COLUMNS}"""


def joined(promised: str = OPEN_TARGET) -> str:
    """What `ROW_COLUMNS` read besides the order; `promised` says which clock the row shows."""
    return f"""JOIN account a ON a.id = o.account_id
        LEFT JOIN LATERAL (SELECT * FROM target t WHERE {promised} AND t.subject_id = o.id
            ORDER BY t.due_at, t.id LIMIT 1) t ON true"""  # noqa: S608 - a constant


JOINED = joined()


class OrderRow(NamedTuple):
    """An order in a list; `total` includes tax, `owed` is what of it holds, `paid` what came.

    `promise` is the open clock of its shipment (of its delivery where it is urgent), None before
    it is promised and after it left; in the list of answers owed it is that of the answer.
    `is_short`: a line is not fully covered by reserved stock.
    """

    id: int
    reference: str
    title: str
    status: OrderStatus
    origin: Origin
    urgent: bool
    project: bool
    is_held: bool
    account_id: int
    account_name: str
    purchase_order_number: str
    total: Money
    owed: Money
    paid: Money
    promised_ship_on: date | None
    promise_basis: PromiseBasis
    placed_at: datetime
    is_short: bool
    waits_for_payment: bool
    promise: PromiseClock | None = None

    @property
    def balance(self) -> Money:
        """What is still to be paid; negative where more came than is owed."""
        return self.owed - self.paid


@dataclass(frozen=True, slots=True)
class OrderListing:
    """One page of a list. `after` and `before` are keys for the neighbours, or None."""

    rows: Sequence[OrderRow]
    after: str | None = None
    before: str | None = None


def order_row(row: Mapping[str, Any], now: datetime) -> OrderRow:
    """A row of `ROW_COLUMNS` as it stands at `now`."""
    return OrderRow(
        id=row["id"],
        reference=row["reference"],
        title=row["title"],
        status=OrderStatus(row["status"]),
        origin=Origin(row["origin"]),
        urgent=row["urgent"],
        project=row["project"],
        is_held=row["is_held"],
        account_id=row["account_id"],
        account_name=row["account_name"],
        purchase_order_number=row["purchase_order_number"],
        total=Money(row["gross_total"], row["currency"]),
        owed=Money(row["owed"], row["currency"]),
        paid=Money(row["paid"], row["currency"]),
        promised_ship_on=row["promised_ship_on"],
        promise_basis=PromiseBasis(row["promise_basis"]),
        placed_at=row["placed_at"],
        is_short=row["is_short"],
        waits_for_payment=row["waits_for_payment"],
        promise=open_promise_of(row, now) if row["target_id"] else None,
    )
