"""Visits and callbacks, what they come from and what was said (V1-V9)."""

from piccolo.columns import (
    Array,
    BigInt,
    BigSerial,
    Boolean,
    Bytea,
    Date,
    Integer,
    Text,
    Timestamptz,
)
from piccolo.table import Table

from portal.database import DB
from portal.domain.common.activity import Subject
from portal.domain.common.record import Record
from portal.domain.visits.states import VisitKind, VisitStatus, VisitWay

SUBJECT_KIND = "visit"


class SiteInstallation(Record, tablename="site_installation"):
    """What was installed, or a delivery marked so: visits follow it (rule V2)."""

    account_id = BigInt()
    order_id = BigInt(null=True, default=None)
    dealer_id = BigInt(null=True, default=None)
    what = Text()
    place = Text()
    completed_on = Date()
    marked_by = BigInt()
    marked_at = Timestamptz()
    revoked_at = Timestamptz(null=True, default=None)
    revoked_because = Text()


class ProspectVisit(Record, tablename="prospect_visit"):
    """A prospect's first visit to us, which calls follow (rule V3)."""

    account_id = BigInt()
    came_on = Date()
    who_came = Text()
    interest = Text()
    recorded_by = BigInt()
    recorded_at = Timestamptz()
    ended_at = Timestamptz(null=True, default=None)
    ended_because = Text()


class VisitRound(Record, tablename="visit_round"):
    """The visits by one rule in one period, closed by a summary (rule V6)."""

    rule = Text()
    period = Text()
    starts_on = Date()
    ends_on = Date()
    summary = Text()
    lessons = Text()
    closed_by = BigInt(null=True, default=None)
    closed_at = Timestamptz(null=True, default=None)


class Visit(Record, tablename="visit"):
    """A visit or a callback, from the plan to the complete record (rules V1-V9)."""

    ours = frozenset(
        {
            "cause",
            "created_at",
            "created_by",
            "dealer_id",
            "due_on",
            "gifts",
            "gifts_note",
            "goal",
            "installation_id",
            "occasion",
            "recorded_at",
            "recorded_by",
            "remedy",
            "reminded_at",
            "report",
            "round_id",
            "rule",
            "satisfaction",
            "search_terms",
            "step",
            "usage_note",
        }
    )

    account_id = BigInt()
    reference = Text()
    kind = Text()
    rule = Text()
    step = Text()
    occasion = Text()
    round_id = BigInt(null=True, default=None)
    installation_id = BigInt(null=True, default=None)
    dealer_id = BigInt(null=True, default=None)
    status = Text()
    owner_id = BigInt()
    due_on = Date()
    way = Text()
    starts_at = Timestamptz(null=True, default=None)
    ends_at = Timestamptz(null=True, default=None)
    place = Text()
    goal = Text()
    told = Text()
    shown_at = Timestamptz(null=True, default=None)
    reminded_at = Timestamptz(null=True, default=None)
    made_at = Timestamptz(null=True, default=None)
    satisfaction = Text()
    report = Text()
    usage_note = Text()
    cause = Text()
    remedy = Text()
    gifts = Text()
    gifts_note = Text()
    for_customer = Text()
    inquiry_returned_at = Timestamptz(null=True, default=None)
    recorded_by = BigInt(null=True, default=None)
    recorded_at = Timestamptz(null=True, default=None)
    cancelled_because = Text()
    created_by = BigInt(null=True, default=None)
    created_at = Timestamptz()
    updated_at = Timestamptz()
    search_terms = Array(base_column=Text(), default=list)

    @property
    def state(self) -> VisitStatus:
        return VisitStatus(self.status)

    @property
    def sort(self) -> VisitKind:
        return VisitKind(self.kind)

    @property
    def by_way_of(self) -> VisitWay:
        return VisitWay(self.way)

    @property
    def subject(self) -> Subject:
        """What clocks, activity, messages and files hang on."""
        return Subject(SUBJECT_KIND, self.id, self.reference, self.account_id)


class VisitPerson(Table, db=DB, tablename="visit_person"):
    """Who takes part in a visit, on either side."""

    id = BigSerial(primary_key=True)
    account_id = BigInt()
    visit_id = BigInt()
    contact_id = BigInt(null=True, default=None)
    staff_member_id = BigInt(null=True, default=None)
    name = Text()
    function = Text()
    is_ours = Boolean(default=False)
    attended = Boolean(null=True, default=None)


class VisitItem(Table, db=DB, tablename="visit_item"):
    """What is prepared, taken along, offered or asked (rule V5)."""

    id = BigSerial(primary_key=True)
    account_id = BigInt()
    visit_id = BigInt()
    kind = Text()
    text = Text()
    position = Integer()
    done_at = Timestamptz(null=True, default=None)
    outcome = Text()


class VisitMove(Table, db=DB, tablename="visit_move"):
    """An appointment moved, by whom and why (rule V5)."""

    id = BigSerial(primary_key=True)
    account_id = BigInt()
    visit_id = BigInt()
    side = Text()
    from_starts_at = Timestamptz(null=True, default=None)
    from_due_on = Date(null=True, default=None)
    to_starts_at = Timestamptz(null=True, default=None)
    to_due_on = Date(null=True, default=None)
    reason = Text()
    moved_by = BigInt(null=True, default=None)
    moved_at = Timestamptz()


class CalendarFeed(Table, db=DB, tablename="calendar_feed"):
    """The secret address of a person's calendar."""

    staff_member_id = BigInt(primary_key=True)
    token_hash = Bytea()
    created_at = Timestamptz()
    read_at = Timestamptz(null=True, default=None)
