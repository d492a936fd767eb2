"""What every verb of an order does: lock, take the step, note it."""

from collections.abc import Mapping
from typing import Any

from portal.domain.common.activity import record
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import NotFound, WrongState
from portal.domain.common.record import check_transition
from portal.domain.common.words import Worded
from portal.domain.orders.states import ORDER_TRANSITIONS, OrderStatus
from portal.domain.orders.tables import SalesOrder


async def lock(order: SalesOrder, *, expected_version: int | None = None) -> SalesOrder:
    """Lock the order and read it anew.

    Raises `NotFound` when it is not the viewer's, `Conflict` when `expected_version` is no longer
    its version, and `WrongState` for a customer when nothing can be changed any more.
    """
    try:
        return await order.lock(expected_version=expected_version)
    except NotFound:
        # The database lets a customer's login lock no order that is settled or cancelled.
        status = await SalesOrder.select(SalesOrder.status).where(SalesOrder.id == order.id).first()
        if status is None:
            raise
        raise WrongState(state=OrderStatus(status["status"]).label) from None


async def move(order: SalesOrder, to: OrderStatus, **values: Any) -> None:
    """Take a locked order a step further. Raises `WrongState` where there is no such step."""
    check_transition(order.state, to, ORDER_TRANSITIONS)
    await order.change(status=to.value, **values)


async def note_that(
    order: SalesOrder,
    happening: Worded,
    *,
    by: Actor,
    visible_to: Audience = Audience.CUSTOMER,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Write the timeline; `after` has what the sentence of `happening` needs (rule O21)."""
    await record(order.subject, happening, by=by, visible_to=visible_to, before=before, after=after)
