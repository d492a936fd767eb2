"""Held, marked, cancelled (rules O6, O8, O11, O12)."""

import asyncio
from decimal import Decimal

import asyncpg
import pytest

from portal.database import execute
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import Conflict, FieldErrors, NotAllowed, NotFound, WrongState
from portal.domain.common.permissions import CustomerRole, StaffRole
from portal.domain.orders import changes, conversation
from portal.domain.orders.changes import TooLateToCancel
from portal.domain.orders.states import OrderStatus
from portal.domain.service_levels import clock
from portal.domain.service_levels.promise import PromiseState, TargetKind
from tests.factories import Factory, acting
from tests.order_scenarios import (
    Ordered,
    confirmed_order,
    loaded,
    on_account,
    order_in_preparation,
    phone_order,
    scheduled_order,
)
from tests.scenarios import cast_of


async def hold(ordered: Ordered, by: Actor | None = None, **how: bool) -> None:
    by = by or ordered.cast.representative
    async with acting(by):
        order = await loaded(ordered.reference, by)
        await changes.hold(order, "The site is flooded", "Bay 12", by=by, **how)


async def let_go(ordered: Ordered) -> None:
    by = ordered.cast.representative
    async with acting(by):
        await changes.let_go(await loaded(ordered.reference, by), by=by)


async def cancel(ordered: Ordered, by: Actor, reason: str = "Ordered twice") -> None:
    async with acting(by):
        await changes.cancel(await loaded(ordered.reference, by), reason, by=by)


async def mark(ordered: Ordered, by: Actor, *, urgent: bool = False, project: bool = False) -> None:
    async with acting(by):
        order = await loaded(ordered.reference, by)
        await changes.mark(order, urgent=urgent, project=project, by=by)


async def test_held_goods_wait_in_a_place_of_their_own(make: Factory) -> None:  # rule O12
    ordered = await confirmed_order(make)
    await hold(ordered)
    order = await ordered.record()
    assert (order.is_held, order.hold_place) == (True, "Bay 12")
    assert order.state is OrderStatus.CONFIRMED  # being on hold is no state
    await hold(ordered)
    assert len(await make.events("order.held", ordered.cast.account.id)) == 1
    await let_go(ordered)
    await let_go(ordered)
    order = await ordered.record()
    assert (order.is_held, order.hold_reason, order.hold_place) == (False, "", "")
    assert len(await make.events("order.let_go", ordered.cast.account.id)) == 1


async def test_why_and_where_goods_wait_is_not_the_customers_timeline(make: Factory) -> None:
    ordered = await confirmed_order(make)
    await hold(ordered)
    rows = await make.owner.fetch(
        """SELECT verb, audience, after::text FROM activity
           WHERE reference = $1 AND verb LIKE 'orders.h%' ORDER BY id""",
        ordered.reference,
    )
    assert [(row["verb"], row["audience"]) for row in rows] == [
        ("orders.held", "customer"),
        ("orders.hold_reason", "internal"),
    ]
    assert rows[0]["after"] == "{}"


async def shipment_clock(ordered: Ordered) -> PromiseState:
    order = await ordered.record()
    async with acting(ordered.cast.buyer):
        targets = await clock.targets_of("sales_order", order.id)
    (shipment,) = [each for each in targets if each.kind is TargetKind.SHIPMENT and each.is_open]
    return shipment.state


async def test_the_clock_waits_where_the_customer_asked_for_the_hold(make: Factory) -> None:
    cast = await cast_of(make)
    await on_account(make, cast)
    ordered = await confirmed_order(make, await phone_order(make, cast))
    running = await shipment_clock(ordered)
    await hold(ordered)
    assert await shipment_clock(ordered) is running
    await hold(ordered, as_asked=True)
    assert await shipment_clock(ordered) is PromiseState.PAUSED
    await let_go(ordered)
    assert await shipment_clock(ordered) is not PromiseState.PAUSED


async def test_a_hold_says_why_and_where(make: Factory) -> None:
    ordered = await confirmed_order(make)
    by = ordered.cast.representative
    with pytest.raises(FieldErrors) as refused:
        async with acting(by):
            await changes.hold(await loaded(ordered.reference, by), " ", "", by=by)
    assert [error.field for error in refused.value.errors] == ["reason", "place"]


@pytest.mark.parametrize("role", [StaffRole.WAREHOUSE, StaffRole.FINANCE])
async def test_who_may_not_hold_mark_or_cancel(make: Factory, role: StaffRole) -> None:
    ordered = await confirmed_order(make)
    actor = await make.staff(role)
    for attempt in (
        hold(ordered, actor),
        mark(ordered, actor, urgent=True),
        cancel(ordered, actor),
    ):
        with pytest.raises(NotAllowed):
            await attempt


async def test_who_is_foreign_changes_nothing(make: Factory) -> None:  # rule A6
    ordered, other = await confirmed_order(make), await cast_of(make)
    for stranger in (other.representative, other.buyer):
        with pytest.raises(NotFound):
            await cancel(ordered, stranger)
    reader = await make.buyer(ordered.cast.account, CustomerRole.READER)
    with pytest.raises(NotAllowed):
        await cancel(ordered, reader)
    for attempt in (hold(ordered, ordered.cast.buyer), mark(ordered, ordered.cast.buyer)):
        with pytest.raises(NotAllowed):
            await attempt


async def test_customers_cancel_in_time(make: Factory) -> None:  # rule O11
    for made in (phone_order, confirmed_order, scheduled_order):
        ordered = await made(make)
        await cancel(ordered, ordered.cast.buyer)
        order = await ordered.record()
        assert (order.state, order.cancel_reason) == (OrderStatus.CANCELLED, "Ordered twice")
        reserved = "SELECT sum(reserved) FROM sales_order_line WHERE order_id = $1"
        assert await make.owner.fetchval(reserved, order.id) == 0
        open_ = "SELECT count(*) FROM target WHERE subject_id = $1 AND subject_kind = 'sales_order'"
        open_ += " AND met_at IS NULL AND cancelled_at IS NULL"
        assert await make.owner.fetchval(open_, order.id) == 0
        (event,) = await make.events("order.cancelled", ordered.cast.account.id)
        assert event["was"] in {"placed", "confirmed", "scheduled"}
        with pytest.raises(WrongState) as refused:
            await cancel(ordered, ordered.cast.buyer)
        assert refused.value.words == {"state": "Cancelled"}


async def test_once_goods_are_prepared_it_takes_a_call(make: Factory) -> None:  # rule O11
    ordered = await order_in_preparation(make)
    with pytest.raises(TooLateToCancel):
        await cancel(ordered, ordered.cast.buyer)
    await cancel(ordered, ordered.cast.representative)
    order = await ordered.record()
    assert order.state is OrderStatus.CANCELLED
    shipment = "SELECT status FROM shipment WHERE order_id = $1"
    assert await make.owner.fetchval(shipment, order.id) == "cancelled"


async def test_nothing_is_cancelled_that_has_shipped(make: Factory) -> None:
    ordered = await confirmed_order(make)
    for status in ("partly_shipped", "shipped", "delivered", "invoiced", "settled"):
        await make.owner.execute(
            "UPDATE sales_order SET status = $2 WHERE reference = $1", ordered.reference, status
        )
        with pytest.raises(Conflict):
            await cancel(ordered, ordered.cast.buyer)
        with pytest.raises(WrongState):
            await cancel(ordered, ordered.cast.representative)


async def test_a_cancellation_says_why(make: Factory) -> None:  # rule O11
    ordered = await confirmed_order(make)
    for by in (ordered.cast.buyer, ordered.cast.representative):
        with pytest.raises(FieldErrors):
            await cancel(ordered, by, reason="  ")


async def test_no_answer_is_owed_once_the_customer_has_cancelled(make: Factory) -> None:
    ordered = await confirmed_order(make)
    buyer = ordered.cast.buyer
    async with acting(buyer):
        order = await loaded(ordered.reference, buyer)
        await conversation.write(order, "Where is it?", by=buyer, audience=Audience.CUSTOMER)
    await cancel(ordered, buyer)
    async with acting(buyer):
        targets = await clock.targets_of("sales_order", order.id)
    assert [each.kind for each in targets if each.is_open] == []


async def test_two_who_cancel_at_once_cancel_once(make: Factory) -> None:
    ordered = await confirmed_order(make)
    actors = [ordered.cast.buyer, ordered.cast.representative] * 3
    done = await asyncio.gather(*(cancel(ordered, by) for by in actors), return_exceptions=True)
    assert sum(each is None for each in done) == 1
    assert all(isinstance(each, WrongState) for each in done if each is not None)
    assert len(await make.events("order.cancelled", ordered.cast.account.id)) == 1


async def test_the_database_lets_customers_only_cancel_and_agree(make: Factory) -> None:
    ordered = await confirmed_order(make)
    order = await ordered.record()
    buyer = ordered.cast.buyer
    for change in (
        "gross_total = 0, net_total = 0, tax_total = 0",
        "payment_terms = 'days_60'",
        "held_at = NULL",
        "promised_ship_on = NULL",
        "status = 'shipped'",
        "status = 'settled'",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with acting(buyer):
                await execute(f"UPDATE sales_order SET {change} WHERE id = $1", order.id)
    await cancel(ordered, buyer)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):  # what is given back is given back
        async with acting(buyer):
            await execute("UPDATE sales_order_line SET reserved = 5 WHERE order_id = $1", order.id)
    async with acting(buyer):  # what is cancelled stays so
        await execute(
            """UPDATE sales_order SET status = 'placed', cancelled_at = NULL, cancel_reason = ''
               WHERE id = $1""",
            order.id,
        )
    assert (await ordered.record()).state is OrderStatus.CANCELLED


async def test_marks_are_recorded_and_urgent_ones_told(make: Factory) -> None:  # rules O6, O8
    ordered = await confirmed_order(make)
    await mark(ordered, ordered.cast.assistant, urgent=True, project=True)
    order = await ordered.record()
    assert (order.urgent, order.project) == (True, True)
    assert len(await make.events("order.made_urgent", ordered.cast.account.id)) == 1
    async with acting(ordered.cast.buyer):
        targets = await clock.targets_of("sales_order", order.id)
    assert TargetKind.URGENT_DELIVERY in [each.kind for each in targets if each.is_open]
    await mark(ordered, ordered.cast.assistant, urgent=False, project=True)
    assert not (await ordered.record()).urgent


async def test_only_the_supervisor_takes_the_project_mark_back(make: Factory) -> None:  # rule O8
    ordered = await confirmed_order(make)
    await mark(ordered, ordered.cast.representative, project=True)
    with pytest.raises(NotAllowed):
        await mark(ordered, ordered.cast.representative, project=False)
    await mark(ordered, ordered.cast.supervisor, project=False)
    assert not (await ordered.record()).project


async def test_what_has_shipped_is_neither_held_nor_marked(make: Factory) -> None:
    ordered = await confirmed_order(make)
    await make.owner.execute(
        "UPDATE sales_order SET status = 'shipped' WHERE reference = $1", ordered.reference
    )
    for attempt in (hold(ordered), mark(ordered, ordered.cast.representative, urgent=True)):
        with pytest.raises(WrongState):
            await attempt


async def test_what_one_gives_back_is_there_for_the_next(make: Factory) -> None:  # rule O11
    first = await confirmed_order(make, stock="10")
    second = await phone_order(make, first.cast)
    await cancel(first, first.cast.buyer)
    await confirmed_order(make, second, stock="0")
    line = "SELECT reserved FROM sales_order_line WHERE order_id = $1"
    assert await make.owner.fetchval(line, (await second.record()).id) == Decimal(10)
