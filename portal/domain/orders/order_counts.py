"""How many orders lie where. Counted up to a bound: a badge says 99+, never scans everything."""

from dataclasses import dataclass
from typing import Any

from portal.database import database_now, fetch_row
from portal.domain.common.actor import Actor
from portal.domain.orders.order_rows import OPEN_QUESTION, OPEN_TARGET, WAITS_FOR_PAYMENT
from portal.domain.orders.order_scope import all_visible, my_accounts
from portal.domain.quotes.queue_counts import MOST
from portal.domain.quotes.queue_scope import QueueScope, looked_up_once


@dataclass(frozen=True, slots=True)
class OrderCounts:
    """Orders that are still to be shipped, at most `MOST` of each.

    `answers` are orders in any state in which a customer's question waits.
    """

    mine: int
    to_confirm: int
    late: int
    held: int
    unpaid: int
    answers: int


async def order_counts(*, by: Actor) -> OrderCounts:
    """The counts as `by` sees them (rule A6), in one statement besides the clock."""
    visible = all_visible(by, place=2)
    mine = my_accounts(by, place=2 + len(visible.values))
    values: list[Any] = [await database_now(), *visible.values, *mine.values]
    with_keys, (visible, mine) = looked_up_once(visible=visible, mine=mine)
    to_ship = "o.status IN ('placed','confirmed','scheduled','in_preparation','partly_shipped')"
    row = await fetch_row(
        f"""{with_keys} SELECT {_bounded(mine, "sales_order o", "o", to_ship)} AS mine,
                {_bounded(visible, "sales_order o", "o", f"{to_ship} AND o.status = 'placed'")}
                    AS to_confirm,
                {_bounded(visible, "target t", "t", f"{OPEN_TARGET} AND t.due_at < $1")} AS late,
                {_bounded(visible, "sales_order o", "o", f"{to_ship} AND o.held_at IS NOT NULL")}
                    AS held,
                {_bounded(visible, "sales_order o", "o", f"{to_ship} AND {WAITS_FOR_PAYMENT}")}
                    AS unpaid,
                {_bounded(visible, "target t", "t", OPEN_QUESTION)} AS answers""",
        *values,
    )
    assert row is not None  # noqa: S101 - a row of counts
    return OrderCounts(**dict(row))


def _bounded(scope: QueueScope, table: str, of: str, condition: str) -> str:
    first = f"SELECT {of}.id FROM {table} WHERE {{scope}} AND {condition} LIMIT {MOST}"  # noqa: S608
    found = scope.first_rows(first, of)
    return f"(SELECT count(*) FROM (SELECT FROM ({found}) AS each_of LIMIT {MOST}) AS some_of)"  # noqa: S608
