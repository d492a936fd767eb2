"""At which prices goods can be ordered without a new quote (rule O1)."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from portal.database import database_now
from portal.domain.orders.agreed_prices import Agreed, Goods, agreed_prices, goods_of
from portal.domain.quotes.revision_facts import PriceFacts
from portal.settings import Settings
from tests.factories import Factory, acting
from tests.order_scenarios import agree_price
from tests.scenarios import Cast, cast_of, filed_request, quote_in_draft, sent_quote


async def agreed(cast: Cast, *goods: Goods, ahead: int = 0) -> Mapping[Goods, Agreed]:
    """What both sides read of it, `ahead` days from now."""
    found = list[Mapping[Goods, Agreed]]()
    for actor in (cast.buyer, cast.representative):
        async with acting(actor):
            on: date = (await database_now()).date() + timedelta(days=ahead)
            found.append(await agreed_prices(cast.account.id, "CNY", goods, on=on))
    assert found[0] == found[1]
    return found[0]


def offered(cast: Cast, price: str, **line: Any) -> tuple[PriceFacts, ...]:
    facts = {"sku": cast.sku, "quantity": Decimal(40), "unit": "pcs", **line}
    return (PriceFacts(row=0, unit_price=Decimal(price), **facts),)


async def test_nothing_was_agreed(make: Factory) -> None:
    cast = await cast_of(make)
    assert await agreed(cast, cast.item_id) == {}
    assert Agreed().asked is None
    assert not Agreed().covers(None)


async def test_the_accounts_own_price_stands_first(make: Factory, settings: Settings) -> None:
    cast = await cast_of(make)
    await sent_quote(make, settings, await filed_request(make, cast))
    await agree_price(make, cast, "13.0000")
    found = (await agreed(cast, cast.item_id))[cast.item_id]
    assert found == Agreed((Decimal(13), Decimal("12.5")))
    assert found.asked == Decimal(13)
    assert found.covers(Decimal("12.5"))
    assert not found.covers(Decimal("12.4999"))


async def test_a_quotes_price_is_after_its_discounts_while_it_holds(
    make: Factory, settings: Settings
) -> None:
    cast = await cast_of(make)
    await sent_quote(
        make,
        settings,
        await filed_request(make, cast),
        discount_percent=Decimal("2.5"),
        lines=offered(cast, "12.3456", discount_percent=Decimal(5)),
    )
    found = (await agreed(cast, cast.item_id, ahead=30))[cast.item_id]
    assert found.prices == (Decimal("11.4351"),)  # 12.3456 x 0.95 x 0.975, half up
    assert await agreed(cast, cast.item_id, ahead=32) == {}


async def test_what_was_free_on_a_quote_is_not_free_again(  # rule Q6
    make: Factory, settings: Settings
) -> None:
    cast = await cast_of(make)
    lines = offered(cast, "12.5", discount_percent=Decimal(100))
    await sent_quote(make, settings, await filed_request(make, cast), lines=lines)
    assert await agreed(cast, cast.item_id) == {}


async def test_a_quote_that_was_not_sent_agrees_on_nothing(make: Factory) -> None:
    filed = await quote_in_draft(make)
    assert await agreed(filed.cast, filed.cast.item_id) == {}


async def test_what_the_catalogue_does_not_have_goes_by_its_words(
    make: Factory, settings: Settings
) -> None:
    cast = await cast_of(make)
    await sent_quote(
        make,
        settings,
        await filed_request(make, cast),
        lines=offered(
            cast, "80", sku="", description="Seal Kit", unit="set", tax_rate=Decimal("0.13")
        ),
    )
    key = goods_of(None, " seal kit ")
    assert (await agreed(cast, key))[key].asked == Decimal(80)
    other = await cast_of(make)
    assert await agreed(other, key) == {}
