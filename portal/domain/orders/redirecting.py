"""Another place of delivery: registered, shown, and seen by the warehouse (rule O13)."""

from portal.database import database_now, execute, fetch
from portal.domain.accounts.addresses import addresses_of
from portal.domain.common.actor import Actor
from portal.domain.common.errors import FieldError, WrongState
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.orders import promises
from portal.domain.orders.combining import lock_together, part_ways
from portal.domain.orders.events import OrderEvent
from portal.domain.orders.progress import lock, note_that
from portal.domain.orders.story import OrderHappening
from portal.domain.orders.tables import SalesOrder
from portal.domain.orders.telling import tell
from portal.domain.quotes.field_checks import FieldChecks
from portal.domain.quotes.progress import require

_ANOTHER = N_("Choose another address of this customer.")


async def change_ship_to(
    order: SalesOrder,
    ship_to_id: int,
    reason: str,
    *,
    by: Actor,
    expected_version: int | None = None,
) -> None:
    """Register another delivery place; nothing ships before the warehouse has seen it (rule O13).

    What is being prepared goes there too; what travelled together with other orders travels alone
    (rule O12). Raises `FieldError` for `ship_to` (not an address of the account in use, or the same
    one), `FieldErrors` for `reason`, `WrongState` once it has shipped.
    """
    require(by, Permission.WORK_ON_ORDERS, Permission.SUPERVISE_ORDERS)
    travelling = await lock_together(order, expected_version=expected_version)
    if not order.state.is_open:
        raise WrongState(state=order.state.label)
    checks = FieldChecks()
    reason = checks.text("reason", reason, 1000, needed=True)
    checks.done()
    in_use = {address.id: address for address in await addresses_of(order.account_id)}
    if ship_to_id not in in_use or ship_to_id == order.ship_to_id:
        raise FieldError("ship_to", _ANOTHER)
    await execute(
        """INSERT INTO ship_to_change (account_id, order_id, from_id, to_id, reason, registered_by,
               registered_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7)""",
        order.account_id,
        order.id,
        order.ship_to_id,
        ship_to_id,
        reason,
        by.person_id,
        await database_now(),
    )
    await order.change(ship_to_id=ship_to_id)
    await execute(
        """UPDATE shipment SET ship_to_id = $2, version = version + 1
           WHERE order_id = $1 AND status = 'in_preparation'""",
        order.id,
        ship_to_id,
    )
    place = {"place": in_use[ship_to_id].label}
    await note_that(order, OrderHappening.SHIP_TO_CHANGED, by=by, after=place)
    await tell(order, OrderEvent.SHIP_TO_CHANGED, by=by)
    await part_ways(order, travelling, by=by)
    await promises.reconsider(order, by=by)


async def ship_to_seen(
    order: SalesOrder, *, by: Actor, expected_version: int | None = None
) -> None:
    """The warehouse has seen where it goes now (rule O13). Does nothing where all is seen."""
    require(by, Permission.WORK_IN_WAREHOUSE)
    await lock(order, expected_version=expected_version)
    seen = await fetch(
        """UPDATE ship_to_change SET seen_by = $2, seen_at = $3
           WHERE order_id = $1 AND seen_at IS NULL RETURNING id""",
        order.id,
        by.person_id,
        await database_now(),
    )
    if seen:
        await note_that(order, OrderHappening.SHIP_TO_SEEN, by=by)
        await promises.reconsider(order, by=by)
