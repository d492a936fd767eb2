"""Money that came in for an order: recorded by finance, never deleted, only reversed (rule O8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from portal.database import fetch
from portal.domain.common.errors import NotFound
from portal.domain.common.money import Money


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """A payment, or the reversal of one: then `amount` is negative and `reason` says why.

    `reversed_by` is the id of the row that reverses this one. `recorded_by` is a name.
    """

    id: int
    amount: Money
    received_on: date
    reference: str
    reverses_id: int | None
    reversed_by: int | None
    reason: str
    recorded_by: str
    recorded_at: datetime

    @property
    def may_be_reversed(self) -> bool:
        return self.reverses_id is None and self.reversed_by is None


@dataclass(frozen=True, slots=True)
class Payments:
    """The money of an order, in its currency: rows oldest first, what is paid, what is open.

    `balance` is negative where more was paid than the order comes to.
    """

    rows: Sequence[PaymentRow]
    total: Money
    paid: Money

    @property
    def balance(self) -> Money:
        return Money(self.total.amount - self.paid.amount, self.total.currency)

    @property
    def is_settled(self) -> bool:
        """Whether nothing is open."""
        return self.balance.amount <= 0

    @property
    def overpaid(self) -> Money | None:
        """What came in beyond the total and is to be given back or set off; none if nothing."""
        return Money(-self.balance.amount, self.total.currency) if self.balance.amount < 0 else None


async def payments_of(order_id: int) -> Payments:
    """The payments of an order. For both sides; raises `NotFound`."""
    rows = await fetch(
        """SELECT o.gross_total, o.currency, p.id, p.amount, p.received_on, p.reference,
               p.reverses_id, r.id AS reversed_by, p.reason, coalesce(w.name, '') AS recorded_by,
               p.recorded_at
           FROM sales_order o
           LEFT JOIN payment p ON p.order_id = o.id
           LEFT JOIN payment r ON r.reverses_id = p.id
           LEFT JOIN person w ON w.id = p.recorded_by
           WHERE o.id = $1 ORDER BY p.id""",
        order_id,
    )
    if not rows:
        raise NotFound
    currency = rows[0]["currency"]
    payments = [
        PaymentRow(
            id=row["id"],
            amount=Money(row["amount"], currency),
            received_on=row["received_on"],
            reference=row["reference"],
            reverses_id=row["reverses_id"],
            reversed_by=row["reversed_by"],
            reason=row["reason"],
            recorded_by=row["recorded_by"],
            recorded_at=row["recorded_at"],
        )
        for row in rows
        if row["id"] is not None
    ]
    paid = sum((row.amount.amount for row in payments), Decimal(0))
    return Payments(payments, Money(rows[0]["gross_total"], currency), Money(paid, currency))
