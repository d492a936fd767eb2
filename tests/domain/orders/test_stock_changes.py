"""What stock changes mean for orders: who waits is served, who loses is told (rules O15, O19)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from portal.database import Login, unit_of_work
from portal.domain.catalogue.kinds import StockCondition
from portal.domain.catalogue.stock import LotKey
from portal.domain.common.activity import timeline
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.permissions import StaffRole
from portal.domain.orders.reserving import give_back
from portal.domain.orders.stock_changes import (
    Effect,
    book_adjustment,
    book_receipt,
    book_regrade,
)
from portal.domain.orders.stock_story import StockHappening
from portal.domain.orders.waiting import hand_out
from tests.domain.orders.stock_orders import order_named, order_of, reserve, reserved_of
from tests.factories import Factory, acting


@pytest.fixture
async def keeper(make: Factory) -> Actor:
    return await make.staff(StaffRole.WAREHOUSE)


@pytest.fixture
async def manager(make: Factory) -> Actor:
    return await make.staff(StaffRole.DUTY_MANAGER)


async def received(lot: LotKey, quantity: int, by: Actor) -> Effect:
    async with acting(by):
        return await book_receipt(lot, Decimal(quantity), reason="Supplier's note 4711", by=by)


async def test_what_comes_in_goes_to_the_orders_that_wait_urgent_ones_first(  # rules O6, O15
    make: Factory, keeper: Actor
) -> None:
    account, item = await make.account(), await make.item()
    first, second, urgent, placed = [
        await order_of(make, account, keeper, (item, 4), status=status)
        for status in ("confirmed", "scheduled", "confirmed", "placed")
    ]
    await make.owner.execute("UPDATE sales_order SET urgent = true WHERE reference = $1", urgent)
    effect = await received(LotKey(item), 6, keeper)
    assert effect.served == [urgent, first]
    assert await reserved_of(make, first) == [2]
    assert await reserved_of(make, second) == [0]
    effect = await received(LotKey(item), 60, keeper)
    assert effect.served == [first, second]
    assert await reserved_of(make, placed) == [0]  # sales has not confirmed it


async def test_goods_found_damaged_are_taken_back_from_the_newest_order(  # rules O15, O19
    make: Factory, keeper: Actor
) -> None:
    account, item = await make.account(), await make.item()
    await make.stock(item, 10, batch="B1")
    old = await order_of(make, account, keeper, (item, 4), status="confirmed")
    packed = await order_of(make, account, keeper, (item, 3), status="in_preparation")
    new = await order_of(make, account, keeper, (item, 2), status="scheduled")
    for reference in (old, packed, new):
        await reserve(reference, keeper)
    lot = LotKey(item, batch="B1")
    async with acting(keeper):
        effect = await book_regrade(
            lot, StockCondition.DAMAGED, Decimal(4), reason="Water damage", by=keeper
        )
    assert effect == Effect([], [new, old])
    assert await reserved_of(make, new) == [0]
    assert await reserved_of(make, old) == [3]
    assert await reserved_of(make, packed) == [3]
    async with acting(keeper):
        order = await order_named(new)
        entries = await timeline("sales_order", order.id, visible_to=Audience.INTERNAL)
        assert entries[-1].verb == StockHappening.TAKEN_BACK
        assert entries[-1].after["reason"] == "Water damage"
        assert await timeline("sales_order", order.id, visible_to=Audience.CUSTOMER) == []
        # Repaired: the one that waits longest has it back first.
        effect = await book_regrade(
            LotKey(item, StockCondition.DAMAGED, "B1"),
            StockCondition.GOOD,
            Decimal(2),
            reason="Dried and checked",
            by=keeper,
        )
    assert effect.served == [old, new]


async def test_a_count_below_what_is_reserved_makes_lines_short(  # rules O15, O19
    make: Factory, keeper: Actor, manager: Actor
) -> None:
    account, item = await make.account(), await make.item()
    await make.stock(item, 10)
    reference = await order_of(make, account, keeper, (item, 8), status="confirmed")
    await reserve(reference, keeper)
    async with acting(manager):
        effect = await book_adjustment(
            LotKey(item), Decimal(5), booked=Decimal(10), reason="Weekly count", by=manager
        )
    assert effect.short_again == [reference]
    assert await reserved_of(make, reference) == [5]


async def handed_out() -> int:
    async with unit_of_work(Login.WORKER):
        return await hand_out()


async def test_what_a_cancelled_order_gave_back_is_handed_on(  # rule O11
    make: Factory, keeper: Actor
) -> None:
    account, item = await make.account(), await make.item()
    await make.stock(item, 4)
    gone, waits = [
        await order_of(make, account, keeper, (item, 4), status="confirmed") for _ in range(2)
    ]
    await reserve(gone, keeper)
    async with acting(await make.buyer(account)):
        order = await (await order_named(gone)).lock()
        await order.change(
            status="cancelled", cancelled_at=order.placed_at, cancel_reason="Ordered twice"
        )
        await give_back(order.id)
    assert await handed_out() >= 1
    assert await reserved_of(make, waits) == [4]
    assert await reserved_of(make, gone) == [0]


async def test_a_line_without_item_is_handed_out_on_its_day(  # rules O7, O15
    make: Factory, keeper: Actor
) -> None:
    account = await make.account()
    today = (await make.owner.fetchval("SELECT business_now()")).date()
    made, later = [
        await order_of(make, account, keeper, (None, 3, {"production_on": day}), status="confirmed")
        for day in (today - timedelta(days=2), today + timedelta(days=3))
    ]
    await handed_out()
    assert await reserved_of(make, made) == [3]
    assert await reserved_of(make, later) == [0]


async def test_what_is_held_for_others_is_not_handed_out(  # rule O5
    make: Factory, keeper: Actor
) -> None:
    ours, others, item = await make.account(), await make.account(), await make.item()
    await make.insert("safety_stock", account_id=ours.id, item_id=item, quantity=5)
    waits = await order_of(make, others, keeper, (item, 4), status="confirmed")
    await make.stock(item, 5)
    while await handed_out():
        pass
    assert await reserved_of(make, waits) == [0]
    await make.stock(item, 2)
    await handed_out()
    assert await reserved_of(make, waits) == [2]
