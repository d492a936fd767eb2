"""The history of visits: who was seen, when, how content they were, what was said (rules V5, V6).

Everybody reads what they may see (rule A6). What is unknown in a filter counts as not given, so
that kept views and old links go on working.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from portal.database import fetch, fetch_row
from portal.domain.common.actor import Actor
from portal.domain.common.permissions import Permission
from portal.domain.common.search import query_terms
from portal.domain.common.search_condition import search_condition
from portal.domain.complaints.complaint_scope import ComplaintScope, asked_once, everything
from portal.domain.complaints.states import Satisfaction
from portal.domain.complaints.walking import Walk
from portal.domain.quotes.progress import require
from portal.domain.quotes.request_rows import key_of, place_of_key
from portal.domain.visits.states import VisitKind, VisitRule, VisitStatus, VisitStep, VisitWay
from portal.domain.visits.visit_scope import owners_of_visits, visible

MOST_ROWS = 200
MOST_EXPORTED = 5_000
ANY = "any"
OPEN_OPINIONS = "open"
_MOST_MONTHS = 36


@dataclass(frozen=True, slots=True)
class HistoryFilter:
    """What the history is narrowed to; days are those of `timezone`, both of them included.

    `status` is a `VisitStatus` value or `ANY` for made and cancelled ones, made ones without it.
    `opinions`: `ANY` for visits in which something was said, `OPEN_OPINIONS` where something of it
    is still open. `text` searches reference, customer, people and what was written.
    """

    account_id: int | None = None
    owner_id: int | None = None
    round_id: int | None = None
    kind: str = ""
    rule: str = ""
    satisfaction: str = ""
    status: str = ""
    opinions: str = ""
    first: date | None = None
    last: date | None = None
    text: str = ""
    timezone: str = "Asia/Shanghai"
    after: str = ""
    before: str = ""
    size: int = 50


@dataclass(frozen=True, slots=True)
class PastVisit:
    """A visit of the history. `at` is when it was made, or cancelled.

    `met` are the names of those met on the customer's side. `report` is ours, `for_customer` what
    they read.
    """

    id: int
    reference: str
    kind: VisitKind
    rule: VisitRule
    step: VisitStep | None
    status: VisitStatus
    way: VisitWay
    at: datetime
    due_on: date
    made_at: datetime | None
    account_id: int
    account_code: str
    account_name: str
    owner: str
    dealer: str
    met: str
    satisfaction: Satisfaction | None
    report: str
    usage_note: str
    cause: str
    remedy: str
    for_customer: str
    cancelled_because: str
    opinions: int
    open_opinions: int

    @property
    def occasion(self) -> VisitStep | VisitRule:
        """What asked for it, as exactly as we know."""
        return self.step or self.rule


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """One page, newest first; `after` and `before` are keys for the neighbours, or None."""

    rows: Sequence[PastVisit]
    after: str | None
    before: str | None


@dataclass(frozen=True, slots=True)
class OfMonth:
    """How many visits were made in a month, and after how many they were not content."""

    month: date
    visits: int
    dissatisfied: int


@dataclass(frozen=True, slots=True)
class Facets:
    """What the visits made under a filter come to."""

    visits: int
    accounts: int
    satisfied: int
    neutral: int
    dissatisfied: int
    opinions: int
    open_opinions: int
    moved: int
    months: Sequence[OfMonth]

    @property
    def content_percent(self) -> Decimal | None:
        """Satisfied of all that were asked, in percent; None without any."""
        return Decimal(self.satisfied * 100) / self.visits if self.visits else None


_MOMENT = "coalesce(v.made_at, v.updated_at)"
_MADE = "v.status = 'made'"
_ROWS = f"""SELECT v.id, v.reference, v.kind, v.rule, v.step, v.status, v.way, {_MOMENT} AS at,
        v.due_on, v.made_at, v.account_id, a.code AS account_code, a.name AS account_name,
        p.name AS owner, coalesce(d.name, '') AS dealer, coalesce(w.met, '') AS met,
        v.satisfaction, v.report, v.usage_note, v.cause, v.remedy, v.for_customer,
        v.cancelled_because, o.opinions, o.open_opinions
    FROM cut JOIN visit v ON v.id = cut.id JOIN account a ON a.id = v.account_id
    JOIN staff_member s ON s.id = v.owner_id JOIN person p ON p.id = s.person_id
    LEFT JOIN dealer d ON d.id = v.dealer_id
    CROSS JOIN LATERAL (SELECT string_agg(name, ', ' ORDER BY id) AS met FROM visit_person
        WHERE visit_id = v.id AND NOT is_ours AND attended) AS w
    CROSS JOIN LATERAL (SELECT count(*) AS opinions,
            count(*) FILTER (WHERE status = 'open') AS open_opinions
        FROM opinion WHERE visit_id = v.id) AS o"""  # noqa: S608 - a constant


async def history(wanted: HistoryFilter, *, by: Actor) -> HistoryPage:
    """A page of the history, newest first. Raises `NotAllowed`."""
    scope, conditions, values = await _narrowed(wanted, by)
    size = max(1, min(wanted.size, MOST_ROWS))
    start = place_of_key(wanted.before or wanted.after)
    backwards = bool(wanted.before) and start is not None
    walk = _walk(wanted)
    if start:
        values += start
        sign = ">" if backwards else "<"
        conditions.append(f"({walk.moment}, v.id) {sign} (${len(values) - 1}, ${len(values)})")
    head, (scope,) = asked_once(scope)
    cut = walk.first_rows(scope, conditions, ascending=backwards, limit=size + 1)
    way = "ASC" if backwards else "DESC"
    rows = await fetch(
        f"""{head or "WITH "}{", " if head else ""}cut AS ({cut})
            {_ROWS} ORDER BY {_MOMENT} {way}, v.id {way}""",
        *values,
    )
    more, found = len(rows) > size, [_past(row) for row in rows[:size]]
    if backwards:
        found.reverse()
    keys = [key_of(each.at, each.id) for each in found]
    return HistoryPage(
        found,
        after=keys[-1] if found and (more or backwards) else None,
        before=keys[0] if found and (more if backwards else start) else None,
    )


async def whole_history(wanted: HistoryFilter, *, by: Actor) -> list[PastVisit]:
    """Up to `MOST_EXPORTED` visits, newest first, for files and papers. Raises `NotAllowed`."""
    condition, values = await _condition(wanted, by)
    moment = _walk(wanted).moment
    rows = await fetch(
        f"""WITH cut AS (SELECT v.id FROM visit v WHERE {condition}
                ORDER BY {moment} DESC, v.id DESC LIMIT {MOST_EXPORTED})
            {_ROWS} ORDER BY {_MOMENT} DESC, v.id DESC""",  # noqa: S608 - constants
        *values,
    )
    return [_past(row) for row in rows]


async def facets(wanted: HistoryFilter, *, by: Actor) -> Facets:
    """What the made ones of these visits come to. Raises `NotAllowed`."""
    made = replace(wanted, status="")
    condition, values = await _condition(made, by)
    row = await fetch_row(
        f"""WITH v AS (SELECT v.id, v.account_id, v.made_at, v.satisfaction FROM visit v
                WHERE {condition}),
            of_month AS (
                SELECT date_trunc('month', made_at AT TIME ZONE ${len(values) + 1})::date AS month,
                    count(*) AS visits,
                    count(*) FILTER (WHERE satisfaction = 'dissatisfied') AS dissatisfied
                FROM v GROUP BY 1 ORDER BY 1 DESC LIMIT {_MOST_MONTHS}),
            said AS (SELECT o.status FROM opinion o WHERE o.visit_id IN (SELECT id FROM v))
            SELECT count(*) AS visits, count(DISTINCT account_id) AS accounts,
                count(*) FILTER (WHERE satisfaction = 'satisfied') AS satisfied,
                count(*) FILTER (WHERE satisfaction = 'neutral') AS neutral,
                count(*) FILTER (WHERE satisfaction = 'dissatisfied') AS dissatisfied,
                (SELECT count(*) FROM said) AS opinions,
                (SELECT count(*) FROM said WHERE status = 'open') AS open_opinions,
                (SELECT count(DISTINCT m.visit_id) FROM visit_move m
                    WHERE m.visit_id IN (SELECT id FROM v) AND m.side = 'staff') AS moved,
                (SELECT array_agg((month, visits, dissatisfied) ORDER BY month) FROM of_month)
                    AS months
            FROM v""",  # noqa: S608 - constants
        *values,
        wanted.timezone,
    )
    assert row is not None  # noqa: S101 - an aggregate always has a row
    months = [OfMonth(*month) for month in row["months"] or ()]
    return Facets(**{**row, "months": _without_gaps(months)})


async def owners(*, by: Actor) -> list[tuple[int, str]]:
    """Whose visits the history has that `by` may see: staff member ids and names, by name."""
    return list(await owners_of_visits(by=by))


async def _condition(wanted: HistoryFilter, by: Actor) -> tuple[str, list[Any]]:
    """SQL that is true for the rows of `visit v`, and its parameters."""
    scope, conditions, values = await _narrowed(wanted, by)
    return " AND ".join([scope.condition("v"), *conditions]), values


async def _narrowed(
    wanted: HistoryFilter, by: Actor
) -> tuple[ComplaintScope, list[str], list[Any]]:
    """The ways to what `by` may see, further conditions for `visit v`, and all parameters.

    Of what leaves few rows the ways are a condition, too.
    """
    require(by, Permission.READ_VISITS)
    scope = visible(by, place=1)
    values, found = list(scope.values), [_states(wanted)]

    def add(condition: str, value: Any) -> None:
        values.append(value)
        found.append(condition.format(f"${len(values)}"))

    for column, known in _WORDS.items():
        if (value := getattr(wanted, column)) in set(known):
            found.append(f"v.{column} = '{value}'")
    for column in ("account_id", "owner_id", "round_id"):
        if (number := getattr(wanted, column)) is not None:
            add(f"v.{column} = {{}}", number)
    moment = _walk(wanted).moment
    if wanted.first:
        add(f"{moment} >= {{}}", _start(wanted.first, wanted.timezone))
    if wanted.last and wanted.last < date.max:
        add(f"{moment} < {{}}", _start(wanted.last + timedelta(days=1), wanted.timezone))
    if wanted.opinions in {ANY, OPEN_OPINIONS}:
        still = " AND o.status = 'open'" if wanted.opinions == OPEN_OPINIONS else ""
        found.append(f"EXISTS (SELECT FROM opinion o WHERE o.visit_id = v.id{still})")
    if query_terms(wanted.text):
        found.append(await search_condition("visit", wanted.text, values, alias="v"))
    if wanted.text or wanted.account_id is not None or wanted.round_id is not None:
        found.append(scope.condition("v"))
        scope = everything()
    return scope, found, values


_WORDS: Mapping[str, type[VisitKind] | type[VisitRule] | type[Satisfaction]] = {
    "kind": VisitKind,
    "rule": VisitRule,
    "satisfaction": Satisfaction,
}


def _states(wanted: HistoryFilter) -> str:
    if wanted.status == ANY:
        return "v.status IN ('made', 'cancelled')"
    return "v.status = 'cancelled'" if wanted.status == VisitStatus.CANCELLED else _MADE


def _walk(wanted: HistoryFilter) -> Walk:
    """What the list is ordered by; of made ones alone an index knows it."""
    moment = "v.made_at" if _states(wanted) == _MADE else _MOMENT
    return Walk("visit v", "v", moment, ascends=False)


def _start(day: date, timezone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(timezone)).astimezone(UTC)


def _without_gaps(months: Sequence[OfMonth]) -> list[OfMonth]:
    """Every month from the first to the last, those without visits too."""
    if not months:
        return []
    known = {each.month: each for each in months}
    first, last = months[0].month, months[-1].month
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    every = [date(number // 12, number % 12 + 1, 1) for number in numbers]
    return [known.get(month, OfMonth(month, 0, 0)) for month in every][-_MOST_MONTHS:]


def _past(row: Mapping[str, Any]) -> PastVisit:
    return PastVisit(
        **{
            **row,
            "kind": VisitKind(row["kind"]),
            "rule": VisitRule(row["rule"]),
            "step": VisitStep(row["step"]) if row["step"] else None,
            "status": VisitStatus(row["status"]),
            "way": VisitWay(row["way"]),
            "satisfaction": Satisfaction(row["satisfaction"]) if row["satisfaction"] else None,
        }
    )
