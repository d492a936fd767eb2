"""Whatever people do with orders in whatever order: the rules hold after every step."""

from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.database import database_now, fetch_value
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import DomainError
from portal.domain.common.permissions import StaffRole
from portal.domain.orders import changes, conversation, invoicing, preparation, scheduling
from portal.domain.orders.confirmation import confirm
from portal.domain.orders.intake import OrderFacts, complete_order
from portal.domain.orders.payments import PaymentFacts, payments_of, record_payment, reverse_payment
from portal.domain.orders.states import ORDER_TRANSITIONS, OrderStatus
from portal.domain.orders.tables import SalesOrder
from tests.domain.orders.fulfilling import Case, ordered
from tests.factories import Factory, acting
from tests.order_scenarios import loaded, phone_order

Verb = Callable[[SalesOrder, Actor], Awaitable[object]]
GOODS = "('shipment', 'urgent_delivery', 'short_lines')"


async def hold(order: SalesOrder, by: Actor) -> None:
    await changes.hold(order, "Flood", "Bay 12", by=by, as_asked=True)


async def let_go(order: SalesOrder, by: Actor) -> None:
    await changes.let_go(order, by=by)


async def redirect(order: SalesOrder, by: Actor) -> None:
    other = await fetch_value(
        "SELECT id FROM ship_to WHERE account_id = $1 AND id <> $2",
        order.account_id,
        order.ship_to_id,
    )
    await changes.change_ship_to(order, other, "The crane is there", by=by)


async def combine(order: SalesOrder, by: Actor) -> None:
    other = await fetch_value(
        "SELECT reference FROM sales_order WHERE account_id = $1 AND id <> $2",
        order.account_id,
        order.id,
    )
    await changes.combine_with(order, other, by=by)


async def pay(order: SalesOrder, by: Actor) -> None:
    today = (await database_now()).date()
    await record_payment(order, PaymentFacts(order.gross_total, today, "B-7"), by=by)


async def reverse(order: SalesOrder, by: Actor) -> None:
    rows = [row for row in (await payments_of(order.id)).rows if row.may_be_reversed]
    if rows:
        await reverse_payment(order, rows[-1].id, "Another customer's", by=by)


SALES: dict[str, Verb] = {
    "confirm": lambda order, by: confirm(order, by=by),
    "complete": lambda order, by: complete_order(order, OrderFacts(title="Site"), by=by),
    "hold": hold,
    "let go": let_go,
    "redirect": redirect,
    "combine": combine,
    "separate": lambda order, by: changes.separate(order, by=by),
    "urgent": lambda order, by: changes.mark(order, urgent=True, project=False, by=by),
    "calm": lambda order, by: changes.mark(order, urgent=False, project=False, by=by),
    "schedule": lambda order, by: scheduling.schedule(order, by=by),
    "unschedule": lambda order, by: scheduling.unschedule(order, "Not yet", by=by),
    "end": lambda order, by: changes.cancel(order, "Sold out", by=by),
}
BUYER: dict[str, Verb] = {
    "agree": lambda order, by: changes.agree_to_parts(order, "Li Wei", by=by),
    "disagree": lambda order, by: changes.withdraw_parts(order, by=by),
    "cancel": lambda order, by: changes.cancel(order, "Ordered twice", by=by),
    "write": lambda order, by: conversation.write(
        order, "Hello", by=by, audience=Audience.CUSTOMER
    ),
}
WAREHOUSE: dict[str, Verb] = {
    "see place": lambda order, by: changes.ship_to_seen(order, by=by),
    "prepare": lambda order, by: preparation.start_preparation(order, by=by),
}
FINANCE: dict[str, Verb] = {
    "pay": pay,
    "reverse": reverse,
    "invoice": lambda order, by: invoicing.invoice(order, "I-7", by=by),
}
# Whole stretches too, or chance would hardly ever get as far as a delivery.
STRETCHES = {
    "to schedule": ("confirm", "schedule"),
    "to ship": ("confirm", "schedule", "see place", "prepare", "ship"),
    "to the end": (
        "confirm",
        "schedule",
        "see place",
        "prepare",
        "ship",
        "deliver",
        "invoice",
        "pay",
    ),
}
OF_A_SHIPMENT = ("ship", "deliver", "withdraw")
ENDS = {"cancel", "end"}
STEPS = sorted({*SALES, *BUYER, *WAREHOUSE, *FINANCE, *OF_A_SHIPMENT, *STRETCHES})
steps = st.lists(
    st.one_of(
        st.sampled_from([step for step in STEPS if step not in ENDS]),
        st.sampled_from(["to schedule", "to ship", "to the end", "hold", "let go", *sorted(ENDS)]),
    ),
    min_size=1,
    max_size=14,
)


async def opened(make: Factory, *, on_hand: str = "100") -> Case:
    """An order by phone, another one of the same customer, and a second place to deliver to."""
    case = await ordered(make)
    await phone_order(make, case.cast)
    account_id = case.cast.account.id
    await make.insert("ship_to", account_id=account_id, label="Site", address="Road 2")
    await make.stock(case.cast.item_id, on_hand)
    return case


async def shipment_of(case: Case) -> str:
    reference: str | None = await case.make.owner.fetchval(
        "SELECT reference FROM shipment WHERE order_id = $1 ORDER BY id DESC LIMIT 1",
        await case.order_id(),
    )
    return reference or "DN-0000-00000"


async def attempt(case: Case, step: str) -> None:
    if step == "ship":
        await case.ship(await shipment_of(case))
    elif step == "deliver":
        await case.deliver(await shipment_of(case))
    elif step == "withdraw":
        async with acting(case.warehouse):
            shipment = await case.shipment(await shipment_of(case))
            await preparation.withdraw_preparation(shipment, "Wrong shelf", by=case.warehouse)
    else:
        by = case.sales
        if step in BUYER:
            by = case.cast.buyer
        elif step in WAREHOUSE:
            by = case.warehouse
        elif step in FINANCE:
            by = await case.make.staff(StaffRole.FINANCE)
        async with acting(by):
            order = await loaded(case.reference, by)
            await (SALES | BUYER | WAREHOUSE | FINANCE)[step](order, by)


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
             (SELECT sum(l.net + l.tax) FROM sales_order_line l WHERE l.order_id = o.id) AS sum,
             (SELECT coalesce(sum(p.amount), 0) FROM payment p WHERE p.order_id = o.id) AS paid,
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
    assert status is was or status in ORDER_TRANSITIONS[was] or (was, status) == _IN_ONE
    assert now["on_hand"] >= now["put_aside"]  # rule O15: no negative stock
    assert now["gross_total"] == now["sum"]
    assert (now["confirmed_at"] is None) == (now["confirmed_by"] is None)
    if status in {OrderStatus.PLACED, OrderStatus.CANCELLED}:  # rules O1, O11
        assert (now["reserved"], now["owed"]) == (0, 0)
    assert now["pick_lists"] == (1 if status is OrderStatus.IN_PREPARATION else 0)
    if status in {OrderStatus.SHIPPED, OrderStatus.DELIVERED}:
        assert now["to_ship"] == 0  # rule O15: no incomplete shipment
    if status is OrderStatus.SETTLED:  # rule O22
        assert now["paid"] >= now["gross_total"]
    if not status.is_open:
        assert now["reserved"] == 0
    if now["held_at"] is not None and before["held_at"] is not None:
        assert now["to_ship"] == before["to_ship"]  # rule O12: what is held does not ship
    if now["version"] != before["version"]:  # rule O21: no change that the story does not tell
        assert now["recorded"] > before["recorded"]


# A paid order is settled in the moment in which it is invoiced.
_IN_ONE = (OrderStatus.DELIVERED, OrderStatus.SETTLED)


@given(steps)
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
async def test_the_rules_hold_after_every_step(make: Factory, taken: list[str]) -> None:
    case = await opened(make)
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
    }
    for way, end in ways.items():
        case = await opened(make)
        for step in way:
            await do(case, step)
        assert (await facts(case))["status"] == end, way


async def test_a_short_order_ships_in_parts_once_agreed(make: Factory) -> None:  # rule O15
    case = await opened(make, on_hand="4")
    for step in ("to schedule", "prepare"):
        await do(case, step)
    assert (await facts(case))["status"] == "scheduled"
    for step in ("agree", "prepare", "ship"):
        await do(case, step)
    now = await facts(case)
    assert (now["status"], now["to_ship"]) == ("partly_shipped", Decimal(6))
