"""Orders reach the warehouse when the release decision allows it (rules O1, O7, O8)."""

import asyncio

import pytest

from portal.domain.common.actor import Actor
from portal.domain.common.errors import Conflict, FieldErrors, NotAllowed, WrongState
from portal.domain.common.permissions import StaffRole
from portal.domain.orders.release import CheckKind
from portal.domain.orders.scheduling import NotToBeScheduled, schedule, unschedule
from portal.domain.orders.states import OrderStatus
from tests.domain.orders.release_orders import confirmed_order, pay, taken_order
from tests.factories import Factory, acting
from tests.order_scenarios import Ordered, loaded


async def put_in(ordered: Ordered, by: Actor | None = None, version: int | None = None) -> int:
    """Schedule the order; how many of its lines are short."""
    actor = by or ordered.cast.representative
    async with acting(actor):
        order = await loaded(ordered.reference, actor)
        return len(await schedule(order, by=actor, expected_version=version))


async def take_out(ordered: Ordered, reason: str = "Typo", by: Actor | None = None) -> None:
    actor = by or ordered.cast.representative
    async with acting(actor):
        await unschedule(await loaded(ordered.reference, actor), reason, by=actor)


async def status(ordered: Ordered) -> OrderStatus:
    return (await ordered.record()).state


async def test_the_warehouse_is_told_of_a_confirmed_order(make: Factory) -> None:
    ordered = await confirmed_order(make)
    assert await put_in(ordered) == 0
    assert await status(ordered) is OrderStatus.SCHEDULED
    assert len(await make.events("order.scheduled", ordered.cast.account.id)) == 1


async def test_what_came_in_since_the_confirmation_is_reserved(make: Factory) -> None:
    ordered = await confirmed_order(make, stock=4)
    await make.stock(ordered.cast.item_id, 3)
    assert await put_in(ordered) == 1
    reserved = await make.owner.fetchval(
        """SELECT l.reserved FROM sales_order_line l JOIN sales_order o ON o.id = l.order_id
           WHERE o.reference = $1""",
        ordered.reference,
    )
    assert reserved == 7


async def test_a_project_order_is_scheduled_when_more_than_half_is_paid(  # rule O8
    make: Factory,
) -> None:
    ordered = await confirmed_order(make, "deposit")
    await pay(make, ordered, 565)  # half of 1,130
    with pytest.raises(NotToBeScheduled) as refused:
        await put_in(ordered)
    assert [check.kind for check in refused.value.checks] == [CheckKind.DEPOSIT]
    await pay(make, ordered, "0.01")
    await put_in(ordered)
    assert await status(ordered) is OrderStatus.SCHEDULED


async def test_nothing_is_scheduled_before_sales_has_confirmed_it(make: Factory) -> None:  # O1
    with pytest.raises(WrongState):
        await put_in(await taken_order(make))


async def test_it_is_scheduled_once_however_many_try(make: Factory) -> None:
    ordered = await confirmed_order(make)
    results = await asyncio.gather(*(put_in(ordered) for _ in range(4)), return_exceptions=True)
    assert sum(isinstance(each, WrongState) for each in results) == 3


async def test_a_page_that_is_out_of_date_schedules_nothing(make: Factory) -> None:
    ordered = await confirmed_order(make)
    with pytest.raises(Conflict):
        await put_in(ordered, version=1)


async def test_sales_schedules_and_the_warehouse_does_not(make: Factory) -> None:
    ordered = await confirmed_order(make)
    for by in (await make.staff(StaffRole.WAREHOUSE), ordered.cast.buyer):
        with pytest.raises(NotAllowed):
            await put_in(ordered, by)


class TestTakenOut:
    async def test_it_is_confirmed_again_and_keeps_its_goods(self, make: Factory) -> None:
        ordered = await confirmed_order(make)
        await put_in(ordered)
        await take_out(ordered)
        assert await status(ordered) is OrderStatus.CONFIRMED
        assert len(await make.events("order.unscheduled", ordered.cast.account.id)) == 1
        assert await put_in(ordered) == 0

    async def test_it_needs_a_reason_and_a_schedule(self, make: Factory) -> None:
        ordered = await confirmed_order(make)
        with pytest.raises(WrongState):
            await take_out(ordered)
        await put_in(ordered)
        with pytest.raises(FieldErrors):
            await take_out(ordered, " ")
        with pytest.raises(NotAllowed):
            await take_out(ordered, by=await make.staff(StaffRole.FINANCE))
