"""Lines short of stock confirmed each day, customers called before the cut-off (rules O9, O15)."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from portal.database import Login, unit_of_work
from portal.domain.common.errors import FieldError, FieldErrors, NotAllowed, NotFound
from portal.domain.common.permissions import StaffRole
from portal.domain.orders import changes
from portal.domain.orders.fulfilment_watch import watch_short_lines, watch_unpaid
from portal.domain.orders.payments import PaymentFacts, record_payment
from portal.domain.orders.short_lines import (
    NotShort,
    ShortDay,
    confirm_short,
    confirm_short_lines,
    short_lines,
)
from portal.domain.orders.tables import SUBJECT_KIND
from portal.domain.service_levels import clock
from portal.domain.service_levels.promise import Promise, TargetKind
from tests.alone import pools_alone, settings_alone  # noqa: F401 - fixtures
from tests.domain.orders.fulfilling import Case, item_in_stock, ordered, scheduled
from tests.domain.orders.stock_orders import line_ids
from tests.factories import Factory, acting
from tests.order_scenarios import loaded

# A Wednesday, 10:00 in Shanghai; the branch closes at 18:00, the cut-off is at 15:30.
WEDNESDAY = datetime(2026, 8, 26, 2, 0, tzinfo=UTC)
CLOSING = datetime(2026, 8, 26, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
async def _business_clock(make: Factory) -> AsyncIterator[None]:
    await at(make, WEDNESDAY)
    yield
    await make.move_clock(timedelta(0))


async def at(make: Factory, moment: datetime) -> None:
    await make.move_clock(moment - datetime.now(UTC))


async def short(make: Factory) -> Case:
    """A confirmed order of ten of which four are there."""
    case = await ordered(make, (await item_in_stock(make, ("B1", "4")), "10"))
    await case.confirm()
    return case


async def watched(case: Case) -> list[Promise]:
    """What is owed for the order's short lines after the worker has looked."""
    async with unit_of_work(Login.WORKER):
        while await watch_short_lines():
            pass
    order_id = await case.order_id()
    async with acting(case.sales):
        owed = await clock.targets_of(SUBJECT_KIND, order_id)
    return [promise for promise in owed if promise.kind is TargetKind.SHORT_LINES]


async def told_to_call(case: Case) -> int:
    async with unit_of_work(Login.WORKER):
        while await watch_unpaid():
            pass
    return len(await case.make.events("order.unpaid_before_cut_off", case.cast.account.id))


async def test_a_short_line_is_owed_a_day_by_closing_time(make: Factory) -> None:
    """Rule O15: confirmed the same day."""
    case = await short(make)
    (owed,) = await watched(case)
    assert owed.is_open
    assert owed.due_at == CLOSING
    assert len(await watched(case)) == 1


async def test_confirming_meets_what_is_owed_and_tells_the_customer(make: Factory) -> None:
    case = await short(make)
    await watched(case)
    line = (await case.line())["id"]
    async with acting(case.warehouse):
        await confirm_short(line, date(2026, 9, 1), by=case.warehouse)
    (owed,) = await watched(case)
    assert not owed.is_open
    (event,) = await make.events("order.short", case.cast.account.id)
    assert event["line_ids"] == [line]
    row = await case.line()
    assert (row["available_on"], row["short_confirmed_on"]) == (
        date(2026, 9, 1),
        date(2026, 8, 26),
    )


async def test_the_next_day_it_is_confirmed_again_but_told_only_if_it_moved(make: Factory) -> None:
    """Rule O15: daily; the customer hears of a new day, not of the same one again."""
    case = await short(make)
    line = (await case.line())["id"]
    for day, expected in ((0, date(2026, 9, 1)), (1, date(2026, 9, 1)), (2, date(2026, 9, 4))):
        await at(make, WEDNESDAY + timedelta(days=day))
        assert len([owed for owed in await watched(case) if owed.is_open]) == 1
        async with acting(case.sales):
            await confirm_short(line, expected, by=case.sales)
    assert len(await watched(case)) == 3
    assert len(await make.events("order.short", case.cast.account.id)) == 2


async def test_ten_lines_confirmed_at_once_are_one_word_to_the_customer(  # rule O15
    make: Factory,
) -> None:
    case = await ordered(make, *[(await make.item(), "5") for _ in range(10)])
    await case.confirm()
    assert len([owed for owed in await watched(case) if owed.is_open]) == 1
    lines = await line_ids(make, case.reference)
    days = [ShortDay(row, line, date(2026, 9, 1 + row)) for row, line in enumerate(lines)]
    async with acting(case.warehouse):
        order = await loaded(case.reference, case.warehouse)
        await confirm_short_lines(order, days, by=case.warehouse)
    assert not [owed for owed in await watched(case) if owed.is_open]
    (event,) = await make.events("order.short", case.cast.account.id)
    assert event["line_ids"] == lines
    # The next day one of them moves: that one is told.
    await at(make, WEDNESDAY + timedelta(days=1))
    later = [*days[:9], ShortDay(9, lines[9], date(2026, 10, 1))]
    gone = [ShortDay(10, 0, date(2026, 9, 1))]
    async with acting(case.warehouse):
        order = await loaded(case.reference, case.warehouse)
        with pytest.raises(FieldErrors) as refused:
            past = [ShortDay(3, lines[3], date(2026, 8, 26))]
            await confirm_short_lines(order, [*days[:3], *past], by=case.warehouse)
        assert [error.field for error in refused.value.errors] == ["lines-3-available_on"]
        await confirm_short_lines(order, [*later, *gone], by=case.warehouse)
        with pytest.raises(NotShort):
            await confirm_short_lines(order, gone, by=case.warehouse)
    _, moved = await make.events("order.short", case.cast.account.id)
    assert moved["line_ids"] == [lines[9]]


async def test_nothing_is_owed_at_night_or_on_days_that_are_not_worked(make: Factory) -> None:
    case = await short(make)
    await at(make, CLOSING + timedelta(minutes=1))
    assert not await watched(case)
    await at(make, WEDNESDAY + timedelta(days=4))  # Sunday
    assert not await watched(case)


async def test_what_came_in_is_owed_no_more(make: Factory) -> None:
    case = await short(make)
    await watched(case)
    line = (await case.line())["id"]
    await make.owner.execute("UPDATE sales_order_line SET reserved = 10 WHERE id = $1", line)
    (owed,) = await watched(case)
    assert not owed.is_open
    async with acting(case.warehouse):
        with pytest.raises(NotShort):
            await confirm_short(line, date(2026, 9, 1), by=case.warehouse)


async def test_cancelled_orders_owe_nothing(make: Factory) -> None:
    case = await short(make)
    await watched(case)
    async with acting(case.cast.buyer):
        order = await loaded(case.reference, case.cast.buyer)
        await changes.cancel(order, "Found elsewhere", by=case.cast.buyer)
    assert not [owed for owed in await watched(case) if owed.is_open]


async def test_two_workers_at_once_start_one_clock(make: Factory) -> None:
    case = await short(make)

    async def look() -> int:
        async with unit_of_work(Login.WORKER):
            return await watch_short_lines()

    await asyncio.gather(*(look() for _ in range(4)))
    assert len(await watched(case)) == 1


async def test_short_lines_are_listed_what_is_unconfirmed_first(make: Factory) -> None:
    first, second = await short(make), await short(make)
    keeper = first.warehouse
    async with acting(keeper):
        await confirm_short((await first.line())["id"], date(2026, 9, 1), by=keeper)
        rows = await short_lines(keeper)
    mine = [row for row in rows if row.order_reference in {first.reference, second.reference}]
    assert [row.order_reference for row in mine] == [second.reference, first.reference]
    assert [row.is_confirmed for row in mine] == [False, True]
    assert [row.missing for row in mine] == [Decimal(6), Decimal(6)]


async def test_lines_of_confidential_accounts_are_not_listed(make: Factory) -> None:
    """Rule A6."""
    case = await short(make)
    stranger = await make.staff(StaffRole.SALES_REPRESENTATIVE)
    line = (await case.line())["id"]
    async with acting(stranger):
        assert case.reference not in {row.order_reference for row in await short_lines(stranger)}
        with pytest.raises(NotFound):
            await confirm_short(line, date(2026, 9, 1), by=stranger)


async def test_a_day_in_the_past_helps_nobody(make: Factory) -> None:
    case = await short(make)
    line = (await case.line())["id"]
    async with acting(case.warehouse):
        with pytest.raises(FieldError) as refused:
            await confirm_short(line, date(2026, 8, 25), by=case.warehouse)
    assert refused.value.field == "available_on"
    after_sales = await make.staff(StaffRole.AFTER_SALES)
    async with acting(after_sales):
        with pytest.raises(NotAllowed):
            await confirm_short(line, date(2026, 9, 1), by=after_sales)


async def test_sales_is_told_to_call_before_the_cut_off_once_a_day(make: Factory) -> None:
    """Rule O9: unpaid by then, the customer is called before."""
    item = await item_in_stock(make, ("B1", "20"))
    case = await scheduled(make, (item, "10"), payment_terms="in_advance")
    await at(make, WEDNESDAY + timedelta(hours=3))  # 13:00, the cut-off is at 15:30
    assert await told_to_call(case) == 0
    await at(make, WEDNESDAY + timedelta(hours=4))  # 14:00
    assert await told_to_call(case) == 1
    assert await told_to_call(case) == 1
    (event,) = await make.events("order.unpaid_before_cut_off", case.cast.account.id)
    assert event["cut_off"] == "2026-08-26T07:30:00+00:00"
    assert event["balance"] == {"amount": "124.300", "currency": "CNY"}
    await at(make, WEDNESDAY + timedelta(days=1, hours=4))
    assert await told_to_call(case) == 2


async def test_nobody_is_called_who_has_paid_or_whose_order_waits_for_something_else(
    make: Factory,
) -> None:
    """Rule O9."""
    item = await item_in_stock(make, ("B1", "20"))
    paid = await scheduled(make, (item, "10"), payment_terms="in_advance")
    finance = await make.staff(StaffRole.FINANCE)
    async with acting(finance):
        await record_payment(
            await loaded(paid.reference, finance),
            PaymentFacts(Decimal("124.30"), date(2026, 8, 26), "Transfer 4711"),
            by=finance,
        )
    on_account = await scheduled(make, (item, "5"))
    missing = await ordered(
        make, (await item_in_stock(make, ("C1", "1")), "5"), payment_terms="in_advance"
    )
    await missing.confirm()
    await at(make, WEDNESDAY + timedelta(hours=4))
    for case in (paid, on_account, missing):
        assert await told_to_call(case) == 0
