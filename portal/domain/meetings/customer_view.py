"""A meeting and a contact report as the customer reads them (rules M1, M2).

Nothing of ours: no phone calls noted, no checks, no drafts. The database holds back what is not
theirs, and what was not sent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.database import fetch, fetch_row, fetch_value
from portal.domain.common.actor import Actor
from portal.domain.common.permissions import Permission
from portal.domain.meetings.access import meeting_by_reference, revision_of
from portal.domain.meetings.action_items import items_of
from portal.domain.meetings.answering import answers_to
from portal.domain.meetings.states import MeetingStatus, ReportAnswerKind, ReportStatus
from portal.domain.meetings.tables import (
    ITEM_KIND,
    REPORT_KIND,
    ActionItem,
    ContactReport,
    Meeting,
    ReportAnswer,
)
from portal.domain.service_levels import clock
from portal.domain.service_levels.promise import Promise


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody who takes part or was there; a customer reads names and functions."""

    name: str
    function: str
    is_ours: bool
    was_there: bool | None


@dataclass(frozen=True, slots=True)
class CustomerMeeting:
    """A meeting from its notice on; `report` is the reference of the report once it was sent."""

    record: Meeting
    organiser: str
    people: Sequence[Participant]
    report: str

    @property
    def reference(self) -> str:
        return str(self.record.reference)

    @property
    def status(self) -> MeetingStatus:
        return self.record.state

    @property
    def theirs(self) -> list[Participant]:
        return [each for each in self.people if not each.is_ours]

    @property
    def ours(self) -> list[Participant]:
        return [each for each in self.people if each.is_ours]


@dataclass(frozen=True, slots=True)
class CustomerItem:
    """An action of the report; of ours, `promise` says by when."""

    record: ActionItem
    promise: Promise | None


@dataclass(frozen=True, slots=True)
class CustomerReport:
    """A revision that was sent; `revisions` are those that the customer can read, newest first."""

    record: ContactReport
    owner: str
    people: Sequence[Participant]
    items: Sequence[CustomerItem]
    answers: Sequence[ReportAnswer]
    promise: Promise | None
    revisions: Sequence[tuple[int, datetime]]
    has_acknowledged: bool
    can_answer: bool
    about: str
    about_path: str

    @property
    def reference(self) -> str:
        return str(self.record.reference)

    @property
    def status(self) -> ReportStatus:
        return self.record.state

    @property
    def is_newest(self) -> bool:
        return self.revisions[0][0] == self.record.revision

    @property
    def is_acknowledged(self) -> bool:
        return any(each.sort is ReportAnswerKind.ACKNOWLEDGED for each in self.answers)

    @property
    def theirs(self) -> list[Participant]:
        return [each for each in self.people if not each.is_ours]

    @property
    def ours(self) -> list[Participant]:
        return [each for each in self.people if each.is_ours]


@dataclass(frozen=True, slots=True)
class SentReport:
    """A report in a customer's list."""

    reference: str
    title: str
    happened_at: datetime
    sent_at: datetime
    is_acknowledged: bool


@dataclass(frozen=True, slots=True)
class KnownMeeting:
    """A meeting in a customer's list."""

    reference: str
    title: str
    status: MeetingStatus
    starts_at: datetime
    ends_at: datetime


async def customer_meeting(reference: str, *, by: Actor) -> CustomerMeeting:
    """A meeting of the viewer's account. Raises `NotFound`."""
    meeting = await meeting_by_reference(reference, by=by)
    return CustomerMeeting(
        record=meeting,
        organiser=await _name(meeting.organiser_id),
        people=await _people("meeting_person", "meeting_id", "attended", meeting.id),
        report=await fetch_value(
            """SELECT coalesce((SELECT reference FROM contact_report WHERE meeting_id = $1
                   ORDER BY revision DESC LIMIT 1), '')""",
            meeting.id,
        ),
    )


async def customer_report(
    reference: str, *, by: Actor, revision: int | None = None
) -> CustomerReport:
    """A report that was sent to the viewer's account. Raises `NotFound`."""
    report = await revision_of(reference, revision, by=by)
    answers = await answers_to(report.id)
    acknowledged = {
        each.person_id for each in answers if each.sort is ReportAnswerKind.ACKNOWLEDGED
    }
    rows = await fetch(
        """SELECT revision, sent_at FROM contact_report WHERE reference = $1
           ORDER BY revision DESC""",
        report.reference,
    )
    about, path = await _about(report)
    return CustomerReport(
        record=report,
        owner=await _name(report.owner_id),
        people=await _people("report_reader", "report_id", "was_present", report.id),
        items=await _items(report),
        answers=answers,
        promise=next(iter(await clock.targets_of(REPORT_KIND, report.id)), None),
        revisions=[(row["revision"], row["sent_at"]) for row in rows],
        has_acknowledged=by.person_id in acknowledged,
        can_answer=by.may(Permission.ANSWER_VISITS) and report.state is ReportStatus.SENT,
        about=about,
        about_path=path,
    )


async def reports_of_customer(*, limit: int = 50) -> list[SentReport]:
    """The reports that were sent to the viewer's account, by their newest revision."""
    rows = await fetch(
        """SELECT reference, title, happened_at, sent_at, EXISTS (SELECT FROM report_answer a
                   WHERE a.report_id = r.id AND a.kind = 'acknowledged') AS is_acknowledged
           FROM contact_report r WHERE status = 'sent' ORDER BY happened_at DESC, id DESC
           LIMIT $1""",
        limit,
    )
    return [SentReport(**dict(row)) for row in rows]


async def _items(report: ContactReport) -> list[CustomerItem]:
    items = await items_of(report)
    owed = await clock.targets_of_each(ITEM_KIND, [item.id for item in items])
    return [CustomerItem(item, next(iter(owed.get(item.id, ())), None)) for item in items]


async def _people(of: str, column: str, there: str, record_id: int) -> list[Participant]:
    rows = await fetch(
        f"""SELECT name, function, is_ours, {there} AS was_there FROM {of}
            WHERE {column} = $1 ORDER BY is_ours, id""",  # noqa: S608 - names of ours
        record_id,
    )
    return [Participant(**dict(row)) for row in rows]


async def _about(report: ContactReport) -> tuple[str, str]:
    """The meeting or visit that the viewer knows of, and its page."""
    row = await fetch_row(
        """SELECT (SELECT reference FROM meeting WHERE id = $1) AS meeting,
               (SELECT reference FROM visit WHERE id = $2) AS visit""",
        report.meeting_id,
        report.visit_id,
    )
    for kind, reference in (row or {}).items():
        if reference:
            return reference, f"/{kind}s/{reference}"
    return "", ""


async def _name(staff_member_id: int) -> str:
    name: str | None = await fetch_value(
        """SELECT p.name FROM staff_member s JOIN person p ON p.id = s.person_id
           WHERE s.id = $1""",
        staff_member_id,
    )
    return name or ""
