"""What the customer's home page says of orders: what waits for them, what we owe, what is new."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.database import database_now, fetch
from portal.domain.common.activity import Entry
from portal.domain.common.actor import Actor
from portal.domain.common.words import N_, Phrase
from portal.domain.orders.order_rows import (
    JOINED,
    OPEN_TARGET,
    ROW_COLUMNS,
    WAITS_FOR_PAYMENT,
    OrderRow,
    order_row,
)
from portal.domain.orders.tables import SUBJECT_KIND
from portal.domain.quotes.home import News

_TO_PAY = N_("%(amount)s is to be paid before it ships.")
_INVOICED = N_("%(amount)s of invoice %(number)s is to be paid.")
_IN_PARTS = N_("Part of it is set aside and could ship before the rest, if you agree.")
# Rule O15: something is there, something is not, and nobody has agreed to parts.
_COULD_GO_IN_PARTS = """o.status IN ('confirmed', 'scheduled') AND o.partial_agreed_at IS NULL
    AND EXISTS (SELECT FROM sales_order_line l WHERE l.order_id = o.id AND l.reserved > 0)
    AND EXISTS (SELECT FROM sales_order_line l
        WHERE l.order_id = o.id AND l.reserved + l.shipped < l.quantity)"""
_ON_THE_WAY_OUT = "o.status IN ('confirmed', 'scheduled', 'in_preparation', 'partly_shipped')"


@dataclass(frozen=True, slots=True)
class WaitingOrder:
    """An order that goes on when the customer has done something: `what` says it."""

    row: OrderRow
    what: Phrase


@dataclass(frozen=True, slots=True)
class OrdersAtHome:
    """`waiting` needs the customer, `owed` is ours to ship and deliver, due first."""

    waiting: Sequence[WaitingOrder]
    owed: Sequence[OrderRow]
    news: Sequence[News]


async def orders_at_home(*, by: Actor, limit: int = 10) -> OrdersAtHome:
    """The customer's orders for their home page, up to `limit` of each; three statements."""
    return OrdersAtHome(await _waiting(by, limit), await _owed(by, limit), await _news(by, limit))


async def _waiting(by: Actor, limit: int) -> list[WaitingOrder]:
    """What is to be paid (rules O8, O9, O22) or agreed to (rule O15), the oldest first."""
    waits = f"(({WAITS_FOR_PAYMENT}) OR ({_COULD_GO_IN_PARTS}))"
    invoiced = _oldest("o.status = 'invoiced'", limit)
    to_go_out = _oldest(f"{_ON_THE_WAY_OUT} AND {waits}", limit)
    rows = await fetch(
        f"""SELECT {ROW_COLUMNS}, o.invoice_number FROM (
                SELECT * FROM ({invoiced} UNION ALL {to_go_out}) AS found
                ORDER BY placed_at, id LIMIT {int(limit)}) AS shown
            JOIN sales_order o ON o.id = shown.id {JOINED}
            ORDER BY o.placed_at, o.id""",  # noqa: S608 - constants
        by.account_id,
    )
    now = await database_now()
    return [WaitingOrder(shown := order_row(row, now), _what(shown, row)) for row in rows]


def _oldest(condition: str, limit: int) -> str:
    return f"""(SELECT o.id, o.placed_at FROM sales_order o
        WHERE o.account_id = $1 AND {condition} ORDER BY o.placed_at, o.id LIMIT {int(limit)})"""  # noqa: S608


def _what(shown: OrderRow, row: Mapping[str, Any]) -> Phrase:
    if shown.waits_for_payment:
        return Phrase(_TO_PAY, {"amount": shown.balance})
    if row["invoice_number"]:
        return Phrase(_INVOICED, {"amount": shown.balance, "number": row["invoice_number"]})
    return Phrase(_IN_PARTS)


async def _owed(by: Actor, limit: int) -> list[OrderRow]:
    """What is to be confirmed, shipped or delivered and does not wait for the customer."""
    rows = await fetch(
        f"""SELECT {ROW_COLUMNS} FROM (
                SELECT o.id FROM sales_order o LEFT JOIN (
                    SELECT t.subject_id, min(t.due_at) AS due_at FROM target t
                    WHERE t.account_id = $1 AND {OPEN_TARGET} GROUP BY t.subject_id
                ) AS t ON t.subject_id = o.id
                WHERE o.account_id = $1
                  AND (o.status IN ('placed', 'shipped') OR {_ON_THE_WAY_OUT})
                  AND NOT ({WAITS_FOR_PAYMENT})
                ORDER BY t.due_at NULLS LAST, o.promised_ship_on NULLS LAST, o.id
                LIMIT {int(limit)}) AS shown
            JOIN sales_order o ON o.id = shown.id {JOINED}
            ORDER BY t.due_at NULLS LAST, o.promised_ship_on NULLS LAST, o.id""",  # noqa: S608
        by.account_id,
    )
    now = await database_now()
    return [order_row(row, now) for row in rows]


async def _news(by: Actor, limit: int) -> list[News]:
    """What we did lately on the account's orders, newest first (rule O21)."""
    rows = await fetch(
        f"""SELECT y.at, y.verb, y.actor_name, y.actor_side, y.audience, y.before, y.after,
                o.reference, coalesce(nullif(o.title, ''), o.reference) AS title
            FROM activity y JOIN sales_order o ON o.id = y.subject_id
            WHERE y.account_id = $1 AND y.subject_kind = '{SUBJECT_KIND}'
              AND y.audience = 'customer' AND y.actor_side <> 'customer'
            ORDER BY y.id DESC LIMIT {int(limit)}""",  # noqa: S608 - constants
        by.account_id,
    )
    return [News(row["reference"], row["title"], _entry(row)) for row in rows]


def _entry(row: Mapping[str, Any]) -> Entry:
    return Entry(
        at=row["at"],
        verb=row["verb"],
        actor_name=row["actor_name"],
        actor_side=row["actor_side"],
        audience=row["audience"],
        before=json.loads(row["before"]),
        after=json.loads(row["after"]),
    )
