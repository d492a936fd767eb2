"""Who plays in the demo: the supplier's staff, the customers and their people."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from portal.database import Login, UnitOfWork, unit_of_work
from portal.domain.common.actor import Actor, Side
from portal.domain.common.payment_terms import PaymentTerms
from portal.domain.common.permissions import Permission
from portal.domain.service_levels.business_calendar import BusinessCalendar

_LOGINS = {Side.CUSTOMER: Login.CUSTOMER, Side.STAFF: Login.STAFF, Side.SYSTEM: Login.WORKER}


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch with the hours its people keep and the days its promises are counted in."""

    id: int
    office_hours: BusinessCalendar
    working_days: BusinessCalendar


@dataclass(frozen=True, slots=True)
class Customer:
    """An account with its people by their key, and who of us serves it."""

    id: int
    name: str
    branch: Branch
    locale: str
    currency: str
    timezone: str
    people: dict[str, Actor]
    contact_ids: dict[str, int]
    ship_to_ids: list[int]
    representative: Actor
    assistant: Actor
    manager: Actor
    supervisor: Actor
    terms: PaymentTerms


@dataclass(frozen=True, slots=True)
class Goods:
    """An item as the stories need it; the list price is in CNY."""

    id: int
    sku: str
    list_price: Decimal


@dataclass(slots=True)
class Cast:
    """Everybody and everything, by the keys of the data files. `now` is the moment of seeding.

    `orders` has the reference of each order by its title, as soon as it is placed.
    """

    now: datetime
    supplier_name: str
    branches: dict[str, Branch] = field(default_factory=dict)
    staff: dict[str, Actor] = field(default_factory=dict)
    supervisors: dict[str, Actor] = field(default_factory=dict)
    customers: dict[str, Customer] = field(default_factory=dict)
    goods: dict[str, Goods] = field(default_factory=dict)
    orders: dict[str, str] = field(default_factory=dict)

    def who_may(self, permission: Permission, branch_id: int | None = None) -> Actor:
        """The first of the staff who may, of the branch if one is given and has one."""
        able = [actor for actor in self.staff.values() if actor.may(permission)]
        return next((actor for actor in able if actor.branch_id == branch_id), able[0])


@asynccontextmanager
async def acting(actor: Actor) -> AsyncIterator[UnitOfWork]:
    """A unit of work as the application opens it for this person, or as the worker does."""
    async with unit_of_work(
        _LOGINS[actor.side], account_id=actor.account_id, person_id=actor.person_id
    ) as unit:
        yield unit
