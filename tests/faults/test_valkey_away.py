"""Valkey is a wake-up call: away, restarted, flushed or frozen, nothing is lost."""

import os
import signal
from collections.abc import AsyncIterator, Iterator

import pytest
import redis.asyncio

from portal.database import Login, unit_of_work
from portal.domain.notices.due import due_rows
from portal.domain.quotes.events import QuoteEvent
from portal.workers.queues import Queues
from tests.domain.notices.happenings import case
from tests.factories import Factory, factory
from tests.faults.house import House, counts, house, until
from tests.scenarios import filed_request
from tests.workers.mail_server import MailServer, mail_server


@pytest.fixture(scope="module")
async def home(anyio_backend: str) -> AsyncIterator[House]:
    async with house() as built:
        yield built


@pytest.fixture
async def make(home: House) -> AsyncIterator[Factory]:
    home.servers.valkey.start()
    async with factory(home.settings) as maker:
        await maker.owner.execute("TRUNCATE mail, notice, outbox, worker_process CASCADE")
        yield maker


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


async def test_requests_filed_while_it_is_away_reach_people_all_the_same(
    home: House, make: Factory, server: MailServer
) -> None:
    with home.worker(server.url) as worker:
        await until(lambda: _is_up(make), worker)
        home.servers.valkey.kill9()
        filed = [(await filed_request(make)).reference for _ in range(3)]
        # Rule Q1: representative and assistant of each, by the relay alone.
        await until(lambda: _all_sent(make, 6), worker)
        home.servers.valkey.start()
        filed.append((await filed_request(make)).reference)
        await until(lambda: _all_sent(make, 8), worker)
        assert worker.process.poll() is None
    subjects = [mail["Subject"] for mail in server.accepted]
    for reference in filed:
        assert sum(reference in subject for subject in subjects) == 2
    ids = [mail["Message-ID"] for mail in server.accepted]
    assert len(ids) == len(set(ids))


async def test_a_worker_starts_without_it_and_hears_it_later(
    home: House, make: Factory, server: MailServer
) -> None:
    at = await case(make)
    home.servers.valkey.stop()
    await at.announce(QuoteEvent.WITHDRAWN, by=at.buyer)
    with home.worker(server.url) as worker:
        await until(lambda: _all_sent(make, 1), worker)
        home.servers.valkey.start()
        client = redis.asyncio.Redis.from_url(home.servers.valkey.url())
        await until(lambda: _listens(client), worker)
        await at.announce(QuoteEvent.WITHDRAWN, by=at.buyer)
        await client.publish("portal:outbox", "1")
        await until(lambda: _all_sent(make, 2), worker)
        await client.aclose()


async def test_what_lay_in_a_queue_that_was_flushed_is_done(
    home: House, make: Factory, server: MailServer
) -> None:
    at = await case(make)
    for _ in range(5):
        await at.announce(QuoteEvent.WITHDRAWN, by=at.buyer)
    await _hand_all_over(home)
    client = redis.asyncio.Redis.from_url(home.servers.valkey.url())
    assert await client.dbsize() > 5
    await client.flushall()
    await client.aclose()
    with home.worker(server.url) as worker:
        await until(lambda: _all_sent(make, 5), worker)
    assert len(server.accepted) == 5


async def test_jobs_handed_over_before_a_restart_are_done_once(
    home: House, make: Factory, server: MailServer
) -> None:
    at = await case(make)
    for _ in range(5):
        await at.announce(QuoteEvent.WITHDRAWN, by=at.buyer)
    await _hand_all_over(home)
    home.servers.valkey.restart()
    await _hand_all_over(home)
    with home.worker(server.url) as worker:
        await until(lambda: _all_sent(make, 5), worker)
    assert len(server.accepted) == 5


async def test_a_frozen_one_holds_nothing_up_for_long(
    home: House, make: Factory, server: MailServer
) -> None:
    at = await case(make)
    with home.worker(server.url) as worker:
        await until(lambda: _is_up(make), worker)
        os.kill(home.servers.valkey.pid, signal.SIGSTOP)
        try:
            await at.announce(QuoteEvent.WITHDRAWN, by=at.buyer)
            await until(lambda: _all_sent(make, 1), worker, seconds=45)
        finally:
            os.kill(home.servers.valkey.pid, signal.SIGCONT)
        await at.announce(QuoteEvent.WITHDRAWN, by=at.buyer)
        await until(lambda: _all_sent(make, 2), worker, seconds=45)


async def test_a_job_is_json_and_carries_ids_only(home: House, make: Factory) -> None:
    at = await case(make)
    event = await at.announce(QuoteEvent.WITHDRAWN, by=at.buyer)
    await _hand_all_over(home)
    client = redis.asyncio.Redis.from_url(home.servers.valkey.url())
    job = await client.get(f"arq:job:expand:{event}:0")
    place = await client.zscore("portal:queue:mail", f"expand:{event}:0")
    await client.aclose()
    assert b'"expand"' in job
    assert str(event).encode() in job
    assert at.buyer.name.encode() not in job
    assert place == event  # no time: a host with a wrong clock takes it up, too


async def _hand_all_over(home: House) -> None:
    async def nothing(_: object) -> None:
        return None

    queues = Queues(home.servers.valkey.url(), nothing, job_seconds=5)
    async with unit_of_work(Login.WORKER):
        found = await due_rows(100)
    for due in found:
        await queues.hand_over(due)
    await queues.close()


async def _all_sent(make: Factory, number: int) -> bool:
    return await counts(make) == {"sent": number}


async def _is_up(make: Factory) -> bool:
    return bool(await make.owner.fetchval("SELECT count(*) FROM worker_process"))


async def _listens(client: redis.asyncio.Redis) -> bool:
    return bool((await client.pubsub_numsub("portal:outbox"))[0][1])
