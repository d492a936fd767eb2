"""What a quote costs: pure properties and the customs of paper."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.common.money import Money
from portal.domain.quotes.pricing import (
    LARGEST_PRICE,
    LARGEST_QUANTITY,
    Terms,
    effective_discount,
    largest_discount,
    line_amounts,
    total,
)

quantities = st.decimals("0.001", LARGEST_QUANTITY, places=3)
prices = st.decimals(0, LARGEST_PRICE, places=4)
percents = st.decimals(0, 100, places=2)
rates = st.decimals(0, "0.9999", places=4)
currencies = st.sampled_from([("CNY", "0.01"), ("JPY", "1"), ("KWD", "0.001")])
terms = st.builds(
    Terms, quantity=quantities, unit_price=prices, tax_rate=rates, discount_percent=percents
)


@given(terms, percents, currencies)
def test_each_line_is_rounded_half_up_to_the_currency(
    line: Terms, quote_discount: Decimal, currency: tuple[str, str]
) -> None:
    name, step = currency
    amounts = line_amounts(line, currency=name, quote_discount=quote_discount)
    assert line.unit_price is not None
    exact = (
        line.quantity
        * line.unit_price
        * (100 - line.discount_percent)
        * (100 - quote_discount)
        / 10_000
    )
    assert amounts.net.amount == exact.quantize(Decimal(step), ROUND_HALF_UP)
    tax = amounts.net.amount * line.tax_rate
    assert amounts.tax.amount == tax.quantize(Decimal(step), ROUND_HALF_UP)


@given(st.lists(terms, max_size=12), percents)
def test_totals_are_the_sums_of_what_is_printed(lines: list[Terms], discount: Decimal) -> None:
    amounts = [line_amounts(line, currency="CNY", quote_discount=discount) for line in lines]
    whole = total(amounts, "CNY")
    assert whole.net.amount == sum((each.net.amount for each in amounts), Decimal(0))
    assert whole.gross.amount == sum((each.gross.amount for each in amounts), Decimal(0))
    assert whole.gross == whole.net + whole.tax


@given(terms, percents)
def test_a_discount_never_makes_a_line_dearer_or_negative(line: Terms, discount: Decimal) -> None:
    without = line_amounts(line, currency="CNY").net.amount
    reduced = line_amounts(line, currency="CNY", quote_discount=discount).net.amount
    assert 0 <= reduced <= without


@given(terms)
def test_gifts_are_free(line: Terms) -> None:  # rule Q6
    gift = Terms(line.quantity, line.unit_price, line.tax_rate, gift=True)
    amounts = line_amounts(gift, currency="CNY")
    assert (amounts.net, amounts.tax) == (Money(Decimal(0), "CNY"), Money(Decimal(0), "CNY"))
    assert effective_discount(gift) == 0


@given(prices.filter(bool), percents, percents)
def test_a_discount_counts_however_it_is_given(
    price: Decimal, of_line: Decimal, of_quote: Decimal
) -> None:
    called = Terms(Decimal(1), price, Decimal(0), of_line, list_price=price)
    kept = (100 - of_line) * (100 - of_quote) / 10_000
    lowered = Terms(Decimal(1), price * kept, Decimal(0), list_price=price)
    assert abs(effective_discount(called, of_quote) - effective_discount(lowered)) < Decimal("1e-9")


@pytest.mark.parametrize(
    ("line", "discount"),
    [
        (Terms(Decimal(1), Decimal(90), Decimal(0), list_price=Decimal(100)), "10.00"),
        (Terms(Decimal(1), Decimal(90), Decimal(0), account_price=Decimal(90)), "0.00"),
        # What was agreed with the account is its normal price, not the list's.
        (Terms(Decimal(1), Decimal(81), Decimal(0), Decimal(0), False, Decimal(90)), "10.00"),
        (Terms(Decimal(1), Decimal(110), Decimal(0), list_price=Decimal(100)), "0.00"),
        (Terms(Decimal(1), Decimal(5), Decimal(0), Decimal(12)), "12.00"),
        (Terms(Decimal(1), Decimal("89.9999"), Decimal(0), list_price=Decimal(100)), "10.01"),
        (Terms(Decimal(1), None, Decimal(0), list_price=Decimal(100)), "0.00"),
    ],
)
def test_the_discount_is_what_stays_below_the_normal_price(line: Terms, discount: str) -> None:
    assert largest_discount([line]) == Decimal(discount)


def test_the_largest_discount_of_a_quote_counts() -> None:
    small = Terms(Decimal(1), Decimal(99), Decimal(0), list_price=Decimal(100))
    large = Terms(Decimal(1), Decimal(80), Decimal(0), list_price=Decimal(100))
    assert largest_discount([small, large, small]) == 20
    assert largest_discount([]) == 0
