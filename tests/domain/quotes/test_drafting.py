"""Revisions worked out: prefilled, priced, saved by one at a time (rule Q3)."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from portal.domain.common.errors import Conflict, FieldErrors
from portal.domain.common.money import Money
from portal.domain.common.payment_terms import PaymentTerms
from portal.domain.quotes.states import RequestStatus
from tests.domain.quotes.journey import (
    filed,
    offer,
    open_house,
    page,
)
from tests.domain.quotes.revising import (
    prepared,
    save,
)
from tests.factories import Factory


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
    assert revision.payment_terms is PaymentTerms.IN_ADVANCE  # the account's


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
