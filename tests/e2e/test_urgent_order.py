"""An urgent standard part is delivered within six hours, round the clock (rule O6)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from PIL import Image
from playwright.sync_api import expect

from tests.e2e.order_scene import OrderScene


def test_an_urgent_part_is_at_the_door_within_six_hours(orders: OrderScene, tmp_path: Path) -> None:
    earlier = orders.taken()
    orders.puts_in_stock("30")
    buyer, sales, warehouse = orders.buyer, orders.sales, orders.warehouse
    placed_at = datetime.now(UTC)
    order = buyer.reorders(earlier, wanted_on=orders.today, quantity="2", urgent=True)
    assert orders.mail_to(sales, f"{order} · Urgent: {orders.cast.account.name} has ordered")

    buyer.opens_order(order)
    sales.confirms(order)
    sales.sees("Urgent standard part: delivered separately")
    expect(buyer.page.locator(".promise-what")).to_contain_text("Urgent delivery")
    within = buyer.is_promised() - placed_at - timedelta(hours=6)
    assert abs(within) < timedelta(minutes=2)  # shown to the minute
    buyer.page.get_by_text("How this is counted").click()
    buyer.sees("6 h, counted round the clock from")

    sales.schedules(order)
    urgent = f"{order} · Urgent: to be prepared for {orders.cast.account.name}"
    assert orders.mail_to(warehouse, urgent)
    shipment = warehouse.prepares(order)
    warehouse.sees("Urgent")
    warehouse.hands_over(shipment, carrier="Own driver", expected_on=orders.today)
    note = tmp_path / "signed.png"
    Image.new("RGB", (60, 80), "white").save(note)
    warehouse.records_delivery(shipment, signed_by="Wang Fang", photograph=note)
    buyer.sees("signed for by Wang Fang")
    sales.opens_order(order)
    expect(sales.page.locator(".promise").first).to_contain_text("before it was due")
