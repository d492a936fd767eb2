"""On the way and signed for (rules O14, O16)."""

from datetime import timedelta

import pytest

from portal.database import database_now
from portal.domain.common.actor import Audience
from portal.domain.common.errors import (
    FieldErrors,
    NotFound,
    WrongState,
)
from portal.domain.common.files.attachments import attached_files
from portal.domain.orders import delivery
from portal.domain.orders.fulfilment_refusals import (
    NoSignedNote,
)
from portal.domain.orders.shipments_view import shipments_of
from portal.domain.orders.tables import SHIPMENT
from tests.domain.orders.fulfilling import item_in_stock, scheduled
from tests.factories import Factory, acting


async def test_a_delivery_is_signed_for_and_the_paper_kept(make: Factory) -> None:
    """Rule O16: who signed, when, and the signed note, which the customer sees too."""
    case = await scheduled(make, (await item_in_stock(make, ("B1", "20")), "10"))
    shipment = await case.prepare()
    await case.ship(shipment)
    await case.deliver(shipment, signed_by="Chen Hong")
    assert await case.status() == "delivered"
    buyer = case.cast.buyer
    order_id = await case.order_id()
    async with acting(buyer):
        (view,) = await shipments_of(order_id)
        (note,) = await attached_files(SHIPMENT, view.id, visible_to=Audience.CUSTOMER)
    assert (view.signed_by, view.status, note.name) == ("Chen Hong", "delivered", "signed.jpg")
    assert view.delivered_at is not None


async def test_without_the_signed_paper_no_delivery_is_recorded(make: Factory) -> None:
    """Rule O16."""
    case = await scheduled(make, (await item_in_stock(make, ("B1", "20")), "10"))
    shipment = await case.prepare()
    await case.ship(shipment)
    with pytest.raises(NoSignedNote):
        await case.deliver(shipment, form_key="nothing-was-chosen-here")
    with pytest.raises(FieldErrors) as refused:
        async with acting(case.warehouse):
            tomorrow = await database_now() + timedelta(days=1)
        await case.deliver(shipment, signed_by="", delivered_at=tomorrow)
    assert [error.field for error in refused.value.errors] == ["signed_by", "delivered_at"]
    with pytest.raises(FieldErrors):
        await case.deliver(shipment, delivered_at=tomorrow - timedelta(days=3))
    assert await case.status() == "shipped"


async def test_what_has_not_left_cannot_arrive(make: Factory) -> None:
    case = await scheduled(make, (await item_in_stock(make, ("B1", "20")), "10"))
    shipment = await case.prepare()
    with pytest.raises(WrongState):
        await case.deliver(shipment)
    async with acting(case.warehouse):
        with pytest.raises(WrongState):
            await delivery.note_exception(
                await case.shipment(shipment),
                "Lorry broke down",
                (await database_now()).date(),
                by=case.warehouse,
            )


async def test_an_exception_moves_the_promise_and_both_are_kept(make: Factory) -> None:
    """Rule O14."""
    case = await scheduled(make, (await item_in_stock(make, ("B1", "20")), "10"))
    shipment = await case.prepare()
    await case.ship(shipment)
    async with acting(case.sales):  # the carrier called sales
        today = (await database_now()).date()
        record = await case.shipment(shipment, by=case.sales)
        with pytest.raises(FieldErrors):
            await delivery.note_exception(record, " ", today - timedelta(days=2), by=case.sales)
        await delivery.note_exception(
            record, "Snow on the pass", today + timedelta(days=6), by=case.sales
        )
    order_id = await case.order_id()
    async with acting(case.cast.buyer):
        (view,) = await shipments_of(order_id)
    assert view.is_delayed
    (exception,) = view.exceptions
    assert exception.what == "Snow on the pass"
    assert exception.expected_before == today + timedelta(days=3)
    assert exception.expected_on == view.expected_on == today + timedelta(days=6)


async def test_foreign_shipments_are_unknown(make: Factory) -> None:
    case = await scheduled(make, (await item_in_stock(make, ("B1", "20")), "10"))
    shipment = await case.prepare()
    other = await make.buyer(await make.account())
    order_id = await case.order_id()
    async with acting(other):
        with pytest.raises(NotFound):
            await case.shipment(shipment, by=other)
        assert not await shipments_of(order_id)
    stranger = await make.staff()  # rule A6: another branch, not of the team
    async with acting(stranger):
        with pytest.raises(NotFound):
            await case.shipment(shipment, by=stranger)
