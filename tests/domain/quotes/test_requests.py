"""Requests from draft to submission, by customers and taken by phone (rules Q1, Q2, O1)."""

import asyncio
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from portal.domain.common.actor import Actor
from portal.domain.common.errors import FieldErrors, NotAllowed, NotFound, WrongState
from portal.domain.common.permissions import CustomerRole, StaffRole
from portal.domain.quotes import requests
from portal.domain.quotes.access import find
from portal.domain.quotes.request_check import check
from portal.domain.quotes.request_facts import LineFacts, RequestFacts
from portal.domain.quotes.requests import Submitted
from portal.domain.quotes.states import Channel, RequestStatus
from portal.domain.quotes.tables import QuoteRequest
from portal.domain.service_levels.promise import PromiseState
from tests.domain.quotes.journey import House, filed, open_house, page, wish
from tests.factories import Factory, acting, unique


async def file_as(
    actor: Actor,
    house: House,
    facts: RequestFacts,
    *,
    form_key: str = "",
    draft: QuoteRequest | None = None,
) -> Submitted:
    async with acting(actor):
        return await requests.submit(
            facts, by=actor, account_id=house.account.id, form_key=form_key, draft=draft
        )


async def start_draft(actor: Actor, house: House, **typed: str) -> QuoteRequest:
    async with acting(actor):
        return await requests.save_draft(
            {name: [value] for name, value in typed.items()},
            by=actor,
            account_id=house.account.id,
        )


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


# Drafts


async def test_a_draft_keeps_every_word_and_is_resumed(make: Factory) -> None:
    house = await open_house(make)
    draft = await start_draft(
        house.buyer, house, **{"title": "Bearings", "lines-0-quantity": "about 40"}
    )
    async with acting(house.buyer):
        again = await find(draft.reference, by=house.buyer)
        assert requests.typed_in(again)["lines-0-quantity"] == ["about 40"]
        await requests.save_draft(
            {"title": ["Bearings for line 3"]},
            by=house.buyer,
            account_id=house.account.id,
            draft=again,
        )
    done = await file_as(house.buyer, house, await wish(house), draft=again)
    assert done.reference == draft.reference
    seen = await page(draft.reference, house.buyer)
    assert (seen.status, seen.title) == (RequestStatus.OPEN, "Bearings for line 3")


async def test_two_posts_of_one_form_make_one_draft_which_is_then_filed(make: Factory) -> None:
    house, key = await open_house(make), unique("form-key-of-a-test-")

    async def save() -> str:
        async with acting(house.buyer):
            draft = await requests.save_draft(
                {"title": ["x"]}, by=house.buyer, account_id=house.account.id, form_key=key
            )
            return draft.reference

    (reference,) = set(await asyncio.gather(save(), save(), save()))
    done = await file_as(house.buyer, house, await wish(house), form_key=key)
    assert done.reference == reference


async def test_a_draft_can_be_thrown_away_but_not_afterwards_filed(make: Factory) -> None:
    house = await open_house(make)
    draft = await start_draft(house.buyer, house, title="x")
    async with acting(house.buyer):
        await requests.discard(draft, by=house.buyer)
    with pytest.raises(NotFound):
        async with acting(house.buyer):
            await find(draft.reference, by=house.buyer)
    facts = await wish(house)
    with pytest.raises(WrongState):
        await file_as(house.buyer, house, facts, draft=draft)


async def test_a_draft_that_was_filed_cannot_be_saved_again(make: Factory) -> None:
    house = await open_house(make)
    draft = await start_draft(house.buyer, house, title="x")
    await file_as(house.buyer, house, await wish(house), draft=draft)
    with pytest.raises(WrongState):
        async with acting(house.buyer):
            await requests.save_draft({}, by=house.buyer, account_id=house.account.id, draft=draft)


async def test_staff_do_not_see_what_a_customer_has_not_sent(make: Factory) -> None:
    house = await open_house(make)
    draft = await start_draft(house.buyer, house, title="x")
    with pytest.raises(NotFound):
        async with acting(house.supervisor):
            await find(draft.reference, by=house.supervisor)


# Taken by phone or e-mail


async def contact_of(house: House) -> int:
    return int(
        await house.make.owner.fetchval(
            "SELECT id FROM contact WHERE person_id = $1", house.buyer.person_id
        )
    )


async def test_staff_enter_what_was_asked_by_phone(make: Factory) -> None:  # rule Q1
    house = await open_house(make)
    facts = await wish(house, channel="phone", contact_id=await contact_of(house))
    done = await file_as(house.colleague, house, facts)
    seen = await page(done.reference, house.buyer)
    assert seen.channel is Channel.PHONE
    assert seen.contact_name == seen.requested_by == house.buyer.name
    assert seen.entered_by
    assert seen.entered_by.name == house.colleague.name
    assert seen.owner
    assert seen.owner.id == house.sales.staff_member_id
    assert seen.can_withdraw


async def test_who_asked_and_how_must_be_named(make: Factory) -> None:  # rule Q1
    house, other = await open_house(make), await open_house(make)
    facts = await wish(house, contact_id=await contact_of(other))
    with pytest.raises(FieldErrors) as refused:
        await file_as(house.sales, house, facts)
    assert [error.field for error in refused.value.errors] == ["channel"]
    facts = await wish(house, channel="email", contact_id=await contact_of(other))
    with pytest.raises(FieldErrors) as refused:
        await file_as(house.sales, house, facts)
    assert [error.field for error in refused.value.errors] == ["contact"]


async def test_customers_do_not_see_what_staff_have_not_filed(make: Factory) -> None:
    house = await open_house(make)
    draft = await start_draft(house.sales, house, title="x")
    with pytest.raises(NotFound):
        async with acting(house.buyer):
            await find(draft.reference, by=house.buyer)
    async with acting(house.colleague):
        assert (await find(draft.reference, by=house.colleague)).id == draft.id


async def test_a_customer_cannot_pretend_to_have_called(make: Factory) -> None:
    house = await open_house(make)
    facts = await wish(house, channel="phone", contact_id=await contact_of(house))
    done = await file_as(house.buyer, house, facts)
    assert (await page(done.reference, house.buyer)).channel is Channel.PORTAL


# Who may


async def test_readers_and_strangers_cannot_ask(make: Factory) -> None:
    house, other = await open_house(make), await open_house(make)
    facts = await wish(house)
    reader = await make.buyer(house.account, CustomerRole.READER)
    with pytest.raises(NotAllowed):
        await file_as(reader, house, facts)
    with pytest.raises(NotFound):
        await file_as(other.buyer, house, facts)
    with pytest.raises(NotFound):
        await file_as(other.sales, house, facts)
    finance = await make.staff(StaffRole.FINANCE)
    with pytest.raises(NotAllowed):
        await file_as(finance, house, facts)


# Withdrawing


async def test_a_customer_withdraws_and_nothing_is_owed_any_more(make: Factory) -> None:
    house = await open_house(make)
    reference = await filed(house)
    async with acting(house.buyer):
        request = await find(reference, by=house.buyer)
        await requests.withdraw(request, by=house.buyer, reason="Found it in our store")
    seen = await page(reference, house.sales)
    assert seen.status is RequestStatus.WITHDRAWN
    assert seen.record.closing_reason == "Found it in our store"
    assert seen.promise
    assert seen.promise.state is PromiseState.CANCELLED
    assert len(await make.events("quote.withdrawn", house.account.id)) == 1
    with pytest.raises(WrongState):
        async with acting(house.buyer):
            await requests.withdraw(request, by=house.buyer)
