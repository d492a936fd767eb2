"""Signing in and out, as somebody at the door sees it."""

from typing import Any

import pytest

from portal.domain.common.actor import Side
from tests.factories import Factory
from tests.visitor import Visitor, signed_in


@pytest.mark.parametrize("side", list(Side))
async def test_people_sign_in_and_out(side: Side, site: Any, make: Factory) -> None:
    somebody = await make.staff() if side is Side.STAFF else await make.buyer(await make.account())
    visitor = Visitor(site, side)
    came = await visitor.sign_in(await make.password_for(somebody))
    assert came.status_code == 303
    assert came.headers["location"] == (visitor.prefix or "/")
    assert somebody.name in (await visitor.get(f"{visitor.prefix}/settings")).text
    left = await visitor.post(f"{visitor.prefix}/sign-out")
    assert left.status_code == 303
    again = await visitor.get(f"{visitor.prefix}/settings")
    assert again.headers["location"].startswith(f"{visitor.prefix}/sign-in?next=%2F")


async def test_the_session_id_is_new_at_sign_in(site: Any, make: Factory) -> None:
    buyer = await make.buyer(await make.account())
    visitor = Visitor(site)
    visitor.cookies["__Host-portal_customer"] = "chosen-by-the-visitor"
    await visitor.sign_in(await make.password_for(buyer))
    assert visitor.cookies["__Host-portal_customer"] != "chosen-by-the-visitor"


async def test_known_and_unknown_people_get_the_same_refusal(site: Any, make: Factory) -> None:
    buyer = await make.buyer(await make.account())
    known, unknown = Visitor(site), Visitor(site)
    one = await known.sign_in(await make.password_for(buyer), "not the password")
    other = await unknown.sign_in("nobody@customer.example", "not the password")
    assert one.status_code == other.status_code == 422
    assert "do not fit together" in one.text
    assert "do not fit together" in other.text


async def test_customers_cannot_sign_in_at_the_staff_gate(site: Any, make: Factory) -> None:
    buyer = await make.buyer(await make.account())
    visitor = Visitor(site, Side.STAFF)
    assert (await visitor.sign_in(await make.password_for(buyer))).status_code == 422


async def test_a_form_of_another_site_is_refused(site: Any, make: Factory) -> None:
    visitor = await signed_in(site, make, await make.buyer(await make.account()))
    foreign = {"Origin": "https://evil.example"}
    assert (await visitor.post("/sign-out", headers=foreign)).status_code == 403
    assert (await visitor.post("/sign-out", token="made up")).status_code == 403
    cross_site = {"Sec-Fetch-Site": "cross-site"}
    assert (await visitor.post("/sign-out", headers=cross_site)).status_code == 403
    assert (await visitor.get("/settings")).status_code == 200


async def test_sign_in_leads_to_own_pages_only(site: Any, make: Factory) -> None:
    buyer = await make.buyer(await make.account())
    email = await make.password_for(buyer)
    for wanted, led in {"//evil.example": "/", "/quotes?x=1": "/quotes?x=1"}.items():
        visitor = Visitor(site)
        await visitor.get("/sign-in")
        answer = await visitor.post(
            "/sign-in",
            {"email": email, "password": "correct horse battery staple", "next": wanted},
        )
        assert answer.headers["location"] == led


async def test_every_answer_carries_the_headers(site: Any) -> None:
    visitor = Visitor(site)
    for path in ("/sign-in", "/no/such/page", "/healthz", "/static/none.css"):
        headers = (await visitor.get(path)).headers
        assert "script-src 'self'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


async def test_a_foreign_host_is_not_served(site: Any) -> None:
    answer = await Visitor(site).get("/sign-in", Host="evil.example")
    assert answer.status_code == 421


async def test_under_htmx_a_lost_session_leads_to_sign_in(site: Any) -> None:
    visitor = Visitor(site, htmx=True)
    answer = await visitor.get("/settings")
    assert answer.status_code == 401
    assert answer.headers["hx-redirect"] == "/sign-in"


async def test_too_many_attempts_are_stopped(site: Any, make: Factory) -> None:
    visitor = Visitor(site)
    statuses = [
        (await visitor.sign_in("throttled@customer.example", "guess")).status_code
        for _ in range(11)
    ]
    assert statuses[:10] == [422] * 10
    assert statuses[10] == 429


async def test_a_form_of_another_account_is_not_filed_under_this_one(
    site: Any, make: Factory
) -> None:
    one, other = await make.account(), await make.account()
    buyer = await make.buyer(one)
    await make.insert("membership", account_id=other.id, person_id=buyer.person_id, role="buyer")
    visitor = await signed_in(site, make, buyer)
    old_tab = visitor.token
    assert (await visitor.post("/membership", {"account": other.code})).status_code == 303
    assert other.name in (await visitor.get("/settings")).text
    late = await visitor.post("/settings/sessions/end-others", token=old_tab)
    assert late.status_code == 409
    assert "switched to another account" in late.text


async def test_one_cannot_switch_to_a_foreign_account(site: Any, make: Factory) -> None:
    foreign = await make.account()
    visitor = await signed_in(site, make, await make.buyer(await make.account()))
    assert (await visitor.post("/membership", {"account": foreign.code})).status_code == 404


async def test_a_form_keeps_what_was_typed_and_names_the_field(site: Any, make: Factory) -> None:
    visitor = await signed_in(site, make, await make.buyer(await make.account()))
    answer = await visitor.post(
        "/settings/profile",
        {"name": "", "phone": "+86 571 1234", "timezone": "Asia/Shanghai", "version": "1"},
    )
    assert answer.status_code == 422
    assert "<title>Error:" in answer.text
    assert "+86 571 1234" in answer.text
    assert 'href="#' in answer.text


async def test_settings_changed_twice_show_both_versions(site: Any, make: Factory) -> None:
    buyer = await make.buyer(await make.account(), name="First Name")
    visitor = await signed_in(site, make, buyer)
    first = {"name": "Second Name", "phone": "", "timezone": "Asia/Tokyo", "version": "1"}
    assert (await visitor.post("/settings/profile", first)).status_code == 303
    late = {**first, "name": "Third Name"}
    answer = await visitor.post("/settings/profile", late)
    assert answer.status_code == 409
    assert "Second Name" in answer.text
    assert "Third Name" in answer.text
