"""Lists of orders: the staff's queue, due first, and the customer's own, newest first.

The queue walks along two things at once: clocks that run, by what is due next, and orders that
nobody has promised yet, by when they came. Each has an index of its own, so a page costs the same
however many orders there are. Answers that customers wait for are a list of their own: they are
owed in any state of the order, also long after it was settled.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from portal.database import database_now, fetch
from portal.domain.common.actor import Actor
from portal.domain.common.search import query_terms
from portal.domain.orders.order_rows import (
    OPEN_QUESTION,
    OPEN_TARGET,
    ROW_COLUMNS,
    WAITS_FOR_PAYMENT,
    OrderListing,
    joined,
    order_row,
)
from portal.domain.orders.order_scope import all_visible, my_accounts, my_teams
from portal.domain.orders.states import OrderStatus
from portal.domain.quotes.queue_scope import EVERYBODY, QueueScope
from portal.domain.quotes.request_rows import key_of, place_of_key

MOST_ROWS = 200
_S = OrderStatus
TO_SHIP = frozenset({_S.PLACED, _S.CONFIRMED, _S.SCHEDULED, _S.IN_PREPARATION, _S.PARTLY_SHIPPED})


class StatusGroup(StrEnum):
    """What the filter offers besides single states."""

    TO_SHIP = "to_ship"
    TO_CONFIRM = "to_confirm"
    TO_PREPARE = "to_prepare"
    ON_THE_WAY = "on_the_way"
    TO_INVOICE = "to_invoice"
    TO_SETTLE = "to_settle"
    ANSWERS_OWED = "answers_owed"
    UNDER_WAY = "under_way"
    RECEIVED = "received"
    OPEN = "open"
    CLOSED = "closed"


class OwnerFilter(StrEnum):
    """Whose orders: of the accounts I serve, of those of my team and line, or all I may see.

    `ME` includes the accounts of colleagues I stand in for today.
    """

    ME = "me"
    TEAM = "team"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """What a list is narrowed to. `status` is an `OrderStatus` or a `StatusGroup` value, or empty.

    `unpaid`: waits for money before it may go on (rules O8, O9). `late`: its shipment was not there
    in time, or is not now. `text` searches reference, goods, customer and the customer's own
    number. What is unknown is treated as not given, so that old links keep working.
    """

    owner: str = OwnerFilter.ALL
    status: str = ""
    held: bool = False
    unpaid: bool = False
    late: bool = False
    account_id: int | None = None
    branch_id: int | None = None
    text: str = ""
    after: str = ""
    before: str = ""
    size: int = 50


GROUPS: dict[str, Collection[OrderStatus]] = {
    StatusGroup.TO_SHIP: TO_SHIP,
    StatusGroup.TO_CONFIRM: (_S.PLACED,),
    StatusGroup.TO_PREPARE: (_S.SCHEDULED, _S.PARTLY_SHIPPED),
    StatusGroup.ON_THE_WAY: (_S.SHIPPED,),
    StatusGroup.TO_INVOICE: (_S.DELIVERED,),
    StatusGroup.TO_SETTLE: (_S.INVOICED,),
    # What customers ask for: what is still to come, and what has arrived.
    StatusGroup.UNDER_WAY: (*sorted(TO_SHIP), _S.SHIPPED),
    StatusGroup.RECEIVED: (_S.DELIVERED, _S.INVOICED, _S.SETTLED),
    StatusGroup.OPEN: tuple(status for status in _S if status not in {_S.SETTLED, _S.CANCELLED}),
    StatusGroup.CLOSED: (_S.SETTLED, _S.CANCELLED),
}
# The words of the partial indexes, so that the planner sees that they fit.
_OF_TO_SHIP = "o.status IN ('placed', 'confirmed', 'scheduled', 'in_preparation', 'partly_shipped')"
_OF_OPEN = "o.status NOT IN ('settled', 'cancelled')"


@dataclass(frozen=True, slots=True)
class _Source:
    """What a list walks along; `late` is true for its rows that are late at `{0}`.

    `promise` is the clock (`target t`) that its rows show.
    """

    table: str
    of: str
    moment: str
    row_id: str
    condition: str
    late: str
    promise: str = OPEN_TARGET


_LATE_TARGET = "(t.breached_at IS NOT NULL OR (t.paused_since IS NULL AND t.due_at < {0}))"
_PROMISED = _Source(
    "target t JOIN sales_order o ON o.id = t.subject_id",
    "t",
    "t.due_at",
    "t.id",
    # Of two clocks of one order the first counts.
    f"""{OPEN_TARGET} AND NOT EXISTS (SELECT FROM target earlier
        WHERE {OPEN_TARGET.replace("t.", "earlier.")} AND earlier.subject_id = t.subject_id
          AND (earlier.due_at, earlier.id) < (t.due_at, t.id))""",
    _LATE_TARGET,
)
_UNPROMISED = _Source(
    "sales_order o",
    "o",
    "o.placed_at",
    "o.id",
    f"""{_OF_TO_SHIP} AND NOT EXISTS (
        SELECT FROM target t WHERE {OPEN_TARGET} AND t.subject_id = o.id)""",
    "{0}::timestamptz IS NULL",
)
_NEWEST = _Source(
    "sales_order o",
    "o",
    "o.placed_at",
    "o.id",
    "TRUE",
    """EXISTS (SELECT FROM target t WHERE t.subject_kind = 'sales_order' AND t.subject_id = o.id
        AND t.kind IN ('shipment', 'urgent_delivery')
        AND coalesce(t.breached_at, t.due_at) < coalesce(t.met_at, t.cancelled_at, {0}))""",
)
_ASKED = _Source(
    "target t JOIN sales_order o ON o.id = t.subject_id",
    "t",
    "t.due_at",
    "t.id",
    OPEN_QUESTION,  # an order owes one answer at a time
    _LATE_TARGET,
    promise=OPEN_QUESTION,
)
_OWED, _ANSWERS, _BY_AGE = (_PROMISED, _UNPROMISED), (_ASKED,), (_NEWEST,)


@dataclass(slots=True)
class _Wanted:
    """The conditions of a list with their parameters."""

    conditions: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def add(self, condition: str, *values: Any) -> None:
        """Add a condition with `{0}`, `{1}`, … where its values go."""
        self.conditions.append(condition.format(*self.places(*values)))

    def places(self, *values: Any) -> list[str]:
        """The parameters of `values`."""
        first = len(self.values) + 1
        self.values += values
        return [f"${first + number}" for number in range(len(values))]


async def orders(wanted: OrderFilter, *, by: Actor) -> OrderListing:
    """The orders that `by` may see (rule A6): staff's due first while they are owed, else newest.

    `ANSWERS_OWED` is for staff, by when the answer is due. One statement, besides the business
    clock.
    """
    statuses = statuses_of(wanted.status)
    narrowed = _Wanted()
    scope = _scope(wanted.owner, by=by)
    narrowed.values += scope.values
    _add_status(narrowed, statuses)
    _add_filters(narrowed, wanted)
    if wanted.account_id is not None or wanted.text or wanted.branch_id is not None:
        # Few rows are left: one walk with the scope as a condition beats one for each account.
        narrowed.conditions.append(scope.condition("o"))
        scope = EVERYBODY
    return await _page(narrowed, wanted, scope, _sources(wanted.status, by=by))


def statuses_of(status: str) -> list[OrderStatus]:
    """The states that a filter's value stands for, in their order; empty for any."""
    if status in GROUPS:
        return [each for each in OrderStatus if each in GROUPS[status]]
    return [OrderStatus(status)] if status in set(OrderStatus) else []


def _sources(status: str, *, by: Actor) -> Sequence[_Source]:
    """What the list of these states walks along."""
    if not by.is_staff:
        return _BY_AGE
    if status == StatusGroup.ANSWERS_OWED:
        return _ANSWERS
    statuses = set(statuses_of(status))
    return _OWED if statuses and statuses <= TO_SHIP else _BY_AGE


def _scope(owner: str, *, by: Actor) -> QueueScope:
    if owner == OwnerFilter.ME:
        return my_accounts(by, place=1)
    return my_teams(by, place=1) if owner == OwnerFilter.TEAM else all_visible(by, place=1)


def _add_status(narrowed: _Wanted, statuses: Collection[OrderStatus]) -> None:
    if not statuses:
        return
    if set(statuses) == TO_SHIP:
        narrowed.add(_OF_TO_SHIP)
        return
    if len(statuses) > 1:
        narrowed.add("o.status = ANY({0}::text[])", [each.value for each in statuses])
    else:
        narrowed.add("o.status = {0}", next(iter(statuses)).value)
    if _S.SETTLED not in statuses and _S.CANCELLED not in statuses:
        narrowed.add(_OF_OPEN)


def _add_filters(narrowed: _Wanted, wanted: OrderFilter) -> None:
    if wanted.held:
        narrowed.add("o.held_at IS NOT NULL")
    if wanted.unpaid:
        narrowed.add(WAITS_FOR_PAYMENT)
    if wanted.account_id is not None:
        narrowed.add("o.account_id = {0}", wanted.account_id)
    if wanted.branch_id is not None:
        narrowed.add(
            "o.account_id IN (SELECT id FROM account WHERE branch_id = {0})", wanted.branch_id
        )
    if terms := query_terms(wanted.text):
        narrowed.add("o.search_terms @> {0}::text[]", terms)


async def _page(
    narrowed: _Wanted, wanted: OrderFilter, scope: QueueScope, sources: Sequence[_Source]
) -> OrderListing:
    """One page, and the keys of its neighbours where there are any."""
    size = max(1, min(wanted.size, MOST_ROWS))
    now = await database_now()
    start = place_of_key(wanted.before or wanted.after)
    backwards = bool(wanted.before) and start is not None
    due_first = sources is not _BY_AGE
    descending = due_first is backwards
    way, comes_later = ("DESC", "<") if descending else ("ASC", ">")
    at = narrowed.places(*start) if start else []
    late = narrowed.places(now) if wanted.late else []
    walks = []
    for source in sources:
        conditions = ["{scope}", *narrowed.conditions, source.condition]
        if late:
            conditions.append(source.late.format(*late))
        if at:
            conditions.append(f"({source.moment}, {source.row_id}) {comes_later} ({', '.join(at)})")
        first = f"""SELECT o.id AS shown_id, {source.moment} AS moment, {source.row_id} AS row_id
            FROM {source.table} WHERE {" AND ".join(conditions)}
            ORDER BY {source.moment} {way}, {source.row_id} {way} LIMIT {size + 1}"""  # noqa: S608
        walks.append(f"(SELECT * FROM ({scope.first_rows(first, source.of)}) AS walked)")  # noqa: S608
    # Which rows first, what to show of them afterwards: nothing is looked up in vain.
    rows = await fetch(
        f"""SELECT {ROW_COLUMNS}, shown.moment, shown.row_id FROM (
                SELECT * FROM ({" UNION ALL ".join(walks)}) AS found
                ORDER BY found.moment {way}, found.row_id {way} LIMIT {size + 1}) AS shown
            JOIN sales_order o ON o.id = shown.shown_id {joined(sources[0].promise)}
            ORDER BY shown.moment {way}, shown.row_id {way}""",  # noqa: S608 - constants
        *narrowed.values,
    )
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    keys = [key_of(row["moment"], row["row_id"]) for row in rows]
    return OrderListing(
        rows=[order_row(row, now) for row in rows],
        after=keys[-1] if rows and (more or backwards) else None,
        before=keys[0] if rows and (more if backwards else start) else None,
    )
