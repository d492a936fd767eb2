"""A large project order: scheduled after the deposit, shipped after the balance (rule O8)."""

from playwright.sync_api import expect

from tests.e2e.order_scene import OrderScene


def test_a_project_order_waits_for_its_deposit_and_then_for_the_balance(
    orders: OrderScene,
) -> None:
    order = orders.confirmed()  # CNY 124.30 with tax
    buyer, sales, warehouse, finance = (
        orders.buyer,
        orders.sales,
        orders.warehouse,
        orders.finance,
    )
    sales.marks_as_project(order)
    expect(sales.check("Deposit")).to_contain_text(
        "More than CN¥62.15 (50% of CN¥124.30) must be paid before the order is scheduled"
    )
    expect(sales.check("Deposit")).to_contain_text("Resolved by: Finance")
    expect(sales.page.get_by_role("button", name="Schedule it")).to_have_count(0)
    buyer.opens_order(order)
    buyer.sees("We schedule the order when more than CN¥62.15 (50% of the total) has arrived")

    finance.records_payment(order, "62.15", bank_reference="ICBC 1")
    finance.sees("1 thing to resolve before it may be scheduled")  # half is not more than half
    finance.records_payment(order, "10.00", bank_reference="ICBC 2")
    buyer.sees("We ship when the balance of CN¥52.15 has arrived.")
    buyer.sees_nothing_of("We schedule the order when")
    sales.schedules(order)
    expect(sales.check("Balance")).to_contain_text("CN¥52.15 must be paid before the order ships.")

    shipment = warehouse.prepares(order)
    warehouse.hands_over(shipment, carrier="Deppon", expected_on=orders.day(3))
    warehouse.sees("Not done")
    warehouse.sees("Still open: Balance")
    warehouse.sees_nothing_of("52.15")

    finance.records_payment(order, "52.15", bank_reference="ICBC 3")
    finance.sees("Nothing stands in the way: it may ship.")
    warehouse.hands_over(shipment, carrier="Deppon", expected_on=orders.day(3))
    warehouse.is_told("Handed over. The customer has been told.")
    buyer.sees("On its way with Deppon")
    buyer.sees("Paid in full")
