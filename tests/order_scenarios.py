"""Orders in the state that a test needs, made by the verbs as the people who would make them."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from portal.database import database_now
from portal.domain.common.actor import Actor
from portal.domain.common.permissions import StaffRole
from portal.domain.orders import intake
from portal.domain.orders.confirmation import confirm
from portal.domain.orders.finding import order_by_reference
from portal.domain.orders.intake import OrderFacts, OrderLineFacts
from portal.domain.orders.preparation import start_preparation
from portal.domain.orders.scheduling import schedule
from portal.domain.orders.shipping import HandOver, hand_over
from portal.domain.orders.tables import SalesOrder
from portal.settings import Settings
from tests.factories import Factory, acting
from tests.scenarios import Cast, accepted_quote, cast_of, filed_request


@dataclass
class Ordered:
    """An order with those who have to do with it."""

    cast: Cast
    reference: str

    async def record(self, by: Actor | None = None) -> SalesOrder:
        """The order as it is now. Within a unit of work of yours, use `loaded`."""
        actor = by or self.cast.representative
        async with acting(actor):
            return await loaded(self.reference, actor)


async def loaded(reference: str, by: Actor) -> SalesOrder:
    """The order in the unit of work that is open."""
    return await order_by_reference(reference, by=by)


async def agree_price(
    make: Factory, cast: Cast, price: str = "11.0000", item_id: int | None = None
) -> None:
    """Let the account have a price of its own, since long ago and until further notice."""
    await make.insert(
        "account_price",
        account_id=cast.account.id,
        item_id=item_id or cast.item_id,
        unit_price=Decimal(price),
        currency="CNY",
        valid_from=date(2020, 1, 1),
    )


async def terms(make: Factory, cast: Cast, payment_terms: str) -> None:
    """Let the account pay by these terms: `days_30`, `days_60`, `in_advance`, `deposit`."""
    await make.owner.execute(
        "UPDATE account SET payment_terms = $2 WHERE id = $1", cast.account.id, payment_terms
    )


async def on_account(make: Factory, cast: Cast, limit: str = "1000000") -> None:
    """Let the account pay 30 days after delivery, within an approved credit limit."""
    await terms(make, cast, "days_30")
    now = await make.owner.fetchval("SELECT business_now()")
    await make.insert(
        "credit_limit",
        account_id=cast.account.id,
        amount=Decimal(limit),
        currency="CNY",
        reason="A good customer",
        requested_by=cast.representative.person_id,
        requested_at=now,
        decided_by=cast.supervisor.person_id,
        decided_at=now,
        approved=True,
    )


async def placed_order(make: Factory, settings: Settings, cast: Cast | None = None) -> Ordered:
    """An order by accepting a quote: 40 pieces of the cast's item."""
    cast = cast or await cast_of(make)
    filed = await accepted_quote(make, settings, await filed_request(make, cast))
    assert filed.order
    return Ordered(cast, filed.order.order_reference)


async def phone_order(
    make: Factory,
    cast: Cast | None = None,
    *,
    quantity: str = "10",
    price: str | None = "11.0000",
    by: Actor | None = None,
    **facts: Any,
) -> Ordered:
    """An order that the assistant took by phone, complete and at the account's own price.

    With `price=None` the account has no price of its own: the order is at the list price and off
    contract. Give `facts` of `OrderFacts` to have it otherwise.
    """
    cast = cast or await cast_of(make)
    if price is not None and not await _has_price(make, cast):
        await agree_price(make, cast, price)
    taker = by or cast.assistant
    async with acting(taker):
        wanted = OrderFacts(
            **{
                "title": "Spare bearings",
                "ordered_by_name": "Li Wei",
                "wanted_on": (await database_now()).date() + timedelta(days=14),
                "transport": "road",
                "ship_to_id": cast.account.ship_to_id,
                "lines": (OrderLineFacts(row=0, sku=cast.sku, quantity=Decimal(quantity)),),
                **facts,
            }
        )
        placed = await intake.enter_phone_order(wanted, by=taker, account_id=cast.account.id)
    return Ordered(cast, placed.reference)


async def reorder(make: Factory, source: Ordered, *, by: Actor | None = None) -> Ordered:
    """The buyer has ordered again what `source` had."""
    buyer = by or source.cast.buyer
    async with acting(buyer):
        order = await loaded(source.reference, buyer)
        facts = await intake.reorder_facts(order, buyer)
        wanted = OrderFacts(
            title=facts.title,
            wanted_on=(await database_now()).date() + timedelta(days=14),
            transport=facts.transport or "road",
            ship_to_id=facts.ship_to_id or source.cast.account.ship_to_id,
            lines=facts.lines,
        )
        placed = await intake.place_reorder(order, wanted, by=buyer)
    return Ordered(source.cast, placed.reference)


async def confirmed_order(
    make: Factory, ordered: Ordered | None = None, *, stock: str = "100"
) -> Ordered:
    """An order that the representative has confirmed, with so much of the item in stock."""
    ordered = ordered or await phone_order(make)
    if Decimal(stock):
        await make.stock(ordered.cast.item_id, stock)
    by = ordered.cast.representative
    async with acting(by):
        await confirm(await loaded(ordered.reference, by), by=by)
    return ordered


async def scheduled_order(
    make: Factory, ordered: Ordered | None = None, *, stock: str = "100"
) -> Ordered:
    """A confirmed order that the warehouse may prepare."""
    ordered = await confirmed_order(make, ordered, stock=stock)
    by = ordered.cast.representative
    async with acting(by):
        await schedule(await loaded(ordered.reference, by), by=by)
    return ordered


async def order_in_preparation(
    make: Factory, ordered: Ordered | None = None, *, stock: str = "100"
) -> Ordered:
    """A scheduled order whose pick list somebody of the warehouse has started."""
    ordered = await scheduled_order(make, ordered, stock=stock)
    by = await warehouse_of(make, ordered.cast)
    async with acting(by):
        await start_preparation(await loaded(ordered.reference, by), by=by)
    return ordered


async def shipped_order(
    make: Factory, handed: HandOver, ordered: Ordered | None = None, *, stock: str = "100"
) -> str:
    """An order that a carrier has; returns the reference of its delivery note."""
    ordered = await scheduled_order(make, ordered, stock=stock)
    by = await warehouse_of(make, ordered.cast)
    async with acting(by):
        shipment = await start_preparation(await loaded(ordered.reference, by), by=by)
        await hand_over(shipment, handed, by=by)
    return shipment.reference


async def warehouse_of(make: Factory, cast: Cast) -> Actor:
    """Somebody of the warehouse at the cast's branch."""
    return await make.staff(StaffRole.WAREHOUSE, branch_id=cast.account.branch_id)


async def _has_price(make: Factory, cast: Cast) -> bool:
    return bool(
        await make.owner.fetchval(
            "SELECT EXISTS (SELECT FROM account_price WHERE account_id = $1 AND item_id = $2)",
            cast.account.id,
            cast.item_id,
        )
    )
