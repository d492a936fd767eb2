"""The same form sent twice, one after the other and at the same time."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterator

import pytest

from tests.conftest import Servers, own_servers
from tests.factories import Factory, factory
from tests.faults.web_process import WebProcess, web_process


@pytest.fixture(scope="module")
def own() -> Iterator[Servers]:
    with own_servers() as servers:
        yield servers


@pytest.fixture(scope="module")
async def web(own: Servers) -> AsyncIterator[WebProcess]:
    await own.new_database("portal")
    with web_process(own, pool_size=10) as running:
        yield running


@pytest.fixture
async def make(web: WebProcess) -> AsyncIterator[Factory]:
    async with factory(web.settings) as maker:
        yield maker


async def test_one_form_makes_one_record_however_often_it_is_sent(
    web: WebProcess, make: Factory
) -> None:
    buyer, visitor = await web.buyer(make)
    form = {"body": "once", "_form_key": secrets.token_urlsafe(18)}
    together = await asyncio.gather(*(visitor.post("/probe/messages", form) for _ in range(20)))
    later = await visitor.post("/probe/messages", form)
    assert {answer.status_code for answer in [*together, later]} == {303}
    assert len({answer.headers["location"] for answer in [*together, later]}) == 1
    assert await web.written(buyer) == ["once"]
    assert (
        await make.owner.fetchval(
            "SELECT count(*) FROM activity WHERE actor_id = $1 AND verb = 'probe.written'",
            buyer.person_id,
        )
        == 1
    )


async def test_two_web_processes_make_one_record_too(web: WebProcess, make: Factory) -> None:
    buyer, visitor = await web.buyer(make)
    with web_process(web.servers) as other:
        elsewhere = other.visitor()
        elsewhere.cookies, elsewhere.token = dict(visitor.cookies), visitor.token
        form = {"body": "once", "_form_key": secrets.token_urlsafe(18)}
        answers = await asyncio.gather(
            *(who.post("/probe/messages", form) for _ in range(5) for who in (visitor, elsewhere))
        )
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert await web.written(buyer) == ["once"]


async def test_a_key_belongs_to_the_person_who_sent_it(web: WebProcess, make: Factory) -> None:
    one, first = await web.buyer(make)
    other, second = await web.buyer(make)
    form = {"body": "mine", "_form_key": secrets.token_urlsafe(18)}
    places = {
        (await who.post("/probe/messages", form)).headers["location"] for who in (first, second)
    }
    assert len(places) == 2
    assert await web.written(one) == await web.written(other) == ["mine"]


async def test_a_strange_key_is_replaced(web: WebProcess, make: Factory) -> None:
    buyer, visitor = await web.buyer(make)
    for key in ("", "short", "x" * 5000, "ключ" * 8, "with spaces and 'quotes'"):
        answer = await visitor.post("/probe/messages", {"body": "kept", "_form_key": key})
        assert answer.status_code == 303
    assert await web.written(buyer) == ["kept"] * 5
