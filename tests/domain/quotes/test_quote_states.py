"""The transition tables, and that the database knows the same states."""

import re
from collections.abc import Mapping

import pytest

from portal.domain.common.words import Worded
from portal.domain.orders.states import OrderStatus
from portal.domain.quotes.states import (
    CLOSED,
    IN_PREPARATION,
    MAY_BE_QUOTED,
    QUOTE_TRANSITIONS,
    REQUEST_TRANSITIONS,
    WORKABLE,
    Channel,
    QuoteStatus,
    RequestStatus,
    Transport,
)
from portal.domain.quotes.story import Happening
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
        (REQUEST_TRANSITIONS, RequestStatus, RequestStatus.DRAFT),
        (QUOTE_TRANSITIONS, QuoteStatus, QuoteStatus.DRAFT),
    ],
)
def test_every_state_can_be_reached(table: Table, states: type[Worded], start: Worded) -> None:
    assert set(table) == set(states)
    assert reached(table, start) == set(states)


def test_what_is_closed_stays_closed() -> None:
    assert all(not REQUEST_TRANSITIONS[state] for state in CLOSED)
    assert all(REQUEST_TRANSITIONS[state] for state in set(RequestStatus) - CLOSED)


def test_nothing_is_accepted_that_was_not_quoted() -> None:  # rule Q5
    before = [
        state for state, later in REQUEST_TRANSITIONS.items() if RequestStatus.ACCEPTED in later
    ]
    assert before == [RequestStatus.QUOTED]
    sent = [state for state, later in QUOTE_TRANSITIONS.items() if QuoteStatus.SENT in later]
    assert sent == [QuoteStatus.APPROVED]  # an internal review precedes a proposal


def test_what_may_be_quoted_leads_to_quoted() -> None:
    for state in MAY_BE_QUOTED:
        assert RequestStatus.QUOTED in REQUEST_TRANSITIONS[state]
    assert not WORKABLE & CLOSED


def test_labels_are_words_of_their_own() -> None:
    for states in (RequestStatus, QuoteStatus, Channel, Transport, Happening):
        labels = [state.label for state in states]
        assert len(set(labels)) == len(labels)
        assert all(label != state.value for state, label in zip(states, labels, strict=True))


@pytest.mark.parametrize(
    ("constraint", "states"),
    [
        ("quote_request_status", set(RequestStatus)),
        ("quote_status", set(QuoteStatus)),
        ("quote_sent", IN_PREPARATION),
        ("quote_request_closed", CLOSED),
        ("quote_request_channel", set(Channel)),
        ("quote_request_transport", {"", *Transport}),
        ("sales_order_status", set(OrderStatus)),
    ],
)
async def test_the_database_knows_the_same_states(
    make: Factory, constraint: str, states: set[str]
) -> None:
    text = await make.owner.fetchval(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = $1", constraint
    )
    assert set(re.findall(r"'([a-z_]*)'::text", text)) == {str(state) for state in states}
