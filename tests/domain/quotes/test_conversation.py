"""Questions that the clock waits for, answers, notes that stay ours (rule Q2)."""

import asyncio

import pytest

from portal.domain.common.actor import Audience
from portal.domain.common.errors import (
    NotAllowed,
    WrongState,
)
from portal.domain.common.permissions import CustomerRole, StaffRole
from portal.domain.quotes import conversation
from portal.domain.quotes.access import find
from portal.domain.quotes.states import RequestStatus
from portal.domain.service_levels.promise import PromiseState
from tests.domain.quotes.journey import filed, open_house, page
from tests.domain.quotes.talking import ask, say, thread_seen_by
from tests.factories import Factory, acting, unique


async def test_the_clock_waits_for_the_customer_who_sees_why(make: Factory) -> None:  # rule Q2
    house = await open_house(make)
    reference = await filed(house)
    await ask(reference, house.sales, "Which seal do you need?\nThe drawing shows two.")
    seen = await page(reference, house.buyer)
    assert seen.status is RequestStatus.WAITING_FOR_CUSTOMER
    assert seen.record.question.startswith("Which seal")
    assert seen.promise
    assert seen.promise.state is PromiseState.PAUSED
    assert seen.promise.pause_reason == "Which seal do you need? The drawing shows two."
    assert seen.can_answer_question
    assert len(await make.events("quote.question", house.account.id)) == 1


async def test_the_answer_lets_the_clock_run_on(make: Factory) -> None:
    house = await open_house(make)
    reference = await filed(house)
    await ask(reference, house.sales, "Which seal?")
    await say(reference, house.buyer, "The larger one.")
    seen = await page(reference, house.sales)
    assert seen.status is RequestStatus.IN_WORK
    assert seen.record.question == ""
    assert seen.promise
    assert seen.promise.state is PromiseState.RUNNING
    assert await thread_seen_by(reference, house.sales) == ["Which seal?", "The larger one."]
    assert len(await make.events("quote.answered_question", house.account.id)) == 1
    assert await make.events("quote.message", house.account.id) == []


async def test_staff_note_an_answer_given_by_phone(make: Factory) -> None:
    house = await open_house(make)
    reference = await filed(house)
    await ask(reference, house.sales, "Which seal?")
    await say(reference, house.sales, "We will call you.")
    assert (await page(reference, house.buyer)).status is RequestStatus.WAITING_FOR_CUSTOMER
    async with acting(house.sales):
        request = await find(reference, by=house.sales)
        await conversation.answer_question(request, "By phone: the larger.", by=house.sales)
    assert (await page(reference, house.buyer)).status is RequestStatus.IN_WORK
    with pytest.raises(WrongState):
        async with acting(house.buyer):
            await conversation.answer_question(request, "The larger.", by=house.buyer)


async def test_one_question_at_a_time(make: Factory) -> None:
    house = await open_house(make)
    reference = await filed(house)
    await ask(reference, house.sales, "Which seal?")
    with pytest.raises(WrongState):
        await ask(reference, house.sales, "And which grease?")
    assert await thread_seen_by(reference, house.sales) == ["Which seal?"]


async def test_a_form_sent_twice_writes_once(make: Factory) -> None:
    house = await open_house(make)
    reference = await filed(house)
    key, question = unique("form-key-of-a-test-"), unique("form-key-of-a-test-")
    await asyncio.gather(*(say(reference, house.buyer, "Hello", key=key) for _ in range(4)))
    await asyncio.gather(*(ask(reference, house.sales, "Which?", key=question) for _ in range(4)))
    assert await thread_seen_by(reference, house.sales) == ["Hello", "Which?"]
    assert len(await make.events("quote.message", house.account.id)) == 1


async def test_notes_are_ours(make: Factory) -> None:
    house = await open_house(make)
    reference = await filed(house)
    await say(reference, house.sales, "They always haggle.", Audience.INTERNAL)
    await say(reference, house.sales, "We are on it.")
    assert await thread_seen_by(reference, house.buyer) == ["We are on it."]
    assert len(await make.events("quote.message", house.account.id)) == 1
    finance = await make.staff(StaffRole.DUTY_MANAGER)
    await say(reference, finance, "Watch the credit limit.", Audience.INTERNAL)
    with pytest.raises(NotAllowed):
        await say(reference, finance, "To the customer")
    with pytest.raises(NotAllowed):
        await say(reference, house.buyer, "Pssst", Audience.INTERNAL)
    reader = await make.buyer(house.account, CustomerRole.READER)
    with pytest.raises(NotAllowed):
        await say(reference, reader, "Me too")


async def test_a_message_is_no_change_that_refuses_a_colleagues_form(make: Factory) -> None:
    house = await open_house(make)
    reference = await filed(house)
    before = await page(reference, house.sales)
    await say(reference, house.buyer, "Any news?")
    after = await page(reference, house.sales)
    assert after.version == before.version
    assert after.record.updated_at > before.record.updated_at
