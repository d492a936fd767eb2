"""The contact report of a visit, as the visit's page leads to it (rule M1)."""

from dataclasses import dataclass

from portal.database import database_now, fetch_row
from portal.domain.common.actor import Actor
from portal.domain.meetings.access import visible_reports_condition
from portal.domain.meetings.states import ReportStatus
from portal.domain.meetings.tables import REPORT_KIND
from portal.domain.service_levels import clock
from portal.domain.service_levels.promise import (
    PROMISE_COLUMNS,
    Promise,
    TargetKind,
    promise_of,
)


@dataclass(frozen=True, slots=True)
class ReportOfVisit:
    """The newest revision; `promise` is by when it is owed while it is being written."""

    reference: str
    status: ReportStatus
    promise: Promise | None


async def report_of_visit(visit_id: int, *, by: Actor) -> ReportOfVisit | None:
    """The report of a visit; None where none is owed or `by` may not see it (rule A6)."""
    condition, values = visible_reports_condition(by, "r", place=2)
    row = await fetch_row(
        f"""SELECT r.id, r.reference, r.status,
                (SELECT f.id FROM contact_report f
                 WHERE f.reference = r.reference ORDER BY f.revision LIMIT 1) AS first_id
            FROM contact_report r WHERE r.visit_id = $1 AND ({condition})
            ORDER BY r.revision DESC LIMIT 1""",  # noqa: S608 - constants
        visit_id,
        *values,
    )
    if row is None:
        return None
    status, promise = ReportStatus(row["status"]), None
    if status is ReportStatus.DRAFT:
        keys = [(REPORT_KIND, row[name]) for name in ("id", "first_id")]
        promises = await clock.targets_of_all(keys)
        promise = next((promises[key][0] for key in keys if key in promises), None)
    return ReportOfVisit(row["reference"], status, promise)


async def report_owed_after(visit_id: int) -> Promise | None:
    """By when the customer gets the report of their visit; None when none is being written.

    Asked as the customer, who reads the promise but nothing of a report before it is sent.
    """
    row = await fetch_row(
        f"""SELECT {PROMISE_COLUMNS} FROM target t
            WHERE t.subject_kind = $1 AND t.subject_id = (SELECT report_owed_after_visit($2))
              AND t.kind = $3 AND t.met_at IS NULL AND t.cancelled_at IS NULL""",  # noqa: S608
        REPORT_KIND,
        visit_id,
        TargetKind.CONTACT_REPORT.value,
    )
    return promise_of(row, await database_now()) if row else None
