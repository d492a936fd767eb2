"""Payment terms are codes: a customer's own and those the policy offers (rules Q3, O9)."""

import json
from datetime import UTC, datetime

import asyncpg
import pytest

from portal.domain.common.errors import FieldErrors
from portal.domain.common.payment_terms import PaymentTerms
from tests.domain.quotes.journey import House, filed, offer, open_house, page, quoted
from tests.domain.quotes.revising import prepared, save
from tests.factories import Factory


async def agreed(house: House, terms: PaymentTerms) -> None:
    await house.make.owner.execute(
        "UPDATE account SET payment_terms = $2 WHERE id = $1", house.account.id, terms.value
    )


async def saved(house: House, reference: str, terms: PaymentTerms) -> PaymentTerms:
    facts = await offer(house, payment_terms=terms)
    await save(house, reference, facts, await prepared(house, reference))
    revision = (await page(reference, house.sales)).in_preparation
    assert revision
    return revision.payment_terms


async def test_a_revision_starts_with_the_customers_own_terms(make: Factory) -> None:
    house = await open_house(make)
    await agreed(house, PaymentTerms.DAYS_60)
    reference = await filed(house)
    await prepared(house, reference)
    revision = (await page(reference, house.sales)).in_preparation
    assert revision
    assert revision.payment_terms is PaymentTerms.DAYS_60


@pytest.mark.parametrize(
    "terms", [PaymentTerms.DAYS_30, PaymentTerms.IN_ADVANCE, PaymentTerms.DEPOSIT]
)
async def test_what_the_policy_offers_can_be_quoted(make: Factory, terms: PaymentTerms) -> None:
    house = await open_house(make)
    assert await saved(house, await filed(house), terms) is terms


async def test_other_terms_are_for_those_who_have_them(make: Factory) -> None:
    house = await open_house(make)
    reference = await filed(house)
    with pytest.raises(FieldErrors) as refused:
        await saved(house, reference, PaymentTerms.DAYS_60)
    assert [error.field for error in refused.value.errors] == ["payment_terms"]
    await agreed(house, PaymentTerms.DAYS_60)
    assert await saved(house, reference, PaymentTerms.DAYS_60) is PaymentTerms.DAYS_60


async def test_terms_that_stood_can_stand_again(make: Factory) -> None:
    house = await open_house(make)
    await agreed(house, PaymentTerms.DAYS_60)
    reference = await quoted(house, payment_terms=PaymentTerms.DAYS_60)
    await agreed(house, PaymentTerms.IN_ADVANCE)
    assert await saved(house, reference, PaymentTerms.DAYS_60) is PaymentTerms.DAYS_60


async def test_the_policy_says_to_whom_what_is_offered(make: Factory) -> None:
    house = await open_house(make)
    await policy_offers(make, house.account.id, ["in_advance", "days_60"])
    reference = await filed(house)
    assert await saved(house, reference, PaymentTerms.DAYS_60) is PaymentTerms.DAYS_60
    with pytest.raises(FieldErrors):
        await saved(house, reference, PaymentTerms.DEPOSIT)


async def test_the_database_keeps_codes_only(make: Factory) -> None:
    house = await open_house(make)
    await quoted(house)
    for table in ("quote", "account"):
        key = "account_id" if table == "quote" else "id"
        with pytest.raises(asyncpg.PostgresError):
            await make.owner.execute(
                f"UPDATE {table} SET payment_terms = '30 days' WHERE {key} = $1",
                house.account.id,
            )


async def policy_offers(make: Factory, account_id: int, codes: list[str]) -> None:
    await make.insert(
        "policy_figure",
        key="quote.payment-terms",
        scope_kind="account",
        scope_value=str(account_id),
        value=json.dumps(codes),
        version=1,
        valid_from=datetime(2020, 1, 1, tzinfo=UTC),
    )
