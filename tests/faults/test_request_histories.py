"""Two accounts' requests, whoever acts at once: the rules hold after every wave.

Customers, colleagues, workers and strangers file, take over, ask, answer, price, send, accept,
decline, withdraw, let expire and sweep (rules Q1 to Q5, O1, A5, A6, C10).
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import hypothesis
import pytest
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st

from portal.settings import Settings
from tests.factories import Factory
from tests.faults.request_deeds import DEEDS, do, file
from tests.faults.request_houses import Houses, two_houses
from tests.faults.request_rules import REQUESTS, Rules

# What happens at once: a deed, the number of the request, and for how long somebody hesitates.
Deeds = Sequence[tuple[str, int] | tuple[str, int, float]]
# After so many hours.
Wave = tuple[int, Deeds]

OFTEN = ("quote", "quote", "ask", "answer", "accept", "decline", "ask again", "price", "expire")
WHAT = st.one_of(st.sampled_from(OFTEN), st.sampled_from(sorted(DEEDS)))
# Most have to do with one request; the others are somebody else's at the same time.
BESIDE = st.sampled_from((0, 0, 0, 0, 1, 2))
HOURS = st.sampled_from((0, 0, 0, 1, 30, 60, 24 * 31))
HESITATES = st.sampled_from((0.0, 0.0, 0.01, 0.03))
# Chance alone hardly ever gets as far as a quote or a question that somebody answers.
STARTS = st.sampled_from(((), ((0, [("quote", 0)]),), ((0, [("ask", 0), ("quote", 2)]),)))


def _about_the_same(drawn: tuple[int, int, Deeds]) -> Wave:
    hours, number, deeds = drawn
    return hours, [(what, (number + beside) % 4, *rest) for what, beside, *rest in deeds]


WAVES = st.lists(
    st.tuples(
        HOURS,
        st.sampled_from((0, 0, 0, 2, 3)),
        st.lists(st.tuples(WHAT, BESIDE, HESITATES), min_size=1, max_size=4),
    ).map(_about_the_same),
    min_size=3,
    max_size=6,
)


@pytest.fixture
async def clock(make: Factory) -> AsyncIterator[None]:
    """Time passes for this test only."""
    yield
    await make.move_clock(timedelta(0))


async def wave(houses: Houses, rules: Rules, hours: int, deeds: Deeds) -> None:
    await houses.let_pass(timedelta(hours=hours))
    await asyncio.wait_for(asyncio.gather(*(do(houses, *deed) for deed in deeds)), 30)
    await rules.check()


@hypothesis.given(STARTS, WAVES)
@hypothesis.settings(
    max_examples=10,
    deadline=None,
    # Who comes first is not the same twice: shrinking would take minutes and prove nothing.
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
async def test_the_rules_hold_whoever_acts_at_once(
    make: Factory, settings: Settings, clock: None, start: Sequence[Wave], waves: Sequence[Wave]
) -> None:
    houses = await two_houses(make, settings)
    rules = Rules(houses)
    for hours, deeds in (*start, *waves):
        await wave(houses, rules, hours, deeds)


async def test_the_deeds_lead_everywhere(make: Factory, settings: Settings, clock: None) -> None:
    houses = await two_houses(make, settings)
    rules = Rules(houses)
    first, second, third, fourth = range(4)
    for hours, deeds in (
        (0, [("file", first), ("file", first), ("ask", second), ("intrude", third)]),
        (60, [("due dates", first), ("due dates", first), ("answer", second), ("ask", fourth)]),
        (60, [("quote", first), ("quote", second), ("write", third), ("turn down", fourth)]),
        (0, [("accept", first), ("decline", first), ("withdraw", first), ("ask again", second)]),
        (0, [("quote", second), ("price", third), ("ask", third), ("intrude", second)]),
        (24 * 31, [("expire", second), ("expire", second), ("accept", second), ("answer", third)]),
        (1, [("ask again", second), ("withdraw", third), ("reassign", second)]),
    ):
        await wave(houses, rules, hours, deeds)
    status = {row["reference"]: row["status"] for row in await rules.rows(REQUESTS)}
    statuses = [status[await file(case)] for case in houses.cases]
    assert statuses[1:] == ["revision_requested", "withdrawn", "declined_by_us"]
    assert statuses[0] in ("accepted", "declined_by_customer")
