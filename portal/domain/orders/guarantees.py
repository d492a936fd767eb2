"""The sales representative vouches for a payment that has not come by the cut-off (rule O9)."""

from datetime import date

from portal.database import database_now, execute
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import Conflict, DomainError, NotAllowed, WrongState
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.orders import promises
from portal.domain.orders.events import OrderEvent
from portal.domain.orders.progress import note_that
from portal.domain.orders.release import ReleaseFacts
from portal.domain.orders.release_facts import facts_of
from portal.domain.orders.release_story import ReleaseHappening
from portal.domain.orders.representing import speaks_for_sales
from portal.domain.orders.tables import SalesOrder
from portal.domain.orders.telling import tell
from portal.domain.quotes.field_checks import FieldChecks
from portal.domain.quotes.progress import require


class NotYourAccount(NotAllowed):
    """Only those guarantee who answer for the account's sales."""

    message = N_(
        "Only the sales representative of the account, their deputy or their supervisor can"
        " guarantee a payment."
    )


class NothingToGuarantee(Conflict):
    """The order does not wait for a payment in advance."""

    message = N_("This order does not wait for a payment in advance.")


class BalanceComesFirst(DomainError):
    """A project order is paid before it ships, whoever vouches for it (rule O8)."""

    message = N_("The balance of this order is paid before it ships; it cannot be guaranteed.")


class NoGuaranteeForAccount(DomainError):
    """Never for small accounts (rule O9)."""

    message = N_("Payments of small accounts are not guaranteed. The order ships once it is paid.")


class PaysUnreliably(DomainError):
    """Never for unstable accounts (rule O9)."""

    message = N_(
        "The payments of this account are unstable, so none is guaranteed. The order ships once it"
        " is paid."
    )


async def guarantee_payment(order: SalesOrder, pay_by: date, reason: str, *, by: Actor) -> None:
    """Vouch that the customer pays by `pay_by`, a day at the branch; until then it may ship.

    A later guarantee takes the place of an earlier one. Raises `NotAllowed`, `WrongState` when
    nothing is left to ship, `NothingToGuarantee`, `BalanceComesFirst`, `NoGuaranteeForAccount`,
    `PaysUnreliably`, and `FieldErrors` for `pay_by` and `reason`.
    """
    require(by, Permission.GUARANTEE_PAYMENT)
    if not await speaks_for_sales(by, order.account_id):
        raise NotYourAccount
    await order.lock()
    if not order.state.is_open:
        raise WrongState(state=order.state.label)
    facts = await facts_of(order, by=by)
    latest = _latest(facts)
    checks = FieldChecks()
    reason = checks.text("reason", reason, 500, needed=True)
    if pay_by < facts.today:
        checks.refuse("pay_by", N_("This day is over: choose one that is still to come."))
    elif pay_by > latest:
        days = (latest - facts.today).days
        checks.refuse("pay_by", N_("Choose a day at most %(days)s days off."), days=days)
    checks.done()
    await execute(
        """INSERT INTO payment_guarantee
               (account_id, order_id, pay_by, reason, guaranteed_by, guaranteed_at)
           VALUES ($1, $2, $3, $4, $5, $6)""",
        order.account_id,
        order.id,
        pay_by,
        reason,
        by.person_id,
        await database_now(),
    )
    said = {"pay_by_on": pay_by, "name": by.name, "reason": reason}
    await note_that(
        order, ReleaseHappening.GUARANTEED, by=by, visible_to=Audience.INTERNAL, after=said
    )
    await tell(order, OrderEvent.GUARANTEED, by=by, pay_by=pay_by)
    await promises.reconsider(order, by=by)


async def guarantee_until(order: SalesOrder, *, by: Actor) -> date | None:
    """The last day until which `by` may guarantee the payment; None where they may not at all."""
    if not by.may(Permission.GUARANTEE_PAYMENT) or not order.state.is_open:
        return None
    if not await speaks_for_sales(by, order.account_id):
        return None
    try:
        return _latest(await facts_of(order, by=by))
    except DomainError:
        return None


def _latest(facts: ReleaseFacts) -> date:
    """The last day that can be vouched for. Raises why none can."""
    if facts.needs_deposit:
        raise BalanceComesFirst  # rule O8
    if not facts.in_advance or facts.is_paid:
        raise NothingToGuarantee
    if not facts.pays_reliably:
        raise PaysUnreliably
    if facts.latest_guarantee is None:
        raise NoGuaranteeForAccount
    return facts.latest_guarantee
