"""What a customer's login could try with SQL of its own, and what the database holds against it."""

from typing import Any

import asyncpg
import pytest

from portal.database import execute
from portal.domain.orders import changes
from tests.domain.orders.fulfilling import Case, item_in_stock, scheduled
from tests.domain.orders.stock_orders import reserved_of
from tests.factories import Factory, acting
from tests.order_scenarios import loaded, phone_order, reorder
from tests.scenarios import cast_of

_CANCEL = """UPDATE sales_order SET status = 'cancelled', cancelled_at = now(), cancel_reason = 'x'
    WHERE reference = $1"""


async def in_stock(make: Factory) -> Case:
    return await scheduled(make, (await item_in_stock(make, ("A", "50")), "10"))


async def as_customer(case: Case, sql: str, *values: Any) -> None:
    async with acting(case.cast.buyer):
        await execute(sql, *values)


@pytest.mark.parametrize("to", ["placed", "confirmed", "in_preparation", "partly_shipped"])
async def test_a_customers_login_takes_no_step_of_ours(make: Factory, to: str) -> None:
    case = await in_stock(make)
    move = "UPDATE sales_order SET status = $2 WHERE reference = $1"
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await as_customer(case, move, case.reference, to)
    await case.ship(await case.prepare())
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await as_customer(case, move, case.reference, to)


async def test_a_customers_login_cancels_nothing_that_is_packed_or_gone(  # rule O11
    make: Factory,
) -> None:
    case = await in_stock(make)
    shipment = await case.prepare()
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await as_customer(case, _CANCEL, case.reference)
    await case.ship(shipment)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await as_customer(case, _CANCEL, case.reference)
    assert await case.status() == "shipped"


async def test_a_customers_login_gives_back_with_a_cancellation_alone(  # rule O11
    make: Factory,
) -> None:
    case = await in_stock(make)
    await as_customer(case, "UPDATE sales_order_line SET reserved = 0")
    assert await reserved_of(make, case.reference) == [10]
    async with acting(case.cast.buyer):
        buyer = case.cast.buyer
        await changes.cancel(await loaded(case.reference, buyer), "Not needed", by=buyer)
    assert await reserved_of(make, case.reference) == [0]


async def test_a_customers_login_adds_no_line_to_what_was_ordered(make: Factory) -> None:
    cast = await cast_of(make)
    placed = await reorder(make, await phone_order(make, cast))
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with acting(cast.buyer):
            await execute(
                """INSERT INTO sales_order_line (account_id, order_id, position, description,
                       quantity, unit, unit_price, tax_rate, net, tax)
                   SELECT account_id, id, 9, 'Free of charge', 100, 'pcs', 0, 0, 0, 0
                   FROM sales_order WHERE reference = $1""",
                placed.reference,
            )


async def test_a_customers_login_places_nothing_that_is_confirmed(make: Factory) -> None:  # rule O1
    cast = await cast_of(make)
    placed = await reorder(make, await phone_order(make, cast))
    for column in ("confirmed_at", "released_at", "settled_at"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with acting(cast.buyer):
                await execute(
                    f"""INSERT INTO sales_order (account_id, reference, status, origin,
                            reordered_from_id, currency, net_total, tax_total, gross_total,
                            payment_terms, placed_by, placed_at, {column})
                        SELECT account_id, reference || '-2', 'placed', 'reorder', id, currency,
                            0, 0, 0, 'days_60', placed_by, now(), now()
                        FROM sales_order WHERE reference = $1""",
                    placed.reference,
                )
