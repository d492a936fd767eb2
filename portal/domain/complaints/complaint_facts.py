"""What a complaint says: as a form hands it in, and checked (rules C1, C4, C15)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portal.domain.complaints.states import CaseKind, Category, ComplaintChannel, Wish
from portal.domain.quotes.account_facts import AccountFacts


@dataclass(frozen=True, slots=True)
class LineFacts:
    """Goods as the form has them; `row` is their index there, so that an error finds its cell.

    `order_line` is the position of a line of the order that the complaint names; then that line
    says what the goods are. Else `sku` names an item of the catalogue, or `description` says it.
    `quantity` is what is affected.
    """

    row: int
    order_line: int | None = None
    sku: str = ""
    description: str = ""
    quantity: Decimal | None = None
    unit: str = ""
    batch: str = ""


@dataclass(frozen=True, slots=True)
class ComplaintFacts:
    """A complaint, or a lighter kind, as the form has it. What is missing is None or empty.

    Errors name the fields `kind`, `category`, `title`, `description`, `wish`, `wish_note`,
    `occurred_on`, `order`, `shipment`, `channel`, `contact`, `reported_name`, `lines` and
    `lines-<row>-<column>` (`order_line`, `sku`, `description`, `quantity`, `unit`, `batch`).

    `order` and `shipment` are references (SO-…, DN-…); a delivery note names its order by itself.
    Without a `title` the first words of the description are one. `channel`, `contact_id` and
    `reported_name` are for what staff enter (rule C1); who wrote need not be in the account's file.
    """

    kind: str = CaseKind.COMPLAINT
    category: str = ""
    title: str = ""
    description: str = ""
    wish: str = ""
    wish_note: str = ""
    occurred_on: date | None = None
    order: str = ""
    shipment: str = ""
    lines: Sequence[LineFacts] = ()
    channel: str = ComplaintChannel.PORTAL
    contact_id: int | None = None
    reported_name: str = ""


@dataclass(frozen=True, slots=True)
class CheckedLine:
    """Complete goods of a complaint. `position` counts from 1."""

    position: int
    order_line_id: int | None
    item_id: int | None
    sku: str
    description: str
    quantity: Decimal
    unit: str
    batch: str


@dataclass(frozen=True, slots=True)
class CheckedComplaint:
    """A complete complaint, as intake writes it. `category` is empty for the lighter kinds."""

    account: AccountFacts
    kind: CaseKind
    category: Category | None
    title: str
    description: str
    wish: Wish | None
    wish_note: str
    occurred_on: date | None
    order_id: int | None
    order_reference: str
    shipment_id: int | None
    channel: ComplaintChannel
    contact_id: int | None
    contact_person_id: int | None
    reported_name: str
    lines: tuple[CheckedLine, ...]
