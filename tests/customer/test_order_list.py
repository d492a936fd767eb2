"""The account's orders: what is under way, what has arrived, what is looked for."""

from typing import Any

from tests.customer.conftest import CountStatements
from tests.customer.order_pages import as_buyer, in_stock
from tests.domain.orders.fulfilling import ordered
from tests.factories import Factory
from tests.order_scenarios import phone_order
from tests.scenarios import cast_of
from tests.visitor import signed_in


async def test_tabs_status_and_search_narrow_the_list(site: Any, make: Factory) -> None:
    cast = await cast_of(make)
    first = await ordered(
        make, (await in_stock(make), "10"), cast=cast, title="液压软管", limit="900000"
    )
    await first.confirm()
    await first.schedule()
    shipment = await first.prepare()
    await first.ship(shipment)
    await first.deliver(shipment)
    second = await phone_order(make, cast, title="Seals", purchase_order_number="PO-4711")
    foreign = await phone_order(make, title="液压软管 of somebody else")
    buyer = await as_buyer(site, make, first)
    for query, shown, hidden in (
        ("", (first, second), (foreign,)),
        ("?status=under_way", (second,), (first, foreign)),
        ("?status=received", (first,), (second, foreign)),
        ("?status=placed", (second,), (first,)),
        ("?status=cancelled", (), (first, second)),
        ("?q=软管", (first,), (second, foreign)),
        ("?q=PO-4711", (second,), (first,)),
        ("?status=nonsense", (first, second), (foreign,)),
    ):
        page = (await buyer.get(f"/orders{query}")).text
        for order in shown:
            assert f'href="/orders/{order.reference}"' in page, query
        for order in hidden:
            assert order.reference not in page, query
    assert "No order fits." in (await buyer.get("/orders?status=cancelled")).text


async def test_pages_follow_each_other_without_gap_or_double(
    site: Any, make: Factory, count_statements: CountStatements
) -> None:
    cast = await cast_of(make)
    made = [(await phone_order(make, cast)).reference for _ in range(33)]
    buyer = await signed_in(site, make, cast.buyer)
    with count_statements() as asked:
        first = (await buyer.get("/orders")).text
    assert len(asked) <= 4, asked
    onward = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = (await buyer.get(onward)).text
    seen = [one for page in (first, second) for one in made if f'"/orders/{one}"' in page]
    assert sorted(seen) == sorted(made)
    back = second.split('rel="prev" href="')[1].split('"')[0].replace("&amp;", "&")
    assert made[-1] in (await buyer.get(back)).text


async def test_an_account_without_orders_is_told_how_to_get_one(site: Any, make: Factory) -> None:
    buyer = await signed_in(site, make, (await cast_of(make)).buyer)
    assert "Accepting a quote makes one." in (await buyer.get("/orders")).text
