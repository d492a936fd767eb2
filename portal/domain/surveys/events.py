"""What happens to surveys that others are told of; `notices` decides whom, in which words."""

from enum import StrEnum


class SurveyEvent(StrEnum):
    """Outbox kinds, with what their payload carries. Nothing of who said what.

    What was said is read from the database; `ANSWERED` is worked on rather than told: it opens the
    follow-up of a low score (rule S4), of which the opinion's own event tells.
    """

    WAITS = "survey.waits"  # invitation_id, reference, actor_id: a person with access is asked
    ANSWERED = "survey.answered"  # response_id, actor_id (none by link and where anonymous)
    DISPATCHED = "survey.dispatched"  # mails: how many were owed at once; done when it is written
