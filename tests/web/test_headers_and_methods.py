"""What every answer carries, and what no route does."""

from collections.abc import Iterator
from typing import Any

import pytest

from portal.domain.common.actor import Side
from portal.rendering.assets import assets
from portal.web.shell import HEADERS, Shell
from tests.architecture.routes import all_routes
from tests.factories import Factory
from tests.visitor import Visitor, signed_in

EVERYWHERE = {name.decode(): value.decode() for name, value in HEADERS}


def addresses(*, staff: bool) -> Iterator[str]:
    values = {"session_id": "1", "token": "unknown", "name": "none.css"}
    for path in sorted({route.path for route in all_routes()}):
        if (path == "/staff" or path.startswith("/staff/")) == staff:
            parts = [part.strip("{}").partition(":")[0] for part in path.split("/")]
            asked = path.split("/")
            yield "/".join(
                values.get(name, "1") if part.startswith("{") else part
                for name, part in zip(parts, asked, strict=True)
            )


@pytest.mark.parametrize("side", [Side.CUSTOMER, Side.STAFF])
async def test_other_methods_do_nothing_and_say_so_in_our_dress(
    side: Side, site: Any, make: Factory
) -> None:
    is_staff = side is Side.STAFF
    actor = await make.staff() if is_staff else await make.buyer(await make.account())
    visitor = await signed_in(site, make, actor)
    headers = {"X-CSRF-Token": visitor.token, "Origin": "https://testserver.local"}
    for address in addresses(staff=is_staff):
        for method in ("PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT", "MADE-UP"):
            answer = await visitor._send(method, address, headers=headers)
            assert answer.status_code == 405, f"{method} {address}"
            assert set(answer.headers["allow"].split(", ")) <= {"GET", "POST"}
            assert "access-control-allow-origin" not in answer.headers
            assert ("<html" in answer.text) == (method != "HEAD")
    assert (await visitor.get(f"{visitor.prefix}/settings")).status_code == 200


async def test_every_kind_of_answer_carries_the_headers(site: Any, make: Factory) -> None:
    visitor = await signed_in(site, make, await make.buyer(await make.account()))
    stranger, script = Visitor(site), Visitor(site, htmx=True)
    answers = {
        "page": await visitor.get("/settings"),
        "refused form": await visitor.post("/settings/profile", {}),
        "redirect": await visitor.post("/language", {"locale": "en"}),
        "forged": await visitor.post("/sign-out", token="forged"),
        "to sign-in": await stranger.get("/settings"),
        "to sign-in under htmx": await script.get("/settings"),
        "error under htmx": await script.get("/no/such/page"),
        "unknown": await visitor.get("/no/such/page"),
        "method": await visitor._send("PUT", "/settings"),
        "too large": await visitor._send(
            "POST", "/settings/profile", headers={"Content-Length": "99999999999"}
        ),
        "too long": await visitor.get("/" + "x" * 9000),
        "host": await visitor.get("/settings", Host="evil.example"),
        "options": await visitor._send("OPTIONS", "/settings"),
        "health": await visitor.get("/healthz"),
        "static": await visitor.get(assets().url("app.css")),
        "no static": await visitor.get("/static/none.css"),
    }
    for kind, answer in answers.items():
        for name, value in EVERYWHERE.items():
            assert answer.headers[name] == value, (kind, name)
        assert len(answer.headers["x-request-id"]) == 8, kind
        assert "server" not in answer.headers, kind
        if kind == "static":
            assert "immutable" in answer.headers["cache-control"]
        else:
            assert "no-store" in answer.headers["cache-control"], kind
    assert answers["too large"].status_code == 413
    assert answers["host"].status_code == 421


async def test_a_mistake_of_ours_tells_nothing_but_a_number(
    site: Any, make: Factory, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    visitor = await signed_in(site, make, await make.buyer(await make.account()))

    def fails(*_: Any, **__: Any) -> None:
        raise ValueError("what somebody typed")

    monkeypatch.setattr("portal.web.own_settings.settings.own_settings", fails)
    answer = await visitor.get("/settings")
    assert answer.status_code == 500
    assert answer.headers["x-request-id"] in answer.text
    for told in ("what somebody typed", "ValueError", "Traceback", ".py"):
        assert told not in answer.text


async def test_when_even_the_error_page_fails_the_net_holds() -> None:
    async def broken(*_: Any) -> None:
        raise RuntimeError("inside")

    answer = await Visitor(Shell(broken, frozenset())).get("/")
    assert answer.status_code == 500
    assert answer.text == "Something failed on our side."
    assert answer.headers["content-security-policy"] == EVERYWHERE["content-security-policy"]


async def test_balancers_may_call_by_number(site: Any) -> None:
    visitor = Visitor(site)
    for path in ("/healthz", "/readyz"):
        assert (await visitor.get(path, Host="10.0.0.7:8000")).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "testserver.local.evil.example",
        "testserver.local@evil.example",
        "",
        "[",
        "x y",
    ],
)
async def test_other_hosts_are_not_served(host: str, site: Any) -> None:
    answer = await Visitor(site).get("/sign-in", Host=host)
    assert answer.status_code == 421
    assert host not in answer.text or not host
