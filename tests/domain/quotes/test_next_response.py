"""Who has written is answered in time: the clock of the next response on a request."""

from datetime import timedelta

from portal.database import database_now
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.permissions import CustomerRole
from portal.domain.orders.acceptance import accept_quote
from portal.domain.policy.promise_figures import NEXT_RESPONSE
from portal.domain.quotes import answers, handling, listing, requests
from portal.domain.quotes.access import find
from portal.domain.quotes.listing import CustomerFilter, QueueFilter
from portal.domain.service_levels.promise import Promise, PromiseState, TargetKind
from tests.domain.quotes.journey import filed, open_house, page, quoted
from tests.domain.quotes.talking import ask, say
from tests.domain.quotes.test_answers import expire_all, over
from tests.factories import Factory, acting


async def answers_owed(reference: str, actor: Actor) -> list[Promise]:
    """The clocks of answers on a request, the one that runs first."""
    shown = await page(reference, actor)
    return [each for each in shown.promises if each.kind is TargetKind.NEXT_RESPONSE]


async def test_a_customers_message_is_answered_by_a_promised_time(make: Factory) -> None:
    house = await open_house(make)
    reference = await filed(house)
    assert await answers_owed(reference, house.buyer) == []
    await say(reference, house.buyer, "Can it be stainless steel?")
    (owed,) = await answers_owed(reference, house.buyer)
    assert owed.is_open
    assert owed.explanation
    assert owed.explanation.duration == NEXT_RESPONSE.default.due
    assert {each.kind for each in (await page(reference, house.sales)).owed} == {
        TargetKind.QUOTE,
        TargetKind.NEXT_RESPONSE,
    }


async def test_a_further_message_does_not_move_it(make: Factory) -> None:
    house = await open_house(make)
    reference = await filed(house)
    await say(reference, house.buyer, "Can it be stainless steel?")
    first = await answers_owed(reference, house.buyer)
    await say(reference, house.buyer, "Hello?")
    assert await answers_owed(reference, house.buyer) == first


async def test_a_staff_reply_ends_it_and_a_note_does_not(make: Factory) -> None:
    house = await open_house(make)
    reference = await filed(house)
    await say(reference, house.buyer, "Can it be stainless steel?")
    await say(reference, house.sales, "Ask the factory.", Audience.INTERNAL)
    assert (await answers_owed(reference, house.sales))[0].is_open
    await say(reference, house.sales, "Yes, it can.")
    (answered,) = await answers_owed(reference, house.sales)
    assert answered.state is PromiseState.MET
    await say(reference, house.buyer, "Good. And the seal?")
    assert [each.is_open for each in await answers_owed(reference, house.buyer)] == [True, False]


async def test_a_question_of_ours_is_an_answer_and_its_answer_runs_on_the_quotes_clock(
    make: Factory,
) -> None:
    house = await open_house(make)
    reference = await filed(house)
    await say(reference, house.buyer, "Can it be stainless steel?")
    await ask(reference, house.sales, "Which grade?")
    (answered,) = await answers_owed(reference, house.sales)
    assert answered.state is PromiseState.MET
    await say(reference, house.buyer, "316.")
    assert [each.is_open for each in await answers_owed(reference, house.buyer)] == [False]
    promise = (await page(reference, house.buyer)).promise
    assert promise
    assert (promise.kind, promise.state) == (TargetKind.QUOTE, PromiseState.RUNNING)


async def test_the_customers_end_of_a_request_leaves_no_answer_owed(make: Factory) -> None:
    house = await open_house(make)

    async def withdraws(reference: str, by: Actor) -> None:
        async with acting(by):
            await requests.withdraw(await find(reference, by=by), by=by)

    async def declines(reference: str, by: Actor) -> None:
        async with acting(by):
            said = {"name": "" if by is house.buyer else "Ms Wu"}
            await answers.decline(await find(reference, by=by), 1, "Too dear", by=by, **said)

    async def accepts(reference: str, by: Actor) -> None:
        async with acting(by):
            await accept_quote(await find(reference, by=by), 1, by=by, name="Ms Wu")

    for ends, reference in (
        (withdraws, await filed(house)),
        (declines, await quoted(house)),
        (accepts, await quoted(house)),
    ):
        await say(reference, house.buyer, "Does the seal come with it?")
        await ends(reference, house.buyer)
        (answer,) = await answers_owed(reference, house.buyer)
        assert answer.state is PromiseState.CANCELLED, ends
    # Noted by us at the customer's word: we have spoken with each other.
    for ends, reference in (
        (withdraws, await filed(house)),
        (declines, await quoted(house)),
        (accepts, await quoted(house)),
    ):
        await say(reference, house.buyer, "Does the seal come with it?")
        await ends(reference, house.sales)
        (answer,) = await answers_owed(reference, house.buyer)
        assert answer.state is PromiseState.MET, ends
        await say(reference, house.buyer, "And the price of the seal?")
        assert len(await answers_owed(reference, house.sales)) == 2  # the record is still talked of


async def test_a_decline_of_ours_is_an_answer(make: Factory) -> None:
    house = await open_house(make)
    reference = await filed(house)
    await say(reference, house.buyer, "Can it be stainless steel?")
    async with acting(house.sales):
        request = await find(reference, by=house.sales)
        await handling.decline(request, "Not in steel.", by=house.sales)
    (answer,) = await answers_owed(reference, house.buyer)
    assert answer.state is PromiseState.MET


async def test_an_answer_that_was_late_when_the_quote_expired_was_late(make: Factory) -> None:
    house = await open_house(make)
    timely, late = await quoted(house), await quoted(house)
    for reference in (timely, late):
        await say(reference, house.buyer, "Does the seal come with it?")
        await over(make, reference)
    await make.owner.execute(
        """UPDATE target SET warn_at = opened_at, due_at = opened_at
           WHERE kind = 'next_response' AND reference = $1""",
        late,
    )
    while await expire_all():
        continue
    (spared,), (missed,) = [
        await answers_owed(reference, house.sales) for reference in (timely, late)
    ]
    assert (spared.state, spared.breached_at) == (PromiseState.CANCELLED, None)
    assert missed.state is PromiseState.CANCELLED
    assert missed.breached_at == missed.due_at


async def test_lists_show_a_request_once_by_what_is_due_first(make: Factory) -> None:
    house = await open_house(make)
    reference = await filed(house)
    await say(reference, house.buyer, "Can it be stainless steel?")
    async with acting(house.sales):
        now = await database_now()
        queue = await listing.queue(QueueFilter(account_id=house.account.id), by=house.sales)
    async with acting(house.buyer):
        own = await listing.own_requests(CustomerFilter(), by=house.buyer)
    soonest = min((await page(reference, house.sales)).owed, key=lambda each: each.due_at)
    for shown in (queue, own):
        (row,) = shown.rows
        assert row.promise
        assert row.promise.id == soonest.id
    assert soonest.due_at - now > timedelta(0)


async def test_a_colleagues_message_counts_as_much(make: Factory) -> None:
    house = await open_house(make)
    reference = await filed(house)
    colleague = await make.buyer(house.account, CustomerRole.BUYER)
    await say(reference, colleague, "We need them by Friday.")
    assert len(await answers_owed(reference, house.buyer)) == 1
