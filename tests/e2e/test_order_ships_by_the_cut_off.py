"""Stock goods ordered before the cut-off ship the same day, after it on the next (rules O2, O21).

This module turns the clock, so it has a portal of its own.
"""

from collections.abc import Iterator
from datetime import date, time
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.e2e.conftest import RunningPortal, running_portal
from tests.e2e.order_actors import steps_of
from tests.e2e.order_scene import ZONE, OrderScene


@pytest.fixture(scope="module")
def portal() -> Iterator[RunningPortal]:
    with running_portal() as running:
        yield running


def test_before_the_cut_off_it_ships_today_and_the_customer_sees_it_to_the_door(
    orders: OrderScene, tmp_path: Path
) -> None:
    today = orders.next_working_day()
    orders.it_becomes(today, time(10, 0))
    buyer, sales, warehouse, finance = (
        orders.buyer,
        orders.sales,
        orders.warehouse,
        orders.finance,
    )
    earlier = orders.taken()
    orders.puts_in_stock("30")

    order = buyer.reorders(earlier, wanted_on=today, quantity="20", purchase_order_number="PO-88")
    buyer.opens_order(order)
    buyer.sees("In stock and released before 15:30, it ships today.")
    expect(buyer.page.locator(".cut-off [data-countdown]")).to_contain_text("Due in 5 h")
    assert orders.mail_to(sales, f"{order} · {orders.cast.account.name} has ordered")

    # From here on the customer only looks: the page follows what happens.
    sales.confirms(order)
    sales.sees("In stock and released before the cut-off: ships today")
    expect(steps_of(buyer).filter(has_text="Confirmed")).to_contain_text(sales.name)
    shipped_by = steps_of(buyer).filter(has_text="Shipped")
    expect(shipped_by).to_contain_text(f"by {day_words(today, seen_on=today)}")
    expect(buyer.page.locator(".promise-what")).to_contain_text("Shipment")
    assert buyer.is_promised().astimezone(ZONE).date() == today
    sales.schedules(order)
    shipment = warehouse.prepares(order)
    expect(steps_of(buyer).filter(has_text="In preparation")).to_contain_text(warehouse.name)

    orders.it_becomes(today, time(14, 0))
    warehouse.hands_over(
        shipment, carrier="SF Express", tracking_number="SF1234567", expected_on=today
    )
    warehouse.is_told("Handed over. The customer has been told.")
    buyer.sees("SF1234567")
    assert orders.mail_to(buyer, f"{order} · Your order has shipped")
    sales.opens_order(order)
    expect(sales.page.locator(".promise")).to_contain_text("Met")

    orders.it_becomes(today, time(17, 0))
    note = tmp_path / "signed.png"
    Image.new("RGB", (60, 80), "white").save(note)
    warehouse.records_delivery(shipment, signed_by="Wang Fang", photograph=note)
    buyer.sees("signed for by Wang Fang")
    signed = buyer.page.get_by_role("region", name="Shipments").get_by_role("link", name="signed")
    expect(signed).to_be_visible()
    buyer.opens_order(order)
    assert buyer.downloads(f"Delivery note {shipment}").startswith(b"%PDF-")

    finance.invoices(order, "INV-1001")
    buyer.sees("INV-1001")
    finance.records_payment(order, "248.60", bank_reference="ICBC 77")
    buyer.sees("Paid in full")
    finance.sees("Settled")
    assert orders.mail_to(finance, f"{order} · Delivered in full to {orders.cast.account.name}")


def test_after_the_cut_off_it_ships_on_the_next_working_day(orders: OrderScene) -> None:
    today = orders.next_working_day()
    orders.it_becomes(today, time(15, 45))
    buyer, sales = orders.buyer, orders.sales
    earlier = orders.taken()
    orders.puts_in_stock("30")
    following = orders.next_working_day(after=today)
    words = day_words(following, seen_on=today)

    order = buyer.reorders(earlier, wanted_on=following)
    buyer.opens_order(order)
    buyer.sees(f"In stock and released before 15:30 on {words}, it ships that day.")
    sales.confirms(order)
    sales.sees("In stock: ships on the next working day")
    expect(steps_of(buyer).filter(has_text="Shipped")).to_contain_text(f"by {words}")
    assert buyer.is_promised().astimezone(ZONE).date() == following
    confirmed = orders.mail_to(buyer, f"{order} · Your order is confirmed")
    assert f"{following.day} {following:%b %Y}" in confirmed.text


def test_orders_that_ship_today_are_combined_before_the_cut_off_only(orders: OrderScene) -> None:
    today = orders.next_working_day()
    orders.it_becomes(today, time(11, 0))
    first, second, third = (orders.scheduled(), orders.scheduled(), orders.scheduled())
    sales, warehouse = orders.sales, orders.warehouse
    sales.combines(second, with_order=first)
    sales.is_told("They travel together. The warehouse has been told.")
    assert orders.mail_to(warehouse, f"{second} · Ships together with {first}")  # rule O12
    warehouse.opens("/warehouse")
    card = warehouse.page.get_by_role("listitem").filter(has_text=second).first
    expect(card).to_contain_text("travels with")

    orders.it_becomes(today, time(15, 31))
    sales.combines(third, with_order=first)
    sales.sees("The cut-off has passed: what ships today can no longer be combined")


def day_words(day: date, *, seen_on: date) -> str:
    """A day as pages say it: with its year only when that is another one."""
    return f"{day:%a} {day.day} {day:%b}" + (f" {day.year}" if day.year != seen_on.year else "")
