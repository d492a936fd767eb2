"""A request from the first word to its confirmation, by a buyer without script."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from portal.domain.common.permissions import CustomerRole
from tests.customer.forms import fields_of
from tests.factories import Factory
from tests.scenarios import Cast, cast_of
from tests.visitor import Visitor, signed_in

SOON = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
TEXT = ("drawing.txt", b"Shaft 40 mm, k6\n", "text/plain")


def draft_path(answer: httpx.Response) -> str:
    """Where an accepted button led, without query and place."""
    assert answer.status_code == 303, answer.text
    path = answer.headers["location"].partition("?")[0].partition("#")[0]
    assert path.startswith("/quotes/drafts/RFQ-")
    return str(path.removesuffix("/check"))


def complete(cast: Cast) -> dict[str, str]:
    return {
        "title": "Bearings for the new line",
        "urgency": "normal",
        "wanted_on": SOON,
        "transport": "road",
        "ship_to": str(cast.account.ship_to_id),
        "lines-0-sku": cast.sku,
        "lines-0-quantity": "40",
    }


async def new_form(visitor: Visitor) -> dict[str, Any]:
    return fields_of((await visitor.get("/quotes/new")).text, "/quotes/new")


async def requests_of(make: Factory, cast: Cast) -> list[str]:
    rows = await make.owner.fetch(
        """SELECT reference FROM quote_request
           WHERE account_id = $1 AND submitted_at IS NOT NULL""",
        cast.account.id,
    )
    return [row["reference"] for row in rows]


async def test_a_buyer_asks_checks_and_is_told_by_when(  # rules Q1, Q2
    site: Any, make: Factory
) -> None:
    cast = await cast_of(make)
    buyer = await signed_in(site, make, cast.buyer)
    form = {**await new_form(buyer), **complete(cast), "remarks": "As last year.", "_check": "yes"}
    checked = await buyer.post("/quotes/new", form)
    assert checked.headers["location"].endswith("/check")
    draft = draft_path(checked)
    page = (await buyer.get(f"{draft}/check")).text
    for shown in ("Bearings for the new line", cast.sku, "40 pcs", "Road freight", "As last year."):
        assert shown in page
    assert "Sent now, we answer by" in page
    sent = await buyer.post(f"{draft}/check", fields_of(page, f"{draft}/check"))
    reference = draft.rsplit("/", 1)[1]
    assert sent.headers["location"] == f"/quotes/{reference}/sent"
    confirmation = (await buyer.get(sent.headers["location"])).text
    assert reference in confirmation
    assert cast.representative.name in confirmation
    assert "Due in" in confirmation
    assert "What happens next" in confirmation
    assert await requests_of(make, cast) == [reference]


async def test_what_is_wrong_is_said_at_each_field_and_nothing_typed_is_lost(
    site: Any, make: Factory
) -> None:
    cast = await cast_of(make)
    buyer = await signed_in(site, make, cast.buyer)
    form = {
        **await new_form(buyer),
        "title": "",
        "urgency": "urgent",
        "remarks": "Keep <b>this</b>",
        "wanted_on": "soon",
        "ship_to": str(cast.account.ship_to_id),
        "lines-0-sku": "NO-SUCH",
        "lines-0-quantity": "many",
        "lines-1-description": "Seal",
        "lines-1-quantity": "0",
        "lines-1-unit": "pcs",
        "_check": "yes",
    }
    refused = await buyer.post("/quotes/new", form)
    assert refused.status_code == 422
    page = refused.text
    assert "<title>Error:" in page
    for field in ("title", "urgent_reason", "wanted_on", "lines-0-sku", "lines-0-quantity"):
        assert f'href="#field-{field}"' in page, field
    assert 'href="#field-lines-1-quantity"' in page
    assert page.index("#field-title") < page.index("#field-lines-0-sku")
    assert page.index("#field-lines-1-quantity") < page.index('href="#field-wanted_on"')
    kept = fields_of(page, "/quotes/new")
    for name in ("remarks", "wanted_on", "lines-0-sku", "lines-0-quantity", "lines-1-description"):
        assert kept[name] == form[name]
    assert kept["urgency"] == "urgent"
    assert cast.representative.name in page  # rule Q2: whom to call
    assert cast.assistant.name in page
    assert await requests_of(make, cast) == []


async def test_chosen_files_outlive_a_refused_form_and_go_with_the_request(
    site: Any, make: Factory
) -> None:
    cast = await cast_of(make)
    buyer = await signed_in(site, make, cast.buyer)
    form = {**await new_form(buyer), **complete(cast), "title": "", "_check": "yes"}
    refused = await buyer.post("/quotes/new", form, files={"files": TEXT})
    assert refused.status_code == 422
    assert "drawing.txt" in refused.text
    again = {**fields_of(refused.text, "/quotes/new"), "title": "With drawing", "_check": "yes"}
    draft = draft_path(await buyer.post("/quotes/new", again))
    page = (await buyer.get(f"{draft}/check")).text
    assert "drawing.txt" in page
    await buyer.post(f"{draft}/check", fields_of(page, f"{draft}/check"))
    record = (await buyer.get(f"/quotes/{draft.rsplit('/', 1)[1]}")).text
    assert "drawing.txt" in record


async def test_a_refused_file_is_said_and_the_rest_is_kept(site: Any, make: Factory) -> None:
    cast = await cast_of(make)
    buyer = await signed_in(site, make, cast.buyer)
    form = {**await new_form(buyer), **complete(cast), "_save": "yes"}
    page = b"<!doctype html><html><script>alert(1)</script></html>"
    refused = await buyer.post("/quotes/new", form, files={"files": ("x.html", page, "text/html")})
    assert refused.status_code == 422
    assert "is a web page" in refused.text
    assert fields_of(refused.text, "/quotes/new")["title"] == form["title"]


async def test_a_kept_file_can_be_removed(site: Any, make: Factory) -> None:
    cast = await cast_of(make)
    buyer = await signed_in(site, make, cast.buyer)
    form = {**await new_form(buyer), "title": "With drawing", "_save": "yes"}
    saved = await buyer.post("/quotes/new", form, files={"files": TEXT})
    assert saved.headers["location"] == "/quotes"
    listed = (await buyer.get("/quotes?status=draft")).text
    draft = "/quotes/drafts/" + listed.split("/quotes/drafts/")[1].split('"')[0]
    fields = fields_of((await buyer.get(draft)).text, draft)
    dropped = await buyer.post(draft, {**fields, "files_drop": fields["files_kept"]})
    assert "drawing.txt" not in (await buyer.get(draft_path(dropped))).text


async def test_rows_are_added_removed_pasted_and_picked_without_script(
    site: Any, make: Factory
) -> None:
    cast = await cast_of(make)
    buyer = await signed_in(site, make, cast.buyer)
    first = {**await new_form(buyer), "lines-0-description": "Seal", "_add_lines": "1"}
    draft = draft_path(await buyer.post("/quotes/new", first))
    rows = fields_of((await buyer.get(draft)).text, draft)
    assert "lines-3-sku" in rows
    assert rows["lines-0-description"] == "Seal"
    pasted = 'Item no.\tDescription\tQuantity\tUnit\n\t"Hose, ""long"""\t1,200\tm\n\tBolt\t5\t件\n'
    await buyer.post(draft, {**rows, "pasted": pasted, "_paste": "yes"})
    rows = fields_of((await buyer.get(draft)).text, draft)
    assert rows["lines-1-description"] == 'Hose, "long"'
    assert rows["lines-1-quantity"] == "1,200"
    assert rows["lines-2-unit"] == "件"
    await buyer.post(draft, {**rows, "_remove_lines": "1"})
    rows = fields_of((await buyer.get(draft)).text, draft)
    assert rows["lines-1-description"] == "Bolt"
    found = await buyer.post(draft, {**rows, "find": cast.sku, "_find": "yes"})
    page = (await buyer.get(found.headers["location"])).text
    assert f'name="_pick" value="{cast.sku}"' in page
    await buyer.post(draft, {**rows, "_pick": cast.sku})
    rows = fields_of((await buyer.get(draft)).text, draft)
    assert rows["lines-2-sku"] == cast.sku


async def test_text_left_in_the_paste_field_is_not_lost(site: Any, make: Factory) -> None:
    cast = await cast_of(make)
    buyer = await signed_in(site, make, cast.buyer)
    form = {**await new_form(buyer), **complete(cast), "pasted": "\tBolt M8\t20\tpcs"}
    draft = draft_path(await buyer.post("/quotes/new", {**form, "_check": "yes"}))
    assert "Bolt M8" in (await buyer.get(f"{draft}/check")).text


async def test_a_unit_typed_in_chinese_is_the_houses_unit(site: Any, make: Factory) -> None:
    cast = await cast_of(make)
    buyer = await signed_in(site, make, cast.buyer)
    line = {"lines-0-sku": "", "lines-0-description": "Bolt", "lines-0-unit": "件"}
    form = {**await new_form(buyer), **complete(cast), **line, "_check": "yes"}
    draft = draft_path(await buyer.post("/quotes/new", form))
    assert "40 pcs" in (await buyer.get(f"{draft}/check")).text


async def test_sent_twice_it_is_one_request(site: Any, make: Factory) -> None:
    cast = await cast_of(make)
    buyer = await signed_in(site, make, cast.buyer)
    form = {**await new_form(buyer), **complete(cast), "_check": "yes"}
    one, two = await asyncio.gather(
        buyer.post("/quotes/new", form), buyer.post("/quotes/new", form)
    )
    draft = draft_path(one)
    assert draft_path(two) == draft
    sending = fields_of((await buyer.get(f"{draft}/check")).text, f"{draft}/check")
    answers = await asyncio.gather(*(buyer.post(f"{draft}/check", sending) for _ in range(4)))
    assert {answer.headers["location"] for answer in answers} == {
        f"/quotes/{draft.rsplit('/', 1)[1]}/sent"
    }
    assert len(await requests_of(make, cast)) == 1


async def test_back_to_a_sent_form_starts_another_request(site: Any, make: Factory) -> None:
    cast = await cast_of(make)
    buyer = await signed_in(site, make, cast.buyer)
    form = {**await new_form(buyer), **complete(cast), "_check": "yes"}
    draft = draft_path(await buyer.post("/quotes/new", form))
    await buyer.post(f"{draft}/check", {})
    assert (await buyer.get(draft)).headers["location"] == f"/quotes/{draft.rsplit('/', 1)[1]}"
    assert draft_path(await buyer.post("/quotes/new", form)) != draft


async def test_a_draft_is_resumed_and_discarded_by_its_writer_only(
    site: Any, make: Factory
) -> None:
    cast = await cast_of(make)
    buyer = await signed_in(site, make, cast.buyer)
    form = {**await new_form(buyer), "title": "Half a thought", "_find": "y", "find": "x"}
    draft = draft_path(await buyer.post("/quotes/new", form))
    assert "Half a thought" in (await buyer.get(draft)).text
    assert "Half a thought" in (await buyer.get("/")).text
    for stranger in (await make.buyer(cast.account), (await cast_of(make)).buyer):
        other = await signed_in(site, make, stranger)
        assert (await other.get(draft)).status_code == 404
        assert (await other.get(f"{draft}/check")).status_code == 404
        assert (await other.post(draft, form)).status_code == 404
        assert (await other.post(f"{draft}/discard")).status_code == 404
        assert (await other.get(f"/quotes/{draft.rsplit('/', 1)[1]}")).status_code == 404
        assert "Half a thought" not in (await other.get("/quotes")).text
    assert "thrown away" in (await buyer.get(f"{draft}/discard")).text
    gone = await buyer.post(f"{draft}/discard")
    assert gone.headers["location"] == "/quotes"
    assert (await buyer.get(draft)).status_code == 404


async def test_an_earlier_request_can_be_copied(site: Any, make: Factory) -> None:
    cast = await cast_of(make)
    buyer = await signed_in(site, make, cast.buyer)
    form = {**await new_form(buyer), **complete(cast), "_check": "yes"}
    draft = draft_path(await buyer.post("/quotes/new", form))
    await buyer.post(f"{draft}/check", {})
    page = await buyer.get(f"/quotes/new?like={draft.rsplit('/', 1)[1]}")
    copied = fields_of(page.text, "/quotes/new")
    assert copied["lines-0-sku"] == cast.sku
    assert copied["lines-0-quantity"] == "40"
    assert (await buyer.get("/quotes/new?like=RFQ-2020-99999")).status_code == 404
    assert (
        fields_of((await buyer.get(f"/quotes/new?sku={cast.sku}")).text, "/quotes/new")[
            "lines-0-sku"
        ]
        == cast.sku
    )


async def test_readers_ask_for_nothing(site: Any, make: Factory) -> None:
    cast = await cast_of(make)
    reader = await signed_in(site, make, await make.buyer(cast.account, CustomerRole.READER))
    assert (await reader.get("/quotes/new")).status_code == 403
    assert (await reader.post("/quotes/new", complete(cast))).status_code == 403
    for path in ("/", "/quotes"):
        assert "New request" not in (await reader.get(path)).text


async def test_the_catalogue_shows_own_prices_and_no_list_price(  # rule O5
    site: Any, make: Factory
) -> None:
    cast = await cast_of(make)
    await make.insert("safety_stock", account_id=cast.account.id, item_id=cast.item_id, quantity=7)
    buyer = await signed_in(site, make, cast.buyer)
    page = (await buyer.get(f"/catalogue?find={cast.sku}")).text
    assert cast.sku in page
    assert "held for you: 7" in page
    assert "12.5" not in page
    htmx = await signed_in(site, make, cast.buyer, htmx=True)
    fragment = (await htmx.get(f"/catalogue?find={cast.sku}")).text
    assert "<html" not in fragment
    assert 'name="_pick"' in fragment
    numbers = (await htmx.get(f"/catalogue/numbers?lines-0-sku={cast.sku}")).text
    assert f'<option value="{cast.sku}">' in numbers
    assert "<html" in (await buyer.get(f"/catalogue/numbers?lines-0-sku={cast.sku}")).text
