"""The promise of an order: the day on which it ships, on a clock that both sides see.

`reconsider` is called after everything that release or promise rests on: confirmation, stock,
money, approvals, holds. The other verbs end the clocks (rules O2, O4, O6, O7).
"""

from datetime import date, datetime

from portal.database import database_now, fetch
from portal.domain.common.actor import SYSTEM, Actor, Side
from portal.domain.common.errors import WrongState
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.orders.credit_use import LIMIT_IN_FORCE, ON_ACCOUNT, UNPAID, USED_AHEAD
from portal.domain.orders.days_ahead import refusal_of
from portal.domain.orders.events import OrderEvent
from portal.domain.orders.progress import note_that
from portal.domain.orders.promise_clock import promise, served_by, start_or_move, wait
from portal.domain.orders.release import Verdict, decide
from portal.domain.orders.release_facts import facts_of
from portal.domain.orders.release_story import ReleaseHappening
from portal.domain.orders.ship_dates import ShipDate, waits_for_customer
from portal.domain.orders.states import OrderStatus, PromiseBasis
from portal.domain.orders.tables import SalesOrder
from portal.domain.orders.telling import tell
from portal.domain.quotes.field_checks import FieldChecks
from portal.domain.quotes.progress import require
from portal.domain.service_levels import clock
from portal.domain.service_levels.promise import TargetKind

_PROMISABLE = frozenset(
    {
        OrderStatus.CONFIRMED,
        OrderStatus.SCHEDULED,
        OrderStatus.IN_PREPARATION,
        OrderStatus.PARTLY_SHIPPED,
    }
)
_ON_ACCOUNT = ON_ACCOUNT.format(order="o")
_RELEASABLE = f"""SELECT o.id FROM sales_order o
    WHERE o.released_at IS NULL AND o.held_at IS NULL AND o.status = ANY ($1::text[])
      AND EXISTS (SELECT FROM sales_order_line l WHERE l.order_id = o.id AND l.reserved > 0)
      AND (o.partial_agreed_at IS NOT NULL OR NOT EXISTS (SELECT FROM sales_order_line l
          WHERE l.order_id = o.id AND l.reserved + l.shipped < l.quantity))
      AND CASE WHEN {_ON_ACCOUNT}
          THEN {USED_AHEAD} + {UNPAID.format(order="o")} <= coalesce({LIMIT_IN_FORCE}, 0)
          ELSE o.partial_agreed_at IS NOT NULL END
    ORDER BY o.confirmed_at DESC, o.id LIMIT $2 FOR NO KEY UPDATE OF o SKIP LOCKED"""  # noqa: S608
_OVER = N_("This day is over: state one that is still to come.")
_OWED = (TargetKind.SHIPMENT, TargetKind.URGENT_DELIVERY, TargetKind.SHORT_LINES)


async def reconsider(order: SalesOrder, *, by: Actor) -> Verdict:
    """Decide anew, and write what follows: when it first might ship, the promise, the clock.

    For orders that are confirmed and not wholly shipped, inside the caller's lock; for others
    nothing follows. A promise is made as soon as something says when the goods are there, and
    never becomes worse here. The clock waits while we wait for the customer. Customers have no
    right to write any of this: what follows from their verbs, `reconsider_agreed` catches up on.
    """
    if by.side is Side.CUSTOMER:
        return decide(await facts_of(order, by=by))
    await order.lock()
    facts = await facts_of(order, by=by)
    verdict = decide(facts)
    if order.state in _PROMISABLE:
        await _stamp_release(order, verdict, by=by)
        waits = waits_for_customer(facts, verdict)
        if not waits:
            await wait(order, "")
        await promise(order, facts, verdict, by=by)
        if waits:
            await wait(order, waits)
    return verdict


async def reconsider_account(account_id: int, *, but: int = 0, by: Actor) -> None:
    """`reconsider` the account's orders on account that may not ship yet (rule A16).

    For after money came in or the limit changed; all but the order `but` (id), whose turn it was.
    What somebody is busy with is left to `reconsider_agreed`.
    """
    rows = await fetch(
        f"""SELECT o.id FROM sales_order o
            WHERE o.account_id = $1 AND o.id <> $2 AND o.released_at IS NULL AND {_ON_ACCOUNT}
              AND o.status = ANY ($3::text[])
            ORDER BY o.confirmed_at, o.id FOR NO KEY UPDATE SKIP LOCKED""",  # noqa: S608
        account_id,
        but,
        [status.value for status in _PROMISABLE],
    )
    await _reconsider_all([row["id"] for row in rows], by=by)


async def reconsider_agreed(*, limit: int = 100) -> int:
    """`reconsider` what nobody could who changed it; for the worker. Can run twice.

    Customers agreed to shipping in parts (rule O15) or cancelled an order and so left credit to
    another one, or somebody was busy with an order while its account's limit rose (rule A16).
    Returns how many may ship now.
    """
    rows = await fetch(_RELEASABLE, [status.value for status in _PROMISABLE], limit)
    return await _reconsider_all([row["id"] for row in rows], by=SYSTEM)


async def state_ship_date(order: SalesOrder, on: date, note: str, *, by: Actor) -> None:
    """Tell the customer another day, with a reason that they read (rules O4, O6).

    For urgent special parts, for what nothing else says a day of, and for a promise that cannot be
    kept: then the one before stays in the record. Raises `NotAllowed`, `WrongState`,
    `FieldErrors` for `ship_on` and `note`.
    """
    require(by, Permission.WORK_ON_ORDERS)
    await order.lock()
    if order.state not in _PROMISABLE:
        raise WrongState(state=order.state.label)
    served = await served_by(order)
    checks = FieldChecks()
    note = checks.text("note", note, 500, needed=True)
    today = served.place.day_of(await database_now())
    if message := refusal_of(on, today=today, over=_OVER):
        checks.refuse("ship_on", message)
    checks.done()
    before = order.promised_ship_on
    await start_or_move(order, served, ShipDate(on, PromiseBasis.STATED), reason=note)
    await order.change(
        promised_ship_on=on, promise_basis=PromiseBasis.STATED.value, promised_ship_note=note
    )
    said = {"ship_on": on, "note": note}
    await note_that(order, ReleaseHappening.DATE_STATED, by=by, after=said)
    await tell(order, OrderEvent.PROMISE_MOVED, by=by, ship_on_before=before)


async def held(order: SalesOrder, *, by: Actor) -> None:
    """The order was put on hold: its clock waits if the customer asked for it (rule O12)."""
    await reconsider(order, by=by)


async def let_go(order: SalesOrder, *, by: Actor) -> None:
    """The hold has ended: a clock that waited for it runs on (rule O12)."""
    await reconsider(order, by=by)


async def shipped(order: SalesOrder) -> None:
    """Goods have left: once nothing is left to ship, the promise is met, or met late (rule O3).

    The order is locked. What has shipped was released, at the latest now.
    """
    if not order.released_at:
        await order.change(released_at=await database_now())
    if not order.state.is_open:
        await clock.meet(order.subject, kind=TargetKind.SHIPMENT)


async def delivered(order: SalesOrder, *, delivered_at: datetime | None = None) -> None:
    """Goods were signed for: once all are there, an urgent delivery is met, or late (rule O6).

    `delivered_at` (aware) is when the last of them were, now if not given.
    """
    if order.state is OrderStatus.DELIVERED:
        await clock.meet(order.subject, kind=TargetKind.URGENT_DELIVERY, at=delivered_at)


async def cancelled(order: SalesOrder) -> None:
    """Nothing is owed for the order any more (rule O11). For both sides."""
    for kind in _OWED:
        await clock.cancel(order.subject, kind=kind)


async def _reconsider_all(ids: list[int], *, by: Actor) -> int:
    released = 0
    for order in await SalesOrder.objects().where(SalesOrder.id.is_in(ids or [0])):
        released += (await reconsider(order, by=by)).may_ship
    return released


async def _stamp_release(order: SalesOrder, verdict: Verdict, *, by: Actor) -> None:
    if verdict.may_ship and not order.released_at:
        await order.change(released_at=await database_now())
        await note_that(order, ReleaseHappening.RELEASED, by=by)
        await tell(order, OrderEvent.RELEASED, by=by)
