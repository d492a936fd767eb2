"""Orders ordered again and orders by phone (rule O1)."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import asyncpg
import pytest

from portal.database import database_now, execute
from portal.domain.common.actor import Actor
from portal.domain.common.errors import FieldErrors, NotAllowed, NotFound
from portal.domain.common.permissions import CustomerRole, StaffRole
from portal.domain.orders import intake
from portal.domain.orders.completeness import Missing
from portal.domain.orders.finding import lines_of
from portal.domain.orders.intake import OrderFacts, OrderLineFacts, PlacedOrder
from portal.domain.orders.states import OrderStatus, Origin
from portal.settings import Settings
from tests.factories import Factory, acting
from tests.order_scenarios import (
    Ordered,
    agree_price,
    loaded,
    phone_order,
    placed_order,
    reorder,
    terms,
)
from tests.scenarios import Cast, cast_of

KEY = "0123456789abcdef"


async def again(source: Ordered, by: Actor, *, form_key: str = "", **changes: Any) -> PlacedOrder:
    """Order again what `source` had, by 14 days from now."""
    async with acting(by):
        order = await loaded(source.reference, by)
        facts = await intake.reorder_facts(order, by)
        wanted = {
            "wanted_on": (await database_now()).date() + timedelta(days=14),
            "ordered_by_name": "Li Wei",
            **changes,
        }
        return await intake.place_reorder(order, replace(facts, **wanted), by=by, form_key=form_key)


async def call(
    cast: Cast, by: Actor, *lines: OrderLineFacts, form_key: str = "", **facts: Any
) -> PlacedOrder:
    async with acting(by):
        wanted = OrderFacts(**{"ordered_by_name": "Li Wei", "lines": lines, **facts})
        return await intake.enter_phone_order(
            wanted, by=by, account_id=cast.account.id, form_key=form_key
        )


async def refused_fields(attempt: object) -> list[str]:
    with pytest.raises(FieldErrors) as refused:
        await attempt  # type: ignore[misc]
    return [error.field for error in refused.value.errors]


async def test_a_reorder_is_at_todays_agreed_prices(make: Factory, settings: Settings) -> None:
    source = await placed_order(make, settings)
    await agree_price(make, source.cast, "11.5000")
    await terms(make, source.cast, "days_60")
    placed = await again(source, source.cast.buyer, purchase_order_number="PO-9", urgent=True)
    assert placed.missing == ()
    order = placed.order
    assert (order.state, order.came_by) == (OrderStatus.PLACED, Origin.REORDER)
    assert (order.terms.value, order.urgent, order.off_contract) == ("days_60", True, False)
    assert (order.ordered_by_name, order.purchase_order_number) == ("Li Wei", "PO-9")
    assert order.promised_ship_on is None  # nothing is promised before staff confirm it
    async with acting(source.cast.representative):
        (line,) = await lines_of(order.id)
    assert (line.unit_price, line.net, line.tax) == (
        Decimal("11.5"),
        Decimal("460.00"),
        Decimal("59.80"),
    )
    assert order.gross_total == Decimal("519.80")
    (event,) = await make.events("order.placed", source.cast.account.id)
    assert event["reference"] == placed.reference


async def test_a_price_of_a_quote_that_still_holds_was_agreed(
    make: Factory, settings: Settings
) -> None:  # rule O1: off contract is a price that neither quote nor account has
    source = await placed_order(make, settings)
    placed = await again(source, source.cast.buyer)
    assert (placed.missing, placed.order.off_contract) == ((), False)
    assert placed.order.net_total == Decimal("500.00")


async def test_a_price_of_a_quote_that_has_run_out_was_not(
    make: Factory, settings: Settings
) -> None:
    source = await placed_order(make, settings)
    await make.owner.execute("ALTER TABLE quote DISABLE TRIGGER keep_sent_quote")
    await make.owner.execute(
        "UPDATE quote SET valid_until = '2020-01-31' WHERE account_id = $1",
        source.cast.account.id,
    )
    await make.owner.execute("ALTER TABLE quote ENABLE TRIGGER keep_sent_quote")
    placed = await again(source, source.cast.buyer)
    assert placed.missing == (Missing.PRICE,)
    (event,) = await make.events("order.incomplete", source.cast.account.id)
    assert event["missing"] == ["price"]


async def test_customers_name_no_prices(make: Factory) -> None:
    source = await phone_order(make)
    async with acting(source.cast.buyer):
        order = await loaded(source.reference, source.cast.buyer)
        facts = await intake.reorder_facts(order, source.cast.buyer)
    cheaper = tuple(replace(line, unit_price=Decimal("0.01")) for line in facts.lines)
    placed = await again(source, source.cast.buyer, lines=cheaper)
    assert placed.order.net_total == Decimal("110.00")


async def test_customers_say_all_that_they_can_say(make: Factory) -> None:  # rule O1
    source = await phone_order(make)
    fields = await refused_fields(
        again(source, source.cast.buyer, wanted_on=None, transport="", ship_to_id=None)
    )
    assert fields == ["wanted_on", "transport", "ship_to"]


async def test_only_what_was_ordered_can_be_ordered_again(make: Factory) -> None:
    source = await phone_order(make)
    await make.owner.execute(
        "UPDATE item SET archived_at = now() WHERE id = $1", source.cast.item_id
    )
    for line, field in (
        (OrderLineFacts(row=0, position=9, quantity=Decimal(1)), "lines-0-quantity"),
        (OrderLineFacts(row=3, sku=source.cast.sku, quantity=Decimal(1)), "lines-3-quantity"),
        (OrderLineFacts(row=0, position=1, quantity=Decimal(1)), "lines-0-quantity"),  # archived
        (OrderLineFacts(row=0, position=1, quantity=Decimal(-1)), "lines-0-quantity"),
    ):
        assert await refused_fields(again(source, source.cast.buyer, lines=(line,))) == [field]
    assert await refused_fields(again(source, source.cast.buyer, lines=())) == ["lines"]


async def test_a_phone_order_says_who_called(make: Factory) -> None:  # rule O1
    ordered = await phone_order(make)
    order = await ordered.record()
    assert (order.came_by, order.ordered_by_name) == (Origin.PHONE, "Li Wei")
    assert order.placed_by == ordered.cast.assistant.person_id
    assert order.confirmed_at is None
    cast = await cast_of(make)
    line = OrderLineFacts(row=0, sku=cast.sku, quantity=Decimal(1))
    assert await refused_fields(call(cast, cast.assistant, line, ordered_by_name=" ")) == [
        "ordered_by_name"
    ]


async def test_a_phone_order_may_be_incomplete_and_says_so(make: Factory) -> None:  # rule O1
    cast = await cast_of(make)
    line = OrderLineFacts(row=0, description="Seal kit", unit="set", quantity=Decimal("2.5"))
    placed = await call(cast, cast.assistant, line)
    assert placed.missing == (
        Missing.DELIVERY_TIME,
        Missing.TRANSPORT,
        Missing.PLACE,
        Missing.PRICE,
    )


async def test_a_list_price_is_off_contract(make: Factory) -> None:  # rule O1
    ordered = await phone_order(make, price=None)
    order = await ordered.record()
    assert order.off_contract
    assert order.net_total == Decimal("125.00")  # 10 at the list price of 12.50
    again = await phone_order(make, ordered.cast)  # the account has its own price now
    assert not (await again.record()).off_contract


async def test_a_price_that_staff_name_is_off_contract_unless_agreed(make: Factory) -> None:
    cast = await cast_of(make)
    await agree_price(make, cast, "11.0000")
    for price, off_contract in (("11.0000", False), ("10.9999", True)):
        line = OrderLineFacts(row=0, sku=cast.sku, quantity=Decimal(3), unit_price=Decimal(price))
        placed = await call(cast, cast.representative, line)
        assert placed.order.off_contract is off_contract


async def test_every_wrong_cell_is_said_at_once(make: Factory) -> None:
    cast = await cast_of(make)
    other = await cast_of(make)
    lines = (
        OrderLineFacts(row=0, sku="NO-SUCH", quantity=Decimal(1)),
        OrderLineFacts(row=1, quantity=None),
        OrderLineFacts(row=2, sku=cast.sku, quantity=Decimal("0.0001"), unit_price=Decimal(-1)),
        OrderLineFacts(
            row=3,
            description="Kit",
            unit="set",
            quantity=Decimal(1),
            unit_price=Decimal("1.00001"),
            tax_rate=Decimal(1),
        ),
    )
    fields = await refused_fields(
        call(
            cast,
            cast.assistant,
            *lines,
            transport="by balloon",
            ship_to_id=other.account.ship_to_id,
            wanted_on=date(2020, 1, 1),
            title="x" * 201,
        )
    )
    assert fields == [
        "title",
        "wanted_on",
        "transport",
        "ship_to",
        "lines-0-sku",
        "lines-1-quantity",
        "lines-1-description",
        "lines-1-unit",
        "lines-2-quantity",
        "lines-2-unit_price",
        "lines-3-tax_rate",
        "lines-3-unit_price",
    ]


async def test_a_form_sent_twice_makes_one_order(make: Factory) -> None:
    cast = await cast_of(make)
    line = OrderLineFacts(row=0, sku=cast.sku, quantity=Decimal(1))
    sent = [call(cast, cast.assistant, line, form_key=KEY) for _ in range(5)]
    placed = {each.reference for each in await asyncio.gather(*sent)}
    assert len(placed) == 1
    source = Ordered(cast, placed.pop())
    way = {"transport": "pickup", "form_key": KEY}
    sent = [again(source, cast.buyer, **way) for _ in range(5)]
    assert len({each.reference for each in await asyncio.gather(*sent)}) == 1
    count = "SELECT count(*) FROM sales_order WHERE account_id = $1"
    assert await make.owner.fetchval(count, cast.account.id) == 2
    assert len(await make.events("order.placed", cast.account.id)) == 2


async def test_a_reorder_has_no_gifts(make: Factory) -> None:  # rule Q6
    source = await phone_order(make)
    await make.owner.execute(
        """UPDATE sales_order_line SET gift = true, net = 0, tax = 0
           WHERE order_id = (SELECT id FROM sales_order WHERE reference = $1)""",
        source.reference,
    )
    async with acting(source.cast.buyer):
        order = await loaded(source.reference, source.cast.buyer)
        assert (await intake.reorder_facts(order, source.cast.buyer)).lines == ()
    line = OrderLineFacts(row=0, position=1, quantity=Decimal(1))
    assert await refused_fields(again(source, source.cast.buyer, lines=(line,))) == [
        "lines-0-quantity"
    ]


async def test_who_may_order(make: Factory) -> None:
    source = await phone_order(make)
    other = await cast_of(make)
    reader = await make.buyer(source.cast.account, CustomerRole.READER)
    finance = await make.staff(StaffRole.FINANCE)
    for actor, error in (
        (reader, NotAllowed),
        (finance, NotAllowed),
        (other.buyer, NotFound),
        (other.representative, NotFound),  # rule A6
    ):
        with pytest.raises(error):
            await again(source, actor)
    line = OrderLineFacts(row=0, sku=source.cast.sku, quantity=Decimal(1))
    for actor, error in (
        (source.cast.buyer, NotAllowed),
        (finance, NotAllowed),
        (other.representative, NotFound),  # rule A6
    ):
        with pytest.raises(error):
            await call(source.cast, actor, line)
    assert (await again(source, source.cast.representative)).order.came_by is Origin.REORDER


async def test_the_database_lets_customers_only_place(make: Factory) -> None:  # rule O1
    cast = await cast_of(make)
    await agree_price(make, cast)
    source = await reorder(make, await phone_order(make, cast))
    order = await source.record()
    copy = """INSERT INTO sales_order (account_id, reference, status, origin, reordered_from_id,
            currency, net_total, tax_total, gross_total, payment_terms, placed_by, placed_at,
            confirmed_at)
        SELECT account_id, 'SO-' || $2, $2, $3, id, currency, net_total, tax_total,
            gross_total, payment_terms, placed_by, placed_at, now()
        FROM sales_order WHERE id = $1"""
    for status, origin in (("confirmed", "reorder"), ("placed", "phone")):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with acting(cast.buyer):
                await execute(copy, order.id, status, origin)
    await make.owner.execute(
        "UPDATE sales_order SET status = 'confirmed', confirmed_at = now() WHERE id = $1",
        order.id,
    )
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with acting(cast.buyer):
            await execute(
                """INSERT INTO sales_order_line (account_id, order_id, position, description,
                       quantity, unit, tax_rate, net, tax)
                   SELECT account_id, order_id, 9, description, 1, unit, tax_rate, 0, 0
                   FROM sales_order_line WHERE order_id = $1""",
                order.id,
            )
