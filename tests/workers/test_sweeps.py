"""What falls due without an event is dealt with in its rhythm, whatever breaks off in between."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from portal.database import DatabaseAway
from portal.settings import Settings
from portal.workers.sweeps import SWEEPS, Sweep, sweep_for_ever
from portal.workers.work import Work
from tests.alone import pools_alone, settings_alone  # noqa: F401 - fixtures
from tests.factories import Factory, unique
from tests.scenarios import sent_quote
from tests.workers.works import working


@pytest.fixture
async def work(settings: Settings, pools: None) -> AsyncIterator[Work]:
    async with working(settings, "smtp://127.0.0.1:9") as (work, _):
        yield work


async def swept(work: Work, name: str) -> int:
    (sweep,) = [sweep for sweep in SWEEPS if sweep.name == name]
    return await sweep.run(work)


async def test_every_sweep_runs_as_the_workers_login_and_twice(make: Factory, work: Work) -> None:
    for sweep in SWEEPS:
        await sweep.run(work)
        assert await sweep.run(work) == 0, sweep.name


async def test_quotes_whose_time_is_over_expire_and_are_told(
    make: Factory, settings: Settings, work: Work
) -> None:
    """Rule Q3: validity ends; both sides are told by the event."""
    sent = await sent_quote(make, settings)
    account_id = sent.cast.account.id
    await make.move_clock(timedelta(days=400))
    try:
        assert await swept(work, "expired quotes") >= 1
        assert await swept(work, "expired quotes") == 0
    finally:
        await make.move_clock(timedelta(0))
    status = await make.owner.fetchval(
        "SELECT status FROM quote_request WHERE account_id = $1", account_id
    )
    assert status == "expired"
    assert len(await make.events("quote.expired", account_id)) == 1


async def test_old_form_keys_and_ended_sessions_are_cleared_away(make: Factory, work: Work) -> None:
    buyer = await make.buyer(await make.account())
    key = unique("a form of the day before yesterday ")[:64]
    await make.owner.execute(
        """INSERT INTO form_key (person_id, key, location, created_at)
           VALUES ($1, $2, '/', now() - interval '3 days'), ($1, $3, '/', now())""",
        buyer.person_id,
        key,
        f"{key[:60]}new",
    )
    await swept(work, "form keys")
    rows = await make.owner.fetch("SELECT key FROM form_key WHERE person_id = $1", buyer.person_id)
    assert [row["key"] for row in rows] == [f"{key[:60]}new"]
    assert await swept(work, "ended sessions") >= 0


async def test_a_sweep_goes_on_after_an_error(work: Work, caplog: pytest.LogCaptureFixture) -> None:
    outcomes: list[Exception | int] = [DatabaseAway("restart"), ValueError("bug"), 3]
    ran: list[object] = []
    done = asyncio.Event()

    async def run(_: Work) -> int:
        outcome = outcomes[len(ran)]
        ran.append(outcome)
        if isinstance(outcome, Exception):
            raise outcome
        done.set()
        return outcome

    task = asyncio.create_task(sweep_for_ever(work, Sweep("test", 0.01, run)))
    await asyncio.wait_for(done.wait(), 5)
    task.cancel()
    assert len(ran) == 3
    assert "test: broke off" in caplog.text
