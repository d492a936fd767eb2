"""Stock under whatever people do, and under many at once (rules O5, O15, O19)."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.domain.catalogue.kinds import StockCondition
from portal.domain.catalogue.stock import LotKey, on_hand_of
from portal.domain.common.actor import Actor
from portal.domain.common.errors import DomainError
from portal.domain.common.permissions import StaffRole
from portal.domain.orders.reserving import available, give_back, take
from portal.domain.orders.safety_release import release_safety_stock
from portal.domain.orders.stock_changes import book_adjustment, book_receipt, book_regrade
from tests.domain.orders.stock_orders import line_ids, order_named, order_of, reserve, reserved_of
from tests.factories import Account, Factory, acting

BATCHES = ("", "B2609-03")
_MANY = 24


@dataclass
class Warehouse:
    """Two items, three accounts of which one holds safety stock, an order of each."""

    make: Factory
    items: list[int]
    accounts: list[Account]
    buyers: list[Actor]
    orders: list[str]
    lines: list[list[int]]
    keeper: Actor
    manager: Actor

    async def check(self) -> None:
        """What must hold at any moment, as the database's owner sees it."""
        wrong = await self.make.owner.fetch(
            """SELECT l.item_id, l.condition, l.batch, l.on_hand FROM stock_lot l
               WHERE l.item_id = ANY ($1::bigint[]) AND (l.on_hand < 0 OR l.on_hand <> (
                   SELECT coalesce(sum(m.quantity), 0) FROM stock_movement m
                   WHERE (m.item_id, m.condition, m.batch) = (l.item_id, l.condition, l.batch)))
               UNION ALL
               SELECT v.item_id, v.condition, 'level', v.on_hand FROM stock_level v
               WHERE v.item_id = ANY ($1::bigint[]) AND v.on_hand <> (
                   SELECT coalesce(sum(l.on_hand), 0) FROM stock_lot l
                   WHERE (l.item_id, l.condition) = (v.item_id, v.condition))
               UNION ALL
               SELECT v.item_id, v.condition, 'reserved', v.on_hand FROM stock_level v
               WHERE v.item_id = ANY ($1::bigint[]) AND v.on_hand < (
                   SELECT coalesce(sum(s.reserved), 0) FROM sales_order_line s
                   WHERE s.item_id = v.item_id
                     AND v.condition = CASE WHEN s.gift THEN 'gift' ELSE 'good' END)""",
            self.items,
        )
        assert [dict(row) for row in wrong] == []
        async with acting(self.keeper):
            for account in self.accounts:
                figures = await available(self.items, account_id=account.id)
                assert all(quantity >= 0 for quantity in figures.values())


async def opened(make: Factory) -> Warehouse:
    items = [await make.item(), await make.item()]
    accounts = [await make.account() for _ in range(3)]
    keeper = await make.staff(StaffRole.WAREHOUSE)
    manager = await make.staff(StaffRole.DUTY_MANAGER)
    for item in items:
        await make.stock(item, 12, batch=BATCHES[1])
        await make.stock(item, 4, "gift")
        await make.insert("safety_stock", account_id=accounts[0].id, item_id=item, quantity=6)
    orders = []
    for number, account in enumerate(accounts):
        there, back = (items, items[::-1])[number % 2], {"gift": True}
        wanted = [(there[0], 7), (there[1], 5), (there[0], 2, back)]
        orders.append(await order_of(make, account, keeper, *wanted, status="confirmed"))  # type: ignore[arg-type]
    buyers = [await make.buyer(account) for account in accounts]
    lines = [await line_ids(make, reference) for reference in orders]
    return Warehouse(make, items, accounts, buyers, orders, lines, keeper, manager)


Verb = Callable[[Warehouse, int, int], Awaitable[object]]


async def receive_some(house: Warehouse, which: int, some: int) -> None:
    lot = LotKey(house.items[which % 2], batch=BATCHES[some % 2])
    async with acting(house.keeper):
        await book_receipt(lot, Decimal(some), reason="Supplier's note", by=house.keeper)


async def find_damage(house: Warehouse, which: int, some: int) -> None:
    lot = LotKey(house.items[which % 2], batch=BATCHES[which % 2])
    async with acting(house.keeper):
        to = StockCondition.DAMAGED if some % 3 else StockCondition.GIFT
        await book_regrade(lot, to, Decimal(some), reason="Dropped", by=house.keeper)


async def repair(house: Warehouse, which: int, some: int) -> None:
    lot = LotKey(house.items[which % 2], StockCondition.DAMAGED, BATCHES[which % 2])
    async with acting(house.keeper):
        to = StockCondition.GOOD
        await book_regrade(lot, to, Decimal(some), reason="Repaired", by=house.keeper)


async def count(house: Warehouse, which: int, some: int) -> None:
    lot = LotKey(house.items[which % 2], batch=BATCHES[1])
    async with acting(house.manager):
        booked = await on_hand_of(lot)
        await book_adjustment(
            lot, Decimal(some), booked=booked, reason="Weekly count", by=house.manager
        )


async def reserve_one(house: Warehouse, which: int, some: int) -> None:
    del some
    await reserve(house.orders[which % 3], house.keeper)


async def customer_gives_back(house: Warehouse, which: int, some: int) -> None:
    del some
    async with acting(house.buyers[which % 3]):
        order = await (await order_named(house.orders[which % 3])).lock()
        await give_back(order.id)


async def ship(house: Warehouse, which: int, some: int) -> None:
    line = house.lines[which % 3][some % 3]
    async with acting(house.keeper):
        await (await order_named(house.orders[which % 3])).lock()
        await take(line, Decimal(some), reason="DN-2026-00001", by=house.keeper)


async def release(house: Warehouse, which: int, some: int) -> None:
    line = house.lines[which % 3][some % 2]
    async with acting(house.manager):
        order = await order_named(house.orders[which % 3])
        await release_safety_stock(order, line, Decimal(some), "Line down", by=house.manager)


VERBS: list[Verb] = [
    receive_some,
    find_damage,
    repair,
    count,
    reserve_one,
    customer_gives_back,
    ship,
    release,
]
steps = st.tuples(st.sampled_from(VERBS), st.integers(0, 5), st.integers(1, 9))


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(history=st.lists(steps, min_size=4, max_size=12))
async def test_stock_agrees_with_its_movements_after_any_history(
    make: Factory, history: list[tuple[Verb, int, int]]
) -> None:
    house = await opened(make)
    for verb, which, some in history:
        with suppress(DomainError):  # refused by a rule, which leaves everything as it was
            await verb(house, which, some)
        await house.check()


async def test_the_last_pieces_are_given_away_once(make: Factory) -> None:  # rule O15
    item = await make.item()
    await make.stock(item, 10)
    keeper = await make.staff(StaffRole.WAREHOUSE)
    orders = [await order_of(make, await make.account(), keeper, (item, 3)) for _ in range(_MANY)]
    await asyncio.gather(*(reserve(reference, keeper) for reference in orders))
    given = [(await reserved_of(make, reference))[0] for reference in orders]
    assert sum(given) == 10
    assert sorted(given, reverse=True)[:4] == [3, 3, 3, 1]


async def test_orders_of_the_same_items_in_another_order_do_not_block_each_other(  # rule O15
    make: Factory,
) -> None:
    items = [await make.item() for _ in range(4)]
    for item in items:
        await make.stock(item, 30)
    keeper = await make.staff(StaffRole.WAREHOUSE)
    orders = []
    for number in range(_MANY):
        turned = items[number % 4 :] + items[: number % 4]
        wanted = [(item, 2) for item in (turned if number % 2 else turned[::-1])]
        orders.append(await order_of(make, await make.account(), keeper, *wanted))
    await asyncio.gather(*(reserve(reference, keeper) for reference in orders))
    given = [await reserved_of(make, reference) for reference in orders]
    assert sum(sum(each) for each in given) == 120


async def test_everything_at_once_keeps_the_sums(make: Factory) -> None:  # rules O15, O19
    house = await opened(make)
    refused = await asyncio.gather(
        *(
            verb(house, round_, (round_ + place) % 7 + 1)
            for round_ in range(8)
            for place, verb in enumerate(VERBS)
        ),
        return_exceptions=True,
    )
    # No deadlock, no time-out: only what a rule refuses.
    assert [error for error in refused if error and not isinstance(error, DomainError)] == []
    await house.check()


async def test_safety_stock_stays_with_its_account_while_others_reserve(  # rule O5
    make: Factory,
) -> None:
    item, ours = await make.item(), await make.account()
    await make.stock(item, 20)
    await make.insert("safety_stock", account_id=ours.id, item_id=item, quantity=15)
    keeper = await make.staff(StaffRole.WAREHOUSE)
    others = [await order_of(make, await make.account(), keeper, (item, 2)) for _ in range(10)]
    mine = await order_of(make, ours, keeper, (item, 15))
    await asyncio.gather(*(reserve(reference, keeper) for reference in (*others, mine)))
    assert await reserved_of(make, mine) == [15]
    assert sum([(await reserved_of(make, each))[0] for each in others]) == 5
