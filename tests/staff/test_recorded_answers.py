"""Staff record what a customer answers to a quote by phone, and who said it (rule Q5)."""

import asyncio
from typing import Any

import pytest

from portal.settings import Settings
from tests.customer.forms import fields_of
from tests.factories import Factory
from tests.scenarios import Filed, accepted_quote, filed_request, sent_quote
from tests.visitor import Visitor, signed_in

ACCEPTANCE, REFUSAL, WISH = "/answer/acceptance", "/answer/refusal", "/answer/wish"
PANELS = {ACCEPTANCE: "accepted", REFUSAL: "declined", WISH: "another-revision"}


def path(filed: Filed, rest: str = "") -> str:
    return f"/staff/quotes/{filed.reference}{rest}"


async def clerk_of(filed: Filed, site: Any, make: Factory) -> Visitor:
    return await signed_in(site, make, filed.cast.representative)


async def form_for(clerk: Visitor, filed: Filed, action: str) -> dict[str, Any]:
    page = await clerk.get(path(filed, f"?do={PANELS[action]}"))
    return fields_of(page.text, path(filed, action))


async def orders_of(make: Factory, filed: Filed) -> list[str]:
    rows = await make.owner.fetch(
        "SELECT reference FROM sales_order WHERE account_id = $1", filed.cast.account.id
    )
    return [row["reference"] for row in rows]


async def test_an_acceptance_by_phone_places_the_order_and_names_both(  # rules Q5, O1
    site: Any, make: Factory, settings: Settings
) -> None:
    filed = await sent_quote(make, settings)
    await make.insert("contact", account_id=filed.cast.account.id, name="Li Wei")
    clerk = await clerk_of(filed, site, make)
    page = (await clerk.get(path(filed, "?do=accepted"))).text
    assert '<option value="Li Wei">' in page
    form = fields_of(page, path(filed, ACCEPTANCE))
    placed = await clerk.post(
        path(filed, ACCEPTANCE), {**form, "name": "Li Wei", "purchase_order_number": "PO-7"}
    )
    assert placed.status_code == 303
    (reference,) = await orders_of(make, filed)
    shown = (await clerk.get(path(filed))).text
    assert f"/staff/orders/{reference}" in shown
    assert f"recorded by {filed.cast.representative.name}" in shown
    assert "Li Wei" in shown
    buyer = await signed_in(site, make, filed.cast.buyer)
    seen = (await buyer.get(f"/quotes/{filed.reference}")).text
    assert f"Answered by Li Wei, recorded by {filed.cast.representative.name}." in seen


async def test_recorded_many_times_it_is_one_order(
    site: Any, make: Factory, settings: Settings
) -> None:
    filed = await sent_quote(make, settings)
    clerk = await clerk_of(filed, site, make)
    form = {**await form_for(clerk, filed, ACCEPTANCE), "name": "Li Wei"}
    answers = await asyncio.gather(*(clerk.post(path(filed, ACCEPTANCE), form) for _ in range(5)))
    assert {answer.status_code for answer in answers} == {303}
    assert len(await orders_of(make, filed)) == 1


async def test_a_refusal_by_phone_keeps_who_and_why(
    site: Any, make: Factory, settings: Settings
) -> None:
    filed = await sent_quote(make, settings)
    clerk = await clerk_of(filed, site, make)
    form = await form_for(clerk, filed, REFUSAL)
    given = {**form, "name": "Li Wei", "reason": "Bought elsewhere."}
    assert (await clerk.post(path(filed, REFUSAL), given)).status_code == 303
    for text in ("Bought elsewhere.", "Li Wei", "Declined by customer"):
        assert text in (await clerk.get(path(filed))).text
    buyer = await signed_in(site, make, filed.cast.buyer)
    assert "Declined by Li Wei" in (await buyer.get(f"/quotes/{filed.reference}")).text


async def test_a_wish_by_phone_starts_the_clock_for_another_revision(  # rule Q2
    site: Any, make: Factory, settings: Settings
) -> None:
    filed = await sent_quote(make, settings)
    clerk = await clerk_of(filed, site, make)
    form = await form_for(clerk, filed, WISH)
    given = {**form, "name": "Li Wei", "wish": "Sixty pieces instead."}
    assert (await clerk.post(path(filed, WISH), given)).status_code == 303
    buyer = await signed_in(site, make, filed.cast.buyer)
    for visitor, where in ((clerk, path(filed)), (buyer, f"/quotes/{filed.reference}")):
        assert "Sixty pieces instead." in (await visitor.get(where)).text


@pytest.mark.parametrize("action", [ACCEPTANCE, REFUSAL, WISH])
async def test_who_said_it_is_needed_and_nothing_typed_is_lost(
    site: Any, make: Factory, settings: Settings, action: str
) -> None:
    filed = await sent_quote(make, settings)
    clerk = await clerk_of(filed, site, make)
    form = await form_for(clerk, filed, action)
    typed = {"purchase_order_number": "PO-7", "reason": "Too dear", "wish": "Cheaper"}
    kept = {name: text for name, text in typed.items() if name in form}
    refused = await clerk.post(path(filed, action), {**form, **kept})
    assert refused.status_code == 422
    assert 'href="#field-name"' in refused.text
    for text in kept.values():
        assert text in refused.text
    assert await orders_of(make, filed) == []


@pytest.mark.parametrize("action", [ACCEPTANCE, REFUSAL, WISH])
async def test_an_answer_to_an_earlier_revision_is_shown_what_stands_now(
    site: Any, make: Factory, settings: Settings, action: str
) -> None:
    filed = await sent_quote(make, settings)
    clerk = await clerk_of(filed, site, make)
    form = await form_for(clerk, filed, action)
    await sent_quote(make, settings, filed)
    given = {**form, "name": "Li Wei", "reason": "Too dear", "wish": "Cheaper"}
    late = await clerk.post(path(filed, action), given)
    assert late.status_code == 409
    assert "A newer revision of this quote is there" in late.text
    assert "Li Wei" in late.text


async def test_only_an_open_quote_has_these_forms(
    site: Any, make: Factory, settings: Settings
) -> None:
    asked, over = await filed_request(make), await accepted_quote(make, settings)
    for filed in (asked, over):
        clerk = await clerk_of(filed, site, make)
        for action, panel in PANELS.items():
            page = await clerk.get(path(filed, f"?do={panel}"))
            assert page.status_code == 200
            assert f'action="{path(filed, action)}"' not in page.text
            sent = {"revision": "1", "name": "Li Wei", "reason": "x", "wish": "x"}
            assert (await clerk.post(path(filed, action), sent)).status_code == 409


async def test_others_teams_have_nothing_to_record(  # rule A6
    site: Any, make: Factory, settings: Settings
) -> None:
    filed = await sent_quote(make, settings)
    stranger = await signed_in(site, make, await make.staff())
    await stranger.get("/staff")
    for action in PANELS:
        sent = {"revision": "1", "name": "Li Wei", "reason": "x", "wish": "x"}
        assert (await stranger.post(path(filed, action), sent)).status_code == 404
