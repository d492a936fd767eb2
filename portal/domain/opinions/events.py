"""What happens to opinions that others are told of; the outbox carries these names."""

from enum import StrEnum


class OpinionEvent(StrEnum):
    """Outbox kinds. The payload has `opinion_id`, `reference`, `actor_id` and what stands behind.

    `is_shown` says whether the customer reads the opinion; those of hidden ones are ours alone.
    """

    OPENED = "opinion.opened"  # owner_id, is_shown
    ANSWERED = "opinion.answered"  # is_shown: then the customer is told the answer
    DROPPED = "opinion.dropped"  # ours
    GIVEN = "opinion.given"  # owner_id, from_owner_id; ours
    OPENED_AGAIN = "opinion.opened_again"  # is_shown
