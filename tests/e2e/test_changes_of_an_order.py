"""An order on its way is held, sent elsewhere, or cancelled in time (rules O11, O12, O13)."""

from playwright.sync_api import expect

from tests.e2e.order_actors import steps_of
from tests.e2e.order_scene import OrderScene
from tests.factories import Factory

REASON = "Their crane is broken."


def test_goods_on_hold_wait_in_a_place_of_their_own_until_they_are_let_go(
    orders: OrderScene,
) -> None:
    order = orders.scheduled()
    buyer, sales, warehouse = orders.buyer, orders.sales, orders.warehouse
    buyer.opens_order(order)
    shipment = warehouse.prepares(order)
    sales.holds(order, reason=REASON, place="Bay 7")
    warehouse.opens("/warehouse/held")
    card = warehouse.page.get_by_role("listitem").filter(has_text=order)
    expect(card).to_contain_text("Bay 7")
    expect(card).to_contain_text(REASON)
    buyer.sees("The order is on hold. Your sales representative can tell you why.")
    buyer.sees_nothing_of(REASON)

    warehouse.hands_over(shipment, carrier="Deppon", expected_on=orders.day(3))
    warehouse.sees("Not done")
    sales.lets_go(order)
    buyer.sees_nothing_of("The order is on hold")
    warehouse.hands_over(shipment, carrier="Deppon", expected_on=orders.day(3))
    warehouse.is_told("Handed over. The customer has been told.")
    assert orders.mail_to(buyer, f"{order} · Your order is on hold")


def test_a_changed_delivery_place_is_acknowledged_by_the_warehouse_before_it_ships(
    orders: OrderScene,
) -> None:
    async def plant(make: Factory) -> int:
        return await make.insert(
            "ship_to",
            account_id=orders.cast.account.id,
            label="Plant 2",
            address="No. 2 Test Road",
        )

    orders.portal.make(plant)
    order = orders.scheduled()
    buyer, sales, warehouse = orders.buyer, orders.sales, orders.warehouse
    buyer.asks_for_another_place(order, "Please send it to plant 2.")
    sales.opens_order(order)
    sales.sees("Please send it to plant 2.")
    shipment = warehouse.prepares(order)
    sales.redirects(order, to="Plant 2: No. 2 Test Road", reason="Asked for in the thread.")
    expect(sales.check("Delivery place")).to_contain_text("has not seen the changed delivery place")

    warehouse.hands_over(shipment, carrier="Deppon", expected_on=orders.day(3))
    warehouse.sees("Not done")
    warehouse.has_seen_the_new_place(shipment)
    sales.opens_order(order)
    sales.sees("The warehouse has seen the changed delivery place.")
    warehouse.hands_over(shipment, carrier="Deppon", expected_on=orders.day(3))
    warehouse.is_told("Handed over. The customer has been told.")
    buyer.opens_order(order)
    expect(buyer.page.get_by_role("complementary")).to_contain_text("Plant 2")
    expect(buyer.page.get_by_role("complementary")).to_contain_text("before: Plant 1")


def test_the_customer_cancels_in_time_and_the_goods_are_free_again(orders: OrderScene) -> None:
    order = orders.scheduled(stock="10")
    waits = orders.confirmed(stock="0")
    buyer, sales, warehouse = orders.buyer, orders.sales, orders.warehouse
    warehouse.opens("/warehouse")
    warehouse.sees(order)
    buyer.cancels(order, "The machine was sold.")
    buyer.is_told("Order cancelled.")
    buyer.sees("The machine was sold.")
    expect(steps_of(buyer).last).to_contain_text("Cancelled")

    cancelled = f"{order} · {buyer.name} has cancelled the order of {orders.cast.account.name}"
    assert orders.mail_to(sales, cancelled)
    assert orders.mail_to(warehouse, cancelled)
    warehouse.opens("/warehouse")
    warehouse.sees_nothing_of(order)
    sales.schedules(waits)  # takes what is free now
    sales.sees("Everything that is left to ship is reserved.")


def test_cancelling_comes_too_late_once_the_goods_are_being_prepared(orders: OrderScene) -> None:
    order = orders.scheduled()
    buyer, warehouse = orders.buyer, orders.warehouse
    buyer.opens(f"/orders/{order}/cancel")
    warehouse.prepares(order)
    buyer.page.get_by_label("Why do you cancel?").fill("We found some in the store.")
    with buyer.page.expect_response(lambda it: it.request.method == "POST") as answer:
        buyer.presses("Cancel the order")
    assert answer.value.status == 409
    buyer.sees("That came too late")
    expect(buyer.page.get_by_role("link", name="Cancel this order")).to_have_count(0)
