"""Lists of visits and opinions read the rows that they show, however many there are."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from portal.database import database_now
from portal.domain.common.actor import Actor
from portal.domain.common.permissions import StaffRole
from portal.domain.opinions.listing import OpinionFilter, count_mine, opinions
from portal.domain.visits.calendar_view import visits_between
from portal.domain.visits.customer_view import customer_visit, customer_visits
from portal.domain.visits.history import HistoryFilter, history
from portal.domain.visits.listing import VisitFilter, visit_counts, visits
from portal.domain.visits.page_view import visit_page
from portal.domain.visits.visit_scope import owners_of_visits
from tests.conftest import Servers
from tests.factories import acting
from tests.plans import large_database, plans_of
from tests.scenarios import Cast, cast_of
from tests.visit_scenarios import criticism, made_visit

MANY = 12_000
# A page, its clocks and what its rows name: some rows for each way to see them.
FEW = 1_500
# What there is much of here; of a small table all is read.
READ = frozenset({"visit", "opinion"})

# Copies of one visit, an hour between them: each twentieth is still to be made.
_VISITS = """INSERT INTO visit (account_id, reference, kind, rule, occasion, status, owner_id,
        due_on, starts_at, ends_at, shown_at, made_at, satisfaction, report, gifts, recorded_by,
        recorded_at, created_at, updated_at)
    SELECT account_id, reference || '-' || n, kind, rule, occasion || n,
        CASE WHEN n % 20 = 0 THEN 'planned' ELSE 'made' END, owner_id,
        due_on - n / 24 + CASE WHEN n % 20 = 0 THEN 400 ELSE 0 END,
        CASE WHEN n % 20 <> 0 THEN starts_at - n * interval '1 hour' END,
        CASE WHEN n % 20 <> 0 THEN ends_at - n * interval '1 hour' END,
        CASE WHEN n % 20 <> 0 THEN shown_at END,
        CASE WHEN n % 20 <> 0 THEN made_at - n * interval '1 hour' END,
        CASE WHEN n % 20 <> 0 THEN satisfaction ELSE '' END, report, gifts,
        CASE WHEN n % 20 <> 0 THEN recorded_by END, CASE WHEN n % 20 <> 0 THEN recorded_at END,
        created_at, updated_at
    FROM visit, generate_series(1, $2) AS n WHERE reference = $1"""
_OPINIONS = """INSERT INTO opinion (account_id, reference, source, visit_id, sentiment, text,
        owner_id, status, answer, created_at, ended_at, updated_at)
    SELECT o.account_id, o.reference || '-' || v.id, o.source, v.id, o.sentiment, o.text,
        o.owner_id, CASE WHEN v.id % 20 = 0 THEN 'open' ELSE 'answered' END,
        CASE WHEN v.id % 20 = 0 THEN '' ELSE 'Done' END, v.created_at - v.id * interval '1 hour',
        CASE WHEN v.id % 20 <> 0 THEN v.created_at END, v.updated_at
    FROM opinion o JOIN visit v ON v.account_id = o.account_id"""


@pytest.fixture(scope="module")
async def house(servers: Servers) -> AsyncIterator[tuple[Cast, list[Actor]]]:
    """An account with many visits and opinions, and colleagues who see some, all and none."""
    with pytest.MonkeyPatch.context() as patched:
        async with large_database(servers, patched) as make:
            cast = await cast_of(make)
            made = await made_visit(make, opinions=[criticism()])
            cast = made.cast
            await make.owner.execute(_VISITS, made.reference, MANY)
            await make.owner.execute(_OPINIONS)
            await make.owner.execute("VACUUM ANALYZE")
            everybody = await make.staff(StaffRole.GENERAL_MANAGER)
            nobody = await make.staff(StaffRole.SALES_REPRESENTATIVE)
            yield cast, [cast.representative, cast.manager, everybody, nobody]


_VIEWS: dict[str, Callable[[Actor], Awaitable[Any]]] = {
    "queue": lambda by: visits(VisitFilter(), by=by),
    "mine": lambda by: visits(VisitFilter(owner="me"), by=by),
    "my line": lambda by: visits(VisitFilter(owner="team"), by=by),
    "late": lambda by: visits(VisitFilter(late=True), by=by),
    "made": lambda by: visits(VisitFilter(status="made"), by=by),
    "any": lambda by: visits(VisitFilter(status=""), by=by),
    "counts": lambda by: visit_counts(by=by),
    "history": lambda by: history(HistoryFilter(), by=by),
    "whose": lambda by: owners_of_visits(by=by),
    "opinions": lambda by: opinions(OpinionFilter(), by=by),
    "answered opinions": lambda by: opinions(OpinionFilter(status="answered"), by=by),
    "my opinions": lambda by: opinions(OpinionFilter(owner="me"), by=by),
    "count of opinions": lambda by: count_mine(by=by),
}


@pytest.mark.parametrize("name", _VIEWS)
async def test_a_page_reads_what_it_shows(house: tuple[Cast, list[Actor]], name: str) -> None:
    for by in house[1]:
        async with acting(by):
            for plan in await plans_of(partial(_VIEWS[name], by)):
                assert not plan.scanned & READ, f"{by.role}: {plan}"
                assert plan.rows_read < FEW, f"{by.role}: {plan}"


async def test_a_day_of_the_calendar_reads_that_day(house: tuple[Cast, list[Actor]]) -> None:
    for by in house[1]:
        async with acting(by):
            today = (await database_now()).date()
            for whose in ("me", "team", "all"):
                day = (today - timedelta(days=7), today - timedelta(days=7))
                asked = partial(visits_between, *day, by=by, timezone="UTC", whose=whose)
                for plan in await plans_of(asked):
                    assert plan.rows_read < FEW, f"{by.role} {whose}: {plan}"


async def test_a_customers_visits_are_read_a_page_at_a_time(
    house: tuple[Cast, list[Actor]],
) -> None:
    buyer = house[0].buyer
    async with acting(buyer):
        for plan in await plans_of(partial(customer_visits, by=buyer)):
            assert not plan.scanned & READ, str(plan)
            assert plan.rows_read < FEW, str(plan)


async def test_the_page_of_a_visit_reads_that_visit(house: tuple[Cast, list[Actor]]) -> None:
    cast, (by, *_) = house
    async with acting(by):
        reference = (await visits(VisitFilter(), by=by)).rows[0].reference
        for plan in await plans_of(partial(visit_page, reference, by=by)):
            assert not plan.scanned & READ, str(plan)
            assert plan.rows_read < FEW, str(plan)
    async with acting(cast.buyer):
        reference = (await customer_visits(by=cast.buyer)).rows[0].reference
        for plan in await plans_of(partial(customer_visit, reference, by=cast.buyer)):
            assert not plan.scanned & READ, str(plan)
            assert plan.rows_read < FEW, str(plan)
