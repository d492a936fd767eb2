"""What may change of an order on its way: held, marked, cancelled (rules O6, O8, O11, O12).

Every verb takes the loaded order and locks it. `expected_version` is what the page was made from:
`Conflict` says that a colleague was faster. `WrongState` says that there is no such step any more,
`NotAllowed` that the role does not carry it. What else may change has modules of its own, which
this one names: where it goes (O13), in parts or together with another one (O12, O15), its rest
cancelled once a part has left (O11).
"""

import textwrap

from portal.database import database_now
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import Conflict, WrongState
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.orders import promises
from portal.domain.orders.combining import combine_with, companions, separate
from portal.domain.orders.events import OrderEvent
from portal.domain.orders.preparation import drop_open_shipment
from portal.domain.orders.progress import lock, move, note_that
from portal.domain.orders.redirecting import change_ship_to, ship_to_seen
from portal.domain.orders.reserving import give_back
from portal.domain.orders.rest_cancelling import cancel_rest
from portal.domain.orders.shipping_in_parts import agree_to_parts, withdraw_parts
from portal.domain.orders.states import CANCELLABLE_BY_CUSTOMER, OrderStatus
from portal.domain.orders.story import OrderHappening
from portal.domain.orders.tables import SalesOrder
from portal.domain.orders.telling import tell
from portal.domain.quotes.field_checks import FieldChecks
from portal.domain.quotes.progress import require
from portal.domain.service_levels import responses

__all__ = [
    "TooLateToCancel",
    "agree_to_parts",
    "cancel",
    "cancel_rest",
    "change_ship_to",
    "combine_with",
    "companions",
    "end",
    "hold",
    "let_go",
    "mark",
    "separate",
    "ship_to_seen",
    "withdraw_parts",
]

LONGEST_REASON = 2000


class TooLateToCancel(Conflict):
    """The goods are being packed or on their way: that takes a call (rule O11)."""

    message = N_(
        "The goods are being prepared already. Call your sales representative to cancel them."
    )


async def hold(
    order: SalesOrder,
    reason: str,
    place: str,
    *,
    by: Actor,
    as_asked: bool = False,
    expected_version: int | None = None,
) -> None:
    """Let the goods wait at `place`, a place of their own; nothing ships until then (rule O12).

    `reason` stays with us. With `as_asked` the customer wants it so, and what is promised waits as
    long. Holding again moves the goods or mends the reason. Raises `FieldErrors`.
    """
    require(by, Permission.WORK_ON_ORDERS, Permission.SUPERVISE_ORDERS)
    await lock(order, expected_version=expected_version)
    if not order.state.is_open:
        raise WrongState(state=order.state.label)
    checks = FieldChecks()
    reason = checks.text("reason", reason, LONGEST_REASON, needed=True)
    place = checks.text("place", place, 200, needed=True)
    checks.done()
    is_new = not order.is_held
    changed = await order.change(
        held_at=order.held_at or await database_now(),
        hold_reason=reason,
        hold_place=place,
        hold_as_asked=as_asked,
    )
    if is_new:
        await note_that(order, OrderHappening.HELD, by=by)
        await tell(order, OrderEvent.HELD, by=by)
    if changed:
        words = {"place": place, "reason": textwrap.shorten(reason, 300, placeholder=" …")}
        internal = Audience.INTERNAL
        await note_that(order, OrderHappening.HOLD_REASON, by=by, visible_to=internal, after=words)
    await promises.held(order, by=by)


async def let_go(order: SalesOrder, *, by: Actor, expected_version: int | None = None) -> None:
    """End the hold; what was promised runs on (rule O12). Does nothing where there is none."""
    require(by, Permission.WORK_ON_ORDERS, Permission.SUPERVISE_ORDERS)
    await lock(order, expected_version=expected_version)
    if not order.is_held:
        return
    await order.change(held_at=None, hold_reason="", hold_place="", hold_as_asked=False)
    await note_that(order, OrderHappening.LET_GO, by=by)
    await tell(order, OrderEvent.LET_GO, by=by)
    await promises.let_go(order, by=by)


async def cancel(
    order: SalesOrder, reason: str, *, by: Actor, expected_version: int | None = None
) -> None:
    """End the order: recorded, its stock free again, sales told, which coordinates (rule O11).

    Customers cancel in time, before the goods are prepared: `TooLateToCancel` then. Staff may until
    they are shipped; goods being prepared go back. What should be otherwise is ordered anew. Raises
    `FieldErrors` without a reason, `WrongState` once a part has shipped: `cancel_rest` then.
    """
    require(by, Permission.CANCEL_OWN_ORDER, Permission.WORK_ON_ORDERS, Permission.SUPERVISE_ORDERS)
    await lock(order, expected_version=expected_version)
    was = order.state
    if not by.is_staff and was not in CANCELLABLE_BY_CUSTOMER and was is not OrderStatus.CANCELLED:
        raise TooLateToCancel
    checks = FieldChecks()
    reason = checks.text("reason", reason, LONGEST_REASON, needed=True)
    checks.done()
    await end(order, reason, by=by)
    await tell(order, OrderEvent.CANCELLED, by=by, was=was.value)


async def end(order: SalesOrder, reason: str, *, by: Actor) -> None:
    """Cancel a locked order of which nothing is out, with all that follows; the caller tells.

    Raises `WrongState` where there is no such step.
    """
    was = order.state
    await move(
        order, OrderStatus.CANCELLED, cancelled_at=await database_now(), cancel_reason=reason
    )
    await give_back(order.id)
    if was is OrderStatus.IN_PREPARATION:
        await drop_open_shipment(order)
    await promises.cancelled(order)
    await responses.record_ended(order.subject, by=by)
    if by.is_staff and order.terms.on_account:
        # Its part of the credit limit is free for the account's other orders (rule A16).
        await promises.reconsider_account(order.account_id, but=order.id, by=by)
    await note_that(order, OrderHappening.CANCELLED, by=by, after={"reason": reason})


async def mark(
    order: SalesOrder,
    *,
    urgent: bool,
    project: bool,
    by: Actor,
    expected_version: int | None = None,
) -> None:
    """Say whether it is urgent (rule O6) and whether it is a large project order (rule O8).

    A large project order is paid in part before it is scheduled: the supervisor alone takes that
    mark back (`NotAllowed`). How it is paid for is settled once a part has shipped: `WrongState`.
    """
    require(by, Permission.WORK_ON_ORDERS, Permission.SUPERVISE_ORDERS)
    await lock(order, expected_version=expected_version)
    if not order.state.is_open:
        raise WrongState(state=order.state.label)
    if order.project != project and order.state is OrderStatus.PARTLY_SHIPPED:
        # What is out would leave the account's credit unseen (rules O10, A16).
        raise WrongState(state=order.state.label)
    if order.project and not project:
        require(by, Permission.SUPERVISE_ORDERS)  # rule O8
    changed = await order.change(urgent=urgent, project=project)
    if "urgent" in changed:
        happening = OrderHappening.MADE_URGENT if urgent else OrderHappening.NOT_URGENT
        await note_that(order, happening, by=by)
        if urgent:
            await tell(order, OrderEvent.MADE_URGENT, by=by)
    if "project" in changed:
        happening = OrderHappening.MADE_PROJECT if project else OrderHappening.NOT_PROJECT
        await note_that(order, happening, by=by)
    await promises.reconsider(order, by=by)
