"""A meeting and a contact report as the customer reads them (rules M1, M2).

Nothing of ours: no phone calls noted, no checks, no drafts. The database holds back what is not
theirs, and what was not sent.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.database import fetch, fetch_row
from portal.domain.common.actor import Actor
from portal.domain.common.permissions import Permission
from portal.domain.meetings.access import meeting_by_reference, revision_of
from portal.domain.meetings.action_items import items_of
from portal.domain.meetings.answering import ANSWERS, answers_in
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


def _name(staff_member: str) -> str:
    return f"""coalesce((SELECT p.name FROM staff_member s JOIN person p ON p.id = s.person_id
        WHERE s.id = {staff_member}), '')"""  # noqa: S608 - names of columns


def _people(table: str, of_record: str, there: str) -> str:
    return f"""(SELECT coalesce(json_agg(json_build_object('name', x.name, 'function', x.function,
            'is_ours', x.is_ours, 'was_there', x.{there}) ORDER BY x.is_ours, x.id), '[]')
        FROM {table} x WHERE x.{of_record})"""  # noqa: S608 - names of ours


# What belongs to a revision of a report, its own columns, actions and promises apart.
_BESIDE_REPORT = f"""SELECT {_name("r.owner_id")} AS owner,
        {_people("report_reader", "report_id = r.id", "was_present")} AS people,
        (SELECT reference FROM meeting WHERE id = r.meeting_id) AS meeting,
        (SELECT reference FROM visit WHERE id = r.visit_id) AS visit,
        (SELECT json_agg(x ORDER BY x.revision DESC) FROM (
            SELECT revision, sent_at FROM contact_report
            WHERE reference = r.reference) AS x) AS revisions,
        {ANSWERS} AS answers
    FROM contact_report r WHERE r.id = $1"""  # noqa: S608 - constants


async def customer_meeting(reference: str, *, by: Actor) -> CustomerMeeting:
    """A meeting of the viewer's account. Raises `NotFound`."""
    meeting = await meeting_by_reference(reference, by=by)
    row = await fetch_row(
        f"""SELECT {_name("m.organiser_id")} AS organiser,
                {_people("meeting_person", "meeting_id = m.id", "attended")} AS people,
                coalesce((SELECT reference FROM contact_report WHERE meeting_id = m.id
                    ORDER BY revision DESC LIMIT 1), '') AS report
            FROM meeting m WHERE m.id = $1""",  # noqa: S608 - constants
        meeting.id,
    )
    assert row is not None  # noqa: S101 - just read
    people = [Participant(**each) for each in json.loads(row["people"])]
    return CustomerMeeting(meeting, row["organiser"], people, row["report"])


async def customer_report(
    reference: str, *, by: Actor, revision: int | None = None
) -> CustomerReport:
    """A report that was sent to the viewer's account. Raises `NotFound`."""
    report = await revision_of(reference, revision, by=by)
    row = await fetch_row(_BESIDE_REPORT, report.id)
    assert row is not None  # noqa: S101 - just read
    answers = answers_in(row["answers"])
    acknowledged = {
        each.person_id for each in answers if each.sort is ReportAnswerKind.ACKNOWLEDGED
    }
    about, path = _about(row)
    items = await items_of(report)
    key = (REPORT_KIND, report.id)
    owed = await clock.targets_of_all([key, *((ITEM_KIND, item.id) for item in items)])
    return CustomerReport(
        record=report,
        owner=row["owner"],
        people=[Participant(**each) for each in json.loads(row["people"])],
        items=[
            CustomerItem(item, next(iter(owed.get((ITEM_KIND, item.id), ())), None))
            for item in items
        ],
        answers=answers,
        promise=next(iter(owed.get(key, ())), None),
        revisions=[
            (each["revision"], datetime.fromisoformat(each["sent_at"]))
            for each in json.loads(row["revisions"])
        ],
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


def _about(row: Mapping[str, Any]) -> tuple[str, str]:
    """The meeting or visit that the viewer knows of, and its page."""
    for kind in ("meeting", "visit"):
        if row[kind]:
            return row[kind], f"/{kind}s/{row[kind]}"
    return "", ""
