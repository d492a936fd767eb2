"""What somebody could try with orders past the pages, and what holds against it."""

from datetime import date
from decimal import Decimal

import pytest

from portal.database import database_now, fetch_value
from portal.domain.common.errors import Conflict, FieldError, FieldErrors, WrongState
from portal.domain.common.permissions import StaffRole
from portal.domain.orders import approvals, changes, delivery, promises, short_lines
from portal.domain.orders.batches import BatchFacts, set_batches
from portal.domain.orders.intake import OrderFacts, OrderLineFacts, complete_order
from portal.domain.orders.invoicing import invoice
from portal.domain.orders.payments import PaymentFacts, record_payment
from portal.domain.orders.release_facts import verdict_of
from portal.domain.orders.reserving import reserve_order
from tests.domain.orders.fulfilling import Case, credit_limit, item_in_stock, ordered, scheduled
from tests.domain.orders.stock_orders import line_ids, reserved_of
from tests.factories import Factory, acting
from tests.order_scenarios import Ordered, loaded, phone_order, warehouse_of
from tests.scenarios import Cast, cast_of

REFUSED = (FieldError, FieldErrors)


async def in_stock(make: Factory) -> Case:
    return await scheduled(make, (await item_in_stock(make, ("A", "50")), "10"))


async def free_text_order(make: Factory) -> tuple[Case, int]:
    """An order of goods outside the catalogue that are produced today, and its line's id."""
    cast = await cast_of(make)
    line = OrderLineFacts(
        row=0,
        description="Cover",
        unit="pcs",
        quantity=Decimal(5),
        unit_price=Decimal(1),
    )
    taken = await phone_order(make, cast, lines=(line,))
    await credit_limit(make, cast, "100000")
    case = Case(make, cast, taken.reference, await warehouse_of(make, cast), [])
    await case.confirm()
    async with acting(cast.supervisor):
        order = await loaded(case.reference, cast.supervisor)
        await approvals.consent_on_stock(order, "As agreed", by=cast.supervisor)
        line_id = await fetch_value("SELECT id FROM sales_order_line WHERE order_id = $1", order.id)
        today = await fetch_value("SELECT (business_now() AT TIME ZONE 'Asia/Shanghai')::date")
        await approvals.set_production(order, line_id, today, by=cast.supervisor)
    await case.schedule()
    return case, line_id


async def test_a_batch_has_the_length_of_a_batch_for_every_kind_of_goods(make: Factory) -> None:
    case, line_id = await free_text_order(make)
    shipment = await case.prepare()
    for batch in ("B" * 61, "".join(f"{number:x}" for number in range(9000))):
        with pytest.raises(FieldErrors):
            async with acting(case.warehouse):
                chosen = [BatchFacts(0, line_id, Decimal(5), batch)]
                await set_batches(await case.shipment(shipment), chosen, by=case.warehouse)
    assert await case.picked(shipment) == [(1, "", 5)]


@pytest.mark.parametrize("day", [date(9999, 12, 31), date(2206, 3, 1)])
async def test_a_mistyped_year_is_no_promise(make: Factory, day: date) -> None:  # rules O7, O15
    cast = await cast_of(make)
    made, short = await make.item(kind="made_to_order"), await make.item()
    case = await ordered(make, (made, "1"), (short, "1"), cast=cast)
    await case.confirm()
    by = case.sales
    made_line, short_line = await line_ids(make, case.reference)
    async with acting(by):
        order = await loaded(case.reference, by)
        with pytest.raises(REFUSED):
            await promises.state_ship_date(order, day, "The mill is late", by=by)
        with pytest.raises(REFUSED):
            await approvals.set_production(order, made_line, day, by=by)
        with pytest.raises(REFUSED):
            await short_lines.confirm_short(short_line, day, by=by)


@pytest.mark.parametrize("day", [date(9999, 12, 31), date(2206, 3, 1)])
async def test_nor_is_it_a_day_of_arrival(make: Factory, day: date) -> None:  # rule O14
    case = await in_stock(make)
    shipment = await case.prepare()
    with pytest.raises(REFUSED):
        await case.ship(shipment, expected_on=day)
    await case.ship(shipment)
    with pytest.raises(REFUSED):
        async with acting(case.warehouse):
            moving = await case.shipment(shipment)
            await delivery.note_exception(moving, "Bridge closed", day, by=case.warehouse)


async def travelling(make: Factory, cast: Cast, *, leader: Ordered, count: int) -> list[Ordered]:
    """So many orders that travel with `leader`."""
    followers = [await phone_order(make, cast) for _ in range(count)]
    by = cast.representative
    for follower in followers:
        async with acting(by):
            order = await loaded(follower.reference, by)
            await changes.combine_with(order, leader.reference, by=by)
    return followers


async def elsewhere(make: Factory, ordered_by: Ordered) -> None:
    """The order goes to another plant."""
    cast = ordered_by.cast
    ship_to_id = await make.insert(
        "ship_to", account_id=cast.account.id, label="Plant 2", address="x", is_default=False
    )
    by = cast.representative
    async with acting(by):
        order = await loaded(ordered_by.reference, by)
        await changes.change_ship_to(order, ship_to_id, "The line has moved", by=by)


async def test_what_goes_elsewhere_travels_alone(make: Factory) -> None:  # rules O12, O13
    cast = await cast_of(make)
    leader = await phone_order(make, cast)
    first, second = await travelling(make, cast, leader=leader, count=2)
    await elsewhere(make, first)
    assert (await first.record()).combine_with_id is None
    assert (await second.record()).combine_with_id is not None
    told = await make.events("order.separated", cast.account.id)
    assert [each["with_reference"] for each in told] == [leader.reference]
    async with acting(cast.representative):
        assert await changes.companions(await loaded(first.reference, cast.representative)) == []


async def test_nobody_follows_an_order_that_goes_elsewhere(make: Factory) -> None:  # rules O12, O13
    cast = await cast_of(make)
    leader = await phone_order(make, cast)
    followers = await travelling(make, cast, leader=leader, count=2)
    await elsewhere(make, leader)
    assert [(await each.record()).combine_with_id for each in followers] == [None, None]
    assert len(await make.events("order.separated", cast.account.id)) == 2


async def test_a_mark_does_not_hide_what_is_owed_for_goods_that_are_out(  # rules O10, A16
    make: Factory,
) -> None:
    cast = await cast_of(make)
    there, missing = await item_in_stock(make, ("A", "100")), await make.item()
    first = await ordered(make, (there, "10"), (missing, "1"), cast=cast, limit="140")
    await first.confirm()
    by = first.sales
    async with acting(by):
        await changes.agree_to_parts(await loaded(first.reference, by), "Li Wei", by=by)
    await first.schedule()
    await first.ship(await first.prepare())
    other = await item_in_stock(make, ("B", "10"))
    second = await scheduled(make, (other, "10"), cast=cast, limit=None)
    with pytest.raises(WrongState):
        async with acting(by):
            order = await loaded(first.reference, by)
            await changes.mark(order, urgent=False, project=True, by=by)
    async with acting(by):
        order = await loaded(first.reference, by)
        await changes.mark(order, urgent=True, project=False, by=by)
        verdict = await verdict_of(await loaded(second.reference, by), by=by)
    assert not verdict.may_ship
    with pytest.raises(Conflict):
        await second.ship(await second.prepare())


async def test_what_was_shipped_in_part_is_not_reserved_twice(make: Factory) -> None:  # rule O15
    there, missing = await item_in_stock(make, ("A", "100")), await make.item()
    case = await ordered(make, (there, "0.001"), (missing, "1"))
    await case.confirm()
    by = case.sales
    async with acting(by):
        await changes.agree_to_parts(await loaded(case.reference, by), "Li Wei", by=by)
    await case.schedule()
    await case.ship(await case.prepare())
    async with acting(by):
        short = await reserve_order(await loaded(case.reference, by), by=by)
    assert [line.missing for line in short] == [1]
    assert await reserved_of(make, case.reference) == [0, 0]


@pytest.mark.parametrize("day", [date(1, 1, 1), date(206, 3, 1), date(2016, 3, 1)])
async def test_money_did_not_come_in_before_our_time(make: Factory, day: date) -> None:
    case = await in_stock(make)
    finance = await make.staff(StaffRole.FINANCE)
    with pytest.raises(FieldErrors):
        async with acting(finance):
            order = await loaded(case.reference, finance)
            given = PaymentFacts(Decimal(10), day, "BOC 1")
            await record_payment(order, given, by=finance)


async def test_no_price_changes_once_the_manager_has_consented(make: Factory) -> None:  # rule O1
    cast = await cast_of(make)
    taken = await phone_order(make, cast, price=None)
    async with acting(cast.supervisor):
        order = await loaded(taken.reference, cast.supervisor)
        await approvals.consent_on_stock(order, "A good customer", by=cast.supervisor)
    cheaper = OrderFacts(lines=(OrderLineFacts(row=0, position=1, unit_price=Decimal("0.01")),))
    with pytest.raises(FieldErrors):
        async with acting(cast.representative):
            order = await loaded(taken.reference, cast.representative)
            await complete_order(order, cheaper, by=cast.representative)
    async with acting(cast.representative):  # all else can still be filled in
        order = await loaded(taken.reference, cast.representative)
        await complete_order(
            order, OrderFacts(purchase_order_number="PO 7"), by=cast.representative
        )


async def test_nobody_consents_to_what_has_no_price(make: Factory) -> None:  # rule O1
    cast = await cast_of(make)
    lines = (
        OrderLineFacts(row=0, sku=cast.sku, quantity=Decimal(1)),
        OrderLineFacts(row=1, description="Cover", unit="pcs", quantity=Decimal(1)),
    )
    taken = await phone_order(make, cast, price=None, lines=lines)
    with pytest.raises(approvals.NotPriced):
        async with acting(cast.supervisor):
            order = await loaded(taken.reference, cast.supervisor)
            await approvals.consent_on_stock(order, "A good customer", by=cast.supervisor)


async def test_what_is_scheduled_is_not_confirmed_again(make: Factory) -> None:  # rule O1
    case = await in_stock(make)
    before = (await Ordered(case.cast, case.reference).record()).confirmed_at
    with pytest.raises(WrongState):
        await case.confirm()
    assert await case.status() == "scheduled"
    assert (await Ordered(case.cast, case.reference).record()).confirmed_at == before


async def test_what_is_settled_is_not_invoiced_again(make: Factory) -> None:  # rule O22
    case = await in_stock(make)
    shipment = await case.prepare()
    await case.ship(shipment)
    await case.deliver(shipment)
    finance = await make.staff(StaffRole.FINANCE)
    async with acting(finance):
        order = await loaded(case.reference, finance)
        today = (await database_now()).date()
        given = PaymentFacts(Decimal("124.30"), today, "BOC 1")
        await record_payment(order, given, by=finance)
        await invoice(order, "FP-1", by=finance)
    assert await case.status() == "settled"
    with pytest.raises(WrongState):
        async with acting(finance):
            await invoice(await loaded(case.reference, finance), "FP-2", by=finance)
    order = await Ordered(case.cast, case.reference).record()
    assert (order.invoice_number, order.status) == ("FP-1", "settled")
