"""What every verb of a request does: check the role, take the step, note it, tell others."""

from collections.abc import Mapping
from typing import Any

from portal.database import database_now
from portal.domain.common.activity import record
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import NotAllowed
from portal.domain.common.outbox import Queue, announce
from portal.domain.common.permissions import Permission
from portal.domain.common.record import check_transition
from portal.domain.quotes.events import QuoteEvent
from portal.domain.quotes.states import CLOSED, REQUEST_TRANSITIONS, RequestStatus
from portal.domain.quotes.story import Happening
from portal.domain.quotes.tables import QuoteRequest


def require(by: Actor, *permissions: Permission) -> None:
    """Raise `NotAllowed` unless `by` carries one of `permissions`."""
    if not any(by.may(permission) for permission in permissions):
        raise NotAllowed


async def move(request: QuoteRequest, to: RequestStatus, **values: Any) -> None:
    """Take a locked request a step further. Raises `WrongState` where there is no such step."""
    check_transition(request.state, to, REQUEST_TRANSITIONS)
    now = await database_now()
    if to in CLOSED:
        values["closed_at"] = now
    if request.state is RequestStatus.WAITING_FOR_CUSTOMER:
        values["question"] = ""
    await request.change(status=to.value, updated_at=now, **values)


async def note_that(
    request: QuoteRequest,
    happening: Happening,
    *,
    by: Actor,
    visible_to: Audience = Audience.CUSTOMER,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Write the timeline; `after` has what the sentence of `happening` needs (rule A5)."""
    await record(
        request.subject, happening, by=by, visible_to=visible_to, before=before, after=after
    )


async def tell(request: QuoteRequest, event: QuoteEvent, *, by: Actor, **ids: Any) -> None:
    """Announce what happened; what is urgent goes ahead of the rest (rule Q2)."""
    await announce(
        event,
        {
            "request_id": request.id,
            "reference": request.reference,
            "actor_id": by.person_id,
            **ids,
        },
        account_id=request.account_id,
        queue=Queue.URGENT if request.urgent else Queue.MAIL,
    )
