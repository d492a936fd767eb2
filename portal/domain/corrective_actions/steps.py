"""The steps of a corrective action: owner department, owner and day each, on a clock (rule C9)."""

from dataclasses import dataclass
from datetime import date, timedelta

from portal.database import database_now
from portal.domain import policy
from portal.domain.common.actor import Actor
from portal.domain.common.errors import NotAllowed, NotFound, WrongState
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.corrective_actions import clocks
from portal.domain.corrective_actions.discretion import check_names
from portal.domain.corrective_actions.events import CorrectiveActionEvent
from portal.domain.corrective_actions.people import check_department, check_owner, name_of
from portal.domain.corrective_actions.progress import (
    change,
    lock_in,
    lock_to_work,
    move,
    note_that,
    tell,
)
from portal.domain.corrective_actions.states import CorrectiveActionStatus, StepKind
from portal.domain.corrective_actions.story import CorrectiveHappening
from portal.domain.corrective_actions.tables import CorrectiveAction, CorrectiveStep
from portal.domain.organisation.deputies import today_of, whose_work_falls_to
from portal.domain.policy.complaint_figures import EFFECTIVENESS_AFTER
from portal.domain.quotes.field_checks import FieldChecks

_S, _H, _E = CorrectiveActionStatus, CorrectiveHappening, CorrectiveActionEvent
_NO_KIND = N_("Choose what kind of step it is.")
_CAUSE_FIRST = N_("Until the cause is found only containment can be planned.")
_NO_DAY = N_("Choose a day.")
_PAST = N_("This day is over already.")
_ENDED_STEP = N_("ended")


@dataclass(frozen=True, slots=True)
class StepFacts:
    """A step as its form has it; errors name the fields as here."""

    kind: str = ""
    what: str = ""
    department_id: int | None = None
    owner_id: int | None = None
    due_on: date | None = None


async def steps_of(action: CorrectiveAction) -> list[CorrectiveStep]:
    """All steps in the order they were added, dropped ones too."""
    rows: list[CorrectiveStep] = (
        await CorrectiveStep.objects()
        .where(CorrectiveStep.corrective_action_id == action.id)
        .order_by(CorrectiveStep.id)
    )
    return rows


async def add_step(
    action: CorrectiveAction,
    facts: StepFacts,
    *,
    by: Actor,
    expected_version: int | None = None,
) -> CorrectiveStep:
    """Give somebody a step to do by a day; its clock runs from now on, and they are told.

    Containment at any time until the plan is carried out, the others once the cause is found.
    Raises `FieldErrors`, `WrongState`, `Conflict`, `NotAllowed`.
    """
    await lock_to_work(
        action,
        _S.OPENED,
        _S.CONTAINED,
        _S.ANALYSED,
        _S.PLANNED,
        by=by,
        expected_version=expected_version,
    )
    checks = FieldChecks()
    if facts.kind not in set(StepKind):
        checks.refuse("kind", _NO_KIND)
    elif facts.kind != StepKind.CONTAINMENT and not action.analysed_at:
        checks.refuse("kind", _CAUSE_FIRST)
    what = await _check(checks, action, facts)
    await _check_day(checks, facts)
    checks.done()
    step = CorrectiveStep(
        corrective_action_id=action.id,
        kind=facts.kind,
        what=what,
        department_id=facts.department_id,
        owner_id=facts.owner_id,
        due_on=facts.due_on,
        added_at=await database_now(),
    )
    await step.save()
    await clocks.start_step(action, step)
    await change(action)
    await note_that(
        action,
        _H.STEP_ADDED,
        by=by,
        owner=await name_of(step.owner_id),
        due_on=step.due_on,
        what=what,
    )
    await tell(action, _E.STEP_GIVEN, by=by, step_id=step.id)
    return step


async def change_step(
    action: CorrectiveAction,
    step: CorrectiveStep,
    facts: StepFacts,
    reason: str,
    *,
    by: Actor,
    expected_version: int | None = None,
) -> None:
    """Another wording, owner or day, with the reason; what was due before stays in the record.

    The kind stays. Raises `FieldErrors`, `WrongState`, `Conflict`, `NotAllowed`.
    """
    await _lock_open(action, step, by=by, expected_version=expected_version)
    checks = FieldChecks()
    what = await _check(checks, action, facts)
    if facts.due_on != step.due_on:
        await _check_day(checks, facts)
    reason = checks.text("reason", reason, 1000, needed=True)
    checks.done()
    had_it, was_due = step.owner_id, step.due_on
    await step.change(
        what=what,
        department_id=facts.department_id,
        owner_id=facts.owner_id,
        due_on=facts.due_on,
    )
    await clocks.move_step(action, step, reason)
    await change(action)
    await note_that(
        action,
        _H.STEP_CHANGED,
        by=by,
        before={"owner": await name_of(had_it), "due_on": was_due},
        owner=await name_of(step.owner_id),
        due_on=step.due_on,
        reason=reason,
    )
    if step.owner_id != had_it:
        await tell(action, _E.STEP_GIVEN, by=by, step_id=step.id)
    elif step.due_on != was_due:
        await tell(action, _E.STEP_MOVED, by=by, step_id=step.id)


async def step_done(
    action: CorrectiveAction, step: CorrectiveStep, result: str, *, by: Actor
) -> None:
    """Its owner, who stands in for them, or who works on corrective actions says what was done.

    With the last step of the plan the action is carried out. Raises `FieldErrors` at `result`,
    `WrongState`, `NotAllowed`.
    """
    await lock_in(action)
    await _lock_step(action, step)
    mine = by.staff_member_id is not None and step.owner_id in await whose_work_falls_to(
        by.staff_member_id
    )
    if not (mine or by.may(Permission.WORK_ON_CORRECTIVE_ACTIONS)):
        raise NotAllowed
    checks = FieldChecks()
    result = checks.text("result", result, 2000, needed=True)
    await check_names(checks, action.id, {"result": result})
    checks.done()
    await step.change(done_at=await database_now(), done_by=by.person_id, result=result)
    await clocks.step_was_done(action, step)
    await change(action)
    await note_that(action, _H.STEP_DONE, by=by, result=result)
    await tell(action, _E.STEP_DONE, by=by, step_id=step.id)
    await carried_out_when_all_is_done(action, by=by)


async def drop_step(
    action: CorrectiveAction,
    step: CorrectiveStep,
    reason: str,
    *,
    by: Actor,
    expected_version: int | None = None,
) -> None:
    """The step is not needed after all; its owner is told.

    The last open corrective step of a plan cannot be dropped while none was done: change it.
    Raises `FieldErrors` at `reason`, `WrongState`, `Conflict`, `NotAllowed`.
    """
    await _lock_open(action, step, by=by, expected_version=expected_version)
    checks = FieldChecks()
    reason = checks.text("reason", reason, 1000, needed=True)
    others = [each for each in await steps_of(action) if each.id != step.id]
    remains = any(each.kind == StepKind.CORRECTIVE and each.dropped_at is None for each in others)
    if action.state is _S.PLANNED and step.kind == StepKind.CORRECTIVE and not remains:
        checks.refuse("reason", N_("A plan needs a corrective step. Add another one first."))
    checks.done()
    await step.change(dropped_at=await database_now(), dropped_because=reason)
    await clocks.step_is_dropped(action, step)
    await change(action)
    await note_that(action, _H.STEP_DROPPED, by=by, reason=reason)
    await tell(action, _E.STEP_DROPPED, by=by, step_id=step.id)
    await carried_out_when_all_is_done(action, by=by)


async def carried_out_when_all_is_done(action: CorrectiveAction, *, by: Actor) -> None:
    """A locked plan of which no step is open is carried out; its check is due from then on."""
    if action.state is not _S.PLANNED or any(step.is_open for step in await steps_of(action)):
        return
    today = await today_of(action.leader_id)
    after = (await policy.figure(EFFECTIVENESS_AFTER)).value
    check_on = max(action.check_on or today + timedelta(days=after), today)
    await move(action, _S.CARRIED_OUT, carried_out_at=await database_now(), check_on=check_on)
    await clocks.start_check(action, check_on)
    await note_that(action, _H.CARRIED_OUT, by=by, check_on=check_on)
    await tell(action, _E.CARRIED_OUT, by=by)


async def _lock_open(
    action: CorrectiveAction, step: CorrectiveStep, *, by: Actor, expected_version: int | None
) -> None:
    await lock_to_work(action, by=by, expected_version=expected_version)
    await _lock_step(action, step)


async def _lock_step(action: CorrectiveAction, step: CorrectiveStep) -> None:
    """Raise `WrongState` for a step that is done or dropped, `NotFound` for another action's."""
    await step.lock()
    if step.corrective_action_id != action.id:
        raise NotFound
    if not step.is_open:
        raise WrongState(state=_ENDED_STEP)


async def _check(checks: FieldChecks, action: CorrectiveAction, facts: StepFacts) -> str:
    what = checks.text("what", facts.what, 2000, needed=True)
    await check_department(checks, facts.department_id)
    await check_owner(checks, facts.owner_id)
    await check_names(checks, action.id, {"what": what})
    if facts.due_on is None:
        checks.refuse("due_on", _NO_DAY)
    return what


async def _check_day(checks: FieldChecks, facts: StepFacts) -> None:
    if facts.due_on is not None and facts.owner_id is not None:
        try:
            today = await today_of(facts.owner_id)
        except NotFound:  # refused at its own field
            return
        if facts.due_on < today:
            checks.refuse("due_on", _PAST)
