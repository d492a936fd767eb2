"""Announcing what happened to a visit."""

from portal.domain.common.actor import Actor
from portal.domain.common.outbox import announce
from portal.domain.visits.events import VisitEvent
from portal.domain.visits.tables import Visit


async def tell(
    visit: Visit, event: VisitEvent, *, by: Actor, once: str | None = None, **facts: object
) -> None:
    """Announce what happened to `visit`, in the unit of work that makes it happen.

    `facts` are what `VisitEvent` names behind the kind: ids only, never what somebody wrote.
    `once` names an effect that must not be told twice; only staff and the portal may give it.
    """
    await announce(
        event,
        {
            "visit_id": visit.id,
            "reference": visit.reference,
            "actor_id": by.person_id,
            "is_shown": visit.shown_at is not None,
            **facts,
        },
        account_id=visit.account_id,
        once=once,
    )
