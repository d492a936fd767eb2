"""What a request for quotation says: as a form hands it in, and checked (rules Q1, Q2, O1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portal.domain.catalogue.kinds import unit_label
from portal.domain.quotes.account_facts import AccountFacts
from portal.domain.quotes.states import Channel, Transport


@dataclass(frozen=True, slots=True)
class LineFacts:
    """A line as the form has it; `row` is its index there, so that an error finds its cell.

    `sku` names an item of the catalogue and may be empty; then `description` says what is wanted.
    """

    row: int
    sku: str = ""
    description: str = ""
    quantity: Decimal | None = None
    unit: str = ""
    wanted_on: date | None = None


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """A request as the form has it. What is missing is None or empty; `check` says what must be.

    Errors name the fields `title`, `urgent_reason`, `wanted_on`, `transport`, `ship_to`, `remarks`,
    `customer_reference`, `channel`, `contact`, `lines` and `lines-<row>-<column>`. `channel` and
    `contact_id` are for requests that staff enter (rule Q1).
    """

    title: str = ""
    urgent: bool = False
    urgent_reason: str = ""
    wanted_on: date | None = None
    transport: str = Transport.SUPPLIER_CHOICE
    ship_to_id: int | None = None
    remarks: str = ""
    customer_reference: str = ""
    lines: Sequence[LineFacts] = ()
    channel: str = Channel.PORTAL
    contact_id: int | None = None


@dataclass(frozen=True, slots=True)
class CheckedLine:
    """A complete line. `position` counts from 1."""

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
class CheckedRequest:
    """A complete request, as check-your-answers shows it and `submit` files it."""

    account: AccountFacts
    title: str
    urgent: bool
    urgent_reason: str
    wanted_on: date | None
    transport: Transport
    ship_to_id: int | None
    ship_to_address: str
    remarks: str
    customer_reference: str
    channel: Channel
    contact_id: int | None
    contact_name: str
    contact_person_id: int | None
    lines: tuple[CheckedLine, ...]
