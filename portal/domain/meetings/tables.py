"""Meetings, contact reports and the log of all contact (M1, M2, M6)."""

from piccolo.columns import (
    Array,
    BigInt,
    BigSerial,
    Boolean,
    Date,
    Integer,
    Text,
    Timestamptz,
)
from piccolo.table import Table

from portal.database import DB
from portal.domain.common.activity import Subject
from portal.domain.common.record import Record
from portal.domain.meetings.states import (
    Channel,
    Direction,
    MeetingStatus,
    ReportAnswerKind,
    ReportStatus,
)
from portal.domain.visits.states import VisitWay

MEETING_KIND = "meeting"
REPORT_KIND = "contact_report"
ITEM_KIND = "action_item"


class Meeting(Record, tablename="meeting"):
    """A meeting with a customer, and its notice (rule M2)."""

    ours = frozenset(
        {
            "attendance_confirmed_at",
            "created_at",
            "created_by",
            "leaves_at",
            "material_checked_at",
            "search_terms",
            "told_by_phone_at",
            "told_by_phone_by",
            "told_whom",
        }
    )
    account_id = BigInt()
    reference = Text()
    status = Text()
    title = Text()
    starts_at = Timestamptz()
    ends_at = Timestamptz()
    leaves_at = Timestamptz(null=True, default=None)
    way = Text()
    place = Text()
    agenda = Text()
    to_confirm = Text()
    how = Text()
    organiser_id = BigInt()
    sequence = Integer(default=0)
    notice_sent_at = Timestamptz(null=True, default=None)
    noticed_sequence = Integer(null=True, default=None)
    told_by_phone_at = Timestamptz(null=True, default=None)
    told_by_phone_by = BigInt(null=True, default=None)
    told_whom = Text()
    material_checked_at = Timestamptz(null=True, default=None)
    attendance_confirmed_at = Timestamptz(null=True, default=None)
    held_at = Timestamptz(null=True, default=None)
    changed_because = Text()
    cancelled_because = Text()
    created_by = BigInt()
    created_at = Timestamptz()
    updated_at = Timestamptz()
    search_terms = Array(base_column=Text(), default=list)

    @property
    def state(self) -> MeetingStatus:
        return MeetingStatus(self.status)

    @property
    def by_way_of(self) -> VisitWay:
        return VisitWay(self.way)

    @property
    def is_noticed(self) -> bool:
        """Whether the written notice that was sent says what holds now (rule M2)."""
        return self.noticed_sequence is not None and self.noticed_sequence == self.sequence

    @property
    def subject(self) -> Subject:
        """What clocks and activity hang on."""
        return Subject(MEETING_KIND, self.id, self.reference, self.account_id)


class MeetingPerson(Table, db=DB, tablename="meeting_person"):
    """Who takes part in a meeting, on either side."""

    id = BigSerial(primary_key=True)
    account_id = BigInt()
    meeting_id = BigInt()
    contact_id = BigInt(null=True, default=None)
    staff_member_id = BigInt(null=True, default=None)
    name = Text()
    function = Text()
    email = Text()
    is_ours = Boolean(default=False)
    attended = Boolean(null=True, default=None)


class Communication(Record, tablename="communication"):
    """A call, letter or talk that the portal did not carry itself (rule M6)."""

    account_id = BigInt()
    at = Timestamptz()
    channel = Text()
    direction = Text()
    contact_id = BigInt(null=True, default=None)
    name = Text()
    title = Text()
    note = Text()
    is_important = Boolean(default=False)
    recorded_by = BigInt()
    recorded_at = Timestamptz()

    @property
    def by_way_of(self) -> Channel:
        return Channel(self.channel)

    @property
    def whither(self) -> Direction:
        return Direction(self.direction)


class ContactReport(Record, tablename="contact_report"):
    """One revision of the report on a meeting, a visit or a call (rule M1)."""

    ours = frozenset(
        {
            "communication_id",
            "created_at",
            "not_needed_because",
            "search_terms",
            "sent_by",
        }
    )
    account_id = BigInt()
    reference = Text()
    revision = Integer(default=1)
    status = Text()
    meeting_id = BigInt(null=True, default=None)
    visit_id = BigInt(null=True, default=None)
    communication_id = BigInt(null=True, default=None)
    title = Text()
    happened_at = Timestamptz()
    owner_id = BigInt()
    conclusions = Text()
    reasons = Text()
    not_needed_because = Text()
    corrected_because = Text()
    sent_at = Timestamptz(null=True, default=None)
    sent_by = BigInt(null=True, default=None)
    created_at = Timestamptz()
    updated_at = Timestamptz()
    search_terms = Array(base_column=Text(), default=list)

    @property
    def state(self) -> ReportStatus:
        return ReportStatus(self.status)

    @property
    def subject(self) -> Subject:
        """What clocks, activity and files hang on."""
        return Subject(REPORT_KIND, self.id, self.reference, self.account_id)


class ReportReader(Table, db=DB, tablename="report_reader"):
    """Whom a report goes to (rule M1)."""

    id = BigSerial(primary_key=True)
    account_id = BigInt()
    report_id = BigInt()
    contact_id = BigInt(null=True, default=None)
    staff_member_id = BigInt(null=True, default=None)
    name = Text()
    function = Text()
    email = Text()
    is_ours = Boolean(default=False)
    was_present = Boolean(default=False)


class ReportAnswer(Table, db=DB, tablename="report_answer"):
    """What somebody said to a report."""

    id = BigSerial(primary_key=True)
    account_id = BigInt()
    report_id = BigInt()
    person_id = BigInt()
    name = Text()
    kind = Text()
    text = Text()
    at = Timestamptz()

    @property
    def sort(self) -> ReportAnswerKind:
        return ReportAnswerKind(self.kind)


class ActionItem(Record, tablename="action_item"):
    """What a report says that somebody does, and until when."""

    ours = frozenset(
        {
            "continues_id",
            "done_by",
            "owner_id",
        }
    )
    account_id = BigInt()
    report_id = BigInt()
    continues_id = BigInt(null=True, default=None)
    position = Integer()
    text = Text()
    is_ours = Boolean(default=False)
    owner_id = BigInt(null=True, default=None)
    owner_name = Text()
    due_on = Date()
    done_at = Timestamptz(null=True, default=None)
    done_by = BigInt(null=True, default=None)
    result = Text()

    @property
    def is_done(self) -> bool:
        return self.done_at is not None
