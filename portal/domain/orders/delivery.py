"""On the way and signed for: exceptions told at once, the signed paper kept (rules O14, O16)."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from portal.database import database_now, execute, fetch_value
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.files.attachments import attach
from portal.domain.common.permissions import Permission
from portal.domain.common.record import check_transition
from portal.domain.common.words import N_
from portal.domain.orders import promises
from portal.domain.orders.days_ahead import refusal_of
from portal.domain.orders.events import OrderEvent
from portal.domain.orders.fulfilment_refusals import NoSignedNote
from portal.domain.orders.progress import move, note_that
from portal.domain.orders.shipment_locking import day_at_branch, lock_with_order, require
from portal.domain.orders.shipment_story import ShipmentHappening
from portal.domain.orders.states import SHIPMENT_TRANSITIONS, OrderStatus, ShipmentStatus
from portal.domain.orders.tables import Shipment
from portal.domain.orders.telling import tell
from portal.domain.quotes.field_checks import FieldChecks

# Forms know minutes: what was signed for in the minute of the hand-over came after it.
_MINUTE = timedelta(minutes=1)


async def record_delivery(
    shipment: Shipment,
    *,
    signed_by: str,
    delivered_at: datetime,
    by: Actor,
    form_key: str,
    shown_files: Collection[str] = (),
    expected_version: int | None = None,
) -> None:
    """Record that the customer's person signed for a shipment (rule O16).

    `delivered_at` is aware; the files of `form_key` are the signed delivery note, which both sides
    see from then on. Once all of an order has arrived it is delivered. Raises `FieldErrors` for
    `signed_by` and `delivered_at`, `NoSignedNote` and `StagedFilesGone` for `files`, `WrongState`
    unless it is on its way, `Conflict`, `NotAllowed`.
    """
    require(by, Permission.WORK_IN_WAREHOUSE)
    order = await lock_with_order(
        shipment, status=ShipmentStatus.SHIPPED, expected_version=expected_version
    )
    signed_by = await _checked_signature(shipment, signed_by, delivered_at)
    notes = await attach(
        form_key, to=shipment.subject, audience=Audience.CUSTOMER, by=by, expected=shown_files
    )
    if not notes:
        raise NoSignedNote
    check_transition(shipment.state, ShipmentStatus.DELIVERED, SHIPMENT_TRANSITIONS)
    await shipment.change(
        status=ShipmentStatus.DELIVERED.value,
        signed_by=signed_by,
        delivered_at=delivered_at,
        delivery_recorded_by=by.person_id,
    )
    complete = order.state is OrderStatus.SHIPPED and not await _is_more_on_its_way(order.id)
    if complete:
        await move(order, OrderStatus.DELIVERED)
    await note_that(
        order,
        ShipmentHappening.DELIVERED,
        by=by,
        after={"shipment": shipment.reference, "name": signed_by},
    )
    await promises.delivered(order, delivered_at=await _last_signed_at(order.id))
    await tell(order, OrderEvent.DELIVERED, by=by, shipment_id=shipment.id, complete=complete)


async def note_exception(
    shipment: Shipment,
    what: str,
    expected_on: date,
    *,
    by: Actor,
    expected_version: int | None = None,
) -> None:
    """Note what went wrong on the way, with a new promise; the customer is told at once (rule O14).

    Whoever hears of it first may note it: warehouse or sales. Raises `FieldErrors` for `what` and
    `expected_on`, `WrongState` unless it is on its way, `Conflict`, `NotAllowed`.
    """
    require(by, Permission.WORK_IN_WAREHOUSE, Permission.WORK_ON_ORDERS)
    order = await lock_with_order(
        shipment, status=ShipmentStatus.SHIPPED, expected_version=expected_version
    )
    checks = FieldChecks()
    what = checks.text("what", what, 1000, needed=True)
    today = await day_at_branch(shipment.account_id)
    over = N_("The expected day cannot be in the past.")
    if message := refusal_of(expected_on, today=today, over=over):
        checks.refuse("expected_on", message)
    checks.done()
    before = shipment.expected_on
    await execute(
        """INSERT INTO transit_exception (account_id, shipment_id, what, expected_before,
               expected_on, noted_by, noted_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7)""",
        shipment.account_id,
        shipment.id,
        what,
        before,
        expected_on,
        by.person_id,
        await database_now(),
    )
    await shipment.change(expected_on=expected_on)
    await note_that(
        order,
        ShipmentHappening.EXCEPTION,
        by=by,
        before={"expected_on": before},
        after={"shipment": shipment.reference, "expected_on": expected_on, "what": what},
    )
    await tell(order, OrderEvent.EXCEPTION, by=by, shipment_id=shipment.id, expected_before=before)


async def _checked_signature(shipment: Shipment, signed_by: str, delivered_at: datetime) -> str:
    checks = FieldChecks()
    signed_by = checks.text("signed_by", signed_by, 200, needed=True)
    shipped_at = shipment.shipped_at
    if delivered_at > await database_now():
        checks.refuse("delivered_at", N_("This is still to come. Enter when it was signed for."))
    elif shipped_at and delivered_at < shipped_at - _MINUTE:
        checks.refuse("delivered_at", N_("This is before the goods left."))
    checks.done()
    return signed_by


async def _is_more_on_its_way(order_id: int) -> bool:
    return bool(
        await fetch_value(
            """SELECT EXISTS (SELECT FROM shipment
                   WHERE order_id = $1 AND status IN ('in_preparation', 'shipped'))""",
            order_id,
        )
    )


async def _last_signed_at(order_id: int) -> datetime:
    """Shipments are not recorded in the order in which they were signed for."""
    last: datetime = await fetch_value(
        "SELECT max(delivered_at) FROM shipment WHERE order_id = $1", order_id
    )
    return last
