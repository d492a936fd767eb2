"""Money of an order: recorded by finance, never deleted, only reversed (rules O8, O22)."""

import asyncio
from datetime import date, timedelta
from decimal import Decimal

import asyncpg
import pytest

from portal.database import execute
from portal.domain.common.activity import timeline
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import FieldErrors, NotAllowed, NotFound, WrongState
from portal.domain.common.permissions import StaffRole
from portal.domain.orders.invoicing import invoice
from portal.domain.orders.payments import (
    AlreadyReversed,
    PaymentFacts,
    Payments,
    payments_of,
    record_payment,
    reverse_payment,
)
from portal.domain.orders.shipment_locking import day_at_branch
from portal.domain.orders.states import OrderStatus
from portal.domain.orders.tables import SUBJECT_KIND
from tests.domain.orders.release_orders import confirmed_order, pay, state, verdict
from tests.domain.orders.release_samples import cny
from tests.factories import Factory, acting
from tests.order_scenarios import Ordered, loaded


@pytest.fixture
async def finance(make: Factory) -> Actor:
    return await make.staff(StaffRole.FINANCE)


async def seen(ordered: Ordered, by: Actor) -> Payments:
    async with acting(by):
        return await payments_of((await loaded(ordered.reference, by)).id)


async def reverse(
    ordered: Ordered, payment_id: int, by: Actor, reason: str = "Bounced"
) -> Payments:
    async with acting(by):
        return await reverse_payment(await loaded(ordered.reference, by), payment_id, reason, by=by)


async def test_both_sides_see_what_is_paid_and_what_is_open(  # rule O22
    make: Factory, finance: Actor
) -> None:
    ordered = await confirmed_order(make)
    await pay(make, ordered, "500.50", finance)
    await pay(make, ordered, "100", finance)
    for by in (finance, ordered.cast.representative, ordered.cast.buyer):
        payments = await seen(ordered, by)
        assert (payments.total, payments.paid) == (cny("1130.00"), cny("600.50"))
        assert payments.balance == cny("529.50")
        named = finance.name if by.is_staff else ""
        assert [row.recorded_by for row in payments.rows] == [named] * 2
        assert not payments.is_settled


async def test_a_payment_stands_in_the_timeline_of_both_sides(  # rule O21
    make: Factory, finance: Actor
) -> None:
    ordered = await confirmed_order(make)
    await pay(make, ordered, 500, finance)
    buyer = ordered.cast.buyer
    async with acting(buyer):
        order = await loaded(ordered.reference, buyer)
        story = await timeline(SUBJECT_KIND, order.id, visible_to=Audience.CUSTOMER)
    assert "orders.paid" in [entry.verb for entry in story]
    (told,) = await make.events("order.payment_recorded", ordered.cast.account.id)
    assert told["balance"] == {"amount": "630.000", "currency": "CNY"}


@pytest.mark.parametrize(
    ("amount", "field"),
    [("0", "amount"), ("-5", "amount"), ("1.005", "amount"), ("1E+12", "amount")],
)
async def test_an_impossible_amount_is_refused(
    make: Factory, finance: Actor, amount: str, field: str
) -> None:
    ordered = await confirmed_order(make)
    with pytest.raises(FieldErrors) as refused:
        await pay(make, ordered, amount, finance)
    assert [error.field for error in refused.value.errors] == [field]


async def test_money_of_tomorrow_has_not_come_and_needs_a_reference(
    make: Factory, finance: Actor
) -> None:
    ordered = await confirmed_order(make)
    async with acting(finance):
        order = await loaded(ordered.reference, finance)
        tomorrow = await day_at_branch(order.account_id) + timedelta(days=1)
        with pytest.raises(FieldErrors) as refused:
            await record_payment(order, PaymentFacts(Decimal(5), tomorrow, " "), by=finance)
    assert {error.field for error in refused.value.errors} == {"reference", "received_on"}


async def test_only_finance_records_money(make: Factory) -> None:
    ordered = await confirmed_order(make)
    for by in (ordered.cast.representative, ordered.cast.supervisor, ordered.cast.buyer):
        with pytest.raises(NotAllowed):
            await pay(make, ordered, 5, by)


async def test_more_than_is_owed_is_kept_and_shown(make: Factory, finance: Actor) -> None:
    ordered = await confirmed_order(make)
    payments = await pay(make, ordered, 1_200, finance)
    assert payments.overpaid == cny("70.00")
    assert payments.is_settled
    assert (await verdict(ordered)).may_ship


async def test_what_came_is_never_deleted_nor_changed(make: Factory, finance: Actor) -> None:
    ordered = await confirmed_order(make)
    await pay(make, ordered, 5, finance)
    for statement in ("DELETE FROM payment", "UPDATE payment SET amount = 1"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with acting(finance):
                await execute(statement)


class TestReversal:
    async def test_it_is_a_row_of_its_own(self, make: Factory, finance: Actor) -> None:
        ordered = await confirmed_order(make)
        (paid,) = (await pay(make, ordered, 500, finance)).rows
        payments = await reverse(ordered, paid.id, finance)
        assert [row.amount for row in payments.rows] == [cny("500.000"), cny("-500.000")]
        assert payments.paid == cny(0)
        assert [row.may_be_reversed for row in payments.rows] == [False, False]
        assert payments.rows[1].reason == "Bounced"

    async def test_it_happens_once(self, make: Factory, finance: Actor) -> None:
        ordered = await confirmed_order(make)
        (paid,) = (await pay(make, ordered, 500, finance)).rows
        reversal = (await reverse(ordered, paid.id, finance)).rows[1]
        for payment_id in (paid.id, reversal.id):
            with pytest.raises(AlreadyReversed):
                await reverse(ordered, payment_id, finance)

    async def test_two_at_once_reverse_it_once(self, make: Factory, finance: Actor) -> None:
        ordered = await confirmed_order(make)
        (paid,) = (await pay(make, ordered, 500, finance)).rows
        results = await asyncio.gather(
            *(reverse(ordered, paid.id, finance) for _ in range(4)), return_exceptions=True
        )
        assert sum(isinstance(each, AlreadyReversed) for each in results) == 3
        assert (await seen(ordered, finance)).paid == cny(0)

    async def test_it_says_why(self, make: Factory, finance: Actor) -> None:
        ordered = await confirmed_order(make)
        (paid,) = (await pay(make, ordered, 500, finance)).rows
        with pytest.raises(FieldErrors):
            await reverse(ordered, paid.id, finance, reason="  ")

    async def test_a_payment_of_another_order_is_not_found(
        self, make: Factory, finance: Actor
    ) -> None:
        ordered, other = await confirmed_order(make), await confirmed_order(make)
        (paid,) = (await pay(make, other, 500, finance)).rows
        with pytest.raises(NotFound):
            await reverse(ordered, paid.id, finance)

    async def test_it_takes_the_release_away(self, make: Factory, finance: Actor) -> None:  # O9
        ordered = await confirmed_order(make, "in_advance")
        (paid,) = (await pay(make, ordered, 1_130, finance)).rows
        assert (await verdict(ordered)).may_ship
        await reverse(ordered, paid.id, finance)
        assert not (await verdict(ordered)).may_ship


class TestInvoiceAndSettlement:
    async def issue(self, ordered: Ordered, by: Actor, number: str = "INV-1") -> None:
        async with acting(by):
            await invoice(await loaded(ordered.reference, by), number, by=by)

    async def status(self, ordered: Ordered) -> OrderStatus:
        return (await ordered.record(ordered.cast.buyer)).state

    async def test_what_was_delivered_is_invoiced_then_paid_then_settled(  # rule O22
        self, make: Factory, finance: Actor
    ) -> None:
        ordered = await confirmed_order(make)
        await state(make, ordered, "delivered")
        await self.issue(ordered, finance)
        assert await self.status(ordered) is OrderStatus.INVOICED
        await pay(make, ordered, "1129.99", finance)
        assert await self.status(ordered) is OrderStatus.INVOICED
        await pay(make, ordered, "0.01", finance)
        assert await self.status(ordered) is OrderStatus.SETTLED
        assert len(await make.events("order.settled", ordered.cast.account.id)) == 1

    async def test_what_is_paid_already_is_settled_with_its_invoice(  # rule O22
        self, make: Factory, finance: Actor
    ) -> None:
        ordered = await confirmed_order(make, "in_advance")
        await pay(make, ordered, 1_130, finance)
        await state(make, ordered, "delivered")
        await self.issue(ordered, finance)
        assert await self.status(ordered) is OrderStatus.SETTLED

    async def test_a_reversed_payment_opens_it_again(  # rule O22
        self, make: Factory, finance: Actor
    ) -> None:
        ordered = await confirmed_order(make)
        await state(make, ordered, "delivered")
        (paid,) = (await pay(make, ordered, 1_130, finance)).rows
        await self.issue(ordered, finance)
        await reverse(ordered, paid.id, finance)
        assert await self.status(ordered) is OrderStatus.INVOICED
        assert not (await ordered.record(finance)).settled_at

    async def test_nothing_is_invoiced_before_its_delivery_nor_twice(
        self, make: Factory, finance: Actor
    ) -> None:
        ordered = await confirmed_order(make)
        with pytest.raises(WrongState):
            await self.issue(ordered, finance)
        await state(make, ordered, "delivered")
        with pytest.raises(FieldErrors):
            await self.issue(ordered, finance, " ")
        await self.issue(ordered, finance)
        with pytest.raises(WrongState):
            await self.issue(ordered, finance, "INV-2")

    async def test_only_finance_invoices(self, make: Factory) -> None:
        ordered = await confirmed_order(make)
        await state(make, ordered, "delivered")
        with pytest.raises(NotAllowed):
            await self.issue(ordered, ordered.cast.representative)


async def test_money_for_a_cancelled_order_is_kept_though_nothing_is_owed(  # rule O11
    make: Factory, finance: Actor
) -> None:
    ordered = await confirmed_order(make)
    await make.owner.execute(
        """UPDATE sales_order SET status = 'cancelled', cancelled_at = business_now(),
               cancel_reason = 'No need' WHERE reference = $1""",
        ordered.reference,
    )
    assert (await pay(make, ordered, 5, finance)).overpaid == cny("5.000")


async def test_the_day_of_a_payment_is_the_bank_s(make: Factory, finance: Actor) -> None:
    ordered = await confirmed_order(make)
    async with acting(finance):
        order = await loaded(ordered.reference, finance)
        facts = PaymentFacts(Decimal(5), date(2026, 3, 2), " BOC 1 ")
        payments = await record_payment(order, facts, by=finance)
    assert payments.rows[0].received_on == date(2026, 3, 2)
    assert payments.rows[0].reference == "BOC 1"
