"""The decision comes out the same for staff, customer and worker, from few statements."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from portal import database
from portal.database import Login, unit_of_work
from portal.domain.common.actor import SYSTEM
from portal.domain.common.errors import NotFound
from portal.domain.common.permissions import StaffRole
from portal.domain.orders import changes
from portal.domain.orders.release import CheckState, Verdict
from portal.domain.orders.release_facts import facts_of, verdict_of
from portal.domain.orders.tables import SalesOrder
from tests.domain.orders.release_orders import (
    approved_limit,
    confirmed,
    confirmed_order,
    pay,
    taken_order,
    verdict,
)
from tests.factories import Factory, acting
from tests.order_scenarios import Ordered, loaded

Situation = Callable[[Factory], Awaitable[Ordered]]


async def unconfirmed(make: Factory) -> Ordered:
    return await taken_order(make)


async def off_contract(make: Factory) -> Ordered:
    return await confirmed(await taken_order(make, price=None))


async def half_paid_project(make: Factory) -> Ordered:
    ordered = await confirmed_order(make, "deposit")
    await pay(make, ordered, 600)
    return ordered


async def unpaid(make: Factory) -> Ordered:
    return await confirmed_order(make, "in_advance")


async def guaranteed(make: Factory) -> Ordered:
    ordered = await unpaid(make)
    order = await ordered.record()
    await make.insert(
        "payment_guarantee",
        account_id=order.account_id,
        order_id=order.id,
        pay_by=(await make.owner.fetchval("SELECT business_now()::date")) + timedelta(days=2),
        reason="Known for years",
        guaranteed_by=ordered.cast.representative.person_id,
        guaranteed_at=order.placed_at,
    )
    return ordered


async def without_limit(make: Factory) -> Ordered:
    return await confirmed_order(make, limit=None)


async def beyond_limit(make: Factory) -> Ordered:
    first = await confirmed_order(make, limit=1_500)
    return await confirmed(await taken_order(make, cast=first.cast, limit=None))


async def short(make: Factory) -> Ordered:
    return await confirmed_order(make, stock=3)


async def in_parts(make: Factory) -> Ordered:
    ordered = await short(make)
    by = ordered.cast.buyer
    async with acting(by):
        await changes.agree_to_parts(await loaded(ordered.reference, by), by.name, by=by)
    return ordered


async def held(make: Factory) -> Ordered:
    ordered = await confirmed_order(make)
    by = ordered.cast.representative
    async with acting(by):
        await changes.hold(await loaded(ordered.reference, by), "Fraud?", "Bay 7", by=by)
    return ordered


async def redirected(make: Factory) -> Ordered:
    ordered = await confirmed_order(make)
    order = await ordered.record()
    site = await make.insert(
        "ship_to", account_id=order.account_id, label="Site 4", address="Gate 2"
    )
    await make.insert(
        "ship_to_change",
        account_id=order.account_id,
        order_id=order.id,
        to_id=site,
        reason="Crane is there",
        registered_by=ordered.cast.representative.person_id,
        registered_at=order.placed_at,
    )
    return ordered


SITUATIONS = [
    unconfirmed,
    off_contract,
    half_paid_project,
    unpaid,
    guaranteed,
    without_limit,
    beyond_limit,
    short,
    in_parts,
    held,
    redirected,
]


def outline(decision: Verdict) -> Any:
    checks = {check.kind: check.state for check in decision.checks}
    return decision.may_schedule, decision.may_ship, checks


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda each: each.__name__)
async def test_both_sides_and_the_worker_come_to_the_same_decision(
    make: Factory, situation: Situation
) -> None:
    ordered = await situation(make)
    staff = await verdict(ordered)
    async with unit_of_work(Login.WORKER):
        order = await SalesOrder.objects().get(SalesOrder.reference == ordered.reference)
        assert order
        worker = await verdict_of(order, by=SYSTEM)
    keeper = await verdict(ordered, await make.staff(StaffRole.WAREHOUSE))
    customer = await verdict(ordered, ordered.cast.buyer)
    assert outline(staff) == outline(worker) == outline(keeper) == outline(customer)
    assert [check.for_customer for check in staff.checks if check.is_open] == [
        check.for_customer for check in customer.checks if check.is_open
    ]


async def test_our_reasons_do_not_reach_the_customer_s_side(make: Factory) -> None:  # rule O12
    decision = await verdict(ordered := await held(make), ordered.cast.buyer)
    said = [value for check in decision.checks for value in check.words.params.values()]
    assert "Fraud?" not in said
    assert "Bay 7" not in said


async def test_an_order_of_another_account_has_no_decision(make: Factory) -> None:
    ordered, other = await confirmed_order(make), await confirmed_order(make)
    order = await ordered.record()
    async with acting(other.cast.buyer):
        with pytest.raises(NotFound):
            await verdict_of(order, by=other.cast.buyer)


async def test_the_figures_are_the_policy_s_for_the_account(make: Factory) -> None:  # O8, O9
    ordered = await half_paid_project(make)
    await make.insert(
        "policy_figure",
        key="order.deposit-share",
        scope_kind="account",
        scope_value=str(ordered.cast.account.id),
        value='"60"',
        version=1,
        valid_from=(await ordered.record()).placed_at - timedelta(days=1),
    )
    for by in (ordered.cast.representative, ordered.cast.buyer):
        assert not (await verdict(ordered, by)).may_schedule


async def test_a_limit_in_another_currency_does_not_count(make: Factory) -> None:  # rule A16
    ordered = await confirmed_order(make, limit=None)
    await approved_limit(make, ordered.cast, 9_000)
    await make.owner.execute(
        "UPDATE credit_limit SET currency = 'USD' WHERE account_id = $1", ordered.cast.account.id
    )
    assert not (await verdict(ordered)).may_ship


@asynccontextmanager
async def counted(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[str]]:
    """The statements that run meanwhile."""
    run: list[str] = []
    connection = database.current_unit().connection
    for name in ("fetch", "fetchrow", "fetchval", "execute"):
        real = getattr(connection, name)

        def counting(sql: str, *values: Any, _real: Any = real) -> Any:
            run.append(sql)
            return _real(sql, *values)

        monkeypatch.setattr(type(connection), name, lambda _, sql, *v, _c=counting: _c(sql, *v))
    try:
        yield run
    finally:
        monkeypatch.undo()


async def test_the_facts_take_few_statements(
    make: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    ordered = await confirmed_order(make)
    by = ordered.cast.representative
    async with acting(by):
        order = await loaded(ordered.reference, by)
        async with counted(monkeypatch) as statements:
            facts = await facts_of(order, by=by)
    assert facts.confirmed_by == by.name
    assert len(statements) <= 5


async def test_a_decision_has_a_word_for_every_check(make: Factory) -> None:
    decision = await verdict(await confirmed_order(make))
    assert decision.may_ship
    assert {check.state for check in decision.checks} == {CheckState.MET, CheckState.NOT_NEEDED}
