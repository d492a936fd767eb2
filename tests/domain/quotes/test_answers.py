"""The customer declines, asks for another revision, or lets a quote expire (rules Q3, Q5)."""

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from portal.database import Login, unit_of_work
from portal.domain.common.actor import Actor
from portal.domain.common.errors import FieldErrors, NotAllowed
from portal.domain.common.payment_terms import PaymentTerms
from portal.domain.common.permissions import CustomerRole
from portal.domain.quotes import answers
from portal.domain.quotes.access import find
from portal.domain.quotes.account_facts import end_of_day
from portal.domain.quotes.differences import Aspect, differences
from portal.domain.quotes.expiry import expire_due
from portal.domain.quotes.refusals import NothingToAnswer, QuoteExpired, QuoteSuperseded
from portal.domain.quotes.states import QuoteStatus, RequestStatus
from portal.domain.service_levels.promise import PromiseState, TargetKind
from tests.domain.quotes.journey import filed, open_house, page, quoted, sent
from tests.factories import Factory, acting


async def decline(
    reference: str, actor: Actor, reason: str, revision: int = 1, *, name: str = ""
) -> None:
    async with acting(actor):
        request = await find(reference, by=actor)
        await answers.decline(request, revision, reason, by=actor, name=name)


async def ask_again(
    reference: str, actor: Actor, wish: str, revision: int = 1, *, name: str = ""
) -> None:
    async with acting(actor):
        request = await find(reference, by=actor)
        await answers.ask_for_revision(request, revision, wish, by=actor, name=name)


async def expire_all() -> int:
    async with unit_of_work(Login.WORKER):
        return await expire_due()


async def over(make: Factory, reference: str, *, days: int = 3) -> None:
    """The last valid day of the open quote was some days ago."""
    await make.owner.execute("ALTER TABLE quote DISABLE TRIGGER keep_sent_quote")
    await make.owner.execute(
        """UPDATE quote SET valid_until = (now() - make_interval(days => $2))::date
           WHERE request_id = (SELECT id FROM quote_request WHERE reference = $1)""",
        reference,
        days,
    )
    await make.owner.execute("ALTER TABLE quote ENABLE TRIGGER keep_sent_quote")


# Declining


async def test_a_customer_declines_and_says_why(make: Factory) -> None:  # rule Q5
    house = await open_house(make)
    reference = await quoted(house)
    with pytest.raises(FieldErrors):
        await decline(reference, house.buyer, " ")
    await decline(reference, house.buyer, "Too dear")
    seen = await page(reference, house.sales)
    assert seen.status is RequestStatus.DECLINED_BY_CUSTOMER
    assert seen.offer
    assert seen.offer.status is QuoteStatus.DECLINED
    assert (seen.offer.answer_reason, seen.offer.answered_by) == ("Too dear", house.buyer.name)
    assert len(await make.events("quote.declined", house.account.id)) == 1
    with pytest.raises(NothingToAnswer):
        await decline(reference, house.buyer, "Still too dear")


async def test_readers_do_not_answer(make: Factory) -> None:
    house = await open_house(make)
    reference = await quoted(house)
    reader = await make.buyer(house.account, CustomerRole.READER)
    with pytest.raises(NotAllowed):
        await decline(reference, reader, "No")
    seen = await page(reference, reader)
    assert not seen.can_accept
    assert not seen.can_ask_for_revision


async def test_staff_record_an_answer_given_by_phone(make: Factory) -> None:  # rule Q5
    house = await open_house(make)
    reference = await quoted(house)
    with pytest.raises(FieldErrors) as refused:
        await decline(reference, house.sales, " ")
    assert [error.field for error in refused.value.errors] == ["name", "reason"]
    await decline(reference, house.sales, "Bought elsewhere", name=" Li Wei ")
    seen = await page(reference, house.buyer)
    assert seen.offer
    assert (seen.offer.answered_name, seen.offer.answered_by) == ("Li Wei", house.sales.name)
    assert seen.offer.recorded_by == house.sales.name


async def test_staff_record_a_wish_given_by_phone(make: Factory) -> None:  # rules Q2, Q5
    house = await open_house(make)
    reference = await quoted(house)
    with pytest.raises(FieldErrors) as refused:
        await ask_again(reference, house.sales, "Cheaper")
    assert [error.field for error in refused.value.errors] == ["name"]
    await ask_again(reference, house.sales, "Cheaper", name="Li Wei")
    seen = await page(reference, house.buyer)
    assert seen.status is RequestStatus.REVISION_REQUESTED
    assert seen.offer
    assert (seen.offer.answered_name, seen.offer.recorded_by) == ("Li Wei", house.sales.name)


# Another revision


async def test_another_revision_is_owed_on_a_new_clock(make: Factory) -> None:  # rules Q2, Q5
    house = await open_house(make)
    reference = await quoted(house)
    await ask_again(reference, house.buyer, "Could you do 60 pieces?")
    seen = await page(reference, house.buyer)
    assert seen.status is RequestStatus.REVISION_REQUESTED
    assert seen.promise
    assert seen.promise.kind is TargetKind.QUOTE_REVISION
    assert seen.promise.state is PromiseState.RUNNING
    assert [each.kind for each in seen.promises] == [TargetKind.QUOTE_REVISION, TargetKind.QUOTE]
    assert not seen.can_accept
    await sent(house, reference, "8")
    seen = await page(reference, house.buyer)
    assert seen.status is RequestStatus.QUOTED
    assert [each.status for each in seen.revisions] == [QuoteStatus.SUPERSEDED, QuoteStatus.SENT]
    assert {each.state for each in seen.promises} == {PromiseState.MET}


async def test_a_superseded_revision_cannot_be_answered(make: Factory) -> None:  # rule Q5
    house = await open_house(make)
    reference = await quoted(house)
    await sent(house, reference, "8")
    for verb in (decline, ask_again):
        with pytest.raises(QuoteSuperseded):
            await verb(reference, house.buyer, "First one please", 1)
    with pytest.raises(NothingToAnswer):
        await decline(reference, house.buyer, "Which?", 7)
    await decline(reference, house.buyer, "No", 2)


async def test_a_draft_is_nothing_to_answer(make: Factory) -> None:
    house = await open_house(make)
    reference = await filed(house)
    with pytest.raises(NothingToAnswer):
        await decline(reference, house.buyer, "No")


async def test_the_customer_sees_what_has_changed(make: Factory) -> None:
    house = await open_house(make)
    reference = await quoted(house, price="10")
    await sent(house, reference, "8", payment_terms=PaymentTerms.DEPOSIT)
    seen = await page(reference, house.buyer)
    older, newer = seen.revisions
    found = differences(older, newer)
    (changed,) = found.changed
    assert changed.line.description == "Seal kit"
    assert [(one.aspect, one.before, one.after) for one in changed.changes] == [
        (Aspect.UNIT_PRICE, Decimal(10), Decimal(8))
    ]
    assert [(one.aspect, one.after) for one in found.terms] == [
        (Aspect.PAYMENT_TERMS, PaymentTerms.DEPOSIT)
    ]
    assert found.net[0].amount - found.net[1].amount == 5


# Expiry


async def test_a_quote_is_valid_through_its_last_day_at_the_customers_place(
    make: Factory,
) -> None:  # rule Q3
    house = await open_house(make)
    reference = await quoted(house)
    seen = await page(reference, house.buyer)
    assert seen.offer
    assert seen.offer.valid_until
    assert seen.offer.last_moment == end_of_day(seen.offer.valid_until, "Asia/Shanghai")
    day = datetime(2026, 8, 24, tzinfo=UTC).date()
    assert end_of_day(day, "Asia/Shanghai") == datetime(2026, 8, 24, 16, tzinfo=UTC)
    assert end_of_day(day, "America/New_York") == datetime(2026, 8, 25, 4, tzinfo=UTC)


async def test_what_is_over_cannot_be_accepted_whether_or_not_a_sweep_came_by(
    make: Factory,
) -> None:  # rule Q5
    house = await open_house(make)
    await expire_all()  # what other tests have left
    reference = await quoted(house)
    await over(make, reference)
    seen = await page(reference, house.buyer)
    assert not seen.can_accept
    with pytest.raises(QuoteExpired):
        await decline(reference, house.buyer, "No")
    assert await expire_all() == 1
    with pytest.raises(QuoteExpired):
        await decline(reference, house.buyer, "No")


async def test_expiry_happens_once_however_many_workers(make: Factory) -> None:
    house = await open_house(make)
    references = [await quoted(house) for _ in range(3)]
    valid = await quoted(house)
    for reference in references:
        await over(make, reference)
    await asyncio.gather(*(expire_all() for _ in range(4)))
    assert await expire_all() == 0
    for reference in references:
        seen = await page(reference, house.buyer)
        assert seen.status is RequestStatus.EXPIRED
        assert seen.offer
        assert seen.offer.status is QuoteStatus.EXPIRED
    assert (await page(valid, house.buyer)).status is RequestStatus.QUOTED
    events = await make.events("quote.expired", house.account.id)
    assert sorted(event["reference"] for event in events) == sorted(references)
    assert all(event["actor_id"] is None for event in events)


async def test_the_sweep_leaves_what_somebody_answers_at_that_moment(make: Factory) -> None:
    house = await open_house(make)
    await expire_all()  # what other tests have left
    reference = await quoted(house)
    await over(make, reference)
    async with make.owner.transaction():
        await make.owner.execute(
            "SELECT FROM quote_request WHERE reference = $1 FOR UPDATE", reference
        )
        assert await expire_all() == 0
    assert await expire_all() == 1


async def test_an_expired_quote_can_be_renewed(make: Factory) -> None:  # rule Q5
    house = await open_house(make)
    reference = await quoted(house)
    await over(make, reference)
    await expire_all()
    await ask_again(reference, house.buyer, "We still need them.")
    assert (await page(reference, house.buyer)).status is RequestStatus.REVISION_REQUESTED
    await sent(house, reference, "9")
    seen = await page(reference, house.buyer)
    assert seen.can_accept
    assert [each.status for each in seen.revisions] == [QuoteStatus.SUPERSEDED, QuoteStatus.SENT]


async def test_we_may_offer_anew_what_has_expired(make: Factory) -> None:
    house = await open_house(make)
    reference = await quoted(house)
    await over(make, reference)
    await expire_all()
    assert (await page(reference, house.sales)).can_price
    await sent(house, reference, "9")
    assert (await page(reference, house.buyer)).can_accept


def test_a_day_ends_where_the_customer_is() -> None:
    day = datetime(2026, 10, 25, tzinfo=UTC).date()  # Berlin sets its clocks back
    assert end_of_day(day, "Europe/Berlin") - end_of_day(
        day - timedelta(days=1), "Europe/Berlin"
    ).astimezone(UTC) == timedelta(hours=25)
