"""The mail server refuses, stalls, asks for patience, or says no: what a worker makes of it.

One worker lives through all of it. Its waiting times are let run out by hand, never slept.
"""

import socket
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from portal.app import create_app
from portal.domain.common.actor import Actor
from portal.domain.quotes.events import QuoteEvent
from tests.domain.notices.happenings import Case, case
from tests.factories import Factory, factory
from tests.faults.house import House, Worker, becomes_due, house, until
from tests.visitor import signed_in
from tests.workers.mail_server import MailServer, mail_server

STEP_SECONDS = 0.5
AWAY = "SMTPConnectError"


@dataclass
class Post:
    """A case, and what becomes of the mails that its events lead to."""

    at: Case
    home: House
    worker: Worker

    async def after(self, attempts: int, to: Actor | None = None) -> dict[str, Any]:
        """The representative's mail once so many attempts have come to something."""
        person = to or self.at.representative

        async def tried() -> Any:
            await self.home.wake_relay()
            return await self.at.make.owner.fetchrow(
                """SELECT *, next_attempt_at - now() AS wait FROM mail
                   WHERE person_id = $1 AND attempts = $2
                     AND (status <> 'waiting' OR last_error <> '')""",
                person.person_id,
                attempts,
            )

        return dict(await until(tried, self.worker))

    async def again(self, attempts: int) -> dict[str, Any]:
        """The waiting time is over; the mail after the next attempt."""
        await self.at.make.owner.execute("UPDATE mail SET last_error = '' WHERE status = 'waiting'")
        await becomes_due(self.at.make)
        return await self.after(attempts)

    async def told(self, kind: str) -> int:
        """How many notices of a kind there are, once there is one."""

        async def counted() -> Any:
            await self.home.wake_relay()
            return await self.at.make.owner.fetchval(
                "SELECT count(*) FROM notice WHERE kind = $1 AND account_id = $2",
                kind,
                self.at.account.id,
            )

        return int(await until(counted, self.worker))


@pytest.fixture(scope="module")
async def home(anyio_backend: str) -> AsyncIterator[House]:
    async with house() as built:
        yield built


@pytest.fixture(scope="module")
def port() -> int:
    """Where the mail server is, as often as it is there."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture(scope="module")
async def worker(home: House, port: int) -> AsyncIterator[Worker]:
    with home.worker(f"smtp://127.0.0.1:{port}?timeout={STEP_SECONDS}") as running:
        yield running


@pytest.fixture
async def make(home: House) -> AsyncIterator[Factory]:
    async with factory(home.settings) as maker:
        yield maker


@pytest.fixture
async def post(make: Factory, home: House, worker: Worker) -> Post:
    return Post(await case(make), home, worker)


def arrived(server: MailServer, mail: dict[str, Any], times: int = 1) -> None:
    """It has come so many times, always under the id that it had at the first attempt."""
    ids = [each["Message-ID"] for each in server.to(mail["address"])]
    assert ids == [mail["message_id"]] * times


async def test_refused_connections_are_tried_again(post: Post, port: int) -> None:
    await post.at.announce(QuoteEvent.WITHDRAWN, by=post.at.buyer)
    first = await post.after(1)
    assert (first["status"], first["last_error"]) == ("waiting", AWAY)
    assert timedelta(seconds=50) < first["wait"] <= timedelta(minutes=1)
    second = await post.again(2)
    assert timedelta(seconds=110) < second["wait"] <= timedelta(minutes=2)
    with mail_server(port) as server:
        assert (await post.again(3))["status"] == "sent"
        arrived(server, first)


async def test_a_server_that_stalls_is_given_up_in_time_and_tried_again(
    post: Post, port: int
) -> None:
    released = threading.Event()
    with mail_server(port) as server:
        server.before_answer = lambda: bool(released.wait(20))  # type: ignore[assignment]
        await post.at.announce(QuoteEvent.WITHDRAWN, by=post.at.buyer)
        stalled = await post.after(1)
        assert stalled["status"] == "waiting"
        assert "Timeout" in stalled["last_error"]
        server.before_answer = lambda: None
        released.set()
        assert (await post.again(2))["status"] == "sent"
        # It had taken the mail before it fell silent: twice at worst, and known by its id.
        arrived(server, stalled, times=2)


async def test_a_451_is_waited_out_and_delivered_once(post: Post, port: int) -> None:
    with mail_server(port) as server:
        server.data = lambda _: "451 4.7.1 Greylisted, come again"
        await post.at.announce(QuoteEvent.WITHDRAWN, by=post.at.buyer)
        first = await post.after(1)
        assert (first["status"], first["last_error"]) == ("waiting", "451 4.7.1")
        assert (await post.again(2))["status"] == "waiting"
        server.data = lambda _: None
        assert (await post.again(3))["status"] == "sent"
        arrived(server, first)


async def test_a_550_is_shown_at_the_contact_and_told_to_who_keeps_the_file(
    post: Post, port: int, make: Factory
) -> None:
    at = post.at
    with mail_server(port) as server:
        server.rcpt = lambda _: "550 5.1.1 No such user"
        await at.announce(QuoteEvent.DECLINED_BY_US, by=at.representative)
        refused = await post.after(1, to=at.buyer)
        assert (refused["status"], refused["last_error"]) == ("bounced", "550 5.1.1")
        assert server.accepted == []
    assert await post.told("mail_undelivered") == 1
    clerk = await signed_in(create_app(post.home.settings), make, at.manager)
    assert "could not be delivered" in (await clerk.get("/staff/notices")).text
    assert "mail came back" in (await clerk.get(f"/staff/accounts/{at.account.code}")).text
