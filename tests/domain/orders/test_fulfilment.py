"""Goods leave: what is there, what is released, once (rules O10-O13, O15)."""

import asyncio
from datetime import timedelta

import pytest

from portal.database import database_now
from portal.domain.common.errors import (
    DomainError,
    FieldErrors,
    NotAllowed,
)
from portal.domain.orders import changes, delivery, preparation, shipping
from portal.domain.orders.fulfilment_refusals import (
    NotAllThere,
    NotReleased,
    ShipToNotSeen,
)
from portal.domain.orders.shipments_view import pick_list, shipments_of
from tests.domain.orders.fulfilling import Case, item_in_stock, scheduled
from tests.factories import Factory, acting
from tests.order_scenarios import loaded


async def test_handing_over_takes_the_goods_from_stock(make: Factory) -> None:
    item = await item_in_stock(make, ("B1", "6"), ("B2", "30"))
    case = await scheduled(make, (item, "10"))
    shipment = await case.prepare()
    await case.ship(shipment)
    assert await case.status() == "shipped"
    assert await case.on_hand(item) == (26, 26, 26)
    line = await case.line()
    assert (line["reserved"], line["shipped"]) == (0, 10)
    moved = await make.owner.fetch(
        """SELECT batch, quantity, reason FROM stock_movement
           WHERE order_line_id = $1 ORDER BY batch""",
        line["id"],
    )
    assert [tuple(row) for row in moved] == [("B1", -6, shipment), ("B2", -4, shipment)]


async def test_handing_over_needs_carrier_parcels_and_a_day_to_come(make: Factory) -> None:
    case = await scheduled(make, (await item_in_stock(make, ("", "10")), "10"))
    shipment = await case.prepare()
    async with acting(case.warehouse):
        given = await case.carrier(
            carrier=" ",
            parcels=0,
            expected_on=(await database_now()).date() - timedelta(days=3),
        )
        with pytest.raises(FieldErrors) as refused:
            await shipping.hand_over(await case.shipment(shipment), given, by=case.warehouse)
    assert [error.field for error in refused.value.errors] == ["carrier", "parcels", "expected_on"]
    assert await case.status() == "in_preparation"


async def test_nothing_incomplete_leaves_unless_the_customer_agreed(make: Factory) -> None:
    """Rule O15: no incomplete shipment, unless agreed in writing."""
    there, short = await item_in_stock(make, ("", "5")), await item_in_stock(make, ("", "1"))
    case = await scheduled(make, (there, "5"), (short, "4"))
    with pytest.raises(NotAllThere):
        await case.prepare()
    async with acting(case.sales):
        order = await loaded(case.reference, case.sales)
        await changes.agree_to_parts(order, "Li Wei", by=case.sales)
    first = await case.prepare()
    assert await case.picked(first) == [(1, "", 5), (2, "", 1)]
    await case.ship(first)
    assert await case.status() == "partly_shipped"
    await make.stock(short, 3)
    await make.owner.execute(
        """UPDATE sales_order_line SET reserved = 3 WHERE id = $1""", (await case.line(2))["id"]
    )
    await case.deliver(first)
    assert await case.status() == "partly_shipped"
    second = await case.prepare()
    await case.ship(second)
    assert await case.status() == "shipped"
    async with acting(case.warehouse):
        views = await shipments_of(await case.order_id())
    assert [[line.to_follow for line in view.lines] for view in views] == [[0, 3], [0]]
    await case.deliver(second)
    assert await case.status() == "delivered"


async def test_what_came_in_after_packing_must_go_too(make: Factory) -> None:
    """Rule O15: agreed parts were withdrawn while a part was packed: it may not leave alone."""
    there, short = await item_in_stock(make, ("", "5")), await item_in_stock(make, ("", "1"))
    case = await scheduled(make, (there, "5"), (short, "4"))
    async with acting(case.sales):
        order = await loaded(case.reference, case.sales)
        await changes.agree_to_parts(order, "Li Wei", by=case.sales)
    shipment = await case.prepare()
    await make.stock(short, 3)
    await make.owner.execute(
        "UPDATE sales_order_line SET reserved = 4 WHERE id = $1", (await case.line(2))["id"]
    )
    await make.owner.execute(
        """UPDATE sales_order SET partial_agreed_at = NULL, partial_agreed_by = ''
           WHERE reference = $1""",
        case.reference,
    )
    with pytest.raises(NotAllThere):
        await case.ship(shipment)
    assert await case.on_hand(there) == (5, 5, 5)


async def test_only_the_warehouse_packs_ships_and_records_deliveries(make: Factory) -> None:
    item = await item_in_stock(make, ("B1", "20"))
    case = await scheduled(make, (item, "10"))
    shipment = await case.prepare()
    sales = case.sales
    async with acting(sales):
        order = await loaded(case.reference, sales)
        record = await case.shipment(shipment, by=sales)
        with pytest.raises(NotAllowed):
            await preparation.start_preparation(order, by=sales)
        with pytest.raises(NotAllowed):
            await shipping.hand_over(record, await case.carrier(), by=sales)
        with pytest.raises(NotAllowed):
            await delivery.record_delivery(
                record,
                signed_by="X",
                delivered_at=await database_now(),
                by=sales,
                form_key="k" * 20,
            )


async def test_a_changed_place_is_seen_before_anything_is_packed_or_leaves(make: Factory) -> None:
    """Rule O13: pointed out to the warehouse; what is being packed goes there, too."""
    item = await item_in_stock(make, ("B1", "20"))
    case = await scheduled(make, (item, "10"))
    site = await make.insert(
        "ship_to", account_id=case.cast.account.id, label="Site 4", address="Gate 2"
    )
    plant = case.cast.account.ship_to_id
    await _moved_to(case, site)
    with pytest.raises(ShipToNotSeen):
        await case.prepare()
    await _seen(case)
    shipment = await case.prepare()
    await _moved_to(case, plant)
    with pytest.raises(ShipToNotSeen):
        await case.ship(shipment)
    async with acting(case.warehouse):
        shown = await pick_list(await case.shipment(shipment))
    assert (shown.place_changed, shown.place_unseen) == (True, True)
    await _seen(case)
    await case.ship(shipment)
    async with acting(case.warehouse):
        assert (await case.shipment(shipment)).ship_to_id == plant


async def test_release_is_decided_again_at_hand_over(make: Factory) -> None:
    """Rule O12: put on hold while it was packed, it does not leave."""
    item = await item_in_stock(make, ("B1", "20"))
    case = await scheduled(make, (item, "10"))
    shipment = await case.prepare()
    async with acting(case.sales):
        order = await loaded(case.reference, case.sales)
        await changes.hold(order, "Crane is late", "Bay 4", by=case.sales)
    with pytest.raises(NotReleased) as refused:
        await case.ship(shipment)
    assert [check.rule for check in refused.value.checks] == ["O12"]
    assert await case.on_hand(item) == (20, 20, 20)


async def test_nothing_ships_beyond_the_credit_limit(make: Factory) -> None:
    """Rules O10, A16: prepared within the limit of scheduling, stopped at hand-over."""
    item = await item_in_stock(make, ("B1", "20"))
    case = await scheduled(make, (item, "10"), limit="50")
    shipment = await case.prepare()
    with pytest.raises(NotReleased) as refused:
        await case.ship(shipment)
    assert [check.rule for check in refused.value.checks] == ["O10"]


async def test_two_hand_overs_at_once_take_the_goods_once(make: Factory) -> None:
    item = await item_in_stock(make, ("B1", "20"))
    case = await scheduled(make, (item, "10"))
    shipment = await case.prepare()
    done = await asyncio.gather(*(_tried(case.ship(shipment)) for _ in range(4)))
    assert sorted(done) == ["WrongState", "WrongState", "WrongState", "done"]
    assert await case.on_hand(item) == (10, 10, 10)


async def test_cancelled_or_shipped_never_both(make: Factory) -> None:
    """Rule O11: whoever gets the lock first wins, and the stock agrees with it."""
    item = await item_in_stock(make, ("B1", "60"))
    left = 60
    for _ in range(4):
        case = await scheduled(make, (item, "10"))
        shipment = await case.prepare()
        await asyncio.gather(_tried(_cancelled(case)), _tried(case.ship(shipment)))
        status = await case.status()
        assert status in {"cancelled", "shipped"}
        left -= 10 if status == "shipped" else 0
        assert await case.on_hand(item) == (left, left, left)
        assert (await case.line())["reserved"] == 0


async def test_many_orders_of_one_item_ship_at_once_and_the_stock_agrees(make: Factory) -> None:
    one, other = await item_in_stock(make, ("B1", "40")), await item_in_stock(make, ("C1", "40"))
    cases = [
        await scheduled(make, *((one, "4"), (other, "3"))[:: 1 if turn % 2 else -1])
        for turn in range(4)
    ]
    shipments = [await case.prepare() for case in cases]
    await asyncio.gather(
        *(case.ship(shipment) for case, shipment in zip(cases, shipments, strict=True))
    )
    assert await cases[0].on_hand(one) == (24, 24, 24)
    assert await cases[0].on_hand(other) == (28, 28, 28)


async def _moved_to(case: Case, ship_to_id: int) -> None:
    async with acting(case.sales):
        order = await loaded(case.reference, case.sales)
        await changes.change_ship_to(order, ship_to_id, "Work has moved", by=case.sales)


async def _seen(case: Case) -> None:
    async with acting(case.warehouse):
        await changes.ship_to_seen(await loaded(case.reference, case.warehouse), by=case.warehouse)


async def _cancelled(case: Case) -> None:
    async with acting(case.sales):
        order = await loaded(case.reference, case.sales)
        await changes.cancel(order, "Ordered twice", by=case.sales)


async def _tried(verb: object) -> str:
    try:
        await verb  # type: ignore[misc]
    except DomainError as error:
        return type(error).__name__
    return "done"
