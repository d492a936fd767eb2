"""Requests that did not come from a form of ours."""

from typing import Any

from portal.domain.common.actor import Side
from portal.rendering.environment import CSRF_FIELD
from tests.factories import PASSWORD, Factory
from tests.visitor import ORIGIN, Visitor, signed_in

STRANGE_TOKENS = [
    "",
    ".",
    "é",
    "1.é",
    "汉" * 10,
    "9" * 5000 + ".x",
    ".%00",
    "١." + "a" * 64,
    "x" * 100_000,
]


async def buyer(site: Any, make: Factory) -> Visitor:
    return await signed_in(site, make, await make.buyer(await make.account()))


async def test_a_made_up_token_is_refused(site: Any, make: Factory) -> None:
    visitor = await buyer(site, make)
    for token in STRANGE_TOKENS:
        assert (await visitor.post("/sign-out", token=token)).status_code == 403, token[:20]


async def test_the_token_of_another_session_is_refused(site: Any, make: Factory) -> None:
    visitor, other = await buyer(site, make), await buyer(site, make)
    assert (await visitor.post("/sign-out", token=other.token)).status_code == 403


async def test_the_token_of_the_sign_in_page_opens_no_signed_in_form(
    site: Any, make: Factory
) -> None:
    visitor = Visitor(site)
    await visitor.get("/sign-in")
    before = visitor.token
    email = await make.password_for(await make.buyer(await make.account()))
    assert (await visitor.sign_in(email)).status_code == 303
    refused = await visitor.post("/sign-out", token=before)
    assert refused.status_code == 403
    assert "opened in another session" in refused.text


async def test_two_tabs_at_the_sign_in_page_both_lead_in(site: Any, make: Factory) -> None:
    visitor = Visitor(site)
    await visitor.get("/sign-in")
    second_tab = visitor.token
    email = await make.password_for(await make.buyer(await make.account()))
    await visitor.sign_in(email)
    form = {"email": email, "password": PASSWORD}
    assert (await visitor.post("/sign-in", form, token=second_tab)).status_code == 303


async def test_a_form_of_another_origin_is_refused(site: Any, make: Factory) -> None:
    visitor = await buyer(site, make)
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://["},
        {"Origin": f"{ORIGIN}.evil.example"},
        {"Origin": ORIGIN.replace("https://", "https://x@")},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ):
        assert (await visitor.post("/sign-out", headers=headers)).status_code == 403, headers
    assert (await visitor.get("/settings")).status_code == 200


async def test_a_body_that_is_no_form_is_refused(site: Any, make: Factory) -> None:
    visitor = await buyer(site, make)
    bodies = {
        "application/json": f'{{"{CSRF_FIELD}": "{visitor.token}"}}',
        "text/plain": f"{CSRF_FIELD}={visitor.token}",
        "": f"{CSRF_FIELD}={visitor.token}",
        "application/x-www-form-urlencoded-not": f"{CSRF_FIELD}={visitor.token}",
    }
    for kind, body in bodies.items():
        answer = await visitor._send(
            "POST", "/sign-out", content=body, headers={"Content-Type": kind, "Origin": ORIGIN}
        )
        assert answer.status_code == 403, kind
    assert (await visitor.get("/settings")).status_code == 200


async def test_no_method_stands_for_another(site: Any, make: Factory) -> None:
    visitor = await buyer(site, make)
    for headers in ({"X-HTTP-Method-Override": "POST"}, {"X-Method-Override": "POST"}):
        answer = await visitor.get(
            f"/sign-out?_method=POST&{CSRF_FIELD}={visitor.token}", **headers
        )
        assert answer.status_code == 405
    assert (await visitor.get("/settings")).status_code == 200


async def test_signed_out_people_get_a_page_that_keeps_their_draft(site: Any) -> None:
    visitor = Visitor(site)
    await visitor.get("/sign-in")
    answer = await visitor.post("/settings/profile", {"name": "x"})
    assert answer.status_code == 401
    assert "/sign-in" in answer.text


async def test_the_forms_of_an_error_page_work(site: Any, make: Factory) -> None:
    new, known = Visitor(site), await buyer(site, make)
    for visitor in (new, known):
        assert (await visitor.get("/no/such/page")).status_code == 404
        chosen = await visitor.post("/language", {"locale": "zh_Hant", "next": "/sign-in"})
        assert chosen.status_code == 303
    assert 'lang="zh-Hant"' in (await new.get("/sign-in")).text


async def test_a_session_of_one_portal_is_none_in_the_other(site: Any, make: Factory) -> None:
    visitor = await buyer(site, make)
    visitor.cookies["__Host-portal_staff"] = visitor.cookies["__Host-portal_customer"]
    answer = await visitor.get("/staff/settings")
    assert answer.headers["location"] == "/staff/sign-in?next=%2Fstaff%2Fsettings"
    for alias in (
        "//staff/settings",
        "/staff//settings",
        "/staff/settings/",
        "///staff//settings/",
    ):
        answer = await visitor.get(ORIGIN + alias)
        assert answer.headers["location"].startswith("/staff/sign-in?"), alias


async def test_a_session_id_is_never_taken_from_the_visitor(site: Any, make: Factory) -> None:
    actor = await make.staff()
    email = await make.password_for(actor)
    first, second = Visitor(site, Side.STAFF), Visitor(site, Side.STAFF)
    await first.sign_in(email)
    second.cookies.update(first.cookies)  # fixed, or left at a shared desk
    await second.get("/staff/settings")
    form = {"email": email, "password": PASSWORD}
    assert (await second.post("/staff/sign-in", form)).status_code == 303
    assert first.cookies["__Host-portal_staff"] != second.cookies["__Host-portal_staff"]
    assert (await first.get("/staff/settings")).status_code == 303  # the one replaced has ended
