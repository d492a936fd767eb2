"""Requests, their lines, the revisions that answer them, and what staff note besides."""

from decimal import Decimal

from piccolo.columns import (
    JSONB,
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
from portal.domain.common.payment_terms import PaymentTerms
from portal.domain.common.record import Record
from portal.domain.quotes.states import QuoteStatus, RequestStatus

SUBJECT_KIND = "quote_request"


class QuoteRequest(Record, tablename="quote_request"):
    """A request for quotation. `draft` holds what was typed until it is submitted."""

    account_id = BigInt()
    reference = Text()
    status = Text()
    title = Text()
    channel = Text(default="portal")
    urgent = Boolean(default=False)
    urgent_reason = Text()
    wanted_on = Date(null=True, default=None)
    transport = Text()
    ship_to_id = BigInt(null=True, default=None)
    remarks = Text()
    customer_reference = Text()
    requested_by = BigInt(null=True, default=None)
    contact_id = BigInt(null=True, default=None)
    entered_by = BigInt(null=True, default=None)
    owner_id = BigInt(null=True, default=None)
    question = Text()
    closing_reason = Text()
    order_reference = Text()
    draft = JSONB(default="{}")
    created_at = Timestamptz()
    submitted_at = Timestamptz(null=True, default=None)
    closed_at = Timestamptz(null=True, default=None)
    updated_at = Timestamptz()
    search_terms = Array(base_column=Text(), default=list)

    @property
    def state(self) -> RequestStatus:
        return RequestStatus(self.status)

    @property
    def subject(self) -> Subject:
        """What thread, timeline, files and targets of this request hang on."""
        return Subject(SUBJECT_KIND, self.id, self.reference, self.account_id)


class RequestLine(Table, db=DB, tablename="quote_request_line"):
    """A line the customer asked for; `item_id` where it is in the catalogue."""

    id = BigSerial(primary_key=True)
    account_id = BigInt()
    request_id = BigInt()
    position = Integer()
    item_id = BigInt(null=True, default=None)
    description = Text()
    quantity = Numeric(digits=(14, 3))
    unit = Text()
    wanted_on = Date(null=True, default=None)


class RequestJudgement(Table, db=DB, tablename="quote_judgement"):
    """Staff's judgement of a request; the newest counts (rule Q4). Never the customer's to read."""

    id = BigSerial(primary_key=True)
    account_id = BigInt()
    request_id = BigInt()
    feasible = Boolean()
    resources_available = Boolean()
    time_sufficient = Boolean()
    note = Text()
    judged_by = BigInt()
    judged_at = Timestamptz()


class Quote(Record, tablename="quote"):
    """One revision of a quote. From its sending on only its fate changes (rule Q5).

    The customer's login may read some columns only: this class is for staff and workers.
    """

    account_id = BigInt()
    request_id = BigInt()
    revision = Integer()
    status = Text()
    currency = Text()
    valid_until = Date(null=True, default=None)
    promised_ship_on = Date(null=True, default=None)
    promised_ship_note = Text()
    payment_terms = Text()
    discount_percent = Numeric(digits=(5, 2), default=Decimal(0))
    note = Text()
    alternative = Boolean(default=False)
    net_total = Numeric(digits=(16, 3), default=Decimal(0))
    tax_total = Numeric(digits=(16, 3), default=Decimal(0))
    gross_total = Numeric(digits=(16, 3), default=Decimal(0))
    prepared_by = BigInt()
    created_at = Timestamptz()
    updated_at = Timestamptz()
    reviewed_by = BigInt(null=True, default=None)
    reviewed_at = Timestamptz(null=True, default=None)
    review_note = Text()
    effective_discount = Numeric(digits=(5, 2), null=True, default=None)
    discount_limit = Numeric(digits=(5, 2), null=True, default=None)
    sent_at = Timestamptz(null=True, default=None)
    sent_by = BigInt(null=True, default=None)
    document_id = BigInt(null=True, default=None)
    document_sha256 = Text()
    answered_at = Timestamptz(null=True, default=None)
    answered_by = BigInt(null=True, default=None)
    answered_name = Text()
    purchase_order_number = Text()
    answer_reason = Text()

    @property
    def state(self) -> QuoteStatus:
        return QuoteStatus(self.status)

    @property
    def terms(self) -> PaymentTerms:
        return PaymentTerms(self.payment_terms)

    @property
    def is_beyond_policy(self) -> bool:
        """Whether its discount was beyond the policy when the review was asked for."""
        return (
            self.effective_discount is not None
            and self.discount_limit is not None
            and self.effective_discount > self.discount_limit
        )


class QuoteLine(Table, db=DB, tablename="quote_line"):
    """A priced line. `list_price` and `account_price` are what its discount is judged against."""

    id = BigSerial(primary_key=True)
    account_id = BigInt()
    quote_id = BigInt()
    position = Integer()
    item_id = BigInt(null=True, default=None)
    description = Text()
    quantity = Numeric(digits=(14, 3))
    unit = Text()
    list_price = Numeric(digits=(14, 4), null=True, default=None)
    account_price = Numeric(digits=(14, 4), null=True, default=None)
    unit_price = Numeric(digits=(14, 4), null=True, default=None)
    discount_percent = Numeric(digits=(5, 2), default=Decimal(0))
    tax_rate = Numeric(digits=(5, 4))
    net = Numeric(digits=(16, 3))
    tax = Numeric(digits=(16, 3))
    gift = Boolean(default=False)
    gift_document_id = BigInt(null=True, default=None)
    note = Text()


class RecordedCall(Table, db=DB, tablename="recorded_call"):
    """The call that goes with an urgent request (rule Q2)."""

    id = BigSerial(primary_key=True)
    account_id = BigInt()
    request_id = BigInt()
    recorded_by = BigInt()
    caller = Text()
    called_at = Timestamptz()
    note = Text()


class SavedView(Table, db=DB, tablename="saved_view"):
    """A clerk's own filters of a page."""

    id = BigSerial(primary_key=True)
    person_id = BigInt()
    page = Text()
    name = Text()
    query = Text()
    created_at = Timestamptz()
