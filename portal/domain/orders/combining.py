"""Orders that travel together: the warehouse is told before the cut-off (rule O12)."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.database import fetch, fetch_row
from portal.domain import policy
from portal.domain.common.actor import Actor
from portal.domain.common.errors import Conflict, FieldError, NotFound, WrongState
from portal.domain.common.permissions import Permission
from portal.domain.common.record import readable
from portal.domain.common.words import N_
from portal.domain.orders.cut_off import cut_off_today
from portal.domain.orders.events import OrderEvent
from portal.domain.orders.finding import order_by_reference
from portal.domain.orders.progress import lock, note_that
from portal.domain.orders.states import OrderStatus
from portal.domain.orders.story import OrderHappening
from portal.domain.orders.tables import SalesOrder
from portal.domain.orders.telling import tell
from portal.domain.quotes.progress import require

_NOT_PREPARED = frozenset({OrderStatus.PLACED, OrderStatus.CONFIRMED, OrderStatus.SCHEDULED})
_NO_SUCH = N_("This customer has no such order.")
_ITSELF = N_("Choose another order than this one.")
_ELSEWHERE = N_("It goes to another place or travels another way.")
_GONE = N_("It is being prepared already, or ended.")
_TAKEN = N_("It travels with another order already.")


@dataclass(frozen=True, slots=True)
class Companion:
    """An order that travels with another one, as the warehouse has to know it (rule O12).

    `delivery_note` is the newest one of its goods, empty while nothing of it is packed.
    """

    reference: str
    status: OrderStatus
    is_held: bool
    delivery_note: str


class PastCutOff(Conflict):
    """What ships today is on the warehouse's list by the cut-off (rule O12)."""

    message = N_("The cut-off has passed: what ships today can no longer be combined or separated.")


async def combine_with(
    order: SalesOrder, reference: str, *, by: Actor, expected_version: int | None = None
) -> None:
    """Let `order` travel with the customer's order `reference`, and tell the warehouse (rule O12).

    Both go to the same place in the same way and are not prepared yet; several may travel with one.
    Raises `FieldError` for `reference`, `PastCutOff` where one of them ships today and the branch's
    cut-off is over, `WrongState`.
    """
    require(by, Permission.WORK_ON_ORDERS, Permission.SUPERVISE_ORDERS)
    other = await _other(order, reference, by=by)
    await _lock_both(order, other, expected_version)
    if order.state not in _NOT_PREPARED:
        raise WrongState(state=order.state.label)
    await _check_fit(order, other)
    await _check_cut_off(order, other)
    before = order.combine_with_id
    if before == other.id:
        return
    await order.change(combine_with_id=other.id)
    for one, with_one in ((order, other), (other, order)):
        words = {"order": with_one.reference}
        await note_that(one, OrderHappening.COMBINED, by=by, after=words)
    await tell(order, OrderEvent.COMBINED, by=by, with_id=other.id, with_reference=other.reference)


async def separate(order: SalesOrder, *, by: Actor, expected_version: int | None = None) -> None:
    """Let it travel alone again. Does nothing where it does. Raises as `combine_with`."""
    require(by, Permission.WORK_ON_ORDERS, Permission.SUPERVISE_ORDERS)
    if not order.combine_with_id:
        return
    other = await SalesOrder.objects().where(SalesOrder.id == order.combine_with_id).first()
    if other is None:
        raise NotFound
    await _lock_both(order, other, expected_version)
    if order.combine_with_id != other.id:
        raise Conflict
    if order.state not in _NOT_PREPARED:
        raise WrongState(state=order.state.label)
    await _check_cut_off(order, other)
    await _separate(order, other, by=by)


async def companions(order: SalesOrder) -> Sequence[SalesOrder]:
    """The other orders that travel with it, oldest first; cancelled ones do not. For both sides."""
    leading = order.combine_with_id or order.id
    rows = (
        await SalesOrder.select(*readable(SalesOrder))
        .where(
            (SalesOrder.id == leading) | (SalesOrder.combine_with_id == leading),
            SalesOrder.id != order.id,
            SalesOrder.status != OrderStatus.CANCELLED.value,
        )
        .order_by(SalesOrder.id)
    )
    return [SalesOrder(**row) for row in rows]


async def travelling_with(order_id: int) -> Sequence[Companion]:
    """What travels with an order and has not wholly left yet, oldest first. For staff."""
    rows = await fetch(
        """SELECT x.reference, x.status, x.held_at IS NOT NULL AS is_held,
               coalesce((SELECT s.reference FROM shipment s
                         WHERE s.order_id = x.id AND s.status NOT IN ('cancelled', 'lost')
                         ORDER BY s.id DESC LIMIT 1), '') AS delivery_note
           FROM sales_order o
           JOIN sales_order x ON coalesce(o.combine_with_id, o.id) IN (x.id, x.combine_with_id)
               AND x.id <> o.id
           WHERE o.id = $1 AND x.status = ANY ($2::text[]) ORDER BY x.id""",
        order_id,
        [status.value for status in OrderStatus if status.is_open],
    )
    return [Companion(**{**row, "status": OrderStatus(row["status"])}) for row in rows]


async def lock_together(
    order: SalesOrder, *, expected_version: int | None = None
) -> Sequence[SalesOrder]:
    """Lock `order` and what travels with it and is still in the house; returns the others.

    Raises `Conflict` also where somebody combines or separates them at this moment.
    """
    others = [each for each in await companions(order) if each.state.is_open]
    for one in sorted((order, *others), key=lambda each: each.id):
        await lock(one, expected_version=expected_version if one is order else None)
    if {each.id for each in await companions(order) if each.state.is_open} != {
        each.id for each in others
    }:
        raise Conflict
    return others


async def part_ways(order: SalesOrder, others: Sequence[SalesOrder], *, by: Actor) -> None:
    """Let `order` travel alone, at any hour: it goes elsewhere than the locked `others` now."""
    for other in others:
        if order.combine_with_id == other.id:
            await _separate(order, other, by=by)
        elif other.combine_with_id == order.id:
            await _separate(other, order, by=by)
    if order.combine_with_id:  # what it followed has left already
        await order.change(combine_with_id=None)


async def _separate(order: SalesOrder, other: SalesOrder, *, by: Actor) -> None:
    await order.change(combine_with_id=None)
    for one, with_one in ((order, other), (other, order)):
        words = {"order": with_one.reference}
        await note_that(one, OrderHappening.SEPARATED, by=by, after=words)
    await tell(order, OrderEvent.SEPARATED, by=by, with_id=other.id, with_reference=other.reference)


async def _other(order: SalesOrder, reference: str, *, by: Actor) -> SalesOrder:
    try:
        other = await order_by_reference(reference.strip(), by=by)
    except NotFound:
        raise FieldError("reference", _NO_SUCH) from None
    if other.id == order.id:
        raise FieldError("reference", _ITSELF)
    if other.account_id != order.account_id:
        raise FieldError("reference", _NO_SUCH)
    return other


async def _lock_both(order: SalesOrder, other: SalesOrder, expected_version: int | None) -> None:
    # In the order of their ids, so that two who combine them the other way round do not wait for
    # each other.
    for one in sorted((order, other), key=lambda each: each.id):
        await lock(one, expected_version=expected_version if one is order else None)


async def _check_fit(order: SalesOrder, other: SalesOrder) -> None:
    if other.state not in _NOT_PREPARED:
        raise FieldError("reference", _GONE)
    if (other.ship_to_id, other.transport) != (order.ship_to_id, order.transport):
        raise FieldError("reference", _ELSEWHERE)
    follows = await fetch(
        "SELECT FROM sales_order WHERE combine_with_id = $1 AND status <> 'cancelled'", order.id
    )
    if other.combine_with_id or follows:
        raise FieldError("reference", _TAKEN)


async def _check_cut_off(*orders: SalesOrder) -> None:
    """Refuse a change of what ships today, from the branch's cut-off on."""
    place = await fetch_row(
        "SELECT branch_id, tier FROM account WHERE id = $1", orders[0].account_id
    )
    assert place is not None  # noqa: S101 - the account of an order is there
    scope = policy.Scope(account_id=orders[0].account_id, tier=place["tier"])
    cut_off = await cut_off_today(place["branch_id"], scope=scope)
    promised = [order.promised_ship_on for order in orders if order.promised_ship_on]
    if not cut_off.is_today and any(day <= cut_off.today for day in promised):
        raise PastCutOff
