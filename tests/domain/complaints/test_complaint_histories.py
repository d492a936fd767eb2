"""Whatever anybody does with a complaint in whatever order: the rules hold after every step."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from portal.domain.common.errors import DomainError
from portal.domain.complaints.states import CaseKind, Category
from tests.domain.complaints.complaint_deeds import DEEDS, House, do, house_of
from tests.domain.complaints.complaint_rules import BUYER, check_state, check_step, facts_of
from tests.factories import Factory

Step = tuple[str, str]

PEOPLE = (
    "buyer",
    "reader",
    "stranger",
    "after-sales",
    "colleague",
    "quality",
    "service",
    "sales",
    "sales supervisor",
    "duty manager",
    "general manager",
    "management representative",
    "warehouse",
    "finance",
    "administrator",
)
# Who mostly does what; a deed that is not named is after-sales'.
BY = {
    **dict.fromkeys(("confirm", "object", "settle", "ask again", "withdraw", "reopen"), "buyer"),
    **dict.fromkeys(("look", "sample bad", "sample good", "preliminary"), "quality"),
    **dict.fromkeys(("find ours", "find theirs", "call back"), "quality"),
    **dict.fromkeys(("major", "ordinary", "choose", "close", "demand capa", "review"), "service"),
    **dict.fromkeys(("waive capa", "verify capa"), "management representative"),
    "approve": "colleague",
    "refuse": "duty manager",
    "accept": "colleague",
    "write": "buyer",
}
# Whole stretches too, or chance would hardly ever get as far as an outcome.
TO_FINDING = ("judge founded", "look", "sample bad", "find ours")
TO_CHOICE = ("propose", "choose")
STRETCHES: dict[str, Sequence[str]] = {
    "to finding": TO_FINDING,
    "to choice": (*TO_FINDING, *TO_CHOICE),
    "to outcome": (*TO_FINDING, *TO_CHOICE, "carry out"),
    "to explanation": ("judge founded", "look", "sample good", "find theirs", "explain"),
    "compensate 2": (*TO_FINDING, "propose 2", "choose", "approve"),
    "compensate 4": (*TO_FINDING, "propose 4", "choose"),
    "silence": ("remind", "remind", "close"),
    "another": ("propose 2", "choose", "approve", "carry out"),
}
APPROVE = [("approve", who) for who in ("after-sales", "sales supervisor", "duty manager")] + [
    ("approve", "general manager")
]


def _usual(what: str) -> list[Step]:
    return [(part, BY.get(part, "after-sales")) for part in STRETCHES.get(what, (what,))]


DEED = st.sampled_from(sorted([*DEEDS, "remind"]))
STEPS = st.lists(
    st.one_of(
        DEED.map(_usual),
        st.sampled_from(sorted(STRETCHES)).map(_usual),
        st.just(APPROVE),
        st.tuples(DEED, st.sampled_from(PEOPLE)).map(lambda step: [step]),
    ),
    min_size=3,
    max_size=9,
).map(lambda parts: [step for part in parts for step in part])
CASES: dict[str, dict[str, Any]] = {
    "quality": {},
    "workmanship": {"category": Category.WORKMANSHIP},
    "enquiry": {"kind": CaseKind.ENQUIRY, "category": None, "wish": ""},
}


@pytest.fixture
async def _business_clock(make: Factory) -> AsyncIterator[None]:
    """Time passes for this test only."""
    yield
    await make.move_clock(timedelta(0))


async def take(house: House, step: Step) -> bool:
    """One step, and whether it was let happen. What a rule refuses leaves nothing."""
    what, who = step
    before = await facts_of(house)
    try:
        await do(house, what, who)
    except DomainError:
        assert await facts_of(house) == before
        return False
    now = await facts_of(house)
    person = house.people[who]
    check_step(before, now, what, person.role if person.is_staff else who)
    check_state(now)
    return True


@pytest.mark.usefixtures("_business_clock")
@given(st.sampled_from(sorted(CASES)), STEPS)
@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
async def test_the_rules_hold_after_every_step(make: Factory, case: str, steps: list[Step]) -> None:
    await make.move_clock(timedelta(0))
    house = await house_of(make, **CASES[case])
    for step in steps:
        await take(house, step)


@pytest.mark.usefixtures("_business_clock")
async def test_the_steps_lead_everywhere(make: Factory) -> None:
    ways: dict[tuple[str, ...], str] = {
        ("quality", "to outcome", "confirm"): "closed",
        ("quality", "to outcome", "confirm", "follow up", "sum up"): "closed",
        ("quality", "to outcome", "confirm", "reopen"): "judged",
        ("quality", "to outcome", "demand capa", "confirm"): "confirmed",
        ("quality", "to outcome", "demand capa", "confirm", "verify capa"): "closed",
        ("quality", "to outcome", "demand capa", "confirm", "waive capa"): "closed",
        ("quality", "to outcome", "silence"): "closed",
        ("quality", "to outcome", "object"): "proposed",
        ("quality", "to outcome", "object", "another", "confirm"): "closed",
        ("quality", "to outcome", "confirm", "judge founded"): "closed",
        ("quality", "to finding", "judge unfounded"): "investigated",
        ("quality", "to explanation", "object"): "investigated",
        ("quality", "judge unfounded", "object"): "received",
        ("quality", "judge unfounded", "silence"): "closed",
        ("quality", "compensate 2", "carry out"): "carried_out",
        ("quality", "compensate 4", "carry out"): "chosen",
        ("quality", "compensate 4", "refuse"): "proposed",
        ("quality", "to finding", "propose", "take back"): "investigated",
        ("workmanship", "to choice", "give to dealer", "dealer failed"): "proposed",
        ("workmanship", "to choice", "give to dealer", "dealer done", "carry out"): "carried_out",
        ("workmanship", "judge founded", "withdraw"): "withdrawn",
        ("enquiry", "answer", "settle"): "closed",
        ("enquiry", "answer", "ask again", "turn", "judge founded"): "judged",
    }
    for (case, *way), end in ways.items():
        await make.move_clock(timedelta(0))
        house = await house_of(make, **CASES[case])
        for what in way:
            for step in _usual(what):
                await take(house, step)
        assert (await facts_of(house))["status"] == end, way


def test_every_deed_is_somebodys() -> None:
    assert set(BY) <= set(DEEDS)
    assert {*BY.values(), "after-sales"} <= set(PEOPLE)
    assert BUYER in PEOPLE
