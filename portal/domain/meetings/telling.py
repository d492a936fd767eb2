"""Announcing what happened to a meeting or a contact report."""

from portal.domain.common.actor import Actor
from portal.domain.common.outbox import announce
from portal.domain.meetings.events import MeetingEvent, ReportEvent
from portal.domain.meetings.tables import ContactReport, Meeting


async def tell_of_meeting(
    meeting: Meeting, event: MeetingEvent, *, by: Actor, once: str | None = None, **facts: object
) -> None:
    """Announce it in the unit of work that makes it happen; `facts` carry ids and numbers only."""
    await announce(
        event,
        {
            "meeting_id": meeting.id,
            "reference": meeting.reference,
            "actor_id": by.person_id,
            **facts,
        },
        account_id=meeting.account_id,
        once=once,
    )


async def tell(report: ContactReport, event: ReportEvent, *, by: Actor, **facts: object) -> None:
    """Announce what happened to a report; `facts` carry ids and numbers only."""
    await announce(
        event,
        {
            "report_id": report.id,
            "reference": report.reference,
            "actor_id": by.person_id,
            **facts,
        },
        account_id=report.account_id,
    )
