"""What customers do with their orders, without JavaScript on a phone."""

import pytest
from playwright.sync_api import expect

from tests.e2e.order_actors import Orderer
from tests.e2e.order_scene import OrderScene
from tests.e2e.test_without_javascript import PHONE


@pytest.fixture
def buyer(orders: OrderScene) -> Orderer:
    """The scene's buyer, with a browser that runs no script."""
    plain = orders.enters(Orderer, orders.cast.buyer, **PHONE)
    orders.__dict__["buyer"] = plain
    return plain


def test_goods_are_ordered_again_and_the_order_is_followed(
    orders: OrderScene, buyer: Orderer
) -> None:
    earlier = orders.taken()
    orders.puts_in_stock("30")
    order = buyer.reorders(earlier, wanted_on=orders.day(10), quantity="12")
    buyer.follows("Open the order")
    buyer.sees("We confirm it next")
    assert_fits_the_phone(buyer)
    orders.sales.confirms(order)
    buyer.opens_order(order)
    buyer.sees("Set aside for you")
    assert buyer.downloads("Order confirmation").startswith(b"%PDF-")
    buyer.opens("/orders?q=" + order)
    buyer.sees(order)
    assert_fits_the_phone(buyer)


def test_a_refused_reorder_keeps_what_was_typed(orders: OrderScene, buyer: Orderer) -> None:
    earlier = orders.taken()
    buyer.opens(f"/orders/{earlier}/reorder")
    buyer.page.get_by_label("Quantity of").fill("a dozen")
    buyer.page.get_by_label("Your order number").fill("PO-5")
    buyer.presses("Check order")
    expect(buyer.page.locator("[data-error-summary]")).to_be_visible()
    expect(buyer.page.get_by_label("Your order number")).to_have_value("PO-5")
    assert_fits_the_phone(buyer)


def test_an_order_is_cancelled_with_a_reason(orders: OrderScene, buyer: Orderer) -> None:
    order = orders.confirmed()
    buyer.cancels(order, "")
    expect(buyer.page.locator("[data-error-summary]")).to_be_visible()
    buyer.cancels(order, "The machine was sold.")
    buyer.sees("The machine was sold.")
    expect(buyer.page.get_by_role("link", name="Cancel this order")).to_have_count(0)
    assert_fits_the_phone(buyer)


def test_shipping_in_parts_is_agreed_and_the_rest_asked_for(
    orders: OrderScene, buyer: Orderer
) -> None:
    order = orders.confirmed(stock="6")
    buyer.agrees_to_parts(order)
    buyer.sees(f"{buyer.name} agreed on")
    buyer.writes_about(order, "When does the rest come?")
    buyer.sees("When does the rest come?")
    assert_fits_the_phone(buyer)


def assert_fits_the_phone(buyer: Orderer) -> None:
    root = buyer.page.locator("html")
    widths = root.evaluate("it => [it.scrollWidth, it.clientWidth]")
    assert widths[0] <= widths[1]
