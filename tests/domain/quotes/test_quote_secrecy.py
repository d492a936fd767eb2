"""What is ours and what is another's stays closed, in the database itself (rules A6, Q5)."""

from decimal import Decimal

import asyncpg
import pytest

from portal.database import Login, execute, fetch, unit_of_work
from portal.domain.common.activity import timeline
from portal.domain.common.actor import Actor
from portal.domain.common.errors import NotFound
from portal.domain.notices.news_of_customer import news_of_customer
from portal.domain.quotes import conversation, handling
from portal.domain.quotes.access import find
from portal.domain.quotes.listing import CustomerFilter, own_requests
from portal.domain.quotes.tables import SUBJECT_KIND
from tests.domain.quotes.journey import (
    House,
    accepted,
    approved,
    filed,
    open_house,
    page,
    priced,
    quoted,
)
from tests.factories import Factory, acting

OURS = {
    "quote": ("effective_discount", "discount_limit", "reviewed_by", "review_note"),
    "quote_line": ("list_price", "account_price"),
    "recorded_call": ("note",),
    "item": ("list_price",),
}
TABLES = (
    "quote_request",
    "quote_request_line",
    "quote",
    "quote_line",
    "recorded_call",
    "target",
    "sales_order",
    "sales_order_line",
)


async def rows_seen(actor: Actor, table: str, account_id: int) -> int:
    async with acting(actor):
        rows = await fetch(f"SELECT id FROM {table} WHERE account_id = $1", account_id)
        return len(rows)


async def test_another_accounts_rows_are_not_there(make: Factory) -> None:
    house, other = await open_house(make), await open_house(make)
    await accepted(house, await quoted(house))
    for table in TABLES:
        assert await rows_seen(other.buyer, table, house.account.id) == 0
        async with unit_of_work(Login.CUSTOMER):
            assert await fetch(f"SELECT id FROM {table}") == []
    assert await rows_seen(house.buyer, "sales_order", house.account.id) == 1


async def test_foreign_and_unknown_requests_cannot_be_told_apart(make: Factory) -> None:
    house, other = await open_house(make), await open_house(make)
    foreign = await quoted(other)
    for reference in (foreign, "RFQ-2026-99999", "", "x"):
        for viewer in (house.buyer, house.sales):
            with pytest.raises(NotFound) as refused:
                await page(reference, viewer)
            assert refused.value.words == {}
    async with acting(house.buyer):
        assert (await own_requests(CustomerFilter(text=foreign), by=house.buyer)).rows == []
        assert await news_of_customer(by=house.buyer, limit=6) == []


@pytest.mark.parametrize(
    ("table", "column"), [(table, name) for table, names in OURS.items() for name in names]
)
async def test_what_we_note_cannot_even_be_asked_for(
    make: Factory, table: str, column: str
) -> None:
    house = await open_house(make)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with acting(house.buyer):
            await fetch(f"SELECT {column} FROM {table}")


async def test_judgements_are_not_readable_at_all(make: Factory) -> None:  # rule Q4
    house = await open_house(make)
    await quoted(house)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with acting(house.buyer):
            await fetch("SELECT id FROM quote_judgement")


async def test_customers_see_no_revision_before_it_is_sent(make: Factory) -> None:  # rule Q5
    house = await open_house(make)
    reference = await filed(house)
    await approved(house, reference)
    seen = await page(reference, house.buyer)
    assert list(seen.revisions) == []
    assert seen.in_preparation is None
    assert await rows_seen(house.buyer, "quote", house.account.id) == 0
    assert await rows_seen(house.buyer, "quote_line", house.account.id) == 0
    second = await quoted(house)
    await priced(house, second, "1")
    seen = await page(second, house.buyer)
    assert [each.revision for each in seen.revisions] == [1]


async def test_a_sent_revision_shows_no_list_price(make: Factory) -> None:
    house = await open_house(make)
    reference = await quoted(house)
    (ours, *_), (theirs, *_) = (
        seen.revisions[0].lines
        for seen in (await page(reference, house.sales), await page(reference, house.buyer))
    )
    assert ours.list_price == Decimal("12.5")
    assert theirs.list_price is None


async def test_the_customers_timeline_has_no_internal_steps(make: Factory) -> None:  # rule A5
    house = await open_house(make)
    reference = await quoted(house)
    async with acting(house.buyer):
        request = await find(reference, by=house.buyer)
        theirs = await timeline(SUBJECT_KIND, request.id, visible_to=house.sales.reads)
    async with acting(house.sales):
        ours = await timeline(SUBJECT_KIND, request.id, visible_to=house.sales.reads)
    internal = {"quotes.judged", "quotes.revision_saved", "quotes.approved"}
    assert internal <= {entry.verb for entry in ours}
    assert not internal & {entry.verb for entry in theirs}
    assert {"quotes.submitted", "quotes.sent"} <= {entry.verb for entry in theirs}


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE quote SET net_total = 1, gross_total = 1 + tax_total",
        "UPDATE quote SET valid_until = valid_until + 30",
        "UPDATE quote_line SET unit_price = 0",
        "DELETE FROM quote_line",
        "INSERT INTO quote (account_id, request_id, revision, status, currency, prepared_by) "
        "VALUES (1, 1, 9, 'sent', 'CNY', 1)",
        "UPDATE quote_request SET account_id = account_id + 1",
        "UPDATE quote_request SET requested_by = NULL",
        "UPDATE quote_request_line SET quantity = 1",
        "DELETE FROM quote_request",
        "UPDATE sales_order SET gross_total = 0",
        "DELETE FROM sales_order",
        "INSERT INTO recorded_call (account_id, request_id, recorded_by, caller, called_at) "
        "VALUES (1, 1, 1, 'x', now())",
    ],
)
async def test_a_customers_login_cannot_write_what_is_not_theirs(
    make: Factory, change: str
) -> None:
    house = await open_house(make)
    await quoted(house)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with acting(house.buyer):
            await execute(change)


async def test_lines_cannot_be_slipped_into_a_request_that_was_sent(make: Factory) -> None:
    house = await open_house(make)
    reference = await filed(house)
    for actor in (house.buyer, house.sales):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with acting(actor):
                request = await find(reference, by=actor)
                await execute(
                    """INSERT INTO quote_request_line
                           (account_id, request_id, position, description, quantity, unit)
                       VALUES ($1, $2, 9, 'x', 1, 'pcs')""",
                    house.account.id,
                    request.id,
                )


async def test_an_answer_is_given_once(make: Factory) -> None:  # rule Q5
    house = await open_house(make)
    await accepted(house, await quoted(house))
    for change in (
        "UPDATE quote SET answered_name = 'Somebody else'",
        "UPDATE quote SET status = 'sent'",
    ):
        with pytest.raises(asyncpg.IntegrityConstraintViolationError):
            async with acting(house.buyer):
                await execute(change)


async def test_a_customer_asks_in_their_own_name(make: Factory) -> None:
    house = await open_house(make)
    other = await make.buyer(house.account)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with acting(house.buyer):
            await execute(
                """INSERT INTO quote_request
                       (account_id, reference, status, requested_by, created_at, updated_at)
                   VALUES ($1, 'RFQ-FORGED', 'draft', $2, now(), now())""",
                house.account.id,
                other.person_id,
            )


async def test_every_change_is_recorded_with_who_and_what(make: Factory) -> None:  # rule A5
    house = await open_house(make)
    reference = await quoted(house)
    rows = await make.owner.fetch(
        """SELECT verb, actor_id, actor_name, after FROM activity WHERE reference = $1
           ORDER BY id""",
        reference,
    )
    assert [row["verb"].removeprefix("quotes.") for row in rows] == [
        "drafted",
        "submitted",
        "judged",
        "revision_prepared",
        "revision_saved",
        "review_wanted",
        "approved",
        "sent",
    ]
    assert {row["actor_id"] for row in rows} == {
        house.buyer.person_id,
        house.sales.person_id,
        house.supervisor.person_id,
    }


async def test_a_note_reaches_no_customer_by_any_way(make: Factory) -> None:
    house = await open_house(make)
    reference = await filed(house)
    await leave_traces(house, reference)
    async with acting(house.buyer):
        request = await find(reference, by=house.buyer)
        for table in ("message", "activity", "notice"):
            rows = await fetch(f"SELECT to_jsonb(x)::text AS whole FROM {table} x")
            assert not any("haggle" in row["whole"] for row in rows)
        seen = await timeline(SUBJECT_KIND, request.id, visible_to=house.buyer.reads)
        assert not any("haggle" in str(entry) for entry in seen)


async def leave_traces(house: House, reference: str) -> None:
    async with acting(house.sales):
        request = await find(reference, by=house.sales)
        note = house.sales.reads
        await conversation.write(request, "They haggle.", by=house.sales, audience=note)
        judgement = handling.Judgement(True, True, True, "They haggle.")
        await handling.judge(request, judgement, by=house.sales)
        assert house.colleague.staff_member_id
        await handling.hand_over(
            request,
            to_staff_id=house.colleague.staff_member_id,
            by=house.sales,
            reason="They haggle.",
        )
