"""Lists of complaints: the staff's queue, due first, and the customer's own, newest first.

The queue is walked along one index for each way to see it: by what is due next, and behind that
what owes nothing at the moment, by when it came. A page costs the same however many there are.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.database import database_now, fetch
from portal.domain.common.actor import Actor
from portal.domain.common.found import newest_found
from portal.domain.common.narrowing import Narrowed
from portal.domain.common.search import query_terms
from portal.domain.complaints.complaint_filter import (
    GROUPS,
    OPEN,
    ComplaintFilter,
    OwnerFilter,
    Sort,
    StatusGroup,
    statuses_of,
)
from portal.domain.complaints.complaint_rows import (
    OPEN_TARGET,
    QUEUED_AT,
    ComplaintListing,
    complaint_row,
    joined,
    late_at,
    row_columns,
)
from portal.domain.complaints.complaint_scope import (
    ComplaintScope,
    asked_once,
    everything,
    mine,
    my_line,
    visible,
)
from portal.domain.complaints.searching import OF_OPEN, SEARCHED, found
from portal.domain.complaints.states import CaseKind, Category, Severity
from portal.domain.complaints.walking import Walk
from portal.domain.quotes.request_rows import key_of, place_of_key

__all__ = [
    "GROUPS",
    "OPEN",
    "ComplaintFilter",
    "OwnerFilter",
    "Sort",
    "StatusGroup",
    "complaints",
    "page_statement",
    "statuses_of",
]

MOST_ROWS = 200
# What groups ask for besides the state.
_BESIDES = {
    StatusGroup.FOR_US: "c.question = ''",
    StatusGroup.WITH_CUSTOMER: (
        "(c.question <> '' OR c.status IN ('carried_out', 'explained', 'answered'))"
    ),
    StatusGroup.WITH_CAPA: "c.capa_state IN ('demanded', 'open')",
    StatusGroup.TO_FOLLOW_UP: f"""c.next_due_at IS NOT NULL AND EXISTS (
        SELECT FROM target t WHERE {OPEN_TARGET}
            AND t.subject_id = c.id AND t.kind = 'follow_up')""",
}

_QUEUE = Walk("complaint c", "c", QUEUED_AT, ascends=True)
_BY_FOLLOW_UP = Walk("complaint c", "c", "c.next_due_at", ascends=True)
_NEWEST = Walk("complaint c", "c", "c.received_at", ascends=False)


@dataclass(frozen=True, slots=True)
class _Cut:
    """What is cut from a list: so many rows from a place on, or before it."""

    start: tuple[datetime, int] | None
    size: int
    backwards: bool
    ascending: bool

    @property
    def way(self) -> str:
        return "ASC" if self.ascending else "DESC"


async def complaints(wanted: ComplaintFilter, *, by: Actor) -> ComplaintListing:
    """The complaints that `by` may see (rule A6): due first while they are open, else newest.

    Customers get theirs newest first. One statement besides the business clock, two for a search.
    """
    now = await database_now()
    cut = _cut(wanted, by)
    sql, values = await page_statement(wanted, by=by, now=now)
    rows = await fetch(sql, *values)
    more, rows = len(rows) > cut.size, rows[: cut.size]
    if cut.backwards:
        rows.reverse()
    keys = [key_of(row["moment"], row["row_id"]) for row in rows]
    return ComplaintListing(
        rows=[complaint_row(row, now) for row in rows],
        after=keys[-1] if rows and (more or cut.backwards) else None,
        before=keys[0] if rows and (more if cut.backwards else cut.start) else None,
    )


async def page_statement(
    wanted: ComplaintFilter, *, by: Actor, now: datetime
) -> tuple[str, list[Any]]:
    """The statement of a page and its parameters, in the unit of work of `by`."""
    narrowed, cut, walk = Narrowed(), _cut(wanted, by), _walk(wanted, by)
    scope = _scope(wanted.owner, by=by)
    narrowed.values += scope.values
    if not by.is_staff:
        narrowed.add("c.account_id = {0}", by.account_id)
    _add_status(narrowed, wanted.status)
    _add_filters(narrowed, wanted, staff=by.is_staff)
    if wanted.late:
        narrowed.add(late_at("{0}"), now)
    few = wanted.account_id is not None or wanted.order_id is not None
    if terms := query_terms(wanted.text):
        if by.is_staff and walk is _NEWEST:
            ids = await _newest_found(terms, narrowed, scope, cut)
        else:
            ids = await found(terms, by=by, open_only=walk is _QUEUE)
        narrowed.add_found("c", terms, ids)
        few = few or ids is not None  # a rare word: its complaints are known
    if few:
        # One walk with the scope as a condition beats one for each way.
        narrowed.conditions.append(scope.condition())
        scope = everything()
    if cut.start:
        beyond = ">" if cut.ascending else "<"
        narrowed.add(f"({walk.moment}, c.id) {beyond} ({{0}}, {{1}})", *cut.start)
    head, (scope,) = asked_once(scope)
    shown = walk.first_rows(scope, narrowed.conditions, ascending=cut.ascending, limit=cut.size + 1)
    # Which rows first, what to show of them afterwards: nothing is looked up in vain.
    sql = f"""{head}SELECT {row_columns()}, shown.moment, shown.id AS row_id
        FROM ({shown}) AS shown JOIN complaint c ON c.id = shown.id {joined()}
        ORDER BY shown.moment {cut.way}, shown.id {cut.way}"""  # noqa: S608 - constants
    return sql, narrowed.values


async def _newest_found(
    terms: list[str], narrowed: Narrowed, scope: ComplaintScope, cut: _Cut
) -> list[int] | None:
    """The ids of the page of the newest complaints with `terms`, and of one more."""
    looked = narrowed.copy()
    looked.conditions.append(scope.condition())
    if cut.start:
        beyond = ">" if cut.ascending else "<"
        looked.add(f"(c.received_at, c.id) {beyond} ({{0}}, {{1}})", *cut.start)
    return await newest_found(
        SEARCHED,
        terms,
        looked.conditions,
        looked.values,
        size=cut.size + 1,
        start=cut.start[0] if cut.start else None,
        newest_first=not cut.ascending,
    )


def _walk(wanted: ComplaintFilter, by: Actor) -> Walk:
    statuses = set(statuses_of(wanted.status))
    if not by.is_staff or wanted.sort == Sort.NEWEST or not statuses:
        return _NEWEST
    if wanted.status == StatusGroup.TO_FOLLOW_UP:
        return _BY_FOLLOW_UP
    return _QUEUE if statuses <= OPEN else _NEWEST


def _cut(wanted: ComplaintFilter, by: Actor) -> _Cut:
    start = place_of_key(wanted.before or wanted.after)
    backwards = bool(wanted.before) and start is not None
    ascending = _walk(wanted, by).ascends
    size = max(1, min(wanted.size, MOST_ROWS))
    return _Cut(start, size, backwards=backwards, ascending=ascending is not backwards)


def _scope(owner: str, *, by: Actor) -> ComplaintScope:
    if not by.is_staff:  # the account of a customer is a condition of its own
        return everything()
    if by.is_staff and owner == OwnerFilter.ME:
        return mine(by, place=1)
    if by.is_staff and owner == OwnerFilter.TEAM:
        return my_line(by, place=1)
    return visible(by, place=1)


def _add_status(narrowed: Narrowed, status: str) -> None:
    statuses = statuses_of(status)
    if not statuses:
        return
    if set(statuses) == OPEN:
        narrowed.conditions.append(OF_OPEN)
    else:
        # Written out: the planner then sees which partial index fits, and counts them once.
        known = ", ".join(f"'{each.value}'" for each in statuses)
        narrowed.conditions.append(f"c.status IN ({known})")
    if status in _BESIDES:
        narrowed.conditions.append(_BESIDES[StatusGroup(status)])


def _add_filters(narrowed: Narrowed, wanted: ComplaintFilter, *, staff: bool) -> None:
    for column, value, known in (
        ("kind", wanted.kind, CaseKind),
        ("category", wanted.category, Category),
        ("severity", wanted.severity, Severity),
    ):
        if value in set(known):
            # Written out, so that the planner sees which partial index fits.
            narrowed.conditions.append(f"c.{column} = '{known(value).value}'")
    if wanted.kind in set(CaseKind) and wanted.kind != CaseKind.COMPLAINT:
        narrowed.conditions.append("c.kind <> 'complaint' AND c.category = ''")
    if wanted.account_id is not None:
        narrowed.add("c.account_id = {0}", wanted.account_id)
    if wanted.order_id is not None:
        narrowed.add("c.order_id = {0}", wanted.order_id)
    if staff and wanted.department_id is not None:
        narrowed.add("c.department_id = {0}", wanted.department_id)
    if staff and wanted.branch_id is not None:
        narrowed.add(
            "c.account_id IN (SELECT id FROM account WHERE branch_id = {0})", wanted.branch_id
        )
