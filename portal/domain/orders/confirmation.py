"""Orders are confirmed by sales once they are complete (rule O1)."""

from portal.database import database_now
from portal.domain.common.actor import Actor
from portal.domain.common.errors import Conflict, NotAllowed, WrongState
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.orders import promises
from portal.domain.orders.approvals import has_consent
from portal.domain.orders.completeness import Missing, missing_of
from portal.domain.orders.events import OrderEvent
from portal.domain.orders.finding import lines_of
from portal.domain.orders.progress import lock, move, note_that
from portal.domain.orders.representing import speaks_for_sales
from portal.domain.orders.reserving import ShortLine, reserve_order
from portal.domain.orders.states import OrderStatus
from portal.domain.orders.story import OrderHappening
from portal.domain.orders.tables import SalesOrder
from portal.domain.orders.telling import tell
from portal.domain.quotes.progress import require


class NotComplete(Conflict):
    """Only a complete order is processed; `missing` says what it lacks (rule O1)."""

    message = N_("This order is not complete. Missing: %(missing)s.")

    def __init__(self, missing: tuple[Missing, ...]) -> None:
        super().__init__(missing=tuple(part.label for part in missing))
        self.missing = missing


class NotTheirOrder(NotAllowed):
    """Others may see the order, but the word is sales' (rule O1)."""

    message = N_(
        "The sales representative of this customer confirms its orders, or who stands in for them"
        " or above them."
    )


async def confirm(
    order: SalesOrder, *, by: Actor, expected_version: int | None = None
) -> list[ShortLine]:
    """The sales representative, their deputy or the supervisor stands for the order (rule O1).

    What is there is reserved, and the promise is made; what is short is returned. An order outside
    a contract asks the manager for consent on stock. Raises `NotComplete`, `WrongState`,
    `Conflict`, `NotAllowed`, also as `NotTheirOrder`.
    """
    require(by, Permission.CONFIRM_ORDERS)
    if not await speaks_for_sales(by, order.account_id):
        raise NotTheirOrder
    await lock(order, expected_version=expected_version)
    # From scheduled only a correction of the schedule leads back, not this verb.
    if order.state is not OrderStatus.PLACED:
        raise WrongState(state=order.state.label)
    if missing := missing_of(order, await lines_of(order.id)):
        raise NotComplete(missing)
    await move(
        order,
        OrderStatus.CONFIRMED,
        confirmed_by=by.person_id,
        confirmed_at=await database_now(),
    )
    await note_that(order, OrderHappening.CONFIRMED, by=by)
    short = await reserve_order(order, by=by)
    # The promise first: who is told of the confirmation reads it.
    await promises.reconsider(order, by=by)
    await tell(order, OrderEvent.CONFIRMED, by=by)
    if order.off_contract and not await has_consent(order.id):
        await tell(order, OrderEvent.CONSENT_WANTED, by=by)
    return short
