"""How much meetings and reports ask of somebody (rules M1, M2)."""

from dataclasses import dataclass

from portal.database import fetch_row
from portal.domain.common.actor import Actor
from portal.domain.organisation.deputies import whose_work_falls_to
from portal.domain.quotes.queue_counts import MOST


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
