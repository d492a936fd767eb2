"""Goods leave with a carrier: decided once more under the lock, taken from stock, told."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portal.database import database_now
from portal.domain.common.actor import Actor
from portal.domain.common.permissions import Permission
from portal.domain.common.record import check_transition
from portal.domain.common.words import N_
from portal.domain.orders import promises
from portal.domain.orders.batches import Pick, picks_of
from portal.domain.orders.days_ahead import refusal_of
from portal.domain.orders.events import OrderEvent
from portal.domain.orders.finding import lines_of
from portal.domain.orders.fulfilment_refusals import NotAllThere, NothingToShip, NotReleased
from portal.domain.orders.preparation import check_place_seen
from portal.domain.orders.progress import move, note_that
from portal.domain.orders.release_facts import verdict_of
from portal.domain.orders.release_words import Step
from portal.domain.orders.reserving import lock_stock_of, take
from portal.domain.orders.shipment_locking import day_at_branch, lock_with_order, require
from portal.domain.orders.shipment_story import ShipmentHappening
from portal.domain.orders.states import SHIPMENT_TRANSITIONS, OrderStatus, ShipmentStatus
from portal.domain.orders.tables import SalesOrder, Shipment
from portal.domain.orders.telling import tell
from portal.domain.quotes.field_checks import FieldChecks

_MOST_PARCELS = 9999


@dataclass(frozen=True, slots=True)
class HandOver:
    """What the carrier took. `carrier` names who collects where the customer does (rule O14).

    `expected_on` is the day of arrival that the customer is told, missing where nobody said one.
    """

    carrier: str
    tracking_number: str = ""
    parcels: int | None = None
    expected_on: date | None = None


async def hand_over(
    shipment: Shipment, given: HandOver, *, by: Actor, expected_version: int | None = None
) -> None:
    """Let a prepared shipment leave. The release decision is made here, with all locks held.

    Takes the goods from stock, one movement a batch; the order has then shipped, wholly or partly.
    Raises `FieldErrors` for `carrier`, `tracking_number`, `parcels` and `expected_on`,
    `NotReleased`, `ShipToNotSeen` (rule O13), `NotAllThere` (rule O15), `NotReserved` and
    `NotEnoughStock` when the goods went elsewhere meanwhile, `WrongState` when it was handed over
    before or its order was cancelled, `Conflict`, `NotAllowed`.
    """
    require(by, Permission.WORK_IN_WAREHOUSE)
    order = await lock_with_order(
        shipment, status=ShipmentStatus.IN_PREPARATION, expected_version=expected_version
    )
    given = await _checked(shipment, given)
    await lock_stock_of([order.id])
    await _check_may_ship(order, by=by)
    picks = await picks_of(shipment.id)
    complete = await _check_parts(order, picks)
    for pick in picks:
        await take(
            pick.order_line_id, pick.quantity, batch=pick.batch, reason=shipment.reference, by=by
        )
    check_transition(shipment.state, ShipmentStatus.SHIPPED, SHIPMENT_TRANSITIONS)
    await shipment.change(
        status=ShipmentStatus.SHIPPED.value,
        ship_to_id=order.ship_to_id,
        carrier=given.carrier,
        tracking_number=given.tracking_number,
        parcels=given.parcels,
        expected_on=given.expected_on,
        shipped_by=by.person_id,
        shipped_at=await database_now(),
    )
    await move(order, OrderStatus.SHIPPED if complete else OrderStatus.PARTLY_SHIPPED)
    await _say_shipped(order, shipment, complete=complete, by=by)


async def _checked(shipment: Shipment, given: HandOver) -> HandOver:
    checks = FieldChecks()
    carrier = checks.text("carrier", given.carrier, 100, needed=True)
    tracking_number = checks.text("tracking_number", given.tracking_number, 100)
    if given.parcels is None or not 1 <= given.parcels <= _MOST_PARCELS:
        checks.refuse("parcels", N_("Enter how many parcels leave, 1 to 9999."))
    today = await day_at_branch(shipment.account_id)
    over = N_("The expected day cannot be in the past.")
    if given.expected_on and (message := refusal_of(given.expected_on, today=today, over=over)):
        checks.refuse("expected_on", message)
    checks.done()
    return HandOver(carrier, tracking_number, given.parcels, given.expected_on)


async def _check_may_ship(order: SalesOrder, *, by: Actor) -> None:
    await check_place_seen(order)
    verdict = await verdict_of(order, by=by)
    if not verdict.may_ship:
        raise NotReleased(verdict.blocking(Step.SHIP))


async def _check_parts(order: SalesOrder, picks: Sequence[Pick]) -> bool:
    """Whether nothing of the order is left once this has gone (rule O15)."""
    if not picks:
        raise NothingToShip
    leaving: dict[int, Decimal] = defaultdict(Decimal)
    for pick in picks:
        leaving[pick.order_line_id] += pick.quantity
    lines = await lines_of(order.id)
    complete = all(line.shipped + leaving[line.id] == line.quantity for line in lines)
    if not complete and order.partial_agreed_at is None:
        raise NotAllThere
    return complete


async def _say_shipped(order: SalesOrder, shipment: Shipment, *, complete: bool, by: Actor) -> None:
    happening = ShipmentHappening.SHIPPED if complete else ShipmentHappening.PARTLY_SHIPPED
    after = {
        "shipment": shipment.reference,
        "carrier": shipment.carrier,
        "tracking_number": shipment.tracking_number,
    }
    await note_that(order, happening, by=by, after=after)
    await promises.shipped(order)
    await tell(order, OrderEvent.SHIPPED, by=by, shipment_id=shipment.id, complete=complete)
