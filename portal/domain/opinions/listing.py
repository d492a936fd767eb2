"""Lists of opinions: open ones by what is due, the others newest first (rules V5, S4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from portal.database import database_now, fetch, fetch_row
from portal.domain.common.actor import Actor
from portal.domain.common.permissions import Permission
from portal.domain.common.search import query_terms
from portal.domain.complaints.complaint_scope import my_line
from portal.domain.opinions.access import visible_opinions_condition
from portal.domain.opinions.keyset import Wanted, cut_of
from portal.domain.opinions.states import OpinionSource, OpinionStatus, Sentiment
from portal.domain.quotes.progress import require
from portal.domain.quotes.queue_scope import my_own
from portal.domain.service_levels.promise import PROMISE_COLUMNS, Promise, promise_of

_TARGET = """LEFT JOIN LATERAL (SELECT * FROM target t WHERE t.subject_kind = 'opinion'
    AND t.subject_id = o.id AND t.cancelled_at IS NULL ORDER BY t.id DESC LIMIT 1) t ON true"""
_COLUMNS = f"""o.id, o.reference, o.source, o.sentiment, o.text, o.about, o.said_by, o.status,
    o.answer, o.is_shown, o.account_id, coalesce(a.code, '') AS account_code,
    coalesce(a.name, '') AS account_name, o.owner_id, p.name AS owner_name,
    o.created_at, o.ended_at, coalesce(v.reference, '') AS visit_reference, {PROMISE_COLUMNS}"""
_JOINED = f"""JOIN staff_member s ON s.id = o.owner_id JOIN person p ON p.id = s.person_id
    LEFT JOIN account a ON a.id = o.account_id LEFT JOIN visit v ON v.id = o.visit_id {_TARGET}"""

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
    condition, values = visible_opinions_condition(by, "o")
    narrowed = Wanted([condition], values)
    if wanted.status in set(OpinionStatus):
        narrowed.conditions.append(f"o.status = '{OpinionStatus(wanted.status).value}'")
    await _narrow(narrowed, wanted, by=by)
    return await _page(narrowed, wanted)


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
    """How many open opinions `by`, or whom they stand in for, follows up."""
    scope = my_own(by, place=1)
    row = await fetch_row(
        f"SELECT count(*) FROM opinion o WHERE o.status = 'open' AND {scope.condition('o')}",  # noqa: S608
        *scope.values,
    )
    return int(row[0]) if row else 0


async def _narrow(narrowed: Wanted, wanted: OpinionFilter, *, by: Actor) -> None:
    if wanted.owner in {OpinionOwner.ME, OpinionOwner.TEAM}:
        place = len(narrowed.values) + 1
        mine = wanted.owner == OpinionOwner.ME
        keys = my_own(by, place=place).keys if mine else my_line(by, place=place).ways[0].keys
        narrowed.conditions.append(f"o.owner_id IN ({keys})")
        narrowed.values.append(by.staff_member_id)
    if wanted.sentiment in set(Sentiment):
        narrowed.add("o.sentiment = {0}", wanted.sentiment)
    if wanted.source in set(OpinionSource):
        narrowed.add("o.source = {0}", wanted.source)
    if wanted.late:
        narrowed.add("t.met_at IS NULL AND t.due_at < {0}", await database_now())
    if wanted.account_id is not None:
        narrowed.add("o.account_id = {0}", wanted.account_id)
    for term in query_terms(wanted.text):
        narrowed.add(
            "(o.reference ILIKE {0} OR o.text ILIKE {0} OR a.name ILIKE {0})", f"%{_plain(term)}%"
        )


def _plain(term: str) -> str:
    """`term` without what LIKE would take for a pattern."""
    return term.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


async def _page(narrowed: Wanted, wanted: OpinionFilter) -> OpinionListing:
    ascending = wanted.status == OpinionStatus.OPEN
    cut = cut_of(wanted.after, wanted.before, wanted.size, ascending=ascending)
    tail = cut.narrow(narrowed, "o.created_at", "o.id")
    rows = await fetch(
        f"SELECT {_COLUMNS} FROM opinion o {_JOINED} WHERE {narrowed.sql} {tail}",  # noqa: S608
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
