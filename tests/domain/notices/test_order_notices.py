"""Who is told of what happens to an order, and that nobody else is (rules O1, O11, A6)."""

import pytest

from portal.domain.common.actor import SYSTEM, Audience, Side
from portal.domain.common.permissions import CustomerRole, StaffRole
from portal.domain.common.thread import write
from portal.domain.notices.facts import Fact, words_for
from portal.domain.notices.kinds import NoticeKind, Reason
from portal.domain.notices.telling import TOLD
from portal.domain.orders.events import CreditEvent, OrderEvent, RegistrationEvent
from tests.domain.notices.happenings import mails, notices, told
from tests.domain.notices.order_case import PROMISED, case
from tests.factories import Factory, acting


def test_every_event_says_who_is_told() -> None:
    announced = {*OrderEvent, *CreditEvent, *RegistrationEvent}
    assert {event.value for event in announced} <= TOLD.keys()
    assert all(TOLD[event].tellings for event in announced)


async def test_a_reorder_reaches_sales(make: Factory) -> None:
    """Rule O1: the sales representative confirms it, the assistant has a copy."""
    at = await case(make)
    assert await at.happens(OrderEvent.PLACED, by=at.buyer) == {
        at.representative.name: "order_received",
        at.assistant.name: "order_received",
    }


async def test_an_order_taken_by_phone_is_confirmed_to_the_customer(make: Factory) -> None:
    at = await case(make, urgent=True)
    assert await at.happens(OrderEvent.PLACED, by=at.assistant) == {
        at.representative.name: "urgent_order_received",
        at.buyer.name: "order_taken",
    }


async def test_what_is_urgent_goes_ahead(make: Factory) -> None:
    """Rule O6."""
    at = await case(make, urgent=True)
    event = await at.event(OrderEvent.SCHEDULED, by=at.representative)
    assert await told(make, event) == {at.warehouse.name: "urgent_to_prepare"}
    assert [mail["queue"] for mail in await mails(make, event)] == ["urgent"]


async def test_the_customer_reads_what_is_missing(make: Factory) -> None:
    """Rule O1."""
    at = await case(make)
    event = await at.event(OrderEvent.INCOMPLETE, by=at.assistant, missing=["price", "transport"])
    found = await notices(make, event)
    assert found[at.representative.name]["kind"] == "order_incomplete"
    assert found[at.buyer.name]["words"]["missing"] == ["price", "transport"]


async def test_the_confirmation_tells_the_promise(make: Factory) -> None:
    at = await case(make)
    event = await at.event(OrderEvent.CONFIRMED, by=at.representative)
    (notice,) = (await notices(make, event)).values()
    assert notice["kind"] == "order_confirmed"
    assert notice["words"]["ship_on"] == PROMISED.isoformat()
    assert notice["words"]["total"] == {"amount": "113.000", "currency": "CNY"}
    assert notice["path"] == f"/orders/{at.order.reference}"
    (mail,) = await mails(make, event)
    assert mail["thread_id"] == f"<sales_order.{at.order.id}@hengda.example>"


async def test_sales_hears_of_a_cancellation_and_the_warehouse_if_it_knew(make: Factory) -> None:
    """Rule O11: recorded, and sales is told, which coordinates."""
    at = await case(make)
    assert await at.happens(OrderEvent.CANCELLED, by=at.buyer, was="confirmed") == {
        at.representative.name: "order_cancelled",
        at.assistant.name: "order_cancelled",
    }
    assert await at.happens(OrderEvent.CANCELLED, by=at.representative, was="in_preparation") == {
        at.assistant.name: "order_cancelled",
        at.warehouse.name: "order_cancelled",
        at.buyer.name: "your_order_cancelled",
    }


async def test_messages_reach_the_other_side_and_notes_nobody(make: Factory) -> None:
    at = await case(make)
    async with acting(at.buyer):
        asked = await write(
            at.order.subject, "Where is it?", by=at.buyer, audience=Audience.CUSTOMER
        )
    assert await at.happens(OrderEvent.MESSAGE, by=at.buyer, message_id=asked) == {
        at.representative.name: "order_message"
    }
    colleague = await make.buyer(at.account)
    async with acting(colleague):
        await write(at.order.subject, "Yes, where?", by=colleague, audience=Audience.CUSTOMER)
    async with acting(at.representative):
        note = await write(
            at.order.subject, "Always asking", by=at.representative, audience=Audience.INTERNAL
        )
    event = await at.event(OrderEvent.MESSAGE, by=at.representative, message_id=note)
    assert set(await told(make, event)) == {at.buyer.name, colleague.name}
    assert "Always" not in str(await notices(make, event))


async def test_without_a_person_of_the_portal_the_main_contact_is_told(make: Factory) -> None:
    at = await case(make)
    await make.owner.execute(
        "UPDATE sales_order SET placed_by = $2 WHERE id = $1",
        at.order.id,
        at.assistant.person_id,
    )
    await make.owner.execute(
        "UPDATE contact SET is_main = true WHERE person_id = $1", at.buyer.person_id
    )
    event = await at.event(OrderEvent.CONFIRMED, by=at.representative)
    (notice,) = (await notices(make, event)).values()
    assert notice["words"]["reason"] == "main_contact"
    assert notice["words"]["account"] == at.account.name


@pytest.mark.parametrize("event", list(OrderEvent))
async def test_a_stranger_is_never_told(make: Factory, event: OrderEvent) -> None:
    """Nobody of another account, no former member, nobody of another branch."""
    at = await case(make)
    other = await make.buyer(await make.account())
    left = await make.buyer(at.account, CustomerRole.READER)
    await make.owner.execute(
        "UPDATE membership SET ended_at = now() WHERE person_id = $1", left.person_id
    )
    far = await make.staff(StaffRole.WAREHOUSE)
    shipment = await at.shipment()
    reached = await at.happens(event, by=SYSTEM, shipment_id=shipment)
    assert not {other.name, left.name, far.name} & set(reached)


def test_no_kind_for_customers_may_carry_what_we_wrote_for_ourselves() -> None:
    """Of all that is known, a customer's notice takes its own part only."""
    known = {fact.value: "x" for fact in Fact} | {"said": "internal", "hold_place": "Bay 4"}
    for kind in (
        NoticeKind.YOUR_ORDER_HELD,
        NoticeKind.YOUR_ORDER_CANCELLED,
        NoticeKind.ORDER_CONFIRMED,
        NoticeKind.PAYMENT_RECEIVED,
        NoticeKind.PROMISE_MOVED,
        NoticeKind.SHORT_OF_STOCK,
    ):
        words = words_for(kind, Side.CUSTOMER, Reason.ORDERER, known)
        assert not {"said", "hold_place", "account"} & words.keys()
