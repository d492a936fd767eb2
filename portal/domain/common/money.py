"""Money: decimal amounts with a currency, rounded half up to the currency's minor unit."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from babel.numbers import get_currency_precision

UNIT_PRICE_STEP = Decimal("0.0001")


def round_to_currency(amount: Decimal, currency: str) -> Decimal:
    """Round half up to the minor unit of `currency` (CNY 2 decimals, JPY none)."""
    step = Decimal(1).scaleb(-get_currency_precision(currency))
    return amount.quantize(step, rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in one currency. Adding or subtracting two currencies is a `ValueError`."""

    amount: Decimal
    currency: str

    def __add__(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise ValueError(f"cannot add {other.currency} to {self.currency}")
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return self + Money(-other.amount, other.currency)

    def rounded(self) -> "Money":
        return Money(round_to_currency(self.amount, self.currency), self.currency)

    @staticmethod
    def total(parts: Iterable["Money"], currency: str) -> "Money":
        """The sum of `parts`; zero of `currency` when there are none."""
        return sum(parts, start=Money(Decimal(0), currency))
