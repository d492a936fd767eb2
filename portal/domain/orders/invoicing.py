"""Orders are invoiced once they were delivered, and settled once they are paid (rule O22)."""

from portal.database import database_now
from portal.domain.common.actor import Actor
from portal.domain.common.errors import WrongState
from portal.domain.common.permissions import Permission
from portal.domain.orders.events import OrderEvent
from portal.domain.orders.payments import payments_of, settle_or_reopen
from portal.domain.orders.progress import move, note_that
from portal.domain.orders.release_story import ReleaseHappening
from portal.domain.orders.states import OrderStatus
from portal.domain.orders.tables import SalesOrder
from portal.domain.orders.telling import tell
from portal.domain.quotes.field_checks import FieldChecks
from portal.domain.quotes.progress import require


async def invoice(order: SalesOrder, number: str, *, by: Actor) -> None:
    """Note the invoice of a delivered order; one that is paid in full is settled at once.

    Both sides see number and day (rule O22). Raises `NotAllowed`, `WrongState` before the delivery
    and after an earlier invoice, and `FieldErrors` for `number`.
    """
    require(by, Permission.RECORD_PAYMENTS)
    await order.lock()
    # From settled only a reversed payment leads back, not this verb.
    if order.state is not OrderStatus.DELIVERED:
        raise WrongState(state=order.state.label)
    checks = FieldChecks()
    number = checks.text("number", number, 100, needed=True)
    checks.done()
    await move(order, OrderStatus.INVOICED, invoice_number=number, invoiced_at=await database_now())
    await note_that(order, ReleaseHappening.INVOICED, by=by, after={"number": number})
    await tell(order, OrderEvent.INVOICED, by=by)
    await settle_or_reopen(order, await payments_of(order.id), by=by)
