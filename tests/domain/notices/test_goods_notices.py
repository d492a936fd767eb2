"""Warehouse, sales and customers are told of goods on their way (rules O6, O12-O16, O22)."""

import json
from datetime import timedelta
from decimal import Decimal

from portal.domain.orders.events import OrderEvent
from tests.domain.notices.happenings import mails, notices
from tests.domain.notices.order_case import PROMISED, case
from tests.factories import Factory


async def test_the_warehouse_is_told_what_to_prepare_without_prices(make: Factory) -> None:
    at = await case(make)
    event = await at.event(OrderEvent.SCHEDULED, by=at.representative)
    found = await notices(make, event)
    assert list(found) == [at.warehouse.name]
    assert "total" not in found[at.warehouse.name]["words"]
    assert found[at.warehouse.name]["path"] == (f"/staff/warehouse/orders/{at.order.reference}")
    assert not await mails(make, event)  # their list says it, too
    assert await at.happens(OrderEvent.UNSCHEDULED, by=at.representative) == {
        at.warehouse.name: "not_to_prepare"
    }


async def test_the_warehouse_hears_that_an_order_may_ship_once_it_has_it(make: Factory) -> None:
    at = await case(make)
    assert await at.happens(OrderEvent.RELEASED, by=at.finance) == {
        at.representative.name: "may_ship"
    }
    await make.owner.execute(
        "UPDATE sales_order SET status = 'scheduled' WHERE id = $1", at.order.id
    )
    assert await at.happens(OrderEvent.RELEASED, by=at.finance) == {
        at.warehouse.name: "may_ship",
        at.representative.name: "may_ship",
    }


async def test_other_places_and_combined_orders_are_pointed_out(make: Factory) -> None:
    """Rules O12, O13."""
    at = await case(make)
    assert await at.happens(OrderEvent.SHIP_TO_CHANGED, by=at.assistant) == {
        at.warehouse.name: "place_changed",
        at.representative.name: "place_changed",
        at.buyer.name: "place_changed",
    }
    event = await at.event(
        OrderEvent.COMBINED, by=at.representative, with_id=1, with_reference="SO-2026-00008"
    )
    (notice,) = (await notices(make, event)).values()
    assert (notice["kind"], notice["words"]["other"]) == ("ships_together", "SO-2026-00008")


async def test_why_an_order_is_held_stays_with_us(make: Factory) -> None:
    """Rule O12: the customer is told that it is, not why."""
    at = await case(make)
    await make.owner.execute(
        """UPDATE sales_order SET held_at = now(), hold_reason = 'They pay late',
               hold_place = 'Bay 4' WHERE id = $1""",
        at.order.id,
    )
    event = await at.event(OrderEvent.HELD, by=at.representative)
    found = await notices(make, event)
    assert found[at.warehouse.name]["words"]["said"] == "They pay late"
    assert found[at.warehouse.name]["words"]["hold_place"] == "Bay 4"
    assert found[at.buyer.name]["kind"] == "your_order_held"
    assert "late" not in json.dumps(found[at.buyer.name]["words"])
    assert "Bay" not in json.dumps(found[at.buyer.name]["words"])


async def test_a_short_line_is_told_with_its_day(make: Factory) -> None:
    """Rule O15."""
    at = await case(make)
    line = await make.insert(
        "sales_order_line",
        account_id=at.account.id,
        order_id=at.order.id,
        position=1,
        description="Deep groove bearing",
        quantity=Decimal(10),
        unit="pcs",
        tax_rate=Decimal("0.13"),
        net=Decimal(100),
        tax=Decimal(13),
        available_on=PROMISED,
    )
    event = await at.event(OrderEvent.SHORT, by=at.warehouse, line_ids=[line])
    words = (await notices(make, event))[at.buyer.name]["words"]
    assert words["line"] == "Deep groove bearing"
    assert words["available_on"] == PROMISED.isoformat()
    several = await at.event(OrderEvent.SHORT, by=at.warehouse, line_ids=[line, line])
    told = (await notices(make, several))[at.buyer.name]
    assert told["kind"] == "short_lines"
    assert told["words"]["lines"] == [["Deep groove bearing", PROMISED.isoformat()]] * 2
    assert len(await mails(make, several)) == 1


async def test_shipping_says_with_whom_and_until_when(make: Factory) -> None:
    """Rule O14."""
    at = await case(make)
    shipment = await at.shipment()
    event = await at.event(OrderEvent.SHIPPED, by=at.warehouse, shipment_id=shipment, complete=True)
    found = await notices(make, event)
    assert {name: row["kind"] for name, row in found.items()} == {
        at.buyer.name: "shipped",
        at.representative.name: "goods_left",
    }
    words = found[at.buyer.name]["words"]
    assert (words["carrier"], words["tracking"], words["parcels"]) == ("SF Express", "SF123", 2)
    assert words["expected_on"] == PROMISED.isoformat()
    assert [mail["name"] for mail in await mails(make, event)] == [at.buyer.name]
    partly = await at.happens(
        OrderEvent.SHIPPED, by=at.warehouse, shipment_id=shipment, complete=False
    )
    assert partly[at.buyer.name] == "partly_shipped"


async def test_an_exception_is_told_at_once_with_the_new_day(make: Factory) -> None:
    """Rule O14."""
    at = await case(make)
    shipment = await at.shipment(expected_on=PROMISED + timedelta(days=2))
    await make.insert(
        "transit_exception",
        account_id=at.account.id,
        shipment_id=shipment,
        what="Snow on the pass",
        expected_before=PROMISED,
        expected_on=PROMISED + timedelta(days=2),
        noted_by=at.warehouse.person_id,
        noted_at=await make.owner.fetchval("SELECT now()"),
    )
    event = await at.event(
        OrderEvent.EXCEPTION, by=at.warehouse, shipment_id=shipment, expected_before=PROMISED
    )
    found = await notices(make, event)
    assert {name: row["kind"] for name, row in found.items()} == {
        at.buyer.name: "delayed_to_you",
        at.representative.name: "delayed",
        at.assistant.name: "delayed",
    }
    words = found[at.buyer.name]["words"]
    assert words["said"] == "Snow on the pass"
    assert words["expected_before"] == PROMISED.isoformat()
    assert words["expected_on"] == (PROMISED + timedelta(days=2)).isoformat()
    assert {mail["queue"] for mail in await mails(make, event)} == {"urgent"}


async def test_what_has_arrived_in_full_is_to_be_invoiced(make: Factory) -> None:
    """Rules O16, O22."""
    at = await case(make)
    shipment = await at.shipment()
    told_of = await at.happens(
        OrderEvent.DELIVERED, by=at.warehouse, shipment_id=shipment, complete=False
    )
    assert told_of == {at.buyer.name: "delivered", at.representative.name: "goods_arrived"}
    told_of = await at.happens(
        OrderEvent.DELIVERED, by=at.warehouse, shipment_id=shipment, complete=True
    )
    assert told_of[at.finance.name] == "to_be_invoiced"


async def test_a_lost_delivery_is_told_at_once_with_what_happens_next(make: Factory) -> None:
    """Rule O14."""
    at = await case(make)
    shipment = await at.shipment(
        status="lost",
        lost_at=await make.owner.fetchval("SELECT business_now()"),
        lost_because="The truck burnt out",
        lost_recorded_by=at.warehouse.person_id,
        sent_again=True,
    )
    facts = {"shipment_id": shipment, "complete": False}
    event = await at.event(OrderEvent.LOST, by=at.representative, sent_again=True, **facts)
    found = await notices(make, event)
    assert {name: notice["kind"] for name, notice in found.items()} == {
        at.buyer.name: "lost_sent_again",
        at.assistant.name: "goods_lost",
        at.warehouse.name: "goods_lost",
    }
    words = found[at.buyer.name]["words"]
    assert (words["said"], words["ship_on"]) == ("The truck burnt out", str(PROMISED))
    written = await mails(make, event)
    assert {mail["queue"] for mail in written} == {"urgent"}
    told = await at.happens(OrderEvent.LOST, by=at.representative, sent_again=False, **facts)
    assert told[at.buyer.name] == "lost_not_sent"


async def test_the_rest_that_was_cancelled_reaches_customer_sales_and_warehouse(
    make: Factory,
) -> None:
    """Rule O11; finance hears of money to give back, and of an order that is all there."""
    at = await case(make)
    await make.owner.execute(
        """UPDATE sales_order SET status = 'delivered', rest_cancelled_at = now(),
               rest_cancel_reason = 'Sold out', paid = 150 WHERE id = $1""",
        at.order.id,
    )
    event = await at.event(OrderEvent.REST_CANCELLED, by=at.supervisor, complete=True)
    found = await notices(make, event)
    assert {name: notice["kind"] for name, notice in found.items()} == {
        at.representative.name: "rest_cancelled",
        at.assistant.name: "rest_cancelled",
        at.warehouse.name: "rest_cancelled",
        at.buyer.name: "your_rest_cancelled",
        at.finance.name: "money_to_give_back",
    }
    words = found[at.buyer.name]["words"]
    assert words["said"] == "Sold out"
    assert words["to_give_back"] == {"amount": "37.000", "currency": "CNY"}
    assert "to_give_back" not in found[at.warehouse.name]["words"]
