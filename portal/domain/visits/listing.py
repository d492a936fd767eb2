"""The queue of visits: by the day they are due, those unvisited longest first, or the newest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from portal.database import database_now, fetch, fetch_row
from portal.domain.common.actor import Actor
from portal.domain.common.permissions import Permission
from portal.domain.common.search import query_terms
from portal.domain.common.search_condition import search_condition
from portal.domain.complaints.complaint_scope import my_line
from portal.domain.opinions.keyset import Wanted, cut_of
from portal.domain.quotes.progress import require
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
    """How many open visits wait, for the rail: of `by` and whom they stand in for."""

    mine: int
    for_us: int
    late: int


async def visits(wanted: VisitFilter, *, by: Actor) -> VisitListing:
    """One page of the visits that `by` may see (rule A6). Raises `NotAllowed`."""
    require(by, Permission.READ_VISITS)
    now = await database_now()
    condition, values = visible_visits_condition(by, "v")
    narrowed = Wanted([condition], values)
    statuses = statuses_of(wanted.status)
    is_open = bool(statuses) and all(status.is_open for status in statuses)
    if is_open:
        narrowed.add(_OF_OPEN)
    if len(statuses) == 1:
        # Written out, so that the planner sees which partial index fits.
        narrowed.conditions.append(f"v.status = '{statuses[0].value}'")
    elif statuses:
        narrowed.add("v.status = ANY({0}::text[])", [status.value for status in statuses])
    await _narrow(narrowed, wanted, by=by)
    order = _order(wanted.sort, statuses)
    cut = cut_of(wanted.after, wanted.before, wanted.size, ascending=order.ascending)
    tail = cut.narrow(narrowed, order.moment, "v.id", place=order.place)
    # Which rows first, what to show of them afterwards: nothing is looked up in vain.
    rows = await fetch(
        f"""SELECT {ROW_COLUMNS}, shown.moment FROM (
                SELECT v.id, {order.key} AS moment FROM visit v
                WHERE {narrowed.sql} {tail}) AS shown
            JOIN visit v ON v.id = shown.id {JOINED}
            ORDER BY shown.moment {cut.way}, v.id {cut.way}""",  # noqa: S608 - constants
        *narrowed.values,
    )
    found, after, before = cut.page(rows)
    return VisitListing([visit_row(row, now) for row in found], after, before)


async def visit_counts(*, by: Actor) -> VisitCounts:
    """What waits for `by`. Raises `NotAllowed`."""
    require(by, Permission.READ_VISITS)
    scope = my_own(by, place=1)
    row = await fetch_row(
        f"""SELECT count(*) AS mine, count(*) FILTER (WHERE v.status IN ('planned', 'countered'))
                AS for_us, count(*) FILTER (WHERE EXISTS (SELECT FROM target t
                    WHERE t.subject_kind = 'visit' AND t.subject_id = v.id AND t.met_at IS NULL
                      AND t.cancelled_at IS NULL AND t.due_at < $2)) AS late
            FROM visit v WHERE {_OF_OPEN} AND {scope.condition("v")}""",  # noqa: S608 - constants
        *scope.values,
        await database_now(),
    )
    assert row is not None  # noqa: S101 - an aggregate always has a row
    return VisitCounts(**dict(row))


def statuses_of(status: str) -> list[VisitStatus]:
    """The states that a filter's value stands for; empty for any."""
    if status in GROUPS:
        return list(GROUPS[status])
    return [_S(status)] if status in set(_S) else []


@dataclass(frozen=True, slots=True)
class _Order:
    """What a list is ordered by, as an index has it; `key` is the same as a moment."""

    moment: str
    ascending: bool
    place: str = "{0}"

    @property
    def key(self) -> str:
        return (
            self.moment if self.place == "{0}" else f"{self.moment}::timestamp AT TIME ZONE 'UTC'"
        )


_BY_DUE_DAY = _Order(
    "v.due_on", ascending=True, place="({0}::timestamptz AT TIME ZONE 'UTC')::date"
)
_NEWEST_MADE = _Order("v.made_at", ascending=False)
_NEWEST = _Order("coalesce(v.made_at, v.updated_at)", ascending=False)
_LONGEST_UNVISITED = _Order(
    f"coalesce({LAST_VISIT.format(account='v.account_id')}, timestamptz '1970-01-01')",
    ascending=True,
)


def _order(sort: str, statuses: Sequence[VisitStatus]) -> _Order:
    is_open = bool(statuses) and all(status.is_open for status in statuses)
    if sort == VisitSort.LONGEST_UNVISITED and is_open:
        return _LONGEST_UNVISITED
    if sort != VisitSort.NEWEST and is_open:
        return _BY_DUE_DAY
    return _NEWEST_MADE if list(statuses) == [_S.MADE] else _NEWEST


async def _narrow(narrowed: Wanted, wanted: VisitFilter, *, by: Actor) -> None:
    if wanted.owner in {VisitOwner.ME, VisitOwner.TEAM}:
        narrowed.add("v.owner_id IN (" + _keys(wanted.owner, by, len(narrowed.values) + 1) + ")")
        narrowed.values.append(by.staff_member_id)
    if wanted.kind in set(VisitKind):
        narrowed.add("v.kind = {0}", wanted.kind)
    if wanted.rule in set(VisitRule):
        narrowed.add("v.rule = {0}", wanted.rule)
    if wanted.late:
        narrowed.add(
            """EXISTS (SELECT FROM target late WHERE late.subject_kind = 'visit'
                AND late.subject_id = v.id AND late.kind IN ('visit', 'callback')
                AND late.met_at IS NULL AND late.cancelled_at IS NULL AND late.due_at < {0})""",
            await database_now(),
        )
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


def _keys(owner: str, by: Actor, place: int) -> str:
    if owner == VisitOwner.ME:
        return my_own(by, place=place).keys
    return my_line(by, place=place).ways[0].keys
