"""Lists of opinions: open ones by what is due, the others newest first (rules V5, S4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from portal.database import database_now, fetch, fetch_row, fetch_value
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
from portal.domain.opinions.access import visible_opinions_condition
from portal.domain.opinions.keyset import Wanted, cut_of
from portal.domain.opinions.states import OpinionSource, OpinionStatus, Sentiment
from portal.domain.quotes.progress import require
from portal.domain.quotes.queue_counts import MOST
from portal.domain.quotes.queue_scope import all_visible, my_own
from portal.domain.service_levels.promise import PROMISE_COLUMNS, Promise, promise_of

_TARGET = """LEFT JOIN LATERAL (SELECT * FROM target t WHERE t.subject_kind = 'opinion'
    AND t.subject_id = o.id AND t.cancelled_at IS NULL ORDER BY t.id DESC LIMIT 1) t ON true"""
_COLUMNS = f"""o.id, o.reference, o.source, o.sentiment, o.text, o.about, o.said_by, o.status,
    o.answer, o.is_shown, o.account_id, coalesce(a.code, '') AS account_code,
    coalesce(a.name, '') AS account_name, o.owner_id, p.name AS owner_name,
    o.created_at, o.ended_at, coalesce(v.reference, '') AS visit_reference, {PROMISE_COLUMNS}"""
_JOINED = f"""JOIN staff_member s ON s.id = o.owner_id JOIN person p ON p.id = s.person_id
    LEFT JOIN account a ON a.id = o.account_id LEFT JOIN visit v ON v.id = o.visit_id {_TARGET}"""

_BY_AGE = Walk("opinion o", "o", "o.created_at", ascends=True)
_NEWEST = Walk("opinion o", "o", "o.created_at", ascends=False)

# What a row says as it is stored.
_PLAIN = (
    *("id", "reference", "text", "about", "said_by", "answer", "is_shown", "account_id"),
    *("account_code", "account_name", "owner_id", "owner_name", "created_at", "ended_at"),
    "visit_reference",
)


class OpinionOwner(StrEnum):
    """Whose: mine with those I stand in for, what I and my line own, all that I may see."""

    ME = "me"
    TEAM = "team"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class OpinionFilter:
    """What the list is narrowed to; `status` empty for any. `late`: not answered in time.

    What is unknown is treated as not given.
    """

    owner: str = OpinionOwner.ALL
    status: str = OpinionStatus.OPEN
    sentiment: str = ""
    source: str = ""
    late: bool = False
    account_id: int | None = None
    text: str = ""
    after: str = ""
    before: str = ""
    size: int = 50


@dataclass(frozen=True, slots=True)
class OpinionRow:
    """An opinion as lists show it. The account's fields are empty where anonymity was promised."""

    id: int
    reference: str
    source: OpinionSource
    sentiment: Sentiment
    text: str
    about: str
    said_by: str
    status: OpinionStatus
    answer: str
    is_shown: bool
    account_id: int | None
    account_code: str
    account_name: str
    owner_id: int
    owner_name: str
    created_at: datetime
    ended_at: datetime | None
    visit_reference: str
    promise: Promise | None


@dataclass(frozen=True, slots=True)
class OpinionListing:
    """A page of rows; `after` and `before` are keys to ask its neighbours with."""

    rows: Sequence[OpinionRow]
    after: str | None = None
    before: str | None = None


async def opinions(wanted: OpinionFilter, *, by: Actor) -> OpinionListing:
    """One page of the opinions that `by` may read (rule A6). Raises `NotAllowed`."""
    require(by, Permission.ANSWER_OPINIONS)
    scope = _scope(wanted.owner, by=by)
    narrowed = Wanted(values=list(scope.values))
    if wanted.status in set(OpinionStatus):
        narrowed.conditions.append(f"o.status = '{OpinionStatus(wanted.status).value}'")
    await _narrow(narrowed, wanted)
    if wanted.owner == OpinionOwner.TEAM or not any(way.keys for way in scope.ways):
        # Of these ways alone somebody may read more than they ought to.
        condition, values = visible_opinions_condition(by, "o", place=len(narrowed.values) + 1)
        narrowed.conditions.append(condition)
        narrowed.values += values
    if wanted.text or wanted.account_id is not None:
        # Few rows are left: one walk with the scope as a condition beats one for each way.
        narrowed.conditions.append(scope.condition("o"))
        scope = everything()
    return await _page(narrowed, scope, wanted)


async def opinions_of_visit(visit_id: int, *, by: Actor) -> Sequence[OpinionRow]:
    """What was said in a visit, oldest first, as far as `by` may read it."""
    condition, values = visible_opinions_condition(by, "o", place=2)
    rows = await fetch(
        f"""SELECT {_COLUMNS} FROM opinion o {_JOINED}
            WHERE o.visit_id = $1 AND {condition} ORDER BY o.id""",  # noqa: S608 - constants
        visit_id,
        *values,
    )
    now = await database_now()
    return [_row(row, now) for row in rows]


async def opinion_row(opinion_id: int) -> OpinionRow | None:
    """One opinion as lists show it. For staff who were let read it."""
    row = await fetch_row(
        f"SELECT {_COLUMNS} FROM opinion o {_JOINED} WHERE o.id = $1",  # noqa: S608 - constants
        opinion_id,
    )
    return _row(row, await database_now()) if row else None


async def count_mine(*, by: Actor) -> int:
    """How many open opinions `by`, or whom they stand in for, follows up; at most `MOST`."""
    head, (own,) = asked_once(mine(by))
    rows = f"SELECT o.id FROM opinion o WHERE {{scope}} AND o.status = 'open' LIMIT {MOST}"  # noqa: S608
    found = own.some_rows(rows, "o")
    some = f"SELECT FROM ({found}) AS each_of LIMIT {MOST}"
    counted = f"{head}SELECT count(*) FROM ({some}) AS some_of"  # noqa: S608 - constants
    return int(await fetch_value(counted, *own.values))


def mine(by: Actor) -> ComplaintScope:
    """What `by` follows up, and whom they stand in for today."""
    own = my_own(by, place=1)
    return ComplaintScope([own], own.values)


def _scope(owner: str, *, by: Actor) -> ComplaintScope:
    """The ways to what a list shows, as far as each has an index of its own."""
    if owner == OpinionOwner.ME:  # what somebody follows up they may read
        return mine(by)
    if owner == OpinionOwner.TEAM:
        return my_line(by, place=1)
    accounts = all_visible(by, place=1)
    if by.may(Permission.READ_ALL_VISITS) or not accounts.keys:
        return everything()
    return ComplaintScope([accounts, *mine(by).ways], accounts.values)


async def _narrow(narrowed: Wanted, wanted: OpinionFilter) -> None:
    if wanted.sentiment in set(Sentiment):
        narrowed.add("o.sentiment = {0}", wanted.sentiment)
    if wanted.source in set(OpinionSource):
        narrowed.add("o.source = {0}", wanted.source)
    if wanted.late:
        # OFFSET keeps the planner from reading all clocks there are for the first few opinions.
        narrowed.add(
            """EXISTS (SELECT FROM target t WHERE t.subject_kind = 'opinion'
                AND t.subject_id = o.id AND t.met_at IS NULL AND t.cancelled_at IS NULL
                AND t.due_at < {0} OFFSET 0)""",
            await database_now(),
        )
    if wanted.account_id is not None:
        narrowed.add("o.account_id = {0}", wanted.account_id)
    if query_terms(wanted.text):
        found = await search_condition("opinion", wanted.text, narrowed.values, alias="o")
        narrowed.conditions.append(found)


async def _page(narrowed: Wanted, scope: ComplaintScope, wanted: OpinionFilter) -> OpinionListing:
    walk = _BY_AGE if wanted.status == OpinionStatus.OPEN else _NEWEST
    cut = cut_of(wanted.after, wanted.before, wanted.size, ascending=walk.ascends)
    cut.narrow(narrowed, walk.moment, "o.id")
    head, (scope,) = asked_once(scope)
    shown = walk.first_rows(scope, narrowed.conditions, ascending=cut.ascending, limit=cut.size + 1)
    rows = await fetch(
        f"""{head}SELECT {_COLUMNS}
            FROM ({shown}) AS shown JOIN opinion o ON o.id = shown.id {_JOINED}
            ORDER BY o.created_at {cut.way}, o.id {cut.way}""",  # noqa: S608 - constants
        *narrowed.values,
    )
    found, after, before = cut.page(rows, moment="created_at")
    now = await database_now()
    return OpinionListing([_row(row, now) for row in found], after, before)


def _row(row: Mapping[str, Any], now: datetime) -> OpinionRow:
    return OpinionRow(
        **{name: row[name] for name in _PLAIN},
        source=OpinionSource(row["source"]),
        sentiment=Sentiment(row["sentiment"]),
        status=OpinionStatus(row["status"]),
        promise=promise_of(row, now) if row["target_id"] else None,
    )
