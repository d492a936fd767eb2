"""Lists of requests: the customer's own and the staff's queue, filtered, by keyset pages."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from portal.database import database_now, fetch
from portal.domain.common.actor import Actor
from portal.domain.common.search import query_terms
from portal.domain.quotes.access import visible_requests
from portal.domain.quotes.queue_scope import EVERYBODY, QueueScope, all_visible, my_own, my_teams
from portal.domain.quotes.request_rows import (
    JOINED,
    JOINED_TO,
    LEADING_TARGET,
    ROW_COLUMNS,
    key_of,
    place_of_key,
    request_row,
)
from portal.domain.quotes.states import CLOSED, WORKABLE, RequestStatus
from portal.domain.quotes.views import Listing, RequestRow


class StatusGroup(StrEnum):
    """What the filter offers besides single states."""

    WORKABLE = "workable"
    WAITING_FOR_CUSTOMER = "waiting_for_you"
    CLOSED = "closed"


class OwnerFilter(StrEnum):
    """Whose requests the queue shows; `ME` includes those of colleagues I stand in for today."""

    ME = "me"
    TEAM = "team"
    ALL = "all"
    UNASSIGNED = "unassigned"


@dataclass(frozen=True, slots=True)
class CustomerFilter:
    """`status` is a `RequestStatus` or a `StatusGroup` value, empty for all; `text` searches.

    What is unknown is treated as not given, so that old links keep working.
    """

    status: str = ""
    text: str = ""
    after: str = ""
    before: str = ""
    size: int = 50


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """The staff's queue: due first for what is owed, else newest first.

    What is unknown is treated as not given, so that old links keep working.
    """

    owner: str = OwnerFilter.ALL
    status: str = StatusGroup.WORKABLE
    urgent: bool = False
    overdue: bool = False
    account_id: int | None = None
    text: str = ""
    after: str = ""
    before: str = ""
    size: int = 50


_GROUPS: dict[str, Collection[RequestStatus]] = {
    StatusGroup.WORKABLE: WORKABLE,
    StatusGroup.WAITING_FOR_CUSTOMER: (RequestStatus.WAITING_FOR_CUSTOMER, RequestStatus.QUOTED),
    StatusGroup.CLOSED: CLOSED,
}
_LIVE = "r.closed_at IS NULL"  # what is not closed has indexes of its own
_OVERDUE = "(t.breached_at IS NOT NULL OR (t.paused_since IS NULL AND t.due_at < {0}))"


@dataclass(frozen=True, slots=True)
class _Order:
    """What a list walks along, and a row's place in it."""

    of: str
    source: str
    shown_id: str
    moment: str
    row_id: str
    descending: bool
    joined: str
    key: Callable[[RequestRow], str]


_BY_CHANGE = _Order(
    "r",
    "quote_request r",
    "r.id",
    "r.updated_at",
    "r.id",
    True,
    JOINED,
    lambda row: key_of(row.updated_at, row.id),
)
_NEWEST = _Order(
    "r",
    "quote_request r",
    "r.id",
    "r.submitted_at",
    "r.id",
    True,
    JOINED,
    lambda row: key_of(row.submitted_at or row.updated_at, row.id),
)
_DUE_FIRST = _Order(
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
_DUE_FIRST_OF_REQUESTS = replace(
    _DUE_FIRST, source="target t JOIN quote_request r ON r.id = t.subject_id"
)


@dataclass(slots=True)
class _Wanted:
    """The conditions of a list with their parameters."""

    conditions: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def add(self, condition: str, *values: Any) -> None:
        """Add a condition with `{0}`, `{1}`, … where its values go."""
        first = len(self.values) + 1
        places = [f"${first + number}" for number in range(len(values))]
        self.conditions.append(condition.format(*places))
        self.values += values

    def add_made(self, made: Callable[[int], tuple[str, list[Any]]]) -> None:
        """Add a condition that numbers its own parameters from the place it is given."""
        condition, values = made(len(self.values) + 1)
        self.conditions.append(condition)
        self.values += values


async def own_requests(wanted: CustomerFilter, *, by: Actor) -> Listing:
    """The requests of the customer's account, last changed first; drafts included."""
    narrowed = _Wanted()
    narrowed.add_made(lambda place: visible_requests(by, place=place))
    statuses = _statuses(wanted.status)
    if statuses and CLOSED.isdisjoint(statuses):
        narrowed.conditions.append(_LIVE)
    _add_text(narrowed, wanted.text)
    return await _page(narrowed, _BY_CHANGE, wanted, statuses)


async def queue(wanted: QueueFilter, *, by: Actor) -> Listing:
    """The requests that `by` may see (rule A6)."""
    narrowed = _Wanted()
    statuses = _statuses(wanted.status)
    # Whatever is overdue is owed, in any state.
    owed = wanted.overdue or (bool(statuses) and set(statuses) <= WORKABLE)
    if owed and wanted.status == StatusGroup.WORKABLE:
        statuses = []  # what is owed says it
    of_requests = bool(statuses or wanted.urgent or wanted.text)
    order = _NEWEST
    if owed:
        order = _DUE_FIRST_OF_REQUESTS if of_requests else _DUE_FIRST
    scope = _scope(wanted.owner, by=by)
    narrowed.values += scope.values
    narrowed.conditions.append(LEADING_TARGET if owed else "r.submitted_at IS NOT NULL")
    if wanted.owner == OwnerFilter.UNASSIGNED:
        narrowed.conditions.append(f"{order.of}.owner_id IS NULL")
    if owed and of_requests and CLOSED.isdisjoint(statuses):
        narrowed.conditions.append(_LIVE)
    if wanted.urgent:
        narrowed.conditions.append("r.urgent")
    if wanted.overdue:
        narrowed.add(_OVERDUE, await database_now())
    if wanted.account_id is not None:
        narrowed.add(f"{order.of}.account_id = {{0}}", wanted.account_id)
    _add_text(narrowed, wanted.text)
    few = wanted.account_id is not None or wanted.text or (owed and wanted.urgent)
    if few or wanted.owner == OwnerFilter.UNASSIGNED:
        # Few rows are left: one walk with the scope as a condition beats one for each account.
        narrowed.conditions.append(scope.condition(order.of))
        scope = EVERYBODY
    return await _page(narrowed, order, wanted, statuses, scope)


def _scope(owner: str, *, by: Actor) -> QueueScope:
    if owner == OwnerFilter.ME:
        return my_own(by, place=1)
    return my_teams(by, place=1) if owner == OwnerFilter.TEAM else all_visible(by, place=1)


def _statuses(status: str) -> list[RequestStatus]:
    if status in _GROUPS:
        return sorted(_GROUPS[status])
    return [RequestStatus(status)] if status in set(RequestStatus) else []


def _add_text(narrowed: _Wanted, text: str) -> None:
    terms = query_terms(text)
    if terms:
        narrowed.add("r.search_terms @> {0}::text[]", terms)


def _by_status(statuses: Sequence[RequestStatus], scope: QueueScope) -> list[str]:
    """A condition for each walk. The states are words of ours, no parameters.

    States are walked along one by one, each has its place in an index; but not a person's own,
    which are few.
    """
    if scope.column == "owner_id" and len(statuses) > 1:
        listed = ", ".join(f"'{status}'" for status in statuses)
        return [f"AND r.status IN ({listed})"]
    return [f"AND r.status = '{status}'" for status in statuses] or [""]


async def _page(
    narrowed: _Wanted,
    order: _Order,
    wanted: CustomerFilter | QueueFilter,
    statuses: Sequence[RequestStatus] = (),
    scope: QueueScope = EVERYBODY,
) -> Listing:
    """One page, and the keys of its neighbours where there are any."""
    size = max(1, min(wanted.size, 200))
    start, backwards = place_of_key(wanted.before or wanted.after), bool(wanted.before)
    if start is None:
        backwards = False
    else:
        comes_later = "<" if order.descending is not backwards else ">"
        narrowed.add(f"({order.moment}, {order.row_id}) {comes_later} ({{0}}, {{1}})", *start)
    way = "DESC" if order.descending is not backwards else "ASC"
    first = f"""SELECT {order.shown_id} AS shown_id, {order.moment} AS moment,
            {order.row_id} AS row_id
        FROM {order.source} WHERE {{scope}} AND {" AND ".join(narrowed.conditions)} {{and_status}}
        ORDER BY {order.moment} {way}, {order.row_id} {way} LIMIT {size + 1}"""  # noqa: S608
    walks = " UNION ALL ".join(
        f"({scope.first_rows(first.replace('{and_status}', condition), order.of)})"
        for condition in _by_status(statuses, scope)
    )
    # Which rows first, what to show of them afterwards: nothing is looked up in vain.
    rows = await fetch(
        f"""SELECT {ROW_COLUMNS} FROM (
                SELECT * FROM ({walks}) AS found
                ORDER BY found.moment {way}, found.row_id {way} LIMIT {size + 1}) AS shown
            JOIN quote_request r ON r.id = shown.shown_id {order.joined}
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
        after=order.key(shown[-1]) if shown and (more or backwards) else None,
        before=order.key(shown[0]) if shown and (more if backwards else start) else None,
    )
