"""No incomplete shipment, unless the customer has agreed to it (rule O15)."""

from portal.database import database_now
from portal.domain.common.actor import Actor
from portal.domain.common.errors import WrongState
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.orders import promises
from portal.domain.orders.events import OrderEvent
from portal.domain.orders.progress import lock, note_that
from portal.domain.orders.states import OrderStatus
from portal.domain.orders.story import OrderHappening
from portal.domain.orders.tables import SalesOrder
from portal.domain.orders.telling import tell
from portal.domain.quotes.field_checks import FieldChecks
from portal.domain.quotes.progress import require

_WHO = N_("Say who of the customer has agreed.")


async def agree_to_parts(
    order: SalesOrder, name: str, *, by: Actor, expected_version: int | None = None
) -> None:
    """What is there may ship before the rest; `name` of the customer agrees to it (rule O15).

    The customer's own word, or staff record what was agreed in writing. Does nothing where it was
    agreed already. Raises `FieldErrors` for `name`, `WrongState` when nothing is to be shipped.
    """
    require(by, Permission.PLACE_ORDER, Permission.WORK_ON_ORDERS)
    await lock(order, expected_version=expected_version)
    if not order.state.is_open:
        raise WrongState(state=order.state.label)
    if order.partial_agreed_by:
        return
    checks = FieldChecks()
    name = checks.text("name", name, 200, needed=True, missing=_WHO)
    checks.done()
    await order.change(partial_agreed_by=name, partial_agreed_at=await database_now())
    await note_that(order, OrderHappening.PARTS_AGREED, by=by, after={"name": name})
    await tell(order, OrderEvent.PARTS_AGREED, by=by)
    await promises.reconsider(order, by=by)


async def withdraw_parts(
    order: SalesOrder, *, by: Actor, expected_version: int | None = None
) -> None:
    """Everything ships together again (rule O15). Does nothing where nobody had agreed.

    Raises `WrongState` once goods are being prepared or a part has shipped.
    """
    require(by, Permission.PLACE_ORDER, Permission.WORK_ON_ORDERS)
    await lock(order, expected_version=expected_version)
    if order.state not in {OrderStatus.PLACED, OrderStatus.CONFIRMED, OrderStatus.SCHEDULED}:
        raise WrongState(state=order.state.label)
    if order.partial_agreed_by:
        await order.change(partial_agreed_by="", partial_agreed_at=None)
        await note_that(order, OrderHappening.PARTS_WITHDRAWN, by=by)
        await promises.reconsider(order, by=by)
