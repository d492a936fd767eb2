"""An order with everybody of its branch, and events about it as the verbs announce them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from portal.database import Login, unit_of_work
from portal.domain.common.actor import Actor, Side
from portal.domain.common.permissions import StaffRole
from portal.domain.orders.events import OrderEvent
from portal.domain.orders.tables import SalesOrder
from portal.domain.orders.telling import tell
from tests.domain.notices.happenings import newest_event, told
from tests.domain.notices.happenings import tell as expanded
from tests.factories import Account, Factory, unique

PROMISED = date(2026, 8, 24)


@dataclass
class Case:
    """An order of an account, and everybody of the branch who has to do with it."""

    make: Factory
    account: Account
    buyer: Actor
    representative: Actor
    assistant: Actor
    supervisor: Actor
    warehouse: Actor
    finance: Actor
    manager: Actor
    order: SalesOrder

    async def event(self, event: OrderEvent, *, by: Actor, **facts: Any) -> int:
        login = Login.CUSTOMER if by.side is Side.CUSTOMER else Login.STAFF
        async with unit_of_work(login, account_id=by.account_id, person_id=by.person_id):
            await tell(self.order, event, by=by, **facts)
        event_id = await newest_event(self.make, event)
        await expanded(event_id)
        return event_id

    async def happens(self, event: OrderEvent, *, by: Actor, **facts: Any) -> dict[str, str]:
        """Announce as a verb does, tell as the worker does: who was told what."""
        return await told(self.make, await self.event(event, by=by, **facts))

    async def shipment(self, **values: Any) -> int:
        now = await self.make.owner.fetchval("SELECT business_now()")
        sent = {
            "status": "shipped",
            "carrier": "SF Express",
            "tracking_number": "SF123",
            "parcels": 2,
            "shipped_by": self.warehouse.person_id,
            "shipped_at": now,
            "expected_on": PROMISED,
        }
        return await self.make.insert(
            "shipment",
            account_id=self.account.id,
            order_id=self.order.id,
            reference=unique("DN-2026-"),
            ship_to_id=self.account.ship_to_id,
            prepared_by=self.warehouse.person_id,
            prepared_at=now,
            **{**sent, **values},
        )


async def case(make: Factory, *, urgent: bool = False, locale: str = "en") -> Case:
    branch = await make.branch()
    supervisor = await make.staff(StaffRole.SALES_SUPERVISOR, branch_id=branch)
    representative = await make.staff(branch_id=branch, supervisor=supervisor)
    assistant = await make.staff(StaffRole.SALES_ASSISTANT, branch_id=branch)
    account = await make.account(
        branch_id=branch, representative=representative, assistant=assistant
    )
    buyer = await make.buyer(account, locale=locale)
    now = await make.owner.fetchval("SELECT business_now()")
    order_id = await make.insert(
        "sales_order",
        account_id=account.id,
        reference=unique("SO-2026-"),
        status="confirmed",
        origin="phone",
        title="Bearings for line 3",
        urgent=urgent,
        currency="CNY",
        net_total=Decimal(100),
        tax_total=Decimal(13),
        gross_total=Decimal(113),
        payment_terms="days_30",
        ship_to_id=account.ship_to_id,
        promised_ship_on=PROMISED,
        promise_basis="stock",
        placed_by=buyer.person_id,
        placed_at=now,
        confirmed_at=now,
    )
    async with unit_of_work(Login.STAFF):
        order = await SalesOrder.objects().where(SalesOrder.id == order_id).first()
    assert order
    return Case(
        make,
        account,
        buyer,
        representative,
        assistant,
        supervisor,
        await make.staff(StaffRole.WAREHOUSE, branch_id=branch),
        await make.staff(StaffRole.FINANCE, branch_id=branch),
        await make.staff(StaffRole.DUTY_MANAGER, branch_id=branch),
        order,
    )
