"""The stage of the journeys of orders: more people, and orders brought so far by the verbs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from portal.domain.common.permissions import StaffRole
from portal.domain.orders.shipping import HandOver
from portal.domain.service_levels import branch_calendar
from tests import order_scenarios
from tests.e2e.order_actors import DutyManager, Finance, OrderDesk, Orderer, Warehouse
from tests.e2e.scene import Scene
from tests.factories import acting
from tests.order_scenarios import Ordered, phone_order

if TYPE_CHECKING:
    from tests.factories import Factory

# Where the branches of the tests are.
ZONE = ZoneInfo("Asia/Shanghai")
Brought = Callable[..., Awaitable[Ordered]]


@dataclass
class OrderScene(Scene):
    """An account that pays as `pays` says; its orders are for ten of the item, net CNY 110.00."""

    @cached_property
    def buyer(self) -> Orderer:
        return self.enters(Orderer, self.cast.buyer)

    @cached_property
    def sales(self) -> OrderDesk:
        """The account's sales representative, who confirms its orders (rule O1)."""
        return self.enters(OrderDesk, self.cast.representative)

    @cached_property
    def assistant(self) -> OrderDesk:
        return self.enters(OrderDesk, self.cast.assistant)

    @cached_property
    def warehouse(self) -> Warehouse:
        return self._joins(Warehouse, StaffRole.WAREHOUSE)

    @cached_property
    def finance(self) -> Finance:
        return self._joins(Finance, StaffRole.FINANCE)

    @cached_property
    def duty_manager(self) -> DutyManager:
        return self._joins(DutyManager, StaffRole.DUTY_MANAGER)

    def pays(self, terms: str, *, limit: str = "") -> None:
        """By which terms the account pays; on account it may have a credit limit."""

        async def agreed(make: Factory) -> None:
            if limit:
                await order_scenarios.on_account(make, self.cast, limit)
            await order_scenarios.terms(make, self.cast, terms)

        self.portal.make(agreed)

    def buyer_is_main_contact(self) -> None:
        """What concerns orders that nobody of the portal placed goes to the main contact."""
        mark = "UPDATE contact SET is_main = true WHERE person_id = $1"
        self.portal.make(lambda make: make.owner.execute(mark, self.cast.buyer.person_id))

    def puts_in_stock(self, quantity: str) -> None:
        self.portal.make(lambda make: make.stock(self.cast.item_id, quantity))

    # Orders that were taken by phone and brought so far

    def taken(self, **facts: Any) -> str:
        async def untouched(make: Factory, ordered: Ordered) -> Ordered:
            return ordered

        return self._order(untouched, **facts)

    def confirmed(self, *, stock: str = "100", **facts: Any) -> str:
        return self._order(order_scenarios.confirmed_order, stock=stock, **facts)

    def scheduled(self, *, stock: str = "100", **facts: Any) -> str:
        return self._order(order_scenarios.scheduled_order, stock=stock, **facts)

    def on_the_way(self, handed: HandOver) -> tuple[str, str]:
        """The references of an order and of its delivery note, which a carrier has."""
        shipments = []

        async def shipped(make: Factory, ordered: Ordered) -> Ordered:
            shipments.append(await order_scenarios.shipped_order(make, handed, ordered))
            return ordered

        return self._order(shipped), shipments[0]

    def _order(self, bring: Brought, *, stock: str | None = None, **facts: Any) -> str:
        async def made(make: Factory) -> str:
            ordered = await phone_order(make, self.cast, **facts)
            so_far = {} if stock is None else {"stock": stock}
            return (await bring(make, ordered, **so_far)).reference

        return self.portal.make_by_verbs(made)

    # The business clock, for portals of a test's own

    def next_working_day(self, after: date | None = None) -> date:
        """The first day after `after`, or after today, on which the account's branch is open."""

        async def day(_: Factory) -> date:
            async with acting(self.cast.representative):
                branch_id = self.cast.account.branch_id
                return await branch_calendar.next_working_day(branch_id, after or self.today)

        return self.portal.make_by_verbs(day)

    def it_becomes(self, day: date, at: time) -> None:
        """Set the business clock to a moment at the branch."""
        ahead = datetime.combine(day, at, ZONE) - datetime.now(ZONE)
        self.portal.make(lambda make: make.move_clock(ahead))

    def _joins(self, kind: Any, role: StaffRole) -> Any:
        """Somebody of the account's branch with a role of their own."""
        branch_id = self.cast.account.branch_id
        return self.enters(
            kind, self.portal.make(lambda make: make.staff(role, branch_id=branch_id))
        )
