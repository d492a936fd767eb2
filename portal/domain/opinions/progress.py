"""What every verb of an opinion does: lock, take the step, note it, tell others."""

from typing import Any

from portal.database import database_now
from portal.domain.common.activity import record
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.outbox import Queue, announce
from portal.domain.common.record import check_transition
from portal.domain.opinions.events import OpinionEvent
from portal.domain.opinions.states import TRANSITIONS, OpinionSource, OpinionStatus, Sentiment
from portal.domain.opinions.story import OpinionHappening
from portal.domain.opinions.tables import Opinion


async def move(opinion: Opinion, to: OpinionStatus, **values: Any) -> None:
    """Take a locked opinion a step further. Raises `WrongState` where there is no such step."""
    check_transition(opinion.state, to, TRANSITIONS)
    await opinion.change(status=to.value, updated_at=await database_now(), **values)


async def note_that(
    opinion: Opinion,
    happening: OpinionHappening,
    *,
    by: Actor,
    visible_to: Audience = Audience.INTERNAL,
    **after: Any,
) -> None:
    """Write the timeline; what is for the customer's eyes is so only where the opinion is shown."""
    seen = visible_to if opinion.is_shown else Audience.INTERNAL
    await record(opinion.subject, happening, by=by, visible_to=seen, after=after)


async def tell(opinion: Opinion, event: OpinionEvent, *, by: Actor, **facts: Any) -> None:
    """Announce what happened. A low score of a survey goes ahead of the rest (rule S4)."""
    is_low_score = (
        OpinionSource(opinion.source) is OpinionSource.SURVEY
        and Sentiment(opinion.sentiment) is Sentiment.CRITICISM
    )
    await announce(
        event,
        {
            "opinion_id": opinion.id,
            "reference": opinion.reference,
            "actor_id": by.person_id,
            "is_shown": opinion.is_shown,
            **facts,
        },
        account_id=opinion.account_id,
        queue=Queue.URGENT if is_low_score else Queue.MAIL,
    )
