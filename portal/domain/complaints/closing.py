"""A complaint closes when the customer confirmed and nothing is left to do (rules C8, C9).

Where the customer does not react the supervisor closes it, with the reason shown.
"""

from portal.database import database_now
from portal.domain import policy
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import Conflict, WrongState
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.complaints import clocks
from portal.domain.complaints.capa_demand import demand_capa
from portal.domain.complaints.carrying_out import LONGEST_MEASURES
from portal.domain.complaints.cure_story import CureHappening
from portal.domain.complaints.events import ComplaintEvent
from portal.domain.complaints.progress import move, note_that
from portal.domain.complaints.states import CapaState, ComplaintStatus
from portal.domain.complaints.tables import Complaint
from portal.domain.complaints.telling import tell
from portal.domain.policy.complaint_figures import REMINDERS
from portal.domain.quotes.account_facts import account_facts
from portal.domain.quotes.field_checks import FieldChecks
from portal.domain.quotes.progress import require

__all__ = [
    "CapaFirst",
    "RemindFirst",
    "close_unanswered",
    "close_when_nothing_is_left",
    "demand_capa",
    "sum_up",
]

_LONGEST_SUMMARY = 4000
_HELD_BY = frozenset({CapaState.DEMANDED, CapaState.OPEN})
_SUMMED_UP = frozenset(
    {
        ComplaintStatus.CARRIED_OUT,
        ComplaintStatus.EXPLAINED,
        ComplaintStatus.CONFIRMED,
        ComplaintStatus.CLOSED,
    }
)


class CapaFirst(Conflict):
    """What demands a corrective action closes once that is verified (rule C9)."""

    message = N_("This closes once its corrective action is verified.")


class RemindFirst(Conflict):
    """The customer is reminded before the supervisor closes (rule C8). Words: `reminders`."""

    message = N_("The customer is reminded %(reminders)s times before this can be closed.")


async def close_when_nothing_is_left(complaint: Complaint, *, by: Actor) -> bool:
    """Close a locked complaint that is confirmed and demands no corrective action (C8, C9).

    Does nothing otherwise; returns whether it closed.
    """
    if complaint.state is not ComplaintStatus.CONFIRMED or complaint.capa in _HELD_BY:
        return False
    await _close(complaint, by=by)
    await note_that(complaint, CureHappening.CLOSED, by=by)
    return True


async def close_unanswered(
    complaint: Complaint, reason: str, *, by: Actor, expected_version: int | None = None
) -> None:
    """Close what the customer was told and reminded of and did not answer (rule C8).

    They read `reason`. Raises `NotAllowed`, `WrongState`, `RemindFirst`, `CapaFirst`,
    `FieldErrors` for `reason`.
    """
    require(by, Permission.SUPERVISE_COMPLAINTS)
    await complaint.lock(expected_version=expected_version)
    if not complaint.state.waits_for_customer:
        raise WrongState(state=complaint.state.label)
    account = await account_facts(complaint.account_id)
    needed = (await policy.figure(REMINDERS, scope=account.scope)).value
    if complaint.reminders < needed:
        raise RemindFirst(reminders=needed)
    if complaint.capa in _HELD_BY:
        raise CapaFirst
    checks = FieldChecks()
    reason = checks.text("reason", reason, 2000, needed=True)
    checks.done()
    await _close(complaint, closing_reason=reason, by=by)
    said = {"reason": reason}
    await note_that(complaint, CureHappening.CLOSED_UNANSWERED, by=by, after=said)


async def sum_up(
    complaint: Complaint,
    summary: str,
    measures: str,
    effective: bool | None,
    *,
    by: Actor,
    expected_version: int | None = None,
) -> None:
    """Sum the case up and assess whether the cure worked; all of it stays with us (rule C8).

    `measures` are those on whom is responsible. Raises `NotAllowed`, `WrongState` before an outcome
    was told, `FieldErrors` for `summary`, `measures` and `effective`.
    """
    require(by, Permission.WORK_ON_COMPLAINTS, Permission.SUPERVISE_COMPLAINTS)
    await complaint.lock(expected_version=expected_version)
    if complaint.state not in _SUMMED_UP:
        raise WrongState(state=complaint.state.label)
    checks = FieldChecks()
    summary = checks.text("summary", summary, _LONGEST_SUMMARY, needed=True)
    measures = checks.text("measures", measures, LONGEST_MEASURES)
    if effective is None:
        checks.refuse("effective", N_("Choose one of the options."))
    checks.done()
    changed = await complaint.change(summary=summary, measures=measures, effective=effective)
    inside = Audience.INTERNAL
    if "measures" in changed and measures:
        said = {"measures": measures}
        await note_that(complaint, CureHappening.MEASURES, by=by, visible_to=inside, after=said)
    if changed:
        said = {"summary": summary}
        await note_that(complaint, CureHappening.SUMMED_UP, by=by, visible_to=inside, after=said)


async def _close(complaint: Complaint, *, by: Actor, closing_reason: str = "") -> None:
    await move(
        complaint,
        ComplaintStatus.CLOSED,
        closed_at=await database_now(),
        closed_by=by.person_id,
        closing_reason=closing_reason,
    )
    await clocks.closed(complaint, by=by)
    await tell(complaint, ComplaintEvent.CLOSED, by=by)
