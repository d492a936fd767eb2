"""Amounts, prices, shares and sizes."""

from decimal import Decimal

import pytest
from babel.numbers import format_currency
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.common.money import Money, round_to_currency
from portal.rendering import numbers
from portal.rendering.i18n import LOCALES, babel_locale

AMOUNTS = st.decimals(Decimal("-1e12"), Decimal("1e12"), places=4, allow_nan=False)


@given(
    amount=AMOUNTS,
    currency=st.sampled_from(["CNY", "USD", "EUR", "JPY", "TWD", "CHF", "KWD"]),
    locale=st.sampled_from(LOCALES),
)
def test_amounts_look_as_cldr_has_them(amount: Decimal, currency: str, locale: str) -> None:
    ours = numbers.format_money(Money(amount, currency), locale)
    rounded = round_to_currency(amount, currency) + 0
    theirs = format_currency(rounded, currency, locale=babel_locale(locale))
    assert ours.replace("\xa0", "") == theirs.replace("\xa0", "")


@pytest.mark.parametrize(
    ("locale", "said"),
    [("en", "CN¥1,234.57"), ("zh_Hans", "¥1,234.57"), ("zh_Hant", "CN¥1,234.57")],
)
def test_amounts_are_rounded_half_up_and_name_their_currency(locale: str, said: str) -> None:
    assert numbers.format_money(Money(Decimal("1234.565"), "CNY"), locale) == said


def test_yen_have_no_decimals_and_a_minus_stands_first() -> None:
    assert numbers.format_money(Money(Decimal("-1234.5"), "JPY"), "en") == "-¥1,235"


@pytest.mark.parametrize(
    ("price", "said"),
    [("12", "CN¥12.00"), ("12.5", "CN¥12.50"), ("0.1234", "CN¥0.1234"), ("-3.125", "-CN¥3.125")],
)
def test_unit_prices_keep_the_decimals_that_say_something(price: str, said: str) -> None:
    assert numbers.format_unit_price(Money(Decimal(price), "CNY"), "en") == said


def test_quantities_have_no_empty_decimals() -> None:
    assert numbers.format_decimal(Decimal("1200.500")) == "1,200.5"
    assert numbers.format_decimal(12) == "12"
    assert numbers.format_decimal(Decimal("2"), 3) == "2.000"


def test_shares_are_percentages() -> None:
    assert numbers.format_percent(Decimal("0.13")) == "13%"
    assert numbers.format_percent(Decimal("0.125")) == "12.5%"


@pytest.mark.parametrize(
    ("size", "said"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (482133, "482.1 kB"), (20_000_000, "20.0 MB")],
)
def test_sizes_of_files(size: int, said: str) -> None:
    assert numbers.format_filesize(size) == said
