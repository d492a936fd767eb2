"""The staff's queue of orders and the customer's own list, with their filters and pages."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from portal.domain.common.actor import Actor
from portal.domain.common.permissions import StaffRole
from portal.domain.orders.listing import OrderFilter, OwnerFilter, StatusGroup, orders
from portal.domain.orders.order_counts import order_counts
from portal.domain.orders.order_rows import OPEN_QUESTION
from portal.domain.orders.states import OrderStatus
from portal.domain.service_levels.promise import TargetKind
from tests.factories import Account, Factory, acting, unique
from tests.scenarios import Cast, cast_of

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


async def order(
    make: Factory, account: Account, by: Actor, *, status: str = "placed", **columns: Any
) -> int:
    """An order as it may lie in the database; the verbs that lead there have tests of their own."""
    placed_at = columns.pop("placed_at", NOON)
    return await make.insert(
        "sales_order",
        **{
            "account_id": account.id,
            "reference": unique("SO-2026-"),
            "status": status,
            "origin": "phone",
            "title": "Bearings",
            "currency": "CNY",
            "net_total": Decimal(100),
            "tax_total": Decimal(13),
            "gross_total": Decimal(113),
            "payment_terms": "days_30",
            "placed_by": by.person_id,
            "placed_at": placed_at,
            "confirmed_at": None if status in {"placed", "cancelled"} else placed_at,
            **columns,
        },
    )


async def owed(make: Factory, cast: Cast, order_id: int, due: datetime, **columns: Any) -> None:
    """The clock of a shipment."""
    await make.insert(
        "target",
        **{
            "account_id": cast.account.id,
            "account_name": cast.account.name,
            "subject_kind": "sales_order",
            "subject_id": order_id,
            "reference": "SO",
            "kind": "shipment",
            "branch_id": cast.account.branch_id,
            "policy_version": 1,
            "calendar": "always",
            "timezone": "Asia/Shanghai",
            "warn_after": timedelta(hours=1),
            "due_after": timedelta(hours=2),
            "opened_at": due - timedelta(hours=2),
            "warn_at": due - timedelta(hours=1),
            "due_at": due,
            **columns,
        },
    )


async def listed(by: Actor, **filters: Any) -> list[int]:
    async with acting(by):
        return [row.id for row in (await orders(OrderFilter(**filters), by=by)).rows]


async def test_what_is_due_first_stands_first_and_what_is_not_promised_by_when_it_came(
    make: Factory,
) -> None:
    cast = await cast_of(make)
    by, day = cast.representative, timedelta(days=1)
    new = await order(make, cast.account, by, placed_at=NOON + 3 * day)
    later = await order(make, cast.account, by, status="confirmed")
    sooner = await order(make, cast.account, by, status="scheduled")
    gone = await order(make, cast.account, by, status="shipped")
    await owed(make, cast, later, NOON + 9 * day)
    await owed(make, cast, sooner, NOON + 2 * day)
    assert await listed(by, status=StatusGroup.TO_SHIP) == [sooner, new, later]
    assert await listed(by, status=StatusGroup.TO_CONFIRM) == [new]
    assert await listed(by, status=StatusGroup.ON_THE_WAY) == [gone]
    assert await listed(by, status=OrderStatus.SCHEDULED) == [sooner]


async def test_of_two_clocks_the_one_that_is_due_first_leads(make: Factory) -> None:  # rule O6
    cast = await cast_of(make)
    urgent = await order(make, cast.account, cast.representative, status="confirmed", urgent=True)
    await owed(make, cast, urgent, NOON + timedelta(days=1))
    await owed(make, cast, urgent, NOON, kind="urgent_delivery")
    by = cast.representative
    async with acting(by):
        rows = (await orders(OrderFilter(status=StatusGroup.TO_SHIP), by=by)).rows
    assert [row.id for row in rows] == [urgent]
    assert rows[0].promise is not None
    assert rows[0].promise.due_at == NOON


async def test_customers_see_their_own_orders_newest_first(make: Factory) -> None:
    cast = await cast_of(make)
    other = await cast_of(make)
    old = await order(make, cast.account, cast.buyer, status="settled")
    new = await order(make, cast.account, cast.buyer, placed_at=NOON + timedelta(hours=1))
    foreign = await order(make, other.account, other.buyer)
    assert await listed(cast.buyer) == [new, old]
    assert await listed(cast.buyer, status=StatusGroup.OPEN) == [new]
    assert await listed(cast.buyer, status=StatusGroup.TO_SHIP) == [new]
    assert await listed(cast.buyer, account_id=other.account.id) == []
    assert foreign not in await listed(cast.buyer)


async def test_staff_see_the_orders_of_their_accounts_warehouse_and_finance_all(  # rule A6
    make: Factory,
) -> None:
    cast = await cast_of(make)
    mine = await order(make, cast.account, cast.representative)
    stranger, warehouse = await make.staff(), await make.staff(StaffRole.WAREHOUSE)
    assert mine in await listed(cast.supervisor, account_id=cast.account.id)
    assert mine in await listed(cast.representative, owner=OwnerFilter.ME)
    assert mine not in await listed(cast.supervisor, owner=OwnerFilter.ME)
    assert mine in await listed(cast.supervisor, owner=OwnerFilter.TEAM)
    assert await listed(stranger, account_id=cast.account.id) == []
    assert await listed(warehouse, account_id=cast.account.id) == [mine]
    async with acting(stranger):
        counts = await order_counts(by=stranger)
    assert (counts.to_confirm, counts.mine) == (0, 0)


async def test_filters_find_what_is_held_unpaid_late_and_of_a_branch(make: Factory) -> None:
    cast = await cast_of(make)
    by, account = cast.representative, cast.account
    plain = await order(make, account, by, status="confirmed")
    held = await order(
        make, account, by, status="confirmed", held_at=NOON, hold_reason="Crane is broken"
    )
    unpaid = await order(make, account, by, status="scheduled", payment_terms="in_advance")
    paid = await order(make, account, by, status="scheduled", payment_terms="in_advance")
    await make.insert(
        "payment",
        account_id=account.id,
        order_id=paid,
        amount=Decimal(113),
        currency="CNY",
        received_on=NOON.date(),
        reference="Bank 1",
        recorded_by=by.person_id,
        recorded_at=NOON,
    )
    await owed(make, cast, plain, NOON)  # long past
    to_ship = StatusGroup.TO_SHIP
    assert await listed(by, status=to_ship, held=True) == [held]
    assert await listed(by, status=to_ship, unpaid=True) == [unpaid]  # rules O8, O9
    assert await listed(by, status=to_ship, late=True) == [plain]
    assert await listed(by, late=True) == [plain]
    everything = {plain, held, unpaid, paid}
    assert set(await listed(by, status=to_ship, branch_id=account.branch_id)) == everything
    assert await listed(by, status=to_ship, branch_id=await make.branch()) == []
    async with acting(by):
        counts = await order_counts(by=by)
    assert (counts.mine, counts.late, counts.held, counts.unpaid) == (4, 1, 1, 1)


async def test_pages_lead_there_and_back_across_both_kinds_of_rows(make: Factory) -> None:
    cast = await cast_of(make)
    by = cast.representative
    expected = []
    for number in range(6):
        moment = NOON + timedelta(minutes=number)
        promised = number % 2 == 0
        made = await order(
            make,
            cast.account,
            by,
            status="confirmed" if promised else "placed",
            placed_at=moment,
        )
        if promised:
            await owed(make, cast, made, moment)
        expected.append(made)
    async with acting(by):
        first = await orders(OrderFilter(status="to_ship", size=4), by=by)
        rest = await orders(OrderFilter(status="to_ship", size=4, after=first.after or ""), by=by)
        back = await orders(OrderFilter(status="to_ship", size=4, before=rest.before or ""), by=by)
    assert [row.id for row in first.rows] == expected[:4]
    assert [row.id for row in rest.rows] == expected[4:]
    assert [row.id for row in back.rows] == expected[:4]
    assert (first.before, rest.after, back.before) == (None, None, None)


async def test_a_question_waits_in_a_queue_whatever_became_of_the_order(make: Factory) -> None:
    cast = await cast_of(make)
    by, hour = cast.representative, timedelta(hours=1)
    asked = {
        status: await order(make, cast.account, by, status=status)
        for status in ("settled", "shipped", "delivered", "confirmed")
    }
    answered = await order(make, cast.account, by, status="shipped")
    question = {"kind": "next_response"}
    await owed(make, cast, asked["confirmed"], NOON, kind="shipment")
    for number, order_id in enumerate(asked.values()):
        await owed(make, cast, order_id, NOON + number * hour, **question)
    await owed(make, cast, answered, NOON, **question, met_at=NOON)
    elsewhere = await cast_of(make)
    foreign = await order(make, elsewhere.account, elsewhere.representative, status="shipped")
    await owed(make, elsewhere, foreign, NOON, **question)
    due_first = list(asked.values())
    for owner in OwnerFilter:
        assert await listed(by, status=StatusGroup.ANSWERS_OWED, owner=owner) == due_first
    async with acting(by):
        wanted = OrderFilter(status=StatusGroup.ANSWERS_OWED, size=2)
        first = await orders(wanted, by=by)
        rest = await orders(replace(wanted, after=first.after or ""), by=by)
        back = await orders(replace(wanted, before=rest.before or ""), by=by)
        counts = await order_counts(by=by)
    assert [row.id for row in (*first.rows, *rest.rows)] == due_first
    assert [row.id for row in back.rows] == due_first[:2]
    promises = [row.promise for row in (*first.rows, *rest.rows)]
    assert {each and each.kind for each in promises} == {TargetKind.NEXT_RESPONSE}
    assert counts.answers == 4
    # To a customer it is no state of an order.
    assert set(await listed(cast.buyer, status=StatusGroup.ANSWERS_OWED)) == {
        *due_first,
        answered,
    }


async def test_the_queue_of_questions_reads_questions_only(make: Factory) -> None:
    cast = await cast_of(make)
    asked = await order(make, cast.account, cast.representative, status="settled")
    await owed(make, cast, asked, NOON, kind="next_response")
    await make.owner.execute(
        """INSERT INTO target (account_id, subject_kind, subject_id, reference, kind, branch_id,
               policy_version, calendar, timezone, warn_after, due_after, opened_at, warn_at,
               due_at)
           SELECT account_id, 'many', n, 'M', 'shipment', branch_id, policy_version, calendar,
               timezone, warn_after, due_after, opened_at, warn_at, due_at
           FROM target, generate_series(1, 3000) AS n
           WHERE subject_kind = 'sales_order' AND subject_id = $1""",
        asked,
    )
    await make.owner.execute("ANALYZE target")
    walk = f"SELECT t.id FROM target t WHERE {OPEN_QUESTION}"
    for scope in ("", f" AND t.account_id = {cast.account.id}"):
        plan = await make.owner.fetchval(
            f"EXPLAIN (FORMAT json) {walk}{scope} ORDER BY t.due_at, t.id LIMIT 51"
        )
        assert "target_open_question_of_order" in plan, plan
