"""A worker dies around SMTP: the mail is sent, at worst twice with the same Message-ID."""

import asyncio
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import AsyncIterator

import asyncpg
import pytest

from portal.domain.quotes.events import QuoteEvent
from tests.domain.notices.happenings import Case, case
from tests.factories import Factory, factory
from tests.faults.house import House, becomes_due, counts, house, until
from tests.workers.mail_server import mail_server


@pytest.fixture(scope="module")
async def home(anyio_backend: str) -> AsyncIterator[House]:
    async with house() as built:
        yield built


@pytest.fixture
async def make(home: House) -> AsyncIterator[Factory]:
    async with factory(home.settings) as maker:
        await maker.owner.execute("TRUNCATE mail, notice, outbox, worker_process CASCADE")
        yield maker


@pytest.fixture
async def at(make: Factory) -> Case:
    """A request whose withdrawal its owner is to be told of."""
    made = await case(make)
    await made.announce(QuoteEvent.WITHDRAWN, by=made.buyer)
    return made


async def attempts(make: Factory) -> int:
    return int(await make.owner.fetchval("SELECT coalesce(max(attempts), 0) FROM mail"))


async def test_killed_before_the_conversation(home: House, make: Factory, at: Case) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        port = silent.getsockname()[1]
        with home.worker(f"smtp://127.0.0.1:{port}") as worker:
            await until(lambda: attempts(make), worker)
            worker.kill()
    assert await counts(make) == {"waiting": 1}
    await becomes_due(make)
    with mail_server() as server, home.worker(server.url) as worker:
        await until(lambda: _sent(make), worker)
        assert len(server.accepted) == 1


async def test_killed_during_the_conversation(home: House, make: Factory, at: Case) -> None:
    released = threading.Event()
    with mail_server() as server:
        server.before_answer = lambda: bool(released.wait(20))  # type: ignore[assignment]
        with home.worker(server.url) as worker:
            await until(lambda: _arrived(server.accepted), worker)
            worker.kill()
        released.set()
        assert await counts(make) == {"waiting": 1}
        await becomes_due(make)
        with home.worker(server.url) as worker:
            await until(lambda: _sent(make), worker)
        _same_mail_at_most_twice(server.accepted)


async def test_killed_after_the_server_has_taken_it(home: House, make: Factory, at: Case) -> None:
    """The worker is kept from noting it by a lock on the row, and killed while it waits."""
    with mail_server() as server:
        holder = await asyncpg.connect(home.settings.owner_url)
        with home.worker(server.url) as worker:
            held = threading.Event()
            server.before_answer = lambda: bool(held.wait(20))  # type: ignore[assignment]
            await until(lambda: _arrived(server.accepted), worker)
            transaction = holder.transaction()
            await transaction.start()
            await holder.execute("SELECT FROM mail FOR UPDATE")
            held.set()
            await until(lambda: _somebody_waits_for_the_row(make), worker)
            worker.kill()
        await transaction.rollback()
        await holder.close()
        assert await counts(make) == {"waiting": 1}
        server.before_answer = lambda: None
        await becomes_due(make)
        with home.worker(server.url) as worker:
            await until(lambda: _sent(make), worker)
        assert len(server.accepted) == 2
        _same_mail_at_most_twice(server.accepted)


async def test_a_stop_lets_the_conversation_end(home: House, make: Factory, at: Case) -> None:
    released = threading.Event()
    with mail_server() as server:
        server.before_answer = lambda: bool(released.wait(20))  # type: ignore[assignment]
        with home.worker(server.url) as worker:
            await until(lambda: _arrived(server.accepted), worker)
            worker.process.send_signal(signal.SIGTERM)
            released.set()
            assert worker.process.wait(60) == 0
    assert await counts(make) == {"sent": 1}
    assert len(server.accepted) == 1
    assert await make.owner.fetchval("SELECT count(*) FROM worker_process") == 0


async def test_the_check_says_whether_a_worker_is_alive(
    home: House, make: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORTAL_WORKER_DATABASE_URL", home.settings.worker_url)
    monkeypatch.setenv("PORTAL_REDIS_URL", home.servers.valkey.url())

    async def check() -> int:
        command = [sys.executable, "-m", "portal.cli", "worker", "--check"]
        return (await asyncio.to_thread(subprocess.run, command, check=False)).returncode

    assert await check() == 1
    with home.worker("smtp://127.0.0.1:9") as worker:
        await until(lambda: _alive(make), worker)
        assert await check() == 0


async def test_two_workers_send_each_mail_once(home: House, make: Factory) -> None:
    made = await case(make)
    events = 12  # fewer than would become a digest
    for _ in range(events):
        await made.announce(QuoteEvent.WITHDRAWN, by=made.buyer)
    with (
        mail_server() as server,
        home.worker(server.url) as one,
        home.worker(server.url),
    ):
        await until(lambda: _all_sent(make, events), one)
    ids = [mail["Message-ID"] for mail in server.accepted]
    assert len(ids) == len(set(ids)) == events


async def test_a_restart_of_the_database_is_outlived(home: House, make: Factory) -> None:
    made = await case(make)
    with mail_server() as server, home.worker(server.url) as worker:
        await until(lambda: _alive(make), worker)
        home.servers.postgres.restart()
        async with factory(home.settings) as fresh:
            at = Case(fresh, *list(vars(made).values())[1:])
            await at.announce(QuoteEvent.WITHDRAWN, by=at.buyer)
            await until(lambda: _sent(fresh), worker)
            assert worker.process.poll() is None
        assert len(server.accepted) == 1


async def _sent(make: Factory) -> bool:
    return bool((await counts(make)).get("sent"))


async def _all_sent(make: Factory, number: int) -> bool:
    return await counts(make) == {"sent": number}


async def _arrived(accepted: list[object]) -> bool:
    return bool(accepted)


async def _alive(make: Factory) -> bool:
    return bool(await make.owner.fetchval("SELECT count(*) FROM worker_process"))


async def _somebody_waits_for_the_row(make: Factory) -> bool:
    return bool(
        await make.owner.fetchval(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'"
        )
    )


def _same_mail_at_most_twice(accepted: list[object]) -> None:
    ids = [mail["Message-ID"] for mail in accepted]  # type: ignore[index]
    assert len(ids) <= 2
    assert len(set(ids)) == 1
