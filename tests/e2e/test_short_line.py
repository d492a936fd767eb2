"""A line short of stock is told with a date, and goes in parts if the customer agrees (O15)."""

from playwright.sync_api import expect

from tests.e2e.order_scene import OrderScene


def test_a_short_line_is_told_with_a_date_and_ships_in_parts_when_agreed(
    orders: OrderScene,
) -> None:
    order = orders.confirmed(stock="6")  # of ten
    buyer, sales, warehouse = orders.buyer, orders.sales, orders.warehouse
    buyer.opens_order(order)
    buyer.sees("not in stock yet, we name the day")
    warehouse.tells_when_it_comes(order, orders.day(8))
    buyer.sees("Not in stock yet: 1 of 1 lines, expected on")
    assert orders.mail_to(buyer, f"{order} · A line of the order is short of stock")

    sales.schedules(order)
    expect(sales.check("Stock")).to_contain_text("holds back shipping")
    buyer.agrees_to_parts(order)
    buyer.is_told("Agreed. What is in stock ships first.")
    assert orders.mail_to(sales, f"{order} · The order may ship in parts")
    sales.opens_order(order)
    expect(sales.check("Stock")).to_contain_text(f"{buyer.name} agreed to shipping in parts.")

    first = warehouse.prepares(order)
    warehouse.hands_over(first, carrier="Deppon", expected_on=orders.day(2))
    warehouse.is_told("Handed over. The customer has been told.")
    buyer.sees("6 of 10 shipped")
    assert orders.mail_to(buyer, f"{order} · Part of your order has shipped")

    warehouse.opens(f"/warehouse/orders/{order}")
    expect(warehouse.page.get_by_role("button", name="Start packing")).to_have_count(0)
    warehouse.receives(orders.cast.sku, "4")
    rest = warehouse.prepares(order)
    warehouse.hands_over(rest, carrier="Deppon", expected_on=orders.day(9))
    warehouse.is_told("Handed over. The customer has been told.")
    buyer.sees(rest)
    assert orders.mail_to(buyer, f"{order} · Your order has shipped")
