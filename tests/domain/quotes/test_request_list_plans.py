"""Lists of requests read a page's worth of rows, however many requests there are."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest

from portal.database import fetch
from portal.domain.common.actor import Actor
from portal.domain.common.permissions import StaffRole
from portal.domain.common.search import search_terms
from portal.domain.quotes.home import customer_home, staff_home
from portal.domain.quotes.listing import CustomerFilter, QueueFilter, own_requests, queue
from portal.domain.quotes.queue_counts import queue_counts
from tests.conftest import Servers
from tests.factories import acting
from tests.plans import GROWING, large_database, plans_of

MANY = 20_000
# A page of 50, what was looked at for it, and what its rows show: not a fifth of what there is.
FEW = MANY // 5
OFTEN, SELDOM = "阀门", "垫片"

_REQUESTS = """INSERT INTO quote_request (account_id, reference, status, title, requested_by,
        owner_id, urgent, urgent_reason, created_at, submitted_at, closed_at, updated_at,
        search_terms)
    SELECT ($1::bigint[])[1 + n % 4], 'RFQ-2025-' || n, status, 'Number ' || n, $2, $3,
        n % 40 = 0, CASE WHEN n % 40 = 0 THEN 'soon' ELSE '' END, at, at,
        CASE WHEN status <> 'in_work' THEN at END, at,
        $4::text[] || ('a' || n) || CASE WHEN n % 7 = 0 THEN $5::text[] ELSE '{}' END
            || CASE WHEN n % 6000 = 0 THEN $6::text[] ELSE '{}' END
    FROM (SELECT n, business_now() - n * interval '40 min' AS at,
        CASE WHEN n % 60 = 0 THEN 'in_work' WHEN n % 9 = 0 THEN 'withdrawn'
            ELSE 'declined_by_customer' END AS status
        FROM generate_series(1, $7) AS n) AS made"""
# What is owed of requests lies among much that is owed of other things.
_TARGETS = """INSERT INTO target (account_id, account_name, subject_kind, subject_id, reference,
        kind, branch_id, owner_id, policy_version, calendar, timezone, warn_after, due_after,
        opened_at, warn_at, due_at)
    SELECT account_id, 'Huadong', subject_kind, id, reference, 'quote', $1, owner_id, 1, 'always',
        'Asia/Shanghai', interval '4 h', interval '8 h', due - interval '8 h',
        due - interval '4 h', due
    FROM (SELECT id, account_id, owner_id, reference, kind AS subject_kind,
            business_now() + (id % 1000 - 100) * interval '1 min' AS due
          FROM quote_request, unnest(ARRAY['quote_request', 'other']) AS each (kind)
          WHERE kind = 'other' OR status = 'in_work') AS made"""


@dataclass
class House:
    """Who looks at the lists."""

    buyer: Actor
    sales: Actor
    management: Actor


@pytest.fixture(scope="module")
async def house(servers: Servers) -> AsyncIterator[House]:
    async with large_database(servers, pytest.MonkeyPatch()) as make:
        sales = await make.staff(StaffRole.SALES_REPRESENTATIVE)
        accounts = [await make.account(representative=sales) for _ in range(2)]
        accounts += [await make.account() for _ in range(2)]
        buyer = await make.buyer(accounts[0])
        management = await make.staff(StaffRole.GENERAL_MANAGER)
        await make.owner.execute(
            _REQUESTS,
            [each.id for each in accounts],
            buyer.person_id,
            sales.staff_member_id,
            search_terms("RFQ-2025"),
            search_terms(OFTEN),
            search_terms(SELDOM),
            MANY,
        )
        await make.owner.execute(_TARGETS, accounts[0].branch_id)
        await make.owner.execute("VACUUM ANALYZE quote_request")
        await make.owner.execute("VACUUM ANALYZE target")
        yield House(buyer, sales, management)


async def read_little(by: Actor, view: Callable[[], Awaitable[Any]]) -> None:
    async with acting(by):
        for plan in await plans_of(view):
            assert not plan.scanned & GROWING, str(plan)
            assert plan.rows_read < FEW, str(plan)
            assert plan.largest_sort < FEW, str(plan)


@pytest.mark.parametrize("who", ["sales", "management"])
@pytest.mark.parametrize(
    "wanted",
    [
        QueueFilter(),
        QueueFilter(owner="me"),
        QueueFilter(owner="team"),
        QueueFilter(owner="unassigned"),
        QueueFilter(overdue=True),
        QueueFilter(urgent=True),
        QueueFilter(status=""),
        QueueFilter(status="", owner="me"),
        QueueFilter(status="", urgent=True),
        QueueFilter(status="closed"),
        QueueFilter(status="waiting_for_you"),
        QueueFilter(status="withdrawn"),
        QueueFilter(text=OFTEN),
        QueueFilter(text=SELDOM),
        QueueFilter(status="", text=OFTEN),
        QueueFilter(status="", text=SELDOM),
        QueueFilter(status="", text="nowhere"),
        QueueFilter(status="", text="RFQ"),
        QueueFilter(status="", text="RFQ-2025-a4711"),
    ],
    ids=str,
)
async def test_the_queue_reads_a_page(house: House, who: str, wanted: QueueFilter) -> None:
    by = getattr(house, who)
    await read_little(by, lambda: queue(wanted, by=by))


@pytest.mark.parametrize("text", ["", OFTEN])
async def test_a_page_far_down_costs_what_the_first_does(house: House, text: str) -> None:
    wanted = QueueFilter(status="", text=text)
    async with acting(house.sales):
        for _ in range(8):
            page = await queue(wanted, by=house.sales)
            wanted = QueueFilter(status="", text=text, after=page.after or "")
    assert wanted.after
    await read_little(house.sales, lambda: queue(wanted, by=house.sales))


@pytest.mark.parametrize("who", ["sales", "management"])
async def test_the_counts_stop_where_they_are_shown(house: House, who: str) -> None:
    by = getattr(house, who)
    await read_little(by, lambda: queue_counts(by=by))
    await read_little(by, lambda: staff_home(by=by))


@pytest.mark.parametrize("who", ["sales", "management"])
async def test_planning_is_not_paid_for_with_each_page(house: House, who: str) -> None:
    """PostgreSQL plans five times for what is asked, and then for good, where that is as good."""
    by = getattr(house, who)
    async with acting(by):
        for _ in range(7):
            await queue_counts(by=by)
            await queue(QueueFilter(), by=by)
            await queue(QueueFilter(owner="me", status=""), by=by)
            await queue(QueueFilter(status=""), by=by)
        planned_each_time = await fetch(
            "SELECT statement FROM pg_prepared_statements WHERE custom_plans > 5"
        )
    assert not planned_each_time


@pytest.mark.parametrize(
    "wanted",
    [
        CustomerFilter(),
        CustomerFilter(status="workable"),
        CustomerFilter(status="closed"),
        CustomerFilter(status="withdrawn"),
        CustomerFilter(text=OFTEN),
        CustomerFilter(text=SELDOM),
        CustomerFilter(text="nowhere"),
        CustomerFilter(text="RFQ"),
    ],
    ids=str,
)
async def test_a_customer_reads_a_page_of_their_own(house: House, wanted: CustomerFilter) -> None:
    await read_little(house.buyer, lambda: own_requests(wanted, by=house.buyer))


async def test_the_customer_s_home_reads_a_page(house: House) -> None:
    await read_little(house.buyer, lambda: customer_home(by=house.buyer))
