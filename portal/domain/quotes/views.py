"""What pages read of requests and quotes: plain values, the same classes for both sides.

Amounts of lines are rounded and after discount; unit prices exclude tax and stand before it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from portal.domain.catalogue.kinds import unit_label
from portal.domain.common.actor import Actor
from portal.domain.common.money import Money
from portal.domain.common.payment_terms import PaymentTerms
from portal.domain.common.permissions import Permission
from portal.domain.quotes.states import Channel, QuoteStatus, RequestStatus
from portal.domain.service_levels.promise import PromiseClock


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of ours. `id` is the staff member's."""

    id: int
    person_id: int
    name: str
    phone: str = ""


class RequestRow(NamedTuple):
    """A request in a list. `promise` is what is owed now, if anything.

    `revision`, `total` (with tax) and `valid_until` are of the newest quote that was sent.
    """

    id: int
    reference: str
    title: str
    status: RequestStatus
    urgent: bool
    channel: Channel
    account_id: int
    account_name: str
    owner: Colleague | None
    submitted_at: datetime | None
    updated_at: datetime
    promise: PromiseClock | None = None
    revision: int | None = None
    total: Money | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list. `after` and `before` are keys for the next and previous page, or None."""

    rows: Sequence[RequestRow]
    after: str | None = None
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line asked for. `sku` is empty for what the catalogue does not have."""

    position: int
    item_id: int | None
    sku: str
    description: str
    quantity: Decimal
    unit: str
    wanted_on: date | None

    @property
    def unit_label(self) -> str:
        """Message id of the unit."""
        return unit_label(self.unit)


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line of a revision or an order. `unit_price` is None in a draft that is not priced yet.

    `list_price` and `account_price` are None for customers. `note` is the customer's to read.
    """

    position: int
    item_id: int | None
    sku: str
    description: str
    quantity: Decimal
    unit: str
    unit_price: Decimal | None
    discount_percent: Decimal
    tax_rate: Decimal
    net: Money
    tax: Money
    gift: bool
    gift_document_id: int | None = None
    list_price: Decimal | None = None
    account_price: Decimal | None = None
    note: str = ""

    @property
    def gross(self) -> Money:
        return self.net + self.tax

    @property
    def unit_label(self) -> str:
        """Message id of the unit."""
        return unit_label(self.unit)


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision of a quote. `discount_percent` on the whole is contained in the lines' `net`.

    `acceptable` says that it could be accepted when it was read; `last_moment` is the end of its
    last valid day at the account's place. Review and discounts beyond policy are empty for
    customers.
    """

    id: int
    version: int
    revision: int
    status: QuoteStatus
    currency: str
    lines: Sequence[PricedLine]
    net: Money
    tax: Money
    gross: Money
    discount_percent: Decimal
    valid_until: date | None
    promised_ship_on: date | None
    promised_ship_note: str
    payment_terms: PaymentTerms
    note: str
    alternative: bool
    prepared_by: Colleague
    created_at: datetime
    sent_at: datetime | None
    sent_by: Colleague | None
    document_id: int | None
    document_sha256: str
    answered_at: datetime | None
    answered_by: str
    answered_name: str
    purchase_order_number: str
    answer_reason: str
    acceptable: bool
    last_moment: datetime | None
    updated_at: datetime | None = None
    reviewed_by: Colleague | None = None
    reviewed_at: datetime | None = None
    review_note: str = ""
    effective_discount: Decimal | None = None
    discount_limit: Decimal | None = None

    @property
    def recorded_by(self) -> str:
        """Who entered the answer, where that is somebody else than who gave it (rule Q5)."""
        return "" if self.answered_by == self.answered_name else self.answered_by

    @property
    def is_beyond_policy(self) -> bool:
        """Whether its discount was beyond the policy when the review was asked for."""
        if self.effective_discount is None or self.discount_limit is None:
            return False
        return self.effective_discount > self.discount_limit

    def can_be_reviewed_by(self, actor: Actor) -> bool:
        """Whether `actor` may approve it or send it back (rule Q5)."""
        if self.status is not QuoteStatus.IN_REVIEW:
            return False
        if self.prepared_by.id == actor.staff_member_id:
            return False
        if self.is_beyond_policy:
            return actor.may(Permission.APPROVE_QUOTES)
        return actor.may(Permission.WORK_ON_QUOTES) or actor.may(Permission.APPROVE_QUOTES)
