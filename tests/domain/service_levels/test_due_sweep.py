"""The sweep of due dates: stamped once, at the right moment, not while the customer is asked."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

from portal.database import Login, current_unit, unit_of_work
from portal.domain.service_levels.sweep import stamp_due
from tests.alone import pools_alone, settings_alone  # noqa: F401 - fixtures
from tests.factories import Account, Factory, unique

HOUR = timedelta(hours=1)


async def target(make: Factory, account: Account, *, due_in: timedelta, **more: Any) -> int:
    """An urgent quote's clock (rule Q2): warned half way of its eight hours."""
    now: datetime = await make.owner.fetchval("SELECT business_now()")
    due = now + due_in
    return await make.insert(
        "target",
        account_id=account.id,
        account_name=account.name,
        subject_kind="quote_request",
        subject_id=int(unique("9").replace("x", "")),
        reference=unique("RFQ-2026-"),
        kind="quote",
        branch_id=account.branch_id,
        policy_version=1,
        calendar="always",
        timezone="Asia/Shanghai",
        warn_after=4 * HOUR,
        due_after=8 * HOUR,
        opened_at=due - 8 * HOUR,
        warn_at=due - 4 * HOUR,
        due_at=due,
        **more,
    )


async def sweep() -> set[str]:
    """Sweep until nothing is left; returns the live pages that are told."""
    touched: set[str] = set()
    while True:
        async with unit_of_work(Login.WORKER):
            count = await stamp_due(limit=3)
            touched |= current_unit().touched
        if not count:
            return touched


async def row_of(make: Factory, target_id: int) -> dict[str, Any]:
    return dict(await make.owner.fetchrow("SELECT * FROM target WHERE id = $1", target_id))


async def test_a_target_is_warned_and_then_breached_as_of_its_due_moment(make: Factory) -> None:
    account = await make.account()
    early = await target(make, account, due_in=5 * HOUR)
    amber = await target(make, account, due_in=3 * HOUR)
    late = await target(make, account, due_in=-2 * HOUR)
    touched = await sweep()
    assert (await row_of(make, early))["warned_at"] is None
    warned = await row_of(make, amber)
    assert warned["warned_at"] is not None
    assert warned["breached_at"] is None
    breached = await row_of(make, late)
    assert breached["breached_at"] == breached["due_at"]
    assert breached["warned_at"] is not None
    assert "staff:quote_request:0" in touched  # whoever has a list of requests open
    for row in (warned, breached):
        assert f"staff:quote_request:{row['subject_id']}" in touched
        assert f"account:{account.id}:quote_request:{row['subject_id']}" in touched


async def test_a_second_sweep_changes_nothing(make: Factory) -> None:
    account = await make.account()
    late = await target(make, account, due_in=-HOUR)
    await sweep()
    before = await row_of(make, late)
    assert await sweep() == set()
    assert await row_of(make, late) == before


async def test_what_waits_for_the_customer_or_has_ended_is_left_alone(make: Factory) -> None:
    account = await make.account()
    now = await make.owner.fetchval("SELECT business_now()")
    paused = await target(make, account, due_in=-HOUR, paused_since=now - 3 * HOUR)
    cancelled = await target(make, account, due_in=-HOUR, cancelled_at=now - 2 * HOUR)
    met = await target(make, account, due_in=-HOUR, met_at=now - 2 * HOUR)
    await sweep()
    for target_id in (paused, cancelled, met):
        row = await row_of(make, target_id)
        assert row["warned_at"] is row["breached_at"] is None


async def test_two_sweeps_at_once_stamp_each_target_once(make: Factory) -> None:
    account = await make.account()
    for _ in range(6):
        await target(make, account, due_in=-HOUR)

    async def one() -> int:
        async with unit_of_work(Login.WORKER):
            return await stamp_due(limit=100)

    await sweep_nothing_else(make, account)
    assert sum(await asyncio.gather(one(), one(), one())) == 12  # warned and breached, each once


async def sweep_nothing_else(make: Factory, account: Account) -> None:
    """Let the targets of other tests be stamped before."""
    await make.owner.execute(
        """UPDATE target SET warned_at = business_now() WHERE account_id <> $1
             AND warned_at IS NULL""",
        account.id,
    )
    await make.owner.execute(
        """UPDATE target SET breached_at = coalesce(breached_at, due_at), breach_told_at = due_at,
               next_step = NULL, next_step_at = NULL
           WHERE account_id <> $1 AND due_at < business_now()""",
        account.id,
    )
