"""A visit is proposed, agreed, moved, told: both sides know when, and why it changed (rule V5)."""

from datetime import timedelta

import pytest

from portal.database import database_now
from portal.domain.common.errors import FieldErrors, NotFound, WrongState
from portal.domain.service_levels import clock
from portal.domain.service_levels.promise import PromiseState
from portal.domain.visits import appointments
from portal.domain.visits.cancelling import cancel
from portal.domain.visits.states import VisitStatus
from tests.factories import Factory, acting
from tests.visit_scenarios import (
    appointment,
    confirmed_visit,
    loaded,
    made_visit,
    moves_of,
    planned_visit,
    proposed_visit,
    time_on_working_day,
)


async def test_a_planned_visit_is_hidden_until_a_time_is_proposed(make: Factory) -> None:
    visited = await planned_visit(make)
    buyer = visited.cast.buyer
    async with acting(buyer):
        with pytest.raises(NotFound):
            await loaded(visited.reference, buyer)
    await proposed_visit(make, visited)
    async with acting(buyer):
        visit = await loaded(visited.reference, buyer)
    assert visit.state is VisitStatus.PROPOSED
    assert visit.told == "We would like to see line 3."
    assert visit.goal == ""


async def test_the_customer_agrees_and_both_read_the_same_word(make: Factory) -> None:
    visited = await confirmed_visit(make)
    visit = await visited.record()
    assert visit.state is VisitStatus.CONFIRMED
    told = await make.events("visit.confirmed", visit.account_id)
    assert [(each["side"], each["visit_id"]) for each in told] == [("customer", visit.id)]


async def test_the_customers_other_time_moves_the_promise_with_the_reason(make: Factory) -> None:
    visited = await proposed_visit(make)
    cast = visited.cast
    async with acting(cast.buyer):
        later = await time_on_working_day(cast, 20, 15)
        visit = await loaded(visited.reference, cast.buyer)
        await appointments.propose_other(visit, later, "Audit that week", by=cast.buyer)
    async with acting(cast.manager):
        visit = await loaded(visited.reference, cast.manager)
        assert visit.state is VisitStatus.COUNTERED
        await appointments.agree_to_other(visit, by=cast.manager)
        assert visit.starts_at == later
        assert visit.ends_at == later + timedelta(hours=2)
        promise = (await clock.targets_of("visit", visit.id))[0]
        assert promise.due_at > later
        assert promise.account_id is None
        assert promise.explanation is not None
        assert promise.explanation.earlier[0].reason == "Audit that week"
        moves = await moves_of(visit)
    assert [(each.side, each.reason) for each in moves] == [("customer", "Audit that week")]


async def test_what_we_move_ourselves_is_told_and_makes_nothing_later(make: Factory) -> None:
    visited = await confirmed_visit(make)
    by = visited.cast.manager
    async with acting(by):
        visit = await loaded(visited.reference, by)
        before = (await clock.targets_of("visit", visit.id))[0].due_at
        other = await appointment(visited.cast, 12, 14)
        with pytest.raises(FieldErrors):
            await appointments.move(visit, other, "", by=by)
    async with acting(by):
        visit = await loaded(visited.reference, by)
        await appointments.move(visit, other, "The engineer is ill", by=by)
        assert visit.state is VisitStatus.PROPOSED
        assert (await clock.targets_of("visit", visit.id))[0].due_at == before
    async with acting(visited.cast.buyer):
        seen = await loaded(visited.reference, visited.cast.buyer)
        moves = await moves_of(seen)
    assert [(each.reason, each.name) for each in moves] == [("The engineer is ill", "")]
    assert len(await make.events("visit.moved", visit.account_id)) == 1


async def test_a_third_time_says_why_the_other_does_not_suit(make: Factory) -> None:
    visited = await proposed_visit(make)
    cast = visited.cast
    async with acting(cast.buyer):
        visit = await loaded(visited.reference, cast.buyer)
        wish = await time_on_working_day(cast, 9)
        await appointments.propose_other(visit, wish, "Busy", by=cast.buyer)
    async with acting(cast.manager):
        visit = await loaded(visited.reference, cast.manager)
        third = await appointment(cast, 11)
        with pytest.raises(FieldErrors, match="Check"):
            await appointments.propose(visit, third, by=cast.manager)
    async with acting(cast.manager):
        visit = await loaded(visited.reference, cast.manager)
        await appointments.propose(visit, third, "We travel then", by=cast.manager)
        assert visit.state is VisitStatus.PROPOSED


async def test_agreed_by_phone_names_with_whom(make: Factory) -> None:
    visited = await planned_visit(make)
    by = visited.cast.representative
    async with acting(by):
        visit = await loaded(visited.reference, by)
        facts = await appointment(visited.cast)
        await appointments.agree_by_phone(visit, facts, "Ms Chen", by=by)
        assert visit.state is VisitStatus.CONFIRMED
        assert visit.shown_at is not None


@pytest.mark.parametrize(
    ("hour", "hours", "words"),
    [(8, 1, "before"), (12, 1, "Between"), (13, 1, "Between"), (20, 1, "after"), (19, 2, "after")],
)
async def test_rest_hours_are_refused_with_the_reason(
    make: Factory, hour: int, hours: int, words: str
) -> None:
    # rule V7
    visited = await planned_visit(make)
    by = visited.cast.manager
    async with acting(by):
        visit = await loaded(visited.reference, by)
        facts = await appointment(visited.cast, hour=hour)
        assert facts.starts_at is not None
        facts = await appointment(
            visited.cast, hour=hour, ends_at=facts.starts_at + timedelta(hours=hours)
        )
        with pytest.raises(FieldErrors) as refused:
            await appointments.propose(visit, facts, by=by)
    assert [each.field for each in refused.value.errors] == ["starts_at"]
    assert words in refused.value.errors[0].field_message


async def test_nobody_proposes_a_closed_day_not_even_the_customer(make: Factory) -> None:
    # rule V7
    visited = await proposed_visit(make)
    cast = visited.cast
    async with acting(cast.buyer):
        wish = await time_on_working_day(cast, 9)
    day = wish.date()
    await make.insert("branch_day", branch_id=cast.account.branch_id, day=day, hours="[]")
    async with acting(cast.buyer):
        visit = await loaded(visited.reference, cast.buyer)
        with pytest.raises(FieldErrors) as refused:
            await appointments.propose_other(visit, wish, "Busy", by=cast.buyer)
    assert refused.value.errors[0].words == {"day": day}


async def test_a_visit_needs_a_goal_a_place_and_a_time_ahead(make: Factory) -> None:
    # rule V5
    visited = await planned_visit(make)
    by = visited.cast.manager
    async with acting(by):
        visit = await loaded(visited.reference, by)
        past = await database_now() - timedelta(days=1)
        facts = await appointment(
            visited.cast, place=" ", starts_at=past, ends_at=past - timedelta(hours=1)
        )
        with pytest.raises(FieldErrors) as refused:
            await appointments.propose(visit, facts, by=by)
    assert {each.field for each in refused.value.errors} == {"starts_at", "ends_at", "place"}


async def test_what_was_called_off_stays_so(make: Factory) -> None:
    visited = await confirmed_visit(make)
    by = visited.cast.manager
    async with acting(by):
        visit = await loaded(visited.reference, by)
        await cancel(visit, "The plant is closed down", by=by)
        assert (await clock.targets_of("visit", visit.id))[0].state is PromiseState.CANCELLED
    async with acting(visited.cast.buyer):
        seen = await loaded(visited.reference, visited.cast.buyer)
        assert seen.cancelled_because == "The plant is closed down"
        with pytest.raises(WrongState):
            await appointments.confirm(seen, by=visited.cast.buyer)


async def test_a_made_visit_is_agreed_to_no_more(make: Factory) -> None:
    visited = await made_visit(make)
    buyer = visited.cast.buyer
    async with acting(buyer):
        visit = await loaded(visited.reference, buyer)
        with pytest.raises(WrongState):
            await appointments.confirm(visit, by=buyer)
