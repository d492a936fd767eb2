"""The rest of a partly shipped order is cancelled (rule O11)."""

from datetime import timedelta
from decimal import Decimal

import asyncpg
import pytest

from portal.database import Login, database_now, execute, unit_of_work
from portal.domain.common.errors import Conflict, FieldErrors, NotAllowed, WrongState
from portal.domain.common.permissions import StaffRole
from portal.domain.orders import changes
from portal.domain.orders.credit import credit_of
from portal.domain.orders.invoicing import invoice
from portal.domain.orders.paper_facts import confirmation_facts, delivery_note_facts
from portal.domain.orders.payments import payments_of
from portal.domain.orders.rest_cancelling import NothingShippedYet
from portal.domain.orders.short_lines import confirm_short
from portal.domain.orders.states import ShipmentStatus
from tests.domain.orders.fulfilling import Case, item_in_stock, scheduled
from tests.domain.orders.parted import (
    cancel_rest,
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


async def test_what_has_not_shipped_is_cancelled_and_the_order_comes_to_what_has(
    make: Factory,
) -> None:
    case, _ = await part_shipped(make)
    async with acting(case.sales):
        day = (await database_now()).date() + timedelta(days=9)
        await confirm_short((await case.line())["id"], day, by=case.sales)
    assert await open_clocks(case) == ["shipment"]
    await cancel_rest(case)
    line, order = await case.line(), await row(case)
    # 4 of 10 at CNY 11.00, with 13 % tax; what was ordered stays readable.
    assert (line["quantity"], line["cancelled"], line["shipped"]) == (4, 6, 4)
    assert (line["net"], line["tax"]) == (Decimal("44.000"), Decimal("5.720"))
    assert (order["net_total"], order["gross_total"]) == (Decimal("44.000"), Decimal("49.720"))
    assert (order["status"], order["rest_cancel_reason"]) == ("shipped", "Sold out")
    assert await open_clocks(case) == []
    assert (await verbs_told(case))[-1] == "orders.rest_cancelled"
    assert len(await make.events("order.rest_cancelled", case.cast.account.id)) == 1


async def test_the_order_goes_on_to_its_settlement(make: Factory) -> None:  # rule O22
    case, shipment = await part_shipped(make)
    await cancel_rest(case)
    await case.deliver(shipment)
    finance = await make.staff(StaffRole.FINANCE)
    async with acting(finance):
        await invoice(await loaded(case.reference, finance), "INV-1", by=finance)
    await pay(case, "49.72", finance)
    assert await case.status() == "settled"


async def test_where_all_that_left_has_arrived_it_is_delivered_at_once(make: Factory) -> None:
    case, shipment = await part_shipped(make)
    await case.deliver(shipment)
    await cancel_rest(case)
    assert await case.status() == "delivered"
    (told,) = await make.events("order.rest_cancelled", case.cast.account.id)
    assert told["complete"] is True


async def test_goods_being_packed_go_back_and_stock_is_free_again(make: Factory) -> None:
    case, _ = await part_shipped(make)
    await reserve(case, 3)
    packing = await case.prepare()
    await cancel_rest(case)
    assert (await case.line())["reserved"] == 0
    async with acting(case.warehouse):
        assert (await case.shipment(packing)).state is ShipmentStatus.CANCELLED
    assert await case.on_hand(case.items[0]) == (3, 3, 3)


async def test_held_goods_wait_no_longer(make: Factory) -> None:  # rule O12
    case, _ = await part_shipped(make)
    async with acting(case.sales):
        order = await loaded(case.reference, case.sales)
        await changes.hold(order, "Flood", "Bay 2", by=case.sales)
    await cancel_rest(case)
    assert ((await row(case))["held_at"], await case.status()) == (None, "shipped")


async def test_a_line_of_which_nothing_left_comes_to_nothing(make: Factory) -> None:
    first, second = [await item_in_stock(make, ("A-1", "4")), await make.item()]
    case = await scheduled(make, (first, "4"), (second, "3"))
    async with acting(case.sales):
        await changes.agree_to_parts(
            await loaded(case.reference, case.sales), "Li Wei", by=case.sales
        )
    shipment = await case.prepare()
    await case.ship(shipment)
    whole = await case.line(1)
    await cancel_rest(case)
    empty = await case.line(2)
    assert (empty["quantity"], empty["cancelled"], empty["net"]) == (0, 3, 0)
    assert await case.line(1) == whole  # what shipped keeps its amounts to the cent
    buyer = case.cast.buyer
    async with acting(buyer):
        confirmation = await confirmation_facts(case.reference, by=buyer)
        note = await delivery_note_facts(case.reference, shipment, by=buyer)
    assert [(line.ordered, line.quantity) for line in confirmation.page.lines] == [(4, 4), (3, 0)]
    assert [(line.ordered, line.to_follow) for line in note.shipment.lines] == [(4, 0)]


async def test_what_is_paid_beyond_it_is_to_be_given_back(make: Factory) -> None:  # rule O9
    case, _ = await part_shipped(make, payment_terms="in_advance", paid="124.30")
    await cancel_rest(case)
    async with acting(case.sales):
        payments = await payments_of(await case.order_id())
    assert payments.overpaid is not None
    assert payments.overpaid.amount == Decimal("74.580")


async def test_the_credit_of_the_rest_is_free_for_other_orders(make: Factory) -> None:  # rule A16
    case, _ = await part_shipped(make)
    await cancel_rest(case)
    async with acting(case.sales):
        used = (await credit_of(case.cast.account.id)).used
    assert used.amount == Decimal("49.720")


async def test_it_needs_a_reason_a_role_and_a_part_that_is_out(make: Factory) -> None:
    case, _ = await part_shipped(make)
    with pytest.raises(FieldErrors):
        await cancel_rest(case, "  ")
    for by in (case.warehouse, case.cast.buyer):
        with pytest.raises(NotAllowed):
            await cancel_rest(case, by=by)
    async with acting(case.sales):
        order = await loaded(case.reference, case.sales)
        with pytest.raises(Conflict):
            await changes.cancel_rest(
                order, "Sold out", by=case.sales, expected_version=order.version - 1
            )
    await cancel_rest(case)
    with pytest.raises(WrongState):
        await cancel_rest(case)
    with pytest.raises(WrongState):  # nor the whole of it, once a part has left
        await whole(case)
    untouched = await scheduled(make, (await item_in_stock(make, ("A-1", "9")), "9"))
    with pytest.raises(NothingShippedYet):
        await cancel_rest(untouched)


async def whole(case: Case) -> None:
    async with acting(case.sales):
        await changes.cancel(await loaded(case.reference, case.sales), "No need", by=case.sales)


async def test_what_was_ordered_stays_in_the_database_whoever_writes(make: Factory) -> None:
    case, _ = await part_shipped(make)
    await cancel_rest(case)
    line = (await case.line())["id"]
    for change in ("quantity = 5", "cancelled = 0, quantity = 10", "cancelled = -1"):
        with pytest.raises(asyncpg.CheckViolationError):
            async with unit_of_work(Login.STAFF, person_id=case.sales.person_id):
                await execute(f"UPDATE sales_order_line SET {change} WHERE id = $1", line)


async def test_nothing_is_delivered_that_nobody_has_signed_for(make: Factory) -> None:  # rule O16
    case, _ = await wholly_shipped(make)
    with pytest.raises(asyncpg.CheckViolationError):
        async with unit_of_work(Login.STAFF, person_id=case.sales.person_id):
            await execute(
                "UPDATE sales_order SET status = 'delivered' WHERE reference = $1", case.reference
            )
