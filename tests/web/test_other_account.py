"""A mail's link into another of one's accounts: the way there is offered, to members only."""

from typing import Any

import pytest

from portal.settings import Settings
from tests.customer.forms import fields_of
from tests.factories import Factory
from tests.scenarios import Filed, accepted_quote
from tests.visitor import Visitor, signed_in

NOT_THERE = "There is no such page"
OFFERED = "This belongs to another of your accounts"


@pytest.fixture
async def filed(make: Factory, settings: Settings) -> Filed:
    return await accepted_quote(make, settings)


async def member_of_both(site: Any, make: Factory, filed: Filed) -> Visitor:
    """Somebody who acts for an account of their own and may act for that of the request."""
    buyer = await make.buyer(await make.account())
    await make.member(buyer, filed.cast.account)
    return await signed_in(site, make, buyer)


async def test_who_may_act_for_the_account_is_led_there(
    site: Any, make: Factory, filed: Filed
) -> None:
    assert filed.order
    for path in (f"/quotes/{filed.reference}", f"/orders/{filed.order.order_reference}"):
        visitor = await member_of_both(site, make, filed)
        met = await visitor.get(path)
        assert met.status_code == 404
        assert OFFERED in met.text
        assert filed.cast.account.name in met.text
        switched = await visitor.post("/membership", switch_form(met.text))
        assert switched.headers["location"] == path
        assert (await visitor.get(path)).status_code == 200


def switch_form(page: str) -> dict[str, Any]:
    """The form of the error page: the first that switches is the menu of the frame."""
    return fields_of(page.split('class="error-page"')[1], "/membership")


async def test_others_cannot_tell_it_from_what_does_not_exist(
    site: Any, make: Factory, filed: Filed
) -> None:
    one, two = await make.account(), await make.account()
    buyer = await make.buyer(one)
    await make.member(buyer, two)
    former = await make.buyer(one)
    await make.member(former, two)
    await make.member(former, filed.cast.account)
    await make.owner.execute(
        "UPDATE membership SET ended_at = now() WHERE person_id = $1 AND account_id = $2",
        former.person_id,
        filed.cast.account.id,
    )
    for actor in (buyer, former, await make.buyer(one)):
        visitor = await signed_in(site, make, actor)
        foreign = await visitor.get(f"/quotes/{filed.reference}")
        unknown = await visitor.get("/quotes/RFQ-2026-99999")
        assert foreign.status_code == unknown.status_code == 404
        assert NOT_THERE in foreign.text
        assert OFFERED not in foreign.text
        assert filed.cast.account.name not in foreign.text


async def test_drafts_of_others_stay_theirs(site: Any, make: Factory, filed: Filed) -> None:
    reference = await make.owner.fetchval(
        """INSERT INTO quote_request (account_id, reference, status, requested_by, created_at,
               updated_at)
           VALUES ($1, 'RFQ-2025-90001', 'draft', $2, now(), now()) RETURNING reference""",
        filed.cast.account.id,
        filed.cast.buyer.person_id,
    )
    visitor = await member_of_both(site, make, filed)
    assert OFFERED not in (await visitor.get(f"/quotes/{reference}")).text


async def test_a_page_to_go_on_with_is_one_of_ours(site: Any, make: Factory, filed: Filed) -> None:
    visitor = await member_of_both(site, make, filed)
    await visitor.get("/")
    code = await make.owner.fetchval(
        "SELECT code FROM account WHERE id = $1", filed.cast.account.id
    )
    for wanted in ("https://evil.example/", "//evil.example", "/\\evil.example"):
        answer = await visitor.post("/membership", {"account": code, "next": wanted})
        assert answer.headers["location"] == "/"
        await visitor.get("/")


async def test_fragments_and_forms_offer_nothing(site: Any, make: Factory, filed: Filed) -> None:
    visitor = await member_of_both(site, make, filed)
    refused = await visitor.post(f"/quotes/{filed.reference}/withdraw", {"reason": ""})
    assert refused.status_code == 404
    assert OFFERED not in refused.text
    visitor.htmx = True
    part = await visitor.get(f"/quotes/{filed.reference}/fragments/state")
    assert part.status_code == 404
    assert OFFERED not in part.text
