"""The thread of an order: both sides write, notes are ours, problems are said (rule O21)."""

import asyncio

import pytest

from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import FieldError, NotAllowed, NotFound
from portal.domain.common.permissions import CustomerRole
from portal.domain.common.posting import NO_FORM, FormFiles
from portal.domain.common.story import story
from portal.domain.orders import conversation
from portal.domain.orders.changes import cancel
from portal.domain.service_levels import clock
from portal.domain.service_levels.promise import TargetKind
from tests.factories import Factory, acting
from tests.order_scenarios import Ordered, confirmed_order, loaded, phone_order, warehouse_of
from tests.scenarios import cast_of

KEY = "0123456789abcdef"


async def write(
    ordered: Ordered,
    by: Actor,
    body: str = "Where is it?",
    audience: Audience = Audience.CUSTOMER,
    *,
    form: FormFiles = NO_FORM,
) -> int | None:
    async with acting(by):
        order = await loaded(ordered.reference, by)
        return await conversation.write(order, body, by=by, audience=audience, form=form)


async def read(ordered: Ordered, by: Actor) -> list[str]:
    async with acting(by):
        order = await loaded(ordered.reference, by)
        found = (await story(order.subject.kind, order.id, visible_to=by.reads)).messages
    return [message.body for message in found]


async def owed(ordered: Ordered) -> list[TargetKind]:
    order = await ordered.record()
    async with acting(ordered.cast.representative):
        targets = await clock.targets_of(order.subject.kind, order.id)
    return [each.kind for each in targets if each.is_open]


async def answer_of(ordered: Ordered) -> str:
    """What became of the answer that was owed last."""
    order = await ordered.record()
    async with acting(ordered.cast.representative):
        targets = await clock.targets_of(order.subject.kind, order.id)
    return next(each.state for each in targets if each.kind is TargetKind.NEXT_RESPONSE)


async def test_a_message_is_owed_an_answer(make: Factory) -> None:
    ordered = await phone_order(make)
    await write(ordered, ordered.cast.buyer)
    await write(ordered, ordered.cast.buyer, "Hello?")
    assert await owed(ordered) == [TargetKind.NEXT_RESPONSE]
    await write(ordered, ordered.cast.representative, "Between us", Audience.INTERNAL)
    assert await owed(ordered) == [TargetKind.NEXT_RESPONSE]
    await write(ordered, ordered.cast.representative, "On its way")
    assert await owed(ordered) == []
    events = await make.events("order.message", ordered.cast.account.id)
    assert [event["side"] for event in events] == ["customer", "customer", "staff"]


async def test_a_cancelled_order_owes_no_answer(make: Factory) -> None:
    theirs, ours = await phone_order(make), await phone_order(make)
    for ordered in (theirs, ours):
        await write(ordered, ordered.cast.buyer)
    for ordered, by in ((theirs, theirs.cast.buyer), (ours, ours.cast.representative)):
        async with acting(by):
            await cancel(await loaded(ordered.reference, by), "Ordered twice", by=by)
        assert await owed(ordered) == []
    assert [await answer_of(ordered) for ordered in (theirs, ours)] == ["cancelled", "met"]


async def test_customers_never_see_internal_notes(make: Factory) -> None:
    ordered = await phone_order(make)
    packer = await warehouse_of(make, ordered.cast)
    await write(ordered, packer, "Box is dented", Audience.INTERNAL)
    await write(ordered, ordered.cast.representative, "Hello")
    assert await read(ordered, ordered.cast.buyer) == ["Hello"]
    assert await read(ordered, packer) == ["Box is dented", "Hello"]


async def test_who_may_write_what(make: Factory) -> None:
    ordered, other = await phone_order(make), await cast_of(make)
    reader = await make.buyer(ordered.cast.account, CustomerRole.READER)
    for actor, audience, error in (
        (reader, Audience.CUSTOMER, NotAllowed),
        (ordered.cast.buyer, Audience.INTERNAL, NotAllowed),
        (await warehouse_of(make, ordered.cast), Audience.CUSTOMER, NotAllowed),
        (other.buyer, Audience.CUSTOMER, NotFound),
        (other.representative, Audience.CUSTOMER, NotFound),  # rule A6
    ):
        with pytest.raises(error):
            await write(ordered, actor, audience=audience)
    with pytest.raises(FieldError):
        await write(ordered, ordered.cast.buyer, "  ")


async def test_one_may_write_when_all_is_over(make: Factory) -> None:
    ordered = await confirmed_order(make)
    buyer = ordered.cast.buyer
    async with acting(buyer):
        await cancel(await loaded(ordered.reference, buyer), "Not needed", by=buyer)
    sent = (write(ordered, buyer, f"And now? {number}") for number in range(4))
    assert all(await asyncio.gather(*sent))
    assert await owed(ordered) == [TargetKind.NEXT_RESPONSE]


async def test_a_form_sent_twice_writes_once(make: Factory) -> None:
    ordered = await phone_order(make)
    form = FormFiles(KEY)
    written = await asyncio.gather(
        *(write(ordered, ordered.cast.buyer, form=form) for _ in range(4))
    )
    assert sum(each is not None for each in written) == 1
    assert await read(ordered, ordered.cast.buyer) == ["Where is it?"]
