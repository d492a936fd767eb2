"""Stock changes by lots, each with a reason, never below zero (rules O15, O19)."""

from decimal import Decimal

import pytest

from portal.database import fetch
from portal.domain.catalogue.kinds import MovementKind, StockCondition
from portal.domain.catalogue.stock import (
    LotKey,
    NotEnoughStock,
    StockMoved,
    adjust,
    receive,
    regrade,
)
from portal.domain.catalogue.stock_view import ConditionRow, HoldRow, lots, movements, stock_of_item
from portal.domain.common.actor import Actor
from portal.domain.common.errors import FieldError, NotAllowed
from portal.domain.common.permissions import StaffRole
from tests.factories import Factory, acting

NOTE = "Supplier's note 4711"


@pytest.fixture
async def keeper(make: Factory) -> Actor:
    return await make.staff(StaffRole.WAREHOUSE)


@pytest.fixture
async def manager(make: Factory) -> Actor:
    return await make.staff(StaffRole.DUTY_MANAGER)


async def test_every_change_is_a_movement_with_its_reason(  # rule O19
    make: Factory, keeper: Actor, manager: Actor
) -> None:
    item = await make.item()
    lot = LotKey(item, batch=" b2609-03 ")
    async with acting(keeper):
        await receive(lot, Decimal(20), reason=NOTE, by=keeper)
        await regrade(lot, StockCondition.DAMAGED, Decimal(3), reason="Dropped", by=keeper)
    async with acting(manager):
        counted = Decimal("16.5")
        assert await adjust(
            lot, counted, booked=Decimal(17), reason="Weekly count", by=manager
        ) == Decimal("-0.5")
        found = await lots(item)
        page = await movements(item, by=manager)
    assert [(row.condition, row.batch, row.on_hand) for row in found] == [
        (StockCondition.GOOD, "B2609-03", Decimal("16.5")),
        (StockCondition.DAMAGED, "B2609-03", Decimal(3)),
    ]
    assert [(row.kind, row.quantity, row.reason, row.moved_by) for row in page.rows] == [
        (MovementKind.ADJUSTMENT, Decimal("-0.5"), "Weekly count", manager.name),
        (MovementKind.REGRADED, Decimal(3), "Dropped", keeper.name),
        (MovementKind.REGRADED, Decimal(-3), "Dropped", keeper.name),
        (MovementKind.RECEIPT, Decimal(20), NOTE, keeper.name),
    ]


async def test_good_damaged_and_gift_are_kept_apart(make: Factory, keeper: Actor) -> None:  # O19
    item = await make.item()
    for condition, quantity in (("good", 7), ("damaged", 2), ("gift", 5)):
        await make.stock(item, quantity, condition)
    async with acting(keeper):
        stock = await stock_of_item(item, by=keeper)
    nothing = Decimal(0)
    assert stock.conditions == [
        ConditionRow(StockCondition.GOOD, Decimal(7), nothing, nothing, Decimal(7)),
        ConditionRow(StockCondition.DAMAGED, Decimal(2), nothing, nothing, None),
        ConditionRow(StockCondition.GIFT, Decimal(5), nothing, nothing, Decimal(5)),
    ]


@pytest.mark.parametrize("quantity", ["0", "-1", "0.0004"])
async def test_nothing_is_no_receipt(make: Factory, keeper: Actor, quantity: str) -> None:
    with pytest.raises(FieldError) as refused:
        async with acting(keeper):
            await receive(LotKey(await make.item()), Decimal(quantity), reason=NOTE, by=keeper)
    assert refused.value.field == "quantity"


async def test_a_reason_is_asked_for(make: Factory, keeper: Actor, manager: Actor) -> None:
    item = await make.item()
    await make.stock(item, 5)
    lot = LotKey(item)
    with pytest.raises(FieldError):
        async with acting(keeper):
            await receive(lot, Decimal(1), reason=" ", by=keeper)
    with pytest.raises(FieldError):
        async with acting(keeper):
            await regrade(lot, StockCondition.DAMAGED, Decimal(1), reason="", by=keeper)
    with pytest.raises(FieldError):
        async with acting(manager):
            await adjust(lot, Decimal(1), booked=Decimal(5), reason="", by=manager)


async def test_a_lot_never_goes_below_zero(  # rule O15
    make: Factory, keeper: Actor, manager: Actor
) -> None:
    item = await make.item()
    await make.stock(item, 5, batch="B1")
    await make.stock(item, 50, batch="B2")
    lot = LotKey(item, batch="B1")
    with pytest.raises(NotEnoughStock) as refused:
        async with acting(keeper):
            await regrade(lot, StockCondition.GIFT, Decimal(6), reason="Campaign", by=keeper)
    assert refused.value.words == {"there": 5}
    with pytest.raises(FieldError):
        async with acting(manager):
            await adjust(lot, Decimal(-1), booked=Decimal(5), reason="Count", by=manager)


async def test_a_count_of_a_lot_that_moved_meanwhile_is_refused(
    make: Factory, manager: Actor
) -> None:
    item = await make.item()
    await make.stock(item, 5)
    with pytest.raises(StockMoved):
        async with acting(manager):
            await adjust(LotKey(item), Decimal(4), booked=Decimal(6), reason="Count", by=manager)
    with pytest.raises(FieldError):
        async with acting(manager):
            await adjust(LotKey(item), Decimal(5), booked=Decimal(5), reason="Count", by=manager)


async def test_the_manager_adjusts_and_the_warehouse_books(  # rule O19
    make: Factory, keeper: Actor, manager: Actor
) -> None:
    item = await make.item()
    await make.stock(item, 5)
    lot = LotKey(item)
    with pytest.raises(NotAllowed):
        async with acting(keeper):
            await adjust(lot, Decimal(4), booked=Decimal(5), reason="Count", by=keeper)
    for other in (manager, await make.staff(StaffRole.SALES_SUPERVISOR)):
        with pytest.raises(NotAllowed):
            async with acting(other):
                await receive(lot, Decimal(4), reason=NOTE, by=other)
        with pytest.raises(NotAllowed):
            async with acting(other):
                await regrade(lot, StockCondition.GIFT, Decimal(1), reason=NOTE, by=other)


async def test_customers_read_no_stock(make: Factory) -> None:  # stock is ours
    buyer = await make.buyer(await make.account())
    for table in ("stock_level", "stock_lot", "stock_movement"):
        with pytest.raises(Exception, match="permission denied"):
            async with acting(buyer):
                await fetch(f"SELECT 1 FROM {table}")


async def test_movements_are_never_altered(make: Factory, manager: Actor) -> None:  # rule O19
    for change in ("UPDATE stock_movement SET reason = 'x'", "DELETE FROM stock_movement"):
        with pytest.raises(Exception, match="permission denied"):
            async with acting(manager):
                await fetch(change)


async def test_movements_are_paged_both_ways(make: Factory, keeper: Actor) -> None:
    item = await make.item()
    for number in range(1, 6):
        await make.stock(item, number)
    async with acting(keeper):
        first = await movements(item, by=keeper, limit=2)
        second = await movements(item, by=keeper, limit=2, after=first.after)
        last = await movements(item, by=keeper, limit=2, after=second.after)
        back = await movements(item, by=keeper, limit=2, before=last.before)
        assert (await movements(item, by=keeper, condition=StockCondition.GIFT)).rows == []
    pages = (first, second, last, back)
    assert [[row.quantity for row in page.rows] for page in pages] == [[5, 4], [3, 2], [1], [3, 2]]
    assert (first.before, last.after) == (None, None)


async def test_the_name_behind_a_hold_is_for_who_may_see_the_file(  # rules O5, A6
    make: Factory, keeper: Actor, manager: Actor
) -> None:
    account, item = await make.account(), await make.item()
    await make.stock(item, 5)
    await make.insert("safety_stock", account_id=account.id, item_id=item, quantity=8)
    stranger = await make.staff()
    async with acting(stranger):
        (hidden,) = (await stock_of_item(item, by=stranger)).holds
    async with acting(keeper):  # sees every order, and so for whom goods lie there
        (named,) = (await stock_of_item(item, by=keeper)).holds
    async with acting(manager):
        (seen,) = (await stock_of_item(item, by=manager)).holds
    assert hidden == HoldRow("", "", level=Decimal(8), covered=Decimal(5))
    assert (named.name, named.code) == (account.name, "")
    assert (seen.name, seen.code, seen.is_short) == (account.name, account.code, True)
