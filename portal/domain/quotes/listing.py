"""Lists of requests: the customer's own and the staff's queue, filtered, by keyset pages."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from portal.database import database_now
from portal.domain.common.actor import Actor
from portal.domain.common.found import Searched, live_found, newest_found, own_found
from portal.domain.common.narrowing import Narrowed
from portal.domain.common.search import query_terms
from portal.domain.quotes.access import visible_requests
from portal.domain.quotes.list_pages import (
    BY_CHANGE,
    DUE_FIRST,
    DUE_FIRST_OF_REQUESTS,
    NEWEST,
    listed,
    page,
    page_size,
)
from portal.domain.quotes.queue_scope import EVERYBODY, QueueScope, all_visible, my_own, my_teams
from portal.domain.quotes.request_rows import LEADING_TARGET, place_of_key
from portal.domain.quotes.states import CLOSED, WORKABLE, RequestStatus
from portal.domain.quotes.views import Listing


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
_SEARCHED = Searched(
    "quote_request",
    "r",
    "submitted_at",
    live=_LIVE,
    filed="r.submitted_at IS NOT NULL",
)
# What is closed may still owe an answer.
_ASKED_LATER = """SELECT r.id FROM target t JOIN quote_request r ON r.id = t.subject_id
    WHERE t.subject_kind = 'quote_request' AND t.kind = 'next_response'
      AND t.met_at IS NULL AND t.cancelled_at IS NULL AND r.search_terms @> $1::text[]"""
_OVERDUE = "(t.breached_at IS NOT NULL OR (t.paused_since IS NULL AND t.due_at < {0}))"


async def own_requests(wanted: CustomerFilter, *, by: Actor) -> Listing:
    """The requests of the customer's account, last changed first; drafts included."""
    narrowed = Narrowed()
    narrowed.add_made(lambda place: visible_requests(by, place=place))
    statuses = _statuses(wanted.status)
    if terms := query_terms(wanted.text):
        narrowed.add_found("r", terms, await own_found("own_requests_found", terms))
    return await page(narrowed, BY_CHANGE, wanted, statuses)


async def queue(wanted: QueueFilter, *, by: Actor) -> Listing:
    """The requests that `by` may see (rule A6)."""
    narrowed = Narrowed()
    statuses = _statuses(wanted.status)
    # Whatever is overdue is owed, in any state.
    owed = wanted.overdue or (bool(statuses) and set(statuses) <= WORKABLE)
    if owed and wanted.status == StatusGroup.WORKABLE:
        statuses = []  # what is owed says it
    of_requests = bool(statuses or wanted.urgent or wanted.text)
    walk = NEWEST
    if owed:
        walk = DUE_FIRST_OF_REQUESTS if of_requests else DUE_FIRST
    scope = _scope(wanted.owner, by=by)
    narrowed.values += scope.values
    narrowed.conditions.append(LEADING_TARGET if owed else "r.submitted_at IS NOT NULL")
    if wanted.owner == OwnerFilter.UNASSIGNED:
        narrowed.conditions.append(f"{walk.of}.owner_id IS NULL")
    if owed and statuses:
        narrowed.conditions.append(_LIVE)
    if wanted.urgent:
        narrowed.conditions.append("r.urgent AND r.submitted_at IS NOT NULL")  # has its index
    if wanted.overdue:
        narrowed.add(_OVERDUE, await database_now())
    if wanted.account_id is not None:
        narrowed.add(f"{walk.of}.account_id = {{0}}", wanted.account_id)
    few = wanted.account_id is not None or wanted.text or (owed and wanted.urgent)
    if few or wanted.owner == OwnerFilter.UNASSIGNED:
        # Few rows are left: one walk with the scope as a condition beats one for each account.
        narrowed.conditions.append(scope.condition(walk.of))
        scope = EVERYBODY
    if terms := query_terms(wanted.text):
        if owed:
            narrowed.add_found("r", terms, await live_found(_SEARCHED, terms, _ASKED_LATER))
        else:
            return await _found_page(narrowed, terms, wanted, statuses)
    return await page(narrowed, walk, wanted, statuses, scope)


def _scope(owner: str, *, by: Actor) -> QueueScope:
    if owner == OwnerFilter.ME:
        return my_own(by, place=1)
    return my_teams(by, place=1) if owner == OwnerFilter.TEAM else all_visible(by, place=1)


def _statuses(status: str) -> list[RequestStatus]:
    if status in _GROUPS:
        return sorted(_GROUPS[status])
    return [RequestStatus(status)] if status in set(RequestStatus) else []


async def _found_page(
    narrowed: Narrowed,
    terms: list[str],
    wanted: QueueFilter,
    statuses: Sequence[RequestStatus],
) -> Listing:
    """A page of the newest requests with these words."""
    looked = narrowed.copy()
    if statuses:
        looked.conditions.append(f"r.status IN ({listed(statuses)})")
    start, backwards = place_of_key(wanted.before or wanted.after), bool(wanted.before)
    if start is not None:
        comes_later = ">" if backwards else "<"
        looked.add(f"(r.submitted_at, r.id) {comes_later} ({{0}}, {{1}})", *start)
    found = await newest_found(
        _SEARCHED,
        terms,
        looked.conditions,
        looked.values,
        size=page_size(wanted) + 1,
        start=start[0] if start else None,
        newest_first=start is None or not backwards,
    )
    if found is None:
        narrowed.add_found("r", terms, None)
        return await page(narrowed, NEWEST, wanted, statuses)
    if not found:
        return Listing(())
    return await page(Narrowed(["r.id = ANY ($1::bigint[])"], [found]), NEWEST, wanted)
