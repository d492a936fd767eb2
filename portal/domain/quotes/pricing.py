"""What a quote costs. Pure; unit prices exclude tax, every rounding is half up to the currency.

Each line is rounded by itself and totals are sums of lines, so that a customer who adds up the
paper comes to the same amount. A discount on the whole quote is already in each line.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from portal.domain.common.money import Money, round_to_currency

HUNDRED = Decimal(100)
NOTHING = Decimal(0)
# What the columns hold with room to spare.
LARGEST_QUANTITY = Decimal("9999999.999")
LARGEST_PRICE = Decimal("99999999.9999")
LARGEST_AMOUNT = Decimal("9999999999")


@dataclass(frozen=True, slots=True)
class Terms:
    """What one line is charged by. Percents are 0 to 100, `tax_rate` is a fraction below 1.

    `account_price` and `list_price` are what is asked of this account, or of everybody, per unit.
    `unit_price` is None while the line is not priced yet.
    """

    quantity: Decimal
    unit_price: Decimal | None
    tax_rate: Decimal
    discount_percent: Decimal = NOTHING
    gift: bool = False
    account_price: Decimal | None = None
    list_price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Amounts:
    """Net and tax of a line or a quote, rounded."""

    net: Money
    tax: Money

    @property
    def gross(self) -> Money:
        return self.net + self.tax


def line_amounts(terms: Terms, *, currency: str, quote_discount: Decimal = NOTHING) -> Amounts:
    """What a line comes to. Gifts are free (rule Q6), and so is what is not priced yet."""
    if terms.gift or terms.unit_price is None:
        return Amounts(Money(NOTHING, currency), Money(NOTHING, currency))
    charged = terms.unit_price * _kept(terms.discount_percent) * _kept(quote_discount)
    net = round_to_currency(terms.quantity * charged, currency)
    tax = round_to_currency(net * terms.tax_rate, currency)
    return Amounts(Money(net, currency), Money(tax, currency))


def total(lines: Iterable[Amounts], currency: str) -> Amounts:
    """The sum of lines; zero when there are none."""
    each = list(lines)
    return Amounts(
        Money.total((line.net for line in each), currency),
        Money.total((line.tax for line in each), currency),
    )


def effective_discount(terms: Terms, quote_discount: Decimal = NOTHING) -> Decimal:
    """By how many per cent a line stays below the price that this account is normally asked.

    A lower unit price is a discount like any other. Without a price to compare with, only what is
    called a discount counts. Never negative; gifts have their own rule (Q6) and count as none.
    """
    if terms.gift or terms.unit_price is None:
        return NOTHING
    normal = terms.account_price if terms.account_price is not None else terms.list_price
    kept = _kept(terms.discount_percent) * _kept(quote_discount)
    if normal:
        kept = kept * terms.unit_price / normal
    return max(NOTHING, HUNDRED * (1 - kept))


def largest_discount(lines: Iterable[Terms], quote_discount: Decimal = NOTHING) -> Decimal:
    """The largest effective discount of a quote in per cent, rounded up to two decimals."""
    largest = max((effective_discount(line, quote_discount) for line in lines), default=NOTHING)
    return largest.quantize(Decimal("0.01"), rounding=ROUND_CEILING)


def _kept(discount_percent: Decimal) -> Decimal:
    return 1 - discount_percent / HUNDRED
