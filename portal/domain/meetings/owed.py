"""What meetings and reports ask of somebody, for the first page of their day (rules M1, M2)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from portal.database import database_now, fetch, fetch_row
from portal.domain.common.actor import Actor
from portal.domain.meetings.listing import (
    Listing,
    ReportFilter,
    ReportGroup,
    reports,
)
from portal.domain.organisation.deputies import whose_work_falls_to
from portal.domain.quotes.queue_counts import MOST
from portal.domain.service_levels.promise import PROMISE_COLUMNS, Promise, promise_of


@dataclass(frozen=True, slots=True)
class OwedItem:
    """An action of ours that is not done."""

    report: str
    item_id: int
    text: str
    due_on: date
    account_name: str
    promise: Promise | None


@dataclass(frozen=True, slots=True)
class MeetingToday:
    """A meeting of the next day or so, with what is to be done before it."""

    reference: str
    title: str
    starts_at: datetime
    account_name: str
    is_noticed: bool
    was_phoned: bool
    is_checked: bool
    is_confirmed: bool


async def items_owed_by(by: Actor, *, limit: int = 8) -> list[OwedItem]:
    """Open actions of `by` and of whom they stand in for, due first."""
    if by.staff_member_id is None:
        return []
    rows = await fetch(
        f"""SELECT r.reference AS report, i.id AS item_id, i.text, i.due_on,
                a.name AS account, {PROMISE_COLUMNS}
            FROM action_item i JOIN contact_report r ON r.id = i.report_id AND r.status = 'sent'
            JOIN account a ON a.id = i.account_id
            LEFT JOIN target t ON t.subject_kind = 'action_item' AND t.subject_id = i.id
                AND t.met_at IS NULL AND t.cancelled_at IS NULL
            WHERE i.owner_id = ANY ($1) AND i.done_at IS NULL
            ORDER BY i.due_on, i.id LIMIT $2""",  # noqa: S608 - constants
        list(await whose_work_falls_to(by.staff_member_id)),
        limit,
    )
    now = await database_now()
    return [
        OwedItem(
            report=row["report"],
            item_id=row["item_id"],
            text=row["text"],
            due_on=row["due_on"],
            account_name=row["account"],
            promise=promise_of(row, now) if row["target_id"] is not None else None,
        )
        for row in rows
    ]


async def reports_owed_by(by: Actor, *, limit: int = 8) -> Listing:
    """Reports that `by` has to write, due first."""
    return await reports(ReportFilter(status=ReportGroup.OWED, mine=True, size=limit), by=by)


async def meetings_ahead_of(by: Actor, *, limit: int = 8) -> list[MeetingToday]:
    """Meetings that `by` organises within two days, the next first, and what is still to do."""
    if by.staff_member_id is None:
        return []
    rows = await fetch(
        """SELECT m.reference, m.title, m.starts_at, a.name AS account_name,
               m.noticed_sequence = m.sequence AS noticed,
               m.told_by_phone_at IS NOT NULL AS was_phoned,
               m.material_checked_at IS NOT NULL AS is_checked,
               m.attendance_confirmed_at IS NOT NULL AS is_confirmed
           FROM meeting m JOIN account a ON a.id = m.account_id
           WHERE m.status = 'planned' AND m.organiser_id = ANY ($1) AND m.starts_at < $2
           ORDER BY m.starts_at, m.id LIMIT $3""",
        list(await whose_work_falls_to(by.staff_member_id)),
        await database_now() + timedelta(days=2),
        limit,
    )
    return [
        MeetingToday(
            **{name: value for name, value in row.items() if name != "noticed"},
            is_noticed=bool(row["noticed"]),
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class MeetingCounts:
    """Numbers of the rail, each at most `MOST`."""

    meetings: int
    reports: int
    items: int


async def meeting_counts(*, by: Actor) -> MeetingCounts:
    """How much of it waits for `by` and whom they stand in for."""
    if by.staff_member_id is None:
        return MeetingCounts(0, 0, 0)
    row = await fetch_row(
        f"""SELECT {_bounded(_MY_MEETINGS)} AS meetings, {_bounded(_MY_REPORTS)} AS reports,
                {_bounded(_MY_ITEMS)} AS items""",
        list(await whose_work_falls_to(by.staff_member_id)),
    )
    assert row is not None  # noqa: S101 - a row of counts
    return MeetingCounts(**dict(row))


def _bounded(rows: str) -> str:
    return f"(SELECT count(*) FROM ({rows} LIMIT {MOST}) AS some_of)"  # noqa: S608


# Whoever has a part in something may see it (rule A6).
_MY_MEETINGS = """SELECT FROM meeting m WHERE m.status = 'planned'
    AND (m.organiser_id = ANY($1) OR EXISTS (SELECT FROM meeting_person p
        WHERE p.meeting_id = m.id AND p.staff_member_id = ANY($1)))"""
_MY_REPORTS = """SELECT FROM contact_report r WHERE r.status = 'draft' AND r.owner_id = ANY($1)
    AND NOT EXISTS (SELECT FROM contact_report newer
        WHERE newer.reference = r.reference AND newer.revision > r.revision)"""
_MY_ITEMS = """SELECT FROM action_item i
    JOIN contact_report r ON r.id = i.report_id AND r.status = 'sent'
    WHERE i.owner_id = ANY($1) AND i.done_at IS NULL"""
