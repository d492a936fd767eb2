"""Unpaid orders ship when the sales representative vouches; never for small accounts (rule O9)."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.conftest import RunningPortal, english_cast
from tests.e2e.order_scene import OrderScene

REASON = "Their transfer is on its way; I have seen the slip."


def test_an_unpaid_order_ships_on_the_word_of_the_sales_representative(
    orders: OrderScene,
) -> None:
    orders.pays("in_advance")
    order = orders.scheduled()
    buyer, sales, warehouse = orders.buyer, orders.sales, orders.warehouse
    finance = orders.finance
    buyer.opens_order(order)
    buyer.sees("We ship when the payment of CN¥124.30 has arrived.")
    shipment = warehouse.prepares(order)
    warehouse.hands_over(shipment, carrier="Deppon", expected_on=orders.day(3))
    warehouse.sees("Still open: Payment")

    sales.guarantees(order, pay_by=orders.day(9), reason=REASON)
    sales.sees_error("Choose a day at most 3 days off.")
    sales.guarantees(order, pay_by=orders.day(2), reason=REASON)
    sales.is_told("You guarantee the payment. The order may ship without it until that day.")
    expect(sales.check("Guarantee")).to_contain_text(f"{sales.name} guarantees payment by")
    assert orders.mail_to(finance, f"{order} · {sales.name} vouches for the payment")
    buyer.sees("We ship before your payment. CN¥124.30 is due by")
    buyer.sees_nothing_of(REASON)

    warehouse.hands_over(shipment, carrier="Deppon", expected_on=orders.day(3))
    warehouse.is_told("Handed over. The customer has been told.")
    buyer.sees("On its way with Deppon")


def test_nobody_vouches_for_a_small_account(
    portal: RunningPortal, new_page: Callable[..., Page]
) -> None:
    cast = portal.make(lambda make: english_cast(make, tier="general"))
    orders = OrderScene(portal, new_page, cast)
    order = orders.scheduled()  # paid in advance, as every new account
    sales, finance, buyer = orders.sales, orders.finance, orders.buyer
    sales.opens_order(order)
    expect(sales.check("Payment")).to_contain_text("For this account no payment can be guaranteed.")
    expect(sales.check("Payment")).to_contain_text("Resolved by: Finance")
    sales.guarantees(order, pay_by=orders.day(1), reason=REASON)
    sales.sees_error("Payments of small accounts are not guaranteed.")

    buyer.opens_order(order)
    finance.records_payment(order, "124.30", bank_reference="ICBC 5")
    finance.sees("Nothing stands in the way: it may ship.")
    buyer.sees("Paid in full")
