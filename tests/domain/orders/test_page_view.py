"""An order's page: the same for both sides but for what is ours to know (rules O21, O22, A6)."""

from decimal import Decimal

import pytest

from portal.database import database_now
from portal.domain.common.actor import Actor
from portal.domain.common.errors import NotFound
from portal.domain.common.permissions import CustomerRole, StaffRole
from portal.domain.orders.changes import agree_to_parts, cancel, change_ship_to, hold
from portal.domain.orders.page_view import OrderPage
from portal.domain.orders.payments import PaymentFacts, record_payment, reverse_payment
from portal.domain.orders.record_page import order_page
from portal.domain.orders.states import OrderStatus, Origin
from portal.domain.orders.steps import StepState
from portal.settings import Settings
from tests.customer.conftest import CountStatements, count_statements
from tests.domain.orders.fulfilling import Case, ordered, scheduled
from tests.factories import Factory, acting
from tests.order_scenarios import (
    Ordered,
    confirmed_order,
    loaded,
    on_account,
    phone_order,
    placed_order,
    reorder,
    scheduled_order,
)

__all__ = ["count_statements"]


async def page_of(reference: str, by: Actor) -> OrderPage:
    async with acting(by):
        return await order_page(reference, by=by)


async def test_an_accepted_quote_names_its_revision_and_who_accepted_it(
    make: Factory, settings: Settings
) -> None:
    placed = await placed_order(make, settings)
    for by in (placed.cast.buyer, placed.cast.representative):
        page = await page_of(placed.reference, by)
        assert page.origin is Origin.QUOTE
        assert (page.request_reference[:4], page.revision) == ("RFQ-", 1)
        assert page.ordered_by == placed.cast.buyer.name
        assert page.reordered_from == ""
        assert [line.quantity for line in page.lines] == [Decimal(40)]


async def test_an_order_without_a_quote_says_where_it_came_from(make: Factory) -> None:  # rule O1
    by_phone = await phone_order(make)
    again = await reorder(make, by_phone)
    page = await page_of(by_phone.reference, by_phone.cast.buyer)
    assert (page.origin, page.request_reference, page.revision) == (Origin.PHONE, "", None)
    assert (page.ordered_by, page.placed_by) == ("Li Wei", by_phone.cast.assistant.name)
    page = await page_of(again.reference, again.cast.buyer)
    assert (page.origin, page.reordered_from) == (Origin.REORDER, by_phone.reference)
    assert page.promise is None
    assert page.record.promised_ship_on is None


async def test_the_whole_page_takes_two_statements(
    make: Factory, count_statements: CountStatements
) -> None:
    case = await delivered(make)
    for by in (case.cast.buyer, case.sales):
        async with acting(by):
            with count_statements() as asked:
                await order_page(case.reference, by=by)
        about_orders = [each for each in asked if "sales_order" in each or "target" in each]
        assert len(about_orders) <= 2, asked


async def test_every_step_has_its_date_and_who(make: Factory) -> None:  # rules O16, O21
    case = await delivered(make)
    page = await page_of(case.reference, case.cast.buyer)
    assert [step.state for step in page.progress.goods] == [StepState.DONE] * 6
    assert all(step.at for step in page.progress.goods)
    assert [step.who for step in page.progress.goods] == [
        "Li Wei",
        case.sales.name,
        case.sales.name,
        case.warehouse.name,
        case.warehouse.name,
        "Chen Hong",
    ]
    assert page.confirmed_by == case.sales.name


async def test_what_is_promised_next_is_a_day(make: Factory) -> None:  # rules O2, O14
    case = await scheduled(make, (await in_stock(make), "10"))
    page = await page_of(case.reference, case.cast.buyer)
    shipping = page.progress.goods[4]
    assert shipping.state is StepState.NEXT
    assert shipping.planned == page.record.promised_ship_on is not None
    shipment = await case.prepare()
    async with acting(case.warehouse):
        expected = (await case.carrier()).expected_on
    await case.ship(shipment)
    page = await page_of(case.reference, case.cast.buyer)
    delivery = page.progress.goods[-1]
    assert (delivery.planned, delivery.who) == (expected, "SF Express")


async def test_paid_and_balance_follow_what_came_and_went(make: Factory) -> None:  # rule O22
    placed = await confirmed_order(make)
    finance = await make.staff(StaffRole.FINANCE)
    async with acting(finance):
        today = (await database_now()).date()
        order = await loaded(placed.reference, finance)
        await record_payment(order, PaymentFacts(Decimal("50.00"), today, "BANK-1"), by=finance)
        done = await record_payment(
            order, PaymentFacts(Decimal("20.00"), today, "BANK-2"), by=finance
        )
        await reverse_payment(order, done.rows[-1].id, "it was another customer's", by=finance)
    theirs = await page_of(placed.reference, placed.cast.buyer)
    ours = await page_of(placed.reference, placed.cast.representative)
    for page in (theirs, ours):
        assert page.paid.amount == Decimal("50.000")
        assert page.balance == page.gross - page.paid
        assert [each.is_reversal for each in page.payments] == [False, False, True]
    assert {each.reason for each in theirs.payments} == {""}
    assert ours.payments[-1].reason == "it was another customer's"


async def test_another_delivery_place_is_shown_and_why_is_ours_to_know(
    make: Factory,
) -> None:  # rule O13
    placed = await confirmed_order(make)
    site = await make.insert(
        "ship_to", account_id=placed.cast.account.id, label="Job site", address="Dock 3"
    )
    by = placed.cast.representative
    async with acting(by):
        order = await loaded(placed.reference, by)
        await change_ship_to(order, site, "the plant has no crane", by=by)
    theirs = await page_of(placed.reference, placed.cast.buyer)
    ours = await page_of(placed.reference, by)
    assert (theirs.ship_to_label, theirs.ship_to_changes[0].to_label) == ("Job site", "Job site")
    assert theirs.ship_to_changes[0].from_label
    assert theirs.ship_to_changes[0].reason == ""
    assert ours.ship_to_changes[0].reason == "the plant has no crane"


async def test_nobody_reads_an_order_of_another_account(make: Factory) -> None:  # rule A6
    placed, other = await phone_order(make), await phone_order(make)
    stranger = await make.staff(StaffRole.SALES_REPRESENTATIVE)
    for by in (other.cast.buyer, stranger):
        with pytest.raises(NotFound):
            await page_of(placed.reference, by)
    warehouse = await make.staff(StaffRole.WAREHOUSE)
    assert (await page_of(placed.reference, warehouse)).reference == placed.reference


async def test_an_order_is_cancelled_by_the_customer_until_it_is_prepared(
    make: Factory,
) -> None:  # rule O11
    placed = await on_credit(make)
    buyer = placed.cast.buyer
    reader = await make.buyer(placed.cast.account, CustomerRole.READER)
    assert (await page_of(placed.reference, buyer)).can_cancel
    assert not (await page_of(placed.reference, reader)).can_cancel
    await scheduled_order(make, placed)
    assert (await page_of(placed.reference, buyer)).can_cancel
    case = await scheduled(make, (await in_stock(make), "10"))
    await case.prepare()
    assert not (await page_of(case.reference, case.cast.buyer)).can_cancel
    async with acting(buyer):
        await cancel(await loaded(placed.reference, buyer), "Ordered twice", by=buyer)
    page = await page_of(placed.reference, buyer)
    assert (page.status, page.can_cancel, page.is_closed) == (OrderStatus.CANCELLED, False, True)
    assert page.progress.goods[-1].who == buyer.name


async def test_parts_are_offered_while_a_line_is_short(make: Factory) -> None:  # rule O15
    short = await make.item()
    case = await ordered(make, (await in_stock(make), "10"), (short, "5"))
    buyer = case.cast.buyer
    page = await page_of(case.reference, buyer)
    assert (page.is_short, page.can_agree_to_parts) == (False, False)  # nothing is reserved yet
    await case.confirm()
    page = await page_of(case.reference, buyer)
    assert (page.is_short, page.can_agree_to_parts) == (True, True)
    assert [line.missing for line in page.lines] == [Decimal(0), Decimal(5)]
    async with acting(buyer):
        await agree_to_parts(await loaded(case.reference, buyer), buyer.name, by=buyer)
    assert not (await page_of(case.reference, buyer)).can_agree_to_parts


async def test_the_cut_off_counts_until_something_else_is_promised(
    make: Factory, settings: Settings
) -> None:  # rules O2, O4
    by_phone = await phone_order(make)
    buyer, sales = by_phone.cast.buyer, by_phone.cast.representative
    assert (await page_of(by_phone.reference, buyer)).awaits_release
    async with acting(sales):
        await hold(await loaded(by_phone.reference, sales), "no crane", "Bay 9", by=sales)
    assert not (await page_of(by_phone.reference, buyer)).awaits_release
    from_quote = await placed_order(make, settings)
    assert not (await page_of(from_quote.reference, from_quote.cast.buyer)).awaits_release


async def on_credit(make: Factory) -> Ordered:
    placed = await phone_order(make)
    await on_account(make, placed.cast)
    return placed


async def in_stock(make: Factory) -> int:
    item_id = await make.item()
    await make.stock(item_id, Decimal(100))
    return item_id


async def delivered(make: Factory) -> Case:
    case = await scheduled(make, (await in_stock(make), "10"))
    shipment = await case.prepare()
    await case.ship(shipment)
    await case.deliver(shipment)
    return case
