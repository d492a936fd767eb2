"""The steps of a promise that is about to be, is, and stays missed, and who hears of each (C10)."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

from portal.domain.common.words import N_, Worded
from portal.domain.policy.promise_figures import TELL_DEPARTMENT_HEAD, TELL_SENIOR_MANAGEMENT
from portal.domain.policy.registry import Figure


class Step(Worded):
    """What the sweep does about a target, each once. The value names its effect."""

    WARNED = "warned", N_("Due soon")  # the owner, or who stands in, is told
    BREACHED = "breached", N_("Missed")  # the supervisor is told
    DEPARTMENT_HEAD = "department_head", N_("Still open: department head")
    SENIOR_MANAGEMENT = "senior_management", N_("Still open: senior management")


class ToldAs(Worded):
    """As whom somebody hears of a step, in the order in which pages name them."""

    OWES = "owes", N_("owner")
    SUPERVISES = "supervises", N_("supervisor")
    HEADS = "heads", N_("department head")
    ABOVE = "above", N_("next above")
    SENIOR = "senior", N_("senior management")
    IN_CHARGE = "in_charge", N_("in charge")
    DEPUTY = "deputy", N_("stands in for %(absent)s")


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
