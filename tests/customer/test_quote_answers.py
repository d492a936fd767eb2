"""What a buyer does with a request once it was sent."""

import asyncio
from typing import Any

from portal.domain.common.payment_terms import PaymentTerms
from portal.domain.quotes import conversation
from portal.domain.quotes.access import find
from portal.settings import Settings
from tests.customer.forms import fields_of
from tests.factories import Factory, acting
from tests.scenarios import Filed, filed_request, sent_quote
from tests.visitor import Visitor, signed_in

TEXT = ("type plate.txt", b"16 bar, DN12\n", "text/plain")


def path(filed: Filed, rest: str = "") -> str:
    return f"/quotes/{filed.reference}{rest}"


async def buyer_of(filed: Filed, site: Any, make: Factory) -> Visitor:
    return await signed_in(site, make, filed.cast.buyer)


async def form_at(visitor: Visitor, where: str) -> dict[str, Any]:
    return fields_of((await visitor.get(where)).text, where)


async def orders_of(make: Factory, filed: Filed) -> list[str]:
    rows = await make.owner.fetch(
        "SELECT reference FROM sales_order WHERE account_id = $1", filed.cast.account.id
    )
    return [row["reference"] for row in rows]


async def test_accepting_places_an_order_and_says_what_is_next(  # rules Q5, O1
    site: Any, make: Factory, settings: Settings
) -> None:
    filed = await sent_quote(make, settings)
    buyer = await buyer_of(filed, site, make)
    page = (await buyer.get(path(filed, "/accept"))).text
    assert "CN¥565.00" in page
    assert "What happens when you accept" in page
    form = fields_of(page, path(filed, "/accept"))
    assert form["name"] == filed.cast.buyer.name
    placed = await buyer.post(
        path(filed, "/accept"), {**form, "name": "Sun Yan", "purchase_order_number": "PO-77"}
    )
    (reference,) = await orders_of(make, filed)
    assert placed.headers["location"] == f"/orders/{reference}/placed"
    confirmation = (await buyer.get(placed.headers["location"])).text
    for shown in (reference, "Sun Yan", "PO-77", "CN¥565.00", "We ship by"):
        assert shown in confirmation
    order = (await buyer.get(f"/orders/{reference}")).text
    assert f"/quotes/{filed.reference}?revision=1" in order


async def test_accepted_many_times_it_is_one_order(
    site: Any, make: Factory, settings: Settings
) -> None:
    filed = await sent_quote(make, settings)
    buyer = await buyer_of(filed, site, make)
    form = await form_at(buyer, path(filed, "/accept"))
    done = await asyncio.gather(*(buyer.post(path(filed, "/accept"), form) for _ in range(6)))
    (reference,) = await orders_of(make, filed)
    assert {answer.headers["location"] for answer in done} == {f"/orders/{reference}/placed"}


async def test_without_a_name_nothing_is_accepted(
    site: Any, make: Factory, settings: Settings
) -> None:
    filed = await sent_quote(make, settings)
    buyer = await buyer_of(filed, site, make)
    form = await form_at(buyer, path(filed, "/accept"))
    refused = await buyer.post(
        path(filed, "/accept"), {**form, "name": " ", "purchase_order_number": "PO-78"}
    )
    assert refused.status_code == 422
    assert 'href="#field-name"' in refused.text
    assert fields_of(refused.text, path(filed, "/accept"))["purchase_order_number"] == "PO-78"
    assert await orders_of(make, filed) == []


async def test_a_superseded_revision_cannot_be_accepted_and_the_newest_is_shown(  # rule Q5
    site: Any, make: Factory, settings: Settings
) -> None:
    filed = await sent_quote(make, settings)
    buyer = await buyer_of(filed, site, make)
    form = await form_at(buyer, path(filed, "/accept"))
    await sent_quote(make, settings, filed, payment_terms=PaymentTerms.DEPOSIT)
    for action in ("/accept", "/decline", "/another-revision"):
        late = await buyer.post(path(filed, action), {**form, "reason": "x", "wish": "x"})
        assert late.status_code == 409
        assert "A newer revision of this quote is there" in late.text
        assert PaymentTerms.DEPOSIT.label in late.text
    assert await orders_of(make, filed) == []


async def test_declining_needs_a_reason(  # rule Q5
    site: Any, make: Factory, settings: Settings
) -> None:
    filed = await sent_quote(make, settings)
    buyer = await buyer_of(filed, site, make)
    form = await form_at(buyer, path(filed, "/decline"))
    assert (await buyer.post(path(filed, "/decline"), form)).status_code == 422
    done = await buyer.post(path(filed, "/decline"), {**form, "reason": "Too dear."})
    assert done.headers["location"] == path(filed)
    assert "Too dear." in (await buyer.get(path(filed))).text
    again = await buyer.post(path(filed, "/decline"), {**form, "reason": "Again."})
    assert again.status_code == 409
    assert (await buyer.get(path(filed, "/decline"))).headers["location"] == path(filed)


async def test_another_revision_starts_a_clock(  # rules Q2, Q5
    site: Any, make: Factory, settings: Settings
) -> None:
    filed = await sent_quote(make, settings)
    buyer = await buyer_of(filed, site, make)
    form = await form_at(buyer, path(filed, "/another-revision"))
    assert (await buyer.post(path(filed, "/another-revision"), form)).status_code == 422
    await buyer.post(path(filed, "/another-revision"), {**form, "wish": "60 pieces, please."})
    page = (await buyer.get(path(filed))).text
    assert "You asked for another revision" in page
    assert "60 pieces, please." in page
    assert "Due in" in page


async def test_withdrawing_asks_first(site: Any, make: Factory) -> None:
    filed = await filed_request(make)
    buyer = await buyer_of(filed, site, make)
    form = await form_at(buyer, path(filed, "/withdraw"))
    done = await buyer.post(path(filed, "/withdraw"), {**form, "reason": "Not needed."})
    assert done.headers["location"] == path(filed)
    assert "You have withdrawn this request" in (await buyer.get(path(filed))).text
    assert (await buyer.post(path(filed, "/withdraw"), form)).status_code == 409


async def test_the_answer_to_a_question_lets_the_clock_run_on(  # rule Q2
    site: Any, make: Factory
) -> None:
    filed = await filed_request(make)
    by = filed.cast.representative
    async with acting(by):
        await conversation.ask(await find(filed.reference, by=by), "Which pressure?", by=by)
    buyer = await buyer_of(filed, site, make)
    form = fields_of((await buyer.get(path(filed))).text, path(filed, "/messages"))
    done = await buyer.post(
        path(filed, "/messages"), {**form, "body": "16 bar."}, files={"files": TEXT}
    )
    assert done.headers["location"] == path(filed, "#thread")
    page = (await buyer.get(path(filed))).text
    assert "16 bar." in page
    assert "type plate.txt" in page
    assert "We need to know from you" not in page
    assert "Due in" in page


async def test_a_refused_message_keeps_its_words_and_its_file(site: Any, make: Factory) -> None:
    filed = await filed_request(make)
    buyer = await buyer_of(filed, site, make)
    form = fields_of((await buyer.get(path(filed))).text, path(filed, "/messages"))
    refused = await buyer.post(
        path(filed, "/messages"), {**form, "body": "  "}, files={"files": TEXT}
    )
    assert refused.status_code == 422
    kept = fields_of(refused.text, path(filed, "/messages"))
    assert "type plate.txt" in refused.text
    dropped = await buyer.post(
        path(filed, "/messages"),
        {**kept, "body": "Half a sent", "files_drop": kept["files_kept"]},
    )
    assert dropped.status_code == 200
    assert "type plate.txt" not in dropped.text
    assert fields_of(dropped.text, path(filed, "/messages"))["body"] == "Half a sent"


async def test_a_message_sent_twice_is_written_once(site: Any, make: Factory) -> None:
    filed = await filed_request(make)
    buyer = await buyer_of(filed, site, make)
    form = fields_of((await buyer.get(path(filed))).text, path(filed, "/messages"))
    message = {**form, "body": "Please hurry <script>alert(1)</script>"}
    await asyncio.gather(*(buyer.post(path(filed, "/messages"), message) for _ in range(3)))
    page = (await buyer.get(path(filed))).text
    assert page.count("Please hurry") == 1
    assert "<script>alert(1)" not in page
