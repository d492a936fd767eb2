"""Pages go out compressed to those who take it; nothing else is touched."""

import gzip
from typing import Any

import httpx
import pytest

from portal.rendering.assets import assets
from portal.web.shell import Shell
from tests.factories import Factory
from tests.visitor import signed_in


@pytest.fixture
def compressing(site: Shell) -> Shell:
    return Shell(site._app, site._trusted_hosts, compress=True)


async def raw(shell: Any, path: str, coding: str, **headers: str) -> tuple[httpx.Response, bytes]:
    """The answer and its bytes as they are on the wire."""
    transport = httpx.ASGITransport(shell)
    async with httpx.AsyncClient(transport=transport, base_url="https://testserver.local") as asks:
        headers["Accept-Encoding"] = coding
        async with asks.stream("GET", path, headers=headers) as answer:
            return answer, b"".join([part async for part in answer.aiter_raw()])


async def test_a_page_is_compressed_for_those_who_take_it(compressing: Shell) -> None:
    _, plain = await raw(compressing, "/no/such/page", "identity")
    answer, body = await raw(compressing, "/no/such/page", "br, gzip;q=0.8")
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) == len(body) < len(plain) / 2
    page = gzip.decompress(body).decode()
    assert "<html" in page
    assert len(page) == len(plain.decode())


@pytest.mark.parametrize("coding", ["identity", "", "br", "gzip;q=0", "gzip; q=0.0", "xgzip"])
async def test_who_does_not_take_it_gets_the_page_as_it_is(compressing: Shell, coding: str) -> None:
    answer, body = await raw(compressing, "/sign-in", coding)
    assert "content-encoding" not in answer.headers
    assert b"<html" in body
    # A cache between us keeps both kinds apart.
    assert "Accept-Encoding" in answer.headers["vary"]
    assert "HX-Request" in answer.headers["vary"]


async def test_its_size_tells_nothing_exactly(compressing: Shell) -> None:
    sizes = {len((await raw(compressing, "/no/such/page", "gzip"))[1]) for _ in range(12)}
    assert len(sizes) > 3


async def test_files_are_not_compressed_twice(compressing: Shell) -> None:
    answer, body = await raw(compressing, assets().url("app.css"), "gzip")
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["vary"] == "Accept-Encoding"
    assert b"{" in gzip.decompress(body)


async def test_small_answers_and_what_is_no_page_stay_as_they_are(compressing: Shell) -> None:
    for path in ("/healthz", "/favicon.ico", "/settings"):
        answer, _ = await raw(compressing, path, "gzip")
        assert "content-encoding" not in answer.headers


async def test_a_stream_is_not_held_back(compressing: Shell, make: Factory) -> None:
    sent: list[Any] = []

    async def stream(scope: Any, receive: Any, send: Any) -> None:
        headers = [(b"content-type", b"text/event-stream")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b": open\n\n" * 500, "more_body": True})
        assert sent[1]["body"] == b": open\n\n" * 500
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def take(message: Any) -> None:
        sent.append(message)

    shell = Shell(stream, frozenset(), compress=True)
    headers = [(b"accept-encoding", b"gzip")]
    scope = {"type": "http", "method": "GET", "path": "/live", "query_string": b""}
    await shell({**scope, "headers": headers}, None, take)  # type: ignore[arg-type]
    assert [name for name, _ in sent[0]["headers"]].count(b"content-encoding") == 0


async def test_forms_work_on_compressed_pages(compressing: Shell, make: Factory) -> None:
    visitor = await signed_in(compressing, make, await make.buyer(await make.account()))
    page = await visitor.get("/settings", **{"Accept-Encoding": "gzip"})
    assert page.headers["content-encoding"] == "gzip"
    answer = await visitor.post("/language", {"locale": "zh_Hans", "next": "/settings"})
    assert answer.status_code == 303
