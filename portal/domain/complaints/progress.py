"""What every verb of a complaint does: lock, take the step, note it."""

from collections.abc import Mapping
from typing import Any

from portal.database import database_now
from portal.domain.common.activity import record
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import WrongState
from portal.domain.common.words import Worded
from portal.domain.complaints import clocks
from portal.domain.complaints.shown_status import state_word
from portal.domain.complaints.states import TRANSITIONS, ComplaintStatus
from portal.domain.complaints.tables import Complaint
from portal.domain.quotes.progress import require

__all__ = ["move", "note_that", "require"]

_S = ComplaintStatus
# Where we may still wait for what the customer was asked.
_MAY_WAIT = frozenset({_S.RECEIVED, _S.JUDGED, _S.INVESTIGATED, _S.PROPOSED, _S.CHOSEN})


async def move(complaint: Complaint, to: ComplaintStatus, **values: Any) -> None:
    """Take a locked complaint a step further. Raises `WrongState` where there is no such step.

    What we asked the customer stays asked while we look into it; an outcome or an end drops it.
    """
    if to not in TRANSITIONS[complaint.state]:
        raise WrongState(state=await state_word(complaint))
    if complaint.question and to not in _MAY_WAIT:
        values["question"] = ""
        await clocks.run_on(complaint)
    await complaint.change(status=to.value, updated_at=await database_now(), **values)


async def note_that(
    complaint: Complaint,
    happening: Worded,
    *,
    by: Actor,
    visible_to: Audience = Audience.CUSTOMER,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Write the timeline; `after` has what the sentence of `happening` needs.

    What the customer reads names nobody of ours: the page decides whether they see a name.
    """
    await record(
        complaint.subject, happening, by=by, visible_to=visible_to, before=before, after=after
    )
