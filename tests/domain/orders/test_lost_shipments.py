"""Goods that never arrive: sent again or cancelled, the customer told at once (rule O14)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from portal.database import database_now
from portal.domain.common.errors import FieldErrors, NotAllowed, WrongState
from portal.domain.common.permissions import StaffRole
from portal.domain.orders import changes
from portal.domain.orders.approvals import set_production
from portal.domain.orders.delivery import note_exception
from portal.domain.orders.shipments_view import shipments_of
from tests.domain.orders.fulfilling import Case
from tests.domain.orders.parted import (
    cancel_rest,
    lose,
    open_clocks,
    part_shipped,
    pay,
    reserve,
    row,
    verbs_told,
    wholly_shipped,
)
from tests.factories import Factory, acting
from tests.order_scenarios import loaded


async def test_lost_goods_are_to_be_scheduled_and_sent_again(make: Factory) -> None:
    case, shipment = await wholly_shipped(make)
    (item,) = case.items
    await make.stock(item, 12)
    assert await open_clocks(case) == []
    await lose(case, shipment, by=case.warehouse)
    line = await case.line()
    # What is there is set aside for it at once; what was lost does not come back to stock.
    assert (line["shipped"], line["reserved"], line["quantity"]) == (0, 10, 10)
    assert await case.on_hand(item) == (12, 12, 12)
    assert await case.status() == "confirmed"
    assert await open_clocks(case) == ["shipment"]  # promised anew
    assert (await row(case))["promised_ship_on"] is not None
    await case.schedule()
    second = await case.prepare()
    await case.ship(second)
    await case.deliver(second)
    assert await case.status() == "delivered"
    assert await case.on_hand(item) == (2, 2, 2)
    verbs = await verbs_told(case)
    assert verbs[verbs.index("orders.lost_sent_again") :][:3] == [
        "orders.lost_sent_again",
        "orders.released",
        "orders.promised",
    ]


async def test_the_customer_is_told_at_once_with_the_new_day(make: Factory) -> None:
    case, shipment = await wholly_shipped(make)
    await make.stock(case.items[0], 12)
    await lose(case, shipment)
    queue = await make.owner.fetchval(
        "SELECT queue FROM outbox WHERE kind = 'order.lost' AND account_id = $1",
        case.cast.account.id,
    )
    assert queue == "urgent"
    buyer = case.cast.buyer
    async with acting(buyer):
        (shown,) = await shipments_of(await case.order_id())
    assert (shown.lost_because, shown.sent_again) == ("The truck burnt out", True)
    assert shown.lost_recorded_by == ""  # who of us heard of it is ours to know


async def test_without_stock_no_day_is_promised_that_nobody_knows(make: Factory) -> None:
    case, shipment = await wholly_shipped(make)
    await lose(case, shipment)
    assert (await row(case))["promised_ship_on"] is None
    assert await open_clocks(case) == []
    assert await case.status() == "confirmed"


async def test_a_lost_part_is_packed_with_the_rest(make: Factory) -> None:  # rule O15
    case, first = await part_shipped(make, there="4")
    await make.stock(case.items[0], 6)
    await lose(case, first)
    # Nothing of it is out any more.
    assert (await case.line())["shipped"] == 0
    assert await case.status() == "confirmed"


async def test_beside_what_has_arrived_it_stays_partly_shipped(make: Factory) -> None:
    case, first = await part_shipped(make, there="4")
    await case.deliver(first)
    await reserve(case, 12)
    second = await case.prepare()
    await case.ship(second)
    await lose(case, second)
    assert (await case.status(), (await case.line())["shipped"]) == ("partly_shipped", 4)
    third = await case.prepare()
    await case.ship(third)
    await case.deliver(third)
    assert await case.status() == "delivered"


async def test_goods_not_sent_again_are_cancelled_with_the_rest_going_on(make: Factory) -> None:
    case, first = await part_shipped(make)
    await lose(case, first, send_again=False)
    line, order = await case.line(), await row(case)
    assert (line["quantity"], line["cancelled"], line["shipped"]) == (6, 4, 0)
    assert (order["status"], order["gross_total"]) == ("confirmed", Decimal("74.580"))
    assert (await verbs_told(case)).count("orders.lost_not_sent") == 1


async def test_what_has_arrived_is_all_there_is(make: Factory) -> None:
    case, first = await part_shipped(make)
    await case.deliver(first)
    await reserve(case, 6)
    second = await case.prepare()
    await case.ship(second)
    await lose(case, second, send_again=False)
    assert await case.status() == "delivered"
    assert (await row(case))["gross_total"] == Decimal("49.720")
    (told,) = await make.events("order.lost", case.cast.account.id)
    assert told["complete"] is True


async def test_with_nothing_left_the_order_is_cancelled_and_its_money_given_back(
    make: Factory,
) -> None:
    """Rule O11; it never stays in a state that cannot be settled."""
    case, shipment = await wholly_shipped(make)
    await pay(case, "124.30")
    await lose(case, shipment, send_again=False)
    order = await row(case)
    assert (order["status"], order["cancel_reason"]) == ("cancelled", "The truck burnt out")
    assert (order["paid"], order["gross_total"]) == (Decimal("124.300"), Decimal("124.300"))
    (event,) = await make.events("order.lost", case.cast.account.id)
    assert event["sent_again"] is False


async def test_after_the_rest_was_cancelled_the_loss_of_it_all_ends_the_order(
    make: Factory,
) -> None:
    case, shipment = await part_shipped(make)
    await cancel_rest(case)
    await lose(case, shipment, send_again=False)
    assert await case.status() == "cancelled"


async def test_what_nobody_signed_for_is_lost_once_and_never_delivered(make: Factory) -> None:
    case, shipment = await wholly_shipped(make)
    with pytest.raises(FieldErrors):
        await case.deliver(shipment, signed_by="  ")
    with pytest.raises(FieldErrors):
        await lose(case, shipment, " ")
    await lose(case, shipment)
    for again in (case.deliver(shipment), lose(case, shipment)):
        with pytest.raises(WrongState):
            await again
    with pytest.raises(WrongState):
        await changed_day(case, shipment)


async def changed_day(case: Case, shipment: str) -> None:
    async with acting(case.warehouse):
        day = (await database_now()).date() + timedelta(days=2)
        await note_exception(await case.shipment(shipment), "Flood", day, by=case.warehouse)


async def test_warehouse_and_sales_say_that_it_is_lost_only_sales_that_it_does_not_come(
    make: Factory,
) -> None:
    case, shipment = await wholly_shipped(make)
    finance = await make.staff(StaffRole.FINANCE)
    for by in (finance, case.cast.buyer):
        with pytest.raises(NotAllowed):
            await lose(case, shipment, by=by)
    with pytest.raises(NotAllowed):
        await lose(case, shipment, send_again=False, by=case.warehouse)
    await lose(case, shipment, by=case.warehouse)


async def test_what_is_made_to_order_needs_a_new_day(make: Factory) -> None:  # rule O7
    case, shipment = await wholly_shipped(make)
    await make.owner.execute("UPDATE item SET kind = 'made_to_order' WHERE id = $1", case.items[0])
    await make.owner.execute(
        "UPDATE sales_order_line SET production_on = '2026-01-05' WHERE id = $1",
        (await case.line())["id"],
    )
    await lose(case, shipment)
    line = await case.line()
    assert line["production_on"] is None
    async with acting(case.sales):
        order = await loaded(case.reference, case.sales)
        day = (await database_now()).date() + timedelta(days=20)
        await set_production(order, line["id"], day, by=case.sales)
    assert (await row(case))["promised_ship_on"] == day


async def test_staff_still_cancel_the_whole_order_while_nothing_is_out(make: Factory) -> None:
    case, shipment = await wholly_shipped(make)
    await lose(case, shipment)
    async with acting(case.sales):
        await changes.cancel(
            await loaded(case.reference, case.sales), "They bought elsewhere", by=case.sales
        )
    assert await case.status() == "cancelled"


async def test_an_urgent_delivery_that_was_lost_is_still_owed(make: Factory) -> None:  # rule O6
    case, shipment = await wholly_shipped(make, urgent=True)
    await make.stock(case.items[0], 12)
    assert await open_clocks(case) == ["urgent_delivery"]
    await lose(case, shipment)
    assert await open_clocks(case) == ["urgent_delivery"]
    await case.schedule()
    second = await case.prepare()
    await case.ship(second)
    await case.deliver(second)
    assert await open_clocks(case) == []
