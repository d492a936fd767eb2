"""What every verb of meetings and contact reports does: ask, lock, take the step, note it."""

from typing import Any

from portal.database import database_now
from portal.domain.common.activity import record
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import WrongState
from portal.domain.common.permissions import Permission
from portal.domain.common.record import check_transition
from portal.domain.meetings.states import (
    MEETING_TRANSITIONS,
    REPORT_TRANSITIONS,
    MeetingStatus,
    ReportStatus,
)
from portal.domain.meetings.story import MeetingHappening, ReportHappening
from portal.domain.meetings.tables import ContactReport, Meeting
from portal.domain.quotes.progress import require

__all__ = [
    "lock_draft",
    "lock_planned",
    "move_meeting",
    "move_report",
    "note_of_meeting",
    "note_of_report",
    "require",
]


async def lock_planned(meeting: Meeting, *, by: Actor, expected_version: int | None = None) -> None:
    """Lock a meeting that lies ahead. Raises `NotAllowed`, `Conflict`, `WrongState`."""
    require(by, Permission.WRITE_REPORTS)
    await meeting.lock(expected_version=expected_version)
    if meeting.state is not MeetingStatus.PLANNED:
        raise WrongState(state=meeting.state.label)


async def lock_draft(
    report: ContactReport, *, by: Actor, expected_version: int | None = None
) -> None:
    """Lock a report that was not sent yet. Raises `NotAllowed`, `Conflict`, `WrongState`."""
    require(by, Permission.WRITE_REPORTS)
    await report.lock(expected_version=expected_version)
    if report.state is not ReportStatus.DRAFT:
        raise WrongState(state=report.state.label)


async def move_meeting(meeting: Meeting, to: MeetingStatus | None = None, **values: Any) -> None:
    """Change a locked meeting; `to` takes it a step further, which raises `WrongState`."""
    if to is not None:
        check_transition(meeting.state, to, MEETING_TRANSITIONS)
        values["status"] = to.value
    await meeting.change(updated_at=await database_now(), **values)


async def move_report(report: ContactReport, to: ReportStatus | None = None, **values: Any) -> None:
    """Change a locked report; `to` takes it a step further, which raises `WrongState`."""
    if to is not None:
        check_transition(report.state, to, REPORT_TRANSITIONS)
        values["status"] = to.value
    await report.change(updated_at=await database_now(), **values)


async def note_of_meeting(
    meeting: Meeting,
    happening: MeetingHappening,
    *,
    by: Actor,
    visible_to: Audience = Audience.INTERNAL,
    **after: Any,
) -> None:
    """Write the timeline; `after` has what the sentence of `happening` needs (rule A5)."""
    await record(meeting.subject, happening, by=by, visible_to=visible_to, after=after)


async def note_of_report(
    report: ContactReport,
    happening: ReportHappening,
    *,
    by: Actor,
    visible_to: Audience = Audience.INTERNAL,
    **after: Any,
) -> None:
    """Write the timeline of this revision (rule A5)."""
    await record(report.subject, happening, by=by, visible_to=visible_to, after=after)
