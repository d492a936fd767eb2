"""What the customer's home page says of orders: what waits for them, what we owe them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.database import database_now, fetch
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

_TO_PAY = N_("%(amount)s is to be paid before it ships.")
_INVOICED = N_("%(amount)s of invoice %(number)s is to be paid.")
_IN_PARTS = N_("Part of it is set aside and could ship before the rest, if you agree.")
# Rule O15: something is there, something is not, and nobody has agreed to parts.
_COULD_GO_IN_PARTS = """o.status IN ('confirmed', 'scheduled') AND o.partial_agreed_at IS NULL
    AND EXISTS (SELECT FROM sales_order_line l WHERE l.order_id = o.id AND l.reserved > 0)
    AND EXISTS (SELECT FROM sales_order_line l
        WHERE l.order_id = o.id AND l.reserved + l.shipped < l.quantity)"""
_ON_THE_WAY_OUT = "o.status IN ('confirmed', 'scheduled', 'in_preparation', 'partly_shipped')"
# In the words of the partial index, so that the planner sees that it fits.
_OWED = f"""o.status IN ('placed', 'confirmed', 'scheduled', 'in_preparation', 'partly_shipped',
    'shipped') AND NOT ({WAITS_FOR_PAYMENT})"""


@dataclass(frozen=True, slots=True)
class WaitingOrder:
    """An order that goes on when the customer has done something: `what` says it."""

    row: OrderRow
    what: Phrase


@dataclass(frozen=True, slots=True)
class OrdersAtHome:
    """`waiting` needs the customer, `owed` is ours to ship and deliver, due first."""

    waiting: Sequence[WaitingOrder] = ()
    owed: Sequence[OrderRow] = ()


async def orders_at_home(*, by: Actor, limit: int = 10) -> OrdersAtHome:
    """The customer's orders for their home page, up to `limit` of each; one statement.

    What is to be paid (rules O8, O9, O22) or agreed to (rule O15) waits for them, the oldest first.
    What is to be confirmed, shipped or delivered and does not wait for them is owed: due first,
    then what has no clock, by its promised day.
    """
    rows = await fetch(_statement(limit), by.account_id)
    now = await database_now()
    waiting = [(order_row(row, now), row) for row in rows if row["list"] == "waiting"]
    return OrdersAtHome(
        waiting=[WaitingOrder(shown, _what(shown, row)) for shown, row in waiting],
        owed=[order_row(row, now) for row in rows if row["list"] == "owed"],
    )


def _statement(limit: int) -> str:
    # Most of what is owed has a clock: what has none is looked for while the list is not full.
    promised = f"""SELECT o.id, t.due_at, row_number() OVER (ORDER BY t.due_at, t.id) AS place
        FROM target t JOIN sales_order o ON o.id = t.subject_id
        WHERE t.account_id = $1 AND {OPEN_TARGET} AND {_OWED}
          AND NOT EXISTS (SELECT FROM target s WHERE {OPEN_TARGET.replace("t.", "s.")}
              AND s.subject_id = t.subject_id AND (s.due_at, s.id) < (t.due_at, t.id))
        ORDER BY t.due_at, t.id LIMIT {int(limit)}"""  # noqa: S608 - constants
    unpromised = f"""SELECT o.id, row_number() OVER (ORDER BY o.promised_ship_on, o.id) AS place
        FROM sales_order o WHERE o.account_id = $1 AND {_OWED}
          AND NOT EXISTS (SELECT FROM target t WHERE {OPEN_TARGET} AND t.subject_id = o.id)
        ORDER BY o.promised_ship_on, o.id
        LIMIT {int(limit)} - (SELECT count(*) FROM promised)"""  # noqa: S608 - constants
    waits = f"(({WAITS_FOR_PAYMENT}) OR ({_COULD_GO_IN_PARTS}))"
    waiting = f"""SELECT id, row_number() OVER (ORDER BY placed_at, id) AS place FROM (
            {_oldest("o.status = 'invoiced'", limit)}
            UNION ALL {_oldest(f"{_ON_THE_WAY_OUT} AND {waits}", limit)}) AS found
        ORDER BY placed_at, id LIMIT {int(limit)}"""  # noqa: S608 - constants
    return f"""WITH promised AS MATERIALIZED ({promised}), unpromised AS ({unpromised}),
            waiting AS ({waiting}),
            shown AS (SELECT id, place, 'waiting' AS list FROM waiting
                UNION ALL SELECT id, place, 'owed' FROM promised
                UNION ALL SELECT id, place + {int(limit)}, 'owed' FROM unpromised)
        SELECT shown.list, {ROW_COLUMNS}, o.invoice_number
        FROM shown JOIN sales_order o ON o.id = shown.id {JOINED}
        ORDER BY shown.place"""  # noqa: S608 - constants


def _oldest(condition: str, limit: int) -> str:
    return f"""(SELECT o.id, o.placed_at FROM sales_order o
        WHERE o.account_id = $1 AND {condition} ORDER BY o.placed_at, o.id LIMIT {int(limit)})"""  # noqa: S608


def _what(shown: OrderRow, row: Mapping[str, Any]) -> Phrase:
    if shown.waits_for_payment:
        return Phrase(_TO_PAY, {"amount": shown.balance})
    if row["invoice_number"]:
        return Phrase(_INVOICED, {"amount": shown.balance, "number": row["invoice_number"]})
    return Phrase(_IN_PARTS)
