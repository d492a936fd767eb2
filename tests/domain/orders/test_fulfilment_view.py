"""What both sides see of goods on their way, and the promises they meet (rules O3, O6, O12-O16)."""

from datetime import timedelta

from portal.database import database_now
from portal.domain.common.activity import timeline
from portal.domain.common.actor import Actor, Audience
from portal.domain.orders import changes
from portal.domain.orders.combining import combine_with
from portal.domain.orders.shipment_story import ShipmentHappening
from portal.domain.orders.shipments_view import (
    PickList,
    ShipmentView,
    pick_list,
    shipment_view,
    shipments_of,
)
from portal.domain.orders.states import ShipmentStatus
from portal.domain.orders.story import phrase_of
from portal.domain.orders.tables import SUBJECT_KIND
from portal.domain.orders.warehouse_list import shipments_in
from portal.domain.service_levels import clock
from portal.domain.service_levels.promise import Promise, PromiseState, TargetKind
from tests.domain.orders.fulfilling import Case, item_in_stock, ordered, scheduled
from tests.factories import Factory, acting
from tests.order_scenarios import loaded


async def promise(case: Case, kind: TargetKind) -> Promise:
    order_id = await case.order_id()
    async with acting(case.sales):
        owed = await clock.targets_of(SUBJECT_KIND, order_id)
    return next(each for each in owed if each.kind is kind)


async def picking(case: Case, shipment: str) -> PickList:
    async with acting(case.warehouse):
        return await pick_list(await case.shipment(shipment))


async def seen(case: Case, by: Actor) -> list[ShipmentView]:
    order_id = await case.order_id()
    async with acting(by):
        return list(await shipments_of(order_id))


async def test_the_pick_list_says_what_to_take_and_what_to_look_out_for(make: Factory) -> None:
    """Rules O12, O13: by item number, with batch, without a price."""
    one, other = await item_in_stock(make, ("B1", "4")), await item_in_stock(make, ("C1", "40"))
    case = await scheduled(make, (other, "3"), (one, "2"))
    third = await item_in_stock(make, ("D1", "40"))
    along = await scheduled(make, (third, "1"), cast=case.cast)
    async with acting(case.sales):
        order = await loaded(along.reference, case.sales)
        await combine_with(order, case.reference, by=case.sales)
    shipment = await case.prepare()
    async with acting(case.sales):
        order = await loaded(case.reference, case.sales)
        await changes.hold(order, "Crane is late", "Bay 4", by=case.sales)
    shown = await picking(case, shipment)
    assert [line.sku for line in shown.lines] == sorted(line.sku for line in shown.lines)
    assert {(line.batch, line.quantity) for line in shown.lines} == {("C1", 3), ("B1", 2)}
    assert (shown.held, shown.hold_place) == (True, "Bay 4")
    assert shown.travels_with == [along.reference]
    note = await along.prepare()  # each list names the other's
    assert (await picking(case, shipment)).travels_with == [f"{along.reference} ({note})"]
    assert (await picking(along, note)).travels_with == [f"{case.reference} ({shipment})"]
    assert shown.shipment.ship_to_label == "Plant 1"
    assert "price" not in repr(shown)


async def test_both_sides_see_the_same_shipment(make: Factory) -> None:
    """Rule O21: carrier, tracking number, parcels, what is in it."""
    case = await scheduled(make, (await item_in_stock(make, ("B1", "20")), "10"))
    shipment = await case.prepare()
    await case.ship(shipment)
    ours, theirs = await seen(case, case.sales), await seen(case, case.cast.buyer)
    assert ours == theirs
    (view,) = theirs
    assert (view.carrier, view.tracking_number, view.parcels) == ("SF Express", "SF1234567890", 2)
    assert [(line.batch, line.ordered, line.to_follow) for line in view.lines] == [("B1", 10, 0)]
    assert view.shipped_by == case.warehouse.name


async def test_what_was_withdrawn_is_not_shown_but_can_be_read(make: Factory) -> None:
    case = await scheduled(make, (await item_in_stock(make, ("B1", "20")), "10"))
    shipment = await case.prepare()
    async with acting(case.sales):
        order = await loaded(case.reference, case.sales)
        await changes.cancel(order, "Ordered twice", by=case.sales)
    assert not await seen(case, case.cast.buyer)
    async with acting(case.warehouse):
        view = await shipment_view(await case.shipment(shipment))
    assert view.status == "cancelled"


async def test_what_the_customer_collects_needs_no_place(make: Factory) -> None:
    case = await scheduled(
        make,
        (await item_in_stock(make, ("B1", "20")), "10"),
        transport="pickup",
        ship_to_id=None,
    )
    shipment = await case.prepare()
    async with acting(case.warehouse):
        packed = await shipments_in(ShipmentStatus.IN_PREPARATION, by=case.warehouse)
    assert shipment in [row.reference for row in packed]
    await case.ship(shipment, carrier="Li Wei", tracking_number="", expected_on=None)
    (view,) = await seen(case, case.cast.buyer)
    assert (view.ship_to_label, view.carrier, view.expected_on) == ("", "Li Wei", None)


async def test_the_promise_is_met_when_the_last_goods_leave(make: Factory) -> None:
    """Rules O3, O15: not by a part of them."""
    there, short = await item_in_stock(make, ("", "5")), await item_in_stock(make, ("", "1"))
    case = await scheduled(make, (there, "5"), (short, "4"))
    async with acting(case.sales):
        order = await loaded(case.reference, case.sales)
        await changes.agree_to_parts(order, "Li Wei", by=case.sales)
    await case.ship(await case.prepare())
    before = await _shipment_promises(case)
    assert all(each.is_open for each in before)
    await make.stock(short, 3)
    line = (await case.line(2))["id"]
    await make.owner.execute("UPDATE sales_order_line SET reserved = 3 WHERE id = $1", line)
    await case.ship(await case.prepare())
    assert not any(each.is_open for each in await _shipment_promises(case))


async def test_an_urgent_delivery_is_met_at_the_signature(make: Factory) -> None:
    """Rule O6: standard parts within six hours, counted to the signature, not to its recording."""
    case = await scheduled(make, (await item_in_stock(make, ("B1", "20")), "10"), urgent=True)
    shipment = await case.prepare()
    await case.ship(shipment)
    async with acting(case.warehouse):
        signed = await database_now() + timedelta(hours=1)
    await make.move_clock(timedelta(hours=9))
    try:
        await case.deliver(shipment, delivered_at=signed)
        owed = await promise(case, TargetKind.URGENT_DELIVERY)
        assert owed.state is PromiseState.MET
        assert owed.met_at == signed
    finally:
        await make.move_clock(timedelta(0))


async def test_the_timeline_has_words_and_days_for_everything(make: Factory) -> None:
    """Rule O21."""
    case = await scheduled(make, (await item_in_stock(make, ("B1", "20")), "10"))
    shipment = await case.prepare()
    await case.ship(shipment)
    await case.deliver(shipment)
    order_id = await case.order_id()
    async with acting(case.cast.buyer):
        entries = await timeline(SUBJECT_KIND, order_id, visible_to=Audience.CUSTOMER)
    ours = {happening.value for happening in ShipmentHappening}
    phrases = [phrase_of(entry) for entry in entries if entry.verb in ours]
    assert [phrase.msgid for phrase in phrases] == [
        ShipmentHappening.IN_PREPARATION.label,
        ShipmentHappening.SHIPPED.label,
        ShipmentHappening.DELIVERED.label,
    ]
    assert all(phrase.msgid % phrase.params for phrase in phrases)


async def test_an_order_that_ships_tells_everybody_once(make: Factory) -> None:
    case = await ordered(make, (await item_in_stock(make, ("B1", "20")), "10"))
    await case.confirm()
    await case.schedule()
    shipment = await case.prepare()
    await case.ship(shipment)
    await case.deliver(shipment)
    account = case.cast.account.id
    for kind in ("confirmed", "scheduled", "in_preparation", "shipped", "delivered"):
        assert len(await make.events(f"order.{kind}", account)) == 1, kind
    (shipped,) = await make.events("order.shipped", account)
    assert shipped["complete"] is True


async def _shipment_promises(case: Case) -> list[Promise]:
    order_id = await case.order_id()
    async with acting(case.sales):
        owed = await clock.targets_of(SUBJECT_KIND, order_id)
    return [each for each in owed if each.kind is TargetKind.SHIPMENT]
