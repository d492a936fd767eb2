"""What every verb of a shipment does first: check the role, lock the order, then the shipment."""

from datetime import date

from portal.database import fetch_value
from portal.domain.common.actor import Actor
from portal.domain.common.errors import NotAllowed, NotFound, WrongState
from portal.domain.common.permissions import Permission
from portal.domain.orders.states import ShipmentStatus
from portal.domain.orders.tables import SalesOrder, Shipment


def require(by: Actor, *permissions: Permission) -> None:
    """Raise `NotAllowed` unless `by` carries one of `permissions`."""
    if not any(by.may(permission) for permission in permissions):
        raise NotAllowed


async def lock_with_order(
    shipment: Shipment, *, status: ShipmentStatus, expected_version: int | None = None
) -> SalesOrder:
    """Lock the order of a shipment and the shipment, in this order, and return the order.

    Raises `WrongState` unless the shipment is in `status`, `Conflict` when it is no longer in
    `expected_version`, `NotFound`.
    """
    order = await SalesOrder.objects().where(SalesOrder.id == shipment.order_id).first()
    if order is None:
        raise NotFound
    await order.lock()
    await shipment.lock(expected_version=expected_version)
    if shipment.state is not status:
        raise WrongState(state=shipment.state.label)
    return order


async def day_at_branch(account_id: int) -> date:
    """The business day at the branch that serves the account."""
    today: date = await fetch_value(
        """SELECT (business_now() AT TIME ZONE b.timezone)::date
           FROM account a JOIN branch b ON b.id = a.branch_id WHERE a.id = $1""",
        account_id,
    )
    return today
