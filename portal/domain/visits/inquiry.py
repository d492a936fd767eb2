"""The written feedback form 客户拜访征询函 of a visit: when it came back (rule V4)."""

from portal.database import database_now
from portal.domain.common.actor import SYSTEM, Actor, Audience
from portal.domain.visits.events import VisitEvent
from portal.domain.visits.progress import change, note_that
from portal.domain.visits.story import VisitHappening
from portal.domain.visits.tables import Visit
from portal.domain.visits.telling import tell


async def returned(visit: Visit, *, by: Actor = SYSTEM) -> bool:
    """Note that the customer has answered it, on-line or on paper; the first time counts.

    For staff's and the worker's login, whatever the visit's state. Returns whether it was the first
    time.
    """
    await visit.lock()
    if visit.inquiry_returned_at:
        return False
    await change(visit, inquiry_returned_at=await database_now())
    await note_that(visit, VisitHappening.INQUIRY_RETURNED, by=by, visible_to=Audience.INTERNAL)
    await tell(visit, VisitEvent.INQUIRY_RETURNED, by=by)
    return True
