"""An order by phone is kept as far as it was said, completed, and confirmed (rule O1)."""

from playwright.sync_api import expect

from tests.e2e.order_scene import OrderScene
from tests.order_scenarios import agree_price


def test_a_phone_order_is_entered_incomplete_completed_and_confirmed_by_its_representative(
    orders: OrderScene,
) -> None:
    account, cast = orders.cast.account, orders.cast
    orders.portal.make(lambda make: agree_price(make, cast))
    orders.puts_in_stock("50")
    buyer, assistant, sales = orders.buyer, orders.assistant, orders.sales
    order = assistant.enters_order(account.name, caller="Li Wei", sku=cast.sku, quantity="10")
    assistant.sees("Missing: ")
    expect(assistant.check("Complete")).to_contain_text("delivery time")
    assert orders.mail_to(buyer, f"{order} · Your order is not complete yet")
    buyer.opens_order(order)
    buyer.sees("Your order is not complete yet. Missing: ")
    sales.opens_order(order)
    expect(sales.page.get_by_role("button", name="Confirm the order")).to_have_count(0)

    assistant.completes(order, wanted_on=orders.day(10), transport="Road freight")
    assistant.is_told("Complete.")
    # Whoever took the call does not stand for the order.
    expect(assistant.page.get_by_role("button", name="Confirm the order")).to_have_count(0)
    buyer.sees_nothing_of("Missing: ")
    sales.confirms(order)
    assert orders.mail_to(buyer, f"{order} · Your order is confirmed")
    buyer.opens_order(order)
    facts = buyer.page.get_by_role("complementary")
    expect(facts).to_contain_text("Phone")
    expect(facts).to_contain_text("Li Wei")
    assert buyer.downloads("Order confirmation").startswith(b"%PDF-")


def test_an_order_beyond_the_contract_needs_the_supervisors_consent_on_stock(
    orders: OrderScene,
) -> None:
    order = orders.confirmed(price=None)  # at the list price: nothing was agreed
    sales, supervisor = orders.sales, orders.supervisor
    sales.opens_order(order)
    expect(sales.check("Consent on stock")).to_contain_text("holds back scheduling")
    expect(sales.page.get_by_role("button", name="Schedule it")).to_have_count(0)
    supervisor.opens(f"/orders/{order}")
    supervisor.follows("Consent on stock")
    supervisor.page.get_by_label("Why stock may be used").fill("A trial order.")
    supervisor.presses("Consent")
    supervisor.is_told("Consent recorded.")
    sales.schedules(order)
