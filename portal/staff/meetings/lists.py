"""The lists of meetings and of contact reports: what is owed first (rules M1, M2)."""

from collections.abc import Mapping, Sequence
from typing import Any

from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.meetings.listing import (
    Listing,
    MeetingFilter,
    ReportFilter,
    ReportGroup,
    meetings,
    reports,
)
from portal.domain.meetings.owed import meeting_counts
from portal.domain.meetings.states import MeetingStatus, ReportStatus
from portal.domain.meetings.tables import MEETING_KIND, REPORT_KIND
from portal.staff.choices import choices
from portal.staff.meetings import meeting_page, report_page
from portal.staff.queue_page import ANY, Query, Queue, QueuePage, in_words, whole
from portal.web.answers import Answer
from portal.web.viewer import Viewer

MEETINGS, REPORTS = "meetings", "contact-reports"
_REPORT_GROUPS = {
    ReportGroup.OWED: N_("To be written"),
    ReportGroup.UNANSWERED: N_("Not acknowledged yet"),
    ANY: N_("Any"),
}


async def rail_of(viewer: Viewer) -> Sequence[Queue]:
    """What of meetings and reports waits for this viewer, for the rail."""
    counts = await meeting_counts(by=viewer.actor)
    return [
        Queue("my_meetings", N_("My meetings"), counts.meetings, f"{meeting_page.PATH}?mine=yes"),
        Queue("my_reports", N_("My reports"), counts.reports, f"{report_page.PATH}?mine=yes"),
    ]


def meetings_wanted(query: Query) -> MeetingFilter:
    """The filters of an address; what is unknown counts as not given."""
    status = str(query.get("status") or MeetingStatus.PLANNED)
    return MeetingFilter(
        status="" if status == ANY else status,
        mine=bool(query.get("mine")),
        late=bool(query.get("late")),
        account_id=whole(query.get("account")),
        text=str(query.get("q") or "")[:200],
        after=str(query.get("after") or ""),
        before=str(query.get("before") or ""),
    )


def reports_wanted(query: Query) -> ReportFilter:
    """The filters of an address; what is unknown counts as not given."""
    status = str(query.get("status") or ReportGroup.OWED)
    return ReportFilter(
        status="" if status == ANY else status,
        mine=bool(query.get("mine")),
        late=bool(query.get("late")),
        account_id=whole(query.get("account")),
        text=str(query.get("q") or "")[:200],
        after=str(query.get("after") or ""),
        before=str(query.get("before") or ""),
    )


async def _meetings(query: Query, viewer: Viewer) -> Listing:
    return await meetings(meetings_wanted(query), by=viewer.actor)


async def _reports(query: Query, viewer: Viewer) -> Listing:
    return await reports(reports_wanted(query), by=viewer.actor)


async def _meeting_choices(_: Viewer, answer: Answer) -> Mapping[str, Any]:
    return {"statuses": [*choices(MeetingStatus, answer), *in_words({ANY: N_("Any")}, answer)]}


async def _report_choices(_: Viewer, answer: Answer) -> Mapping[str, Any]:
    singles = [each for each in ReportStatus if each is not ReportStatus.DRAFT]
    return {"statuses": [*in_words(_REPORT_GROUPS, answer), *choices(singles, answer)]}


_FILTERS = ("status", "mine", "late", "account", "q")
MEETING_QUEUE = QueuePage(
    path=meeting_page.PATH,
    page=MEETINGS,
    title=N_("Meetings"),
    everything=N_("All ahead"),
    template="staff/meetings/queue.html",
    rows_template="staff/meetings/_queue.html",
    filters=_FILTERS,
    asks=Permission.READ_VISITS,
    listing=_meetings,
    rail=rail_of,
    choices=_meeting_choices,
    lists=MEETING_KIND,
)
REPORT_QUEUE = QueuePage(
    path=report_page.PATH,
    page=REPORTS,
    title=N_("Contact reports"),
    everything=N_("All to be written"),
    template="staff/contact_reports/queue.html",
    rows_template="staff/contact_reports/_queue.html",
    filters=_FILTERS,
    asks=Permission.READ_VISITS,
    listing=_reports,
    rail=rail_of,
    choices=_report_choices,
    lists=REPORT_KIND,
)
ROUTES = [*MEETING_QUEUE.routes(), *REPORT_QUEUE.routes()]
