"""The page of an order answers where it is, by when, and what it waits for (rules O2, O21, O22)."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

from portal.database import database_now
from portal.domain.common.actor import Audience
from portal.domain.common.permissions import CustomerRole, StaffRole
from portal.domain.orders import changes, conversation, delivery
from portal.domain.orders.invoicing import invoice
from portal.domain.orders.payments import PaymentFacts, record_payment
from portal.settings import Settings
from tests.customer.conftest import CountStatements
from tests.customer.order_pages import as_buyer, in_stock, shipped_order, short_order, visit
from tests.domain.orders.fulfilling import ordered, scheduled
from tests.factories import Factory, acting
from tests.order_scenarios import confirmed_order, loaded, phone_order, placed_order, terms
from tests.scenarios import cast_of
from tests.visitor import signed_in

SECRET = "the margin is thin"


def steps_of(page: str) -> list[tuple[str, str]]:
    """State and name of each step, in their order."""
    track = page.split('<ol class="track"')[1].split("</ol>", maxsplit=1)[0]
    return re.findall(r'<li class="(\w+)[^"]*"[^>]*>\s*<span class="track-name">([^<]+)', track)


async def test_every_step_is_shown_with_its_state(site: Any, make: Factory) -> None:  # rule O21
    case = await scheduled(make, (await in_stock(make), "10"))
    page = await visit(site, make, case.cast.buyer, case.reference)
    assert steps_of(page) == [
        ("done", "Placed"),
        ("done", "Confirmed"),
        ("now", "Scheduled"),
        ("ahead", "In preparation"),
        ("ahead", "Shipped"),
        ("ahead", "Delivered"),
    ]
    assert case.sales.name in page
    assert "Warehouse" in page
    assert "data-countdown" in page  # the promised shipment is on a clock


async def test_a_page_is_read_in_few_statements(
    site: Any, make: Factory, count_statements: CountStatements
) -> None:
    case, shipment = await shipped_order(make)
    await case.deliver(shipment)
    buyer = await as_buyer(site, make, case)
    with count_statements() as asked:
        assert (await buyer.get(f"/orders/{case.reference}")).status_code == 200
    # Session, order, clocks, policy, files, thread, timeline, shipments, signed papers, release.
    assert len(asked) <= 14, asked


async def test_a_placed_order_says_who_confirms_it_and_the_cut_off(
    site: Any, make: Factory
) -> None:  # rules O1, O2
    placed = await phone_order(make)
    page = await visit(site, make, placed.cast.buyer, placed.reference)
    assert "We confirm it next" in page
    assert placed.cast.representative.name in page
    assert "In stock and released before 15:30" in page
    assert "Not in stock yet" not in page  # nothing is set aside before it is confirmed


async def test_what_is_to_be_paid_first_waits_for_the_customer(
    site: Any, make: Factory
) -> None:  # rule O9
    cast = await cast_of(make)
    placed = await phone_order(make, cast)
    await make.owner.execute(
        "UPDATE sales_order SET payment_terms = 'in_advance' WHERE reference = $1",
        placed.reference,
    )
    await confirmed_order(make, placed)
    page = await visit(site, make, cast.buyer, placed.reference)
    waiting = page.split('id="waiting"')[1].split("</section>")[0]
    assert "We ship when the payment of CN¥124.30 has arrived." in waiting
    home = (await (await signed_in(site, make, cast.buyer)).get("/")).text
    assert "CN¥124.30 is to be paid before it ships." in home


async def test_money_is_shown_to_both_sides_alike(site: Any, make: Factory) -> None:  # rule O22
    case, shipment = await shipped_order(make)
    await case.deliver(shipment)
    finance = await make.staff(StaffRole.FINANCE)
    async with acting(finance):
        today = (await database_now()).date()
        order = await loaded(case.reference, finance)
        await record_payment(order, PaymentFacts(Decimal("24.30"), today, "BANK-7"), by=finance)
        await invoice(await loaded(case.reference, finance), "INV-2026-88", by=finance)
    page = await visit(site, make, case.cast.buyer, case.reference)
    for text in ("INV-2026-88", "BANK-7", "CN¥24.30", "CN¥100.00"):
        assert text in page
    assert "CN¥100.00 of invoice INV-2026-88 is to be paid." in page


async def test_an_exception_is_told_with_the_new_promise(
    site: Any, make: Factory
) -> None:  # rule O14
    case, shipment = await shipped_order(make)
    async with acting(case.warehouse):
        day = (await database_now()).date() + timedelta(days=6)
        record = await case.shipment(shipment)
        await delivery.note_exception(record, "The road is closed.", day, by=case.warehouse)
    page = await visit(site, make, case.cast.buyer, case.reference)
    assert "The road is closed." in page
    assert "Delayed: now expected on" in page
    for text in ("SF Express", "SF1234567890", shipment, "B-77"):
        assert text in page


async def test_the_signed_paper_can_be_had_by_its_account_only(
    site: Any, make: Factory
) -> None:  # rule O16
    case, shipment = await shipped_order(make)
    await case.deliver(shipment)
    page = await visit(site, make, case.cast.buyer, case.reference)
    assert "signed for by Chen Hong" in page
    assert "signed.jpg" in page
    url = "/orders/files/" + page.split('href="/orders/files/')[1].split('"')[0]
    other = await phone_order(make)
    assert (await (await signed_in(site, make, other.cast.buyer)).get(url)).status_code == 404


async def test_a_customer_reads_nothing_that_is_ours(site: Any, make: Factory) -> None:  # O12
    case = await ordered(make, (await in_stock(make), "10"))
    await case.confirm()
    async with acting(case.sales):
        order = await loaded(case.reference, case.sales)
        await conversation.write(order, SECRET, by=case.sales, audience=Audience.INTERNAL)
        await changes.hold(order, f"hold: {SECRET}", "Bay nine", by=case.sales)
    for rest in ("", "/fragments/state", "/fragments/thread", "/placed"):
        page = await visit(site, make, case.cast.buyer, case.reference, rest)
        assert SECRET not in page
        assert "Bay nine" not in page
    assert "on hold" in await visit(site, make, case.cast.buyer, case.reference)


async def test_orders_of_other_accounts_are_not_there(site: Any, make: Factory) -> None:  # A6
    case, shipment = await shipped_order(make)
    other = await phone_order(make)
    stranger = await signed_in(site, make, other.cast.buyer)
    for path in (
        "",
        "/placed",
        "/reorder",
        "/cancel",
        "/parts",
        "/fragments/state",
        "/papers/confirmation",
        f"/papers/delivery-notes/{shipment}",
    ):
        answer = await stranger.get(f"/orders/{case.reference}{path}")
        assert answer.status_code == 404, path
    own = await stranger.get(f"/orders/{other.reference}/papers/delivery-notes/{shipment}")
    assert own.status_code == 404


async def test_where_each_line_is(site: Any, make: Factory) -> None:  # rule O15
    case = await short_order(make)
    page = await visit(site, make, case.cast.buyer, case.reference)
    assert "Set aside for you" in page
    assert "not in stock yet, we name the day" in page
    await make.owner.execute(
        """UPDATE sales_order_line SET available_on = '2027-03-05'
           WHERE position = 2 AND order_id = (SELECT id FROM sales_order WHERE reference = $1)""",
        case.reference,
    )
    assert "expected on Fri 5 Mar" in await visit(site, make, case.cast.buyer, case.reference)


async def test_a_reader_sees_the_order_and_can_do_nothing(site: Any, make: Factory) -> None:
    case = await short_order(make)
    reader = await make.buyer(case.cast.account, CustomerRole.READER)
    page = await visit(site, make, reader, case.reference)
    for action in ("/reorder", "/cancel", "/parts", "/messages"):
        assert f'/orders/{case.reference}{action}"' not in page
    assert "Set aside for you" in page


async def test_fragments_are_parts_for_htmx_and_pages_for_people(
    site: Any, make: Factory, settings: Settings
) -> None:
    placed = await placed_order(make, settings)
    person = await signed_in(site, make, placed.cast.buyer)
    htmx = await signed_in(site, make, placed.cast.buyer, htmx=True)
    for part, mark in (("state", 'id="order-state"'), ("thread", 'id="order-thread"')):
        path = f"/orders/{placed.reference}/fragments/{part}"
        assert "<html" in (await person.get(path)).text
        fragment = (await htmx.get(path)).text
        assert "<html" not in fragment
        assert mark in fragment
    assert "/live?topic=" in (await person.get(f"/orders/{placed.reference}")).text


async def test_the_order_says_where_it_came_from(
    site: Any, make: Factory, settings: Settings
) -> None:
    placed = await placed_order(make, settings)
    page = await visit(site, make, placed.cast.buyer, placed.reference)
    assert re.search(r'href="/quotes/RFQ-[\d-]+\?revision=1#offer"', page)
    by_phone = await phone_order(make)
    page = await visit(site, make, by_phone.cast.buyer, by_phone.reference)
    assert "Came by" in page
    assert "/quotes/RFQ" not in page


async def test_home_shows_what_is_owed_and_what_is_new(site: Any, make: Factory) -> None:
    cast = await cast_of(make)
    await terms(make, cast, "days_30")
    case = await scheduled(make, (await in_stock(make), "10"), cast=cast, title="Urgent seals")
    home = (await (await signed_in(site, make, cast.buyer)).get("/")).text
    owed = home.split('id="home-owed"')[1].split("</section>")[0]
    assert f'href="/orders/{case.reference}"' in owed
    assert "promise-line" in owed
    news = home.split('id="home-news"')[1].split("</section>")[0]
    assert "Order scheduled" in news
    other = await phone_order(make)
    assert (
        case.reference not in (await (await signed_in(site, make, other.cast.buyer)).get("/")).text
    )
