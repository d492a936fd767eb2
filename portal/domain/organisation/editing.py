"""Who may change the organisation, and that changes of it come one after the other."""

from portal.database import execute
from portal.domain.common.actor import Actor
from portal.domain.common.errors import NotAllowed
from portal.domain.common.permissions import Permission


def check_may_edit(by: Actor) -> None:
    """Raise `NotAllowed` unless `by` may change staff, branches and departments."""
    if not by.may(Permission.EDIT_STAFF):
        raise NotAllowed


async def wait_for_other_changes() -> None:
    """Wait for other changes of staff and keep them out until the unit of work ends.

    Two changes that are each right can together make a circle, or leave nobody to administer.
    """
    await execute("SELECT pg_advisory_xact_lock(hashtextextended('organisation', 0))")
