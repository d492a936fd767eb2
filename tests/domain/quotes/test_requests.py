"""Requests are filed once and complete (rules Q1, Q2, O1)."""

import asyncio
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from portal.domain.common.errors import FieldErrors
from portal.domain.quotes.access import find
from portal.domain.quotes.request_check import check
from portal.domain.quotes.request_facts import LineFacts
from tests.domain.quotes.journey import House, file_as, filed, open_house, page, start_draft, wish
from tests.factories import Factory, acting, unique


async def refusals(house: House, **changes: Any) -> dict[str, str]:
    """The errors of a request that is complete but for the changes, by field."""
    facts = await wish(house, **changes)
    async with acting(house.buyer):
        with pytest.raises(FieldErrors) as refused:
            await check(facts, by=house.buyer, account_id=house.account.id)
    return {error.field: error.field_message for error in refused.value.errors}


# Filing


async def test_it_reaches_the_representative_with_a_copy_to_the_assistant(
    make: Factory,
) -> None:  # rule Q1
    house = await open_house(make)
    done = await file_as(house.buyer, house, await wish(house))
    assert done.owner_name == house.sales.name
    (event,) = await make.events("quote.requested", house.account.id)
    assert event["owner_id"] == house.sales.staff_member_id
    assert event["assistant_id"] == house.colleague.staff_member_id
    assert event["reference"] == done.reference


async def test_without_a_representative_it_waits_unassigned(make: Factory) -> None:
    house = await open_house(make)
    await make.owner.execute("DELETE FROM team_member WHERE account_id = $1", house.account.id)
    done = await file_as(house.buyer, house, await wish(house))
    assert done.owner_name == ""
    assert done.request.owner_id is None


async def test_normal_requests_run_on_working_days_and_urgent_ones_always(
    make: Factory,
) -> None:  # rule Q2
    house = await open_house(make)
    normal = await file_as(house.buyer, house, await wish(house))
    assert normal.promise.explanation
    assert normal.promise.explanation.calendar == "working-days"
    assert normal.promise.explanation.duration == timedelta(hours=48)
    facts = await wish(house, urgent=True, urgent_reason="Line 3 stands still")
    urgent = (await file_as(house.buyer, house, facts)).promise
    assert urgent.due_at - urgent.opened_at == timedelta(hours=8)
    assert urgent.warn_at - urgent.opened_at == timedelta(hours=4)
    queues = await make.owner.fetch(
        "SELECT queue FROM outbox WHERE account_id = $1 ORDER BY id", house.account.id
    )
    assert [row["queue"] for row in queues] == ["mail", "urgent"]


async def test_an_accounts_own_figures_hold_for_it(make: Factory) -> None:  # rule Q2
    house = await open_house(make)
    await make.insert(
        "policy_figure",
        key="quote.normal",
        scope_kind="account",
        scope_value=str(house.account.id),
        value='{"warn": 3600, "due": 7200, "calendar": "always"}',
        version=1,
        valid_from=await make.owner.fetchval("SELECT now() - interval '1 day'"),
    )
    promise = (await file_as(house.buyer, house, await wish(house))).promise
    assert promise.due_at - promise.opened_at == timedelta(hours=2)


async def test_lines_take_what_the_catalogue_knows(make: Factory) -> None:
    house = await open_house(make)
    seen = await page(await filed(house), house.buyer)
    first, second = seen.lines
    assert (first.sku, first.unit, first.quantity) == (house.sku, "pcs", Decimal(40))
    assert house.sku in first.description
    assert (second.item_id, second.description, second.unit) == (None, "Seal kit", "set")
    assert second.unit_label == "set"


async def test_two_posts_of_one_form_file_one_request(make: Factory) -> None:
    house = await open_house(make)
    facts, key = await wish(house), unique("form-key-of-a-test-")
    done = await asyncio.gather(
        *(file_as(house.buyer, house, facts, form_key=key) for _ in range(8))
    )
    assert len({each.reference for each in done}) == 1
    assert len({each.promise.due_at for each in done}) == 1
    assert {each.owner_name for each in done} == {house.sales.name}
    assert len(await make.events("quote.requested", house.account.id)) == 1


async def test_a_draft_filed_by_two_posts_of_one_form_is_filed_once(make: Factory) -> None:
    house = await open_house(make)
    facts, key = await wish(house), unique("form-key-of-a-test-")
    draft = await start_draft(house.buyer, house, title="Bearings")

    async def file_it() -> str:
        async with acting(house.buyer):
            loaded = await find(draft.reference, by=house.buyer)
        done = await file_as(house.buyer, house, facts, form_key=key, draft=loaded)
        return done.reference

    assert set(await asyncio.gather(*(file_it() for _ in range(5)))) == {draft.reference}
    assert len(await make.events("quote.requested", house.account.id)) == 1


async def test_a_refused_request_leaves_nothing(make: Factory) -> None:
    house = await open_house(make)
    facts = await wish(house, title="")
    with pytest.raises(FieldErrors):
        await file_as(house.buyer, house, facts)
    count = "SELECT count(*) FROM quote_request WHERE account_id = $1"
    assert await make.owner.fetchval(count, house.account.id) == 0


# What must be there


async def test_all_that_is_missing_is_said_at_once(make: Factory) -> None:  # rule O1
    house = await open_house(make)
    said = await refusals(
        house,
        title=" ",
        wanted_on=None,
        ship_to_id=None,
        transport="carrier pigeon",
        lines=(
            LineFacts(row=2, description="Seal"),
            LineFacts(row=5, quantity=Decimal(1)),
        ),
    )
    assert list(said) == [
        "title",
        "lines-2-unit",
        "lines-2-quantity",
        "lines-5-description",
        "lines-5-unit",
        "wanted_on",
        "transport",
        "ship_to",
    ]


@pytest.mark.parametrize(
    ("line", "cell"),
    [
        (LineFacts(0, sku="NO-SUCH-1", quantity=Decimal(1)), "sku"),
        (LineFacts(0, "", "Seal", Decimal(0), "pcs"), "quantity"),
        (LineFacts(0, "", "Seal", Decimal("-1"), "pcs"), "quantity"),
        (LineFacts(0, "", "Seal", Decimal("0.0001"), "pcs"), "quantity"),
        (LineFacts(0, "", "Seal", Decimal("1e12"), "pcs"), "quantity"),
        (LineFacts(0, "", "x" * 501, Decimal(1), "pcs"), "description"),
        (LineFacts(0, "", "Seal", Decimal(1), "x" * 21), "unit"),
    ],
)
async def test_each_cell_says_what_is_wrong_with_it(
    make: Factory, line: LineFacts, cell: str
) -> None:
    house = await open_house(make)
    assert list(await refusals(house, lines=(line,))) == [f"lines-0-{cell}"]


async def test_days_lie_ahead_at_the_customers_place(make: Factory) -> None:
    house = await open_house(make)
    yesterday = await house.today() - timedelta(days=2)
    line = LineFacts(0, "", "Seal", Decimal(1), "pcs", yesterday)
    assert set(await refusals(house, wanted_on=yesterday, lines=(line,))) == {
        "wanted_on",
        "lines-0-wanted_on",
    }
    far = await house.today() + timedelta(days=4000)
    assert set(await refusals(house, wanted_on=far)) == {"wanted_on"}


async def test_a_day_in_every_line_is_enough(make: Factory) -> None:
    house = await open_house(make)
    day = await house.today() + timedelta(days=5)
    line = LineFacts(0, "", "Seal", Decimal(1), "pcs", day)
    facts = await wish(house, wanted_on=None, lines=(line,))
    assert (await file_as(house.buyer, house, facts)).reference


async def test_urgent_needs_a_reason(make: Factory) -> None:  # rule Q2
    house = await open_house(make)
    assert set(await refusals(house, urgent=True)) == {"urgent_reason"}


async def test_another_accounts_address_is_no_address(make: Factory) -> None:
    house, other = await open_house(make), await open_house(make)
    assert set(await refusals(house, ship_to_id=other.account.ship_to_id)) == {"ship_to"}


async def test_a_request_has_lines_and_not_too_many(make: Factory) -> None:
    house = await open_house(make)
    assert set(await refusals(house, lines=())) == {"lines"}
    many = tuple(LineFacts(row, "", "Seal", Decimal(1), "pcs") for row in range(201))
    assert set(await refusals(house, lines=many)) == {"lines"}
