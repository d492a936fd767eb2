"""Home, lists, search and files: what is one's own, and nothing else."""

from typing import Any

from portal.domain.common.permissions import CustomerRole
from portal.domain.quotes import conversation
from portal.domain.quotes.access import find
from portal.settings import Settings
from tests.customer.conftest import CountStatements
from tests.factories import Factory, acting
from tests.scenarios import PAPER, accepted_quote, cast_of, filed_request, sent_quote
from tests.visitor import signed_in


async def test_home_answers_three_questions(
    site: Any, make: Factory, settings: Settings, count_statements: CountStatements
) -> None:
    cast = await cast_of(make)
    owed = await filed_request(make, cast, title="Guides we wait for")
    quoted = await sent_quote(make, settings, await filed_request(make, cast, title="Seals"))
    asked = await filed_request(make, cast, title="Hoses")
    async with acting(cast.representative):
        request = await find(asked.reference, by=cast.representative)
        await conversation.ask(request, "Which pressure?", by=cast.representative)
    buyer = await signed_in(site, make, cast.buyer)
    with count_statements() as asked_for:
        page = (await buyer.get("/")).text
    # The session, four of requests, three of orders, three of complaints, five of visits, meetings,
    # reports and what they promise, one of surveys.
    assert len(asked_for) <= 17, asked_for
    waiting, rest = page.split("What we owe you", 1)
    promised, news = rest.split("What is new", 1)
    assert f"/quotes/{quoted.reference}#offer" in waiting
    assert f"/quotes/{asked.reference}#question" in waiting
    assert owed.reference in promised
    assert "Due in" in promised
    assert asked.reference not in promised
    assert "Quote sent, revision 1" in news


async def test_the_list_is_filtered_and_searched_in_chinese_too(
    site: Any, make: Factory, settings: Settings
) -> None:
    cast = await cast_of(make)
    hoses = await filed_request(make, cast, title="液压软管及接头")
    seals = await sent_quote(make, settings, await filed_request(make, cast, title="Seals"))
    foreign = await filed_request(make, title="液压软管 of somebody else")
    buyer = await signed_in(site, make, cast.buyer)
    for query, shown, hidden in (
        ("", (hoses, seals), (foreign,)),
        ("?q=软管", (hoses,), (seals, foreign)),
        ("?status=waiting_for_you", (seals,), (hoses, foreign)),
        ("?status=workable", (hoses,), (seals, foreign)),
        ("?status=closed", (), (hoses, seals, foreign)),
        ("?status=nonsense", (hoses, seals), (foreign,)),
    ):
        page = (await buyer.get(f"/quotes{query}")).text
        for filed in shown:
            assert filed.reference in page, query
        for filed in hidden:
            assert filed.reference not in page, query
    empty = (await buyer.get("/quotes?status=closed")).text
    assert "No request fits." in empty


async def test_pages_follow_each_other_without_gap_or_double(
    site: Any, make: Factory, count_statements: CountStatements
) -> None:
    cast = await cast_of(make)
    made = [(await filed_request(make, cast)).reference for _ in range(33)]
    buyer = await signed_in(site, make, cast.buyer)
    with count_statements() as asked_for:
        first = (await buyer.get("/quotes")).text
    assert len(asked_for) <= 3, asked_for
    onward = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = (await buyer.get(onward)).text
    seen = [reference for page in (first, second) for reference in made if reference in page]
    assert sorted(seen) == sorted(made)
    back = second.split('rel="prev" href="')[1].split('"')[0].replace("&amp;", "&")
    assert made[-1] in (await buyer.get(back)).text


async def test_orders_are_listed_and_found(site: Any, make: Factory, settings: Settings) -> None:
    filed = await accepted_quote(make, settings)
    foreign = await accepted_quote(make, settings)
    assert filed.order
    assert foreign.order
    ours, theirs = filed.order.order_reference, foreign.order.order_reference
    buyer = await signed_in(site, make, filed.cast.buyer)
    listed = (await buyer.get("/orders")).text
    assert ours in listed
    assert theirs not in listed
    assert ours in (await buyer.get(f"/search?q={ours}")).text
    assert filed.reference in (await buyer.get(f"/search?q={filed.cast.sku}")).text
    assert f'href="/orders/{theirs}"' not in (await buyer.get(f"/search?q={theirs}")).text
    assert "Nothing of yours fits" in (await buyer.get("/search?q=nowhere")).text
    assert (await buyer.get("/search")).status_code == 200
    for rest in ("", "/placed"):
        assert (await buyer.get(f"/orders/{theirs}{rest}")).status_code == 404
    reader = await signed_in(site, make, await make.buyer(filed.cast.account, CustomerRole.READER))
    assert (await reader.get(f"/orders/{ours}")).status_code == 200


async def test_the_sent_paper_is_downloaded_by_its_account_only(
    site: Any, make: Factory, settings: Settings
) -> None:
    filed = await sent_quote(make, settings)
    buyer = await signed_in(site, make, filed.cast.buyer)
    page = (await buyer.get(f"/quotes/{filed.reference}")).text
    url = "/files/" + page.split('href="/files/')[1].split('"')[0]
    answer = await buyer.get(url)
    assert answer.content == PAPER
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["content-length"] == str(len(PAPER))
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    stranger = await signed_in(site, make, (await filed_request(make)).cast.buyer)
    assert (await stranger.get(url)).status_code == 404
    assert (await stranger.get("/files/unknown")).status_code == 404


async def test_a_file_that_was_only_chosen_is_not_served(site: Any, make: Factory) -> None:
    cast = await cast_of(make)
    buyer = await signed_in(site, make, cast.buyer)
    await buyer.get("/quotes/new")
    chosen = {"files": ("a.txt", b"only chosen\n", "text/plain")}
    await buyer.post("/quotes/new", {"_form_key": "k" * 20, "_save": "yes"}, files=chosen)
    public_id = await make.owner.fetchval(
        "SELECT public_id FROM stored_file WHERE account_id = $1", cast.account.id
    )
    assert (await buyer.get(f"/files/{public_id}")).status_code == 404
