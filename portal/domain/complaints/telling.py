"""Announcing what happened to a complaint."""

from datetime import date
from decimal import Decimal

from portal.domain.common.actor import Actor
from portal.domain.common.outbox import Queue, announce
from portal.domain.complaints.events import ComplaintEvent
from portal.domain.complaints.states import Severity
from portal.domain.complaints.tables import Complaint


async def tell(
    complaint: Complaint,
    event: ComplaintEvent,
    *,
    by: Actor,
    once: str | None = None,
    **facts: object,
) -> None:
    """Announce what happened to `complaint`, in the unit of work that makes it happen.

    `facts` are what `ComplaintEvent` names behind the kind: ids, dates, numbers, message ids; never
    what somebody wrote. `once` names an effect that must not be told twice (rule, object, period);
    only staff and the portal itself may give it. Major incidents go ahead of the rest (rule C2).
    """
    await announce(
        event,
        {
            "complaint_id": complaint.id,
            "reference": complaint.reference,
            "actor_id": by.person_id,
            **{name: _plain(value) for name, value in facts.items()},
        },
        account_id=complaint.account_id,
        queue=Queue.URGENT if complaint.gravity is Severity.MAJOR else Queue.MAIL,
        once=once,
    )


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value
