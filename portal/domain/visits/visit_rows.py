"""Rows of lists of visits: one statement brings customer, owner, last visit and clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portal.domain.complaints.states import Satisfaction
from portal.domain.service_levels.promise import PROMISE_COLUMNS, Promise, promise_of
from portal.domain.visits.states import VisitKind, VisitRule, VisitStatus, VisitStep, VisitWay

# The clock that runs: one of a visit.
_TARGET = """LEFT JOIN LATERAL (SELECT * FROM target t WHERE t.subject_kind = 'visit'
    AND t.subject_id = v.id AND t.kind IN ('visit', 'callback') AND t.cancelled_at IS NULL
    ORDER BY t.id DESC LIMIT 1) t ON true"""
# When the customer was visited last; callbacks do not count as a visit (rule V9).
LAST_VISIT = """(SELECT l.made_at FROM visit l WHERE l.account_id = {account} AND l.status = 'made'
    AND l.kind = 'visit' ORDER BY l.made_at DESC LIMIT 1)"""
_LAST = LAST_VISIT.format(account="v.account_id")
ROW_COLUMNS = f"""v.id, v.reference, v.kind, v.rule, v.step, v.status, v.way, v.due_on,
    v.starts_at, v.ends_at, v.place, v.goal, v.made_at, v.satisfaction, v.shown_at IS NOT NULL
        AS is_shown, v.account_id, a.code AS account_code, a.name AS account_name, a.timezone,
    v.owner_id, p.name AS owner_name, coalesce(d.name, '') AS dealer_name,
    {_LAST} AS last_visit_at, {PROMISE_COLUMNS}"""
JOINED = f"""JOIN account a ON a.id = v.account_id JOIN staff_member s ON s.id = v.owner_id
    JOIN person p ON p.id = s.person_id LEFT JOIN dealer d ON d.id = v.dealer_id {_TARGET}"""


@dataclass(frozen=True, slots=True)
class VisitRow:
    """A visit as lists show it. `due_on` is a date at the customer's, whose zone is `timezone`.

    `last_visit_at` is when the customer was visited last, None for never; `promise` the clock of
    the visit, met or open. `dealer_name` is empty where we make it ourselves.
    """

    id: int
    reference: str
    kind: VisitKind
    rule: VisitRule
    step: VisitStep | None
    status: VisitStatus
    way: VisitWay
    due_on: date
    starts_at: datetime | None
    ends_at: datetime | None
    place: str
    goal: str
    made_at: datetime | None
    satisfaction: Satisfaction | None
    is_shown: bool
    account_id: int
    account_code: str
    account_name: str
    timezone: str
    owner_id: int
    owner_name: str
    dealer_name: str
    last_visit_at: datetime | None
    promise: Promise | None

    @property
    def what(self) -> str:
        """Message id of what asks for it: the step where there is one, else the rule."""
        return self.step.label if self.step else self.rule.label


@dataclass(frozen=True, slots=True)
class VisitListing:
    """One page of a list. `after` and `before` are keys for the neighbours, or None."""

    rows: Sequence[VisitRow]
    after: str | None = None
    before: str | None = None


def visit_row(row: Mapping[str, Any], now: datetime) -> VisitRow:
    """A row of `ROW_COLUMNS` as it stands at `now`."""
    return VisitRow(
        id=row["id"],
        reference=row["reference"],
        kind=VisitKind(row["kind"]),
        rule=VisitRule(row["rule"]),
        step=VisitStep(row["step"]) if row["step"] else None,
        status=VisitStatus(row["status"]),
        way=VisitWay(row["way"]),
        due_on=row["due_on"],
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        place=row["place"],
        goal=row["goal"],
        made_at=row["made_at"],
        satisfaction=Satisfaction(row["satisfaction"]) if row["satisfaction"] else None,
        is_shown=row["is_shown"],
        account_id=row["account_id"],
        account_code=row["account_code"],
        account_name=row["account_name"],
        timezone=row["timezone"],
        owner_id=row["owner_id"],
        owner_name=row["owner_name"],
        dealer_name=row["dealer_name"],
        last_visit_at=row["last_visit_at"],
        promise=promise_of(row, now) if row["target_id"] else None,
    )
