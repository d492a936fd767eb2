"""Pricing, review and sending on the pages: who may what, and that the sent paper stays."""

import hashlib
import re
from typing import Any

from portal.settings import Settings
from tests.factories import Factory
from tests.scenarios import Filed, filed_request, quote_in_draft, sent_quote
from tests.staff.pricing_form import fields_of, pricing_form
from tests.visitor import Visitor, signed_in


def path(filed: Filed, rest: str = "") -> str:
    return f"/staff/quotes/{filed.reference}{rest}"


async def clerk_of(filed: Filed, site: Any, make: Factory) -> Visitor:
    return await signed_in(site, make, filed.cast.representative)


async def ask_for_review(clerk: Visitor, filed: Filed, **typed: str) -> None:
    form = await pricing_form(clerk, filed.reference)
    sent = await clerk.post(path(filed, "/revision"), {**form, **typed, "_review": "yes"})
    assert sent.status_code == 303, sent.text


async def approve(reviewer: Visitor, filed: Filed, make: Factory) -> int:
    version = await make.owner.fetchval(
        """SELECT q.version FROM quote q JOIN quote_request r ON r.id = q.request_id
           WHERE r.reference = $1 ORDER BY q.revision DESC LIMIT 1""",
        filed.reference,
    )
    form = {"version": str(version), "note": ""}
    return (await reviewer.post(path(filed, "/revision/approval"), form)).status_code


async def test_the_main_path_from_request_to_sent_quote(site: Any, make: Factory) -> None:
    filed = await filed_request(make)
    clerk = await clerk_of(filed, site, make)
    begun = await clerk.post(path(filed, "/revision/start"))
    assert begun.headers["location"] == path(filed, "/revision")
    form = await pricing_form(clerk, filed.reference)
    assert form["lines-0-unit_price"] == "12.5"  # prefilled from the list
    form |= {"promised_ship_on": "2099-01-15", "valid_until": "2098-12-01", "judgement": "yes"}
    asked = await clerk.post(path(filed, "/revision"), {**form, "_review": "yes"})
    assert asked.status_code == 303, asked.text
    reviewer = await signed_in(site, make, filed.cast.colleague)
    assert await approve(reviewer, filed, make) == 303
    check = (await clerk.get(path(filed, "/revision/send"))).text
    assert "It cannot be changed any more." in check
    version = re.search(r'name="version" value="(\d+)"', check)
    assert version
    sent = await clerk.post(path(filed, "/revision/send"), {"version": version[1]})
    assert sent.status_code == 303, sent.text
    page = (await clerk.get(path(filed))).text
    link = re.search(r'href="(/staff/files/[^"]+)" download>PDF', page)
    assert link
    paper = await clerk.get(link[1])
    stored = await make.owner.fetchval(
        """SELECT document_sha256 FROM quote q JOIN quote_request r ON r.id = q.request_id
           WHERE r.reference = $1""",
        filed.reference,
    )
    assert paper.content.startswith(b"%PDF")
    assert hashlib.sha256(paper.content).hexdigest() == stored
    buyer = await signed_in(site, make, filed.cast.buyer)
    assert "565.00" in (await buyer.get(f"/quotes/{filed.reference}")).text


async def test_totals_are_worked_out_on_saving(site: Any, make: Factory) -> None:
    filed = await quote_in_draft(make)
    clerk = await clerk_of(filed, site, make)
    form = await pricing_form(clerk, filed.reference)
    saved = await clerk.post(
        path(filed, "/revision"), {**form, "lines-0-unit_price": "10", "discount_percent": "5"}
    )
    assert saved.status_code == 303
    page = (await clerk.get(path(filed, "/revision"))).text
    assert "380.00" in page
    assert "429.40" in page
    clerk.htmx = True
    again = await clerk.post(path(filed, "/revision"), fields_of(page))
    assert again.status_code == 200
    assert 'id="revision"' in again.text


async def test_a_wrong_cell_says_so_and_everything_typed_stays(site: Any, make: Factory) -> None:
    filed = await quote_in_draft(make)
    clerk = await clerk_of(filed, site, make)
    form = await pricing_form(clerk, filed.reference)
    refused = await clerk.post(
        path(filed, "/revision"),
        {**form, "lines-0-unit_price": "twelve", "note": "Kept all the same"},
    )
    assert refused.status_code == 422
    assert 'href="#field-lines-0-unit_price"' in refused.text
    assert 'value="twelve"' in refused.text
    assert "Kept all the same" in refused.text


async def test_rows_are_added_and_removed_without_script(site: Any, make: Factory) -> None:
    filed = await quote_in_draft(make)
    clerk = await clerk_of(filed, site, make)
    form = await pricing_form(clerk, filed.reference)
    more = await clerk.post(path(filed, "/revision"), {**form, "_add_lines": "1"})
    assert more.status_code == 200
    assert 'name="lines-1-sku"' in more.text
    fewer = await clerk.post(
        path(filed, "/revision"), {**fields_of(more.text), "_remove_lines": "1"}
    )
    assert 'name="lines-1-sku"' not in fewer.text


async def test_of_two_who_save_the_second_sees_both_versions(site: Any, make: Factory) -> None:
    filed = await quote_in_draft(make)
    one = await clerk_of(filed, site, make)
    other = await signed_in(site, make, filed.cast.colleague)
    form = await pricing_form(one, filed.reference)
    theirs = {**form, "note": "Theirs was first", "lines-0-unit_price": "11"}
    assert (await other.post(path(filed, "/revision"), theirs)).status_code == 303
    mine = {**form, "note": "Mine is typed", "lines-0-unit_price": "9"}
    late = await one.post(path(filed, "/revision"), mine)
    assert late.status_code == 409
    for words in ("Theirs was first", "Mine is typed", filed.cast.colleague.name, "Two versions"):
        assert words in late.text
    again = await one.post(path(filed, "/revision"), fields_of(late.text))
    assert again.status_code == 303
    assert "Mine is typed" in (await one.get(path(filed, "/revision"))).text


async def test_nobody_reviews_their_own_work(site: Any, make: Factory) -> None:  # rule Q5
    filed = await quote_in_draft(make)
    clerk = await clerk_of(filed, site, make)
    await ask_for_review(clerk, filed)
    page = (await clerk.get(path(filed, "/revision"))).text
    assert "/revision/approval" not in page
    assert await approve(clerk, filed, make) == 403


async def test_a_discount_beyond_policy_needs_the_supervisor(  # rule Q5
    site: Any, make: Factory
) -> None:
    filed = await quote_in_draft(make)
    clerk = await clerk_of(filed, site, make)
    await ask_for_review(clerk, filed, discount_percent="12.5")
    assert "a sales supervisor approves" in (await clerk.get(path(filed))).text
    colleague = await signed_in(site, make, filed.cast.colleague)
    assert "/revision/approval" not in (await colleague.get(path(filed, "/revision"))).text
    assert await approve(colleague, filed, make) == 403
    supervisor = await signed_in(site, make, filed.cast.supervisor)
    assert "/revision/approval" in (await supervisor.get(path(filed, "/revision"))).text
    assert await approve(supervisor, filed, make) == 303


async def test_a_revision_comes_back_with_what_has_to_change(site: Any, make: Factory) -> None:
    filed = await quote_in_draft(make)
    clerk = await clerk_of(filed, site, make)
    await ask_for_review(clerk, filed)
    reviewer = await signed_in(site, make, filed.cast.colleague)
    page = (await reviewer.get(path(filed, "/revision"))).text
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version
    form = {"version": version[1], "note": ""}
    assert (await reviewer.post(path(filed, "/revision/return"), form)).status_code == 422
    form["note"] = "Freight is missing."
    assert (await reviewer.post(path(filed, "/revision/return"), form)).status_code == 303
    assert "Freight is missing." in (await clerk.get(path(filed))).text


async def test_free_goods_need_the_document_of_the_customer(  # rule Q6
    site: Any, make: Factory
) -> None:
    filed = await quote_in_draft(make)
    clerk = await clerk_of(filed, site, make)
    form = await pricing_form(clerk, filed.reference)
    free = {**form, "lines-0-gift_document": "free", "_review": "yes"}
    refused = await clerk.post(path(filed, "/revision"), free)
    assert refused.status_code == 422
    assert 'href="#field-lines-0-gift_document"' in refused.text
    form = {**fields_of(refused.text), "_review": "yes", "_form_key": "gift-document-form-1"}
    agreed = await clerk.post(
        path(filed, "/revision"),
        form,
        files={"files": ("agreed.txt", b"We agree to 40 free bearings. Zhou", "text/plain")},
    )
    assert agreed.status_code == 303, agreed.text
    page = (await clerk.get(path(filed, "/revision"))).text
    assert "free of charge" in page
    buyer = await signed_in(site, make, filed.cast.buyer)
    assert "agreed.txt" not in (await buyer.get(f"/quotes/{filed.reference}")).text


async def test_what_is_saved_stays_when_the_review_is_refused(site: Any, make: Factory) -> None:
    filed = await filed_request(make)
    clerk = await clerk_of(filed, site, make)
    await clerk.post(path(filed, "/revision/start"))
    form = await pricing_form(clerk, filed.reference)
    refused = await clerk.post(
        path(filed, "/revision"), {**form, "note": "Written down", "_review": "yes"}
    )
    assert refused.status_code == 422  # nothing is promised yet and nobody has judged it
    assert 'href="#field-promised_ship_on"' in refused.text
    assert 'href="#field-judgement"' in refused.text
    assert (await pricing_form(clerk, filed.reference))["note"] == "Written down"


async def test_nothing_is_sent_without_its_review(site: Any, make: Factory) -> None:  # rule Q5
    filed = await quote_in_draft(make)
    clerk = await clerk_of(filed, site, make)
    page = (await clerk.get(path(filed, "/revision/send"))).text
    assert "Send the quote" not in page
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version
    refused = await clerk.post(path(filed, "/revision/send"), {"version": version[1]})
    assert refused.status_code == 409
    assert "has not been approved yet" in refused.text


async def test_what_changed_since_it_was_looked_at_is_not_sent(site: Any, make: Factory) -> None:
    filed = await quote_in_draft(make)
    clerk = await clerk_of(filed, site, make)
    await ask_for_review(clerk, filed)
    supervisor = await signed_in(site, make, filed.cast.supervisor)
    assert await approve(supervisor, filed, make) == 303
    refused = await clerk.post(path(filed, "/revision/send"), {"version": "1"})
    assert refused.status_code == 409


async def test_a_draft_is_previewed_and_the_sent_one_is_the_stored_document(
    site: Any, make: Factory, settings: Settings
) -> None:
    filed = await quote_in_draft(make)
    clerk = await clerk_of(filed, site, make)
    preview = await clerk.get(path(filed, "/revisions/1/preview"))
    assert preview.headers["content-type"] == "application/pdf"
    assert "attachment" in preview.headers["content-disposition"]
    sent = await sent_quote(make, settings)
    clerk = await clerk_of(sent, site, make)
    assert (await clerk.get(path(sent, "/revisions/1/preview"))).status_code == 404
    page = (await clerk.get(path(sent, "/revisions/1"))).text
    assert "PDF as sent" in page
    assert 'id="price-form"' not in page  # it cannot be changed any more


async def test_the_next_revision_says_what_is_otherwise(
    site: Any, make: Factory, settings: Settings
) -> None:
    filed = await sent_quote(make, settings)
    clerk = await clerk_of(filed, site, make)
    await clerk.post(path(filed, "/revision/start"))
    form = await pricing_form(clerk, filed.reference)
    await clerk.post(path(filed, "/revision"), {**form, "lines-0-unit_price": "11.25"})
    page = (await clerk.get(path(filed, "/revision"))).text
    assert "Changes from revision 1" in page
    assert "<del>12.5000</del> <ins>11.2500</ins>" in page


async def test_files_of_a_hidden_request_are_not_there(  # rule A6
    site: Any, make: Factory, settings: Settings
) -> None:
    filed = await sent_quote(make, settings)
    clerk = await clerk_of(filed, site, make)
    link = re.search(r'href="(/staff/files/[^"]+)"', (await clerk.get(path(filed))).text)
    assert link
    assert (await clerk.get(link[1])).status_code == 200
    stranger = await signed_in(site, make, await make.staff())
    assert (await stranger.get(link[1])).status_code == 404
