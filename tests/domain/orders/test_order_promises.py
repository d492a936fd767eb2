"""The promise of an order on its clock: made, kept, moved, waiting (rules O2, O4, O6, O7)."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from portal.database import Login, unit_of_work
from portal.domain.catalogue.kinds import StockCondition
from portal.domain.catalogue.stock import LotKey
from portal.domain.common.actor import Actor
from portal.domain.common.errors import FieldErrors, NotAllowed, WrongState
from portal.domain.common.permissions import StaffRole
from portal.domain.orders import changes, promises
from portal.domain.orders.cut_off import CutOff, cut_off_today
from portal.domain.orders.payments import payments_of, reverse_payment
from portal.domain.orders.ship_dates import WAITS_FOR_PAYMENT, WAITS_ON_HOLD
from portal.domain.orders.states import OrderStatus, PromiseBasis
from portal.domain.orders.stock_changes import book_receipt
from portal.domain.service_levels.promise import PromiseState, TargetKind
from portal.settings import Settings
from tests.domain.orders.release_orders import (
    approved_limit,
    business_time,
    clocks,
    confirmed,
    confirmed_order,
    monday,
    pay,
    record,
    set_clock,
    state,
    taken_order,
    terms,
)
from tests.factories import Factory, acting
from tests.order_scenarios import Ordered, loaded, placed_order

TODAY, TOMORROW = date(2026, 8, 24), date(2026, 8, 25)


@pytest.fixture
async def at_ten(make: Factory) -> AsyncIterator[None]:
    """It is Monday, 24 August 2026, 10:00 at the branch."""
    async with business_time(make, monday(10)):
        yield


async def promised(ordered: Ordered) -> tuple[date | None, PromiseBasis]:
    order = await record(ordered)
    return order.promised_ship_on, order.basis


async def reconsider(ordered: Ordered, by: Actor | None = None) -> None:
    actor = by or ordered.cast.representative
    async with acting(actor):
        await promises.reconsider(await loaded(ordered.reference, actor), by=actor)


async def mark(ordered: Ordered, *, urgent: bool) -> None:
    by = ordered.cast.representative
    async with acting(by):
        order = await loaded(ordered.reference, by)
        await changes.mark(order, urgent=urgent, project=False, by=by)


async def about(moment: datetime, wanted: datetime) -> bool:
    """Whether it is that moment, give or take the running of the test."""
    return abs(moment - wanted) < timedelta(minutes=1)


@pytest.mark.usefixtures("at_ten")
class TestShipsToday:
    async def test_in_stock_and_released_before_the_cut_off(self, make: Factory) -> None:  # O2
        ordered = await confirmed_order(make)
        assert await promised(ordered) == (TODAY, PromiseBasis.TODAY)
        (shipment,) = await clocks(ordered)
        assert shipment.kind is TargetKind.SHIPMENT
        assert shipment.due_at == monday(18)
        assert shipment.owner_id == ordered.cast.representative.staff_member_id
        assert (await record(ordered)).released_at

    async def test_after_the_cut_off_the_next_working_day(self, make: Factory) -> None:  # O2, O9
        await set_clock(make, monday(15, 30))
        ordered = await confirmed_order(make)
        assert await promised(ordered) == (TOMORROW, PromiseBasis.STOCK)
        (shipment,) = await clocks(ordered)
        assert shipment.due_at == monday(18, days=1)

    async def test_a_friday_evening_leads_to_monday(self, make: Factory) -> None:
        await set_clock(make, monday(16, days=4))
        ordered = await confirmed_order(make)
        assert await promised(ordered) == (date(2026, 8, 31), PromiseBasis.STOCK)

    async def test_the_promise_stands_the_next_day_and_is_late(self, make: Factory) -> None:  # O3
        ordered = await confirmed_order(make)
        await set_clock(make, monday(11, days=1))
        await reconsider(ordered)
        assert await promised(ordered) == (TODAY, PromiseBasis.TODAY)
        (shipment,) = await clocks(ordered)
        assert shipment.state is PromiseState.BREACHED

    async def test_unpaid_it_is_promised_once_the_money_is_there(self, make: Factory) -> None:  # O9
        ordered = await confirmed_order(make, "in_advance")
        assert await promised(ordered) == (None, PromiseBasis.NONE)
        assert await clocks(ordered) == []
        await pay(make, ordered, 1_130)
        assert await promised(ordered) == (TODAY, PromiseBasis.TODAY)
        assert len(await make.events("order.released", ordered.cast.account.id)) == 1

    async def test_goods_that_come_in_are_promised_at_once(self, make: Factory) -> None:  # rule O2
        ordered = await confirmed_order(make, stock=4)
        assert await promised(ordered) == (None, PromiseBasis.NONE)
        keeper = await make.staff(StaffRole.WAREHOUSE)
        async with acting(keeper):
            lot = LotKey(ordered.cast.item_id, StockCondition.GOOD, "")
            await book_receipt(lot, Decimal(6), reason="Receipt", by=keeper)
        await reconsider(ordered)
        assert await promised(ordered) == (TODAY, PromiseBasis.TODAY)

    async def test_the_countdown_is_the_same_for_customers(self, make: Factory) -> None:  # rule O2
        branch_id = await make.branch()
        for login in (Login.STAFF, Login.CUSTOMER):
            async with unit_of_work(login):
                assert await cut_off_today(branch_id) == CutOff(monday(15, 30), TODAY, TODAY)


@pytest.mark.usefixtures("at_ten")
class TestFromAQuote:
    async def placed(
        self, make: Factory, settings: Settings, *, stock: int, payment: str = "days_30"
    ) -> Ordered:
        """A quote over 40 pieces that promised to ship on 7 September."""
        ordered = await placed_order(make, settings)
        await make.owner.execute(
            "UPDATE sales_order SET payment_terms = $2 WHERE reference = $1",
            ordered.reference,
            payment,
        )
        await approved_limit(make, ordered.cast, 1_000_000)
        if stock:
            await make.stock(ordered.cast.item_id, stock)
        return ordered

    async def test_the_quote_s_date_holds_until_something_better_is_known(  # rule O4
        self, make: Factory, settings: Settings
    ) -> None:
        ordered = await confirmed(await self.placed(make, settings, stock=0))
        assert await promised(ordered) == (date(2026, 9, 7), PromiseBasis.QUOTE)
        (shipment,) = await clocks(ordered)
        assert shipment.due_at == monday(18, days=14)

    async def test_in_stock_it_ships_earlier(self, make: Factory, settings: Settings) -> None:
        ordered = await confirmed(await self.placed(make, settings, stock=40))  # rules O2, O4
        assert await promised(ordered) == (TODAY, PromiseBasis.TODAY)
        assert await make.events("order.promise_moved", ordered.cast.account.id) == []

    async def test_goods_that_arrive_later_move_it_and_the_old_one_stays_on_record(
        self, make: Factory, settings: Settings
    ) -> None:
        ordered = await confirmed(await self.placed(make, settings, stock=0))
        await set_clock(make, monday(10, days=2))
        await make.owner.execute(
            """UPDATE sales_order_line SET reserved = quantity WHERE order_id =
                   (SELECT id FROM sales_order WHERE reference = $1)""",
            ordered.reference,
        )
        await reconsider(ordered)
        assert await promised(ordered) == (date(2026, 8, 26), PromiseBasis.TODAY)
        now, before = await clocks(ordered)
        assert now.due_at == monday(18, days=2)
        assert before.state is PromiseState.REPLACED
        (told,) = await make.events("order.promise_moved", ordered.cast.account.id)
        assert told["ship_on_before"] == "2026-09-07"

    async def test_the_clock_waits_while_only_the_payment_is_missing(  # rules O4, O9
        self, make: Factory, settings: Settings
    ) -> None:
        ordered = await self.placed(make, settings, stock=40, payment="in_advance")
        await confirmed(ordered)
        (waiting,) = await clocks(ordered)
        assert (waiting.state, waiting.pause_reason) == (PromiseState.PAUSED, WAITS_FOR_PAYMENT)
        await set_clock(make, monday(10, days=21))
        finance = await make.staff(StaffRole.FINANCE)
        payments = await pay(make, ordered, 565, finance)
        # Three weeks late by the quote, but not by us: it ships on the day of the payment.
        assert await promised(ordered) == (date(2026, 9, 14), PromiseBasis.TODAY)
        assert (await clocks(ordered))[0].state in {PromiseState.RUNNING, PromiseState.WARNING}
        async with acting(finance):
            order = await loaded(ordered.reference, finance)
            (paid,) = (await payments_of(order.id)).rows
            await reverse_payment(order, paid.id, "Bounced", by=finance)
        assert payments.is_settled
        assert (await clocks(ordered))[0].pause_reason == WAITS_FOR_PAYMENT


@pytest.mark.usefixtures("at_ten")
class TestUrgent:
    async def urgent(self, make: Factory, kind: str = "standard", stock: int = 100) -> Ordered:
        ordered = await taken_order(make, stock=stock)
        await make.owner.execute(
            "UPDATE item SET kind = $2 WHERE id = $1", ordered.cast.item_id, kind
        )
        await make.owner.execute(
            "UPDATE sales_order SET urgent = true WHERE reference = $1", ordered.reference
        )
        return ordered

    async def test_a_standard_part_is_delivered_within_six_hours_of_the_order(  # rule O6
        self, make: Factory
    ) -> None:
        ordered = await self.urgent(make)
        await set_clock(make, monday(11))
        await confirmed(ordered)
        assert await promised(ordered) == (TODAY, PromiseBasis.URGENT)
        (delivery,) = await clocks(ordered)
        assert delivery.kind is TargetKind.URGENT_DELIVERY
        assert await about(delivery.due_at, monday(16))

    async def test_round_the_clock(self, make: Factory) -> None:  # rule O6
        await set_clock(make, monday(22, days=5))
        ordered = await confirmed(await self.urgent(make))
        (delivery,) = await clocks(ordered)
        assert await about(delivery.due_at, monday(4, days=6))
        assert await promised(ordered) == (date(2026, 8, 30), PromiseBasis.URGENT)

    async def test_it_is_met_when_it_was_signed_for(self, make: Factory) -> None:  # rules O6, O16
        ordered = await confirmed(await self.urgent(make))
        await set_clock(make, monday(17, 30))
        await state(make, ordered, "delivered")
        by = ordered.cast.representative
        async with acting(by):
            order = await loaded(ordered.reference, by)
            await promises.shipped(order)
            await promises.delivered(order, delivered_at=monday(15, 45).astimezone(UTC))
        (delivery,) = await clocks(ordered)
        assert (delivery.state, delivery.met_at) == (PromiseState.MET, monday(15, 45))

    async def test_a_special_part_has_the_day_that_is_stated(self, make: Factory) -> None:  # O6
        ordered = await confirmed(await self.urgent(make, kind="special", stock=0))
        assert await promised(ordered) == (None, PromiseBasis.NONE)
        by = ordered.cast.representative
        async with acting(by):
            order = await loaded(ordered.reference, by)
            await promises.state_ship_date(order, TOMORROW, "By courier from the plant", by=by)
        assert await promised(ordered) == (TOMORROW, PromiseBasis.STATED)
        (shipment,) = await clocks(ordered)
        assert shipment.due_at == monday(18, days=1)

    async def test_marked_later_it_counts_from_then(self, make: Factory) -> None:  # rule O6
        ordered = await confirmed_order(make, stock=0)
        await set_clock(make, monday(12))
        await mark(ordered, urgent=True)
        (delivery,) = await clocks(ordered)
        assert await about(delivery.due_at, monday(18))
        await mark(ordered, urgent=False)
        (delivery,) = await clocks(ordered)
        assert delivery.state is PromiseState.CANCELLED

    async def test_off_and_on_again_buys_no_time(self, make: Factory) -> None:  # rule O6
        ordered = await confirmed(await self.urgent(make, stock=0))
        for hour, urgent in ((12, False), (13, True), (14, False), (15, True)):
            await set_clock(make, monday(hour))
            await mark(ordered, urgent=urgent)
        now, second, first = await clocks(ordered)
        assert await about(now.due_at, monday(16))
        assert now.opened_at == first.opened_at
        # What was promised before stays in the record, with the reason.
        assert {second.state, first.state} == {PromiseState.REPLACED}
        assert now.explanation
        assert [each.due_at for each in now.explanation.earlier] == [first.due_at, second.due_at]
        assert await promised(ordered) == (TODAY, PromiseBasis.URGENT)

    async def test_it_counts_from_the_first_mark_also_before_the_confirmation(  # rule O6
        self, make: Factory
    ) -> None:
        ordered = await taken_order(make)
        for hour, urgent in ((11, True), (12, False), (13, True)):
            await set_clock(make, monday(hour))
            await mark(ordered, urgent=urgent)
        (delivery,) = await clocks(await confirmed(ordered))
        assert await about(delivery.due_at, monday(17))

    async def test_taken_back_before_the_confirmation_it_counts_from_the_order(  # rule O6
        self, make: Factory
    ) -> None:
        ordered = await self.urgent(make)
        for hour, urgent in ((11, False), (12, True)):
            await set_clock(make, monday(hour))
            await mark(ordered, urgent=urgent)
        (delivery,) = await clocks(await confirmed(ordered))
        assert await about(delivery.due_at, monday(16))


@pytest.mark.usefixtures("at_ten")
class TestHold:
    async def hold(self, ordered: Ordered, *, as_asked: bool) -> None:
        by = ordered.cast.representative
        async with acting(by):
            order = await loaded(ordered.reference, by)
            await changes.hold(order, "Site closed", "Bay 7", by=by, as_asked=as_asked)

    async def test_the_clock_waits_for_a_hold_that_the_customer_asked_for(  # rule O12
        self, make: Factory
    ) -> None:
        ordered = await confirmed_order(make)
        await set_clock(make, monday(12))
        await self.hold(ordered, as_asked=True)
        (shipment,) = await clocks(ordered)
        assert (shipment.state, shipment.pause_reason) == (PromiseState.PAUSED, WAITS_ON_HOLD)
        await set_clock(make, monday(12, days=1))
        by = ordered.cast.representative
        async with acting(by):
            await changes.let_go(await loaded(ordered.reference, by), by=by)
        # It is released before the cut-off of the day on which it is let go.
        assert await promised(ordered) == (TOMORROW, PromiseBasis.TODAY)
        assert (await clocks(ordered))[0].state in {PromiseState.RUNNING, PromiseState.WARNING}

    async def test_our_own_hold_is_no_excuse(self, make: Factory) -> None:  # rule O12
        ordered = await confirmed_order(make)
        await self.hold(ordered, as_asked=False)
        (shipment,) = await clocks(ordered)
        assert shipment.state is PromiseState.RUNNING


@pytest.mark.usefixtures("at_ten")
class TestEnd:
    async def test_it_is_met_when_the_last_goods_leave(self, make: Factory) -> None:  # rule O3
        ordered = await confirmed_order(make)
        by = ordered.cast.representative
        for status, expected in (
            (OrderStatus.PARTLY_SHIPPED, PromiseState.RUNNING),
            (OrderStatus.SHIPPED, PromiseState.MET),
        ):
            await state(make, ordered, status.value)
            async with acting(by):
                await promises.shipped(await loaded(ordered.reference, by))
            (shipment,) = await clocks(ordered)
            assert shipment.state is expected

    async def test_a_cancelled_order_owes_nothing(self, make: Factory) -> None:  # rule O11
        ordered = await confirmed_order(make)
        buyer = ordered.cast.buyer
        async with acting(buyer):
            await changes.cancel(await loaded(ordered.reference, buyer), "No need", by=buyer)
        (shipment,) = await clocks(ordered)
        assert shipment.state is PromiseState.CANCELLED


@pytest.mark.usefixtures("at_ten")
class TestStatedDate:
    async def tell(
        self, ordered: Ordered, on: date, note: str = "Late truck", by: Actor | None = None
    ) -> None:
        actor = by or ordered.cast.representative
        async with acting(actor):
            order = await loaded(ordered.reference, actor)
            await promises.state_ship_date(order, on, note, by=actor)

    async def test_it_replaces_a_promise_and_says_why(self, make: Factory) -> None:
        ordered = await confirmed_order(make)
        await self.tell(ordered, date(2026, 8, 28))
        assert await promised(ordered) == (date(2026, 8, 28), PromiseBasis.STATED)
        order = await record(ordered)
        assert order.promised_ship_note == "Late truck"
        now, before = await clocks(ordered)
        assert (now.due_at, before.due_at) == (monday(18, days=4), monday(18))

    async def test_it_is_still_to_come_and_explained(self, make: Factory) -> None:
        ordered = await confirmed_order(make)
        for day, note in ((date(2026, 8, 23), "x"), (TOMORROW, " ")):
            with pytest.raises(FieldErrors):
                await self.tell(ordered, day, note)

    async def test_sales_states_it_and_only_while_it_is_owed(self, make: Factory) -> None:
        ordered = await confirmed_order(make)
        with pytest.raises(NotAllowed):
            await self.tell(ordered, TOMORROW, by=await make.staff(StaffRole.WAREHOUSE))
        with pytest.raises(WrongState):
            await self.tell(await taken_order(make), TOMORROW)


@pytest.mark.usefixtures("at_ten")
async def test_what_the_customer_agrees_to_is_caught_up_on(make: Factory) -> None:  # rule O15
    ordered = await confirmed_order(make, stock=4)
    buyer = ordered.cast.buyer
    async with acting(buyer):
        order = await loaded(ordered.reference, buyer)
        await changes.agree_to_parts(order, buyer.name, by=buyer)
    assert not (await record(ordered)).released_at
    async with unit_of_work(Login.WORKER):
        assert await promises.reconsider_agreed() >= 1
    assert (await record(ordered)).released_at
    async with unit_of_work(Login.WORKER):
        assert await promises.reconsider_agreed() == 0


@pytest.mark.usefixtures("at_ten")
async def test_credit_that_a_customer_sets_free_is_caught_up_on(make: Factory) -> None:  # A16
    first = await confirmed_order(make, limit=2_000)
    second = await confirmed(await taken_order(make, cast=first.cast, limit=None))
    assert not (await record(second)).released_at
    buyer = first.cast.buyer
    async with acting(buyer):
        await changes.cancel(await loaded(first.reference, buyer), "No need", by=buyer)
    async with unit_of_work(Login.WORKER):
        assert await promises.reconsider_agreed() >= 1
    assert (await record(second)).released_at


@pytest.mark.usefixtures("at_ten")
async def test_a_deposit_that_is_awaited_lets_nothing_be_promised(make: Factory) -> None:  # O8
    cast = (await confirmed_order(make)).cast
    await terms(make, cast, "deposit")
    ordered = await confirmed_order(make, "deposit", cast=cast, stock=50, limit=None)
    assert await promised(ordered) == (None, PromiseBasis.NONE)
