"""How many orders lie where. Counted up to a bound: a badge says 99+, never scans everything."""

from dataclasses import dataclass
from typing import Any

from portal.database import database_now, fetch_row
from portal.domain.common.actor import Actor
from portal.domain.orders.order_rows import OPEN_QUESTION, OPEN_TARGET, WAITS_FOR_PAYMENT
from portal.domain.orders.order_scope import all_visible, my_accounts
from portal.domain.quotes.queue_counts import MOST
from portal.domain.quotes.queue_scope import QueueScope, looked_up_once

_TO_SHIP = "o.status IN ('placed','confirmed','scheduled','in_preparation','partly_shipped')"


@dataclass(frozen=True, slots=True)
class OwnOrderCounts:
    """What orders ask of somebody, at most `MOST` of each; orders that are still to be shipped.

    `answers` are orders in any state in which a customer's question waits.
    """

    mine: int
    to_confirm: int
    answers: int


@dataclass(frozen=True, slots=True)
class OrderCounts(OwnOrderCounts):
    """And what is to be looked after among them."""

    late: int
    held: int
    unpaid: int


async def own_order_counts(*, by: Actor) -> OwnOrderCounts:
    """The counts of the first page of the day as `by` sees them (rule A6), in one statement."""
    visible = all_visible(by, place=1)
    mine = my_accounts(by, place=1 + len(visible.values))
    values = [*visible.values, *mine.values]
    with_keys, (visible, mine) = looked_up_once(visible=visible, mine=mine)
    row = await fetch_row(f"{with_keys} SELECT {_own(visible, mine)}", *values)
    assert row is not None  # noqa: S101 - a row of counts
    return OwnOrderCounts(**dict(row))


async def order_counts(*, by: Actor) -> OrderCounts:
    """The counts as `by` sees them (rule A6), in one statement besides the clock."""
    visible = all_visible(by, place=2)
    mine = my_accounts(by, place=2 + len(visible.values))
    values: list[Any] = [await database_now(), *visible.values, *mine.values]
    with_keys, (visible, mine) = looked_up_once(visible=visible, mine=mine)
    row = await fetch_row(
        f"""{with_keys} SELECT {_own(visible, mine)},
                {_bounded(visible, "target t", "t", f"{OPEN_TARGET} AND t.due_at < $1")} AS late,
                {_bounded(visible, "sales_order o", "o", f"{_TO_SHIP} AND o.held_at IS NOT NULL")}
                    AS held,
                {_bounded(visible, "sales_order o", "o", f"{_TO_SHIP} AND {WAITS_FOR_PAYMENT}")}
                    AS unpaid""",
        *values,
    )
    assert row is not None  # noqa: S101 - a row of counts
    return OrderCounts(**dict(row))


def _own(visible: QueueScope, mine: QueueScope) -> str:
    to_confirm = f"{_TO_SHIP} AND o.status = 'placed'"
    return f"""{_bounded(mine, "sales_order o", "o", _TO_SHIP)} AS mine,
        {_bounded(visible, "sales_order o", "o", to_confirm)} AS to_confirm,
        {_bounded(visible, "target t", "t", OPEN_QUESTION)} AS answers"""


def _bounded(scope: QueueScope, table: str, of: str, condition: str) -> str:
    first = f"SELECT {of}.id FROM {table} WHERE {{scope}} AND {condition} LIMIT {MOST}"  # noqa: S608
    found = scope.first_rows(first, of)
    return f"(SELECT count(*) FROM (SELECT FROM ({found}) AS each_of LIMIT {MOST}) AS some_of)"  # noqa: S608
