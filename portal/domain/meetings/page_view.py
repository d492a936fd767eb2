"""A meeting and a contact report as their pages show them to us (rules M1, M2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.database import database_now, fetch, fetch_row
from portal.domain.common.actor import Actor
from portal.domain.common.permissions import Permission
from portal.domain.meetings.access import meeting_by_reference, revision_of
from portal.domain.meetings.action_items import items_of
from portal.domain.meetings.answering import answers_to
from portal.domain.meetings.noticing import missing_of, without_address
from portal.domain.meetings.people import PersonRow, people_of_meeting, readers_of
from portal.domain.meetings.states import MeetingStatus, ReportAnswerKind, ReportStatus
from portal.domain.meetings.tables import (
    ITEM_KIND,
    MEETING_KIND,
    REPORT_KIND,
    ActionItem,
    ContactReport,
    Meeting,
    ReportAnswer,
)
from portal.domain.organisation.deputies import whose_work_falls_to
from portal.domain.service_levels import clock
from portal.domain.service_levels.promise import Promise


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody of a meeting, with how to reach them; `attended` is None until it was held."""

    id: int
    name: str
    function: str
    email: str
    phone: str
    is_ours: bool
    attended: bool | None


@dataclass(frozen=True, slots=True)
class MeetingPage:
    """Everything the page of a meeting says."""

    record: Meeting
    actor: Actor
    account_name: str
    account_code: str
    timezone: str
    organiser: str
    people: Sequence[Attendee]
    named: Sequence[PersonRow]
    promises: Sequence[Promise]
    report: str
    told_by: str
    has_begun: bool

    @property
    def reference(self) -> str:
        return str(self.record.reference)

    @property
    def status(self) -> MeetingStatus:
        return self.record.state

    @property
    def promise(self) -> Promise | None:
        """The notice, until it was given or as it was kept."""
        return self.promises[0] if self.promises else None

    @property
    def missing(self) -> list[str]:
        """Message ids of what the notice still lacks (rule M2)."""
        return missing_of(self.record, self.named)

    @property
    def without_address(self) -> list[str]:
        return without_address([each for each in self.named if not each.is_ours])

    @property
    def theirs(self) -> list[Attendee]:
        return [each for each in self.people if not each.is_ours]

    @property
    def ours(self) -> list[Attendee]:
        return [each for each in self.people if each.is_ours]

    @property
    def can_write(self) -> bool:
        return self.actor.may(Permission.WRITE_REPORTS)

    @property
    def is_planned(self) -> bool:
        return self.status is MeetingStatus.PLANNED

    @property
    def was_told(self) -> bool:
        """Whether a change needs its reason: somebody was told of it."""
        return bool(self.record.notice_sent_at or self.record.told_by_phone_at)


@dataclass(frozen=True, slots=True)
class ItemView:
    """An action with its clock; `is_mine` for its owner and who stands in for them."""

    record: ActionItem
    promise: Promise | None
    is_mine: bool

    @property
    def id(self) -> int:
        return int(self.record.id)


@dataclass(frozen=True, slots=True)
class Origin:
    """What a report is about, and where that is found. `kind` is meeting, visit or call."""

    kind: str
    reference: str
    path: str


@dataclass(frozen=True, slots=True)
class ReportPage:
    """Everything the page of a report says; `revisions` are all there are, newest first."""

    record: ContactReport
    actor: Actor
    account_name: str
    account_code: str
    owner: str
    origin: Origin
    readers: Sequence[PersonRow]
    absent: frozenset[str]
    items: Sequence[ItemView]
    answers: Sequence[ReportAnswer]
    promises: Sequence[Promise]
    revisions: Sequence[tuple[int, ReportStatus, datetime | None]]

    @property
    def reference(self) -> str:
        return str(self.record.reference)

    @property
    def status(self) -> ReportStatus:
        return self.record.state

    @property
    def promise(self) -> Promise | None:
        return self.promises[0] if self.promises else None

    @property
    def is_newest(self) -> bool:
        return self.revisions[0][0] == self.record.revision

    @property
    def is_correction(self) -> bool:
        return bool(self.record.revision > 1)

    @property
    def theirs(self) -> list[PersonRow]:
        return [each for each in self.readers if not each.is_ours]

    @property
    def ours(self) -> list[PersonRow]:
        return [each for each in self.readers if each.is_ours]

    @property
    def is_acknowledged(self) -> bool:
        return any(each.sort is ReportAnswerKind.ACKNOWLEDGED for each in self.answers)

    @property
    def can_write(self) -> bool:
        return self.is_newest and self.actor.may(Permission.WRITE_REPORTS)

    @property
    def may_supervise(self) -> bool:
        return self.is_newest and self.actor.may(Permission.SUPERVISE_VISITS)


async def meeting_page(reference: str, *, by: Actor) -> MeetingPage:
    """The page of a meeting. Raises `NotFound` for unknown ones and for who may not see it."""
    meeting = await meeting_by_reference(reference, by=by)
    names = await fetch_row(
        """SELECT a.name AS account_name, a.code AS account_code, a.timezone, p.name AS organiser,
               coalesce(t.name, '') AS told_by, coalesce((SELECT r.reference FROM contact_report r
                   WHERE r.meeting_id = m.id ORDER BY r.revision LIMIT 1), '') AS report
           FROM meeting m JOIN account a ON a.id = m.account_id
           JOIN staff_member s ON s.id = m.organiser_id JOIN person p ON p.id = s.person_id
           LEFT JOIN person t ON t.id = m.told_by_phone_by WHERE m.id = $1""",
        meeting.id,
    )
    assert names is not None  # noqa: S101 - just read
    return MeetingPage(
        record=meeting,
        actor=by,
        people=await attendees_of(meeting.id),
        named=await people_of_meeting(meeting.id),
        promises=await clock.targets_of(MEETING_KIND, meeting.id),
        has_begun=meeting.starts_at <= await database_now(),
        **dict(names),
    )


async def attendees_of(meeting_id: int) -> list[Attendee]:
    """Who takes part, the customer's side first, with phone numbers for us."""
    rows = await fetch(
        """SELECT p.id, p.name, p.function, p.email, p.is_ours, p.attended,
               coalesce(k.phone, q.phone, '') AS phone
           FROM meeting_person p LEFT JOIN contact k ON k.id = p.contact_id
           LEFT JOIN staff_member s ON s.id = p.staff_member_id
           LEFT JOIN person q ON q.id = s.person_id
           WHERE p.meeting_id = $1 ORDER BY p.is_ours, p.id""",
        meeting_id,
    )
    return [Attendee(**dict(row)) for row in rows]


async def report_page(reference: str, *, by: Actor, revision: int | None = None) -> ReportPage:
    """The page of a report, its newest revision or that one. Raises `NotFound`."""
    report = await revision_of(reference, revision, by=by)
    names = await fetch_row(
        """SELECT a.name AS account_name, a.code AS account_code, p.name AS owner
           FROM contact_report r JOIN account a ON a.id = r.account_id
           JOIN staff_member s ON s.id = r.owner_id JOIN person p ON p.id = s.person_id
           WHERE r.id = $1""",
        report.id,
    )
    assert names is not None  # noqa: S101 - just read
    revisions = await fetch(
        """SELECT id, revision, status, sent_at FROM contact_report WHERE reference = $1
           ORDER BY revision DESC""",
        report.reference,
    )
    owed = await clock.targets_of_each(REPORT_KIND, [row["id"] for row in revisions])
    return ReportPage(
        record=report,
        actor=by,
        origin=await _origin(report, names["account_code"]),
        readers=await readers_of(report.id),
        absent=await _absent(report.id),
        items=await _items(report, by=by),
        answers=await answers_to(report.id),
        promises=[each for promises in owed.values() for each in promises],
        revisions=[
            (row["revision"], ReportStatus(row["status"]), row["sent_at"]) for row in revisions
        ],
        **dict(names),
    )


async def _items(report: ContactReport, *, by: Actor) -> list[ItemView]:
    items = await items_of(report)
    owed = await clock.targets_of_each(ITEM_KIND, [item.id for item in items])
    mine = await whose_work_falls_to(by.staff_member_id) if by.staff_member_id else frozenset()
    return [
        ItemView(
            item,
            next(iter(owed.get(item.id, ())), None),
            is_mine=not item.is_done and item.owner_id in mine,
        )
        for item in items
    ]


async def _absent(report_id: int) -> frozenset[str]:
    """Names of those readers who were not there."""
    rows = await fetch(
        "SELECT name FROM report_reader WHERE report_id = $1 AND NOT was_present", report_id
    )
    return frozenset(row["name"] for row in rows)


async def _origin(report: ContactReport, account_code: str) -> Origin:
    row = await fetch_row(
        """SELECT (SELECT reference FROM meeting WHERE id = $1) AS meeting,
               (SELECT reference FROM visit WHERE id = $2) AS visit""",
        report.meeting_id,
        report.visit_id,
    )
    assert row is not None  # noqa: S101 - one row
    if row["meeting"]:
        return Origin("meeting", row["meeting"], f"/staff/meetings/{row['meeting']}")
    if row["visit"]:
        return Origin("visit", row["visit"], f"/staff/visits/{row['visit']}")
    return Origin("call", "", f"/staff/accounts/{account_code}/log")
