"""Money that is to be given back: listed, counted, noted (rules O11, O22)."""

import asyncio
from decimal import Decimal

import asyncpg
import pytest

from portal.database import Login, execute, unit_of_work
from portal.domain.common.actor import Actor
from portal.domain.common.errors import FieldError, FieldErrors, NotAllowed
from portal.domain.common.permissions import StaffRole
from portal.domain.orders import changes
from portal.domain.orders.finance_list import finance_counts
from portal.domain.orders.payments import Payments, payments_of, reverse_payment
from portal.domain.orders.record_page import order_page
from portal.domain.orders.refunds import NothingToGiveBack, ToGiveBack, to_give_back
from portal.domain.orders.states import OrderStatus
from tests.domain.orders.fulfilling import Case, item_in_stock, ordered, scheduled
from tests.domain.orders.parted import cancel_rest, give_back, part_shipped, pay, row, verbs_told
from tests.domain.orders.release_samples import cny
from tests.factories import Factory, acting
from tests.order_scenarios import loaded


@pytest.fixture
async def finance(make: Factory) -> Actor:
    return await make.staff(StaffRole.FINANCE)


async def paid_and_cancelled(make: Factory, finance: Actor, amount: str = "100") -> Case:
    case = await scheduled(make, (await item_in_stock(make, ("A-1", "20")), "10"))
    await pay(case, amount, finance)
    async with acting(case.cast.buyer):
        order = await loaded(case.reference, case.cast.buyer)
        await changes.cancel(order, "Ordered twice", by=case.cast.buyer)
    return case


async def listed(case: Case, by: Actor) -> ToGiveBack | None:
    async with acting(by):
        rows = await to_give_back(by=by)
    return next((each for each in rows if each.order_reference == case.reference), None)


async def seen(case: Case, by: Actor) -> Payments:
    async with acting(by):
        return await payments_of(await case.order_id())


async def test_what_was_paid_on_a_cancelled_order_is_listed_until_it_was_given_back(
    make: Factory, finance: Actor
) -> None:
    case = await paid_and_cancelled(make, finance)
    found = await listed(case, finance)
    assert found is not None
    assert (found.amount, found.owed, found.status) == (cny("100"), cny(0), OrderStatus.CANCELLED)
    async with acting(finance):
        before = (await finance_counts(by=finance)).to_give_back
    assert (await give_back(case, "40", finance)).overpaid == cny("60.000")
    assert (await listed(case, finance)).amount == cny("60.000")  # type: ignore[union-attr]
    assert (await give_back(case, "60", finance)).overpaid is None
    assert await listed(case, finance) is None
    async with acting(finance):
        assert (await finance_counts(by=finance)).to_give_back == before - 1
    assert (await verbs_told(case)).count("orders.refunded") == 2
    told = await make.events("order.refunded", case.cast.account.id)
    assert [each["amount"]["amount"] for each in told] == ["40", "60"]


async def test_what_the_rest_would_have_cost_is_given_back(make: Factory, finance: Actor) -> None:
    case, _ = await part_shipped(make, payment_terms="in_advance", paid="124.30")
    await cancel_rest(case)
    found = await listed(case, finance)
    assert found is not None
    assert (found.amount, found.owed, found.is_cut) == (cny("74.580"), cny("49.720"), True)
    await give_back(case, "74.58", finance)
    assert (await seen(case, case.cast.buyer)).balance == cny("0.000")


async def test_money_that_comes_for_a_cancelled_order_is_kept_and_listed(
    make: Factory, finance: Actor
) -> None:
    case = await paid_and_cancelled(make, finance)
    assert (await pay(case, "50", finance)).overpaid == cny("150.000")
    assert await case.status() == "cancelled"


async def test_no_more_is_given_back_than_is_too_much(make: Factory, finance: Actor) -> None:
    case = await paid_and_cancelled(make, finance)
    for amount in ("100.01", "0", "-5", "1.005"):
        with pytest.raises((FieldError, FieldErrors)) as refused:
            await give_back(case, amount, finance)
        errors = getattr(refused.value, "errors", [refused.value])
        assert [error.field for error in errors] == ["amount"]
    with pytest.raises(FieldErrors):
        await give_back(case, "5", finance, reference=" ")
    open_order = await ordered(make)
    with pytest.raises(NothingToGiveBack):
        await give_back(open_order, "5", finance)
    with pytest.raises(NotAllowed):
        await give_back(case, "5", case.sales)


async def test_four_at_once_give_it_back_once(make: Factory, finance: Actor) -> None:
    case = await paid_and_cancelled(make, finance)
    results = await asyncio.gather(
        *(give_back(case, "100", finance) for _ in range(4)), return_exceptions=True
    )
    assert sum(isinstance(each, NothingToGiveBack) for each in results) == 3
    assert (await seen(case, finance)).paid == cny("0.000")


async def test_a_refund_noted_in_error_is_reversed_and_listed_again(
    make: Factory, finance: Actor
) -> None:
    case = await paid_and_cancelled(make, finance)
    (_, refund) = (await give_back(case, "100", finance)).rows
    assert (refund.refund, refund.amount) == (True, cny("-100.000"))
    async with acting(finance):
        order = await loaded(case.reference, finance)
        payments = await reverse_payment(order, refund.id, "Bounced", by=finance)
    assert [each.amount.amount for each in payments.rows] == [100, -100, 100]
    assert (await listed(case, finance)).amount == cny("100.000")  # type: ignore[union-attr]
    (told,) = await make.events("order.refund_reversed", case.cast.account.id)
    assert told["amount"]["amount"] == "100.000"


async def test_a_settled_order_stays_settled_while_too_much_is_given_back(
    make: Factory, finance: Actor
) -> None:
    case = await ordered(make)
    await make.owner.execute(
        """UPDATE sales_order SET status = 'invoiced', confirmed_at = business_now(),
               invoice_number = 'I', invoiced_at = business_now() WHERE reference = $1""",
        case.reference,
    )
    await pay(case, "130", finance)
    assert await case.status() == "settled"
    await give_back(case, "5.70", finance)
    assert await case.status() == "settled"
    assert await listed(case, finance) is None


async def test_the_customer_sees_what_is_given_back_and_that_nothing_is_owed(
    make: Factory, finance: Actor
) -> None:
    case = await paid_and_cancelled(make, finance)
    buyer = case.cast.buyer
    async with acting(buyer):
        page = await order_page(case.reference, by=buyer)
    assert (page.owed, page.to_give_back, page.gross) == (cny(0), cny("100.000"), cny("124.300"))
    await give_back(case, "100", finance)
    async with acting(buyer):
        page = await order_page(case.reference, by=buyer)
    assert (page.to_give_back, page.payments[1].refund) == (None, True)


async def test_rows_of_money_agree_with_the_order_whoever_writes_them(
    make: Factory, finance: Actor
) -> None:
    case = await paid_and_cancelled(make, finance)
    await give_back(case, "30", finance)
    assert (await row(case))["paid"] == Decimal("70.000")
    paid = await make.owner.fetchval(
        "SELECT min(id) FROM payment WHERE order_id = $1", await case.order_id()
    )
    insert = """INSERT INTO payment (account_id, order_id, amount, currency, received_on, refund,
            reference, reverses_id, reason, recorded_by, recorded_at)
        SELECT account_id, order_id, {}, currency, received_on, {}, 'X', {}, 'Y', recorded_by, now()
        FROM payment WHERE id = $1"""
    for amount, refund, reverses in (
        (5, True, "NULL"),  # a refund goes out
        (-5, False, "NULL"),  # a payment comes in
        (-99, False, paid),  # a reversal takes all of it back
        (100, True, paid),  # and is of its kind
    ):
        with pytest.raises(asyncpg.CheckViolationError):
            async with unit_of_work(Login.STAFF, person_id=finance.person_id):
                await execute(insert.format(amount, refund, reverses), paid)
