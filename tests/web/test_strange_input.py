"""Input that no browser of ours sends: refused as a page, never a failure of ours."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import pytest

from portal.domain.common.actor import Side
from portal.rendering.environment import CSRF_FIELD
from portal.web.bodies import LARGEST_FORM, MOST_FIELDS
from tests.factories import PASSWORD, Factory, unique
from tests.visitor import ORIGIN, Visitor, signed_in

STRANGE = [
    "",
    " ",
    "\x00",
    "a\x00b",
    "\ud800",
    "\u202eevil",
    "\r\nSet-Cookie: x=y",
    "'; DROP TABLE person; --",
    "<script>alert(1)</script>",
    "{{ 7 * 7 }}",
    "%(name)s %s %d",
    "é" * 10_000,
    "9" * 5000,
    "-1",
    "1e999999",
    "NaN",
]
FORM = "application/x-www-form-urlencoded"


async def send_raw(visitor: Visitor, path: str, body: bytes, kind: str = FORM) -> Any:
    return await visitor._send(
        "POST", path, content=body, headers={"Content-Type": kind, "Origin": ORIGIN}
    )


def encoded(fields: dict[str, str]) -> bytes:
    return "&".join(
        f"{name}={quote(value.encode('utf-8', 'surrogatepass'))}" for name, value in fields.items()
    ).encode()


async def test_strange_text_in_every_field_of_the_gate(site: Any) -> None:
    visitor = Visitor(site)
    await visitor.get("/sign-in")
    names = ("email", "password", "next", "locale", "_form_key")
    paths = ("/sign-in", "/password-reset", "/welcome/none", "/language")
    for text, path in itertools.product(STRANGE, paths):
        fields = dict.fromkeys(names, text) | {CSRF_FIELD: visitor.token}
        answer = await send_raw(visitor, path, encoded(fields))
        assert answer.status_code in {200, 303, 422, 429}, (path, answer.text)
        assert "<script>alert(1)" not in answer.text
        assert "x" not in answer.headers.get("set-cookie", "").partition("=")[0]
        assert PASSWORD not in answer.text


async def test_strange_text_in_every_field_of_the_settings(site: Any, make: Factory) -> None:
    visitor = await signed_in(site, make, await make.buyer(await make.account()))
    names = ("name", "phone", "locale", "timezone", "keyboard_shortcuts", "version")
    secrets = ("current_password", "new_password", "account")
    for text in STRANGE:
        fields = encoded(dict.fromkeys((*names, *secrets), text) | {CSRF_FIELD: visitor.token})
        statuses = {
            path: (await send_raw(visitor, path, fields)).status_code
            for path in ("/settings/profile", "/settings/password", "/membership")
        }
        assert statuses["/settings/profile"] == 422, text
        assert statuses["/settings/password"] in {422, 429}, text
        assert statuses["/membership"] == 404, text


async def test_ids_that_no_row_can_have(site: Any, make: Factory) -> None:
    visitor = await signed_in(site, make, await make.buyer(await make.account()))
    for number in ("0", "-1", "9223372036854775808", "9" * 5000, "x", "%00"):
        answer = await visitor.post(f"/settings/sessions/{number}/end")
        assert answer.status_code == 404, number
    assert (await visitor.get("/settings")).status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/%00", 404),
        ("/welcome/%00", 404),
        ("/welcome/%ED%A0%80", 200),
        ("/welcome/%FF%FE", 200),
        ("/welcome/" + "x" * 9000, 414),
        ("/sign-in?next=%00", 404),
        ("/sign-in?next=" + "x" * 9000, 414),
        ("/staff/%2e%2e/settings", 404),
        ("/STAFF/settings", 404),
        ("/settings;x=1", 404),
        ("/settings%2Fprofile", 405),
        ("/staff%2Fsettings", 303),
        ("/static/%2e%2e/%2e%2e/pyproject.toml", 404),
        ("/static/..%2f..%2fetc/passwd", 404),
        ("/static/%00", 404),
        ("/live", 303),
    ],
)
async def test_strange_addresses(path: str, status: int, site: Any) -> None:
    for side in Side.CUSTOMER, Side.STAFF:
        assert (await Visitor(site, side).get(path)).status_code == status


async def test_nothing_leads_off_the_portal(site: Any, make: Factory) -> None:
    email = await make.password_for(await make.buyer(await make.account()))
    for wanted in (
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/\r\nLocation: https://evil.example",
        "/%0d%0aSet-Cookie:x=y",
        "/@evil.example",
        "/报价?q=中文",
    ):
        visitor = Visitor(site)
        await visitor.get("/sign-in")
        chosen = await visitor.post("/language", {"locale": "en", "next": wanted})
        form = {"email": email, "password": PASSWORD, "next": wanted}
        entered = await visitor.post("/sign-in", form)
        again = await visitor.get("/sign-in?next=" + quote(wanted))
        for answer in (chosen, entered, again):
            place = answer.headers["location"]
            assert answer.status_code in {303, 429}
            assert place.isascii()
            assert place.isprintable()
            assert place.startswith("/")
            assert not place.startswith(("//", "/\\"))
        if entered.status_code == 429:
            return


async def test_a_cookie_can_be_anything(site: Any, make: Factory) -> None:
    visitor = await signed_in(site, make, await make.buyer(await make.account()))
    for name in (
        "__Host-portal_flash",
        "__Host-portal_visitor",
        "__Host-portal_language",
        "__Host-portal_staff",
        "unknown",
    ):
        for value in ("\xe9" * 40, "x" * 4000, '"', "=;=", "a" * 32 + "!!!", "%00"):
            header = "; ".join(f"{key}={kept}" for key, kept in visitor.cookies.items())
            answer = await visitor._client.get(
                "/settings", headers=[(b"Cookie", f"{header}; {name}={value}".encode("latin-1"))]
            )
            assert answer.status_code == 200, (name, value)


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        (FORM, b"a=1&" * (MOST_FIELDS + 1), 400),
        (FORM, b"%", 403),
        (FORM, b"\xff\xfe=\xff", 403),
        (FORM, b"a" * (LARGEST_FORM + 1), 413),
        ("multipart/form-data", b"", 400),
        ("multipart/form-data; boundary=", b"x", 400),
        ("multipart/form-data; boundary=b", b"--b\r\ngarbage", 400),
        (
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="a"\r\n'
            b"Content-Type: text/plain; charset=no-such\r\n\r\nx\r\n--b--\r\n",
            400,
        ),
        (
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n\xff\xfe\r\n--b--\r\n',
            400,
        ),
        (
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n' * (MOST_FIELDS + 1)
            + b"--b--\r\n",
            400,
        ),
    ],
    ids=range(10),
)
async def test_bodies_that_are_no_form_of_ours(
    kind: str, body: bytes, status: int, site: Any
) -> None:
    visitor = Visitor(site)
    await visitor.get("/sign-in")
    answer = await send_raw(visitor, "/sign-in", body, kind)
    assert answer.status_code == status
    assert "<html" in answer.text


async def test_too_large_is_too_large_however_it_comes(site: Any, make: Factory) -> None:
    visitor = await signed_in(site, make, await make.buyer(await make.account()))

    async def trickle() -> AsyncIterator[bytes]:
        for _ in range(LARGEST_FORM // 65536 + 2):
            yield b"a" * 65536

    for path in ("/settings/profile", "/sign-in"):
        announced = await visitor._send(
            "POST", path, headers={"Content-Type": FORM, "Content-Length": str(10**30)}
        )
        chunked = await visitor._send(
            "POST", path, content=trickle(), headers={"Content-Type": FORM}
        )
        for answer in (announced, chunked):
            assert answer.status_code == 413
            assert "Too large" in answer.text


async def test_writing_an_address_another_way_gives_no_more_attempts(
    site: Any, make: Factory
) -> None:
    name = unique("throttled")
    spellings = [
        f"{name}@customer.example",
        f" {name}@customer.example ",
        f"{name.upper()}@CUSTOMER.example",
        f"{name}＠customer.example",
        "".join(chr(ord(letter) + 0xFEE0) for letter in name) + "@customer.example",
    ]
    visitor = Visitor(site)
    statuses = [
        (await visitor.sign_in(spelling, "guess")).status_code for spelling in spellings * 3
    ]
    assert statuses[:10] == [422] * 10
    assert set(statuses[10:]) == {429}
    assert await make.owner.fetchval(
        "SELECT count(*) FROM security_event WHERE kind = 'throttled' AND client_address = $1",
        visitor.address,
    )


async def test_a_stolen_session_cannot_guess_the_password(site: Any, make: Factory) -> None:
    visitor = await signed_in(site, make, await make.buyer(await make.account()))
    form = {"current_password": "guess", "new_password": "guess"}
    statuses = [(await visitor.post("/settings/password", form)).status_code for _ in range(11)]
    assert statuses == [422] * 10 + [429]


async def test_forms_sent_together_all_get_an_answer(site: Any, make: Factory) -> None:
    visitor = await signed_in(site, make, await make.buyer(await make.account()))
    form = {"name": "A Name", "phone": "", "timezone": "Asia/Tokyo", "version": "1"}
    answers = await asyncio.gather(*(visitor.post("/settings/profile", form) for _ in range(20)))
    assert sorted({answer.status_code for answer in answers}) == [303, 409]
    assert sum(answer.status_code == 303 for answer in answers) == 1
