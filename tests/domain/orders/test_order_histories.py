"""Whatever people do with orders in whatever order: the rules hold after every step."""

from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.domain.common.errors import DomainError
from portal.domain.orders.states import ORDER_TRANSITIONS, OrderStatus
from tests.domain.orders.fulfilling import Case
from tests.domain.orders.history_steps import ENDS, STEPS, STRETCHES, attempt, opened
from tests.factories import Factory

GOODS = "('shipment', 'urgent_delivery', 'short_lines')"
steps = st.lists(
    st.one_of(
        st.sampled_from([step for step in STEPS if step not in ENDS]),
        st.sampled_from(["to schedule", "to ship", "to the end", "hold", "let go", *sorted(ENDS)]),
        st.sampled_from(["to a part", "end rest", "receive", "lose", "lose for good", "give back"]),
    ),
    min_size=1,
    max_size=14,
)


async def do(case: Case, step: str) -> None:
    """One step as whoever takes it. What a rule refuses leaves nothing."""
    if step in STRETCHES:
        for part in STRETCHES[step]:
            await do(case, part)
        return
    before = await facts(case)
    try:
        await attempt(case, step)
    except DomainError:
        assert await facts(case) == before
    await check_rules(case, before)


async def facts(case: Case) -> dict[str, Any]:
    row = await case.make.owner.fetchrow(
        f"""SELECT o.*, (SELECT sum(l.reserved) FROM sales_order_line l WHERE l.order_id = o.id)
                 AS reserved,
             (SELECT sum(l.quantity - l.shipped) FROM sales_order_line l WHERE l.order_id = o.id)
                 AS to_ship,
             (SELECT sum(l.quantity + l.cancelled) FROM sales_order_line l WHERE l.order_id = o.id)
                 AS ordered,
             (SELECT sum(l.shipped) FROM sales_order_line l WHERE l.order_id = o.id) AS shipped,
             (SELECT coalesce(sum(sl.quantity), 0) FROM shipment_line sl
              JOIN shipment s ON s.id = sl.shipment_id
              WHERE s.order_id = o.id AND s.status IN ('shipped', 'delivered')) AS sent,
             (SELECT count(*) FROM shipment s WHERE s.order_id = o.id AND s.status = 'shipped')
                 AS on_the_way,
             (SELECT count(*) FROM shipment s WHERE s.order_id = o.id AND s.status = 'delivered')
                 AS signed_for,
             (SELECT coalesce(sum(m.quantity), 0) FROM stock_movement m
              WHERE m.item_id = $2 AND m.condition = 'good') AS moved,
             (SELECT sum(l.net + l.tax) FROM sales_order_line l WHERE l.order_id = o.id) AS sum,
             (SELECT coalesce(sum(p.amount), 0) FROM payment p WHERE p.order_id = o.id)
                 AS came,
             (SELECT count(*) FROM shipment s WHERE s.order_id = o.id
                AND s.status = 'in_preparation') AS pick_lists,
             (SELECT count(*) FROM target t WHERE t.subject_kind = 'sales_order'
                AND t.subject_id = o.id AND t.kind IN {GOODS}
                AND t.met_at IS NULL AND t.cancelled_at IS NULL) AS owed,
             (SELECT count(*) FROM activity y WHERE y.subject_kind = 'sales_order'
                AND y.subject_id = o.id) AS recorded,
             (SELECT count(*) FROM message m WHERE m.subject_kind = 'sales_order'
                AND m.subject_id = o.id) AS messages,
             (SELECT on_hand FROM stock_level v WHERE v.item_id = $2 AND v.condition = 'good')
                 AS on_hand,
             (SELECT sum(l.reserved) FROM sales_order_line l WHERE l.item_id = $2) AS put_aside
           FROM sales_order o WHERE o.reference = $1""",
        case.reference,
        case.cast.item_id,
    )
    return dict(row)


async def check_rules(case: Case, before: dict[str, Any]) -> None:
    now = await facts(case)
    was, status = OrderStatus(before["status"]), OrderStatus(now["status"])
    assert status is was or status in ORDER_TRANSITIONS[was] or (was, status) in _IN_ONE
    assert now["on_hand"] >= now["put_aside"]  # rule O15: no negative stock
    assert now["on_hand"] == now["moved"]
    assert now["gross_total"] == now["sum"]
    assert now["ordered"] == before["ordered"]  # rule O11: the original order stays readable
    assert now["shipped"] == now["sent"]  # what was lost on the way does not count (rule O14)
    assert now["paid"] == now["came"]
    assert (now["confirmed_at"] is None) == (now["confirmed_by"] is None)
    if status in {OrderStatus.PLACED, OrderStatus.CANCELLED}:  # rules O1, O11
        assert (now["reserved"], now["owed"]) == (0, 0)
    if status is not OrderStatus.PARTLY_SHIPPED:
        assert now["pick_lists"] == (1 if status is OrderStatus.IN_PREPARATION else 0)
    if status in {OrderStatus.SHIPPED, OrderStatus.DELIVERED}:
        assert now["to_ship"] == 0  # rule O15: no incomplete shipment
    if status in _ARRIVED:  # rule O16
        assert (now["on_the_way"], now["signed_for"] > 0, now["to_ship"]) == (0, True, 0)
    if status in _OUT:  # what is out, and nothing else, is to be paid in the end
        assert now["shipped"] > 0
    if status is OrderStatus.SETTLED:  # rule O22
        assert now["paid"] >= now["gross_total"]
    if not status.is_open:
        assert now["reserved"] == 0
    if now["held_at"] is not None and before["held_at"] is not None:
        assert now["sent"] <= before["sent"]  # rule O12: what is held does not ship
    if now["version"] != before["version"]:  # rule O21: no change that the story does not tell
        assert now["recorded"] > before["recorded"]


# A paid order is settled in the moment in which it is invoiced; where all of it was lost and is not
# sent again, nothing is left of the order.
_IN_ONE = {
    (OrderStatus.DELIVERED, OrderStatus.SETTLED),
    (OrderStatus.SHIPPED, OrderStatus.CANCELLED),
}
_ARRIVED = {OrderStatus.DELIVERED, OrderStatus.INVOICED, OrderStatus.SETTLED}
_OUT = {OrderStatus.PARTLY_SHIPPED, OrderStatus.SHIPPED, *_ARRIVED}


@given(steps)
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
async def test_the_rules_hold_after_every_step(make: Factory, taken: list[str]) -> None:
    case = await opened(make, on_hand="4" if "to a part" in taken else "100")
    for step in taken:
        await do(case, step)


async def test_the_steps_lead_everywhere(make: Factory) -> None:
    ways = {
        ("confirm", "cancel"): "cancelled",
        ("to schedule", "unschedule"): "confirmed",
        ("to schedule", "prepare", "withdraw"): "scheduled",
        ("to schedule", "prepare", "end"): "cancelled",
        ("redirect", "to ship"): "shipped",
        ("hold", "to ship"): "in_preparation",
        ("hold", "to schedule", "let go", "prepare", "ship"): "shipped",
        ("to the end",): "settled",
        ("to the end", "reverse"): "invoiced",
        ("to the end", "pay more", "give back"): "settled",
        ("to ship", "lose", "schedule", "prepare", "ship", "deliver"): "delivered",
        ("to ship", "pay", "lose for good", "give back"): "cancelled",
    }
    for way, end in ways.items():
        case = await opened(make)
        for step in way:
            await do(case, step)
        assert (await facts(case))["status"] == end, way


async def test_a_short_order_ships_in_parts_once_agreed_and_ends_with_what_is_there(
    make: Factory,
) -> None:  # rules O11, O15, O22
    case = await opened(make, on_hand="4")
    for step in ("to schedule", "prepare"):
        await do(case, step)
    assert (await facts(case))["status"] == "scheduled"
    for step in ("agree", "prepare", "ship"):
        await do(case, step)
    now = await facts(case)
    assert (now["status"], now["to_ship"]) == ("partly_shipped", Decimal(6))
    for step in ("pay", "end rest", "deliver", "invoice", "give back"):
        await do(case, step)
    now = await facts(case)
    assert (now["status"], now["paid"]) == ("settled", now["gross_total"])
