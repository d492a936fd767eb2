"""Whatever goes wrong with the carrier is told at once, with a new day (rule O14)."""

from portal.domain.orders.shipping import HandOver
from tests.e2e.order_scene import OrderScene

WHAT = "The lorry is stuck in the snow near Xuzhou."


def test_an_exception_on_the_way_is_told_at_once_with_a_new_promise(orders: OrderScene) -> None:
    order, shipment = orders.on_the_way(HandOver("Deppon", "DPK-7", 2, orders.day(2)))
    buyer, warehouse, sales = orders.buyer, orders.warehouse, orders.sales
    buyer.opens_order(order)
    buyer.sees("On its way with Deppon")

    warehouse.notes_exception(shipment, what=WHAT, expected_on=orders.day(5))
    buyer.sees("Delayed: now expected on")
    buyer.sees(WHAT)
    warehouse.opens("/warehouse/on-the-way")
    warehouse.sees("Delayed")
    mail = orders.mail_to(buyer, f"{order} · Your delivery is delayed on the way")
    assert WHAT in mail.text
    account = orders.cast.account.name
    assert orders.mail_to(sales, f"{order} · The delivery to {account} is delayed on the way")
    sales.opens_order(order)
    sales.sees(WHAT)
