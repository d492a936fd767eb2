"""What finance and management have on their desks: money that came, limits that are asked for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portal.database import fetch, fetch_row
from portal.domain.accounts.confidentiality import visible_accounts_condition
from portal.domain.common.actor import Actor
from portal.domain.common.errors import NotFound
from portal.domain.common.money import Money
from portal.domain.orders.access import visible_orders_condition
from portal.domain.orders.order_rows import TO_GIVE_BACK, WAITS_FOR_PAYMENT

MOST = 100


@dataclass(frozen=True, slots=True)
class CreditRequest:
    """A limit that somebody asked for (rule A16). `limit` is the one in force, None for none."""

    id: int
    account_name: str
    account_code: str
    amount: Money
    limit: Money | None
    reason: str
    requested_by_id: int
    requested_by: str
    requested_at: datetime


@dataclass(frozen=True, slots=True)
class FoundPayment:
    """A payment with the order it came for, or a refund: then `amount` is negative."""

    id: int
    order_reference: str
    account_name: str
    amount: Money
    received_on: date
    refund: bool
    reference: str
    is_reversal: bool
    is_reversed: bool


@dataclass(frozen=True, slots=True)
class FinanceCounts:
    """How much waits where, at most `MOST` of each."""

    waiting: int
    to_invoice: int
    to_settle: int
    to_give_back: int
    credit: int


async def open_credit_requests(*, by: Actor) -> Sequence[CreditRequest]:
    """Limits that wait for a decision, of accounts whose file `by` may see, the oldest first."""
    condition, values = visible_accounts_condition(by, "c.account_id")
    rows = await fetch(
        f"""SELECT c.id, a.name AS account_name, a.code AS account_code, c.amount, c.currency,
                c.reason, c.requested_by AS requested_by_id, coalesce(p.name, '') AS requested_by,
                c.requested_at,
                (SELECT l.amount FROM credit_limit l
                 WHERE l.account_id = c.account_id AND l.approved AND l.currency = c.currency
                 ORDER BY l.decided_at DESC, l.id DESC LIMIT 1) AS limit_amount
            FROM credit_limit c JOIN account a ON a.id = c.account_id
            LEFT JOIN person p ON p.id = c.requested_by
            WHERE c.decided_at IS NULL AND {condition}
            ORDER BY c.requested_at, c.id LIMIT {MOST}""",  # noqa: S608 - constants
        *values,
    )
    return [_request(dict(row)) for row in rows]


async def payment_by_id(payment_id: int, *, by: Actor) -> FoundPayment:
    """A payment of an order that `by` may see. Raises `NotFound` (rule A6)."""
    condition, values = visible_orders_condition(by, "p.account_id", place=2)
    row = await fetch_row(
        f"""SELECT p.id, o.reference AS order_reference, a.name AS account_name, p.amount,
                p.currency, p.received_on, p.refund, p.reference,
                p.reverses_id IS NOT NULL AS is_reversal,
                EXISTS (SELECT FROM payment r WHERE r.reverses_id = p.id) AS is_reversed
            FROM payment p JOIN sales_order o ON o.id = p.order_id
            JOIN account a ON a.id = p.account_id
            WHERE p.id = $1 AND {condition}""",  # noqa: S608 - constants
        payment_id,
        *values,
    )
    if row is None:
        raise NotFound
    values_of = dict(row)
    amount = Money(values_of.pop("amount"), values_of.pop("currency"))
    return FoundPayment(amount=amount, **values_of)


async def names_of(person_ids: Iterable[int]) -> dict[int, str]:
    """The names of our people, by person id."""
    rows = await fetch(
        "SELECT id, name FROM person WHERE id = ANY ($1::bigint[])", list({*person_ids})
    )
    return {row["id"]: row["name"] for row in rows}


async def finance_counts(*, by: Actor) -> FinanceCounts:
    """How much waits where, in one statement."""
    orders, values = visible_orders_condition(by, "o.account_id")
    accounts, more = visible_accounts_condition(by, "c.account_id", place=1 + len(values))
    open_orders = f"sales_order o WHERE {orders} AND o.status NOT IN ('settled', 'cancelled')"
    row = await fetch_row(
        f"""SELECT {_bounded(f"{open_orders} AND {WAITS_FOR_PAYMENT}")} AS waiting,
                {_bounded(f"{open_orders} AND o.status = 'delivered'")} AS to_invoice,
                {_bounded(f"{open_orders} AND o.status = 'invoiced'")} AS to_settle,
                {_bounded(f"sales_order o WHERE {orders} AND {TO_GIVE_BACK}")} AS to_give_back,
                {_bounded(f"credit_limit c WHERE c.decided_at IS NULL AND {accounts}")}
                    AS credit""",
        *values,
        *more,
    )
    assert row is not None  # noqa: S101 - a row of counts
    return FinanceCounts(**dict(row))


def _bounded(rows: str) -> str:
    return f"(SELECT count(*) FROM (SELECT FROM {rows} LIMIT {MOST}) AS some_of)"  # noqa: S608


def _request(row: dict[str, Any]) -> CreditRequest:
    currency, limit = row.pop("currency"), row.pop("limit_amount")
    return CreditRequest(
        **{
            **row,
            "amount": Money(row["amount"], currency),
            "limit": None if limit is None else Money(limit, currency),
        }
    )
