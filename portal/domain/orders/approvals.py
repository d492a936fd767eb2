"""What the supervisor allows, and the production dates of what is made to order (rules O1, O7)."""

from datetime import date
from typing import Any

from portal.database import database_now, execute, fetch_row
from portal.domain.catalogue.kinds import ItemKind
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import Conflict, DomainError, FieldError, NotFound, WrongState
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.orders import promises
from portal.domain.orders.completeness import Missing, missing_of
from portal.domain.orders.days_ahead import refusal_of
from portal.domain.orders.events import OrderEvent
from portal.domain.orders.finding import lines_of
from portal.domain.orders.progress import note_that
from portal.domain.orders.release_story import ReleaseHappening
from portal.domain.orders.shipment_locking import day_at_branch
from portal.domain.orders.states import ApprovalKind
from portal.domain.orders.tables import SalesOrder
from portal.domain.orders.telling import tell
from portal.domain.quotes.field_checks import FieldChecks
from portal.domain.quotes.progress import require


class NoConsentNeeded(Conflict):
    """The order is at agreed prices, or consent was given already."""

    message = N_("This order does not wait for consent on stock.")


class NotPriced(Conflict):
    """Nobody consents to what has no price yet."""

    message = N_("A line has no price yet. Complete the order first.")


class NotMadeToOrder(DomainError):
    """Only what is made for the customer has a production date."""

    message = N_("This line is not made to order, so it has no production date.")


class OnlySupervisorMovesForward(FieldError):
    """Jumping the queue needs the supervisor's approval (rule O7)."""

    def __init__(self) -> None:
        super().__init__(
            "on", N_("An earlier date than the one that was set takes the supervisor's approval.")
        )


async def consent_on_stock(order: SalesOrder, reason: str, *, by: Actor) -> None:
    """Consent that stock is given to an order outside a contract (rule O1).

    The prices stay as they are from then on. Raises `NotAllowed`, `WrongState` when nothing is left
    to ship, `NoConsentNeeded`, `NotPriced`, and `FieldErrors` for `reason`, which stays with us.
    """
    require(by, Permission.SUPERVISE_ORDERS)
    await _lock_open(order)
    if not order.off_contract or await has_consent(order.id):
        raise NoConsentNeeded
    if Missing.PRICE in missing_of(order, await lines_of(order.id)):
        raise NotPriced
    reason = _checked_reason(reason)
    await _approve(order, ApprovalKind.STOCK_CONSENT, reason, by=by)
    await _note_inside(order, ReleaseHappening.CONSENTED, by=by, reason=reason)
    await tell(order, OrderEvent.CONSENT_GIVEN, by=by)
    await promises.reconsider(order, by=by)


async def set_production(order: SalesOrder, line_id: int, on: date, *, by: Actor) -> None:
    """Give the earliest production date of a line, or a later one than before (rule O7).

    Lines of made-to-order items and lines without an item have one. Raises `NotAllowed`,
    `WrongState`, `NotFound`, `NotMadeToOrder`, `OnlySupervisorMovesForward`, and `FieldErrors` for
    `on`.
    """
    require(by, Permission.WORK_ON_ORDERS, Permission.SUPERVISE_ORDERS)
    await _lock_open(order)
    line = await _line(order, line_id)
    await _check_day(order, on)
    before = line["production_on"]
    if before == on:
        return
    if before and on < before:
        raise OnlySupervisorMovesForward
    await _write_day(line_id, on)
    said = {"line": line["position"], "production_on": on}
    await note_that(order, ReleaseHappening.PRODUCTION_SET, by=by, after=said)
    await tell(order, OrderEvent.PRODUCTION_SET, by=by, line_id=line_id, production_on=on)
    await promises.reconsider(order, by=by)


async def move_production(
    order: SalesOrder, line_id: int, to: date, reason: str, *, by: Actor
) -> None:
    """Let a line jump the queue: an earlier production date, approved and on record (rule O7).

    The customer is told the day, never the reason. Raises `NotAllowed`, `WrongState`, `NotFound`,
    `NotMadeToOrder`, and `FieldErrors` for `on` and `reason`.
    """
    require(by, Permission.SUPERVISE_ORDERS)
    await _lock_open(order)
    line = await _line(order, line_id)
    await _check_day(order, to)
    reason = _checked_reason(reason)
    before = line["production_on"]
    if before is None or to >= before:
        raise FieldError("on", N_("Choose a day before the one that was set."))
    await _write_day(line_id, to)
    await _approve(
        order,
        ApprovalKind.PRODUCTION_MOVED,
        reason,
        by=by,
        line_id=line_id,
        date_before=before,
        date_after=to,
    )
    said = {"line": line["position"], "before_on": before, "production_on": to}
    await note_that(order, ReleaseHappening.PRODUCTION_MOVED, by=by, after=said)
    await _note_inside(order, ReleaseHappening.PRODUCTION_REASON, by=by, reason=reason)
    await tell(
        order,
        OrderEvent.PRODUCTION_MOVED,
        by=by,
        line_id=line_id,
        date_before=before,
        date_after=to,
    )
    await promises.reconsider(order, by=by)


async def _lock_open(order: SalesOrder) -> None:
    await order.lock()
    if not order.state.is_open:
        raise WrongState(state=order.state.label)


async def has_consent(order_id: int) -> bool:
    """Whether the manager has consented that stock is given to the order (rule O1)."""
    row = await fetch_row(
        "SELECT 1 FROM order_approval WHERE order_id = $1 AND kind = 'stock_consent'", order_id
    )
    return row is not None


async def _line(order: SalesOrder, line_id: int) -> Any:
    row = await fetch_row(
        """SELECT l.position, l.production_on, l.quantity - l.shipped AS left, i.kind
           FROM sales_order_line l LEFT JOIN item i ON i.id = l.item_id
           WHERE l.id = $1 AND l.order_id = $2""",
        line_id,
        order.id,
    )
    if row is None:
        raise NotFound
    if row["kind"] not in {None, ItemKind.MADE_TO_ORDER.value}:
        raise NotMadeToOrder
    if not row["left"]:
        raise WrongState(state=order.state.label)
    return row


async def _check_day(order: SalesOrder, on: date) -> None:
    today = await day_at_branch(order.account_id)
    over = N_("This day is over: choose one that is still to come.")
    if message := refusal_of(on, today=today, over=over):
        raise FieldError("on", message)


def _checked_reason(reason: str) -> str:
    checks = FieldChecks()
    reason = checks.text("reason", reason, 500, needed=True)
    checks.done()
    return reason


async def _write_day(line_id: int, on: date) -> None:
    await execute("UPDATE sales_order_line SET production_on = $2 WHERE id = $1", line_id, on)


async def _approve(
    order: SalesOrder,
    kind: ApprovalKind,
    reason: str,
    *,
    by: Actor,
    line_id: int | None = None,
    date_before: date | None = None,
    date_after: date | None = None,
) -> None:
    await execute(
        """INSERT INTO order_approval (account_id, order_id, order_line_id, kind, reason,
               date_before, date_after, approved_by, approved_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)""",
        order.account_id,
        order.id,
        line_id,
        kind.value,
        reason,
        date_before,
        date_after,
        by.person_id,
        await database_now(),
    )


async def _note_inside(
    order: SalesOrder, happening: ReleaseHappening, *, by: Actor, reason: str
) -> None:
    await note_that(order, happening, by=by, visible_to=Audience.INTERNAL, after={"reason": reason})
