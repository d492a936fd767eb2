"""The transition tables of orders and shipments, and the words of their timeline (rule O21)."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from portal.domain.common.activity import Entry
from portal.domain.common.money import Money
from portal.domain.common.payment_terms import PaymentTerms
from portal.domain.common.words import Phrase, Worded
from portal.domain.orders import story
from portal.domain.orders.completeness import Missing
from portal.domain.orders.states import (
    CANCELLABLE_BY_CUSTOMER,
    ORDER_TRANSITIONS,
    SHIPMENT_TRANSITIONS,
    ApprovalKind,
    OrderStatus,
    Origin,
    PromiseBasis,
    ShipmentStatus,
)
from portal.domain.orders.story import OrderHappening, phrase_of
from tests.factories import Factory

Table = Mapping[Worded, frozenset[Worded]]


def reached(table: Table, start: Worded) -> set[Worded]:
    found, ahead = {start}, [start]
    while ahead:
        for state in table[ahead.pop()] - found:
            found.add(state)
            ahead.append(state)
    return found


@pytest.mark.parametrize(
    ("table", "states", "start"),
    [
        (ORDER_TRANSITIONS, OrderStatus, OrderStatus.PLACED),
        (SHIPMENT_TRANSITIONS, ShipmentStatus, ShipmentStatus.IN_PREPARATION),
    ],
)
def test_every_state_can_be_reached(table: Table, states: type[Worded], start: Worded) -> None:
    assert set(table) == set(states)
    assert reached(table, start) == set(states)


def test_nothing_is_cancelled_once_it_has_shipped() -> None:  # rule O11
    before = {state for state, to in ORDER_TRANSITIONS.items() if OrderStatus.CANCELLED in to}
    assert before == CANCELLABLE_BY_CUSTOMER | {OrderStatus.IN_PREPARATION}
    assert not ORDER_TRANSITIONS[OrderStatus.CANCELLED]


def test_nothing_is_scheduled_that_was_not_confirmed() -> None:  # rule O1
    before = {state for state, to in ORDER_TRANSITIONS.items() if OrderStatus.SCHEDULED in to}
    assert before == {OrderStatus.CONFIRMED, OrderStatus.IN_PREPARATION}


def test_what_was_lost_on_the_way_is_to_be_shipped_again() -> None:  # rule O14
    back = ORDER_TRANSITIONS[OrderStatus.SHIPPED] - {OrderStatus.DELIVERED}
    assert back == {OrderStatus.CONFIRMED, OrderStatus.PARTLY_SHIPPED}
    assert not SHIPMENT_TRANSITIONS[ShipmentStatus.LOST]  # signed for by nobody, whatever comes


def test_only_what_is_settled_is_opened_again() -> None:  # rule O22: a payment was reversed
    back = {state for state, to in ORDER_TRANSITIONS.items() if OrderStatus.INVOICED in to}
    assert back == {OrderStatus.DELIVERED, OrderStatus.SETTLED}


def test_what_is_open_leads_to_shipping() -> None:
    for state in OrderStatus:
        leads = OrderStatus.SHIPPED in reached(ORDER_TRANSITIONS, state) - {state}
        assert state.is_open == leads


@pytest.mark.parametrize(
    ("constraint", "states"),
    [
        ("sales_order_status", set(OrderStatus)),
        ("sales_order_origin", set(Origin)),
        ("sales_order_promise_basis", set(PromiseBasis)),
        ("sales_order_payment_terms", set(PaymentTerms)),
        ("order_approval_kind", set(ApprovalKind)),
        ("shipment_status", set(ShipmentStatus)),
    ],
)
async def test_the_database_knows_the_same_states(
    make: Factory, constraint: str, states: set[str]
) -> None:
    text = await make.owner.fetchval(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = $1", constraint
    )
    assert set(re.findall(r"'([a-z_0-9]*)'::text", text)) == {str(state) for state in states}


def test_labels_are_words_of_their_own() -> None:
    for states in (OrderStatus, Origin, PromiseBasis, Missing, *story._ROOMS):
        labels = [state.label for state in states]
        assert len(set(labels)) == len(labels)
        assert states is Missing or all(
            label != state.value for label, state in zip(labels, states, strict=True)
        )


def test_no_two_rooms_of_the_story_share_a_verb() -> None:
    verbs = [each.value for room in story._ROOMS for each in room]
    assert len(set(verbs)) == len(verbs)
    assert all(re.fullmatch(r"(orders|registrations)\.[a-z_]+", verb) for verb in verbs)


def entry(verb: str, **after: Any) -> Entry:
    now = datetime(2026, 3, 2, 8, tzinfo=UTC)
    return Entry(now, verb, "Li Wei", "customer", "customer", {}, after)


def test_the_timeline_says_its_figures_as_values() -> None:
    said = phrase_of(
        entry(
            OrderHappening.COMPLETED,
            parts=["price", "transport"],
            ship_on="2026-03-09",
            due_at="2026-03-09T10:00:00+00:00",
            quantity="2.500",
            paid={"amount": "12.40", "currency": "CNY"},
            number="0042",
            nothing_on="",
        )
    )
    assert said == Phrase(
        OrderHappening.COMPLETED.label,
        {
            "parts": ("price", "transport"),
            "ship_on": date(2026, 3, 9),
            "due_at": datetime(2026, 3, 9, 10, tzinfo=UTC),
            "quantity": Decimal("2.500"),
            "paid": Money(Decimal("12.40"), "CNY"),
            "number": "0042",
            "nothing_on": "",
        },
    )


def test_an_unknown_verb_says_itself() -> None:
    assert phrase_of(entry("orders.flown_away", by="birds")) == Phrase("orders.flown_away")
