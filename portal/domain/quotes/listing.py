"""Lists of requests: the customer's own and the staff's queue, filtered, by keyset pages."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from portal.database import database_now, fetch
from portal.domain.common.actor import Actor
from portal.domain.common.search import query_terms
from portal.domain.quotes.access import own_and_stood_in_for, team_accounts, visible_requests
from portal.domain.quotes.request_rows import (
    FROM_REQUESTS,
    FROM_TARGETS,
    OPEN_TARGET,
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
_OVERDUE = "(t.breached_at IS NOT NULL OR (t.paused_since IS NULL AND t.due_at < {now}))"


@dataclass(frozen=True, slots=True)
class _Order:
    """The order of a list: by which columns, which way, and a row's place in it."""

    moment: str
    row_id: str
    descending: bool
    key: Callable[[RequestRow], str]


_BY_CHANGE = _Order("r.updated_at", "r.id", True, lambda row: key_of(row.updated_at, row.id))
_NEWEST = _Order(
    "r.submitted_at", "r.id", True, lambda row: key_of(row.submitted_at or row.updated_at, row.id)
)


def _due_key(row: RequestRow) -> str:
    return key_of(row.promise.due_at, row.promise.id) if row.promise else ""


_DUE_FIRST = _Order("t.due_at", "t.id", False, _due_key)


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
    _add_status(narrowed, wanted.status)
    _add_text(narrowed, wanted.text)
    return await _page(FROM_REQUESTS, narrowed, _BY_CHANGE, wanted)


async def queue(wanted: QueueFilter, *, by: Actor) -> Listing:
    """The requests that `by` may see (rule A6)."""
    narrowed = _Wanted()
    narrowed.add_made(lambda place: visible_requests(by, place=place))
    statuses = _statuses(wanted.status)
    owed = bool(statuses) and set(statuses) <= WORKABLE
    _add_status(narrowed, wanted.status)
    if owed:
        narrowed.add(OPEN_TARGET)
    else:
        narrowed.add("r.submitted_at IS NOT NULL")
    _add_owner(narrowed, wanted.owner, owed=owed, by=by)
    if wanted.urgent:
        narrowed.add("r.urgent")
    if wanted.overdue:
        narrowed.add(_OVERDUE.format(now="{0}"), await database_now())
    if wanted.account_id is not None:
        narrowed.add(("t" if owed else "r") + ".account_id = {0}", wanted.account_id)
    _add_text(narrowed, wanted.text)
    source, order = (FROM_TARGETS, _DUE_FIRST) if owed else (FROM_REQUESTS, _NEWEST)
    return await _page(source, narrowed, order, wanted)


def _statuses(status: str) -> list[RequestStatus]:
    if status in _GROUPS:
        return sorted(_GROUPS[status])
    return [RequestStatus(status)] if status in set(RequestStatus) else []


def _add_status(narrowed: _Wanted, status: str) -> None:
    statuses = _statuses(status)
    if statuses:
        values = [each.value for each in statuses]
        narrowed.add("r.status = ANY({0}::text[])", values)


def _add_text(narrowed: _Wanted, text: str) -> None:
    terms = query_terms(text)
    if terms:
        narrowed.add("r.search_terms @> {0}::text[]", terms)


def _add_owner(narrowed: _Wanted, owner: str, *, owed: bool, by: Actor) -> None:
    column = "t.owner_id" if owed else "r.owner_id"
    if owner == OwnerFilter.UNASSIGNED:
        narrowed.add(f"{column} IS NULL")
    elif owner == OwnerFilter.ME:
        narrowed.add_made(lambda place: own_and_stood_in_for(by, column, place=place))
    elif owner == OwnerFilter.TEAM:
        account = "t.account_id" if owed else "r.account_id"
        narrowed.add_made(lambda place: team_accounts(by, account, place=place))


async def _page(
    source: str, narrowed: _Wanted, order: _Order, wanted: CustomerFilter | QueueFilter
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
    rows = await fetch(
        f"""SELECT {ROW_COLUMNS} {source} WHERE {" AND ".join(narrowed.conditions)}
            ORDER BY {order.moment} {way}, {order.row_id} {way} LIMIT {size + 1}""",
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
