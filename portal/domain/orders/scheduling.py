"""Orders are handed to the warehouse once the release decision allows it (rules O1, O7, O8)."""

from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import Conflict, WrongState
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.orders import promises
from portal.domain.orders.events import OrderEvent
from portal.domain.orders.progress import move, note_that
from portal.domain.orders.release_facts import verdict_of
from portal.domain.orders.release_story import ReleaseHappening
from portal.domain.orders.release_words import Step
from portal.domain.orders.reserving import ShortLine, reserve_order
from portal.domain.orders.states import OrderStatus
from portal.domain.orders.tables import SalesOrder
from portal.domain.orders.telling import tell
from portal.domain.orders.verdict import Check
from portal.domain.quotes.field_checks import FieldChecks
from portal.domain.quotes.progress import require


class NotToBeScheduled(Conflict):
    """The release decision stands in the way; `checks` are its open reasons, with words."""

    message = N_("The order cannot be scheduled yet. The release checklist says why.")

    def __init__(self, checks: tuple[Check, ...]) -> None:
        super().__init__()
        self.checks = checks


async def schedule(
    order: SalesOrder, *, by: Actor, expected_version: int | None = None
) -> list[ShortLine]:
    """Let the warehouse prepare the order, and reserve what is there; returns what is short.

    The decision is made inside the lock. Raises `NotToBeScheduled`, `WrongState`, `Conflict`,
    `NotAllowed`.
    """
    require(by, Permission.WORK_ON_ORDERS, Permission.SUPERVISE_ORDERS)
    await order.lock(expected_version=expected_version)
    # From preparation only a withdrawn pick list leads back, not this verb.
    if order.state is not OrderStatus.CONFIRMED:
        raise WrongState(state=order.state.label)
    verdict = await verdict_of(order, by=by)
    if not verdict.may_schedule:
        raise NotToBeScheduled(verdict.blocking(Step.SCHEDULE))
    short = await reserve_order(order, by=by)
    await move(order, OrderStatus.SCHEDULED)
    await note_that(order, ReleaseHappening.SCHEDULED, by=by)
    await promises.reconsider(order, by=by)
    await tell(order, OrderEvent.SCHEDULED, by=by)
    return short


async def unschedule(
    order: SalesOrder, reason: str, *, by: Actor, expected_version: int | None = None
) -> None:
    """Take the order back from the warehouse before it prepares it; what is reserved stays.

    The customer's timeline shows that it is confirmed again, not why. Raises `WrongState`,
    `Conflict`, `NotAllowed`, and `FieldErrors` for `reason`.
    """
    require(by, Permission.WORK_ON_ORDERS, Permission.SUPERVISE_ORDERS)
    await order.lock(expected_version=expected_version)
    if order.state is not OrderStatus.SCHEDULED:
        raise WrongState(state=order.state.label)
    checks = FieldChecks()
    reason = checks.text("reason", reason, 500, needed=True)
    checks.done()
    await move(order, OrderStatus.CONFIRMED)
    await note_that(
        order,
        ReleaseHappening.UNSCHEDULED,
        by=by,
        visible_to=Audience.INTERNAL,
        after={"reason": reason},
    )
    await tell(order, OrderEvent.UNSCHEDULED, by=by)
