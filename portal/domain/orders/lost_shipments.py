"""Goods that never arrive: their shipment ends as lost, they are sent again or cancelled (O14)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from portal.database import database_now, execute
from portal.domain.common.actor import Actor
from portal.domain.common.permissions import Permission
from portal.domain.common.record import check_transition
from portal.domain.orders import promises
from portal.domain.orders.changes import end
from portal.domain.orders.events import OrderEvent
from portal.domain.orders.finding import lines_of
from portal.domain.orders.progress import move, note_that
from portal.domain.orders.remaining import NOTHING, contents_of, strike, whereabouts_of
from portal.domain.orders.reserving import reserve_order
from portal.domain.orders.rest_cancelling import go_on
from portal.domain.orders.shipment_locking import lock_with_order, require
from portal.domain.orders.shipment_story import ShipmentHappening
from portal.domain.orders.states import (
    SHIPMENT_TRANSITIONS,
    OrderStatus,
    PromiseBasis,
    ShipmentStatus,
)
from portal.domain.orders.tables import SalesOrder, Shipment
from portal.domain.orders.telling import tell
from portal.domain.quotes.field_checks import FieldChecks

_SALES = (Permission.WORK_ON_ORDERS, Permission.SUPERVISE_ORDERS)
_LONGEST = 1000


async def report_lost(
    shipment: Shipment,
    what: str,
    *,
    send_again: bool,
    by: Actor,
    expected_version: int | None = None,
) -> None:
    """End a shipment that never arrived; the customer is told at once what is next (rule O14).

    Whoever hears of it first may say so, warehouse or sales; `what` happened is read by both sides.
    With `send_again` its goods are to be shipped once more: reserved where there are any, promised
    anew, the order to be scheduled again where nothing else of it has left. The stock stays as it
    is: the goods are gone. Otherwise, which only sales may say, they are cancelled as by
    `cancel_rest`, and with nothing else left so is the order (rule O11). Raises `FieldErrors` for
    `what`, `WrongState` unless it is on its way, `Conflict`, `NotAllowed`.
    """
    require(by, *_SALES, *((Permission.WORK_IN_WAREHOUSE,) if send_again else ()))
    order = await lock_with_order(
        shipment, status=ShipmentStatus.SHIPPED, expected_version=expected_version
    )
    checks = FieldChecks()
    what = checks.text("what", what, _LONGEST, needed=True)
    checks.done()
    check_transition(shipment.state, ShipmentStatus.LOST, SHIPMENT_TRANSITIONS)
    await shipment.change(
        status=ShipmentStatus.LOST.value,
        lost_at=await database_now(),
        lost_because=what,
        lost_recorded_by=by.person_id,
        sent_again=send_again,
    )
    lost = await contents_of(shipment.id)
    await _take_back(lost)
    happening = ShipmentHappening.LOST_SENT_AGAIN if send_again else ShipmentHappening.LOST_NOT_SENT
    said = {"shipment": shipment.reference, "what": what}
    await note_that(order, happening, by=by, after=said)
    if send_again:
        await _forget_days(lost)
        await _open_again(order, by=by)
    else:
        await _let_go(order, lost, what, by=by)
    await tell(
        order,
        OrderEvent.LOST,
        by=by,
        shipment_id=shipment.id,
        sent_again=send_again,
        complete=order.state is OrderStatus.DELIVERED,
    )


async def _take_back(lost: Mapping[int, Decimal]) -> None:
    """Lost goods do not count as shipped."""
    for line_id, quantity in lost.items():
        await execute(
            "UPDATE sales_order_line SET shipped = shipped - $2 WHERE id = $1", line_id, quantity
        )


async def _forget_days(lost: Mapping[int, Decimal]) -> None:
    """What was made for the order is made once more: its days are not known yet (rule O7)."""
    await execute(
        """UPDATE sales_order_line l
           SET production_on = NULL, available_on = NULL, short_confirmed_on = NULL
           WHERE l.id = ANY ($1::bigint[]) AND (l.item_id IS NULL OR EXISTS (
               SELECT FROM item i WHERE i.id = l.item_id AND i.kind = 'made_to_order'))""",
        list(lost),
    )


async def _let_go(order: SalesOrder, lost: Mapping[int, Decimal], what: str, *, by: Actor) -> None:
    """Cancel what was lost; where that is all there is, the order (rule O11)."""
    lines = await lines_of(order.id)
    if all(line.quantity <= lost.get(line.id, NOTHING) for line in lines):
        await move(order, OrderStatus.CONFIRMED)
        await end(order, what, by=by)
        return
    totals = await strike(order, lost)
    if (await whereabouts_of(order.id)).to_ship:
        await _open_again(order, by=by, **totals)
        if order.terms.on_account:  # what it used of the limit is free for others (rule A16)
            await promises.reconsider_account(order.account_id, but=order.id, by=by)
    else:
        await go_on(order, by=by, **totals)


async def _open_again(order: SalesOrder, *, by: Actor, **values: Any) -> None:
    """Let an order with something to ship wait for it: reserved, decided and promised anew."""
    to = (await whereabouts_of(order.id)).status
    assert to is not None  # noqa: S101 - something of it is to be shipped
    if order.state is OrderStatus.SHIPPED and order.basis is not PromiseBasis.URGENT:
        # What was promised of the first shipment is kept or missed for good.
        values |= {
            "promised_ship_on": None,
            "promise_basis": PromiseBasis.NONE.value,
            "promised_ship_note": "",
        }
    if to is OrderStatus.CONFIRMED:
        values["released_at"] = None
    await move(order, to, **values)
    await reserve_order(order, by=by)
    await promises.reconsider(order, by=by)
