"""In parts only if the customer agreed, together if the warehouse knows in time (O12, O15)."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from portal.domain.common.actor import Actor
from portal.domain.common.errors import FieldError, FieldErrors, NotAllowed, NotFound, WrongState
from portal.domain.common.permissions import CustomerRole
from portal.domain.orders import changes
from portal.domain.orders.combining import PastCutOff
from tests.factories import Factory, acting
from tests.order_scenarios import (
    Ordered,
    confirmed_order,
    loaded,
    order_in_preparation,
    phone_order,
    warehouse_of,
)
from tests.scenarios import cast_of


async def agree(ordered: Ordered, by: Actor, name: str = "Li Wei") -> None:
    async with acting(by):
        await changes.agree_to_parts(await loaded(ordered.reference, by), name, by=by)


async def withdraw(ordered: Ordered, by: Actor) -> None:
    async with acting(by):
        await changes.withdraw_parts(await loaded(ordered.reference, by), by=by)


async def combine(ordered: Ordered, other: Ordered, by: Actor | None = None) -> None:
    by = by or ordered.cast.assistant
    async with acting(by):
        await changes.combine_with(await loaded(ordered.reference, by), other.reference, by=by)


async def companions(ordered: Ordered, by: Actor) -> list[str]:
    async with acting(by):
        order = await loaded(ordered.reference, by)
        return [each.reference for each in await changes.companions(order)]


async def test_the_customer_agrees_or_staff_record_it(make: Factory) -> None:  # rule O15
    first, second = await confirmed_order(make), await confirmed_order(make)
    await agree(first, first.cast.buyer)
    await agree(second, second.cast.assistant, "Wang Fang")
    for ordered, name in ((first, "Li Wei"), (second, "Wang Fang")):
        order = await ordered.record()
        assert (order.partial_agreed_by, order.partial_agreed_at is not None) == (name, True)
        assert len(await make.events("order.parts_agreed", ordered.cast.account.id)) == 1
    await agree(first, first.cast.buyer, "Somebody else")
    assert (await first.record()).partial_agreed_by == "Li Wei"


async def test_who_agreed_is_named(make: Factory) -> None:  # rule O15
    ordered = await confirmed_order(make)
    with pytest.raises(FieldErrors):
        await agree(ordered, ordered.cast.buyer, " ")


async def test_an_agreement_is_withdrawn_in_time(make: Factory) -> None:
    ordered = await confirmed_order(make)
    await agree(ordered, ordered.cast.buyer)
    await withdraw(ordered, ordered.cast.buyer)
    assert (await ordered.record()).partial_agreed_by == ""
    prepared = await order_in_preparation(make)
    await agree(prepared, prepared.cast.buyer)
    with pytest.raises(WrongState):
        await withdraw(prepared, prepared.cast.buyer)


async def test_who_may_agree(make: Factory) -> None:
    ordered, other = await confirmed_order(make), await cast_of(make)
    reader = await make.buyer(ordered.cast.account, CustomerRole.READER)
    for actor, error in (
        (reader, NotAllowed),
        (await warehouse_of(make, ordered.cast), NotAllowed),
        (other.buyer, NotFound),
        (other.representative, NotFound),  # rule A6
    ):
        with pytest.raises(error):
            await agree(ordered, actor)


async def test_orders_travel_together_and_the_warehouse_is_told(make: Factory) -> None:  # rule O12
    leading = await confirmed_order(make)
    second = await phone_order(make, leading.cast)
    third = await phone_order(make, leading.cast)
    await combine(second, leading)
    await combine(second, leading)
    await combine(third, leading)
    (event, _) = await make.events("order.combined", leading.cast.account.id)
    assert (event["reference"], event["with_reference"]) == (second.reference, leading.reference)
    buyer = leading.cast.buyer
    assert await companions(second, buyer) == [leading.reference, third.reference]
    assert await companions(leading, buyer) == [second.reference, third.reference]
    by = leading.cast.assistant
    async with acting(by):
        await changes.separate(await loaded(second.reference, by), by=by)
    assert await companions(second, buyer) == []
    assert len(await make.events("order.separated", leading.cast.account.id)) == 1


async def test_a_cancelled_order_travels_with_nobody(make: Factory) -> None:
    first = await confirmed_order(make)
    second, third = await phone_order(make, first.cast), await phone_order(make, first.cast)
    await combine(second, first)
    buyer = first.cast.buyer
    async with acting(buyer):
        await changes.cancel(await loaded(first.reference, buyer), "Not needed", by=buyer)
    assert await companions(second, buyer) == []
    with pytest.raises(FieldError):
        await combine(third, first)


async def test_what_does_not_fit_together(make: Factory) -> None:  # rule O12
    first = await confirmed_order(make)
    other = await confirmed_order(make)
    elsewhere = await phone_order(make, first.cast, transport="air")
    second = await phone_order(make, first.cast)
    third = await phone_order(make, first.cast)
    prepared = await order_in_preparation(make, await phone_order(make, first.cast))
    await combine(second, first)
    supervisor = first.cast.supervisor
    for mine, with_one in (
        (first, first),  # itself
        (first, other),  # another customer's
        (first, elsewhere),  # another way
        (third, prepared),  # too late
        (third, second),  # second travels with first
        (first, third),  # second travels with it
    ):
        with pytest.raises(FieldError) as refused:
            await combine(mine, with_one, supervisor)
        assert refused.value.field == "reference"
    with pytest.raises(WrongState):
        await combine(prepared, first)


async def test_the_warehouse_knows_before_the_cut_off(make: Factory) -> None:  # rules O9, O12
    first = await confirmed_order(make)
    second = await phone_order(make, first.cast)
    now = await make.owner.fetchval("SELECT now()")
    # A Wednesday at 15:20 and at 15:40 in Shanghai, far ahead.
    for minutes, in_time in ((20, True), (40, False)):
        there = datetime(now.year + 2, 3, 1, 7, minutes, tzinfo=UTC)
        there += timedelta(days=(2 - there.weekday()) % 7)
        await make.owner.execute(
            "UPDATE sales_order SET promised_ship_on = $2 WHERE reference = $1",
            first.reference,
            there.date(),
        )
        await make.move_clock(there - now)
        try:
            if in_time:
                await combine(second, first)
            else:
                by = first.cast.assistant
                with pytest.raises(PastCutOff):
                    async with acting(by):
                        await changes.separate(await loaded(second.reference, by), by=by)
                await make.owner.execute(
                    "UPDATE sales_order SET promised_ship_on = $2 WHERE reference = $1",
                    first.reference,
                    there.date() + timedelta(days=1),
                )
                async with acting(by):
                    await changes.separate(await loaded(second.reference, by), by=by)
                await combine(second, first)
        finally:
            await make.move_clock(timedelta())


async def test_two_who_combine_the_other_way_round_end(make: Factory) -> None:
    first = await confirmed_order(make)
    second = await phone_order(make, first.cast)
    done = await asyncio.gather(
        combine(first, second), combine(second, first), return_exceptions=True
    )
    assert sum(each is None for each in done) == 1
    assert sum(isinstance(each, FieldError) for each in done) == 1


async def test_who_may_combine(make: Factory) -> None:
    first = await confirmed_order(make)
    second = await phone_order(make, first.cast)
    for actor in (first.cast.buyer, await warehouse_of(make, first.cast)):
        with pytest.raises(NotAllowed):
            await combine(second, first, actor)
