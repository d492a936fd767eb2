"""The first page of the day reads a page's worth of rows, however much was said and done."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest

from portal.domain.common.actor import Actor
from portal.domain.common.permissions import StaffRole
from portal.domain.notices.news_of_customer import news_of_customer
from portal.domain.service_levels.owed import owed_by, owed_to
from portal.domain.service_levels.promise import TargetKind
from tests.conftest import Servers
from tests.factories import acting
from tests.plans import GROWING, large_database, plans_of

MANY = 20_000
FEW = MANY // 50
_KINDS = (TargetKind.VISIT, TargetKind.OPINION, TargetKind.CONTACT_REPORT)

_REQUESTS = """INSERT INTO quote_request (account_id, reference, status, title, requested_by,
        created_at, submitted_at, closed_at, updated_at, search_terms)
    SELECT ($1::bigint[])[1 + n % 4], 'RFQ-2025-' || n, 'withdrawn', 'Number ' || n, $2,
        at, at, at, at, '{}'
    FROM (SELECT n, business_now() - n * interval '40 min' AS at
        FROM generate_series(1, $3) AS n) AS made"""
_ACTIVITY = """INSERT INTO activity (at, account_id, subject_kind, subject_id, reference, verb,
        audience, actor_name, actor_side)
    SELECT submitted_at, account_id, 'quote_request', id, reference, 'quotes.taken', audience,
        'Chen Li', side
    FROM quote_request, (VALUES ('customer', 'staff'), ('customer', 'customer'),
        ('internal', 'staff')) AS each (audience, side) ORDER BY submitted_at"""
# Nearly all of it was done long ago, and most of what is open is of another kind.
_TARGETS = """INSERT INTO target (account_id, account_name, subject_kind, subject_id, reference,
        kind, branch_id, owner_id, policy_version, calendar, timezone, warn_after, due_after,
        opened_at, warn_at, due_at, met_at)
    SELECT account_id, 'Huadong', 'other', id, reference,
        CASE WHEN id % 50 = 0 THEN 'opinion' ELSE 'solution' END, $1, $2, 1, 'always',
        'Asia/Shanghai', interval '4 h', interval '8 h', submitted_at,
        submitted_at + interval '4 h', submitted_at + interval '8 h',
        CASE WHEN id % 10 <> 0 THEN submitted_at + interval '1 h' END
    FROM quote_request"""


@dataclass
class House:
    """Who opens the page."""

    buyer: Actor
    sales: Actor


@pytest.fixture(scope="module")
async def house(servers: Servers) -> AsyncIterator[House]:
    async with large_database(servers, pytest.MonkeyPatch()) as make:
        sales = await make.staff(StaffRole.SALES_REPRESENTATIVE)
        accounts = [await make.account(representative=sales) for _ in range(4)]
        buyer = await make.buyer(accounts[0])
        ids = [each.id for each in accounts]
        await make.owner.execute(_REQUESTS, ids, buyer.person_id, MANY)
        await make.owner.execute(_ACTIVITY)
        await make.owner.execute(_TARGETS, accounts[0].branch_id, sales.staff_member_id)
        for table in ("quote_request", "activity", "target"):
            await make.owner.execute(f"VACUUM ANALYZE {table}")
        yield House(buyer, sales)


async def read_little(by: Actor, view: Callable[[], Awaitable[Any]]) -> None:
    async with acting(by):
        assert await view()
        for plan in await plans_of(view):
            assert not plan.scanned & GROWING, str(plan)
            assert plan.rows_read < FEW, str(plan)
            assert plan.largest_sort < FEW, str(plan)


async def test_the_customer_s_news_are_read_newest_first(house: House) -> None:
    by = house.buyer
    await read_little(by, lambda: news_of_customer(by=by, limit=6))


async def test_what_is_owed_to_a_customer_is_found_by_its_kind(house: House) -> None:
    by = house.buyer
    await read_little(by, lambda: owed_to(by, _KINDS, limit=6))


async def test_what_somebody_owes_is_found_by_its_kind(house: House) -> None:
    by = house.sales
    await read_little(by, lambda: owed_by(by, _KINDS, limit=8))
