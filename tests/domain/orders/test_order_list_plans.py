"""Lists of orders read a page's worth of rows, however many orders there are."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest

from portal.domain.common.actor import Actor
from portal.domain.common.permissions import StaffRole
from portal.domain.common.search import search_terms
from portal.domain.orders.finance_list import finance_counts
from portal.domain.orders.home import orders_at_home
from portal.domain.orders.listing import OrderFilter, orders
from portal.domain.orders.order_counts import order_counts, own_order_counts
from portal.domain.orders.states import ShipmentStatus
from portal.domain.orders.warehouse_list import shipments_in, warehouse_counts
from tests.conftest import Servers
from tests.factories import acting
from tests.plans import GROWING, large_database, plans_of

MANY = 20_000
# A page of 50, what was looked at for it, and what its rows show: not a fifth of what there is.
FEW = MANY // 5
OFTEN, SELDOM = "阀门", "垫片"

_ORDERS = """INSERT INTO sales_order (account_id, reference, status, origin, title, currency,
        net_total, tax_total, gross_total, payment_terms, placed_by, placed_at, confirmed_at,
        cancelled_at, cancel_reason, invoice_number, invoiced_at, search_terms)
    SELECT ($1::bigint[])[1 + n % 4], 'SO-2025-' || n, status, 'phone', 'Number ' || n, 'CNY',
        100, 13, 113, 'days_30', $2, at, at, CASE WHEN status = 'cancelled' THEN at END,
        CASE WHEN status = 'cancelled' THEN 'not needed' ELSE '' END,
        CASE WHEN status IN ('invoiced', 'settled') THEN 'I-' || n ELSE '' END,
        CASE WHEN status IN ('invoiced', 'settled') THEN at END,
        $3::text[] || ('a' || n) || CASE WHEN n % 7 = 0 THEN $4::text[] ELSE '{}' END
            || CASE WHEN n % 6000 = 0 THEN $5::text[] ELSE '{}' END
    FROM (SELECT n, business_now() - n * interval '40 min' AS at,
        CASE WHEN n % 100 = 0 THEN 'placed' WHEN n % 70 = 0 THEN 'scheduled'
            WHEN n % 11 = 0 THEN 'invoiced' WHEN n % 50 = 0 THEN 'cancelled'
            ELSE 'settled' END AS status
        FROM generate_series(1, $6) AS n) AS made"""
_LINES = """INSERT INTO sales_order_line (account_id, order_id, position, description, quantity,
        unit, unit_price, tax_rate, net, tax)
    SELECT account_id, id, 1, 'Valve', 1, 'piece', 100, 0.13, 100, 13 FROM sales_order"""


@dataclass
class House:
    """Who looks at the lists."""

    buyer: Actor
    sales: Actor
    warehouse: Actor
    finance: Actor


@pytest.fixture(scope="module")
async def house(servers: Servers) -> AsyncIterator[House]:
    async with large_database(servers, pytest.MonkeyPatch()) as make:
        sales = await make.staff(StaffRole.SALES_REPRESENTATIVE)
        accounts = [await make.account(representative=sales) for _ in range(2)]
        accounts += [await make.account() for _ in range(2)]
        await make.owner.execute(
            _ORDERS,
            [each.id for each in accounts],
            sales.person_id,
            search_terms("SO-2025"),
            search_terms(OFTEN),
            search_terms(SELDOM),
            MANY,
        )
        await make.owner.execute(_LINES)
        for table in ("sales_order", "sales_order_line"):
            await make.owner.execute(f"VACUUM ANALYZE {table}")
        yield House(
            await make.buyer(accounts[0]),
            sales,
            await make.staff(StaffRole.WAREHOUSE),
            await make.staff(StaffRole.FINANCE),
        )


async def read_little(by: Actor, view: Callable[[], Awaitable[Any]]) -> None:
    async with acting(by):
        for plan in await plans_of(view):
            assert not plan.scanned & GROWING, str(plan)
            assert plan.rows_read < FEW, str(plan)
            assert plan.largest_sort < FEW, str(plan)


@pytest.mark.parametrize("who", ["sales", "finance"])
@pytest.mark.parametrize(
    "wanted",
    [
        OrderFilter(status="to_ship"),
        OrderFilter(status="to_ship", owner="me"),
        OrderFilter(status="to_confirm"),
        OrderFilter(status="to_prepare"),
        OrderFilter(status="to_ship", unpaid=True),
        OrderFilter(status="to_ship", late=True),
        OrderFilter(held=True),
        OrderFilter(status="on_the_way"),
        OrderFilter(status="to_settle"),
        OrderFilter(status="cancelled"),
        OrderFilter(status="closed"),
        OrderFilter(),
        OrderFilter(branch_id=1),
        OrderFilter(text=OFTEN),
        OrderFilter(text=SELDOM),
        OrderFilter(text="nowhere"),
        OrderFilter(text="SO"),
        OrderFilter(status="to_ship", text=OFTEN),
    ],
    ids=str,
)
async def test_the_queue_reads_a_page(house: House, who: str, wanted: OrderFilter) -> None:
    by = getattr(house, who)
    await read_little(by, lambda: orders(wanted, by=by))


async def test_the_counts_stop_where_they_are_shown(house: House) -> None:
    await read_little(house.sales, lambda: order_counts(by=house.sales))
    await read_little(house.sales, lambda: own_order_counts(by=house.sales))
    await read_little(house.finance, lambda: finance_counts(by=house.finance))
    await read_little(house.warehouse, lambda: warehouse_counts(by=house.warehouse))


async def test_the_warehouse_reads_what_is_on_the_way(house: House) -> None:
    by = house.warehouse
    await read_little(by, lambda: shipments_in(ShipmentStatus.SHIPPED, by=by))


@pytest.mark.parametrize(
    "wanted",
    [
        OrderFilter(),
        OrderFilter(status="under_way"),
        OrderFilter(status="received"),
        OrderFilter(status="cancelled"),
        OrderFilter(text=OFTEN),
        OrderFilter(text=SELDOM),
        OrderFilter(text="nowhere"),
    ],
    ids=str,
)
async def test_a_customer_reads_a_page_of_their_own(house: House, wanted: OrderFilter) -> None:
    await read_little(house.buyer, lambda: orders(wanted, by=house.buyer))


async def test_the_customer_s_home_reads_a_page(house: House) -> None:
    await read_little(house.buyer, lambda: orders_at_home(by=house.buyer))
