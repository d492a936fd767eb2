"""What is free, kept and available, whatever the figures are (rule O5)."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from portal.domain.catalogue.kinds import StockCondition
from portal.domain.catalogue.stock_figures import Hold, ItemFigures

GOOD = StockCondition.GOOD
pieces = st.decimals(0, 500, places=3)
STRANGER = 99


@st.composite
def figures(draw: st.DrawFn) -> ItemFigures:
    """Any stock with what up to four accounts hold and have reserved of it, and others too."""
    holds = tuple(
        Hold(account_id, level=draw(pieces), reserved=draw(pieces))
        for account_id in range(1, draw(st.integers(0, 4)) + 1)
    )
    reserved = sum((hold.reserved for hold in holds), draw(pieces))
    return ItemFigures({GOOD: reserved + draw(pieces)}, {GOOD: reserved}, holds)


def after_reserving(stock: ItemFigures, account_id: int, quantity: Decimal) -> ItemFigures:
    return replace(
        stock,
        reserved={GOOD: stock.reserved[GOOD] + quantity},
        holds=tuple(
            replace(hold, reserved=hold.reserved + quantity)
            if hold.account_id == account_id
            else hold
            for hold in stock.holds
        ),
    )


@given(figures())
def test_what_is_unreserved_is_either_kept_or_free(stock: ItemFigures) -> None:
    assert stock.held + stock.free == stock.unreserved()
    assert stock.free >= 0
    assert all(kept >= 0 for kept in stock.kept.values())


@given(figures())
def test_what_is_available_is_never_negative_and_never_more_than_there_is(
    stock: ItemFigures,
) -> None:
    for account_id in (*(hold.account_id for hold in stock.holds), STRANGER):
        assert 0 <= stock.available_to(account_id) <= stock.unreserved()


@given(figures(), st.integers(1, 5), st.decimals(0, 1, places=3))
def test_reserving_all_that_is_available_takes_nobody_elses_safety_stock(  # rule O5
    stock: ItemFigures, account_id: int, share: Decimal
) -> None:
    quantity = (stock.available_to(account_id) * share).quantize(Decimal("0.001"))
    quantity = min(quantity, stock.available_to(account_id))
    after = after_reserving(stock, account_id, quantity)
    for hold in stock.holds:
        if hold.account_id != account_id:
            assert after.covered(hold.account_id) == stock.covered(hold.account_id)
        assert after.covered(hold.account_id) >= stock.covered(hold.account_id)


@given(figures())
def test_with_enough_for_all_an_account_gets_all_but_what_others_hold(  # rule O5
    stock: ItemFigures,
) -> None:
    if stock.unreserved() < sum(hold.open for hold in stock.holds):
        return
    for account_id in (*(hold.account_id for hold in stock.holds), STRANGER):
        others = sum(hold.open for hold in stock.holds if hold.account_id != account_id)
        assert stock.available_to(account_id) == stock.unreserved() - others


def test_nothing_booked_is_nothing_available() -> None:
    assert ItemFigures({}, {}).available_to(STRANGER) == 0
    assert ItemFigures({}, {}, (Hold(1, Decimal(5)),)).covered(1) == 0
