"""Goods that are not in the catalogue are taxed as the policy says (rule Q3)."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tests.domain.quotes.journey import House, filed, offer, open_house, page
from tests.domain.quotes.revising import prepared, save
from tests.factories import Factory


async def rates(house: House, reference: str) -> list[Decimal]:
    revision = (await page(reference, house.sales)).in_preparation
    assert revision
    return [line.tax_rate for line in revision.lines]


async def policy_says(make: Factory, account_id: int, percent: str) -> None:
    await make.insert(
        "policy_figure",
        key="quote.tax-rate",
        scope_kind="account",
        scope_value=str(account_id),
        value=json.dumps(percent),
        version=1,
        valid_from=datetime(2020, 1, 1, tzinfo=UTC),
    )


@pytest.mark.parametrize(("percent", "rate"), [("13", "0.13"), ("0", "0"), ("6.5", "0.065")])
async def test_the_policy_fills_in_the_rate(make: Factory, percent: str, rate: str) -> None:
    house = await open_house(make)
    await policy_says(make, house.account.id, percent)
    reference = await filed(house)
    version = await prepared(house, reference)
    assert (await rates(house, reference))[1] == Decimal(rate)
    facts = await offer(house)
    untaxed = replace(facts, lines=[facts.lines[0], replace(facts.lines[1], tax_rate=None)])
    await save(house, reference, untaxed, version)
    assert (await rates(house, reference))[1] == Decimal(rate)


async def test_what_is_typed_counts(make: Factory) -> None:
    house = await open_house(make)
    reference = await filed(house)
    facts = await offer(house)
    typed = replace(facts.lines[1], tax_rate=Decimal("0.09"))
    await save(
        house,
        reference,
        replace(facts, lines=[facts.lines[0], typed]),
        await prepared(house, reference),
    )
    assert (await rates(house, reference))[1] == Decimal("0.09")
