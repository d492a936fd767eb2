"""D8: the management representative, or who stands in, verifies, sends back or waives (rule C9)."""

from portal.database import database_now, fetch_value
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import DomainError, WrongState
from portal.domain.common.words import N_
from portal.domain.complaints import progress as complaint_progress
from portal.domain.complaints.capa_story import CapaHappening
from portal.domain.complaints.closing import close_when_nothing_is_left
from portal.domain.complaints.states import CapaState
from portal.domain.complaints.tables import Complaint
from portal.domain.corrective_actions import clocks
from portal.domain.corrective_actions.access import verifies_for
from portal.domain.corrective_actions.complaint_side import (
    demand_again,
    let_close,
    linked_complaints,
)
from portal.domain.corrective_actions.discretion import check_names
from portal.domain.corrective_actions.events import CorrectiveActionEvent
from portal.domain.corrective_actions.people import name_of
from portal.domain.corrective_actions.progress import (
    lock_in,
    lock_to_work,
    move,
    note_that,
    tell,
)
from portal.domain.corrective_actions.states import CorrectiveActionStatus
from portal.domain.corrective_actions.steps import steps_of
from portal.domain.corrective_actions.story import CorrectiveHappening
from portal.domain.corrective_actions.tables import CorrectiveAction
from portal.domain.quotes.field_checks import FieldChecks

_S, _H, _E = CorrectiveActionStatus, CorrectiveHappening, CorrectiveActionEvent


class OwnWork(DomainError):
    """Nobody verifies what they led or checked themselves, nor does who stands in for them."""

    message = N_("You led or checked this yourself. Somebody else has to verify it.")


async def verify(
    action: CorrectiveAction,
    note: str,
    *,
    by: Actor,
    expected_version: int | None = None,
) -> None:
    """The result is verified; complaints that waited for it close once they are confirmed.

    `note` is what was learned, and the customers read it. A deputy verifies with the name of whom
    they stand in for. Raises `NotAllowed`, `OwnWork`, `FieldErrors` at `note`, `WrongState`,
    `Conflict`.
    """
    absent = await verifies_for(by)
    await lock_in(action, _S.CHECKED, expected_version=expected_version)
    if await _is_own_work(action, by, absent):
        raise OwnWork
    checks = FieldChecks()
    note = checks.text("note", note, 2000, needed=True)
    await check_names(checks, action.id, {"note": note})
    checks.done()
    await move(
        action,
        _S.VERIFIED,
        closing_note=note,
        verified_by=by.person_id,
        verified_for_id=absent,
        verified_at=await database_now(),
    )
    if absent is None:
        await note_that(action, _H.VERIFIED, by=by, note=note)
    else:
        await note_that(action, _H.VERIFIED_FOR, by=by, note=note, absent=await name_of(absent))
    await tell(action, _E.VERIFIED, by=by)
    await let_close(action, by=by)


async def _is_own_work(action: CorrectiveAction, by: Actor, absent: int | None) -> bool:
    """Whether `by`, or the staff member whom they stand in for, led or checked it."""
    checker = await fetch_value(
        "SELECT id FROM staff_member WHERE person_id = $1", action.checked_by
    )
    return bool({by.staff_member_id, absent} & {action.leader_id, checker} - {None})


async def send_back(
    action: CorrectiveAction,
    reason: str,
    *,
    by: Actor,
    expected_version: int | None = None,
) -> None:
    """The result does not convince: the analysis begins anew. The reason stays with us.

    Raises `NotAllowed`, `FieldErrors` at `reason`, `WrongState`, `Conflict`.
    """
    await verifies_for(by)
    await lock_in(action, _S.CHECKED, expected_version=expected_version)
    checks = FieldChecks()
    reason = checks.text("reason", reason, 2000, needed=True)
    checks.done()
    await move(
        action,
        _S.ANALYSED,
        sent_back_because=reason,
        effective=None,
        check_result="",
        checked_by=None,
        checked_at=None,
    )
    await note_that(action, _H.SENT_BACK, by=by, reason=reason)
    await tell(action, _E.SENT_BACK, by=by)


async def waive(
    complaint: Complaint,
    reason: str,
    *,
    by: Actor,
    expected_version: int | None = None,
) -> None:
    """This complaint may close without a verified corrective action; the reason stays with us.

    An action that answers it goes on. Raises `NotAllowed`, `FieldErrors` at `reason`,
    `WrongState` where none is demanded, `Conflict`.
    """
    absent = await verifies_for(by)
    await complaint.lock(expected_version=expected_version)
    if complaint.capa not in {CapaState.DEMANDED, CapaState.OPEN}:
        raise WrongState(state=complaint.capa.label if complaint.capa else complaint.state.label)
    checks = FieldChecks()
    reason = checks.text("reason", reason, 2000, needed=True)
    checks.done()
    await complaint.change(
        capa_state=CapaState.WAIVED.value,
        capa_waived_because=reason,
        updated_at=await database_now(),
    )
    happening, after = CapaHappening.WAIVED, {"reason": reason}
    if absent is not None:
        happening, after = (
            CapaHappening.WAIVED_FOR,
            {"reason": reason, "absent": await name_of(absent)},
        )
    await complaint_progress.note_that(
        complaint, happening, by=by, visible_to=Audience.INTERNAL, after=after
    )
    await close_when_nothing_is_left(complaint, by=by)


async def cancel(
    action: CorrectiveAction,
    reason: str,
    *,
    by: Actor,
    expected_version: int | None = None,
) -> None:
    """It was opened in error: nothing is owed any more, its complaints ask for one as before.

    Raises `FieldErrors` at `reason`, `WrongState`, `Conflict`, `NotAllowed`.
    """
    await lock_to_work(action, by=by, expected_version=expected_version)
    checks = FieldChecks()
    reason = checks.text("reason", reason, 2000, needed=True)
    checks.done()
    open_steps = [step for step in await steps_of(action) if step.is_open]
    await move(action, _S.CANCELLED, cancelled_because=reason)
    await clocks.nothing_is_owed(action, open_steps)
    for complaint in await linked_complaints(action):
        await demand_again(complaint, action)
    await note_that(action, _H.CANCELLED, by=by, reason=reason)
    await tell(action, _E.CANCELLED, by=by)
