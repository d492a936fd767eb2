"""Workers that freeze, whose clocks are wrong, or that wake up in a restored database."""

import signal
import subprocess
import threading
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from portal.domain.migrations.runner import create_database
from portal.domain.quotes.events import QuoteEvent
from tests.conftest import OWNER, PASSWORD
from tests.domain.notices.happenings import Case, case
from tests.factories import Factory, factory
from tests.faults.house import House, becomes_due, counts, house, until, write_event
from tests.scenarios import filed_request
from tests.workers.mail_server import mail_server

NOWHERE = "smtp://127.0.0.1:9"


@pytest.fixture
async def home() -> AsyncIterator[House]:
    async with house() as standing:
        yield standing


@pytest.fixture
async def make(home: House) -> AsyncIterator[Factory]:
    async with factory(home.settings) as maker:
        yield maker


async def sent(make: Factory, number: int) -> bool:
    return (await counts(make)).get("sent", 0) == number


# The sweep of due dates has run.
SWEPT = "SELECT ended_at FROM sweep_run WHERE name = 'due dates'"


async def announce(at: Case) -> None:
    await at.announce(QuoteEvent.WITHDRAWN, by=at.buyer)


async def test_one_frozen_beyond_its_lease_is_replaced_and_adds_nothing(
    home: House, make: Factory
) -> None:
    """It has handed its mail to the server and then stands still before it hears the answer."""
    at = await case(make)
    released = threading.Event()
    await announce(at)
    with mail_server() as server, home.worker(server.url) as frozen:
        server.before_answer = lambda: bool(released.wait(30))  # type: ignore[assignment]
        await until(lambda: _arrived(server.accepted), frozen)
        frozen.process.send_signal(signal.SIGSTOP)
        released.set()
        await becomes_due(make)
        with home.worker(server.url) as other:
            await until(lambda: sent(make, 1), other)
            frozen.process.send_signal(signal.SIGCONT)
            await announce(at)  # both are at work again
            await until(lambda: sent(make, 2), other)
        ids = [mail["Message-ID"] for mail in server.accepted]
    assert len(set(ids)) == 2
    assert len(ids) <= 3  # the frozen one's mail came twice, with one id


async def test_two_workers_on_one_tick_stamp_and_tell_a_breach_once(
    home: House, make: Factory
) -> None:
    filed = await filed_request(make)
    await make.move_clock(timedelta(days=30))
    with home.worker(NOWHERE) as one, home.worker(NOWHERE) as two:
        for worker in (one, two):
            await until(lambda: _beats(make, 2), worker)
        await until(lambda: _breached(make, filed.reference), one)
    assert len(await make.events("target.breached", filed.cast.account.id)) == 1


WARNED = "SELECT warned_at FROM target WHERE reference = $1"


async def test_a_worker_whose_clock_is_fast_warns_of_nothing_early(
    home: House, make: Factory
) -> None:
    """Ten minutes fast, and a promise that warns in five minutes; its mails go out all the same."""
    reference = await _warns_in(make, timedelta(minutes=5))
    await announce(await case(make))
    with mail_server() as server, home.worker(server.url, clock_off=600) as worker:
        await until(lambda: _arrived(server.accepted), worker)
        await until(lambda: make.owner.fetchval(SWEPT), worker)
    assert await make.owner.fetchval(WARNED, reference) is None


async def test_a_worker_whose_clock_is_slow_warns_in_time(home: House, make: Factory) -> None:
    """Ten minutes slow, and a promise that warns now; a mail that is due now goes out."""
    reference = await _warns_in(make, timedelta(0))
    await announce(await case(make))
    with mail_server() as server, home.worker(server.url, clock_off=-600) as worker:
        await until(lambda: make.owner.fetchval(WARNED, reference), worker)
        await until(lambda: _arrived(server.accepted), worker)


async def _warns_in(make: Factory, ahead: timedelta) -> str:
    """A request whose promise warns so much later than the clock says."""
    filed = await filed_request(make)
    warns_in = await make.owner.fetchval(
        "SELECT warn_at - business_now() FROM target WHERE reference = $1", filed.reference
    )
    await make.move_clock(warns_in - ahead + timedelta(seconds=1))
    return filed.reference


async def test_a_restored_back_up_mails_nothing_old_until_a_person_says_so(
    home: House, make: Factory
) -> None:
    """The drill of the README: dump, restore into an empty database, start a worker there."""
    at = await case(make)
    await announce(at)
    with mail_server() as server, home.worker(server.url) as worker:
        await until(lambda: sent(make, 1), worker)
    await announce(at)  # not told yet when the back-up is made
    refusing = mail_server()
    with refusing as away:
        away.rcpt = lambda _: "451 later"
        with home.worker(away.url) as worker:
            await until(lambda: _waits(make), worker)
    await announce(at)
    restored = await _restored(home)
    async with factory(restored.settings) as there:
        kept = "SELECT count(*) FROM activity"
        assert await there.owner.fetchval(kept) == await make.owner.fetchval(kept)
        with mail_server() as server, restored.worker(server.url) as worker:
            await until(lambda: _all_told(there), worker)
            assert (await counts(there)) == {"sent": 1, "held": 2}
            # What happens after the restore is told as ever.
            payload = {"request_id": at.request.id, "reference": at.request.reference}
            await write_event(
                there,
                QuoteEvent.WITHDRAWN,
                at.account.id,
                **payload,
                actor_id=at.buyer.person_id,
            )
            await until(lambda: sent(there, 2), worker)
            assert len(server.accepted) == 1
        with mail_server() as server, restored.worker(server.url) as worker:
            await there.owner.execute(
                "UPDATE mail SET status = 'waiting', next_attempt_at = now() WHERE status = 'held'"
            )
            await until(lambda: sent(there, 4), worker)


async def _restored(home: House) -> House:
    """The same house with a database that a dump was restored into."""
    postgres = home.servers.postgres
    programs = postgres._programs.directory
    dump = home.servers.place.root / "portal.dump"
    _run(programs / "pg_dump", "--format=custom", f"--file={dump}", postgres.url(database="faults"))
    await create_database(postgres.url(), "restored", OWNER, PASSWORD)
    _run(
        programs / "pg_restore",
        "--no-owner",
        f"--role={OWNER}",
        f"--dbname={postgres.url(database='restored')}",
        str(dump),
    )
    settings = replace(
        home.servers.settings("restored"), data_dir=home.settings.data_dir / "restored"
    )
    return House(home.servers, settings)


def _run(program: Path, *arguments: str) -> None:
    done = subprocess.run(
        [str(program), *arguments], check=False, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr


async def _arrived(accepted: list[object]) -> bool:
    return bool(accepted)


async def _beats(make: Factory, number: int) -> bool:
    """Whether so many workers are up: their sweeps begin with their first beat."""
    return await make.owner.fetchval("SELECT count(*) FROM worker_process") == number


async def _breached(make: Factory, reference: str) -> object:
    return await make.owner.fetchval(
        "SELECT breach_told_at FROM target WHERE reference = $1", reference
    )


async def _waits(make: Factory) -> bool:
    tried = "SELECT count(*) FROM mail WHERE status = 'waiting' AND attempts > 0"
    return bool(await make.owner.fetchval(tried))


async def _all_told(make: Factory) -> bool:
    return not await make.owner.fetchval("SELECT count(*) FROM outbox WHERE done_at IS NULL")
