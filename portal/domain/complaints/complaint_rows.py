"""Rows of lists of complaints: one statement brings customer, owner and promise."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.domain.common.record import for_us
from portal.domain.complaints.shown_status import ShownStatus, shown_status_sql
from portal.domain.complaints.states import (
    OUTCOME_TOLD,
    CapaState,
    CaseKind,
    Category,
    ComplaintChannel,
    ComplaintStatus,
    Severity,
)
from portal.domain.complaints.tables import SUBJECT_KIND
from portal.domain.service_levels.promise import PROMISE_COLUMNS, Promise, promise_of

OPEN_TARGET = f"t.subject_kind = '{SUBJECT_KIND}' AND t.met_at IS NULL AND t.cancelled_at IS NULL"
# Where a complaint stands in the queue, as its indexes have it: what owes nothing comes behind.
QUEUED_AT = "queued_at(c.next_due_at, c.received_at)"
_COLUMNS = """c.id, c.reference, c.title, c.kind, c.category, c.status, c.severity, c.channel,
    c.capa_state, c.question <> '' AS is_asked, c.account_id, a.name AS account_name, c.received_at,
    c.updated_at, c.reported_name"""
# Whose it is, the customer reads on the complaint's page, as the policy says; what a follow-up owes
# is ours to plan (C11).
_TARGET = """LEFT JOIN LATERAL (SELECT * FROM target t WHERE {open} AND t.subject_id = c.id {shown}
    ORDER BY t.due_at, t.id LIMIT 1) t ON true"""


def late_at(moment: str) -> str:
    """SQL that is true for open complaints `c` that owe something late at the parameter `moment`.

    What is due first says which may be; whether they are, their clocks, since some wait. OFFSET
    keeps the planner from reading all clocks there are for the first few complaints.
    """
    sooner = for_us(f"{QUEUED_AT} < {moment} AND", instead="")
    return f"""{sooner} EXISTS (SELECT FROM target t WHERE {OPEN_TARGET}
        AND t.subject_id = c.id AND t.due_at < {moment}
        AND (t.breached_at IS NOT NULL OR t.paused_since IS NULL) OFFSET 0)"""


def row_columns() -> str:
    """What `complaint_row` reads of the tables in `joined`."""
    owner, offered = for_us("p.name"), for_us("c.offered_to_id", instead="NULL::bigint")
    return f"""{_COLUMNS}, {shown_status_sql("c")} AS shown_status, c.owner_id,
        {owner} AS owner_name, {offered} AS offered_to_id, {PROMISE_COLUMNS}"""


def clock_of() -> str:
    """The clock of `complaint c` that a row shows, joined as `t`: what is due first."""
    shown = for_us("", instead="AND t.kind IN ('first_response', 'solution', 'next_response')")
    return _TARGET.format(open=OPEN_TARGET, shown=shown)


def joined() -> str:
    """What a row shows beside `complaint c`."""
    owner = for_us(
        "JOIN staff_member s ON s.id = c.owner_id JOIN person p ON p.id = s.person_id", instead=""
    )
    return f"JOIN account a ON a.id = c.account_id {owner} {clock_of()}"


@dataclass(frozen=True, slots=True)
class ComplaintRow:
    """A complaint in a list. `promise` is what is due next, None where nothing is owed.

    `shown_status` is what its customer reads. To customers `owner_name` is empty. `offered_to_id`
    is the staff member who was asked to take it on. `is_asked`: we wait for an answer of the
    customer.
    """

    id: int
    reference: str
    title: str
    kind: CaseKind
    category: Category | None
    status: ComplaintStatus
    shown_status: ShownStatus
    severity: Severity
    channel: ComplaintChannel
    capa: CapaState | None
    is_asked: bool
    account_id: int
    account_name: str
    reported_name: str
    owner_id: int
    owner_name: str
    offered_to_id: int | None
    received_at: datetime
    updated_at: datetime
    promise: Promise | None

    @property
    def waits_for_customer(self) -> bool:
        """Whether the customer was asked something, or told an outcome and has not said a word."""
        return self.is_asked or self.status in OUTCOME_TOLD

    @property
    def is_major(self) -> bool:
        return self.severity is Severity.MAJOR


@dataclass(frozen=True, slots=True)
class ComplaintListing:
    """One page of a list. `after` and `before` are keys for the neighbours, or None."""

    rows: Sequence[ComplaintRow]
    after: str | None = None
    before: str | None = None


def complaint_row(row: Mapping[str, Any], now: datetime) -> ComplaintRow:
    """A row of `row_columns` as it stands at `now`."""
    return ComplaintRow(
        id=row["id"],
        reference=row["reference"],
        title=row["title"],
        kind=CaseKind(row["kind"]),
        category=Category(row["category"]) if row["category"] else None,
        status=ComplaintStatus(row["status"]),
        shown_status=ShownStatus(row["shown_status"]),
        severity=Severity(row["severity"]),
        channel=ComplaintChannel(row["channel"]),
        capa=CapaState(row["capa_state"]) if row["capa_state"] else None,
        is_asked=row["is_asked"],
        account_id=row["account_id"],
        account_name=row["account_name"],
        reported_name=row["reported_name"],
        owner_id=row["owner_id"],
        owner_name=row["owner_name"],
        offered_to_id=row["offered_to_id"],
        received_at=row["received_at"],
        updated_at=row["updated_at"],
        promise=promise_of(row, now) if row["target_id"] else None,
    )
