"""Requests taken by phone or e-mail, entered for the customer and marked so (rule Q1)."""

import re
from typing import Any

from tests.factories import Factory
from tests.scenarios import Cast, cast_of
from tests.visitor import Visitor, signed_in


async def contact_of(cast: Cast, make: Factory) -> int:
    sql = "SELECT id FROM contact WHERE account_id = $1 ORDER BY id LIMIT 1"
    return int(await make.owner.fetchval(sql, cast.account.id))


def typed(cast: Cast, contact_id: int) -> dict[str, str]:
    return {
        "channel": "phone",
        "contact": str(contact_id),
        "title": "Bearings for the mixer",
        "lines-0-sku": cast.sku,
        "lines-0-quantity": "40",
        "wanted_on": "2027-03-01",
        "transport": "supplier_choice",
        "ship_to": str(cast.account.ship_to_id),
        "urgency": "normal",
        "_form_key": "entry-of-a-request-by-phone",
    }


def address(cast: Cast) -> str:
    return f"/staff/quotes/new?account={cast.account.code}"


async def clerk_of(cast: Cast, site: Any, make: Factory) -> Visitor:
    clerk = await signed_in(site, make, cast.assistant)
    await clerk.get(address(cast))
    return clerk


async def test_a_request_by_phone_is_filed_and_says_who_entered_it(
    site: Any, make: Factory
) -> None:
    cast = await cast_of(make)
    clerk = await clerk_of(cast, site, make)
    filed = await clerk.post(address(cast), typed(cast, await contact_of(cast, make)))
    assert filed.status_code == 303, filed.text
    page = (await clerk.get(filed.headers["location"])).text
    assert "Phone · " + cast.assistant.name in page
    assert cast.buyer.name in page
    assert "Due in" in page  # the clock runs from now on
    buyer = await signed_in(site, make, cast.buyer)
    reference = filed.headers["location"].rsplit("/", 1)[1]
    assert "Bearings for the mixer" in (await buyer.get(f"/quotes/{reference}")).text


async def test_the_same_form_sent_twice_makes_one_request(site: Any, make: Factory) -> None:
    cast = await cast_of(make)
    clerk = await clerk_of(cast, site, make)
    form = typed(cast, await contact_of(cast, make))
    first, second = await clerk.post(address(cast), form), await clerk.post(address(cast), form)
    assert first.headers["location"] == second.headers["location"]


async def test_an_urgent_request_by_phone_records_its_call(  # rule Q2
    site: Any, make: Factory
) -> None:
    cast = await cast_of(make)
    clerk = await clerk_of(cast, site, make)
    form = typed(cast, await contact_of(cast, make))
    form |= {"urgency": "urgent", "urgent_reason": "The mixer stands"}
    filed = await clerk.post(address(cast), form)
    assert f"Call with {cast.buyer.name}" in (await clerk.get(filed.headers["location"])).text


async def test_what_is_missing_is_said_at_its_cell_and_the_rest_stays(
    site: Any, make: Factory
) -> None:
    cast = await cast_of(make)
    clerk = await clerk_of(cast, site, make)
    form = typed(cast, await contact_of(cast, make))
    refused = await clerk.post(address(cast), {**form, "contact": "", "lines-0-quantity": "many"})
    assert refused.status_code == 422
    links = re.findall(r'href="#field-([^"]+)"', refused.text)
    assert links[:2] == ["contact", "lines-0-quantity"]
    assert 'value="many"' in refused.text
    assert 'value="Bearings for the mixer"' in refused.text


async def test_the_customer_is_chosen_first(site: Any, make: Factory) -> None:
    cast = await cast_of(make)
    clerk = await signed_in(site, make, cast.representative)
    page = (await clerk.get("/staff/quotes/new")).text
    assert f"account={cast.account.code}" in page
    stranger = await signed_in(site, make, await make.staff())
    assert (await stranger.get(address(cast))).status_code == 404  # rule A6
    refused = await stranger.post(address(cast), typed(cast, 1))
    assert refused.status_code == 404
