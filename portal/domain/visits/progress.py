"""What every verb of a visit does: lock, take the step, note it."""

from typing import Any

from portal.database import database_now
from portal.domain.common.activity import record
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import WrongState
from portal.domain.common.record import check_transition
from portal.domain.visits.access import require_hand
from portal.domain.visits.states import TRANSITIONS, VisitStatus
from portal.domain.visits.story import VisitHappening
from portal.domain.visits.tables import Visit


async def lock_to_work(
    visit: Visit, *in_states: VisitStatus, by: Actor, expected_version: int | None = None
) -> Visit:
    """Lock it for a verb of ours. Raises `NotAllowed`, `Conflict`, `WrongState`."""
    require_hand(by)
    return await lock_in(visit, *in_states, expected_version=expected_version)


async def lock_in(
    visit: Visit, *in_states: VisitStatus, expected_version: int | None = None
) -> Visit:
    """Lock it, and raise `WrongState` unless it is in one of `in_states`; none: while it is open.

    Raises `Conflict` when `expected_version` is no longer its version.
    """
    await visit.lock(expected_version=expected_version)
    if visit.state not in in_states if in_states else not visit.state.is_open:
        raise WrongState(state=visit.state.label)
    return visit


async def advance(visit: Visit, to: VisitStatus, **values: Any) -> None:
    """Take a locked visit a step further. Raises `WrongState` where there is no such step."""
    check_transition(visit.state, to, TRANSITIONS)
    await change(visit, status=to.value, **values)


async def change(visit: Visit, **values: Any) -> None:
    """Write values of a locked visit; its version counts up even where they were the same."""
    await visit.change(updated_at=await database_now(), **values)


async def note_that(
    visit: Visit,
    happening: VisitHappening,
    *,
    by: Actor,
    visible_to: Audience = Audience.CUSTOMER,
    **after: Any,
) -> None:
    """Write the timeline; `after` has what the sentence of `happening` needs.

    What is for both sides is ours alone while the customer does not see the visit.
    """
    seen = visible_to if visit.shown_at is not None else Audience.INTERNAL
    await record(visit.subject, happening, by=by, visible_to=seen, after=after)
