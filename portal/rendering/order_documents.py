"""What the papers of an order say: confirmation 订单确认, delivery note 销货单, pick list 拣货单.

Plain data, filled from the order's page. Two equal documents give the same PDF, byte by byte.
Moments are aware and shown in `timezone`, an IANA name: the account's for what the customer gets,
the branch's for the warehouse. `page_url` is the absolute address behind the QR
code. Texts are in the language of the paper; line breaks in them are kept.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from portal.rendering.document_parts import PaperLine, Party, Priced, must_be_aware


@dataclass(frozen=True, slots=True)
class OrderConfirmation(Priced):
    """What was agreed, confirmed by the sales representative (rule O1).

    `promised_ship_on` is missing until it is promised; `promise` says what the date rests on
    (rules O2, O4, O6, O7). `quote` names the accepted revision, empty where there was none.
    """

    supplier: Party
    customer: Party
    reference: str
    currency: str
    placed_at: datetime
    confirmed_at: datetime
    confirmed_by: str
    ordered_by: str
    lines: tuple[PaperLine, ...]
    page_url: str
    promised_ship_on: date | None = None
    promise: str = ""
    payment_terms: str = ""
    transport: str = ""
    ship_to: str = ""
    customer_reference: str = ""
    quote: str = ""
    parts_agreed: bool = False
    discount_percent: Decimal = Decimal(0)
    timezone: str = "Asia/Shanghai"

    def __post_init__(self) -> None:
        must_be_aware(self.placed_at, self.confirmed_at)


@dataclass(frozen=True, slots=True)
class DeliveredLine:
    """What of an order's line travels, and of which batch; `to_follow` comes later (rule O15)."""

    position: int
    description: str
    ordered: Decimal
    delivered: Decimal
    to_follow: Decimal
    unit: str
    sku: str = ""
    batch: str = ""
    gift: bool = False


@dataclass(frozen=True, slots=True)
class DeliveryNote:
    """What travels with the goods and is signed for (rule O16). It carries no prices.

    `form_number` is the number of the form in the house's own register, empty where it has none.
    `shipped_at` is the hand-over to the carrier; before it, of the preparation.
    """

    supplier: Party
    customer: Party
    reference: str
    order_reference: str
    shipped_at: datetime
    lines: tuple[DeliveredLine, ...]
    page_url: str
    form_number: str = ""
    ordered_at: datetime | None = None
    customer_reference: str = ""
    ship_to: str = ""
    carrier: str = ""
    tracking_number: str = ""
    parcels: int | None = None
    expected_on: date | None = None
    timezone: str = "Asia/Shanghai"

    def __post_init__(self) -> None:
        must_be_aware(self.shipped_at, self.ordered_at)


@dataclass(frozen=True, slots=True)
class PickedLine:
    """What to take from the shelf. `batch` is empty where the warehouse chooses and writes it."""

    position: int
    description: str
    quantity: Decimal
    unit: str
    sku: str = ""
    batch: str = ""
    gift: bool = False


@dataclass(frozen=True, slots=True)
class PickList:
    """For the warehouse: what to take, for whom, where to, and what to look out for. No prices.

    `notices` are what must not be overlooked, such as another ship-to (rule O13) or a shipment
    that travels with another one (rule O12).
    """

    supplier: Party
    customer: Party
    reference: str
    order_reference: str
    prepared_at: datetime
    prepared_by: str
    lines: tuple[PickedLine, ...]
    page_url: str
    ship_to: str = ""
    transport: str = ""
    promised_ship_on: date | None = None
    notices: tuple[str, ...] = ()
    timezone: str = "Asia/Shanghai"

    def __post_init__(self) -> None:
        must_be_aware(self.prepared_at)
