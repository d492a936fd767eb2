"""The record page: the same for every state, explained, and nothing of ours on it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from portal.database import database_now
from portal.domain.common.actor import Audience
from portal.domain.common.payment_terms import PaymentTerms
from portal.domain.common.permissions import CustomerRole
from portal.domain.quotes import answers, conversation, handling, requests
from portal.domain.quotes.access import find
from portal.domain.quotes.revision_facts import PriceFacts
from portal.settings import Settings
from tests.customer.conftest import CountStatements
from tests.factories import Factory, acting
from tests.scenarios import Filed, accepted_quote, filed_request, quote_in_draft, sent_quote
from tests.visitor import signed_in

SECRET = "margin is thin here"


def path(filed: Filed, rest: str = "") -> str:
    return f"/quotes/{filed.reference}{rest}"


async def asked(make: Factory, filed: Filed, question: str = "Which pressure?") -> None:
    by = filed.cast.representative
    async with acting(by):
        await conversation.ask(await find(filed.reference, by=by), question, by=by)


async def wished_otherwise(filed: Filed) -> None:
    by = filed.cast.buyer
    async with acting(by):
        request = await find(filed.reference, by=by)
        await answers.ask_for_revision(request, filed.revision, "A better price.", by=by)


async def test_a_quote_shows_all_a_buyer_decides_by(  # rules Q3, Q5
    site: Any, make: Factory, settings: Settings
) -> None:
    filed = await sent_quote(make, settings, note="Ex stock.")
    buyer = await signed_in(site, make, filed.cast.buyer)
    page = (await buyer.get(path(filed))).text
    for shown in (
        "CN¥565.00",  # with tax
        "CN¥500.00",  # without
        "人民币伍佰陆拾伍元整",
        PaymentTerms.DAYS_30.label,
        "Valid until",
        "Promised ship date",
        "Ex stock.",
        "Download PDF",
        filed.cast.representative.name,
        f'href="/quotes/{filed.reference}/accept"',
        f'href="/quotes/{filed.reference}/decline"',
        f'href="/quotes/{filed.reference}/another-revision"',
    ):
        assert shown in page, shown


async def test_a_later_revision_says_what_it_changes(  # rule Q5
    site: Any, make: Factory, settings: Settings
) -> None:
    filed = await sent_quote(make, settings)
    await wished_otherwise(filed)
    line = PriceFacts(
        row=0,
        sku=filed.cast.sku,
        description="Deep groove bearing",
        quantity=Decimal(40),
        unit="pcs",
        unit_price=Decimal("11.0000"),
    )
    await sent_quote(make, settings, filed, lines=(line,))
    buyer = await signed_in(site, make, filed.cast.buyer)
    page = (await buyer.get(path(filed))).text
    assert "Changed since revision 1" in page
    assert "CN¥12.50" in page
    assert "CN¥11.00" in page
    older = (await buyer.get(path(filed, "?revision=1"))).text
    assert "This is an earlier revision" in older
    assert f'href="/quotes/{filed.reference}/accept"' not in older


async def test_a_question_is_shown_with_why_the_clock_waits(  # rule Q2
    site: Any, make: Factory
) -> None:
    filed = await filed_request(make)
    await asked(make, filed)
    buyer = await signed_in(site, make, filed.cast.buyer)
    page = (await buyer.get(path(filed))).text
    assert "We need to know from you" in page
    assert "Which pressure?" in page
    assert "Paused" in page
    assert "Your answer" in page
    assert "Your message" not in page


async def test_every_end_is_explained(site: Any, make: Factory, settings: Settings) -> None:
    declined = await filed_request(make)
    by = declined.cast.representative
    async with acting(by):
        await handling.decline(await find(declined.reference, by=by), "Too large for us.", by=by)
    withdrawn = await filed_request(make)
    async with acting(withdrawn.cast.buyer):
        request = await find(withdrawn.reference, by=withdrawn.cast.buyer)
        await requests.withdraw(request, by=withdrawn.cast.buyer, reason="Line was sold.")
    refused = await sent_quote(make, settings)
    async with acting(refused.cast.buyer):
        request = await find(refused.reference, by=refused.cast.buyer)
        await answers.decline(request, 1, "Too dear.", by=refused.cast.buyer)
    expired = await sent_quote(make, settings)
    await make.owner.execute("ALTER TABLE quote DISABLE TRIGGER keep_sent_quote")
    await make.owner.execute(
        """UPDATE quote SET valid_until = current_date - 2 WHERE request_id =
           (SELECT id FROM quote_request WHERE reference = $1)""",
        expired.reference,
    )
    await make.owner.execute("ALTER TABLE quote ENABLE TRIGGER keep_sent_quote")
    ordered = await accepted_quote(make, settings)
    for filed, explained in (
        (declined, ["We cannot meet this request", "Too large for us."]),
        (withdrawn, ["You have withdrawn this request", "Line was sold."]),
        (refused, [f"Declined by {refused.cast.buyer.name}", "Too dear."]),
        (expired, ["This quote has expired", "Ask for another revision"]),
        (ordered, ["Accepted and ordered", f"/orders/{ordered.order.order_reference}"]),
    ):
        buyer = await signed_in(site, make, filed.cast.buyer)
        page = (await buyer.get(path(filed))).text
        for words in explained:
            assert words in page, (filed.reference, words)
        assert f'href="/quotes/{filed.reference}/accept"' not in page


async def test_nothing_of_ours_is_on_any_page(  # rules A6, Q5
    site: Any, make: Factory, settings: Settings
) -> None:
    filed = await sent_quote(make, settings)
    by = filed.cast.representative
    async with acting(by):
        request = await find(filed.reference, by=by)
        await conversation.write(request, SECRET, by=by, audience=Audience.INTERNAL)
    await make.owner.execute(
        "UPDATE item SET list_price = 777.77 WHERE id = $1", filed.cast.item_id
    )
    await wished_otherwise(filed)
    await quote_in_draft(make, filed, note="worked out, not sent")
    buyer = await signed_in(site, make, filed.cast.buyer)
    htmx = await signed_in(site, make, filed.cast.buyer, htmx=True)
    pages = [
        await buyer.get(where)
        for where in (
            "/",
            "/quotes",
            path(filed),
            path(filed, "?revision=2"),
            path(filed, "/sent"),
            f"/search?q={filed.reference}",
            f"/catalogue?find={filed.cast.sku}",
            f"/quotes/new?like={filed.reference}",
        )
    ]
    pages += [await htmx.get(path(filed, f"/fragments/{name}")) for name in ("state", "thread")]
    for page in pages:
        assert page.status_code == 200
        for secret in (SECRET, "777.77", "worked out, not sent", "Feasibility"):
            assert secret not in page.text


async def test_others_cannot_tell_it_from_an_unknown_one(
    site: Any, make: Factory, settings: Settings
) -> None:
    filed = await sent_quote(make, settings)
    stranger = await signed_in(site, make, (await filed_request(make)).cast.buyer)
    for rest in ("", "/sent", "/accept", "/decline", "/withdraw", "/fragments/state"):
        foreign = await stranger.get(path(filed, rest))
        unknown = await stranger.get(f"/quotes/RFQ-2020-99999{rest}")
        assert foreign.status_code == unknown.status_code == 404
    for rest in ("/messages", "/accept", "/decline", "/another-revision", "/withdraw"):
        answer = await stranger.post(path(filed, rest), {"revision": "1", "reason": "x"})
        assert answer.status_code == 404


async def test_readers_see_it_and_can_do_nothing(
    site: Any, make: Factory, settings: Settings
) -> None:
    filed = await sent_quote(make, settings)
    reader = await signed_in(site, make, await make.buyer(filed.cast.account, CustomerRole.READER))
    page = (await reader.get(path(filed))).text
    assert "CN¥565.00" in page
    for action in ("/accept", "/decline", "/another-revision", "/messages", "/withdraw"):
        assert f"{path(filed)}{action}" not in page
        assert (await reader.post(path(filed, action), {"revision": "1"})).status_code == 403
    assert "Copy into a new request" not in page


async def test_fragments_open_as_pages(site: Any, make: Factory) -> None:
    filed = await filed_request(make)
    buyer = await signed_in(site, make, filed.cast.buyer)
    htmx = await signed_in(site, make, filed.cast.buyer, htmx=True)
    for name, root in (("state", "request-state"), ("thread", "request-thread")):
        fragment = (await htmx.get(path(filed, f"/fragments/{name}"))).text
        assert "<html" not in fragment
        assert f'id="{root}"' in fragment
        assert "<html" in (await buyer.get(path(filed, f"/fragments/{name}"))).text


async def test_the_record_costs_few_statements(
    site: Any, make: Factory, settings: Settings, count_statements: CountStatements
) -> None:
    filed = await sent_quote(make, settings)
    buyer = await signed_in(site, make, filed.cast.buyer)
    with count_statements() as asked_for:
        assert (await buyer.get(path(filed))).status_code == 200
    assert len(asked_for) <= 6, "\n".join(asked_for)


async def test_an_urgent_request_shows_whom_to_call_until_the_call_is_recorded(  # rule Q2
    site: Any, make: Factory
) -> None:
    filed = await filed_request(make, urgent=True, urgent_reason="Line stands still.")
    buyer = await signed_in(site, make, filed.cast.buyer)
    assert "Call us as well" in (await buyer.get(path(filed))).text
    assert "Call now" in (await buyer.get(path(filed, "/sent"))).text
    await make.insert(
        "recorded_call",
        account_id=filed.cast.account.id,
        request_id=await make.owner.fetchval(
            "SELECT id FROM quote_request WHERE reference = $1", filed.reference
        ),
        recorded_by=filed.cast.representative.staff_member_id,
        caller="Sun Yan",
        called_at=await _a_minute_ago(filed),
        note="not for the customer",
    )
    page = (await buyer.get(path(filed))).text
    assert "Call us as well" not in page
    assert "Sun Yan with" in page
    assert "not for the customer" not in page


async def _a_minute_ago(filed: Filed) -> Any:
    async with acting(filed.cast.representative):
        return await database_now() - timedelta(minutes=1)
