"""What an order says that is no accepted quote: as a form hands it in, and checked (rule O1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portal.domain.quotes.account_facts import AccountFacts
from portal.domain.quotes.pricing import Amounts, Terms, line_amounts, total


@dataclass(frozen=True, slots=True)
class OrderLineFacts:
    """A line as the form has it; `row` is its index there, so that an error finds its cell.

    `position` names the line of an order that is ordered again or completed; what that line orders
    is then known, and `sku`, `description` and `unit` are shown only. `unit_price` excludes tax and
    is taken from staff alone; left out, it is what was agreed with the account, else what we list.
    `tax_rate` is a fraction (0.13 is 13 %); left out, it is the item's.
    """

    row: int
    position: int | None = None
    sku: str = ""
    description: str = ""
    quantity: Decimal | None = None
    unit: str = ""
    unit_price: Decimal | None = None
    tax_rate: Decimal | None = None


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """An order as the form has it. What a caller could not say yet is None or empty.

    `contact_id` names a contact of the account who called; `ordered_by_name` is for somebody else.
    Errors name the fields `title`, `purchase_order_number`, `contact`, `ordered_by_name`,
    `wanted_on`, `transport`, `ship_to`, `lines` and `lines-<row>-<column>`.
    """

    title: str = ""
    purchase_order_number: str = ""
    contact_id: int | None = None
    ordered_by_name: str = ""
    urgent: bool = False
    wanted_on: date | None = None
    transport: str = ""
    ship_to_id: int | None = None
    lines: Sequence[OrderLineFacts] = ()


@dataclass(frozen=True, slots=True)
class CheckedOrderLine:
    """A line that can be ordered. Without `unit_price` the order is not complete."""

    position: int
    item_id: int | None
    sku: str
    description: str
    quantity: Decimal
    unit: str
    unit_price: Decimal | None
    tax_rate: Decimal
    agreed: bool

    def amounts(self, currency: str) -> Amounts:
        """Net and tax, rounded; nothing while there is no price."""
        terms = Terms(self.quantity, self.unit_price, self.tax_rate)
        return line_amounts(terms, currency=currency)


@dataclass(frozen=True, slots=True)
class CheckedOrder:
    """An order that can be placed, complete or not."""

    account: AccountFacts
    title: str
    purchase_order_number: str
    ordered_by_name: str
    contact_id: int | None
    urgent: bool
    wanted_on: date | None
    transport: str
    ship_to_id: int | None
    lines: tuple[CheckedOrderLine, ...]

    @property
    def off_contract(self) -> bool:
        """Whether a price is neither a quote's nor the account's (rule O1)."""
        return any(line.unit_price is not None and not line.agreed for line in self.lines)

    @property
    def amounts(self) -> Amounts:
        """The sum of the lines."""
        currency = self.account.currency
        return total((line.amounts(currency) for line in self.lines), currency)
