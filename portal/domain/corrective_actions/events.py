"""What happens to corrective actions that others are told of; the outbox carries these names."""

from enum import StrEnum


class CorrectiveActionEvent(StrEnum):
    """The payload has `action_id`, `reference`, `actor_id` and what stands behind the name."""

    OPENED = "corrective_action.opened"
    LEADER = "corrective_action.leader"
    STEP_GIVEN = "corrective_action.step_given"  # step_id
    STEP_MOVED = "corrective_action.step_moved"  # step_id
    STEP_DROPPED = "corrective_action.step_dropped"  # step_id
    STEP_DONE = "corrective_action.step_done"  # step_id
    CARRIED_OUT = "corrective_action.carried_out"
    INEFFECTIVE = "corrective_action.ineffective"
    VERIFICATION_WANTED = "corrective_action.verification_wanted"
    SENT_BACK = "corrective_action.sent_back"
    VERIFIED = "corrective_action.verified"
    CANCELLED = "corrective_action.cancelled"
