"""Orders in the warehouse's hands, brought there by the verbs, and what the warehouse does next."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from portal.database import Login, database_now, unit_of_work
from portal.domain.common.actor import Actor
from portal.domain.common.permissions import StaffRole
from portal.domain.orders import confirmation, delivery, preparation, scheduling, shipping
from portal.domain.orders.intake import OrderLineFacts
from portal.domain.orders.shipments_view import shipment_by_reference
from portal.domain.orders.shipping import HandOver
from portal.domain.orders.tables import Shipment
from tests.factories import Factory, acting, unique
from tests.order_scenarios import agree_price, loaded, phone_order, terms
from tests.scenarios import Cast, cast_of


@dataclass
class Case:
    """An order with everybody who has to do with it; the verbs run as the application's logins."""

    make: Factory
    cast: Cast
    reference: str
    warehouse: Actor
    items: Sequence[int]

    @property
    def sales(self) -> Actor:
        return self.cast.representative

    async def confirm(self) -> None:
        async with acting(self.sales):
            await confirmation.confirm(await loaded(self.reference, self.sales), by=self.sales)

    async def schedule(self) -> None:
        async with acting(self.sales):
            await scheduling.schedule(await loaded(self.reference, self.sales), by=self.sales)

    async def prepare(self) -> str:
        """Start a pick list and return its reference."""
        async with acting(self.warehouse):
            order = await loaded(self.reference, self.warehouse)
            return (await preparation.start_preparation(order, by=self.warehouse)).reference

    async def ship(self, shipment: str, **given: Any) -> None:
        async with acting(self.warehouse):
            await shipping.hand_over(
                await self.shipment(shipment), await self.carrier(**given), by=self.warehouse
            )

    async def deliver(self, shipment: str, **given: Any) -> None:
        """Record the delivery with a photograph of the signed note."""
        form_key = await self.photograph()
        async with acting(self.warehouse):
            await delivery.record_delivery(
                await self.shipment(shipment),
                **{
                    "signed_by": "Chen Hong",
                    "delivered_at": await database_now(),
                    "form_key": form_key,
                    "by": self.warehouse,
                    **given,
                },
            )

    async def carrier(self, **given: Any) -> HandOver:
        today: datetime = await database_now()
        return HandOver(
            **{
                "carrier": "SF Express",
                "tracking_number": "SF1234567890",
                "parcels": 2,
                "expected_on": today.date() + timedelta(days=3),
                **given,
            }
        )

    async def shipment(self, reference: str, by: Actor | None = None) -> Shipment:
        return await shipment_by_reference(reference, by=by or self.warehouse)

    async def photograph(self, by: Actor | None = None) -> str:
        """A signed note, chosen in a form that is not sent yet; returns the form's key."""
        person = by or self.warehouse
        form_key = unique("form-of-the-signed-note-")
        async with unit_of_work(Login.STAFF, person_id=person.person_id):
            await self.make.insert(
                "stored_file",
                public_id=unique("note-"),
                form_key=form_key,
                name="signed.jpg",
                media_type="image/jpeg",
                size_bytes=3,
                sha256=hashlib.sha256(b"abc").hexdigest(),
                storage_key=unique("key-"),
                audience="internal",
                state="staged",
                uploaded_by=person.person_id,
                uploaded_at=await database_now(),
                expires_at=await database_now() + timedelta(hours=1),
            )
        return form_key

    async def status(self) -> str:
        return str(
            await self.make.owner.fetchval(
                "SELECT status FROM sales_order WHERE reference = $1", self.reference
            )
        )

    async def order_id(self) -> int:
        return int(
            await self.make.owner.fetchval(
                "SELECT id FROM sales_order WHERE reference = $1", self.reference
            )
        )

    async def line(self, position: int = 1) -> dict[str, Any]:
        row = await self.make.owner.fetchrow(
            """SELECT l.* FROM sales_order_line l JOIN sales_order o ON o.id = l.order_id
               WHERE o.reference = $1 AND l.position = $2""",
            self.reference,
            position,
        )
        return dict(row)

    async def on_hand(self, item_id: int) -> tuple[Decimal, Decimal, Decimal]:
        """Of an item's good stock: the level, the sum of lots, the sum of movements."""
        row = await self.make.owner.fetchrow(
            """SELECT (SELECT on_hand FROM stock_level WHERE item_id = $1 AND condition = 'good'),
                   (SELECT sum(on_hand) FROM stock_lot WHERE item_id = $1 AND condition = 'good'),
                   (SELECT sum(quantity) FROM stock_movement
                    WHERE item_id = $1 AND condition = 'good')""",
            item_id,
        )
        return tuple(row)

    async def picked(self, shipment: str) -> list[tuple[int, str, Decimal]]:
        """Position, batch and quantity of each line of a shipment."""
        rows = await self.make.owner.fetch(
            """SELECT l.position, sl.batch, sl.quantity FROM shipment_line sl
               JOIN shipment s ON s.id = sl.shipment_id
               JOIN sales_order_line l ON l.id = sl.order_line_id
               WHERE s.reference = $1 ORDER BY l.position, sl.batch""",
            shipment,
        )
        return [(row["position"], row["batch"], row["quantity"]) for row in rows]


async def ordered(
    make: Factory,
    *lines: tuple[int, str],
    cast: Cast | None = None,
    limit: str | None = "1000000",
    payment_terms: str = "days_30",
    **facts: Any,
) -> Case:
    """A phone order of items and quantities, with a credit limit and a warehouse at the branch."""
    cast = cast or await cast_of(make)
    await terms(make, cast, payment_terms)
    wanted = lines or ((cast.item_id, "10"),)
    rows = []
    for row, (item_id, quantity) in enumerate(wanted):
        await agree_price(make, cast, item_id=item_id)
        sku = await make.owner.fetchval("SELECT sku FROM item WHERE id = $1", item_id)
        rows.append(OrderLineFacts(row=row, sku=sku, quantity=Decimal(quantity)))
    placed = await phone_order(make, cast, lines=tuple(rows), **facts)
    if limit is not None:
        await credit_limit(make, cast, limit)
    warehouse = await make.staff(StaffRole.WAREHOUSE, branch_id=cast.account.branch_id)
    return Case(make, cast, placed.reference, warehouse, [item for item, _ in wanted])


async def scheduled(make: Factory, *lines: tuple[int, str], **given: Any) -> Case:
    """The same, confirmed and scheduled. Stock was there before."""
    case = await ordered(make, *lines, **given)
    await case.confirm()
    await case.schedule()
    return case


async def item_in_stock(make: Factory, *batches: tuple[str, str]) -> int:
    """An item with these batches and quantities, the first of them received first."""
    item_id = await make.item()
    for age, (batch, quantity) in enumerate(batches):
        await make.stock(item_id, Decimal(quantity), batch=batch)
        await make.owner.execute(
            """UPDATE stock_lot SET first_received_at = first_received_at - $3::interval
               WHERE item_id = $1 AND batch = $2""",
            item_id,
            batch,
            timedelta(days=len(batches) - age),
        )
    return item_id


async def credit_limit(make: Factory, cast: Cast, amount: str) -> None:
    """An approved limit (rule A16)."""
    approver = await make.staff(StaffRole.DUTY_MANAGER, branch_id=cast.account.branch_id)
    now = await make.owner.fetchval("SELECT business_now()")
    await make.insert(
        "credit_limit",
        account_id=cast.account.id,
        amount=Decimal(amount),
        currency="CNY",
        reason="Ten years of business",
        requested_by=cast.representative.person_id,
        requested_at=now,
        decided_by=approver.person_id,
        decided_at=now,
        approved=True,
    )
