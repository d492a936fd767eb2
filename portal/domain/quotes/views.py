"""What pages read: plain values, loaded in few statements, with what the viewer can do next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from portal.domain.common.money import Money
from portal.domain.quotes.states import QuoteStatus, RequestStatus
from portal.domain.service_levels.promise import Promise


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of ours. `id` is the staff member's."""

    id: int
    person_id: int
    name: str
    phone: str = ""


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request in a list. `promise` is what is owed now; `total` is of the newest quote sent.

    The total includes tax; `valid_until` is the last day on which that quote can be accepted.
    """

    id: int
    reference: str
    title: str
    status: RequestStatus
    urgent: bool
    channel: str
    account_id: int
    account_name: str
    owner: Colleague | None
    submitted_at: datetime | None
    updated_at: datetime
    promise: Promise | None = None
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
    """A line asked for."""

    position: int
    item_id: int | None
    sku: str
    description: str
    quantity: Decimal
    unit: str
    wanted_on: date | None


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line of a revision. Unit price without tax; `net` and `tax` are rounded and after discount.

    `unit_price` is None only in a draft. `list_price`, `account_price` and `note` are None or empty
    for customers.
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
    gift_document_id: int | None
    list_price: Decimal | None = None
    account_price: Decimal | None = None
    note: str = ""

    @property
    def gross(self) -> Money:
        return self.net + self.tax


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision of the quote. What is internal is empty for customers.

    `acceptable` says that it can be accepted at this moment; `last_moment` is the end of its last
    valid day at the account's place.
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
    payment_terms: str
    note: str
    alternative: bool
    prepared_by: Colleague
    updated_at: datetime
    sent_at: datetime | None
    sent_by: Colleague | None
    document_id: int | None
    document_sha256: str
    answered_at: datetime | None
    answered_name: str
    purchase_order_number: str
    answer_reason: str
    acceptable: bool
    last_moment: datetime | None
    reviewed_by: Colleague | None = None
    reviewed_at: datetime | None = None
    review_note: str = ""
    approval_reasons: Sequence[tuple[str, dict[str, str]]] = ()
