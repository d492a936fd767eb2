"""The queue of visits: by the day they are due, those unvisited longest first, or the newest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from portal.database import database_now, fetch, fetch_row
from portal.domain.common.actor import Actor
from portal.domain.common.permissions import Permission
from portal.domain.common.search import query_terms
from portal.domain.common.search_condition import search_condition
from portal.domain.complaints.complaint_scope import (
    ComplaintScope,
    asked_once,
    everything,
    my_line,
)
from portal.domain.complaints.walking import Walk
from portal.domain.opinions.keyset import Wanted, cut_of
from portal.domain.quotes.progress import require
from portal.domain.quotes.queue_counts import MOST
from portal.domain.quotes.queue_scope import my_own
from portal.domain.visits.access import visible_visits_condition
from portal.domain.visits.states import VisitKind, VisitRule, VisitStatus
from portal.domain.visits.visit_rows import (
    JOINED,
    LAST_VISIT,
    ROW_COLUMNS,
    VisitListing,
    visit_row,
)
from portal.domain.visits.visit_scope import visible

_S = VisitStatus
_OF_OPEN = "v.status NOT IN ('made', 'cancelled')"


class VisitGroup(StrEnum):
    """What the filter offers besides single states."""

    OPEN = "open"
    TO_ARRANGE = "to_arrange"  # visits without an appointment that is agreed or asked for
    FOR_US = "for_us"  # planned, or the customer wants another time
    WITH_CUSTOMER = "with_customer"  # a time was proposed
    AGREED = "agreed"
    ENDED = "ended"


class VisitOwner(StrEnum):
    """Whose: mine with those I stand in for, what I and my line own, all that I may see."""

    ME = "me"
    TEAM = "team"
    ALL = "all"


class VisitSort(StrEnum):
    DUE = "due"
    LONGEST_UNVISITED = "longest_unvisited"  # rule V9
    NEWEST = "newest"


GROUPS: Mapping[str, tuple[VisitStatus, ...]] = {
    VisitGroup.OPEN: tuple(status for status in _S if status.is_open),
    VisitGroup.TO_ARRANGE: (_S.PLANNED,),
    VisitGroup.FOR_US: (_S.PLANNED, _S.COUNTERED),
    VisitGroup.WITH_CUSTOMER: (_S.PROPOSED,),
    VisitGroup.AGREED: (_S.CONFIRMED,),
    VisitGroup.ENDED: (_S.MADE, _S.CANCELLED),
}


@dataclass(frozen=True, slots=True)
class VisitFilter:
    """What the queue is narrowed to. `status`: a state or a `VisitGroup` value, empty for any.

    `late`: not made by the day it was due. `text` searches reference, customer, goal, place and
    report. What is unknown is treated as not given, so that old links keep working.
    """

    owner: str = VisitOwner.ALL
    status: str = VisitGroup.OPEN
    kind: str = ""
    rule: str = ""
    late: bool = False
    account_id: int | None = None
    branch_id: int | None = None
    dealer_id: int | None = None
    text: str = ""
    sort: str = VisitSort.DUE
    after: str = ""
    before: str = ""
    size: int = 50


@dataclass(frozen=True, slots=True)
class VisitCounts:
    """How many open visits wait, at most `MOST` each, for the rail: of `by` and whom they stand in
    for."""

    mine: int
    for_us: int
    late: int


async def visits(wanted: VisitFilter, *, by: Actor) -> VisitListing:
    """One page of the visits that `by` may see (rule A6). Raises `NotAllowed`."""
    require(by, Permission.READ_VISITS)
    now = await database_now()
    scope = _scope(wanted.owner, by=by)
    narrowed = Wanted(values=list(scope.values))
    statuses = statuses_of(wanted.status)
    if statuses == statuses_of(VisitGroup.OPEN):
        narrowed.conditions.append(_OF_OPEN)
    elif statuses:
        # Written out: the planner then sees which partial index fits, and counts them once.
        known = ", ".join(f"'{status.value}'" for status in statuses)
        narrowed.conditions.append(f"v.status IN ({known})")
    await _narrow(narrowed, wanted, by=by)
    order = _order(wanted.sort, statuses)
    few = wanted.account_id is not None or wanted.dealer_id is not None or wanted.text
    if few or order is _LONGEST_UNVISITED:
        # Few rows are left: one walk with the scope as a condition beats one for each way.
        narrowed.conditions.append(scope.condition("v"))
        scope = everything()
    cut = cut_of(wanted.after, wanted.before, wanted.size, ascending=order.walk.ascends)
    cut.narrow(narrowed, order.walk.moment, "v.id", place=order.place)
    head, (scope,) = asked_once(scope)
    shown = order.walk.first_rows(
        scope, narrowed.conditions, ascending=cut.ascending, limit=cut.size + 1
    )
    # Which rows first, what to show of them afterwards: nothing is looked up in vain.
    rows = await fetch(
        f"""{head}SELECT {ROW_COLUMNS}, shown.moment
            FROM ({shown}) AS shown JOIN visit v ON v.id = shown.id {JOINED}
            ORDER BY shown.moment {cut.way}, v.id {cut.way}""",  # noqa: S608 - constants
        *narrowed.values,
    )
    found, after, before = cut.page(rows)
    return VisitListing([visit_row(row, now) for row in found], after, before)


async def visit_counts(*, by: Actor) -> VisitCounts:
    """What waits for `by`. Raises `NotAllowed`."""
    require(by, Permission.READ_VISITS)
    head, (own,) = asked_once(ComplaintScope([my_own(by, place=1)]))
    row = await fetch_row(
        f"""{head}SELECT {_bounded(own, _MINE)} AS mine, {_bounded(own, _FOR_US)} AS for_us,
                {_bounded(own, _LATE)} AS late""",
        by.staff_member_id,
        await database_now(),
    )
    assert row is not None  # noqa: S101 - a row of counts
    return VisitCounts(**dict(row))


def _bounded(scope: ComplaintScope, rows: str) -> str:
    found = scope.some_rows(f"{rows} LIMIT {MOST}", "c")
    return f"(SELECT count(*) FROM (SELECT FROM ({found}) AS each_of LIMIT {MOST}) AS some_of)"  # noqa: S608


_MINE = "SELECT c.id FROM visit c WHERE {scope} AND c.status NOT IN ('made', 'cancelled')"
_FOR_US = f"{_MINE} AND c.status IN ('planned', 'countered')"
# Whoever owns a visit owes its clock.
_LATE = """SELECT c.id FROM target c WHERE {scope} AND c.subject_kind = 'visit'
    AND c.kind IN ('visit', 'callback') AND c.met_at IS NULL AND c.cancelled_at IS NULL
    AND c.due_at < $2"""


def _late(moment: str) -> str:
    # Due at the end of its day, or later if the customer wished so. OFFSET keeps the planner from
    # reading all clocks there are for the first few visits.
    return f"""v.due_on <= {moment}::timestamptz::date + 1 AND EXISTS (
        SELECT FROM target late WHERE late.subject_kind = 'visit' AND late.subject_id = v.id
        AND late.kind IN ('visit', 'callback') AND late.met_at IS NULL AND late.cancelled_at IS NULL
        AND late.due_at < {moment} OFFSET 0)"""


def statuses_of(status: str) -> list[VisitStatus]:
    """The states that a filter's value stands for; empty for any."""
    if status in GROUPS:
        return list(GROUPS[status])
    return [_S(status)] if status in set(_S) else []


@dataclass(frozen=True, slots=True)
class _Order:
    """What a list is ordered by; `place` turns the moment of a place, `{0}`, into its type."""

    walk: Walk
    place: str = "{0}"


_BY_DUE_DAY = _Order(
    Walk("visit v", "v", "v.due_on", ascends=True, key="v.due_on::timestamp AT TIME ZONE 'UTC'"),
    place="({0}::timestamptz AT TIME ZONE 'UTC')::date",
)
_NEWEST_MADE = _Order(Walk("visit v", "v", "v.made_at", ascends=False))
_NEWEST = _Order(Walk("visit v", "v", "coalesce(v.made_at, v.updated_at)", ascends=False))
# Of few: when somebody was visited last is looked up once for each customer.
_LONGEST_UNVISITED = _Order(
    Walk(
        f"""visit v JOIN (SELECT seen.id, {LAST_VISIT.format(account="seen.id")} AS last_at
            FROM account seen OFFSET 0) AS seen ON seen.id = v.account_id""",  # noqa: S608 - constants
        "v",
        "coalesce(seen.last_at, timestamptz '1970-01-01')",
        ascends=True,
    )
)


def _order(sort: str, statuses: Sequence[VisitStatus]) -> _Order:
    is_open = bool(statuses) and all(status.is_open for status in statuses)
    if sort == VisitSort.LONGEST_UNVISITED and is_open:
        return _LONGEST_UNVISITED
    if sort != VisitSort.NEWEST and is_open:
        return _BY_DUE_DAY
    return _NEWEST_MADE if list(statuses) == [_S.MADE] else _NEWEST


def _scope(owner: str, *, by: Actor) -> ComplaintScope:
    if owner == VisitOwner.ME:  # what somebody owns they may see
        own = my_own(by, place=1)
        return ComplaintScope([own], own.values)
    return my_line(by, place=1) if owner == VisitOwner.TEAM else visible(by, place=1)


async def _narrow(narrowed: Wanted, wanted: VisitFilter, *, by: Actor) -> None:
    if wanted.owner == VisitOwner.TEAM:
        condition, values = visible_visits_condition(by, "v", place=len(narrowed.values) + 1)
        narrowed.conditions.append(condition)
        narrowed.values += values
    if wanted.kind in set(VisitKind):
        narrowed.add("v.kind = {0}", wanted.kind)
    if wanted.rule in set(VisitRule):
        narrowed.add("v.rule = {0}", wanted.rule)
    if wanted.late:
        narrowed.add(_late("{0}"), await database_now())
    if wanted.account_id is not None:
        narrowed.add("v.account_id = {0}", wanted.account_id)
    if wanted.branch_id is not None:
        narrowed.add(
            "v.account_id IN (SELECT id FROM account WHERE branch_id = {0})", wanted.branch_id
        )
    if wanted.dealer_id is not None:
        narrowed.add("v.dealer_id = {0}", wanted.dealer_id)
    if query_terms(wanted.text):
        found = await search_condition("visit", wanted.text, narrowed.values, alias="v")
        narrowed.conditions.append(found)
