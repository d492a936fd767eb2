"""Only a complete order is processed, and what is missing is said (rule O1)."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from portal.domain.common.errors import Conflict, FieldErrors, NotAllowed, WrongState
from portal.domain.common.permissions import StaffRole
from portal.domain.orders.completeness import Missing, missing_of
from portal.domain.orders.confirmation import NotComplete, confirm
from portal.domain.orders.intake import OrderFacts, OrderLineFacts, complete_order
from portal.domain.orders.tables import SalesOrder, SalesOrderLine
from portal.settings import Settings
from tests.factories import Factory, acting
from tests.order_scenarios import (
    Ordered,
    agree_price,
    confirmed_order,
    loaded,
    phone_order,
    placed_order,
)

SEAL = OrderLineFacts(row=0, description="Seal kit", unit="set", quantity=Decimal(2))
NOTHING_SAID: dict[str, Any] = {"wanted_on": None, "transport": "", "ship_to_id": None}


def whole() -> tuple[SalesOrder, SalesOrderLine]:
    order = SalesOrder(wanted_on=date(2026, 3, 9), transport="road", ship_to_id=1)
    line = SalesOrderLine(item_id=1, quantity=Decimal(1), unit_price=Decimal(0), gift=False)
    return order, line


@pytest.mark.parametrize(
    ("part", "name", "nothing"),
    [
        (Missing.ITEM, "item_id", None),
        (Missing.QUANTITY, "quantity", Decimal(0)),
        (Missing.DELIVERY_TIME, "wanted_on", None),
        (Missing.TRANSPORT, "transport", ""),
        (Missing.PLACE, "ship_to_id", None),
        (Missing.PRICE, "unit_price", None),
    ],
)
def test_each_of_the_six_parts_is_asked_for(part: Missing, name: str, nothing: object) -> None:
    order, line = whole()
    assert missing_of(order, [line]) == ()
    setattr(order if hasattr(order, name) else line, name, nothing)
    assert missing_of(order, [line]) == (part,)


def test_an_order_without_lines_orders_nothing() -> None:
    order, _ = whole()
    assert missing_of(order, []) == (Missing.ITEM, Missing.QUANTITY, Missing.PRICE)


def test_what_makes_up_for_what_is_missing() -> None:
    order, line = whole()
    order.wanted_on, order.promised_ship_on = None, date(2026, 3, 9)  # the quote's promise
    order.ship_to_id, order.transport = None, "pickup"
    line.item_id, line.description = None, "Seal kit"
    line.unit_price, line.gift = None, True  # rule Q6: free
    assert missing_of(order, [line]) == ()


async def test_an_incomplete_order_is_refused_with_what_is_missing(make: Factory) -> None:
    ordered = await phone_order(make, lines=(SEAL,), **NOTHING_SAID)
    by = ordered.cast.representative
    with pytest.raises(NotComplete) as refused:
        async with acting(by):
            await confirm(await loaded(ordered.reference, by), by=by)
    said = (Missing.DELIVERY_TIME, Missing.TRANSPORT, Missing.PLACE, Missing.PRICE)
    assert refused.value.missing == said
    assert refused.value.words == {"missing": tuple(part.label for part in said)}
    assert (await ordered.record()).confirmed_at is None


async def complete(
    ordered: Ordered, facts: OrderFacts, *, version: int | None = None
) -> tuple[Missing, ...]:
    by = ordered.cast.assistant
    async with acting(by):
        order = await loaded(ordered.reference, by)
        return (await complete_order(order, facts, by=by, expected_version=version)).missing


async def test_what_is_missing_is_filled_in_step_by_step(make: Factory) -> None:
    ordered = await phone_order(make, lines=(SEAL,), **NOTHING_SAID)
    day = (await make.owner.fetchval("SELECT business_now()")).date() + timedelta(days=9)
    still = await complete(ordered, OrderFacts(wanted_on=day, transport="road"))
    assert still == (Missing.PLACE, Missing.PRICE)
    price = OrderLineFacts(row=0, position=1, unit_price=Decimal("80.5"))
    facts = OrderFacts(ship_to_id=ordered.cast.account.ship_to_id, lines=(price,))
    assert await complete(ordered, facts) == ()
    order = await ordered.record()
    assert (order.wanted_on, order.transport) == (day, "road")
    assert (order.net_total, order.tax_total) == (Decimal("161.00"), Decimal("20.93"))
    assert order.off_contract  # nobody agreed on that price
    rows = await make.owner.fetch(
        """SELECT verb, audience, after::text FROM activity
           WHERE subject_kind = 'sales_order' AND subject_id = $1 ORDER BY id""",
        order.id,
    )
    assert [(row["verb"], row["audience"]) for row in rows] == [
        ("orders.taken_by_phone", "customer"),
        ("orders.completed", "customer"),
        ("orders.completed", "customer"),
        ("orders.priced", "internal"),
    ]
    assert "place of delivery" in rows[2]["after"]
    await confirmed_order(make, ordered)


async def test_a_line_without_a_price_gets_what_is_asked(make: Factory) -> None:
    ordered = await phone_order(make, price=None)
    await make.owner.execute(
        """UPDATE sales_order_line SET unit_price = NULL, net = 0, tax = 0
           WHERE order_id = (SELECT id FROM sales_order WHERE reference = $1)""",
        ordered.reference,
    )
    await agree_price(make, ordered.cast, "9.0000")
    assert await complete(ordered, OrderFacts()) == ()
    order = await ordered.record()
    assert (order.net_total, order.off_contract) == (Decimal("90.00"), False)


async def test_what_the_customer_said_stays(make: Factory, settings: Settings) -> None:  # rule O11
    ordered = await phone_order(make)
    order = await ordered.record()
    other = await make.insert(
        "ship_to", account_id=ordered.cast.account.id, label="Site", address="Road 2"
    )
    for change, field in (
        ({"wanted_on": order.wanted_on + timedelta(days=1)}, "wanted_on"),
        ({"transport": "air"}, "transport"),
        ({"ship_to_id": other}, "ship_to"),
        ({"ordered_by_name": "Somebody else"}, "ordered_by_name"),
        ({"lines": (OrderLineFacts(row=4, position=9),)}, "lines-4-unit_price"),
        ({"wanted_on": date(2020, 1, 1)}, "wanted_on"),
        ({"transport": "by balloon"}, "transport"),
    ):
        with pytest.raises(FieldErrors) as refused:
            await complete(ordered, replace(OrderFacts(), **change))
        assert [error.field for error in refused.value.errors] == [field]
    accepted = await placed_order(make, settings)
    cheaper = OrderLineFacts(row=0, position=1, unit_price=Decimal(1))
    with pytest.raises(FieldErrors):  # rule Q5: the price was accepted
        await complete(accepted, OrderFacts(lines=(cheaper,)))
    assert await complete(accepted, OrderFacts()) == ()
    assert (await accepted.record()).net_total == Decimal("500.00")


async def test_only_sales_complete_and_only_before_it_is_confirmed(make: Factory) -> None:
    ordered = await phone_order(make)
    for actor in (ordered.cast.buyer, await make.staff(StaffRole.FINANCE)):
        with pytest.raises(NotAllowed):
            async with acting(actor):
                order = await loaded(ordered.reference, actor)
                await complete_order(order, OrderFacts(), by=actor)
    with pytest.raises(Conflict):
        await complete(ordered, OrderFacts(title="Another"), version=0)
    await confirmed_order(make, ordered)
    with pytest.raises(WrongState):
        await complete(ordered, OrderFacts(title="Another"))
