"""Sales stand for an order: it is reserved and promised (rules O1, O2, O4)."""

import asyncio
from datetime import date
from decimal import Decimal

import pytest

from portal.domain.common.errors import Conflict, NotAllowed, NotFound, WrongState
from portal.domain.common.permissions import StaffRole
from portal.domain.orders.approvals import consent_on_stock
from portal.domain.orders.changes import cancel
from portal.domain.orders.confirmation import NotTheirOrder, confirm
from portal.domain.orders.finding import lines_of
from portal.domain.orders.states import OrderStatus, PromiseBasis
from portal.settings import Settings
from tests.factories import Factory, acting
from tests.order_scenarios import (
    Ordered,
    confirmed_order,
    loaded,
    phone_order,
    placed_order,
    reorder,
)
from tests.scenarios import cast_of


async def test_who_stands_for_it_and_since_when(make: Factory) -> None:  # rule O1
    ordered = await confirmed_order(make)
    order = await ordered.record()
    assert order.state is OrderStatus.CONFIRMED
    assert order.confirmed_by == ordered.cast.representative.person_id
    assert order.confirmed_at
    (event,) = await make.events("order.confirmed", ordered.cast.account.id)
    assert event["reference"] == ordered.reference


async def test_what_is_there_is_reserved_and_what_is_short_is_said(make: Factory) -> None:
    ordered = await phone_order(make, quantity="10")
    await make.stock(ordered.cast.item_id, 6)
    by = ordered.cast.representative
    async with acting(by):
        short = await confirm(await loaded(ordered.reference, by), by=by)
        (line,) = await lines_of((await loaded(ordered.reference, by)).id)
    assert [(each.position, each.missing) for each in short] == [(1, Decimal(4))]
    assert line.reserved == 6


async def test_the_promise_of_the_quote_is_kept(make: Factory, settings: Settings) -> None:
    ordered = await placed_order(make, settings)
    before = await ordered.record()
    after = await (await confirmed_order(make, ordered, stock="0")).record()
    assert (after.promised_ship_on, after.basis) == (before.promised_ship_on, PromiseBasis.QUOTE)


@pytest.mark.parametrize(
    "role",
    [
        StaffRole.SALES_ASSISTANT,
        StaffRole.ACCOUNT_MANAGER,
        StaffRole.WAREHOUSE,
        StaffRole.FINANCE,
        StaffRole.DUTY_MANAGER,
    ],
)
async def test_only_the_representative_or_their_supervisor_confirms(
    make: Factory, role: StaffRole
) -> None:  # rule O1
    ordered = await phone_order(make)
    actor = await make.staff(role, branch_id=ordered.cast.account.branch_id)
    if role in {StaffRole.SALES_ASSISTANT, StaffRole.ACCOUNT_MANAGER}:
        actor = {
            StaffRole.SALES_ASSISTANT: ordered.cast.assistant,
            StaffRole.ACCOUNT_MANAGER: ordered.cast.manager,
        }[role]
    with pytest.raises(NotAllowed):
        async with acting(actor):
            await confirm(await loaded(ordered.reference, actor), by=actor)


async def test_deputies_and_supervisors_confirm_strangers_do_not(make: Factory) -> None:
    ordered = await phone_order(make)
    stranger = (await cast_of(make)).representative
    with pytest.raises(NotFound):  # rule A6
        async with acting(stranger):
            await confirm(await loaded(ordered.reference, stranger), by=stranger)
    today = (await make.owner.fetchval("SELECT business_now()")).date()
    await make.deputy(ordered.cast.representative, stranger, today, date(9999, 1, 1))
    async with acting(stranger):
        await confirm(await loaded(ordered.reference, stranger), by=stranger)
    assert (await ordered.record()).confirmed_by == stranger.person_id
    other = await phone_order(make, ordered.cast)
    supervisor = ordered.cast.supervisor
    async with acting(supervisor):
        await confirm(await loaded(other.reference, supervisor), by=supervisor)


async def test_another_representative_does_not_give_their_word(make: Factory) -> None:  # rule O1
    ordered = await phone_order(make)
    colleague = ordered.cast.colleague  # on the team, but nobody's deputy
    with pytest.raises(NotTheirOrder):
        async with acting(colleague):
            await confirm(await loaded(ordered.reference, colleague), by=colleague)


async def test_customers_confirm_nothing_themselves(make: Factory) -> None:  # rule O1
    again = await reorder(make, await phone_order(make))
    buyer = again.cast.buyer
    with pytest.raises(NotAllowed):
        async with acting(buyer):
            await confirm(await loaded(again.reference, buyer), by=buyer)


async def test_an_order_off_contract_asks_for_consent_on_stock(make: Factory) -> None:  # rule O1
    ordered = await confirmed_order(make, await phone_order(make, price=None))
    (event,) = await make.events("order.consent_wanted", ordered.cast.account.id)
    assert event["reference"] == ordered.reference
    await confirmed_order(make, await phone_order(make, ordered.cast))
    consented = await phone_order(make, (await cast_of(make)), price=None)
    manager = await make.staff(StaffRole.DUTY_MANAGER)
    async with acting(manager):
        order = await loaded(consented.reference, manager)
        await consent_on_stock(order, "A good customer", by=manager)
    await confirmed_order(make, consented)
    assert await make.events("order.consent_wanted", consented.cast.account.id) == []


async def attempt(ordered: Ordered, what: str) -> str:
    """`confirm` or `cancel` as the representative; what was done, or by what it was refused."""
    by = ordered.cast.representative
    try:
        async with acting(by):
            order = await loaded(ordered.reference, by)
            if what == "confirm":
                await confirm(order, by=by)
            else:
                await cancel(order, "Ordered by mistake", by=by)
    except Conflict as refused:
        return type(refused).__name__
    return what


async def test_two_who_confirm_at_once_confirm_once(make: Factory) -> None:
    ordered = await phone_order(make, quantity="10")
    await make.stock(ordered.cast.item_id, 100)
    done = await asyncio.gather(*(attempt(ordered, "confirm") for _ in range(5)))
    assert sorted(done) == ["WrongState"] * 4 + ["confirm"]
    assert len(await make.events("order.confirmed", ordered.cast.account.id)) == 1
    reserved = "SELECT sum(reserved) FROM sales_order_line WHERE account_id = $1"
    assert await make.owner.fetchval(reserved, ordered.cast.account.id) == 10


async def test_whoever_is_first_of_confirming_and_cancelling(make: Factory) -> None:  # rule O11
    for _ in range(4):
        ordered = await phone_order(make, quantity="10")
        await make.stock(ordered.cast.item_id, 100)
        done = await asyncio.gather(attempt(ordered, "confirm"), attempt(ordered, "cancel"))
        order = await ordered.record()
        assert order.state is OrderStatus.CANCELLED
        assert done in (["confirm", "cancel"], ["WrongState", "cancel"])
        reserved = "SELECT sum(reserved) FROM sales_order_line WHERE account_id = $1"
        assert await make.owner.fetchval(reserved, ordered.cast.account.id) == 0


async def test_a_page_that_is_out_of_date_confirms_nothing(make: Factory) -> None:
    ordered = await phone_order(make)
    by = ordered.cast.representative
    with pytest.raises(Conflict):
        async with acting(by):
            await confirm(await loaded(ordered.reference, by), by=by, expected_version=0)
    await confirmed_order(make, ordered)
    with pytest.raises(WrongState):
        async with acting(by):
            await confirm(await loaded(ordered.reference, by), by=by)
