"""Revisions worked out, reviewed and sent (rules Q3-Q6)."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import Conflict, FieldError, FieldErrors, NotAllowed, WrongState
from portal.domain.common.files.attachments import attach_file
from portal.domain.common.money import Money
from portal.domain.common.permissions import StaffRole
from portal.domain.quotes import drafting, handling, review, sending
from portal.domain.quotes.access import find
from portal.domain.quotes.document import document_facts
from portal.domain.quotes.handling import Judgement
from portal.domain.quotes.refusals import NeedsApproval, NotReviewed, OwnWork
from portal.domain.quotes.revision_facts import PriceFacts, RevisionFacts
from portal.domain.quotes.states import QuoteStatus, RequestStatus
from portal.domain.service_levels.promise import PromiseState
from tests.domain.quotes.journey import (
    POSSIBLE,
    House,
    approved,
    filed,
    in_review,
    offer,
    open_house,
    page,
    priced,
    quoted,
    send_approved,
    sent,
    staged_document,
)
from tests.factories import Factory, acting


async def prepared(house: House, reference: str, by: Actor | None = None) -> int:
    """The revision in work is there; its version."""
    by = by or house.sales
    async with acting(by):
        quote = await drafting.prepare(await find(reference, by=by), by=by)
        return quote.version


async def save(
    house: House, reference: str, facts: RevisionFacts, version: int, by: Actor | None = None
) -> None:
    by = by or house.sales
    async with acting(by):
        request = await find(reference, by=by)
        quote = await drafting.in_preparation(request)
        await drafting.save(request, quote, facts, by=by, expected_version=version)


async def judge_revision(
    house: House, reference: str, by: Actor, verb: Any = review.approve, **words: str
) -> None:
    async with acting(by):
        request = await find(reference, by=by)
        await verb(request, await drafting.in_preparation(request), by=by, **words)


async def refused(house: House, reference: str, facts: RevisionFacts) -> list[str]:
    """What keeps a saved revision from its review."""
    version = await prepared(house, reference)
    await save(house, reference, facts, version)
    with pytest.raises(FieldErrors) as errors:
        async with acting(house.sales):
            request = await find(reference, by=house.sales)
            quote = await drafting.in_preparation(request)
            await review.submit_for_review(
                request, quote, by=house.sales, expected_version=quote.version
            )
    return [error.field for error in errors.value.errors]


async def judged(house: House, judgement: Judgement = POSSIBLE) -> str:
    reference = await filed(house)
    async with acting(house.sales):
        request = await find(reference, by=house.sales)
        await handling.judge(request, judgement, by=house.sales)
    return reference


# Working it out


async def test_a_revision_starts_from_what_was_asked_at_the_accounts_prices(
    make: Factory,
) -> None:
    house = await open_house(make)
    await make.insert(
        "account_price",
        account_id=house.account.id,
        item_id=house.item_id,
        unit_price=Decimal("11.2000"),
        currency="CNY",
        valid_from=await house.today() - timedelta(days=9),
    )
    reference = await filed(house)
    await prepared(house, reference)
    seen = await page(reference, house.sales)
    assert seen.status is RequestStatus.IN_WORK
    revision = seen.in_preparation
    assert revision
    first, second = revision.lines
    assert (first.unit_price, first.list_price) == (Decimal("11.2"), Decimal("12.5"))
    assert (second.unit_price, second.tax_rate) == (None, Decimal("0.13"))
    assert revision.net == Money(Decimal(448), "CNY")
    assert revision.valid_until
    assert revision.valid_until >= await house.today() + timedelta(days=30)  # at their place
    assert revision.payment_terms


async def test_a_list_price_in_another_currency_is_no_price(make: Factory) -> None:
    house = await open_house(make, currency="USD")
    reference = await filed(house)
    await prepared(house, reference)
    revision = (await page(reference, house.sales)).in_preparation
    assert revision
    assert revision.currency == "USD"
    assert [line.unit_price for line in revision.lines] == [None, None]


async def test_two_who_start_pricing_get_one_revision(make: Factory) -> None:
    house = await open_house(make)
    reference = await filed(house)
    await asyncio.gather(prepared(house, reference), prepared(house, reference, by=house.colleague))
    assert len((await page(reference, house.sales)).revisions) == 1


async def test_who_saves_second_is_told(make: Factory) -> None:
    house = await open_house(make)
    reference = await filed(house)
    version = await prepared(house, reference)
    await save(house, reference, await offer(house, "10"), version)
    with pytest.raises(Conflict):
        await save(house, reference, await offer(house, "9"), version, by=house.colleague)
    revision = (await page(reference, house.sales)).in_preparation
    assert revision
    assert revision.lines[1].unit_price == 10


async def test_a_discount_on_the_whole_is_in_every_line(make: Factory) -> None:
    house = await open_house(make)
    reference = await filed(house)
    facts = await offer(house, "10", discount_percent=Decimal("2.5"))
    await save(house, reference, facts, await prepared(house, reference))
    revision = (await page(reference, house.sales)).in_preparation
    assert revision
    assert [line.net.amount for line in revision.lines] == [Decimal("487.5"), Decimal("24.38")]
    assert revision.net.amount == Decimal("511.88")
    assert revision.gross == revision.net + revision.tax


@pytest.mark.parametrize(
    ("line", "cell"),
    [
        ({"sku": "NO-SUCH-1"}, "sku"),
        ({"unit_price": Decimal(-1)}, "unit_price"),
        ({"unit_price": Decimal("0.00001")}, "unit_price"),
        ({"unit_price": Decimal("1e9")}, "unit_price"),
        ({"quantity": Decimal(9_999_999), "unit_price": Decimal(9_999_999)}, "unit_price"),
        ({"discount_percent": Decimal(101)}, "discount_percent"),
        ({"tax_rate": Decimal(13)}, "tax_rate"),
        ({"quantity": None}, "quantity"),
        ({"gift": True, "gift_document_id": 1}, "gift_document"),
    ],
)
async def test_what_no_revision_can_say_is_refused(
    make: Factory, line: dict[str, Any], cell: str
) -> None:
    house = await open_house(make)
    reference = await filed(house)
    facts = await offer(house)
    facts = replace(facts, lines=(replace(facts.lines[0], **line),))
    version = await prepared(house, reference)
    with pytest.raises(FieldErrors) as errors:
        await save(house, reference, facts, version)
    assert [error.field for error in errors.value.errors] == [f"lines-0-{cell}"]


# The review


async def test_a_quote_states_price_validity_and_ship_time(make: Factory) -> None:  # rule Q3
    house = await open_house(make)
    reference = await judged(house)
    facts = await offer(house)
    unpriced = replace(facts.lines[1], unit_price=None)
    empty = RevisionFacts(lines=(facts.lines[0], unpriced))
    assert await refused(house, reference, empty) == [
        "lines-1-unit_price",
        "valid_until",
        "promised_ship_on",
        "payment_terms",
    ]


async def test_what_it_promises_lies_ahead(make: Factory) -> None:  # rule Q3
    house = await open_house(make)
    reference = await judged(house)
    past = await house.today() - timedelta(days=2)
    facts = await offer(house, valid_until=past, promised_ship_on=past)
    assert await refused(house, reference, facts) == ["valid_until", "promised_ship_on"]


async def test_a_request_is_judged_before_it_is_quoted(make: Factory) -> None:  # rule Q4
    house = await open_house(make)
    assert await refused(house, await filed(house), await offer(house)) == ["judgement"]


async def test_what_cannot_be_met_is_answered_with_an_alternative(make: Factory) -> None:  # rule Q4
    house = await open_house(make)
    reference = await judged(house, Judgement(False, True, True, "No such size"))
    assert await refused(house, reference, await offer(house)) == ["alternative"]
    await approved_as_is(house, reference, await offer(house, alternative=True))
    await send_approved(house, reference)
    seen = await page(reference, house.buyer)
    assert seen.offer
    assert seen.offer.alternative


async def approved_as_is(house: House, reference: str, facts: RevisionFacts) -> None:
    await save(house, reference, facts, await prepared(house, reference))
    async with acting(house.sales):
        request = await find(reference, by=house.sales)
        quote = await drafting.in_preparation(request)
        await review.submit_for_review(
            request, quote, by=house.sales, expected_version=quote.version
        )
    await judge_revision(house, reference, house.supervisor)


async def test_free_goods_need_the_customers_document(make: Factory) -> None:  # rule Q6
    house = await open_house(make)
    reference = await judged(house)
    facts = await offer(house)
    gift = PriceFacts(row=1, description="Sample kit", quantity=Decimal(1), unit="set", gift=True)
    facts = replace(facts, lines=(facts.lines[0], gift))
    assert await refused(house, reference, facts) == ["lines-1-gift_document"]
    document = await attached_document(house, reference)
    with_document = replace(gift, gift_document_id=document)
    await approved_as_is(house, reference, replace(facts, lines=(facts.lines[0], with_document)))
    await send_approved(house, reference)
    seen = await page(reference, house.buyer)
    assert seen.offer
    assert seen.offer.lines[1].gift
    assert seen.offer.net.amount == 500


async def attached_document(house: House, reference: str) -> int:
    document = await staged_document(house.sales, b"%PDF-1.7 we confirm the free sample kit")
    async with acting(house.sales):
        request = await find(reference, by=house.sales)
        await attach_file(
            document.file_id, to=request.subject, audience=Audience.CUSTOMER, by=house.sales
        )
    return document.file_id


async def test_nobody_reviews_their_own_work(make: Factory) -> None:  # rule Q5
    house = await open_house(make)
    reference = await filed(house)
    await in_review(house, reference)
    for verb, words in ((review.approve, {}), (review.send_back, {"note": "x"})):
        with pytest.raises(OwnWork):
            await judge_revision(house, reference, house.sales, verb, **words)
    assert not (await page(reference, house.sales)).can_review
    assert (await page(reference, house.colleague)).can_review
    await judge_revision(house, reference, house.colleague)
    revision = (await page(reference, house.sales)).in_preparation
    assert revision
    assert revision.status is QuoteStatus.APPROVED
    assert revision.reviewed_by
    assert revision.reviewed_by.name == house.colleague.name
    (event,) = await make.events("quote.reviewed", house.account.id)
    assert event["approved"] is True


async def test_a_discount_beyond_policy_needs_a_supervisor(make: Factory) -> None:
    house = await open_house(make)
    reference = await filed(house)
    await in_review(house, reference, discount_percent=Decimal("10.01"))
    (event,) = await make.events("quote.review_wanted", house.account.id)
    assert event["approval"] is True
    with pytest.raises(NeedsApproval):
        await judge_revision(house, reference, house.colleague)
    seen = await page(reference, house.colleague)
    assert seen.in_preparation
    assert seen.in_preparation.effective_discount == Decimal("10.01")
    assert seen.in_preparation.discount_limit == 10
    assert not seen.can_review
    assert (await page(reference, house.supervisor)).can_review
    await judge_revision(house, reference, house.supervisor)


async def test_a_lower_price_is_a_discount_too(make: Factory) -> None:
    house = await open_house(make)
    reference = await judged(house)
    facts = await offer(house)
    cheap = replace(facts.lines[0], unit_price=Decimal("11.24"))
    await save(house, reference, replace(facts, lines=(cheap,)), await prepared(house, reference))
    async with acting(house.sales):
        request = await find(reference, by=house.sales)
        quote = await drafting.in_preparation(request)
        await review.submit_for_review(
            request, quote, by=house.sales, expected_version=quote.version
        )
    with pytest.raises(NeedsApproval):
        await judge_revision(house, reference, house.colleague)


async def test_a_reviewer_sends_back_and_says_why(make: Factory) -> None:
    house = await open_house(make)
    reference = await filed(house)
    await in_review(house, reference)
    with pytest.raises(FieldError):
        await judge_revision(house, reference, house.colleague, review.send_back, note=" ")
    await judge_revision(house, reference, house.colleague, review.send_back, note="Freight?")
    revision = (await page(reference, house.sales)).in_preparation
    assert revision
    assert (revision.status, revision.review_note) == (QuoteStatus.DRAFT, "Freight?")


async def test_a_change_after_the_approval_needs_another_review(make: Factory) -> None:  # rule Q5
    house = await open_house(make)
    reference = await filed(house)
    await approved(house, reference)
    version = await prepared(house, reference)
    await save(house, reference, await offer(house, "7"), version)
    with pytest.raises(NotReviewed):
        await send_approved(house, reference)


async def test_a_reviewer_who_changes_it_needs_a_reviewer(make: Factory) -> None:  # rule Q5
    house = await open_house(make)
    reference = await filed(house)
    await in_review(house, reference)
    version = await prepared(house, reference, by=house.colleague)
    await save(house, reference, await offer(house, "9"), version, by=house.colleague)
    async with acting(house.sales):
        request = await find(reference, by=house.sales)
        quote = await drafting.in_preparation(request)
        await review.submit_for_review(
            request, quote, by=house.sales, expected_version=quote.version
        )
    with pytest.raises(OwnWork):
        await judge_revision(house, reference, house.colleague)
    await judge_revision(house, reference, house.sales)


async def test_those_who_do_not_sell_do_not_review(make: Factory) -> None:
    house = await open_house(make)
    reference = await filed(house)
    await in_review(house, reference)
    with pytest.raises(NotAllowed):
        await judge_revision(house, reference, await make.staff(StaffRole.DUTY_MANAGER))
    await judge_revision(house, reference, await make.staff(StaffRole.GENERAL_MANAGER))


# Sending


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
