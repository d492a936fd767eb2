"""Complaints, what they are about, and what is recorded until the customer confirms (C1-C15)."""

from piccolo.columns import (
    Array,
    BigInt,
    BigSerial,
    Boolean,
    Date,
    Integer,
    Numeric,
    Text,
    Timestamptz,
)
from piccolo.table import Table

from portal.database import DB
from portal.domain.common.activity import Subject
from portal.domain.common.record import Record
from portal.domain.complaints.states import CapaState, CaseKind, ComplaintStatus, Severity

SUBJECT_KIND = "complaint"


class Dealer(Record, tablename="dealer"):
    """Who does workmanship for us: a contact with tasks (rule C4)."""

    name = Text()
    region = Text()
    contact_name = Text()
    phone = Text()
    email = Text()
    retired_at = Timestamptz(null=True, default=None)


class Complaint(Record, tablename="complaint"):
    """A complaint or a lighter case, from the first word to the confirmation (rules C1-C15)."""

    ours = frozenset(
        {
            "capa_waived_because",
            "cause",
            "closed_by",
            "department_id",
            "effective",
            "enters_review",
            "filed_in",
            "judged_by",
            "judgement_reason",
            "measures",
            "next_due_at",
            "offered_at",
            "offered_to_id",
            "reminded_at",
            "summary",
            "taken_by",
        }
    )
    account_id = BigInt()
    reference = Text()
    kind = Text()
    category = Text()
    status = Text()
    severity = Text()
    title = Text()
    description = Text()
    wish = Text()
    wish_note = Text()
    occurred_on = Date(null=True, default=None)
    channel = Text()
    order_id = BigInt(null=True, default=None)
    shipment_id = BigInt(null=True, default=None)
    reported_by = BigInt(null=True, default=None)
    contact_id = BigInt(null=True, default=None)
    reported_name = Text()
    taken_by = BigInt(null=True, default=None)
    owner_id = BigInt()
    offered_to_id = BigInt(null=True, default=None)
    offered_at = Timestamptz(null=True, default=None)
    department_id = BigInt(null=True, default=None)
    judgement = Text()
    judgement_reason = Text()
    judged_by = BigInt(null=True, default=None)
    judged_at = Timestamptz(null=True, default=None)
    investigate_until = Date(null=True, default=None)
    responsibility = Text()
    cause = Text()
    question = Text()
    told = Text()
    told_at = Timestamptz(null=True, default=None)
    round = Integer()
    measures = Text()
    summary = Text()
    effective = Boolean(null=True, default=None)
    capa_state = Text()
    capa_waived_because = Text()
    enters_review = Boolean(default=False)
    reminders = Integer()
    reminded_at = Timestamptz(null=True, default=None)
    confirmed_at = Timestamptz(null=True, default=None)
    confirmed_name = Text()
    closed_at = Timestamptz(null=True, default=None)
    closed_by = BigInt(null=True, default=None)
    closing_reason = Text()
    withdrawn_because = Text()
    reopened_at = Timestamptz(null=True, default=None)
    received_at = Timestamptz()
    updated_at = Timestamptz()
    next_due_at = Timestamptz(null=True, default=None)
    search_terms = Array(base_column=Text(), default=list)
    filed_in = BigInt()

    @property
    def state(self) -> ComplaintStatus:
        return ComplaintStatus(self.status)

    @property
    def case(self) -> CaseKind:
        return CaseKind(self.kind)

    @property
    def gravity(self) -> Severity:
        return Severity(self.severity)

    @property
    def capa(self) -> CapaState | None:
        return CapaState(self.capa_state) if self.capa_state else None

    @property
    def subject(self) -> Subject:
        """What timeline, thread, files and clocks of this complaint hang on."""
        return Subject(SUBJECT_KIND, self.id, self.reference, self.account_id)


class ComplaintLine(Table, db=DB, tablename="complaint_line"):
    """Goods that a complaint is about; `quantity` is what is affected."""

    id = BigSerial(primary_key=True)
    account_id = BigInt()
    complaint_id = BigInt()
    position = Integer()
    order_line_id = BigInt(null=True, default=None)
    item_id = BigInt(null=True, default=None)
    description = Text()
    quantity = Numeric(digits=(14, 3))
    unit = Text()
    batch = Text()


class BatchCheck(Record, tablename="complaint_batch_check"):
    """Whether the same batch is in stock, and what a sample of it said (rule C5)."""

    account_id = BigInt()
    complaint_id = BigInt()
    item_id = BigInt()
    batch = Text()
    in_stock = Numeric(digits=(14, 3))
    looked_by = BigInt()
    looked_at = Timestamptz()
    sample_size = Numeric(digits=(14, 3), null=True, default=None)
    result = Text()
    note = Text()
    tested_by = BigInt(null=True, default=None)
    tested_at = Timestamptz(null=True, default=None)


class CallBack(Table, db=DB, tablename="complaint_call_back"):
    """The customer's goods are called back: a decision with quantities (rule C5)."""

    ours = frozenset({"decided_by"})
    id = BigSerial(primary_key=True)
    account_id = BigInt()
    complaint_id = BigInt()
    item_id = BigInt()
    batch = Text()
    quantity = Numeric(digits=(14, 3))
    reason = Text()
    decided_by = BigInt()
    decided_at = Timestamptz()


class Finding(Table, db=DB, tablename="complaint_finding"):
    """What the investigation found, first preliminary, then final (rules C5, C6)."""

    ours = frozenset({"cause", "finding", "found_by"})
    id = BigSerial(primary_key=True)
    account_id = BigInt()
    complaint_id = BigInt()
    stage = Text()
    finding = Text()
    for_customer = Text()
    responsibility = Text()
    cause = Text()
    found_by = BigInt()
    found_at = Timestamptz()


class Proposal(Record, tablename="complaint_proposal"):
    """A way to put it right with what it costs, chosen by the supervisor (rules C7, C8)."""

    ours = frozenset(
        {
            "advance_percent",
            "charged_amount",
            "charged_to",
            "chosen_because",
            "chosen_by",
            "chosen_for_id",
            "cost",
            "proposed_at",
            "proposed_by",
            "reasoning",
            "withdrawn_at",
        }
    )
    account_id = BigInt()
    complaint_id = BigInt()
    round = Integer()
    measure = Text()
    description = Text()
    reasoning = Text()
    ready_on = Date(null=True, default=None)
    currency = Text()
    cost = Numeric(digits=(16, 2))
    compensated_units = Numeric(digits=(14, 3))
    compensation = Numeric(digits=(16, 2))
    charged_to = Text()
    charged_amount = Numeric(digits=(16, 2))
    advance_percent = Numeric(digits=(5, 2))
    proposed_by = BigInt()
    proposed_at = Timestamptz()
    withdrawn_at = Timestamptz(null=True, default=None)
    chosen_by = BigInt(null=True, default=None)
    chosen_for_id = BigInt(null=True, default=None)
    chosen_at = Timestamptz(null=True, default=None)
    chosen_because = Text()
    released_at = Timestamptz(null=True, default=None)
    refused_at = Timestamptz(null=True, default=None)


class Approval(Record, tablename="complaint_approval"):
    """Who has to allow a compensation, and what they said (rule C7)."""

    account_id = BigInt()
    proposal_id = BigInt()
    role = Text()
    reason = Text()
    decided_by = BigInt(null=True, default=None)
    decided_for_id = BigInt(null=True, default=None)
    decided_at = Timestamptz(null=True, default=None)
    approved = Boolean(null=True, default=None)
    note = Text()


class OutcomeAnswer(Table, db=DB, tablename="complaint_answer"):
    """What the customer said to an outcome (rule C8)."""

    ours = frozenset({"answered_by"})
    id = BigSerial(primary_key=True)
    account_id = BigInt()
    complaint_id = BigInt()
    round = Integer()
    accepted = Boolean(default=False)
    reason = Text()
    answered_by = BigInt()
    answered_name = Text()
    answered_at = Timestamptz()


class DealerTask(Record, tablename="dealer_task"):
    """Work given to a dealer, supervised (rule C4)."""

    account_id = BigInt()
    complaint_id = BigInt()
    dealer_id = BigInt()
    what = Text()
    due_on = Date()
    given_by = BigInt()
    given_at = Timestamptz()
    done_at = Timestamptz(null=True, default=None)
    failed_at = Timestamptz(null=True, default=None)
    result = Text()
    currency = Text(null=True, default=None)
    cost = Numeric(digits=(16, 2), null=True, default=None)


class FollowUp(Table, db=DB, tablename="complaint_follow_up"):
    """A contact after closing, and how satisfied they were (rule C11)."""

    id = BigSerial(primary_key=True)
    account_id = BigInt()
    complaint_id = BigInt()
    reached = Text()
    channel = Text()
    satisfaction = Text()
    note = Text()
    contacted_by = BigInt()
    contacted_at = Timestamptz()


class Review(Table, db=DB, tablename="complaint_review"):
    """What the review of a bad case came to (rule C13)."""

    complaint_id = BigInt(primary_key=True)
    account_id = BigInt()
    conclusion = Text()
    reviewed_by = BigInt()
    reviewed_at = Timestamptz()


class Countermeasure(Record, tablename="complaint_countermeasure"):
    """What is done about what the statistics show (rule C12)."""

    dimension = Text()
    value = Text()
    month = Date()
    measure = Text()
    department_id = BigInt(null=True, default=None)
    due_on = Date(null=True, default=None)
    recorded_by = BigInt()
    recorded_at = Timestamptz()
    done_at = Timestamptz(null=True, default=None)
