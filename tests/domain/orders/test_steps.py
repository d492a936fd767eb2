"""Every step of an order with its date, who took it and what is promised next (rule O21)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from portal.domain.orders.states import OrderStatus
from portal.domain.orders.steps import (
    GOODS,
    MONEY,
    Progress,
    Reached,
    StepFacts,
    StepState,
    progress_of,
)

S = OrderStatus
START = datetime(2026, 8, 24, 1, 30, tzinfo=UTC)
SHIPS_ON, ARRIVES_ON = date(2026, 8, 28), date(2026, 8, 30)
WHO = {
    S.PLACED: "Wang Jianguo",
    S.CONFIRMED: "Li Ting",
    S.SCHEDULED: "Li Ting",
    S.IN_PREPARATION: "Zhao Lei",
    S.PARTLY_SHIPPED: "Zhao Lei",
    S.SHIPPED: "Zhao Lei",
    S.DELIVERED: "Chen Hong",
    S.INVOICED: "Sun Yan",
    S.SETTLED: "",
}
WAY = [S.PLACED, S.CONFIRMED, S.SCHEDULED, S.IN_PREPARATION, S.SHIPPED, S.DELIVERED, *MONEY]


def after(hours: int) -> datetime:
    return START + timedelta(hours=hours)


def steps(status: OrderStatus, **changes) -> Progress:
    """The progress of an order that has every moment on file, later ones included."""
    reached = {each: Reached(after(number), who) for number, (each, who) in enumerate(WHO.items())}
    facts = {
        "reached": reached,
        "planned": {S.SHIPPED: SHIPS_ON, S.DELIVERED: ARRIVES_ON},
        "representative": "Li Ting",
        **changes,
    }
    return progress_of(StepFacts(status, **facts))


@pytest.mark.parametrize("status", GOODS)
def test_what_lies_behind_is_done_and_what_lies_ahead_is_next(status: OrderStatus) -> None:
    place = GOODS.index(status)
    states = [step.state for step in steps(status).goods]
    assert states[:place] == [StepState.DONE] * place
    assert states[place] is (StepState.DONE if status is S.DELIVERED else StepState.CURRENT)
    assert states[place + 1 :] == [StepState.NEXT] * (len(GOODS) - place - 1)
    assert [step.status for step in steps(status).goods] == list(GOODS)


@pytest.mark.parametrize("status", WAY)
def test_every_step_taken_has_its_date_and_who(status: OrderStatus) -> None:
    progress = steps(status)
    for step in (*progress.goods, *progress.money):
        if step.is_ahead:
            assert step.at is None
        else:
            assert step.at is not None
            assert step.who == WHO[step.status]


def test_steps_ahead_say_what_is_promised_and_whose_turn_it_is() -> None:
    goods = steps(S.PLACED, reached={S.PLACED: Reached(START, "Wang Jianguo")}).goods
    assert [(step.who, step.role) for step in goods[1:]] == [
        ("Li Ting", "Sales representative"),
        ("Li Ting", "Sales representative"),
        ("", "Warehouse"),
        ("", "Warehouse"),
        ("", "Carrier"),
    ]
    assert [step.planned for step in goods] == [None, None, None, None, SHIPS_ON, ARRIVES_ON]


def test_the_carrier_is_named_once_the_goods_are_with_it() -> None:
    delivery = steps(S.SHIPPED, carrier="SF Express").goods[-1]
    assert (delivery.who, delivery.role) == ("SF Express", "")
    assert delivery.planned == ARRIVES_ON


def test_a_delivery_is_signed_for_by_the_customer() -> None:  # rule O16
    delivery = steps(S.DELIVERED).goods[-1]
    assert (delivery.state, delivery.who) == (StepState.DONE, "Chen Hong")


def test_what_went_in_parts_is_where_the_order_stands_and_the_rest_is_promised() -> None:  # O15
    shipped = steps(S.PARTLY_SHIPPED).goods[4]
    assert (shipped.status, shipped.state) == (S.PARTLY_SHIPPED, StepState.CURRENT)
    assert shipped.label == "Partly shipped"
    assert shipped.planned == SHIPS_ON


def test_a_step_that_was_taken_back_lies_ahead_again() -> None:
    goods = steps(S.CONFIRMED).goods
    assert goods[2].status is S.SCHEDULED
    assert (goods[2].state, goods[2].at) == (StepState.NEXT, None)


def test_invoice_and_settlement_go_beside_the_goods() -> None:  # rule O22
    assert [step.state for step in steps(S.DELIVERED).money] == [StepState.NEXT, StepState.NEXT]
    invoiced = steps(S.INVOICED)
    assert [step.state for step in invoiced.money] == [StepState.CURRENT, StepState.NEXT]
    assert {step.state for step in invoiced.goods} == {StepState.DONE}
    assert {step.state for step in steps(S.SETTLED).money} == {StepState.DONE}


def test_a_cancelled_order_shows_how_far_it_came_and_its_end() -> None:  # rule O11
    reached = {
        S.PLACED: Reached(START, "Wang Jianguo"),
        S.CONFIRMED: Reached(after(1), "Li Ting"),
        S.CANCELLED: Reached(after(2), "Wang Jianguo"),
    }
    progress = steps(S.CANCELLED, reached=reached)
    assert [step.status for step in progress.goods] == [S.PLACED, S.CONFIRMED, S.CANCELLED]
    assert progress.goods[-1].state is StepState.CURRENT
    assert (progress.goods[-1].who, progress.money, progress.ahead) == ("Wang Jianguo", (), None)


def test_the_next_step_is_the_first_one_ahead() -> None:
    ahead = steps(S.SCHEDULED).ahead
    assert ahead is not None
    assert ahead.status is S.IN_PREPARATION
    assert steps(S.DELIVERED).ahead is None
