"""Who works on a request, judging, declining, recorded calls (rules Q1, Q2, Q4)."""

import asyncio

import pytest

from portal.domain.common.actor import Actor
from portal.domain.common.errors import (
    Conflict,
    FieldError,
    FieldErrors,
    NotAllowed,
    NotFound,
    WrongState,
)
from portal.domain.common.permissions import StaffRole
from portal.domain.quotes import handling
from portal.domain.quotes.access import find
from portal.domain.quotes.calls import CallFacts, record_call
from portal.domain.quotes.colleagues import colleagues_for
from portal.domain.quotes.handling import Judgement
from portal.domain.quotes.states import RequestStatus
from portal.domain.service_levels.promise import PromiseState
from tests.domain.quotes.journey import House, filed, open_house, page, quoted
from tests.domain.quotes.talking import ask, thread_seen_by
from tests.factories import Factory, acting


async def take(reference: str, actor: Actor, *, expected_version: int | None = None) -> None:
    async with acting(actor):
        request = await find(reference, by=actor)
        await handling.take_over(request, by=actor, expected_version=expected_version)


async def hand(reference: str, actor: Actor, to: Actor, reason: str = "") -> None:
    assert to.staff_member_id
    async with acting(actor):
        request = await find(reference, by=actor)
        await handling.hand_over(request, to_staff_id=to.staff_member_id, by=actor, reason=reason)


async def test_who_takes_over_owes_the_quote(make: Factory) -> None:  # rule Q1
    house = await open_house(make)
    reference = await filed(house)
    await take(reference, house.colleague)
    seen = await page(reference, house.buyer)
    assert seen.status is RequestStatus.IN_WORK
    assert seen.owner
    assert seen.owner.name == house.colleague.name
    assert seen.promise
    assert seen.promise.owner_id == house.colleague.staff_member_id
    (event,) = await make.events("quote.taken", house.account.id)
    assert event["from_owner_id"] == house.sales.staff_member_id
    await take(reference, house.colleague)
    assert len(await make.events("quote.taken", house.account.id)) == 1


async def test_two_who_take_over_at_once_do_not_both_have_it(make: Factory) -> None:
    house = await open_house(make)
    reference = await filed(house)
    version = (await page(reference, house.sales)).version
    results = await asyncio.gather(
        take(reference, house.sales, expected_version=version),
        take(reference, house.colleague, expected_version=version),
        return_exceptions=True,
    )
    assert sorted(type(each).__name__ for each in results) == ["Conflict", "NoneType"]


async def test_a_request_is_handed_to_those_who_may_see_the_file(make: Factory) -> None:  # rule A6
    house, other = await open_house(make), await open_house(make)
    reference = await filed(house)
    await take(reference, house.sales)
    await hand(reference, house.sales, house.colleague, "On leave from Monday")
    seen = await page(reference, house.sales)
    assert seen.owner
    assert seen.owner.id == house.colleague.staff_member_id
    assert seen.promise
    assert seen.promise.owner_id == house.colleague.staff_member_id
    assert await thread_seen_by(reference, house.sales) == ["On leave from Monday"]
    assert await thread_seen_by(reference, house.buyer) == []
    finance = await make.staff(StaffRole.FINANCE)
    for stranger in (other.sales, finance):
        with pytest.raises(FieldError):
            await hand(reference, house.colleague, stranger)


async def test_somebody_who_has_left_gets_nothing(make: Factory) -> None:
    house = await open_house(make)
    reference = await filed(house)
    await make.owner.execute(
        "UPDATE person SET disabled_at = now() WHERE id = $1", house.colleague.person_id
    )
    with pytest.raises(FieldError):
        await hand(reference, house.sales, house.colleague)
    async with acting(house.sales):
        names = [each.name for each in await colleagues_for(house.account.id)]
    assert house.sales.name in names
    assert house.supervisor.name in names
    assert house.colleague.name not in names


async def test_only_sales_work_on_requests(make: Factory) -> None:
    house = await open_house(make)
    reference = await filed(house)
    manager = await make.staff(StaffRole.DUTY_MANAGER)
    with pytest.raises(NotAllowed):
        await take(reference, manager)
    with pytest.raises(NotAllowed):
        await ask(reference, manager, "Which seal?")


async def test_staff_outside_team_and_line_find_nothing(make: Factory) -> None:  # rule A6
    house, other = await open_house(make), await open_house(make)
    reference = await filed(house)
    with pytest.raises(NotFound):
        await take(reference, other.sales)
    with pytest.raises(NotFound):
        await page(reference, other.sales)
    assert (await page(reference, house.supervisor)).reference == reference


# Judging and declining


async def test_a_judgement_is_ours_and_the_newest_counts(make: Factory) -> None:  # rule Q4
    house = await open_house(make)
    reference = await filed(house)
    for judgement in (
        Judgement(True, False, True, "No press before May"),
        Judgement(True, True, True),
    ):
        async with acting(house.sales):
            request = await find(reference, by=house.sales)
            await handling.judge(request, judgement, by=house.sales)
    seen = await page(reference, house.sales)
    assert seen.judgement
    assert seen.judgement.judgement.can_be_met
    assert seen.judgement.judged_by == house.sales.name
    assert (await page(reference, house.buyer)).judgement is None
    with pytest.raises(FieldErrors):  # what cannot be met is said why
        async with acting(house.sales):
            await handling.judge(request, Judgement(False, True, True), by=house.sales)


async def test_what_cannot_be_met_is_declined_with_the_reason(make: Factory) -> None:  # rule Q4
    house = await open_house(make)
    reference = await filed(house)
    with pytest.raises(FieldError):
        await decline(house, reference, "  ")
    await decline(house, reference, "We no longer make this size.")
    seen = await page(reference, house.buyer)
    assert seen.status is RequestStatus.DECLINED_BY_US
    assert seen.record.closing_reason == "We no longer make this size."
    assert seen.promise
    assert seen.promise.state is PromiseState.MET  # an answer is an answer
    assert len(await make.events("quote.declined_by_us", house.account.id)) == 1


async def decline(house: House, reference: str, reason: str) -> None:
    async with acting(house.sales):
        request = await find(reference, by=house.sales)
        await handling.decline(request, reason, by=house.sales)


async def test_what_was_quoted_is_not_declined_by_us(make: Factory) -> None:
    house = await open_house(make)
    reference = await quoted(house)
    with pytest.raises(WrongState):
        await decline(house, reference, "We changed our mind.")


# Calls


async def test_the_call_of_an_urgent_request_is_recorded(make: Factory) -> None:  # rule Q2
    house = await open_house(make)
    reference = await filed(house, urgent=True, urgent_reason="Line 3 stands still")
    async with acting(house.sales):
        request = await find(reference, by=house.sales)
        await record_call(request, CallFacts("Ms Li", note="Sounded upset"), by=house.sales)
    (ours,) = (await page(reference, house.sales)).calls
    (theirs,) = (await page(reference, house.buyer)).calls
    assert (ours.caller, ours.recorded_by) == ("Ms Li", house.sales.name)
    assert (ours.note, theirs.note) == ("Sounded upset", "")
    with pytest.raises(FieldErrors):
        async with acting(house.sales):
            await record_call(request, CallFacts(""), by=house.sales)


async def test_an_old_page_cannot_undo_a_colleagues_change(make: Factory) -> None:
    house = await open_house(make)
    reference = await filed(house)
    version = (await page(reference, house.sales)).version
    await take(reference, house.colleague)
    with pytest.raises(Conflict):
        await take(reference, house.sales, expected_version=version)
