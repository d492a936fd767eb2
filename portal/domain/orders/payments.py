"""Money of an order: recorded by finance, never deleted, only reversed (rules O8, O22).

What came in beyond what is owed is given back by `refunds`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from portal.database import database_now, fetch, fetch_value
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import Conflict, NotFound
from portal.domain.common.money import Money, round_to_currency
from portal.domain.common.permissions import Permission
from portal.domain.common.record import for_us
from portal.domain.common.words import N_
from portal.domain.orders import promises
from portal.domain.orders.events import OrderEvent
from portal.domain.orders.order_rows import OWED
from portal.domain.orders.progress import move, note_that
from portal.domain.orders.release_story import ReleaseHappening
from portal.domain.orders.shipment_locking import day_at_branch
from portal.domain.orders.states import OrderStatus
from portal.domain.orders.tables import SalesOrder
from portal.domain.orders.telling import tell
from portal.domain.quotes.field_checks import TOO_LARGE, FieldChecks
from portal.domain.quotes.progress import require

_LARGEST = Decimal(10) ** 12
_LONGEST_AGO = timedelta(days=3 * 366)
_NOTHING_CAME = N_("Enter what came in, more than nothing.")


class AlreadyReversed(Conflict):
    """A payment is reversed once, and a reversal not at all."""

    message = N_("This payment was reversed already.")


@dataclass(frozen=True, slots=True)
class PaymentFacts:
    """A payment as finance records it. `amount` is in the currency of the order.

    `reference` is the bank's or the cashier's.
    """

    amount: Decimal
    received_on: date
    reference: str


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """A payment, a refund (`amount` is negative), or what reverses one: then `reason` says why.

    `received_on` is the day on which the money moved. `reversed_by` is the id of the row that
    reverses this one. `recorded_by` is a name; like `reason` it is empty for customers.
    """

    id: int
    amount: Money
    received_on: date
    refund: bool
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

    `total` is what is owed in all: for a cancelled order nothing. `balance` is negative where more
    was paid.
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
        """What came in beyond the total and is to be given back; none if nothing."""
        return Money(-self.balance.amount, self.total.currency) if self.balance.amount < 0 else None


async def payments_of(order_id: int) -> Payments:
    """The payments of an order. For both sides; raises `NotFound`."""
    recorded_by = "coalesce((SELECT who.name FROM person who WHERE who.id = p.recorded_by), '')"
    rows = await fetch(
        f"""SELECT {OWED} AS owed, o.currency, p.id, p.amount, p.received_on, p.refund, p.reference,
                p.reverses_id, r.id AS reversed_by, {for_us("p.reason")} AS reason,
                {for_us(recorded_by)} AS recorded_by, p.recorded_at
            FROM sales_order o
            LEFT JOIN payment p ON p.order_id = o.id
            LEFT JOIN payment r ON r.reverses_id = p.id
            WHERE o.id = $1 ORDER BY p.id""",  # noqa: S608 - constants
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
            refund=row["refund"],
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
    return Payments(payments, Money(rows[0]["owed"], currency), Money(paid, currency))


async def record_payment(order: SalesOrder, given: PaymentFacts, *, by: Actor) -> Payments:
    """Note money that came in; what it releases, promises and settles follows (rules O8, O9, O22).

    More than is open is kept as it came, also what comes for a cancelled order: `Payments.overpaid`
    says what is to be given back. Raises `NotAllowed`, and `FieldErrors` for `amount`,
    `received_on` and `reference`.
    """
    require(by, Permission.RECORD_PAYMENTS)
    await order.lock()
    given = await checked_money(order, given, nothing=_NOTHING_CAME)
    payment_id = await write_row(order, given, by=by)
    amount = Money(given.amount, order.currency)
    said = {"amount": plain(amount), "received_on": given.received_on}
    await note_that(order, ReleaseHappening.PAID, by=by, after=said)
    return await follow_up(order, OrderEvent.PAYMENT_RECORDED, payment_id, amount, by=by)


async def reverse_payment(
    order: SalesOrder, payment_id: int, reason: str, *, by: Actor
) -> Payments:
    """Take back a payment or a refund: the row stays, another one with its negative follows.

    What was settled is open again (rule O22); what was not given back after all is listed again.
    `reason` stays with us. Raises `NotAllowed`, `NotFound`, `AlreadyReversed`, and `FieldErrors`
    for `reason`.
    """
    require(by, Permission.RECORD_PAYMENTS)
    await order.lock()
    payments = await payments_of(order.id)
    row = next((each for each in payments.rows if each.id == payment_id), None)
    if row is None:
        raise NotFound
    if not row.may_be_reversed:
        raise AlreadyReversed
    checks = FieldChecks()
    reason = checks.text("reason", reason, 500, needed=True)
    checks.done()
    today = await day_at_branch(order.account_id)
    taken_back = PaymentFacts(-row.amount.amount, today, row.reference)
    reversal_id = await write_row(
        order, taken_back, refund=row.refund, reverses_id=row.id, reason=reason, by=by
    )
    happening, event = ReleaseHappening.PAYMENT_REVERSED, OrderEvent.PAYMENT_REVERSED
    if row.refund:
        happening, event = ReleaseHappening.REFUND_REVERSED, OrderEvent.REFUND_REVERSED
    amount = Money(abs(row.amount.amount), order.currency)
    await note_that(order, happening, by=by, after={"amount": plain(amount)})
    await note_that(
        order,
        ReleaseHappening.REVERSAL_REASON,
        by=by,
        visible_to=Audience.INTERNAL,
        after={"reason": reason},
    )
    return await follow_up(order, event, reversal_id, amount, by=by)


async def settle_or_reopen(order: SalesOrder, payments: Payments, *, by: Actor) -> None:
    """Settle a locked order that is invoiced and paid, or open it again (rule O22)."""
    if order.state is OrderStatus.INVOICED and payments.is_settled:
        await move(order, OrderStatus.SETTLED, settled_at=await database_now())
        await note_that(order, ReleaseHappening.SETTLED, by=by)
        await tell(order, OrderEvent.SETTLED, by=by)
    elif order.state is OrderStatus.SETTLED and not payments.is_settled:
        await move(order, OrderStatus.INVOICED, settled_at=None)
        await note_that(order, ReleaseHappening.REOPENED, by=by)


async def follow_up(
    order: SalesOrder, event: OrderEvent, payment_id: int, amount: Money, *, by: Actor
) -> Payments:
    """What follows of a row that was written: told, settled or opened again, promised anew."""
    payments = await payments_of(order.id)
    await tell(order, event, by=by, payment_id=payment_id, amount=amount, balance=payments.balance)
    await settle_or_reopen(order, payments, by=by)
    await promises.reconsider(order, by=by)
    if order.terms.on_account:  # what it used of the limit is free for others (rule A16)
        await promises.reconsider_account(order.account_id, but=order.id, by=by)
    return payments


async def checked_money(order: SalesOrder, given: PaymentFacts, *, nothing: str) -> PaymentFacts:
    """Money that moved, as it can be recorded; `nothing` is said of an amount that is none.

    Raises `FieldErrors` for `amount`, `received_on` and `reference`.
    """
    checks = FieldChecks()
    reference = checks.text("reference", given.reference, 100, needed=True)
    if not given.amount.is_finite() or given.amount <= 0:
        checks.refuse("amount", nothing)
    elif given.amount >= _LARGEST:
        checks.refuse("amount", TOO_LARGE)
    elif given.amount != round_to_currency(given.amount, order.currency):
        checks.refuse(
            "amount", N_("Amounts in %(currency)s have fewer decimals."), currency=order.currency
        )
    today = await day_at_branch(order.account_id)
    if given.received_on > today:
        checks.refuse("received_on", N_("This day is still to come."))
    elif today - given.received_on > _LONGEST_AGO:  # a mistyped year could not be taken back
        checks.refuse("received_on", N_("Choose a day within the last three years."))
    checks.done()
    return PaymentFacts(given.amount, given.received_on, reference)


async def write_row(
    order: SalesOrder,
    given: PaymentFacts,
    *,
    refund: bool = False,
    reverses_id: int | None = None,
    reason: str = "",
    by: Actor,
) -> int:
    """Add a row of money to a locked order and return its id."""
    payment_id: int = await fetch_value(
        """INSERT INTO payment (account_id, order_id, amount, currency, received_on, reference,
               refund, reverses_id, reason, recorded_by, recorded_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id""",
        order.account_id,
        order.id,
        given.amount,
        order.currency,
        given.received_on,
        given.reference,
        refund,
        reverses_id,
        reason,
        by.person_id,
        await database_now(),
    )
    return payment_id


def plain(amount: Money) -> dict[str, Any]:
    """`amount` as the timeline keeps it."""
    return {"amount": str(amount.amount), "currency": amount.currency}
