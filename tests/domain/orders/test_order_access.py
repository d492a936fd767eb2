"""Who finds which order: its account, its team and line, warehouse and finance (rule A6)."""

import pytest

from portal.domain.common.actor import SYSTEM
from portal.domain.common.errors import NotFound
from portal.domain.common.permissions import CustomerRole, Permission, StaffRole, allowed
from portal.domain.orders.access import visible_orders_condition
from portal.domain.orders.finding import lines_of, order_by_reference
from tests.factories import Factory, acting
from tests.order_scenarios import phone_order
from tests.scenarios import cast_of

SEES_ALL = [
    StaffRole.WAREHOUSE,
    StaffRole.FINANCE,
    StaffRole.SALES_SUPERVISOR,
    StaffRole.SERVICE_SUPERVISOR,
    StaffRole.DUTY_MANAGER,
    StaffRole.GENERAL_MANAGER,
    StaffRole.MANAGEMENT_REPRESENTATIVE,
    StaffRole.ADMINISTRATOR,
]


async def test_the_account_and_those_who_serve_it(make: Factory) -> None:
    ordered = await phone_order(make)
    cast = ordered.cast
    reader = await make.buyer(cast.account, CustomerRole.READER)
    for actor in (cast.buyer, reader, cast.representative, cast.assistant, cast.manager):
        async with acting(actor):
            order = await order_by_reference(ordered.reference, by=actor)
            assert [line.position for line in await lines_of(order.id)] == [1]


@pytest.mark.parametrize("role", list(StaffRole))
async def test_those_whose_role_it_is_see_every_order(make: Factory, role: StaffRole) -> None:
    ordered = await phone_order(make)
    actor = await make.staff(role)
    async with acting(actor):
        if role in SEES_ALL:
            assert await order_by_reference(ordered.reference, by=actor)
        else:
            with pytest.raises(NotFound):
                await order_by_reference(ordered.reference, by=actor)


async def test_foreign_and_unknown_cannot_be_told_apart(make: Factory) -> None:
    ordered, other = await phone_order(make), await cast_of(make)
    for reference in (ordered.reference, "SO-1999-00001"):
        for actor in (other.buyer, other.representative):
            with pytest.raises(NotFound):
                async with acting(actor):
                    await order_by_reference(reference, by=actor)
    order = await ordered.record()
    async with acting(other.buyer):  # the database holds back what a query forgets
        assert await lines_of(order.id) == []


async def test_reading_all_orders_is_not_reading_all_accounts() -> None:
    for role in (StaffRole.WAREHOUSE, StaffRole.FINANCE):
        assert allowed(role, Permission.READ_ALL_ORDERS)
        assert not allowed(role, Permission.READ_ALL_ACCOUNTS)
    assert visible_orders_condition(SYSTEM) == ("TRUE", [])
