"""Every opinion has an owner, a clock and an end that can be read (rules V5, S4)."""

import pytest

from portal.domain.common.actor import Actor
from portal.domain.common.errors import FieldError, FieldErrors, NotAllowed, NotFound, WrongState
from portal.domain.common.permissions import StaffRole
from portal.domain.opinions import answering
from portal.domain.opinions.access import opinion_by_reference
from portal.domain.opinions.listing import OpinionFilter, count_mine, opinions
from portal.domain.opinions.states import OpinionStatus
from portal.domain.service_levels import clock
from portal.domain.service_levels.promise import Promise, PromiseState
from tests.factories import Factory, acting
from tests.visit_scenarios import Visited, criticism, made_visit


async def said(make: Factory, **facts: object) -> tuple[Visited, str]:
    """A visit in which one thing was criticised, and the opinion's reference."""
    visited = await made_visit(make, opinions=(criticism(**facts),))
    reference = await make.owner.fetchval(
        """SELECT o.reference FROM opinion o JOIN visit v ON v.id = o.visit_id
           WHERE v.reference = $1""",
        visited.reference,
    )
    return visited, str(reference)


async def promises_of(reference: str, by: Actor) -> list[Promise]:
    async with acting(by):
        opinion = await opinion_by_reference(reference, by=by)
        return await clock.targets_of("opinion", opinion.id)


async def test_an_answer_is_told_where_the_opinion_is_shown(make: Factory) -> None:
    visited, reference = await said(make, is_shown=True)
    by, buyer = visited.cast.manager, visited.cast.buyer
    async with acting(by):
        opinion = await opinion_by_reference(reference, by=by)
        with pytest.raises(FieldErrors):
            await answering.answer(opinion, " ", by=by)
        await answering.answer(opinion, "We keep stock for you.", by=by)
    async with acting(buyer):
        seen = await opinion_by_reference(reference, by=buyer)
        owed = await clock.targets_of("opinion", seen.id)
    assert (seen.answer, seen.state) == ("We keep stock for you.", OpinionStatus.ANSWERED)
    assert [each.state for each in owed] == [PromiseState.MET]
    told = await make.events("opinion.answered", opinion.account_id)
    assert [each["is_shown"] for each in told] == [True]


async def test_a_hidden_opinion_is_ours_with_its_clock(make: Factory) -> None:
    visited, reference = await said(make)
    buyer = visited.cast.buyer
    async with acting(buyer):
        with pytest.raises(NotFound):
            await opinion_by_reference(reference, by=buyer)
    assert [each.account_id for each in await promises_of(reference, visited.cast.manager)] == [
        None
    ]


async def test_criticism_is_the_supervisors_to_drop(make: Factory) -> None:
    visited, reference = await said(make)
    by, above = visited.cast.manager, visited.cast.supervisor
    async with acting(by):
        opinion = await opinion_by_reference(reference, by=by)
        with pytest.raises(NotAllowed):
            await answering.drop(opinion, "Not true", by=by)
    async with acting(above):
        opinion = await opinion_by_reference(reference, by=above)
        await answering.drop(opinion, "It was another supplier", by=above)
        assert opinion.state is OpinionStatus.DROPPED
    assert [each.state for each in await promises_of(reference, above)] == [PromiseState.CANCELLED]


async def test_what_is_opened_again_is_owed_anew_and_given_on(make: Factory) -> None:
    visited, reference = await said(make, is_shown=True)
    cast = visited.cast
    by, other = cast.manager, cast.representative
    async with acting(by):
        opinion = await opinion_by_reference(reference, by=by)
        await answering.answer(opinion, "Done", by=by)
        with pytest.raises(WrongState):
            await answering.give_to(opinion, other.staff_member_id or 0, by=by)
        await answering.open_again(opinion, "It happened again", by=by)
        assert (opinion.answer, opinion.ended_at) == ("", None)
        with pytest.raises(FieldError):
            await answering.give_to(opinion, opinion.owner_id, by=by)
        await answering.give_to(opinion, other.staff_member_id or 0, by=by)
    states = [(each.state, each.owner_id) for each in await promises_of(reference, by)]
    assert states[0] == (PromiseState.RUNNING, other.staff_member_id)
    assert states[1][0] is PromiseState.MET
    async with acting(other):
        assert await count_mine(by=other) >= 1
        mine = await opinions(OpinionFilter(owner="me", text="late"), by=other)
    assert [each.reference for each in mine.rows] == [reference]


async def test_who_has_nothing_to_do_with_it_reads_and_answers_nothing(make: Factory) -> None:
    # rule A6
    visited, reference = await said(make)
    stranger = await make.staff(StaffRole.SALES_REPRESENTATIVE)
    clerk = await make.staff(StaffRole.FINANCE)
    for other in (stranger, clerk):
        async with acting(other):
            with pytest.raises(NotFound):
                await opinion_by_reference(reference, by=other)
            listing = await opinions(OpinionFilter(account_id=visited.cast.account.id), by=other)
            assert listing.rows == []
    by = visited.cast.manager
    async with acting(by):
        opinion = await opinion_by_reference(reference, by=by)
        await answering.give_to(opinion, clerk.staff_member_id or 0, by=by)
    async with acting(clerk):
        opinion = await opinion_by_reference(reference, by=clerk)
        await answering.answer(opinion, "The invoice was corrected", by=clerk)
