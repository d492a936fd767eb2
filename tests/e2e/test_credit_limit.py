"""An order beyond the credit limit ships once somebody else has raised it (rules O10, A16)."""

import pytest
from playwright.sync_api import expect

from tests.e2e.order_scene import OrderScene


@pytest.fixture
def beyond(orders: OrderScene) -> str:
    """A scheduled order of CNY 124.30 of an account that may owe CNY 100.00."""
    orders.pays("days_30", limit="100")
    return orders.scheduled()


def test_an_order_over_the_limit_waits_until_somebody_else_has_raised_it(
    orders: OrderScene, beyond: str
) -> None:
    account = orders.cast.account
    buyer, sales, manager = orders.buyer, orders.sales, orders.duty_manager
    buyer.opens_order(beyond)
    buyer.sees("The order is CN¥24.30 beyond your credit limit of CN¥100.00.")
    sales.opens_order(beyond)
    expect(sales.check("Credit limit")).to_contain_text("CN¥24.30 beyond the limit")

    sales.asks_for_limit(beyond, "5000", "They have paid on time for three years.")
    assert orders.mail_to(manager, f"{sales.name} asks for a credit limit for {account.name}")
    sales.opens("/finance/credit")  # four eyes: who asks reads, and does not decide
    sales.follows(account.name)
    sales.sees("Waits for a decision")
    expect(sales.page.get_by_role("link", name="Decide")).to_have_count(0)
    buyer.sees("The order is CN¥24.30 beyond your credit limit")

    manager.decides_on_credit(account.name, "Approve")
    manager.is_told("Approved. It holds from now on.")
    buyer.sees_nothing_of("beyond your credit limit")
    sales.opens_order(beyond)
    sales.sees("Nothing stands in the way: it may ship.")
    assert orders.mail_to(sales, f"The credit limit of {account.name} is approved")


def test_a_refused_limit_says_why_and_money_lets_the_order_go(
    orders: OrderScene, beyond: str
) -> None:
    account = orders.cast.account
    sales, manager, finance = orders.sales, orders.duty_manager, orders.finance
    sales.asks_for_limit(beyond, "5000", "They want to grow.")
    manager.decides_on_credit(account.name, "Refuse")
    manager.sees_error("Note: Fill this in.")
    manager.decides_on_credit(account.name, "Refuse", "Two invoices are overdue.")
    manager.is_told("Refused. Sales read why.")
    refused = orders.mail_to(sales, f"The credit limit of {account.name} is not approved")
    assert "Two invoices are overdue." in refused.text

    finance.records_payment(beyond, "24.30", bank_reference="ICBC 9")
    finance.sees("Nothing stands in the way: it may ship.")
