"""A quote is accepted and becomes exactly one order (rules Q5, O1)."""

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal

import asyncpg
import pytest

from portal import database
from portal.database import Login
from portal.domain.common.actor import Actor
from portal.domain.common.errors import FieldErrors, NotAllowed, NotFound
from portal.domain.common.permissions import CustomerRole
from portal.domain.orders.acceptance import Accepted, accept_quote
from portal.domain.orders.listing import OrderFilter, orders
from portal.domain.orders.record_page import order_page
from portal.domain.orders.states import Origin, PromiseBasis
from portal.domain.quotes import answers
from portal.domain.quotes.access import find
from portal.domain.quotes.refusals import (
    AlreadyAccepted,
    NothingToAnswer,
    QuoteExpired,
    QuoteSuperseded,
)
from portal.domain.quotes.states import RequestStatus, Transport
from portal.settings import Settings
from tests.domain.quotes.journey import accepted, filed, open_house, page, quoted, sent
from tests.factories import Factory, acting


async def accept(reference: str, actor: Actor, revision: int = 1, **said: str) -> Accepted:
    async with acting(actor):
        request = await find(reference, by=actor)
        return await accept_quote(request, revision, by=actor, **{"name": actor.name, **said})


async def test_an_order_says_what_was_agreed(make: Factory) -> None:  # rules Q5, O1
    house = await open_house(make)
    reference = await quoted(house, discount_percent=Decimal("2.5"))
    order_wish = (await page(reference, house.buyer)).record.wanted_on
    done = await accept(reference, house.buyer, name="Li Wei", purchase_order_number="PO-77")
    assert done.order_reference.startswith("SO-")
    for viewer in (house.buyer, house.sales):
        async with acting(viewer):
            order = await order_page(done.order_reference, by=viewer)
        assert order.request_reference == reference
        assert (order.revision, order.ordered_by) == (1, "Li Wei")
        assert order.record.purchase_order_number == "PO-77"
        assert [line.net.amount for line in order.lines] == [Decimal("487.5"), Decimal("24.38")]
        assert order.gross == order.net + order.tax
        assert order.ship_to_address == "No. 1 Test Road"
        assert order.transport is Transport.SUPPLIER_CHOICE
        assert order.record.promised_ship_on  # rule Q3: the ship due date comes from the quote
        assert order.record.basis is PromiseBasis.QUOTE  # rule O4
        assert order.record.came_by is Origin.QUOTE
        assert order.record.ordered_by_name == "Li Wei"
        assert order.record.wanted_on == order_wish
        assert not order.record.off_contract
    seen = await page(reference, house.buyer)
    assert seen.status is RequestStatus.ACCEPTED
    assert seen.offer
    assert seen.offer.answered_name == "Li Wei"
    assert seen.offer.answered_at
    (event,) = await make.events("quote.accepted", house.account.id)
    assert event["order_reference"] == done.order_reference


@pytest.fixture
async def many_connections(settings: Settings) -> AsyncIterator[None]:
    """As many connections as people: everybody really asks at once."""
    urls = {
        Login.CUSTOMER: settings.customer_url,
        Login.STAFF: settings.staff_url,
        Login.WORKER: settings.worker_url,
    }
    await database.close_pools()
    await database.open_pools(urls, size=50)
    yield
    # Others need connections, too.
    await database.close_pools()
    await database.open_pools(urls)


async def test_fifty_who_accept_at_once_make_one_order(
    make: Factory, many_connections: None
) -> None:  # rule Q5
    house = await open_house(make)
    reference = await quoted(house)
    barrier = asyncio.Barrier(50)

    async def accept_together() -> str:
        async with acting(house.buyer):
            request = await find(reference, by=house.buyer)
            await barrier.wait()
            try:
                done = await accept_quote(request, 1, by=house.buyer, name="Li Wei")
            except AlreadyAccepted as already:
                return already.order_reference
            return done.order_reference

    told = await asyncio.gather(*(accept_together() for _ in range(50)))
    assert len(set(told)) == 1
    count = "SELECT count(*) FROM sales_order WHERE account_id = $1"
    assert await make.owner.fetchval(count, house.account.id) == 1
    assert len(await make.events("quote.accepted", house.account.id)) == 1


async def test_the_database_itself_allows_one_order(make: Factory) -> None:
    house = await open_house(make)
    reference = await quoted(house)
    done = await accepted(house, reference)
    with pytest.raises(asyncpg.UniqueViolationError):
        await make.owner.execute(
            """INSERT INTO sales_order (account_id, reference, status, origin, request_id, quote_id,
                   currency, net_total, tax_total, gross_total, payment_terms, promised_ship_on,
                   placed_by, placed_at)
               SELECT account_id, 'SO-TWICE', status, origin, request_id, quote_id, currency,
                   net_total, tax_total, gross_total, payment_terms, promised_ship_on, placed_by,
                   placed_at
               FROM sales_order WHERE reference = $1""",
            done.order_reference,
        )


async def test_accepting_twice_leads_to_the_same_order(make: Factory) -> None:
    house = await open_house(make)
    reference = await quoted(house)
    done = await accepted(house, reference)
    with pytest.raises(AlreadyAccepted) as already:
        await accepted(house, reference)
    assert already.value.order_reference == done.order_reference
    assert already.value.words["order_reference"] == done.order_reference


async def test_only_the_open_revision_can_be_accepted(make: Factory) -> None:  # rule Q5
    house = await open_house(make)
    reference = await filed(house)
    with pytest.raises(NothingToAnswer):
        await accept(reference, house.buyer)
    await sent(house, reference, "10")
    await sent(house, reference, "8")
    with pytest.raises(QuoteSuperseded):
        await accept(reference, house.buyer, 1)
    async with acting(house.buyer):
        request = await find(reference, by=house.buyer)
        await answers.ask_for_revision(request, 2, "Cheaper", by=house.buyer)
    with pytest.raises(NothingToAnswer):
        await accept(reference, house.buyer, 2)
    await sent(house, reference, "7")
    assert (await accept(reference, house.buyer, 3)).revision == 3


async def test_an_expired_revision_cannot_be_accepted(make: Factory) -> None:  # rules Q3, Q5
    house = await open_house(make)
    reference = await quoted(house)
    await make.owner.execute("ALTER TABLE quote DISABLE TRIGGER keep_sent_quote")
    await make.owner.execute(
        """UPDATE quote SET valid_until = (business_now() AT TIME ZONE 'Asia/Shanghai')::date - 1
           WHERE account_id = $1""",
        house.account.id,
    )
    await make.owner.execute("ALTER TABLE quote ENABLE TRIGGER keep_sent_quote")
    with pytest.raises(QuoteExpired):
        await accept(reference, house.buyer)
    count = "SELECT count(*) FROM sales_order WHERE account_id = $1"
    assert await make.owner.fetchval(count, house.account.id) == 0


async def test_on_its_last_day_it_can_still_be_accepted(make: Factory) -> None:  # rule Q3
    house = await open_house(make)
    today = await make.owner.fetchval("SELECT (business_now() AT TIME ZONE 'Asia/Shanghai')::date")
    reference = await quoted(house, valid_until=today)
    assert await accept(reference, house.buyer)


async def test_who_confirms_is_named(make: Factory) -> None:  # rule Q5
    house = await open_house(make)
    reference = await quoted(house)
    with pytest.raises(FieldErrors) as refused:
        await accept(reference, house.buyer, name=" ", purchase_order_number="x" * 101)
    assert [error.field for error in refused.value.errors] == ["name", "purchase_order_number"]


async def test_staff_record_a_confirmation_given_by_phone(make: Factory) -> None:  # rule O1
    house = await open_house(make)
    reference = await quoted(house)
    done = await accept(reference, house.sales, name="Li Wei")
    async with acting(house.buyer):
        order = await order_page(done.order_reference, by=house.buyer)
    assert (order.ordered_by, order.placed_by) == ("Li Wei", house.sales.name)


async def test_readers_and_strangers_accept_nothing(make: Factory) -> None:
    house, other = await open_house(make), await open_house(make)
    reference = await quoted(house)
    reader = await make.buyer(house.account, CustomerRole.READER)
    with pytest.raises(NotAllowed):
        await accept(reference, reader)
    with pytest.raises(NotFound):
        await accept(reference, other.buyer)


async def test_orders_are_seen_by_those_they_concern(make: Factory) -> None:  # rule A6
    house, other = await open_house(make), await open_house(make)
    done = await accepted(house, await quoted(house))
    for stranger in (other.buyer, other.sales):
        with pytest.raises(NotFound):
            async with acting(stranger):
                await order_page(done.order_reference, by=stranger)
        async with acting(stranger):
            assert (await orders(OrderFilter(), by=stranger)).rows == []


async def test_orders_are_listed_newest_first_and_found(make: Factory) -> None:
    house = await open_house(make)
    placed = [(await accepted(house, await quoted(house))).order_reference for _ in range(5)][::-1]
    async with acting(house.buyer):
        first = await orders(OrderFilter(size=2), by=house.buyer)
        assert [row.reference for row in first.rows] == placed[:2]
        assert first.before is None
        second = await orders(OrderFilter(size=2, after=first.after or ""), by=house.buyer)
        assert [row.reference for row in second.rows] == placed[2:4]
        third = await orders(OrderFilter(size=2, after=second.after or ""), by=house.buyer)
        assert [row.reference for row in third.rows] == placed[4:]
        assert third.after is None
        back = await orders(OrderFilter(size=2, before=third.before or ""), by=house.buyer)
        assert [row.reference for row in back.rows] == placed[2:4]
        for text in (placed[3], house.sku, "seal"):
            found = await orders(OrderFilter(text=text), by=house.buyer)
            assert placed[3] in [row.reference for row in found.rows]
        assert (await orders(OrderFilter(text="nothing like it"), by=house.buyer)).rows == []
