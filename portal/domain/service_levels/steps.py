"""The steps of a promise that is about to be, is, and stays missed, and who hears of each (C10)."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

from portal.domain.policy.promise_figures import TELL_DEPARTMENT_HEAD, TELL_SENIOR_MANAGEMENT
from portal.domain.policy.registry import Figure


class Step(StrEnum):
    """What the sweep does about a target, each once. The value names its effect."""

    WARNED = "warned"  # the owner, or who stands in, is told
    BREACHED = "breached"  # the supervisor is told
    DEPARTMENT_HEAD = "department_head"
    SENIOR_MANAGEMENT = "senior_management"


class TargetEvent(StrEnum):
    """What is announced of a target. The payload has `target_id` and `step`."""

    WARNED = "target.warned"
    BREACHED = "target.breached"
    ESCALATED = "target.escalated"


EVENTS: Mapping[Step, TargetEvent] = {
    Step.WARNED: TargetEvent.WARNED,
    Step.BREACHED: TargetEvent.BREACHED,
    Step.DEPARTMENT_HEAD: TargetEvent.ESCALATED,
    Step.SENIOR_MANAGEMENT: TargetEvent.ESCALATED,
}

# What follows a step while the target stays open, and the figure that says after how long. The time
# is counted on the target's own calendar, so that nobody is called on a Sunday for office work.
FOLLOWING: Mapping[Step, tuple[Step, Figure[timedelta]]] = {
    Step.BREACHED: (Step.DEPARTMENT_HEAD, TELL_DEPARTMENT_HEAD),
    Step.DEPARTMENT_HEAD: (Step.SENIOR_MANAGEMENT, TELL_SENIOR_MANAGEMENT),
}
