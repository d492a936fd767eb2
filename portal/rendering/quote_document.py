"""What a quote on paper says: plain data, filled by whoever sends or previews a quote (rule Q3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from portal.domain.common.money import Money
from portal.domain.common.words import N_, Worded


class PreviewMark(Worded):
    """Written across every page of a quote that is not the valid one."""

    DRAFT = "draft", N_("Draft")
    SUPERSEDED = "superseded", N_("Superseded")


@dataclass(frozen=True, slots=True)
class Party:
    """One side of the paper, already in the reader's language; what is empty is left out.

    `address` may have several lines. `contact` is the person to ask, with function if wanted.
    `tax_number` is what that side's invoices carry.
    """

    name: str
    address: str = ""
    contact: str = ""
    phone: str = ""
    email: str = ""
    tax_number: str = ""


@dataclass(frozen=True, slots=True)
class QuoteDocumentLine:
    """One priced line; all amounts are in the document's currency.

    `unit_price` excludes tax and stands before discount (4 decimals), `discount_percent` is 0 to
    100, `tax_rate` a fraction (0.13 is 13 %). `net` is after discount; `net` and `tax` are rounded
    to the currency. `sku` is empty for what the catalogue does not have. `note` is for the
    customer. A `gift` is printed as free of charge (rule Q6).
    """

    position: int
    description: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    tax_rate: Decimal
    net: Decimal
    tax: Decimal
    sku: str = ""
    discount_percent: Decimal = Decimal(0)
    note: str = ""
    gift: bool = False

    @property
    def gross(self) -> Decimal:
        return self.net + self.tax


@dataclass(frozen=True, slots=True)
class QuoteDocument:
    """One revision of a quote. Two equal documents give the same PDF, byte by byte.

    `reference` is the request's ("RFQ-2026-00042"). `sent_at` is aware; for a preview of what was
    not sent yet, the moment of its last change. Its day is shown in `timezone`, an IANA name: the
    account's. `valid_until` and `promised_ship_on` are whole days and only a draft may lack them.
    `discount_percent` is a discount on the whole quote that the lines' `net` already contains.
    `alternative` says that this is not quite what was asked for (rule Q4). Texts are the
    reader's; line breaks in them are kept.
    """

    supplier: Party
    customer: Party
    reference: str
    revision: int
    currency: str
    sent_at: datetime
    lines: tuple[QuoteDocumentLine, ...]
    valid_until: date | None = None
    promised_ship_on: date | None = None
    promised_ship_note: str = ""
    payment_terms: str = ""
    transport: str = ""
    ship_to: str = ""
    customer_reference: str = ""
    requested_at: datetime | None = None
    discount_percent: Decimal = Decimal(0)
    alternative: bool = False
    note: str = ""
    timezone: str = "Asia/Shanghai"
    preview: PreviewMark | None = None

    def __post_init__(self) -> None:
        for moment in (self.sent_at, self.requested_at):
            if moment is not None and moment.tzinfo is None:
                raise ValueError("a moment on paper must be aware")

    @property
    def net(self) -> Money:
        return Money.total((Money(line.net, self.currency) for line in self.lines), self.currency)

    @property
    def tax(self) -> Money:
        return Money.total((Money(line.tax, self.currency) for line in self.lines), self.currency)

    @property
    def gross(self) -> Money:
        return self.net + self.tax

    @property
    def tax_by_rate(self) -> Mapping[Decimal, Money]:
        """The tax of each rate that occurs, highest rate first."""
        taxes: dict[Decimal, Money] = {}
        for line in sorted(self.lines, key=lambda line: -line.tax_rate):
            known = taxes.get(line.tax_rate, Money(Decimal(0), self.currency))
            taxes[line.tax_rate] = known + Money(line.tax, self.currency)
        return taxes
