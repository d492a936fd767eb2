"""What holds of the release decision whatever the facts are."""

from dataclasses import replace
from datetime import time, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from portal.domain.common.money import Money
from portal.domain.common.payment_terms import PaymentTerms
from portal.domain.orders.release import (
    CheckState,
    Guarantee,
    LineFacts,
    ReleaseFacts,
    Step,
    decide,
)
from portal.domain.orders.ship_dates import waits_for_customer
from portal.domain.orders.states import OrderStatus
from tests.domain.orders.release_samples import TODAY

DAYS = st.integers(-3, 3).map(lambda days: TODAY + timedelta(days=days))
MAYBE_A_DAY = st.none() | DAYS
AMOUNTS = st.integers(0, 300).map(lambda amount: Money(Decimal(amount), "CNY"))
WORDS = st.sampled_from(["", "Li Wei"])


@st.composite
def lines(draw: st.DrawFn) -> LineFacts:
    quantity = draw(st.integers(1, 10))
    shipped = draw(st.integers(0, quantity))
    reserved = draw(st.integers(0, quantity - shipped))
    return LineFacts(
        Decimal(quantity),
        Decimal(reserved),
        Decimal(shipped),
        draw(st.booleans()),
        draw(MAYBE_A_DAY),
        draw(MAYBE_A_DAY),
    )


FACTS = st.builds(
    ReleaseFacts,
    status=st.sampled_from(OrderStatus),
    today=st.just(TODAY),
    terms=st.sampled_from(PaymentTerms),
    gross=AMOUNTS,
    paid=AMOUNTS,
    lines=st.lists(lines(), min_size=1, max_size=3).map(tuple),
    deposit_share=st.sampled_from([Decimal(0), Decimal(30), Decimal(50), Decimal(100)]),
    cut_off=st.just(time(15, 30)),
    missing=st.sampled_from([(), ("price",)]),
    ordered_by=WORDS,
    confirmed_on=MAYBE_A_DAY,
    off_contract=st.booleans(),
    consented_on=MAYBE_A_DAY,
    project=st.booleans(),
    guarantee=st.none() | st.builds(Guarantee, DAYS),
    latest_guarantee=MAYBE_A_DAY,
    credit_limit=st.none() | AMOUNTS,
    credit_ahead=AMOUNTS,
    partial_agreed_by=WORDS,
    held=st.booleans(),
    held_as_asked=st.booleans(),
    ship_to_changed=st.booleans(),
    unseen_ship_to=st.sampled_from(["", "Site 4"]),
)


def more(amount: Money) -> Money:
    return Money(amount.amount + 50, amount.currency)


@given(FACTS)
def test_nothing_ships_while_anything_stands_in_its_way(facts: ReleaseFacts) -> None:
    verdict = decide(facts)
    for step, may in ((Step.SHIP, verdict.may_ship), (Step.SCHEDULE, verdict.may_schedule)):
        fulfilled = all(
            each.state in {CheckState.MET, CheckState.NOT_NEEDED}
            for each in verdict.checks
            if step in each.blocks
        )
        assert may == (facts.status.is_open and fulfilled)


@given(FACTS)
def test_what_may_ship_may_be_scheduled(facts: ReleaseFacts) -> None:
    verdict = decide(facts)
    assert verdict.may_schedule or not verdict.may_ship


@given(FACTS)
def test_more_money_never_takes_a_release_away(facts: ReleaseFacts) -> None:
    verdict, richer = decide(facts), decide(replace(facts, paid=more(facts.paid)))
    assert richer.may_ship or not verdict.may_ship
    assert richer.may_schedule or not verdict.may_schedule


@given(FACTS)
def test_neither_does_a_higher_limit_nor_more_stock(facts: ReleaseFacts) -> None:
    verdict = decide(facts)
    limit = more(facts.credit_limit) if facts.credit_limit else Money(Decimal(50), "CNY")
    stocked = tuple(replace(line, reserved=line.left) for line in facts.lines)
    for better in (replace(facts, credit_limit=limit), replace(facts, lines=stocked)):
        assert decide(better).may_ship or not verdict.may_ship


@given(FACTS)
def test_held_goods_never_ship(facts: ReleaseFacts) -> None:  # rule O12
    assert not decide(replace(facts, held=True)).may_ship


@given(FACTS)
def test_nothing_unconfirmed_or_incomplete_is_processed(facts: ReleaseFacts) -> None:  # rule O1
    for lacking in (replace(facts, missing=("price",)), replace(facts, confirmed_on=None)):
        assert not decide(lacking).may_schedule
        assert not decide(lacking).may_ship


@given(FACTS)
def test_an_unpaid_project_order_never_ships(facts: ReleaseFacts) -> None:  # rule O8
    project = replace(facts, project=True, gross=more(facts.paid))
    assert not decide(project).may_ship


@given(FACTS)
def test_on_account_no_more_ships_than_the_limit(facts: ReleaseFacts) -> None:  # rules O10, A16
    if decide(facts).may_ship and facts.on_account and not facts.is_paid:
        assert facts.credit_limit
        assert facts.credit_used.amount <= facts.credit_limit.amount


@given(FACTS)
def test_who_can_resolve_it_stands_beside_what_is_open_and_nowhere_else(
    facts: ReleaseFacts,
) -> None:
    for each in decide(facts).checks:
        assert (each.resolver is not None) == each.is_open
        assert each.words.msgid % each.words.params  # every figure of the sentence is there
        if each.for_customer:
            assert each.for_customer.msgid % each.for_customer.params


@given(FACTS)
def test_the_clock_waits_for_a_customer_only_while_something_is_open(facts: ReleaseFacts) -> None:
    if waits_for_customer(facts, decide(facts)):
        assert decide(facts).open_checks
