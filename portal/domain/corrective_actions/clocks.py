"""The clocks of a corrective action: each step until its day, then the check of what it did (C9).

They are owed inside the house: no account, and no customer sees them.
"""

from datetime import date, datetime

from portal.database import fetch_value
from portal.domain.common.activity import Subject
from portal.domain.corrective_actions.tables import STEP_KIND, CorrectiveAction, CorrectiveStep
from portal.domain.service_levels import clock
from portal.domain.service_levels.branch_calendar import closing_time
from portal.domain.service_levels.promise import TargetKind
from portal.domain.service_levels.terms import MomentRule

_LONGEST_TITLE = 120


async def start_step(action: CorrectiveAction, step: CorrectiveStep) -> None:
    """The step is owed by closing time of its day, where its owner works."""
    owed = await _owed(step.owner_id, step.what)
    await clock.open_target_until(
        TargetKind.CORRECTIVE_STEP,
        subject_of(action, step),
        owed,
        due=await closing_time(owed.branch_id, step.due_on),
        rule=MomentRule.ACTION_DAY,
    )


async def move_step(action: CorrectiveAction, step: CorrectiveStep, reason: str) -> None:
    """Another owner, another day; what was promised before stays in the record."""
    subject = subject_of(action, step)
    await clock.move_target(
        subject,
        TargetKind.CORRECTIVE_STEP,
        due=await _end_of(step.due_on, step.owner_id),
        rule=MomentRule.ACTION_DAY,
        reason=reason,
    )
    await clock.reassign(subject, step.owner_id, kind=TargetKind.CORRECTIVE_STEP)


async def step_was_done(action: CorrectiveAction, step: CorrectiveStep) -> None:
    await clock.meet(subject_of(action, step), kind=TargetKind.CORRECTIVE_STEP)


async def step_is_dropped(action: CorrectiveAction, step: CorrectiveStep) -> None:
    await clock.cancel(subject_of(action, step), kind=TargetKind.CORRECTIVE_STEP)


async def start_check(action: CorrectiveAction, check_on: date) -> None:
    """The leader owes the check by closing time of its day."""
    owed = await _owed(action.leader_id, action.title)
    await clock.open_target_until(
        TargetKind.EFFECTIVENESS_CHECK,
        action.subject,
        owed,
        due=await closing_time(owed.branch_id, check_on),
        rule=MomentRule.CHECK_DAY,
    )


async def move_check(action: CorrectiveAction, check_on: date, reason: str) -> None:
    await clock.move_target(
        action.subject,
        TargetKind.EFFECTIVENESS_CHECK,
        due=await _end_of(check_on, action.leader_id),
        rule=MomentRule.CHECK_DAY,
        reason=reason,
    )


async def another_leads(action: CorrectiveAction) -> None:
    """Who leads it now owes its check."""
    await clock.reassign(action.subject, action.leader_id, kind=TargetKind.EFFECTIVENESS_CHECK)


async def check_was_made(action: CorrectiveAction) -> None:
    await clock.meet(action.subject, kind=TargetKind.EFFECTIVENESS_CHECK)


async def nothing_is_owed(action: CorrectiveAction, steps: list[CorrectiveStep]) -> None:
    """The action was cancelled: its check and its open steps are owed no more."""
    await clock.cancel(action.subject)
    for step in steps:
        await step_is_dropped(action, step)


def subject_of(action: CorrectiveAction, step: CorrectiveStep) -> Subject:
    """What the clock of a step hangs on; its reference is that of the action."""
    return Subject(STEP_KIND, step.id, action.reference, None)


async def branch_of(staff_member_id: int) -> int:
    """Where this staff member works; who has no branch is counted to the first one."""
    branch: int = await fetch_value(
        """SELECT coalesce((SELECT branch_id FROM staff_member WHERE id = $1),
               (SELECT min(id) FROM branch))""",
        staff_member_id,
    )
    return branch


async def _end_of(day: date, staff_member_id: int) -> datetime:
    return await closing_time(await branch_of(staff_member_id), day)


async def _owed(owner_id: int, title: str) -> clock.OwedUntil:
    shown = title if len(title) <= _LONGEST_TITLE else title[: _LONGEST_TITLE - 1] + "…"
    return clock.OwedUntil(
        account_id=None,
        account_name="",
        branch_id=await branch_of(owner_id),
        title=" ".join(shown.split()),
        owner_id=owner_id,
    )
