"""Money that came in beyond what is owed: listed until it was given back (rules O11, O22).

It arises where an order was cancelled after it was paid, where its rest was, and where too much
came. What is given back is a row of its own beside the payments, so that the sums agree.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from portal.database import fetch
from portal.domain.common.actor import Actor
from portal.domain.common.errors import Conflict, FieldError
from portal.domain.common.money import Money
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.orders.access import visible_orders_condition
from portal.domain.orders.events import OrderEvent
from portal.domain.orders.order_rows import OWED, TO_GIVE_BACK
from portal.domain.orders.payments import (
    PaymentFacts,
    Payments,
    checked_money,
    follow_up,
    payments_of,
    plain,
    write_row,
)
from portal.domain.orders.progress import note_that
from portal.domain.orders.release_story import ReleaseHappening
from portal.domain.orders.states import OrderStatus
from portal.domain.orders.tables import SalesOrder
from portal.domain.quotes.progress import require

MOST = 100
_NOTHING_GIVEN = N_("Enter what was given back, more than nothing.")
_TOO_MUCH = N_("At most %(most)s is to be given back.")


class NothingToGiveBack(Conflict):
    """No more came in than is owed, or somebody has given it back meanwhile."""

    message = N_("Nothing of this order is to be given back.")


@dataclass(frozen=True, slots=True)
class ToGiveBack:
    """An order that more came in for than is owed. `owed` is nothing where it was cancelled."""

    order_reference: str
    account_name: str
    status: OrderStatus
    is_cut: bool
    owed: Money
    paid: Money
    last_paid_on: date

    @property
    def amount(self) -> Money:
        return self.paid - self.owed


async def give_money_back(order: SalesOrder, given: PaymentFacts, *, by: Actor) -> Payments:
    """Note that money was given back to the customer, who is told; at most what is too much.

    `given.received_on` is the day on which it was, `given.reference` the bank's or the cashier's,
    or what it was set off against. Until all of it was given back, the order stays on
    `to_give_back`. Raises `NothingToGiveBack`, `NotAllowed`, and `FieldError`s for `amount`,
    `received_on` and `reference`.
    """
    require(by, Permission.RECORD_PAYMENTS)
    await order.lock()
    overpaid = (await payments_of(order.id)).overpaid
    if overpaid is None:
        raise NothingToGiveBack
    given = await checked_money(order, given, nothing=_NOTHING_GIVEN)
    if given.amount > overpaid.amount:
        raise FieldError("amount", _TOO_MUCH, most=overpaid.amount)
    out = PaymentFacts(-given.amount, given.received_on, given.reference)
    refund_id = await write_row(order, out, refund=True, by=by)
    amount = Money(given.amount, order.currency)
    said = {"amount": plain(amount), "given_on": given.received_on}
    await note_that(order, ReleaseHappening.REFUNDED, by=by, after=said)
    return await follow_up(order, OrderEvent.REFUNDED, refund_id, amount, by=by)


async def to_give_back(*, by: Actor) -> Sequence[ToGiveBack]:
    """The orders that more came in for than is owed, of those that `by` may see, oldest first."""
    condition, values = visible_orders_condition(by, "o.account_id")
    rows = await fetch(
        f"""SELECT o.reference, a.name AS account_name, o.status, o.currency, o.paid,
                o.rest_cancelled_at IS NOT NULL AS is_cut, {OWED} AS owed,
                (SELECT max(p.received_on) FROM payment p WHERE p.order_id = o.id
                 AND p.amount > 0) AS last_paid_on
            FROM sales_order o JOIN account a ON a.id = o.account_id
            WHERE {TO_GIVE_BACK} AND {condition} ORDER BY o.id LIMIT {MOST}""",  # noqa: S608
        *values,
    )
    return [
        ToGiveBack(
            order_reference=row["reference"],
            account_name=row["account_name"],
            status=OrderStatus(row["status"]),
            is_cut=row["is_cut"],
            owed=Money(row["owed"], row["currency"]),
            paid=Money(row["paid"], row["currency"]),
            last_paid_on=row["last_paid_on"],
        )
        for row in rows
    ]
