"""A visit that will not take place, and one that somebody else makes (rules V5, V7)."""

from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import FieldError
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.opinions.opening import name_of
from portal.domain.quotes.field_checks import FieldChecks
from portal.domain.quotes.progress import require
from portal.domain.visits import clocks
from portal.domain.visits.access import require_hand
from portal.domain.visits.events import VisitEvent
from portal.domain.visits.owners import may_own
from portal.domain.visits.people import owner_takes_part
from portal.domain.visits.progress import advance, change, lock_to_work, note_that
from portal.domain.visits.states import VisitRule, VisitStatus
from portal.domain.visits.story import VisitHappening
from portal.domain.visits.tables import Visit
from portal.domain.visits.telling import tell

# Stands for a reason that is ours: a message id, translated wherever the reason is read.
NOT_NEEDED = N_("This appointment is no longer needed.")
_SOMEBODY_ELSE = N_("Choose a colleague who makes visits.")


async def cancel(
    visit: Visit, because: str, *, by: Actor, expected_version: int | None = None
) -> None:
    """Call it off; the customer reads why where they know of the visit.

    All that the rules ask for are made (rule V7): what a rule planned is the supervisors' to call
    off. Raises `FieldErrors` at `because`, `WrongState`, `Conflict`, `NotAllowed`.
    """
    require_hand(by)
    if asks_supervisor(visit):
        require(by, Permission.SUPERVISE_VISITS)
    await lock_to_work(visit, by=by, expected_version=expected_version)
    checks = FieldChecks()
    because = checks.text("because", because, 1000, needed=True)
    checks.done()
    await call_off(visit, because, by=by)


async def call_off(visit: Visit, because: str, *, by: Actor) -> None:
    """Call off a locked, open visit; the customer reads `because` where they know of it."""
    await advance(visit, VisitStatus.CANCELLED, cancelled_because=because)
    await clocks.cancelled(visit)
    reason = [because] if because == NOT_NEEDED else because  # in a list: a message id
    await note_that(visit, VisitHappening.CANCELLED, by=by, reason=reason)
    await tell(visit, VisitEvent.CANCELLED, by=by)


async def give_to(
    visit: Visit, owner_id: int, *, by: Actor, expected_version: int | None = None
) -> None:
    """Let a colleague (staff member id) make it; the clock runs on.

    Raises `FieldError` at `owner_id`, `WrongState`, `Conflict`, `NotAllowed`.
    """
    await lock_to_work(visit, by=by, expected_version=expected_version)
    if owner_id == visit.owner_id or not await may_own(owner_id):
        raise FieldError("owner_id", _SOMEBODY_ELSE)
    await pass_on(visit, owner_id, by=by)


async def pass_on(visit: Visit, to: int, *, by: Actor) -> None:
    """Give a locked, open visit to another colleague (staff member id)."""
    before = visit.owner_id
    await change(visit, owner_id=to)
    await owner_takes_part(visit, instead_of=before)
    await clocks.owner_changed(visit)
    name, ours = await name_of(to), Audience.INTERNAL
    await note_that(visit, VisitHappening.GIVEN, by=by, visible_to=ours, name=name)
    await tell(visit, VisitEvent.GIVEN, by=by, owner_id=to, from_owner_id=before)


def asks_supervisor(visit: Visit) -> bool:
    """Whether only who supervises visits may call it off."""
    return VisitRule(visit.rule) is not VisitRule.BY_HAND
