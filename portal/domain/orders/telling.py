"""Announcing what happened to an order, a credit limit or a registered project."""

from datetime import date
from decimal import Decimal

from portal.domain.common.actor import Actor
from portal.domain.common.money import Money
from portal.domain.common.outbox import Queue, announce
from portal.domain.orders.events import CreditEvent, OrderEvent, RegistrationEvent
from portal.domain.orders.tables import CreditLimit, ProjectRegistration, SalesOrder

# Told at once, whatever the order is: what went wrong on the way (rule O14), a call to make before
# the cut-off (rule O9).
_AT_ONCE = frozenset({OrderEvent.EXCEPTION, OrderEvent.LOST, OrderEvent.UNPAID_BEFORE_CUT_OFF})


async def tell(
    order: SalesOrder,
    event: OrderEvent,
    *,
    by: Actor,
    once: str | None = None,
    **facts: object,
) -> None:
    """Announce what happened to `order`, in the unit of work that makes it happen.

    `facts` are what `OrderEvent` names behind the kind: ids, dates, `Decimal`s, `Money`, message
    ids and lists of them; never what somebody wrote. `once` names an effect that must not be
    told twice (rule, object, period); only staff and the portal itself may give it. Urgent orders
    go ahead of the rest (rule O6).
    """
    await announce(
        event,
        {
            "order_id": order.id,
            "reference": order.reference,
            "actor_id": by.person_id,
            **{name: _plain(value) for name, value in facts.items()},
        },
        account_id=order.account_id,
        queue=Queue.URGENT if order.urgent or event in _AT_ONCE else Queue.MAIL,
        once=once,
    )


async def tell_of_credit(limit: CreditLimit, event: CreditEvent, *, by: Actor) -> None:
    """Announce what happened to a credit limit (rule A16)."""
    await announce(
        event,
        {"limit_id": limit.id, "account_id": limit.account_id, "actor_id": by.person_id},
        account_id=limit.account_id,
    )


async def tell_of_registration(
    registration: ProjectRegistration,
    event: RegistrationEvent,
    *,
    by: Actor,
    once: str | None = None,
    **ids: int,
) -> None:
    """Announce what happened to a registered project: to our people only (rule O17)."""
    await announce(
        event,
        {
            "registration_id": registration.id,
            "account_id": registration.account_id,
            "reference": registration.reference,
            "actor_id": by.person_id,
            **ids,
        },
        account_id=registration.account_id,
        queue=Queue.URGENT if event is RegistrationEvent.ALERT else Queue.MAIL,
        once=once,
    )


def _plain(value: object) -> object:
    if isinstance(value, Money):
        return {"amount": str(value.amount), "currency": value.currency}
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value
