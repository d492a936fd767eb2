"""Promises on a clock: who hears that one is due soon, missed, or still not kept (rule C10).

The owner is warned, or who stands in; the supervisor hears of the breach; the department head and
senior management hear of what stays open. Each hears once of each step, while it is still owed.
"""

from collections.abc import Mapping, Sequence

from portal.domain.notices.about import About
from portal.domain.notices.about_targets import about_target
from portal.domain.notices.kinds import NoticeKind, Reason
from portal.domain.notices.parts import Named, in_charge, senior_management
from portal.domain.notices.recipients import Recipient
from portal.domain.notices.tellings import Telling, Told, When
from portal.domain.organisation.line import line_up
from portal.domain.service_levels.escalation import Heard, note_heard
from portal.domain.service_levels.steps import Step, TargetEvent, ToldAs


async def _owner(about: About) -> Sequence[Named]:
    """Who owes it; while nobody does, who is in charge."""
    return _named(Reason.OWES, about.staff["owner"]) or await in_charge(about)


async def _supervisor(about: About) -> Sequence[Named]:
    """The owner's supervisor; where there is none, who is in charge."""
    return _named(Reason.SUPERVISES, about.staff["supervisor"]) or await in_charge(about)


async def _department_head(about: About) -> Sequence[Named]:
    """The head of the owner's department; where that is the owner, the next above them.

    The nearest above the supervisor where the department has no head; senior management where there
    is nobody else.
    """
    owner, head = about.staff["owner"], about.staff["head"]
    if head is not None and head != owner:
        return _named(Reason.HEADS, head)
    above = await line_up(owner) if owner is not None else []
    higher = above if head == owner else above[1:]
    return _named(Reason.ABOVE, higher[0]) if higher else await senior_management(about)


async def _keep_who_heard(about: About, told: Sequence[Recipient]) -> None:
    """Let the record's page say who heard of the step."""
    await note_heard(
        about.payload["target_id"],
        Step(about.payload["step"]),
        [Heard(one.person_id, ToldAs(one.reason.value), one.absent) for one in told],
    )


def _named(reason: Reason, staff_id: int | None) -> Sequence[Named]:
    return [] if staff_id is None else [Named(reason, staff_id)]


def _still_owed(step: Step) -> When:
    """Where `step` was taken of what is owed to a customer and still open."""
    return lambda about: _is_open(about, step) and about.account_id is not None


def _still_ours(step: Step) -> When:
    """The same of what is owed inside the house."""
    return lambda about: _is_open(about, step) and about.account_id is None


def _is_open(about: About, step: Step) -> bool:
    return bool(about.payload["is_open"]) and about.payload["step"] == step


def _target(*tellings: Telling) -> Told:
    return Told(about_target, tellings, _keep_who_heard)


_K, _S = NoticeKind, Step

TOLD_OF_TARGETS: Mapping[str, Told] = {
    TargetEvent.WARNED: _target(
        Telling(_K.DUE_SOON, (_owner,), _still_owed(_S.WARNED)),
        Telling(_K.DEADLINE_SOON, (_owner,), _still_ours(_S.WARNED)),
    ),
    TargetEvent.BREACHED: _target(
        Telling(_K.PROMISE_MISSED, (_supervisor,), _still_owed(_S.BREACHED)),
        Telling(_K.PROMISE_MISSED, (_owner,), _still_owed(_S.BREACHED), by_mail=False),
        Telling(_K.DEADLINE_MISSED, (_supervisor,), _still_ours(_S.BREACHED)),
        Telling(_K.DEADLINE_MISSED, (_owner,), _still_ours(_S.BREACHED), by_mail=False),
    ),
    TargetEvent.ESCALATED: _target(
        Telling(_K.STILL_MISSED, (_department_head,), _still_owed(_S.DEPARTMENT_HEAD)),
        Telling(_K.STILL_MISSED, (senior_management,), _still_owed(_S.SENIOR_MANAGEMENT)),
        Telling(_K.DEADLINE_STILL_MISSED, (_department_head,), _still_ours(_S.DEPARTMENT_HEAD)),
        Telling(_K.DEADLINE_STILL_MISSED, (senior_management,), _still_ours(_S.SENIOR_MANAGEMENT)),
    ),
}
