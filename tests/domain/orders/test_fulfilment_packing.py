"""Taken from the shelf: one pick list at a time, the oldest batch first."""

from decimal import Decimal

import pytest

from portal.domain.common.activity import timeline
from portal.domain.common.actor import Audience
from portal.domain.common.errors import (
    Conflict,
    FieldErrors,
    WrongState,
)
from portal.domain.orders import batches, preparation
from portal.domain.orders.batches import BatchFacts
from portal.domain.orders.fulfilment_refusals import (
    AlreadyInPreparation,
)
from portal.domain.orders.tables import SUBJECT_KIND
from tests.domain.orders.fulfilling import item_in_stock, ordered, scheduled
from tests.factories import Factory, acting


async def test_preparing_takes_the_oldest_batches_first(make: Factory) -> None:
    item = await item_in_stock(make, ("B1", "6"), ("B2", "30"))
    case = await scheduled(make, (item, "10"))
    shipment = await case.prepare()
    assert await case.picked(shipment) == [(1, "B1", 6), (1, "B2", 4)]
    assert await case.status() == "in_preparation"
    assert await case.on_hand(item) == (36, 36, 36)  # nothing has left


async def test_two_pick_lists_do_not_choose_the_same_pieces(make: Factory) -> None:
    item = await item_in_stock(make, ("B1", "6"), ("B2", "30"))
    first, second = [await scheduled(make, (item, "5")) for _ in range(2)]
    assert await first.picked(await first.prepare()) == [(1, "B1", 5)]
    assert await second.picked(await second.prepare()) == [(1, "B1", 1), (1, "B2", 4)]


async def test_the_warehouse_chooses_other_batches(make: Factory) -> None:
    item = await item_in_stock(make, ("B1", "6"), ("B2", "30"))
    case = await scheduled(make, (item, "10"))
    shipment = await case.prepare()
    line = (await case.line())["id"]
    chosen = [BatchFacts(0, line, Decimal(7), "b2"), BatchFacts(1, line, Decimal(3), "B1")]
    async with acting(case.warehouse) as _:
        record = await case.shipment(shipment)
        await batches.set_batches(record, chosen, by=case.warehouse, expected_version=1)
    assert await case.picked(shipment) == [(1, "B1", 3), (1, "B2", 7)]
    async with acting(case.warehouse):
        with pytest.raises(Conflict):  # a colleague's form from before
            record = await case.shipment(shipment)
            await batches.set_batches(record, chosen, by=case.warehouse, expected_version=1)


@pytest.mark.parametrize(
    ("rows", "fields"),
    [
        ([("B1", "7"), ("B2", "3")], ["lines-0-batch"]),  # B1 has six
        ([("B9", "10")], ["lines-0-batch"]),
        ([("B2", "11")], ["lines-0-quantity"]),
        ([("B2", "9")], ["lines"]),
        ([("B2", "0"), ("B2", "10")], ["lines-0-quantity"]),
    ],
)
async def test_other_batches_must_add_up_and_be_there(
    make: Factory, rows: list[tuple[str, str]], fields: list[str]
) -> None:
    item = await item_in_stock(make, ("B1", "6"), ("B2", "30"))
    case = await scheduled(make, (item, "10"))
    shipment = await case.prepare()
    line = (await case.line())["id"]
    chosen = [
        BatchFacts(row, line, Decimal(quantity), batch)
        for row, (batch, quantity) in enumerate(rows)
    ]
    async with acting(case.warehouse):
        with pytest.raises(FieldErrors) as refused:
            await batches.set_batches(await case.shipment(shipment), chosen, by=case.warehouse)
    assert [error.field for error in refused.value.errors] == fields
    assert await case.picked(shipment) == [(1, "B1", 6), (1, "B2", 4)]


async def test_withdrawing_leads_back_and_frees_the_batches(make: Factory) -> None:
    item = await item_in_stock(make, ("B1", "10"))
    case = await scheduled(make, (item, "10"))
    shipment = await case.prepare()
    async with acting(case.warehouse):
        await preparation.withdraw_preparation(
            await case.shipment(shipment), "Wet cartons", by=case.warehouse
        )
    assert await case.status() == "scheduled"
    assert (await case.line())["reserved"] == 10
    async with acting(case.warehouse):
        with pytest.raises(WrongState):
            await preparation.withdraw_preparation(
                await case.shipment(shipment), "Again", by=case.warehouse
            )
    again = await case.prepare()
    assert again != shipment
    assert await case.picked(again) == [(1, "B1", 10)]
    order_id = await case.order_id()
    async with acting(case.cast.buyer):
        seen = await timeline(SUBJECT_KIND, order_id, visible_to=Audience.CUSTOMER)
    assert "Wet" not in str(seen)  # why is for us to know
    assert "orders.preparation_withdrawn" in [entry.verb for entry in seen]


async def test_one_pick_list_at_a_time_and_only_of_what_is_scheduled(make: Factory) -> None:
    item = await item_in_stock(make, ("B1", "20"))
    case = await ordered(make, (item, "10"))
    await case.confirm()
    with pytest.raises(WrongState):
        await case.prepare()
    await case.schedule()
    await case.prepare()
    with pytest.raises(AlreadyInPreparation):
        await case.prepare()
