"""What is complained about: counts by kind, cause, department, product, account, month (rule C12).

A case belongs to the month in which it came, in the zone of the branch that serves its account.
Withdrawn cases count; everybody counts what they may see (rule A6).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portal.database import fetch
from portal.domain.common.actor import Actor
from portal.domain.common.words import N_, Worded
from portal.domain.complaints.access import visible_complaints_condition
from portal.domain.complaints.states import CaseKind, Category, Cause, ComplaintStatus

MOST_MONTHS = 36
MOST_VALUES = 60
MOST_CASES = 5_000


class Dimension(Worded):
    """What the cases are told apart by."""

    CATEGORY = "category", N_("What it is about")
    CAUSE = "cause", N_("Cause")
    DEPARTMENT = "department", N_("Responsible department")
    ITEM = "item", N_("Item")
    ACCOUNT = "account", N_("Customer")
    KIND = "kind", N_("Kind of case")


@dataclass(frozen=True, slots=True)
class StatisticsFilter:
    """Cases of the months `first` to `last` (their first days), perhaps of one kind only.

    `locale` is for the names of items.
    """

    first: date
    last: date
    dimension: Dimension = Dimension.CATEGORY
    kind: str = ""
    locale: str = "en"

    @property
    def months(self) -> list[date]:
        """Every month of the period, the oldest first."""
        begin = self.first.year * 12 + self.first.month - 1
        end = self.last.year * 12 + self.last.month - 1
        return [date(number // 12, number % 12 + 1, 1) for number in range(begin, end + 1)]


@dataclass(frozen=True, slots=True)
class Counted:
    """How many cases have one value. `label` is a message id or a name, "" where it is not known.

    `late`: an answer or a solution came late; what a dealer or a call after closing owes is no
    promise to the customer. A case of two items counts for both.
    """

    value: str
    label: str
    cases: int
    founded: int
    late: int
    open: int


@dataclass(frozen=True, slots=True)
class OfMonth:
    month: date
    cases: int
    founded: int


@dataclass(frozen=True, slots=True)
class Case:
    """One case of a list that is drilled down to."""

    reference: str
    title: str
    kind: CaseKind
    category: Category | None
    status: ComplaintStatus
    account_code: str
    account_name: str
    department: str
    cause: Cause | None
    judgement: str
    received_at: datetime
    closed_at: datetime | None
    late: bool


_VALUES: Mapping[Dimension, tuple[str, str, str]] = {
    Dimension.KIND: ("c.kind", "c.kind", ""),
    Dimension.CATEGORY: ("c.category", "c.category", ""),
    Dimension.CAUSE: ("c.cause", "c.cause", ""),
    Dimension.DEPARTMENT: (
        "coalesce(d.code, '')",
        "coalesce(d.name, '')",
        "LEFT JOIN department d ON d.id = c.department_id",
    ),
    Dimension.ACCOUNT: ("c.account_code", "c.account_name", ""),
    Dimension.ITEM: (
        "coalesce(i.sku, '')",
        """coalesce(i.sku || ' ' || CASE $4 WHEN 'zh_Hans' THEN i.name_zh_hans
               WHEN 'zh_Hant' THEN i.name_zh_hant ELSE i.name_en END, '')""",
        """LEFT JOIN LATERAL (SELECT DISTINCT l.item_id FROM complaint_line l
               WHERE l.complaint_id = c.id AND l.item_id IS NOT NULL) AS goods ON true
           LEFT JOIN item i ON i.id = goods.item_id""",
    ),
}
_LABELS: Mapping[Dimension, type[Worded]] = {
    Dimension.KIND: CaseKind,
    Dimension.CATEGORY: Category,
    Dimension.CAUSE: Cause,
}


def _cases(wanted: StatisticsFilter, by: Actor) -> tuple[str, list[Any]]:
    """The common table `c` of the cases that are counted, and its parameters ($1 to …)."""
    kind = wanted.kind if wanted.kind in _KINDS else ""
    values: list[Any] = [wanted.first, wanted.last, kind, wanted.locale]
    condition, more = visible_complaints_condition(by, "k", place=len(values) + 1)
    # A day more on both sides for the index; the month itself is that of the branch.
    return (
        f"""WITH c AS (
            SELECT k.id, k.reference, k.title, k.kind, k.category, k.cause, k.status, k.judgement,
                k.department_id, k.received_at, k.closed_at, a.code AS account_code,
                a.name AS account_name,
                date_trunc('month', k.received_at AT TIME ZONE b.timezone)::date AS month,
                EXISTS (SELECT FROM target t WHERE t.subject_kind = 'complaint'
                    AND t.subject_id = k.id AND t.breached_at IS NOT NULL
                    AND t.kind IN ('first_response', 'solution', 'next_response')) AS late
            FROM complaint k JOIN account a ON a.id = k.account_id
            JOIN branch b ON b.id = a.branch_id
            WHERE k.received_at >= $1::date - interval '1 day'
              AND k.received_at < $2::date + interval '1 month 1 day'
              AND date_trunc('month', k.received_at AT TIME ZONE b.timezone)::date BETWEEN $1 AND $2
              AND ($3 = '' OR k.kind = $3) AND $4::text IS NOT NULL AND {condition})""",  # noqa: S608 - constants
        [*values, *more],
    )


_KINDS = frozenset(kind.value for kind in CaseKind)


async def counted(wanted: StatisticsFilter, *, by: Actor) -> list[Counted]:
    """The cases of a period by the values of a dimension, the most frequent first (rule C12)."""
    cases, values = _cases(wanted, by)
    value, label, join = _VALUES[wanted.dimension]
    rows = await fetch(
        f"""{cases} SELECT {value} AS value, {label} AS label, count(*) AS cases,
                count(*) FILTER (WHERE c.judgement = 'founded') AS founded,
                count(*) FILTER (WHERE c.late) AS late,
                count(*) FILTER (WHERE c.status NOT IN ('closed', 'withdrawn')) AS open
            FROM c {join} GROUP BY 1, 2 ORDER BY 3 DESC, 2 LIMIT {MOST_VALUES}""",  # noqa: S608
        *values,
    )
    words = _LABELS.get(wanted.dimension)
    return [
        Counted(
            value=row["value"],
            label=words(row["label"]).label if words and row["label"] else row["label"],
            cases=row["cases"],
            founded=row["founded"],
            late=row["late"],
            open=row["open"],
        )
        for row in rows
    ]


async def by_month(wanted: StatisticsFilter, *, by: Actor) -> list[OfMonth]:
    """The cases of each month of a period, months without any included."""
    cases, values = _cases(wanted, by)
    rows = await fetch(
        f"""{cases} SELECT c.month, count(*) AS cases,
                count(*) FILTER (WHERE c.judgement = 'founded') AS founded
            FROM c GROUP BY c.month""",  # noqa: S608 - constants
        *values,
    )
    found = {row["month"]: row for row in rows}
    return [
        OfMonth(month, found[month]["cases"], found[month]["founded"])
        if month in found
        else OfMonth(month, 0, 0)
        for month in wanted.months
    ]


async def cases_of(
    wanted: StatisticsFilter, value: str | None = None, *, by: Actor, limit: int = MOST_CASES
) -> Sequence[Case]:
    """The cases behind a figure, the newest first: those with `value`, or all of the period."""
    cases, values = _cases(wanted, by)
    column, _, join = _VALUES[wanted.dimension]
    narrowed = "TRUE"
    if value is not None:
        values.append(value)
        narrowed = f"{column} = ${len(values)}"
    rows = await fetch(
        f"""{cases} SELECT c.*, coalesce(dd.name, '') AS department FROM c
            LEFT JOIN department dd ON dd.id = c.department_id
            WHERE EXISTS (SELECT FROM (SELECT 1) AS one {join} WHERE {narrowed})
            ORDER BY c.received_at DESC, c.id DESC LIMIT {max(1, min(limit, MOST_CASES))}""",  # noqa: S608
        *values,
    )
    return [
        Case(
            reference=row["reference"],
            title=row["title"],
            kind=CaseKind(row["kind"]),
            category=Category(row["category"]) if row["category"] else None,
            status=ComplaintStatus(row["status"]),
            account_code=row["account_code"],
            account_name=row["account_name"],
            department=row["department"],
            cause=Cause(row["cause"]) if row["cause"] else None,
            judgement=row["judgement"],
            received_at=row["received_at"],
            closed_at=row["closed_at"],
            late=row["late"],
        )
        for row in rows
    ]
