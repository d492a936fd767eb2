"""What papers of the house are made of: both parties, priced lines and what these come to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from portal.domain.common.money import Money


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
class PaperLine:
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


class Priced:
    """A document with priced `lines` in one `currency`: its totals are sums of rounded lines."""

    __slots__ = ()

    lines: tuple[PaperLine, ...]
    currency: str
    discount_percent: Decimal

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


def must_be_aware(*moments: datetime | None) -> None:
    """Raise `ValueError` for a moment without a zone: paper shows the day at the account's."""
    if any(moment is not None and moment.tzinfo is None for moment in moments):
        raise ValueError("a moment on paper must be aware")
