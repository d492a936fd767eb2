"""Whatever anybody does with a visit in whatever order: the rules hold after every step."""

from collections.abc import Sequence
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from portal.domain.common.errors import DomainError
from portal.domain.visits.states import TRANSITIONS, VisitStatus
from tests.domain.visits.visit_deeds import DEEDS, Calling, calling_of, do, facts_of
from tests.factories import Factory

Step = tuple[str, str]

PEOPLE = (
    "buyer",
    "reader",
    "other customer",
    "manager",
    "assistant",
    "supervisor",
    "duty manager",
    "finance",
    "stranger",
)
# Who may do anything at all with it: the customer's buyer, and who makes visits of this account.
CUSTOMERS_DEEDS = frozenset({"confirm", "counter"})
WORKING = frozenset({"manager", "assistant", "supervisor"})
USUAL = {"confirm": "buyer", "counter": "buyer", "cancel": "supervisor", "drop": "supervisor"}
STRETCHES: dict[str, Sequence[str]] = {
    "to agreed": ("propose", "confirm"),
    "to other time": ("propose", "counter", "agree to other"),
    "to moved": ("propose", "confirm", "move", "confirm"),
    "to made": ("by phone", "record unhappy"),
    "to settled": ("by phone", "record unhappy", "answer", "open again"),
}
DEED = st.sampled_from(sorted(DEEDS))
STEPS = st.lists(
    st.one_of(
        DEED.map(lambda deed: [(deed, USUAL.get(deed, "manager"))]),
        st.sampled_from(sorted(STRETCHES)).map(
            lambda name: [(deed, USUAL.get(deed, "manager")) for deed in STRETCHES[name]]
        ),
        st.tuples(DEED, st.sampled_from(PEOPLE)).map(lambda step: [step]),
    ),
    min_size=3,
    max_size=8,
).map(lambda parts: [step for part in parts for step in part])


async def take(calling: Calling, step: Step) -> bool:
    """One step, and whether it was let happen. What a rule refuses leaves nothing."""
    what, who = step
    before = await facts_of(calling)
    try:
        await do(calling, what, who)
    except DomainError:
        assert await facts_of(calling) == before, step
        return False
    now = await facts_of(calling)
    check_step(before, now, what, who)
    check_state(now)
    return True


def check_step(before: dict[str, Any], now: dict[str, Any], what: str, who: str) -> None:
    was, is_now = VisitStatus(before["visit"]["status"]), VisitStatus(now["visit"]["status"])
    assert is_now is was or is_now in TRANSITIONS[was]
    changed = now != before
    if changed and what in CUSTOMERS_DEEDS:
        assert who == "buyer"
    elif changed:
        assert who in WORKING
    # rule V7: what a rule asks for is the supervisors' to call off.
    if is_now is VisitStatus.CANCELLED is not was and now["visit"]["rule"] != "by_hand":
        assert who == "supervisor"
    # rule V5: a time that was told does not change without a reason that is kept.
    told = before["visit"]["shown_at"] is not None
    if told and before["visit"]["starts_at"] != now["visit"]["starts_at"]:
        assert now["moves"]
        assert now["moves"][-1]["to_starts_at"] == now["visit"]["starts_at"]
    if what == "move":
        assert due_of(now) == due_of(before)
    assert now["moves"][: len(before["moves"])] == before["moves"]
    assert not told or now["visit"]["shown_at"] == before["visit"]["shown_at"]


def due_of(facts: dict[str, Any]) -> Any:
    return facts["targets"][-1]["due_at"]


def check_state(facts: dict[str, Any]) -> None:
    visit = facts["visit"]
    status = VisitStatus(visit["status"])
    running = [
        each for each in facts["targets"] if each["met_at"] is None and each["cancelled_at"] is None
    ]
    assert len(running) == status.is_open
    assert all(each["owner_id"] == visit["owner_id"] for each in running)
    assert {each["account_id"] for each in facts["targets"]} == {None}
    if visit["shown_at"] is None:
        assert facts["shown to customer"] == 0
    # rules V6, V7: complete, or not made.
    if status is VisitStatus.MADE:
        assert facts["met"] > 0
        assert visit["report"]
        assert visit["usage_note"]
        if visit["satisfaction"] == "dissatisfied":
            assert "criticism" in {each["sentiment"] for each in facts["opinions"]}
    else:
        assert facts["opinions"] == []
    for opinion in facts["opinions"]:
        assert opinion["owed"] == (opinion["status"] == "open")


@given(st.booleans(), STEPS)
@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
async def test_the_rules_hold_after_every_step(
    make: Factory, by_rule: bool, steps: list[Step]
) -> None:
    calling = await calling_of(make, by_rule=by_rule)
    check_state(await facts_of(calling))
    for step in steps:
        await take(calling, step)


async def test_the_steps_lead_everywhere(make: Factory) -> None:
    ways: dict[str, tuple[str, ...]] = {
        "confirmed": ("propose", "counter", "confirm"),
        "countered": ("propose", "confirm", "counter"),
        "proposed": ("propose", "confirm", "move"),
        "made": ("propose", "counter", "agree to other", "record unhappy", "answer", "open again"),
        "cancelled": ("by phone", "cancel"),
    }
    for status, way in ways.items():
        calling = await calling_of(make, by_rule=status == "cancelled")
        for deed in way:
            assert await take(calling, (deed, USUAL.get(deed, "manager"))), (status, deed)
        assert (await facts_of(calling))["visit"]["status"] == status
