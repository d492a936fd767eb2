"""D6: whether it worked, looked at no sooner than the day set for it (rule C9)."""

from datetime import date

from portal.database import database_now
from portal.domain.common.actor import Actor
from portal.domain.common.words import N_
from portal.domain.corrective_actions import clocks
from portal.domain.corrective_actions.discretion import check_names
from portal.domain.corrective_actions.events import CorrectiveActionEvent
from portal.domain.corrective_actions.progress import (
    change,
    lock_to_work,
    move,
    note_that,
    tell,
)
from portal.domain.corrective_actions.states import CorrectiveActionStatus
from portal.domain.corrective_actions.story import CorrectiveHappening
from portal.domain.corrective_actions.tables import CorrectiveAction
from portal.domain.organisation.deputies import today_of
from portal.domain.quotes.field_checks import FieldChecks

_S, _H, _E = CorrectiveActionStatus, CorrectiveHappening, CorrectiveActionEvent
_TOO_EARLY = N_("The check is not before the day that was set for it. Move the day first.")
_NO_ANSWER = N_("Say whether it worked.")
_NO_DAY = N_("Choose a day.")
_PAST = N_("This day is over already.")


async def set_check_day(
    action: CorrectiveAction,
    check_on: date | None,
    reason: str,
    *,
    by: Actor,
    expected_version: int | None = None,
) -> None:
    """Check on another day, with the reason. Raises `FieldErrors`, `WrongState`, `Conflict`."""
    await lock_to_work(action, _S.CARRIED_OUT, by=by, expected_version=expected_version)
    checks = FieldChecks()
    if check_on is None:
        checks.refuse("check_on", _NO_DAY)
    elif check_on < await today_of(action.leader_id):
        checks.refuse("check_on", _PAST)
    reason = checks.text("reason", reason, 1000, needed=True)
    checks.done()
    assert check_on is not None  # noqa: S101 - checked above
    before = action.check_on
    await change(action, check_on=check_on)
    await clocks.move_check(action, check_on, reason)
    await note_that(
        action,
        _H.CHECK_MOVED,
        by=by,
        before={"check_on": before},
        check_on=check_on,
        reason=reason,
    )


async def check_effectiveness(
    action: CorrectiveAction,
    effective: bool | None,
    result: str,
    prevention: str = "",
    *,
    by: Actor,
    expected_version: int | None = None,
) -> None:
    """Record what the check found. Effective: the management representative is asked to verify.

    Not effective: the analysis begins anew. `prevention` (D7) is needed for what worked; empty
    keeps what was written. Raises `FieldErrors` (`effective`, `result`, `prevention`; before the
    day set for the check at `effective`), `WrongState`, `Conflict`, `NotAllowed`.
    """
    await lock_to_work(action, _S.CARRIED_OUT, by=by, expected_version=expected_version)
    checks = FieldChecks()
    if effective is None:
        checks.refuse("effective", _NO_ANSWER)
    elif action.check_on is not None and await today_of(action.leader_id) < action.check_on:
        checks.refuse("effective", _TOO_EARLY)
    result = checks.text("result", result, 4000, needed=True)
    prevention = checks.text(
        "prevention", prevention or action.prevention, 4000, needed=bool(effective)
    )
    await check_names(checks, action.id, {"result": result, "prevention": prevention})
    checks.done()
    found = {
        "effective": effective,
        "check_result": result,
        "checked_by": by.person_id,
        "checked_at": await database_now(),
        "prevention": prevention,
    }
    await clocks.check_was_made(action)
    if effective:
        await move(action, _S.CHECKED, **found)
        await note_that(action, _H.EFFECTIVE, by=by, result=result)
        await tell(action, _E.VERIFICATION_WANTED, by=by)
    else:
        await move(action, _S.ANALYSED, **found)
        await note_that(action, _H.INEFFECTIVE, by=by, result=result)
        await tell(action, _E.INEFFECTIVE, by=by)
