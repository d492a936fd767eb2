"""A page of a list of orders: along which indexes it is walked, what its rows show.

What is owed walks along two things at once: clocks that run, by what is due next, and orders that
nobody has promised yet, by when they came. Each has an index of its own, so a page costs the same
however many orders there are.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from portal.database import database_now, fetch
from portal.domain.common.narrowing import Narrowed, Place
from portal.domain.orders.order_rows import (
    OPEN_QUESTION,
    OPEN_TARGET,
    ROW_COLUMNS,
    OrderListing,
    joined,
    order_row,
)
from portal.domain.orders.states import OrderStatus
from portal.domain.quotes.queue_scope import QueueScope, looked_up_once
from portal.domain.quotes.request_rows import key_of, place_of_key

MOST_ROWS = 200
_S = OrderStatus
TO_SHIP = frozenset({_S.PLACED, _S.CONFIRMED, _S.SCHEDULED, _S.IN_PREPARATION, _S.PARTLY_SHIPPED})
# Rules O8, O9: before they are confirmed nothing is to be paid, and afterwards it has shipped.
WAIT_FOR_PAYMENT = TO_SHIP - {_S.PLACED}
# The words of the partial index, so that the planner sees that they fit.
OF_TO_SHIP = "o.status IN ('placed', 'confirmed', 'scheduled', 'in_preparation', 'partly_shipped')"


@dataclass(frozen=True, slots=True)
class Source:
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
_PROMISED = Source(
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
_UNPROMISED = Source(
    "sales_order o",
    "o",
    "o.placed_at",
    "o.id",
    # Asked for with states that are to be shipped. Said twice, they would count as rare.
    f"NOT EXISTS (SELECT FROM target t WHERE {OPEN_TARGET} AND t.subject_id = o.id)",
    "{0}::timestamptz IS NULL",
)
NEWEST = Source(
    "sales_order o",
    "o",
    "o.placed_at",
    "o.id",
    "TRUE",
    """EXISTS (SELECT FROM target t WHERE t.subject_kind = 'sales_order' AND t.subject_id = o.id
        AND t.kind IN ('shipment', 'urgent_delivery')
        AND coalesce(t.breached_at, t.due_at) < coalesce(t.met_at, t.cancelled_at, {0}))""",
)
_ASKED = Source(
    "target t JOIN sales_order o ON o.id = t.subject_id",
    "t",
    "t.due_at",
    "t.id",
    OPEN_QUESTION,  # an order owes one answer at a time
    _LATE_TARGET,
    promise=OPEN_QUESTION,
)
OWED, ANSWERS, BY_AGE = (_PROMISED, _UNPROMISED), (_ASKED,), (NEWEST,)


def page_size(wanted: Place) -> int:
    """How many rows the page shows."""
    return max(1, min(wanted.size, MOST_ROWS))


def listed(statuses: Collection[OrderStatus]) -> str:
    """States in SQL: they are words of ours, no parameters."""
    return ", ".join(f"'{status}'" for status in statuses)


def _by_status(statuses: Sequence[OrderStatus], source: Source) -> list[str]:
    """A condition for each walk: every state has its place in an index."""
    if not statuses or set(statuses) == TO_SHIP:
        return [OF_TO_SHIP] if statuses else ["TRUE"]
    if source.of == "t":
        return [f"o.status IN ({listed(statuses)})"]
    return [f"o.status = '{status}'" for status in statuses]


async def page(
    narrowed: Narrowed,
    wanted: Place,
    scope: QueueScope,
    sources: Sequence[Source],
    statuses: Sequence[OrderStatus] = (),
    *,
    late: Sequence[str] = (),
) -> OrderListing:
    """One page, and the keys of its neighbours where there are any."""
    size = page_size(wanted)
    start = place_of_key(wanted.before or wanted.after)
    backwards = bool(wanted.before) and start is not None
    due_first = sources is not BY_AGE
    descending = due_first is backwards
    way, comes_later = ("DESC", "<") if descending else ("ASC", ">")
    at = narrowed.places(*start) if start else []
    with_keys, (scope,) = looked_up_once(scope_keys=scope)
    walks = []
    for source in sources:
        conditions = ["{scope}", *narrowed.conditions, source.condition]
        if late:
            conditions.append(source.late.format(*late))
        if at:
            conditions.append(f"({source.moment}, {source.row_id}) {comes_later} ({', '.join(at)})")
        for of_status in _by_status(statuses, source):
            first = f"""SELECT o.id AS shown_id, {source.moment} AS moment,
                    {source.row_id} AS row_id
                FROM {source.table} WHERE {" AND ".join([*conditions, of_status])}
                ORDER BY {source.moment} {way}, {source.row_id} {way} LIMIT {size + 1}"""  # noqa: S608
            walks.append(f"(SELECT * FROM ({scope.first_rows(first, source.of)}) AS walked)")  # noqa: S608
    # Which rows first, what to show of them afterwards: nothing is looked up in vain.
    rows = await fetch(
        f"""{with_keys} SELECT {ROW_COLUMNS}, shown.moment, shown.row_id FROM (
                SELECT * FROM ({" UNION ALL ".join(walks)}) AS found
                ORDER BY found.moment {way}, found.row_id {way} LIMIT {size + 1}) AS shown
            JOIN sales_order o ON o.id = shown.shown_id {joined(sources[0].promise)}
            ORDER BY shown.moment {way}, shown.row_id {way}""",  # noqa: S608 - constants
        *narrowed.values,
    )
    now = await database_now()
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    keys = [key_of(row["moment"], row["row_id"]) for row in rows]
    return OrderListing(
        rows=[order_row(row, now) for row in rows],
        after=keys[-1] if rows and (more or backwards) else None,
        before=keys[0] if rows and (more if backwards else start) else None,
    )
