"""A page of a list of requests: along which index it is walked, what its rows show."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from portal.database import database_now, fetch
from portal.domain.common.narrowing import Narrowed, Place
from portal.domain.quotes.queue_scope import EVERYBODY, QueueScope, looked_up_once
from portal.domain.quotes.request_rows import (
    JOINED,
    JOINED_TO,
    ROW_COLUMNS,
    key_of,
    place_of_key,
    request_row,
)
from portal.domain.quotes.states import RequestStatus
from portal.domain.quotes.views import Listing, RequestRow

MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class Walk:
    """What a list walks along, and a row's place in it."""

    of: str
    source: str
    shown_id: str
    moment: str
    row_id: str
    descending: bool
    joined: str
    key: Callable[[RequestRow], str]


BY_CHANGE = Walk(
    "r",
    "quote_request r",
    "r.id",
    "r.updated_at",
    "r.id",
    True,
    JOINED,
    lambda row: key_of(row.updated_at, row.id),
)
NEWEST = Walk(
    "r",
    "quote_request r",
    "r.id",
    "r.submitted_at",
    "r.id",
    True,
    JOINED,
    lambda row: key_of(row.submitted_at or row.updated_at, row.id),
)
DUE_FIRST = Walk(
    "t",
    "target t",
    "t.subject_id",
    "t.due_at",
    "t.id",
    False,
    JOINED_TO.format(target="shown.row_id"),
    lambda row: key_of(row.promise.due_at, row.promise.id) if row.promise else "",
)
# Where what is walked along does not say enough of the request itself.
DUE_FIRST_OF_REQUESTS = replace(
    DUE_FIRST, source="target t JOIN quote_request r ON r.id = t.subject_id"
)


def listed(statuses: Sequence[RequestStatus]) -> str:
    """States in SQL: they are words of ours, no parameters."""
    return ", ".join(f"'{status}'" for status in statuses)


def page_size(wanted: Place) -> int:
    """How many rows the page shows."""
    return max(1, min(wanted.size, MOST_ROWS))


def _by_status(statuses: Sequence[RequestStatus], scope: QueueScope) -> list[str]:
    """A condition for each walk.

    States are walked along one by one, each has its place in an index; but not a person's own,
    which are few.
    """
    if scope.column == "owner_id" and len(statuses) > 1:
        return [f"AND r.status IN ({listed(statuses)})"]
    return [f"AND r.status = '{status}'" for status in statuses] or [""]


async def page(
    narrowed: Narrowed,
    walk: Walk,
    wanted: Place,
    statuses: Sequence[RequestStatus] = (),
    scope: QueueScope = EVERYBODY,
) -> Listing:
    """One page, and the keys of its neighbours where there are any."""
    size = page_size(wanted)
    start, backwards = place_of_key(wanted.before or wanted.after), bool(wanted.before)
    if start is None:
        backwards = False
    else:
        comes_later = "<" if walk.descending is not backwards else ">"
        narrowed.add(f"({walk.moment}, {walk.row_id}) {comes_later} ({{0}}, {{1}})", *start)
    way = "DESC" if walk.descending is not backwards else "ASC"
    first = f"""SELECT {walk.shown_id} AS shown_id, {walk.moment} AS moment,
            {walk.row_id} AS row_id
        FROM {walk.source} WHERE {{scope}} AND {" AND ".join(narrowed.conditions)} {{and_status}}
        ORDER BY {walk.moment} {way}, {walk.row_id} {way} LIMIT {size + 1}"""  # noqa: S608
    with_keys, (scope,) = looked_up_once(scope_keys=scope)
    walks = " UNION ALL ".join(
        f"({scope.first_rows(first.replace('{and_status}', condition), walk.of)})"
        for condition in _by_status(statuses, scope)
    )
    # Which rows first, what to show of them afterwards: nothing is looked up in vain.
    rows = await fetch(
        f"""{with_keys} SELECT {ROW_COLUMNS} FROM (
                SELECT * FROM ({walks}) AS found
                ORDER BY found.moment {way}, found.row_id {way} LIMIT {size + 1}) AS shown
            JOIN quote_request r ON r.id = shown.shown_id {walk.joined}
            ORDER BY shown.moment {way}, shown.row_id {way}""",  # noqa: S608 - constants
        *narrowed.values,
    )
    now: datetime = await database_now()
    shown = [request_row(row, now) for row in rows[:size]]
    more = len(rows) > size
    if backwards:
        shown.reverse()
    return Listing(
        rows=shown,
        after=walk.key(shown[-1]) if shown and (more or backwards) else None,
        before=walk.key(shown[0]) if shown and (more if backwards else start) else None,
    )
