"""Drafts, requests taken by phone, who may ask, and withdrawing (rule Q1)."""

import asyncio

import pytest

from portal.domain.common.errors import FieldErrors, NotAllowed, NotFound, WrongState
from portal.domain.common.permissions import CustomerRole, StaffRole
from portal.domain.quotes import requests
from portal.domain.quotes.access import find
from portal.domain.quotes.states import Channel, RequestStatus
from portal.domain.service_levels.promise import PromiseState
from tests.domain.quotes.journey import House, file_as, filed, open_house, page, start_draft, wish
from tests.factories import Factory, acting, unique

# Drafts


async def test_a_draft_keeps_every_word_and_is_resumed(make: Factory) -> None:
    house = await open_house(make)
    draft = await start_draft(
        house.buyer, house, **{"title": "Bearings", "lines-0-quantity": "about 40"}
    )
    async with acting(house.buyer):
        again = await find(draft.reference, by=house.buyer)
        assert requests.typed_in(again)["lines-0-quantity"] == ["about 40"]
        await requests.save_draft(
            {"title": ["Bearings for line 3"]},
            by=house.buyer,
            account_id=house.account.id,
            draft=again,
        )
    done = await file_as(house.buyer, house, await wish(house), draft=again)
    assert done.reference == draft.reference
    seen = await page(draft.reference, house.buyer)
    assert (seen.status, seen.title) == (RequestStatus.OPEN, "Bearings for line 3")


async def test_two_posts_of_one_form_make_one_draft_which_is_then_filed(make: Factory) -> None:
    house, key = await open_house(make), unique("form-key-of-a-test-")

    async def save() -> str:
        async with acting(house.buyer):
            draft = await requests.save_draft(
                {"title": ["x"]}, by=house.buyer, account_id=house.account.id, form_key=key
            )
            return draft.reference

    (reference,) = set(await asyncio.gather(save(), save(), save()))
    done = await file_as(house.buyer, house, await wish(house), form_key=key)
    assert done.reference == reference


async def test_a_draft_can_be_thrown_away_but_not_afterwards_filed(make: Factory) -> None:
    house = await open_house(make)
    draft = await start_draft(house.buyer, house, title="x")
    async with acting(house.buyer):
        await requests.discard(draft, by=house.buyer)
    with pytest.raises(NotFound):
        async with acting(house.buyer):
            await find(draft.reference, by=house.buyer)
    facts = await wish(house)
    with pytest.raises(WrongState):
        await file_as(house.buyer, house, facts, draft=draft)


async def test_a_draft_that_was_filed_cannot_be_saved_again(make: Factory) -> None:
    house = await open_house(make)
    draft = await start_draft(house.buyer, house, title="x")
    await file_as(house.buyer, house, await wish(house), draft=draft)
    with pytest.raises(WrongState):
        async with acting(house.buyer):
            await requests.save_draft({}, by=house.buyer, account_id=house.account.id, draft=draft)


async def test_a_draft_is_its_writers(make: Factory) -> None:
    house = await open_house(make)
    draft = await start_draft(house.buyer, house, title="x")
    other = await make.buyer(house.account)
    with pytest.raises(NotFound):
        async with acting(other):
            await find(draft.reference, by=other)


async def test_staff_do_not_see_what_a_customer_has_not_sent(make: Factory) -> None:
    house = await open_house(make)
    draft = await start_draft(house.buyer, house, title="x")
    with pytest.raises(NotFound):
        async with acting(house.supervisor):
            await find(draft.reference, by=house.supervisor)


# Taken by phone or e-mail


async def contact_of(house: House) -> int:
    return int(
        await house.make.owner.fetchval(
            "SELECT id FROM contact WHERE person_id = $1", house.buyer.person_id
        )
    )


async def test_staff_enter_what_was_asked_by_phone(make: Factory) -> None:  # rule Q1
    house = await open_house(make)
    facts = await wish(house, channel="phone", contact_id=await contact_of(house))
    done = await file_as(house.colleague, house, facts)
    seen = await page(done.reference, house.buyer)
    assert seen.channel is Channel.PHONE
    assert seen.contact_name == seen.requested_by == house.buyer.name
    assert seen.entered_by
    assert seen.entered_by.name == house.colleague.name
    assert seen.owner
    assert seen.owner.id == house.sales.staff_member_id
    assert seen.can_withdraw


async def test_who_asked_and_how_must_be_named(make: Factory) -> None:  # rule Q1
    house, other = await open_house(make), await open_house(make)
    facts = await wish(house, contact_id=await contact_of(other))
    with pytest.raises(FieldErrors) as refused:
        await file_as(house.sales, house, facts)
    assert [error.field for error in refused.value.errors] == ["channel"]
    facts = await wish(house, channel="email", contact_id=await contact_of(other))
    with pytest.raises(FieldErrors) as refused:
        await file_as(house.sales, house, facts)
    assert [error.field for error in refused.value.errors] == ["contact"]


async def test_customers_do_not_see_what_staff_have_not_filed(make: Factory) -> None:
    house = await open_house(make)
    draft = await start_draft(house.sales, house, title="x")
    with pytest.raises(NotFound):
        async with acting(house.buyer):
            await find(draft.reference, by=house.buyer)
    async with acting(house.colleague):
        assert (await find(draft.reference, by=house.colleague)).id == draft.id


async def test_a_customer_cannot_pretend_to_have_called(make: Factory) -> None:
    house = await open_house(make)
    facts = await wish(house, channel="phone", contact_id=await contact_of(house))
    done = await file_as(house.buyer, house, facts)
    assert (await page(done.reference, house.buyer)).channel is Channel.PORTAL


# Who may


async def test_readers_and_strangers_cannot_ask(make: Factory) -> None:
    house, other = await open_house(make), await open_house(make)
    facts = await wish(house)
    reader = await make.buyer(house.account, CustomerRole.READER)
    with pytest.raises(NotAllowed):
        await file_as(reader, house, facts)
    with pytest.raises(NotFound):
        await file_as(other.buyer, house, facts)
    with pytest.raises(NotFound):
        await file_as(other.sales, house, facts)
    finance = await make.staff(StaffRole.FINANCE)
    with pytest.raises(NotAllowed):
        await file_as(finance, house, facts)


# Withdrawing


async def test_a_customer_withdraws_and_nothing_is_owed_any_more(make: Factory) -> None:
    house = await open_house(make)
    reference = await filed(house)
    async with acting(house.buyer):
        request = await find(reference, by=house.buyer)
        await requests.withdraw(request, by=house.buyer, reason="Found it in our store")
    seen = await page(reference, house.sales)
    assert seen.status is RequestStatus.WITHDRAWN
    assert seen.record.closing_reason == "Found it in our store"
    assert seen.promise
    assert seen.promise.state is PromiseState.CANCELLED
    assert len(await make.events("quote.withdrawn", house.account.id)) == 1
    with pytest.raises(WrongState):
        async with acting(house.buyer):
            await requests.withdraw(request, by=house.buyer)
