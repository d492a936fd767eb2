"""Goods are taken from the shelf for an order: one open pick list at a time."""

from portal.database import database_now, fetch_value
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import FieldError, WrongState
from portal.domain.common.permissions import Permission
from portal.domain.common.record import check_transition
from portal.domain.common.references import next_reference
from portal.domain.common.words import N_
from portal.domain.orders.batches import oldest_first, write_picks
from portal.domain.orders.combining import companions
from portal.domain.orders.events import OrderEvent
from portal.domain.orders.finding import lines_of
from portal.domain.orders.fulfilment_refusals import (
    AlreadyInPreparation,
    NotAllThere,
    NothingToShip,
    NotReleased,
    ShipToNotSeen,
)
from portal.domain.orders.progress import move, note_that
from portal.domain.orders.release_facts import verdict_of
from portal.domain.orders.release_words import Step
from portal.domain.orders.reserving import lock_stock_of
from portal.domain.orders.shipment_locking import lock_with_order, require
from portal.domain.orders.shipment_story import ShipmentHappening
from portal.domain.orders.states import SHIPMENT_TRANSITIONS, OrderStatus, ShipmentStatus
from portal.domain.orders.tables import SalesOrder, SalesOrderLine, Shipment
from portal.domain.orders.telling import tell

_TO_PREPARE = frozenset({OrderStatus.SCHEDULED, OrderStatus.PARTLY_SHIPPED})
_LONGEST_REASON = 500


async def start_preparation(order: SalesOrder, *, by: Actor) -> Shipment:
    """Make a pick list of all that is reserved, of the batches that came first.

    Preparing needs what scheduling needs; whether it may ship is decided at hand-over. Orders that
    travel with it are pointed out, here and there (rule O12). Raises
    `WrongState` unless the order is scheduled or partly shipped, `AlreadyInPreparation`,
    `ShipToNotSeen` (rule O13), `NotReleased`, `NothingToShip`, `NotAllThere` (rule O15),
    `NotAllowed`.
    """
    require(by, Permission.WORK_IN_WAREHOUSE)
    await order.lock()
    await _check_may_prepare(order, by=by)
    await lock_stock_of([order.id])
    lines = await lines_of(order.id)
    check_parts(order, lines)
    shipment = Shipment(
        account_id=order.account_id,
        order_id=order.id,
        reference=await next_reference("DN"),
        status=ShipmentStatus.IN_PREPARATION.value,
        ship_to_id=order.ship_to_id,
        prepared_by=by.person_id,
        prepared_at=await database_now(),
    )
    picks = await oldest_first(lines)
    await shipment.save()
    await write_picks(shipment, picks)
    if order.state is OrderStatus.SCHEDULED:
        await move(order, OrderStatus.IN_PREPARATION)
    after = {"shipment": shipment.reference}
    await note_that(order, ShipmentHappening.IN_PREPARATION, by=by, after=after)
    await _point_out_to_companions(order, shipment, by=by)
    await tell(order, OrderEvent.IN_PREPARATION, by=by, shipment_id=shipment.id)
    return shipment


async def withdraw_preparation(
    shipment: Shipment, reason: str, *, by: Actor, expected_version: int | None = None
) -> None:
    """Put the goods back on the shelf; they stay reserved. Leads back to scheduled.

    Raises `FieldError` for `reason`, `WrongState` once it is handed over, `Conflict`, `NotAllowed`.
    """
    require(by, Permission.WORK_IN_WAREHOUSE)
    reason = reason.strip()
    if not reason:
        raise FieldError("reason", N_("Say why: sales and the next colleague read it."))
    if len(reason) > _LONGEST_REASON:
        raise FieldError(
            "reason", N_("Keep this under %(max_length)s characters."), max_length=_LONGEST_REASON
        )
    order = await lock_with_order(
        shipment, status=ShipmentStatus.IN_PREPARATION, expected_version=expected_version
    )
    await _cancel(shipment)
    if order.state is OrderStatus.IN_PREPARATION:
        await move(order, OrderStatus.SCHEDULED)
    after = {"shipment": shipment.reference}
    await note_that(order, ShipmentHappening.WITHDRAWN, by=by, after=after)
    await note_that(
        order,
        ShipmentHappening.WITHDRAWN_BECAUSE,
        by=by,
        visible_to=Audience.INTERNAL,
        after={**after, "reason": reason},
    )
    await tell(order, OrderEvent.PREPARATION_WITHDRAWN, by=by, shipment_id=shipment.id)


async def drop_open_shipment(order: SalesOrder) -> None:
    """Cancel the open pick list of a locked order that is cancelled itself (rule O11)."""
    shipment = await _open_shipment(order.id)
    if shipment is not None:
        await _cancel(await shipment.lock())


def check_parts(order: SalesOrder, lines: list[SalesOrderLine]) -> None:
    """Nothing leaves in parts unless the customer has agreed to it (rule O15).

    Raises `NothingToShip` and `NotAllThere`.
    """
    if not any(line.reserved for line in lines):
        raise NothingToShip
    is_complete = all(line.reserved + line.shipped == line.quantity for line in lines)
    if not is_complete and order.partial_agreed_at is None:
        raise NotAllThere


async def check_place_seen(order: SalesOrder) -> None:
    """Raise `ShipToNotSeen` while a registered change of the place waits for a look (rule O13)."""
    unseen = await fetch_value(
        "SELECT EXISTS (SELECT FROM ship_to_change WHERE order_id = $1 AND seen_at IS NULL)",
        order.id,
    )
    if unseen:
        raise ShipToNotSeen


async def _check_may_prepare(order: SalesOrder, *, by: Actor) -> None:
    current = await _open_shipment(order.id)
    if current is not None:
        raise AlreadyInPreparation(shipment=current.reference)
    if order.state not in _TO_PREPARE:
        raise WrongState(state=order.state.label)
    await check_place_seen(order)
    verdict = await verdict_of(order, by=by)
    if not verdict.may_schedule:
        raise NotReleased(verdict.blocking(Step.SCHEDULE))


async def _point_out_to_companions(order: SalesOrder, shipment: Shipment, *, by: Actor) -> None:
    after = {"order": order.reference, "shipment": shipment.reference}
    for other in await companions(order):
        if other.state.is_open:
            await note_that(
                other,
                ShipmentHappening.COMPANION,
                by=by,
                visible_to=Audience.INTERNAL,
                after=after,
            )


async def _open_shipment(order_id: int) -> Shipment | None:
    return await Shipment.objects().get(
        (Shipment.order_id == order_id) & (Shipment.status == ShipmentStatus.IN_PREPARATION.value)
    )


async def _cancel(shipment: Shipment) -> None:
    check_transition(shipment.state, ShipmentStatus.CANCELLED, SHIPMENT_TRANSITIONS)
    await shipment.change(status=ShipmentStatus.CANCELLED.value)
