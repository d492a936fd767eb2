"""The page of notices in both portals, as people see it."""

from typing import Any

from portal.domain.quotes.events import QuoteEvent
from tests.domain.notices.happenings import Case, case, newest_event, tell
from tests.factories import Factory
from tests.scenarios import filed_request
from tests.visitor import signed_in


async def asked(make: Factory, *, locale: str = "en") -> Case:
    at = await case(make, locale=locale)
    message = await at.says(at.representative, "Which bore: 25 or <30> mm?")
    await tell(await at.announce(QuoteEvent.QUESTION, by=at.representative, message_id=message))
    return at


async def test_a_customer_reads_opens_and_has_read_a_notice(site: Any, make: Factory) -> None:
    at = await asked(make)
    visitor = await signed_in(site, make, at.buyer)
    page = (await visitor.get("/notices")).text
    assert "We need information from you" in page
    assert "Which bore: 25 or &lt;30&gt; mm?" in page
    assert "1 unread" in page
    link = page.split("<h2>")[1].split('href="')[1].split('"')[0]
    opened = await visitor.get(link)
    assert (opened.status_code, opened.headers["location"]) == (
        303,
        f"/quotes/{at.request.reference}",
    )
    assert "1 unread" not in (await visitor.get("/notices")).text
    unread = (await visitor.get("/notices?show=unread")).text
    assert "You have read everything." in unread


async def test_the_page_that_a_notice_leads_to_has_been_followed(site: Any, make: Factory) -> None:
    filed = await filed_request(make)
    event = await newest_event(make, "quote.requested")
    await tell(event)
    visitor = await signed_in(site, make, filed.cast.representative)
    assert "1 unread" in (await visitor.get("/staff/notices")).text
    assert (await visitor.get(f"/staff/quotes/{filed.reference}")).status_code == 200
    assert "1 unread" not in (await visitor.get("/staff/notices")).text


async def test_notices_are_rendered_in_the_language_of_their_reader(
    site: Any, make: Factory
) -> None:
    at = await asked(make, locale="zh_Hant")
    visitor = await signed_in(site, make, at.buyer)
    assert "需要您補充資訊" in (await visitor.get("/notices")).text
    await visitor.post("/language", {"locale": "en", "next": "/notices"})
    assert "We need information from you" in (await visitor.get("/notices")).text


async def test_staff_mark_all_as_read_without_those_that_came_meanwhile(
    site: Any, make: Factory
) -> None:
    at = await case(make)
    await tell(await at.announce(QuoteEvent.WITHDRAWN, by=at.buyer))
    visitor = await signed_in(site, make, at.representative)
    page = (await visitor.get("/staff/notices")).text
    newest = page.split('name="newest" value="')[1].split('"')[0]
    await tell(await at.announce(QuoteEvent.WITHDRAWN, by=at.buyer))
    answer = await visitor.post("/staff/notices/read", {"newest": newest})
    assert answer.headers["location"] == "/staff/notices"
    assert "1 unread" in (await visitor.get("/staff/notices")).text


async def test_an_empty_page_says_what_will_be_told(site: Any, make: Factory) -> None:
    visitor = await signed_in(site, make, await make.buyer(await make.account()))
    assert "Nothing yet." in (await visitor.get("/notices")).text


async def test_the_list_alone_is_a_page_when_opened_directly(site: Any, make: Factory) -> None:
    at = await asked(make)
    plain = await signed_in(site, make, at.buyer)
    assert "<html" in (await plain.get("/notices/fragments/list")).text
    plain.htmx = True
    fragment = (await plain.get("/notices/fragments/list")).text
    assert fragment.startswith('<div id="notices"')


async def test_older_notices_are_a_page_further(site: Any, make: Factory) -> None:
    at = await case(make)
    for _ in range(51):
        await tell(await at.announce(QuoteEvent.WITHDRAWN, by=at.buyer))
    visitor = await signed_in(site, make, at.representative)
    page = (await visitor.get("/staff/notices")).text
    assert page.count("data-row") == 50
    older = page.split('rel="next" href="')[1].split('"')[0]
    assert (await visitor.get(older)).text.count("data-row") == 1


async def test_strange_numbers_lead_nowhere(site: Any, make: Factory) -> None:
    visitor = await signed_in(site, make, await make.buyer(await make.account()))
    for path in ("/notices/0", "/notices/999999999999999999999999"):
        assert (await visitor.get(path)).status_code == 404
    for query in ("before=-5", "before=999999999999999999999999"):
        assert (await visitor.get(f"/notices?{query}")).status_code == 200
    for newest in ("-1", "x", "9" * 30, ""):
        assert (await visitor.post("/notices/read", {"newest": newest})).status_code == 303
