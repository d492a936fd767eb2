"""The internal review that precedes every proposal (rules Q3-Q6)."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from portal.domain.common.errors import FieldError, NotAllowed
from portal.domain.common.permissions import StaffRole
from portal.domain.quotes import drafting, review
from portal.domain.quotes.access import find
from portal.domain.quotes.handling import Judgement
from portal.domain.quotes.refusals import NeedsApproval, NotReviewed, OwnWork
from portal.domain.quotes.revision_facts import PriceFacts, RevisionFacts
from portal.domain.quotes.states import QuoteStatus
from tests.domain.quotes.journey import (
    approved,
    filed,
    in_review,
    offer,
    open_house,
    page,
    send_approved,
)
from tests.domain.quotes.revising import (
    approved_as_is,
    attached_document,
    judge_revision,
    judged,
    prepared,
    refused,
    save,
)
from tests.factories import Factory, acting


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
