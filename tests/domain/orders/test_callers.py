"""Who called is a contact of the account, and told like who orders in the portal (rule O1)."""

from decimal import Decimal
from typing import Any

import pytest

from portal.database import Login, unit_of_work
from portal.domain.common.actor import Actor
from portal.domain.common.errors import FieldErrors
from portal.domain.notices.expansion import expand
from portal.domain.orders import intake
from portal.domain.orders.intake import OrderFacts, OrderLineFacts
from portal.domain.orders.tables import SalesOrder
from tests.factories import Factory, acting
from tests.scenarios import Cast, cast_of


async def call(cast: Cast, **facts: Any) -> SalesOrder:
    by = cast.assistant
    async with acting(by):
        line = OrderLineFacts(row=0, sku=cast.sku, quantity=Decimal(4))
        wanted = OrderFacts(lines=(line,), **facts)
        return (await intake.enter_phone_order(wanted, by=by, account_id=cast.account.id)).order


async def contact(make: Factory, cast: Cast, name: str, **values: Any) -> int:
    return await make.insert("contact", account_id=cast.account.id, name=name, **values)


async def contact_of(make: Factory, person: Actor) -> int:
    found = await make.owner.fetchval(
        "SELECT id FROM contact WHERE person_id = $1", person.person_id
    )
    return int(found)


async def mailed_about(make: Factory, order: SalesOrder) -> set[int]:
    """Whom of the customer the news of the order's placing reaches by mail."""
    event_id = await make.owner.fetchval(
        """SELECT id FROM outbox
           WHERE kind = 'order.placed' AND (payload ->> 'order_id')::bigint = $1""",
        order.id,
    )
    async with unit_of_work(Login.WORKER):
        await expand(event_id, mail_domain="hengda.example")
    rows = await make.owner.fetch(
        """SELECT m.person_id FROM mail m JOIN person p ON p.id = m.person_id
           WHERE m.outbox_id = $1 AND p.side = 'customer'""",
        event_id,
    )
    return {row["person_id"] for row in rows}


async def test_a_caller_with_access_is_told_by_mail_like_who_orders_in_the_portal(
    make: Factory,
) -> None:
    cast = await cast_of(make)
    caller = await make.buyer(cast.account)
    chosen = await call(cast, contact_id=await contact_of(make, caller))
    assert chosen.ordered_by_name == caller.name
    assert caller.person_id in await mailed_about(make, chosen)
    named = await call(cast, ordered_by_name=f" {caller.name.upper()} ")
    assert named.contact_id == chosen.contact_id
    assert caller.person_id in await mailed_about(make, named)


async def test_a_name_of_nobody_or_of_several_is_kept_as_it_was_said(make: Factory) -> None:
    cast = await cast_of(make)
    await contact(make, cast, "Li Wei")
    await contact(make, cast, "Li Wei", function="Purchasing")
    for name in ("Li Wei", "Somebody at the gate"):
        order = await call(cast, ordered_by_name=name)
        assert (order.ordered_by_name, order.contact_id) == (name, None)


async def test_a_contact_is_one_of_the_account_in_use_or_a_name_is_said(make: Factory) -> None:
    cast, other = await cast_of(make), await cast_of(make)
    own = await contact(make, cast, "Li Wei")
    foreign = await contact(make, other, "Zhao Min")
    gone = await contact(
        make, cast, "Sun Li", archived_at=await make.owner.fetchval("SELECT now()")
    )
    attempts: list[tuple[str, dict[str, Any]]] = [
        ("contact", {"contact_id": foreign}),
        ("contact", {"contact_id": gone}),
        ("ordered_by_name", {}),
        ("ordered_by_name", {"contact_id": own, "ordered_by_name": "Zhao Min"}),
    ]
    for field, facts in attempts:
        with pytest.raises(FieldErrors) as error:
            await call(cast, **facts)
        assert [each.field for each in error.value.errors] == [field]
    both = await call(cast, contact_id=own, ordered_by_name="li wei")
    assert (both.ordered_by_name, both.contact_id) == ("Li Wei", own)
