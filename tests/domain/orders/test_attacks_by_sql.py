"""What a customer's login could try with SQL of its own, and what the database holds against it."""

import json
from typing import Any

import asyncpg
import pytest

from portal.database import execute, fetch
from portal.domain.orders import changes
from tests.domain.orders.fulfilling import Case, item_in_stock, scheduled
from tests.domain.orders.stock_orders import reserved_of
from tests.factories import Factory, acting
from tests.order_scenarios import loaded, phone_order, reorder
from tests.scenarios import cast_of

# What no page of a customer's reads: why and where we hold, who of us did what, and why.
_OURS = {
    "sales_order": ("hold_reason", "hold_place"),
    "sales_order_line": ("short_confirmed_on",),
    "payment": ("reason", "recorded_by"),
    "payment_guarantee": ("reason", "guaranteed_by", "guaranteed_at"),
    "order_approval": ("reason", "quantity", "approved_by", "date_before", "date_after"),
    "shipment": ("delivery_recorded_by", "lost_recorded_by"),
    "transit_exception": ("noted_by",),
    "ship_to_change": ("reason", "registered_by", "seen_by"),
}
_ANNOUNCE = """INSERT INTO outbox (kind, account_id, payload, dedupe_key)
    VALUES ($1, $2, $3, $4)"""
_CANCEL = """UPDATE sales_order SET status = 'cancelled', cancelled_at = now(), cancel_reason = 'x'
    WHERE reference = $1"""


async def in_stock(make: Factory) -> Case:
    return await scheduled(make, (await item_in_stock(make, ("A", "50")), "10"))


async def as_customer(case: Case, sql: str, *values: Any) -> None:
    async with acting(case.cast.buyer):
        await execute(sql, *values)


@pytest.mark.parametrize("to", ["placed", "confirmed", "in_preparation", "partly_shipped"])
async def test_a_customers_login_takes_no_step_of_ours(make: Factory, to: str) -> None:
    case = await in_stock(make)
    move = "UPDATE sales_order SET status = $2 WHERE reference = $1"
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await as_customer(case, move, case.reference, to)
    await case.ship(await case.prepare())
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await as_customer(case, move, case.reference, to)


async def test_a_customers_login_cancels_nothing_that_is_packed_or_gone(  # rule O11
    make: Factory,
) -> None:
    case = await in_stock(make)
    shipment = await case.prepare()
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await as_customer(case, _CANCEL, case.reference)
    await case.ship(shipment)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await as_customer(case, _CANCEL, case.reference)
    assert await case.status() == "shipped"


async def test_a_customers_login_gives_back_with_a_cancellation_alone(  # rule O11
    make: Factory,
) -> None:
    case = await in_stock(make)
    await as_customer(case, "UPDATE sales_order_line SET reserved = 0")
    assert await reserved_of(make, case.reference) == [10]
    async with acting(case.cast.buyer):
        buyer = case.cast.buyer
        await changes.cancel(await loaded(case.reference, buyer), "Not needed", by=buyer)
    assert await reserved_of(make, case.reference) == [0]


async def test_a_customers_login_adds_no_line_to_what_was_ordered(make: Factory) -> None:
    cast = await cast_of(make)
    placed = await reorder(make, await phone_order(make, cast))
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with acting(cast.buyer):
            await execute(
                """INSERT INTO sales_order_line (account_id, order_id, position, description,
                       quantity, unit, unit_price, tax_rate, net, tax)
                   SELECT account_id, id, 9, 'Free of charge', 100, 'pcs', 0, 0, 0, 0
                   FROM sales_order WHERE reference = $1""",
                placed.reference,
            )


async def test_a_customers_login_places_nothing_that_is_confirmed(make: Factory) -> None:  # rule O1
    cast = await cast_of(make)
    placed = await reorder(make, await phone_order(make, cast))
    for column in ("confirmed_at", "released_at", "settled_at"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with acting(cast.buyer):
                await execute(
                    f"""INSERT INTO sales_order (account_id, reference, status, origin,
                            reordered_from_id, currency, net_total, tax_total, gross_total,
                            payment_terms, placed_by, placed_at, {column})
                        SELECT account_id, reference || '-2', 'placed', 'reorder', id, currency,
                            0, 0, 0, 'days_60', placed_by, now(), now()
                        FROM sales_order WHERE reference = $1""",
                    placed.reference,
                )


@pytest.mark.parametrize("table", _OURS)
async def test_a_customers_login_cannot_read_what_is_ours(make: Factory, table: str) -> None:
    cast = await cast_of(make)
    for column in ("*", *_OURS[table]):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with acting(cast.buyer):
                await fetch(f"SELECT {column} FROM {table}")


async def test_a_customers_login_announces_what_that_customer_did_and_nothing_else(
    make: Factory,
) -> None:
    cast, other = await cast_of(make), await cast_of(make)
    mine, theirs = await phone_order(make, cast), await phone_order(make, other)
    async with acting(cast.representative):
        order_id = (await loaded(mine.reference, cast.representative)).id
    async with acting(other.representative):
        foreign_id = (await loaded(theirs.reference, other.representative)).id
    own = {"order_id": order_id, "actor_id": cast.buyer.person_id}
    account = cast.account.id

    async def announce(
        kind: str, payload: dict[str, Any], *, of: int | None = account, once: str | None = None
    ) -> None:
        async with acting(cast.buyer):
            await execute(_ANNOUNCE, kind, of, json.dumps(payload), once)

    await announce("order.cancelled", own)
    for attempt in (
        announce("order.confirmed", own),  # ours to say
        announce("person.invited", own),
        announce("order.cancelled", {**own, "order_id": foreign_id}),
        announce("order.cancelled", {**own, "request_id": 0}),
        announce("order.cancelled", {**own, "quote_id": 0}),
        announce("order.cancelled", {"actor_id": cast.buyer.person_id}),
        announce("order.cancelled", {**own, "actor_id": cast.representative.person_id}),
        announce("order.cancelled", {**own, "actor_id": None}),
        announce("order.cancelled", own, of=other.account.id),
        announce("order.cancelled", own, of=None),
        announce("order.cancelled", own, once="order.shipped:1"),
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await attempt
    for column in ("attempts", "done_at", "due_at"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with acting(cast.buyer):
                await execute(f"INSERT INTO outbox (kind, {column}) VALUES ('order.placed', NULL)")


@pytest.mark.parametrize("kind", ["sales_order", "quote_request", "shipment", "complaint"])
async def test_a_customers_login_writes_on_no_record_of_others(make: Factory, kind: str) -> None:
    theirs, own = await in_stock(make), await in_stock(make)
    foreign_id = await theirs.order_id() if kind == "sales_order" else 9_999_999
    write = """INSERT INTO message (account_id, subject_kind, subject_id, audience, author_id,
        author_name, author_side, body, written_at)
        VALUES ($1, $2, $3, 'customer', $4, 'B', 'customer', 'Ship it at once.', now())"""
    buyer, account_id = own.cast.buyer, own.cast.account.id
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await as_customer(own, write, account_id, kind, foreign_id, buyer.person_id)
    note = """INSERT INTO activity (at, account_id, subject_kind, subject_id, verb, audience,
        actor_id, actor_name, actor_side)
        VALUES (now(), $1, $2, $3, 'orders.made_urgent', 'customer', $4, 'B', 'customer')"""
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await as_customer(own, note, account_id, kind, foreign_id, buyer.person_id)
    await as_customer(own, write, account_id, "sales_order", await own.order_id(), buyer.person_id)
