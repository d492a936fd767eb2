"""What every verb of a corrective action does: lock, take the step, note it, tell others."""

from typing import Any

from portal.database import database_now, execute
from portal.domain.common.activity import record
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import WrongState
from portal.domain.common.outbox import announce
from portal.domain.common.permissions import Permission
from portal.domain.common.record import check_transition
from portal.domain.common.search import search_terms
from portal.domain.corrective_actions.events import CorrectiveActionEvent
from portal.domain.corrective_actions.states import TRANSITIONS, CorrectiveActionStatus
from portal.domain.corrective_actions.story import CorrectiveHappening
from portal.domain.corrective_actions.tables import CorrectiveAction
from portal.domain.quotes.progress import require

_S = CorrectiveActionStatus


async def lock_to_work(
    action: CorrectiveAction,
    *in_states: CorrectiveActionStatus,
    by: Actor,
    expected_version: int | None = None,
) -> CorrectiveAction:
    """Lock it for a verb of those who work on corrective actions; see `lock_in`."""
    require(by, Permission.WORK_ON_CORRECTIVE_ACTIONS)
    return await lock_in(action, *in_states, expected_version=expected_version)


async def lock_in(
    action: CorrectiveAction,
    *in_states: CorrectiveActionStatus,
    expected_version: int | None = None,
) -> CorrectiveAction:
    """Lock it, and raise `WrongState` unless it is in one of `in_states`; none: while it is open.

    Raises `Conflict` when `expected_version` is no longer its version.
    """
    await action.lock(expected_version=expected_version)
    if action.state not in in_states if in_states else not action.state.is_open:
        raise WrongState(state=action.state.label)
    return action


async def move(action: CorrectiveAction, to: CorrectiveActionStatus, **values: Any) -> None:
    """Take a locked action a stage further. Raises `WrongState` where there is no such step."""
    if action.state is not to:
        check_transition(action.state, to, TRANSITIONS)
    await change(action, status=to.value, **values)


async def change(action: CorrectiveAction, **values: Any) -> None:
    """Write values of a locked action; its version counts up even where they were the same."""
    await action.change(updated_at=await database_now(), **values)


async def make_findable(action: CorrectiveAction) -> None:
    """Keep what a search finds it by: its reference, title and problem."""
    await execute(
        "UPDATE corrective_action SET search_terms = $2 WHERE id = $1",
        action.id,
        search_terms(action.reference, action.title, action.problem),
    )


async def note_that(
    action: CorrectiveAction,
    happening: CorrectiveHappening,
    *,
    by: Actor,
    before: dict[str, Any] | None = None,
    **after: Any,
) -> None:
    """Write the timeline, which is ours alone; `after` is what the sentence needs (rule A5)."""
    await record(
        action.subject,
        happening,
        by=by,
        visible_to=Audience.INTERNAL,
        before=before,
        after=after,
    )


async def tell(
    action: CorrectiveAction, event: CorrectiveActionEvent, *, by: Actor, **ids: int | None
) -> None:
    """Announce what happened, to our people only."""
    await announce(
        event,
        {
            "action_id": action.id,
            "reference": action.reference,
            "actor_id": by.person_id,
            **ids,
        },
    )
