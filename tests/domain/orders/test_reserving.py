"""Stock put aside for orders: never more than there is, safety stock kept (rules O2, O5, O15)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from portal.domain.catalogue.kinds import StockCondition
from portal.domain.catalogue.stock import NotEnoughStock, TakenLot
from portal.domain.common.actor import Actor
from portal.domain.common.errors import FieldError, NotAllowed, NotFound, WrongState
from portal.domain.common.permissions import StaffRole
from portal.domain.orders.changes import cancel
from portal.domain.orders.reserving import (
    NotReserved,
    available,
    lock_stock_of,
    reserve_order,
    short_lines_of,
    take,
)
from portal.domain.orders.safety_release import releasable, release_safety_stock
from tests.domain.orders.stock_orders import line_ids, order_named, order_of, reserve, reserved_of
from tests.factories import Account, Factory, acting

REASON = "Line down at the other customer"


@pytest.fixture
async def sales(make: Factory) -> Actor:
    return await make.staff(StaffRole.SALES_REPRESENTATIVE)


@pytest.fixture
async def supervisor(make: Factory) -> Actor:
    return await make.staff(StaffRole.SALES_SUPERVISOR)


async def item_in_stock(make: Factory, quantity: int, gifts: int = 0) -> int:
    item_id = await make.item()
    if quantity:
        await make.stock(item_id, quantity)
    if gifts:
        await make.stock(item_id, gifts, "gift")
    return item_id


async def held(make: Factory, account: Account, item_id: int, quantity: int) -> None:
    await make.insert("safety_stock", account_id=account.id, item_id=item_id, quantity=quantity)


async def available_to(account: Account, item_id: int, by: Actor) -> Decimal:
    async with acting(by):
        return (await available([item_id], account_id=account.id))[item_id]


async def test_lines_are_served_in_their_order_and_the_rest_is_short(  # rule O15
    make: Factory, sales: Actor
) -> None:
    account = await make.account()
    item = await item_in_stock(make, 12)
    reference = await order_of(make, account, sales, (item, 8), (item, 6), (await make.item(), 1))
    assert await reserve(reference, sales) == [2, 1]
    assert await reserved_of(make, reference) == [8, 4, 0]
    assert await available_to(account, item, sales) == 0


async def test_reserving_again_tops_up_what_came_since(make: Factory, sales: Actor) -> None:
    account = await make.account()
    item = await item_in_stock(make, 5)
    reference = await order_of(make, account, sales, (item, 8))
    assert await reserve(reference, sales) == [3]
    assert await reserve(reference, sales) == [3]
    await make.stock(item, 10)
    assert await reserve(reference, sales) == []
    assert await reserved_of(make, reference) == [8]
    assert await available_to(account, item, sales) == 7


async def test_damaged_goods_are_never_reserved(make: Factory, sales: Actor) -> None:  # rule O19
    account, item = await make.account(), await make.item()
    await make.stock(item, 9, "damaged")
    assert await reserve(await order_of(make, account, sales, (item, 1)), sales) == [1]


async def test_gifts_leave_from_gift_stock_alone(make: Factory, sales: Actor) -> None:  # rule Q6
    account = await make.account()
    item = await item_in_stock(make, 50, gifts=3)
    gift = (item, 5, {"gift": True})
    reference = await order_of(make, account, sales, (item, 10), gift)
    assert await reserve(reference, sales) == [2]
    assert await reserved_of(make, reference) == [10, 3]
    async with acting(sales):
        left = await available([item], account_id=account.id, condition=StockCondition.GIFT)
    assert left == {item: 0}
    assert await available_to(account, item, sales) == 40


async def test_safety_stock_is_kept_from_others_and_given_to_its_account(  # rule O5
    make: Factory, sales: Actor
) -> None:
    ours, others = await make.account(), await make.account()
    item = await item_in_stock(make, 10)
    await held(make, ours, item, 7)
    assert await available_to(others, item, sales) == 3
    assert await available_to(ours, item, sales) == 10
    theirs = await order_of(make, others, sales, (item, 5))
    assert await reserve(theirs, sales) == [2]
    assert await reserve(await order_of(make, ours, sales, (item, 7)), sales) == []
    # Ours have what was kept for them: nothing more is kept, and nothing is left.
    assert await reserve(theirs, sales) == [2]


async def test_what_is_reserved_for_the_account_counts_towards_its_safety_stock(  # rule O5
    make: Factory, sales: Actor
) -> None:
    ours, others = await make.account(), await make.account()
    item = await item_in_stock(make, 10)
    await held(make, ours, item, 6)
    await reserve(await order_of(make, ours, sales, (item, 4)), sales)
    assert await available_to(others, item, sales) == 4


async def test_the_older_hold_is_covered_first_when_not_all_can_be(  # rule O5
    make: Factory, sales: Actor
) -> None:
    first, second = await make.account(), await make.account()
    item = await item_in_stock(make, 10)
    await held(make, first, item, 8)
    await held(make, second, item, 8)
    assert await available_to(first, item, sales) == 8
    assert await available_to(second, item, sales) == 2
    assert await available_to(await make.account(), item, sales) == 0


async def test_only_the_supervisor_releases_safety_stock_of_others(  # rule O5
    make: Factory, sales: Actor, supervisor: Actor
) -> None:
    ours, others = await make.account(), await make.account()
    item = await item_in_stock(make, 10)
    await held(make, ours, item, 9)
    reference = await order_of(make, others, sales, (item, 5), status="confirmed")
    assert await reserve(reference, sales) == [4]
    (line,) = await line_ids(make, reference)
    for role in set(StaffRole) - {
        StaffRole.SALES_SUPERVISOR,
        StaffRole.DUTY_MANAGER,
        StaffRole.GENERAL_MANAGER,
    }:
        colleague = await make.staff(role)
        with pytest.raises(NotAllowed):
            async with acting(colleague):
                await release_safety_stock(
                    await order_named(reference), line, Decimal(4), REASON, by=colleague
                )
    async with acting(supervisor):
        assert await releasable(item, account_id=others.id) == 9
        order = await order_named(reference)
        await release_safety_stock(order, line, Decimal(4), REASON, by=supervisor)
    assert await reserved_of(make, reference) == [5]
    assert await available_to(ours, item, sales) == 5
    assert await available_to(others, item, sales) == 0
    approval = await make.owner.fetchrow(
        "SELECT kind, quantity, reason, approved_by FROM order_approval WHERE order_line_id = $1",
        line,
    )
    assert tuple(approval) == ("safety_release", 4, REASON, supervisor.person_id)
    note = await make.owner.fetchrow(
        """SELECT before, after, audience FROM activity
           WHERE account_id = $1 AND verb = 'catalogue.safety_stock_lent'""",
        ours.id,
    )
    assert '"covered": "9.000"' in note["before"]
    assert '"covered": "5.000"' in note["after"]
    assert reference not in note["after"]
    assert note["audience"] == "internal"


async def test_a_release_takes_neither_what_is_reserved_nor_more_than_is_missing(  # rule O5
    make: Factory, sales: Actor, supervisor: Actor
) -> None:
    ours, others = await make.account(), await make.account()
    item = await item_in_stock(make, 10)
    await held(make, ours, item, 10)
    await reserve(await order_of(make, ours, sales, (item, 8)), sales)
    wanted = ((item, 5), (None, 1), (item, 1))
    reference = await order_of(make, others, sales, *wanted, status="confirmed")
    line, words, _ = await line_ids(make, reference)
    for quantity, reason in ((3, REASON), (0, REASON), (1, " ")):
        with pytest.raises(FieldError):
            async with acting(supervisor):
                order = await order_named(reference)
                await release_safety_stock(order, line, Decimal(quantity), reason, by=supervisor)
    with pytest.raises(NotFound):
        async with acting(supervisor):
            order = await order_named(reference)
            await release_safety_stock(order, words, Decimal(1), REASON, by=supervisor)
    assert await reserved_of(make, reference) == [0, 0, 0]


async def test_nothing_is_released_before_sales_stands_for_the_order(  # rules O1, O5
    make: Factory, sales: Actor, supervisor: Actor
) -> None:
    ours, others = await make.account(), await make.account()
    item = await item_in_stock(make, 10)
    await held(make, ours, item, 10)
    reference = await order_of(make, others, sales, (item, 5), status="placed")
    (line,) = await line_ids(make, reference)
    with pytest.raises(WrongState):
        async with acting(supervisor):
            order = await order_named(reference)
            await release_safety_stock(order, line, Decimal(1), REASON, by=supervisor)
    assert await reserved_of(make, reference) == [0]
    assert await available_to(ours, item, sales) == 10


async def test_a_line_without_item_is_put_aside_when_its_day_has_come(  # rules O7, O15
    make: Factory, sales: Actor
) -> None:
    account = await make.account()
    today = (await make.owner.fetchval("SELECT business_now()")).date()
    past, later = today - timedelta(days=2), today + timedelta(days=3)
    reference = await order_of(
        make,
        account,
        sales,
        (None, 4),
        (None, 3, {"available_on": past}),
        (None, 2, {"production_on": past, "available_on": later}),
    )
    assert await reserve(reference, sales) == [4, 2]
    assert await reserved_of(make, reference) == [0, 3, 0]


async def test_who_cancels_gives_back_and_others_can_have_it(  # rule O11
    make: Factory, sales: Actor
) -> None:
    account, item = await make.account(), await item_in_stock(make, 4)
    buyer = await make.buyer(account)
    reference = await order_of(make, account, sales, (item, 4))
    await reserve(reference, sales)
    async with acting(buyer):  # with the customer's own login
        order = await order_named(reference)
        await cancel(order, "Not needed any more", by=buyer)
        (short,) = await short_lines_of(order.id)
    assert short.missing == 4
    assert await available_to(await make.account(), item, sales) == 4


async def test_customers_cannot_reserve(make: Factory, sales: Actor) -> None:
    account, item = await make.account(), await item_in_stock(make, 4)
    buyer = await make.buyer(account)
    reference = await order_of(make, account, sales, (item, 4))
    with pytest.raises(NotAllowed):
        async with acting(buyer):
            await reserve_order(await order_named(reference), by=buyer)


async def test_nothing_is_reserved_for_an_order_that_has_left(make: Factory, sales: Actor) -> None:
    account, item = await make.account(), await item_in_stock(make, 4)
    reference = await order_of(make, account, sales, (item, 4), status="shipped")
    with pytest.raises(WrongState):
        await reserve(reference, sales)


async def test_reserved_goods_leave_by_batch_with_a_movement(  # rules O15, O19
    make: Factory, sales: Actor
) -> None:
    account, item = await make.account(), await make.item()
    await make.stock(item, 3, batch="B2603-01")
    await make.stock(item, 9, batch="B2604-02")
    keeper = await make.staff(StaffRole.WAREHOUSE)
    reference = await order_of(make, account, sales, (item, 8), (None, 1))
    await reserve(reference, sales)
    line, words = await line_ids(make, reference)
    async with acting(keeper):
        order = await (await order_named(reference)).lock()
        await lock_stock_of([order.id])
        left = await take(line, Decimal(5), reason="DN-2026-00001", by=keeper)
        assert left == [TakenLot("B2603-01", Decimal(3)), TakenLot("B2604-02", Decimal(2))]
        named = await take(line, Decimal(2), batch="b2604-02", reason="DN-2026-00002", by=keeper)
        assert named == [TakenLot("B2604-02", Decimal(2))]
    # Goods without a batch are a lot of their own, of which there is none.
    with pytest.raises(NotEnoughStock):
        async with acting(keeper):
            await take(line, Decimal(1), batch="", reason="DN-2026-00003", by=keeper)
    with pytest.raises(NotReserved):
        async with acting(keeper):
            await take(line, Decimal(2), reason="DN-2026-00003", by=keeper)
    with pytest.raises(NotReserved):
        async with acting(keeper):
            await take(words, Decimal(1), reason="DN-2026-00003", by=keeper)
    with pytest.raises(NotEnoughStock):
        async with acting(keeper):
            await take(line, Decimal(1), batch="B2603-01", reason="DN-2026-00003", by=keeper)
    row = await make.owner.fetchrow(
        "SELECT reserved, shipped FROM sales_order_line WHERE id = $1", line
    )
    assert tuple(row) == (1, 7)
    moved = await make.owner.fetch(
        """SELECT batch, quantity, reason FROM stock_movement
           WHERE order_line_id = $1 ORDER BY id""",
        line,
    )
    assert [tuple(each) for each in moved] == [
        ("B2603-01", -3, "DN-2026-00001"),
        ("B2604-02", -2, "DN-2026-00001"),
        ("B2604-02", -2, "DN-2026-00002"),
    ]
