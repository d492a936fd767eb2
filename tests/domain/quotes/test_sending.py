"""Sending a revision: complete, once, for good (rules Q3, Q5)."""

import asyncio
from dataclasses import replace
from decimal import Decimal

import pytest

from portal.domain.common.errors import Conflict, WrongState
from portal.domain.quotes import drafting, handling, sending
from portal.domain.quotes.access import find
from portal.domain.quotes.document import document_facts
from portal.domain.quotes.states import QuoteStatus, RequestStatus
from portal.domain.service_levels.promise import PromiseState
from tests.domain.quotes.journey import (
    approved,
    filed,
    open_house,
    page,
    priced,
    quoted,
    send_approved,
    sent,
    staged_document,
)
from tests.domain.quotes.revising import (
    prepared,
)
from tests.factories import Factory, acting


async def test_sending_meets_the_promise_and_tells_the_customer(make: Factory) -> None:
    house = await open_house(make)
    reference = await quoted(house)
    seen = await page(reference, house.buyer)
    assert seen.status is RequestStatus.QUOTED
    assert seen.promise
    assert seen.promise.state is PromiseState.MET
    assert seen.offer
    assert seen.offer.document_id
    assert len(seen.offer.document_sha256) == 64
    assert seen.offer.sent_by
    (event,) = await make.events("quote.sent", house.account.id)
    assert (event["revision"], event["quote_id"]) == (1, seen.offer.id)


async def test_what_was_rendered_is_what_is_sent(make: Factory) -> None:  # rule Q5
    house = await open_house(make)
    reference = await filed(house)
    await approved(house, reference)
    async with acting(house.sales):
        facts = await document_facts(reference, 1, by=house.sales)
    assert facts.supplier.contact == house.sales.name
    assert facts.customer.name == house.account.name
    assert facts.customer.contact == house.buyer.name
    document = await staged_document(house.sales)
    stale, forged = facts.revision.version - 1, replace(document, sha256="0" * 64)
    for version, shown in ((stale, document), (facts.revision.version, forged)):
        with pytest.raises(Conflict):
            async with acting(house.sales):
                request = await find(reference, by=house.sales)
                quote = await drafting.in_preparation(request)
                await sending.send(request, quote, shown, by=house.sales, expected_version=version)
    assert (await page(reference, house.buyer)).offer is None


async def test_two_who_send_at_once_send_once(make: Factory) -> None:
    house = await open_house(make)
    reference = await filed(house)
    await approved(house, reference)
    results = await asyncio.gather(
        *(send_approved(house, reference) for _ in range(3)), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in results).count("NoneType") == 1
    assert len(await make.events("quote.sent", house.account.id)) == 1


async def test_a_later_revision_supersedes_the_one_before(make: Factory) -> None:  # rule Q5
    house = await open_house(make)
    reference = await quoted(house)
    await sent(house, reference, "8")
    seen = await page(reference, house.buyer)
    assert [each.status for each in seen.revisions] == [QuoteStatus.SUPERSEDED, QuoteStatus.SENT]
    assert seen.offer
    assert seen.offer.revision == 2
    assert seen.revision_before(seen.offer) == seen.revisions[0]


async def test_the_next_revision_starts_from_the_one_before(make: Factory) -> None:
    house = await open_house(make)
    reference = await quoted(house, price="9.5")
    await prepared(house, reference)
    revision = (await page(reference, house.sales)).in_preparation
    assert revision
    assert revision.revision == 2
    assert [line.unit_price for line in revision.lines] == [Decimal("12.5"), Decimal("9.5")]
    assert revision.net.amount == Decimal("523.75")


async def test_what_was_sent_cannot_change(make: Factory) -> None:  # rule Q5
    house = await open_house(make)
    reference = await quoted(house)
    seen = await page(reference, house.sales)
    assert seen.offer
    for change in (
        "UPDATE quote SET gross_total = 1, net_total = 1, tax_total = 0 WHERE id = $1",
        "UPDATE quote SET valid_until = valid_until + 1 WHERE id = $1",
        "UPDATE quote_line SET unit_price = 1 WHERE quote_id = $1",
        "DELETE FROM quote_line WHERE quote_id = $1",
        "INSERT INTO quote_line (account_id, quote_id, position, description, quantity, unit, "
        "tax_rate, net, tax) SELECT account_id, id, 9, 'x', 1, 'x', 0, 0, 0 FROM quote "
        "WHERE id = $1",
    ):
        with pytest.raises(Exception, match="cannot change"):
            await make.owner.execute(change, seen.offer.id)


async def test_nothing_is_quoted_on_a_closed_request(make: Factory) -> None:
    house = await open_house(make)
    reference = await filed(house)
    await priced(house, reference)
    async with acting(house.sales):
        request = await find(reference, by=house.sales)
        await handling.decline(request, "Not possible", by=house.sales)
    assert (await page(reference, house.sales)).in_preparation is None
    with pytest.raises(WrongState):
        await prepared(house, reference)
