"""Another delivery place is registered and seen by the warehouse before it ships (rule O13)."""

from typing import Any

import asyncpg
import pytest

from portal.database import execute
from portal.domain.common.errors import FieldError, FieldErrors, NotAllowed, WrongState
from portal.domain.orders import changes
from portal.domain.orders.record_page import order_page
from portal.domain.orders.release_facts import verdict_of
from tests.factories import Factory, acting
from tests.order_scenarios import (
    Ordered,
    confirmed_order,
    loaded,
    on_account,
    order_in_preparation,
    phone_order,
    warehouse_of,
)
from tests.scenarios import cast_of


async def site_of(make: Factory, ordered: Ordered, **values: Any) -> int:
    account_id = ordered.cast.account.id
    place = {"label": "Site", "address": "Road 2", **values}
    return await make.insert("ship_to", **{"account_id": account_id, **place})


async def redirect(ordered: Ordered, to: int, reason: str = "The crane is there") -> None:
    by = ordered.cast.assistant
    async with acting(by):
        await changes.change_ship_to(await loaded(ordered.reference, by), to, reason, by=by)


async def test_it_is_registered_shown_and_pointed_out(make: Factory) -> None:
    ordered = await confirmed_order(make)
    site = await site_of(make, ordered)
    await redirect(ordered, site)
    order = await ordered.record()
    assert order.ship_to_id == site
    for reader, registered_by, reason in (
        (ordered.cast.representative, ordered.cast.assistant.name, "The crane is there"),
        (ordered.cast.buyer, "", ""),  # who of us saw to it, and why, is ours to know
    ):
        async with acting(reader):
            (change,) = (await order_page(ordered.reference, by=reader)).ship_to_changes
        assert (change.from_label, change.to_label, change.seen_at) == ("Plant 1", "Site", None)
        assert (change.registered_by, change.reason) == (registered_by, reason)
    assert len(await make.events("order.ship_to_changed", ordered.cast.account.id)) == 1


async def test_nothing_ships_before_the_warehouse_has_seen_it(make: Factory) -> None:
    cast = await cast_of(make)
    await on_account(make, cast)
    ordered = await confirmed_order(make, await phone_order(make, cast))
    by = await warehouse_of(make, cast)
    await redirect(ordered, await site_of(make, ordered))
    async with acting(by):
        order = await loaded(ordered.reference, by)
        assert not (await verdict_of(order, by=by)).may_ship
        await changes.ship_to_seen(order, by=by)
        await changes.ship_to_seen(order, by=by)
        (change,) = (await order_page(ordered.reference, by=by)).ship_to_changes
        assert change.seen_by == by.name
        assert (await verdict_of(order, by=by)).may_ship


async def test_what_is_being_prepared_goes_there_too(make: Factory) -> None:
    ordered = await order_in_preparation(make)
    site = await site_of(make, ordered)
    await redirect(ordered, site)
    shipment = "SELECT ship_to_id FROM shipment WHERE order_id = $1"
    assert await make.owner.fetchval(shipment, (await ordered.record()).id) == site


async def test_where_it_cannot_go(make: Factory) -> None:
    ordered, other = await confirmed_order(make), await cast_of(make)
    now = await make.owner.fetchval("SELECT now()")
    gone = await site_of(make, ordered, archived_at=now)
    for place in (gone, other.account.ship_to_id, ordered.cast.account.ship_to_id):
        with pytest.raises(FieldError) as refused:
            await redirect(ordered, place)
        assert refused.value.field == "ship_to"
    with pytest.raises(FieldErrors):
        await redirect(ordered, await site_of(make, ordered), reason=" ")
    await make.owner.execute(
        "UPDATE sales_order SET status = 'shipped' WHERE reference = $1", ordered.reference
    )
    with pytest.raises(WrongState):
        await redirect(ordered, await site_of(make, ordered))


async def test_who_may(make: Factory) -> None:
    ordered = await confirmed_order(make)
    site = await site_of(make, ordered)
    for actor in (ordered.cast.buyer, await warehouse_of(make, ordered.cast)):
        with pytest.raises(NotAllowed):
            async with acting(actor):
                order = await loaded(ordered.reference, actor)
                await changes.change_ship_to(order, site, "Why not", by=actor)
    for actor in (ordered.cast.buyer, ordered.cast.representative):
        with pytest.raises(NotAllowed):
            async with acting(actor):
                await changes.ship_to_seen(await loaded(ordered.reference, actor), by=actor)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with acting(ordered.cast.buyer):
            await execute("UPDATE sales_order SET ship_to_id = $1", site)
