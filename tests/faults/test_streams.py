"""Live streams: what they carry, when they end, what they hold, and Valkey going away."""

import asyncio
import contextlib
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import httpx
import pytest

from portal.domain.common.actor import Actor, Side
from tests.conftest import Servers, own_servers
from tests.factories import PASSWORD, Factory, factory
from tests.faults.web_process import WebProcess, soon, web_process
from tests.visitor import Visitor


@pytest.fixture(scope="module")
def own() -> Iterator[Servers]:
    with own_servers() as servers:
        yield servers


@pytest.fixture(scope="module")
async def web(own: Servers) -> AsyncIterator[WebProcess]:
    await own.new_database("portal")
    with web_process(own) as running:
        yield running


@pytest.fixture
async def make(web: WebProcess) -> AsyncIterator[Factory]:
    async with factory(web.settings) as maker:
        yield maker


class Listener:
    """One open stream: what came in, and whether it has ended."""

    def __init__(self, visitor: Visitor, url: str) -> None:
        self._visitor, self._url = visitor, url
        self.lines: list[str] = []
        self.status = 0
        self.task = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        cookies = "; ".join(f"{name}={value}" for name, value in self._visitor.cookies.items())
        stream = self._visitor._client.stream("GET", self._url, headers={"Cookie": cookies})
        async with stream as answer:
            self.status = answer.status_code
            with contextlib.suppress(httpx.RemoteProtocolError):
                async for line in answer.aiter_lines():
                    self.lines.append(line)

    @property
    def events(self) -> list[str]:
        return [line for line in self.lines if line.startswith("event:")]

    async def is_open(self) -> bool:
        return ": open" in self.lines and not self.task.done()

    async def has_ended(self) -> bool:
        return self.task.done()

    async def leave(self) -> None:
        self.task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self.task


async def listening(visitor: Visitor, at: str = "/probe/live-url") -> Listener:
    url = (await visitor.get(at)).text
    listener = Listener(visitor, url)
    await soon(listener.is_open)
    return listener


async def hears(listener: Listener, event: str) -> None:
    async def heard() -> bool:
        return f"event: {event}" in listener.events

    await soon(heard)


async def test_a_commit_is_heard_and_carries_no_content(web: WebProcess, make: Factory) -> None:
    _, visitor = await web.buyer(make)
    _, stranger = await web.buyer(make)
    listener, other = await listening(visitor), await listening(stranger)
    answer = await visitor.post("/probe/messages", {"body": "between us", "_form_key": "k" * 20})
    assert answer.status_code == 303
    await hears(listener, "changed")
    assert "between us" not in "".join(listener.lines)
    refused = await visitor.post("/probe/overlooked")
    assert refused.status_code == 500
    assert listener.events == ["event: changed"]  # nothing is said of what was not kept
    assert other.events == []
    await listener.leave()
    await other.leave()


async def test_a_list_of_staff_hears_of_any_record_of_its_kinds(
    web: WebProcess, make: Factory
) -> None:
    clerk, (_, buyer) = web.visitor(Side.STAFF), await web.buyer(make)
    await clerk.sign_in(await make.password_for(await make.staff()))
    listener = await listening(clerk, "/staff/probe/lists-url")
    await buyer.post("/probe/messages", {"body": "whoever", "_form_key": "w" * 20})
    await hears(listener, "changed")
    assert "whoever" not in "".join(listener.lines)
    address = (await clerk.get("/staff/probe/lists-url")).text
    another = address.replace("other", "account")
    assert another != address
    assert (await clerk.get(another)).status_code == 404  # the signature is of both together
    await listener.leave()


SignsOut = Callable[[Visitor, Actor, Factory], Awaitable[object]]


async def _signs_out(visitor: Visitor, _: Actor, __: Factory) -> None:
    assert (await visitor.post("/sign-out")).status_code == 303


async def _changes_password(visitor: Visitor, _: Actor, __: Factory) -> None:
    passwords = {"current_password": PASSWORD, "new_password": "umbrella quartz lanterns 47"}
    assert (await visitor.post("/settings/password", passwords)).status_code == 303


async def _is_disabled(_: Visitor, actor: Actor, make: Factory) -> None:
    await make.owner.execute("UPDATE person SET disabled_at = now() WHERE id = $1", actor.person_id)


async def _leaves_the_account(_: Visitor, actor: Actor, make: Factory) -> None:
    await make.owner.execute(
        "UPDATE membership SET ended_at = now() WHERE person_id = $1", actor.person_id
    )


@pytest.mark.parametrize(
    "loses_access", [_signs_out, _changes_password, _is_disabled, _leaves_the_account]
)
async def test_a_stream_ends_with_its_session(
    loses_access: SignsOut, web: WebProcess, make: Factory
) -> None:
    actor, visitor = await web.buyer(make)
    listener = await listening(visitor)
    await loses_access(visitor, actor, make)
    await soon(listener.has_ended, seconds=5)


async def test_a_stream_needs_the_address_of_its_own_session(
    web: WebProcess, make: Factory
) -> None:
    _, visitor = await web.buyer(make)
    _, stranger = await web.buyer(make)
    foreign = (await visitor.get("/probe/live-url")).text
    for url in (foreign, "/live", "/live?topic=staff:probe:1&signature=x", f"{foreign}%C3%BC"):
        answer = await stranger.get(url)
        assert answer.status_code == 404, url
    assert (await web.visitor().get(foreign)).status_code == 303


async def test_many_streams_hold_no_connection_and_one_session_cannot_have_all(
    web: WebProcess, make: Factory
) -> None:
    visitors = [(await web.buyer(make))[1] for _ in range(3)]
    listeners = [await listening(visitor) for visitor in visitors for _ in range(20)]

    async def is_idle() -> bool:
        return (await web.state())["busy"] == 0

    await soon(is_idle)
    assert (await web.state())["streams"] >= 60
    one_more = await visitors[0].get((await visitors[0].get("/probe/live-url")).text)
    assert one_more.status_code == 429
    for listener in listeners:
        await listener.leave()

    async def are_gone() -> bool:
        return (await web.state())["streams"] == 0

    await soon(are_gone)


async def test_without_valkey_everything_works_and_streams_resync(
    web: WebProcess, own: Servers, make: Factory
) -> None:
    _, visitor = await web.buyer(make)
    listener = await listening(visitor)
    own.valkey.kill9()
    answer = await visitor.post("/probe/messages", {"body": "unheard", "_form_key": "u" * 20})
    assert answer.status_code == 303
    _, newcomer = await web.buyer(make)
    assert (await newcomer.get("/settings")).status_code == 200
    own.valkey.start()
    await hears(listener, "resync")
    await visitor.post("/probe/messages", {"body": "heard", "_form_key": "h" * 20})
    await hears(listener, "changed")
    await listener.leave()


async def test_without_valkey_attempts_are_still_counted(web: WebProcess, own: Servers) -> None:
    own.valkey.kill9()
    try:
        visitor = web.visitor()
        await visitor.get("/sign-in")
        form = {"email": "guessed@customer.example", "password": "guess"}
        statuses = [(await visitor.post("/sign-in", form)).status_code for _ in range(6)]
        assert statuses == [422] * 5 + [429]
    finally:
        own.valkey.start()


async def test_streams_end_when_the_process_is_asked_to_stop(own: Servers, make: Factory) -> None:
    with web_process(own) as leaving:
        _, visitor = await leaving.buyer(make)
        listeners = [await listening(visitor) for _ in range(3)]
        begun = time.monotonic()
        leaving.process.send_signal(signal.SIGTERM)

        async def has_stopped() -> bool:
            return leaving.process.poll() is not None

        await soon(has_stopped)
        assert time.monotonic() - begun < 8  # not uvicorn's ten seconds of waiting
        for listener in listeners:
            await soon(listener.has_ended)
