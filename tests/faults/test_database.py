"""PostgreSQL goes away, comes back, is full, or fails at the last moment."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from tests.conftest import Servers, own_servers
from tests.factories import Factory, factory
from tests.faults.web_process import (
    POOL_SIZE,
    WebProcess,
    is_clean_refusal,
    soon,
    web_process,
)
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


async def is_served(visitor: Visitor) -> bool:
    return (await visitor.get("/settings")).status_code == 200


async def file_until_accepted(
    visitor: Visitor, token: str, body: str, refusals: list[httpx.Response]
) -> None:
    """Send a form as somebody would who is told to come back: the same form, again."""
    form = {"body": body, "_form_key": secrets.token_urlsafe(18)}
    async with asyncio.timeout(20):
        while True:
            answer = await visitor.post("/probe/messages", form, token=token)
            if answer.status_code == 303:
                return
            refusals.append(answer)
            await asyncio.sleep(0.05)


async def read_until(done: asyncio.Event, visitor: Visitor, answers: list[httpx.Response]) -> None:
    while not done.is_set():
        answers.append(await visitor.get("/settings"))
        await asyncio.sleep(0.02)


@pytest.mark.parametrize("how", ["killed", "restarted"])
async def test_a_restart_under_load_loses_nothing_and_heals(
    how: str, web: WebProcess, own: Servers, make: Factory
) -> None:
    buyer, visitor = await web.buyer(make)
    token = visitor.token
    refusals: list[httpx.Response] = []
    reads: list[httpx.Response] = []
    done = asyncio.Event()
    bodies = [f"message {number}" for number in range(60)]

    async def clerk(own_bodies: list[str]) -> None:
        for body in own_bodies:
            await file_until_accepted(visitor, token, body, refusals)

    async def outage() -> None:
        await soon(lambda: _at_least(web, buyer, 8))
        own.postgres.kill9() if how == "killed" else own.postgres.stop()
        await soon(lambda: _refused(refusals, 5))
        own.postgres.start()

    async def _refused(seen: list[httpx.Response], count: int) -> bool:
        return len(seen) >= count

    reading = asyncio.create_task(read_until(done, visitor, reads))
    clerks = [asyncio.create_task(clerk(bodies[number::6])) for number in range(6)]
    await outage()
    await soon(lambda: is_served(visitor))  # within ten seconds, by itself
    await asyncio.gather(*clerks)
    done.set()
    await reading

    assert sorted(await web.written(buyer)) == sorted(bodies)  # all of them, and none twice
    assert refusals
    for answer in refusals + [read for read in reads if read.status_code != 200]:
        assert is_clean_refusal(answer), (answer.status_code, web.log[-3000:])
    assert any(read.status_code == 200 and buyer.name in read.text for read in reads)


async def _at_least(web: WebProcess, buyer: object, count: int) -> bool:
    return len(await web.written(buyer)) >= count  # type: ignore[arg-type]


async def test_a_start_without_a_database_serves_503_and_heals(own: Servers) -> None:
    own.postgres.kill9()
    with web_process(own) as late:
        visitor = late.visitor()
        assert is_clean_refusal(await visitor.get("/sign-in"))
        assert (await visitor.get("/healthz")).status_code == 200
        assert (await visitor.get("/readyz")).status_code == 503
        own.postgres.start()
        await soon(lambda: _is_ready(visitor))
        assert (await visitor.get("/sign-in")).status_code == 200


async def _is_ready(visitor: Visitor) -> bool:
    return (await visitor.get("/readyz")).status_code == 200


async def test_a_connection_lost_before_commit_is_no_success(
    web: WebProcess, make: Factory
) -> None:
    buyer, visitor = await web.buyer(make)
    assert is_clean_refusal(await visitor.post("/probe/cut"))
    assert await web.written(buyer) == []
    assert await is_served(visitor)
    await soon(lambda: _is_idle(web))


async def test_a_failure_that_the_handler_overlooked_is_no_success(
    web: WebProcess, make: Factory
) -> None:
    buyer, visitor = await web.buyer(make)
    answer = await visitor.post("/probe/overlooked")
    assert answer.status_code == 500
    assert await web.written(buyer) == []
    assert answer.headers["x-request-id"] in answer.text
    assert f"[{answer.headers['x-request-id']}]" in web.log


async def test_when_all_connections_are_taken_the_rest_is_refused(
    web: WebProcess, make: Factory
) -> None:
    _, visitor = await web.buyer(make)
    slow = [asyncio.create_task(visitor.get("/probe/slow?seconds=7")) for _ in range(POOL_SIZE)]
    await soon(lambda: _busy(web, POOL_SIZE))
    assert is_clean_refusal(await visitor.get("/settings"))
    assert {answer.status_code for answer in await asyncio.gather(*slow)} == {200}
    assert await is_served(visitor)
    await soon(lambda: _is_idle(web))


async def test_a_flood_is_shed_instead_of_queued(web: WebProcess, make: Factory) -> None:
    _, visitor = await web.buyer(make)
    flood = [
        asyncio.create_task(visitor.get("/probe/slow?seconds=0.4")) for _ in range(POOL_SIZE * 40)
    ]
    answers = await asyncio.gather(*flood)
    shed = [answer for answer in answers if answer.status_code == 503]
    assert shed
    assert any("more to do" in answer.text for answer in shed)
    assert all(is_clean_refusal(answer) for answer in shed)
    assert await is_served(visitor)
    await soon(lambda: _is_idle(web))


async def test_visitors_who_leave_or_dawdle_hold_no_connection(
    web: WebProcess, make: Factory
) -> None:
    _, visitor = await web.buyer(make)
    cookies = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
    head = f"Host: testserver.local\r\nCookie: {cookies}\r\n"
    sockets: list[asyncio.StreamWriter] = []
    for _ in range(POOL_SIZE + 2):
        # One sends half a form, one does not read its page, one leaves in the middle.
        for start in (
            f"POST /probe/messages HTTP/1.1\r\n{head}Content-Length: 1000\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n\r\nbody=",
            f"GET /probe/large HTTP/1.1\r\n{head}\r\n",
        ):
            _, writer = await asyncio.open_connection("127.0.0.1", web.port)
            writer.write(start.encode())
            await writer.drain()
            sockets.append(writer)
        _, leaving = await asyncio.open_connection("127.0.0.1", web.port)
        leaving.write(f"GET /probe/slow?seconds=0.3 HTTP/1.1\r\n{head}\r\n".encode())
        await leaving.drain()
        leaving.transport.abort()
    await soon(lambda: _is_idle(web))
    assert await is_served(visitor)
    for writer in sockets:
        writer.transport.abort()


async def _is_idle(web: WebProcess) -> bool:
    return (await web.state())["busy"] == 0


async def _busy(web: WebProcess, count: int) -> bool:
    return (await web.state())["busy"] >= count


async def test_no_log_line_tells_who_or_what(web: WebProcess, make: Factory) -> None:
    buyer, visitor = await web.buyer(make)
    await visitor.post("/probe/overlooked")
    email = await make.email(buyer)
    stranger = web.visitor()
    await stranger.sign_in(email, "a wrong password")
    for told in (email, buyer.name, "a wrong password", "127.0.0.1 -", *visitor.cookies.values()):
        assert told not in web.log
