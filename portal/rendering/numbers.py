"""Amounts, quantities and sizes in the reader's words.

Tables show hundreds of amounts, so the currency's shape is read from CLDR once per locale and the
digits are set by Python's own formatting; a test holds the result against Babel's.
"""

from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache
from typing import NamedTuple

from babel.numbers import get_currency_precision, get_currency_symbol

from portal.domain.common.money import Money
from portal.rendering.i18n import babel_locale

_SIZES = ("B", "kB", "MB", "GB", "TB")
_STEP = 1000
# What an amount looks like depends on it and the language alone, never on whose it is.
_REMEMBERED = 2048


class _Shape(NamedTuple):
    symbol: str
    precision: int
    step: Decimal


@cache
def _shape(locale: str, currency: str) -> _Shape:
    precision = get_currency_precision(currency)
    symbol = get_currency_symbol(currency, babel_locale(locale))
    return _Shape(symbol, precision, Decimal(1).scaleb(-precision))


def format_money(value: Money, locale: str) -> str:
    """An amount with its currency, rounded half up to the minor unit: "CN¥1,234.50"."""
    return _money(value.amount, value.currency, locale)


@lru_cache(maxsize=_REMEMBERED)
def _money(amount: Decimal, currency: str, locale: str) -> str:
    symbol, _, step = _shape(locale, currency)
    rounded = amount.quantize(step, ROUND_HALF_UP)
    sign = "-" if rounded < 0 else ""
    return f"{sign}{symbol}{abs(rounded):,f}"


def format_unit_price(value: Money, locale: str) -> str:
    """A unit price with those of its four decimals that say something, at least the currency's."""
    return _unit_price(value.amount, value.currency, locale)


@lru_cache(maxsize=_REMEMBERED)
def _unit_price(amount: Decimal, currency: str, locale: str) -> str:
    symbol, precision, _ = _shape(locale, currency)
    sign = "-" if amount < 0 else ""
    return f"{sign}{symbol}{_decimals(abs(amount), at_least=precision, at_most=4)}"


def format_decimal(value: Decimal | int, places: int | None = None) -> str:
    """A number with thousands separators; with `places` rounded half even to exactly so many."""
    if places is not None:
        return f"{value:,.{places}f}"
    return _decimals(Decimal(value), at_least=0, at_most=6)


def format_percent(value: Decimal, places: int = 1) -> str:
    """A share as a percentage: `Decimal("0.13")` is "13%", "0.125" is "12.5%"."""
    return f"{_decimals(value * 100, at_least=0, at_most=places)}%"


def _decimals(value: Decimal, *, at_least: int, at_most: int) -> str:
    text = f"{value:,.{at_most}f}"
    whole, _, fraction = text.partition(".")
    fraction = fraction.rstrip("0").ljust(at_least, "0")
    return f"{whole}.{fraction}" if fraction else whole


def format_filesize(size: int) -> str:
    """A size in bytes as people read it on a file list: "840 B", "1.2 MB" (steps of 1000)."""
    amount = float(size)
    for unit in _SIZES:
        if amount < _STEP or unit == _SIZES[-1]:
            break
        amount /= _STEP
    return f"{size} B" if unit == "B" else f"{amount:.1f} {unit}"
