"""The rest of an order that has shipped in part is cancelled (rule O11)."""

from collections.abc import Mapping
from typing import Any

from portal.database import database_now
from portal.domain.common.actor import Actor
from portal.domain.common.errors import Conflict, WrongState
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.orders import promises
from portal.domain.orders.events import OrderEvent
from portal.domain.orders.preparation import drop_open_shipment
from portal.domain.orders.progress import lock, move, note_that
from portal.domain.orders.remaining import not_shipped, strike, whereabouts_of
from portal.domain.orders.reserving import give_back
from portal.domain.orders.states import OrderStatus
from portal.domain.orders.story import OrderHappening
from portal.domain.orders.tables import SalesOrder
from portal.domain.orders.telling import tell
from portal.domain.quotes.field_checks import FieldChecks
from portal.domain.quotes.progress import require
from portal.domain.service_levels import clock
from portal.domain.service_levels.promise import TargetKind

LONGEST_REASON = 2000
_NOT_HELD: Mapping[str, Any] = {
    "held_at": None,
    "hold_reason": "",
    "hold_place": "",
    "hold_as_asked": False,
}
_OWED_OF_THE_REST = (TargetKind.SHIPMENT, TargetKind.SHORT_LINES)


class NothingShippedYet(Conflict):
    """Nothing has left: the whole order can be cancelled (rule O11)."""

    message = N_("Nothing of this order has left yet: cancel the whole order.")


async def cancel_rest(
    order: SalesOrder, reason: str, *, by: Actor, expected_version: int | None = None
) -> None:
    """End what has not shipped; what has goes on to its delivery, invoice and payment (rule O11).

    Its stock is free again, goods being packed go back, and what was promised of it ends. The order
    comes to what has shipped; what was paid beyond that is to be given back. The customer reads
    `reason` and is told, and so is sales. Raises `NothingShippedYet` before a part has left,
    `WrongState` once all has, `FieldErrors` without a reason, `Conflict`, `NotAllowed`.
    """
    require(by, Permission.WORK_ON_ORDERS, Permission.SUPERVISE_ORDERS)
    await lock(order, expected_version=expected_version)
    if order.state is not OrderStatus.PARTLY_SHIPPED:
        raise NothingShippedYet if order.state.is_open else WrongState(state=order.state.label)
    checks = FieldChecks()
    reason = checks.text("reason", reason, LONGEST_REASON, needed=True)
    checks.done()
    await drop_open_shipment(order)
    await give_back(order.id)
    totals = await strike(order, await not_shipped(order.id))
    complete = await go_on(
        order,
        by=by,
        rest_cancelled_at=await database_now(),
        rest_cancel_reason=reason,
        **totals,
    )
    await note_that(order, OrderHappening.REST_CANCELLED, by=by, after={"reason": reason})
    await tell(order, OrderEvent.REST_CANCELLED, by=by, complete=complete)


async def go_on(order: SalesOrder, *, by: Actor, **values: Any) -> bool:
    """Let a locked order with nothing left to ship go on to where its goods are.

    Writes `values` with it. Of what was cancelled nothing is owed any more, and it waits for
    nothing; what it leaves of the credit limit is there for other orders (rule A16). Returns
    whether all of it has arrived.
    """
    whereabouts = await whereabouts_of(order.id)
    assert whereabouts.status is not None  # noqa: S101 - a part of it has left
    await move(order, whereabouts.status, **_NOT_HELD, **values)
    for kind in _OWED_OF_THE_REST:
        await clock.cancel(order.subject, kind=kind)
    await promises.delivered(order, delivered_at=whereabouts.last_signed_at)
    if order.terms.on_account:
        await promises.reconsider_account(order.account_id, but=order.id, by=by)
    return order.state is OrderStatus.DELIVERED
