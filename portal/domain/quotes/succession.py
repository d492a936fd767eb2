"""Requests of an account pass to its new sales representative (rule Q1)."""

from collections.abc import Collection

from portal.database import database_now, fetch
from portal.domain.accounts.team import Member
from portal.domain.common.actor import Actor
from portal.domain.quotes.events import QuoteEvent
from portal.domain.quotes.progress import note_that, tell
from portal.domain.quotes.states import WORKABLE, RequestStatus
from portal.domain.quotes.story import Happening
from portal.domain.quotes.tables import QuoteRequest
from portal.domain.service_levels import clock

_UNDER_WAY = WORKABLE | {RequestStatus.QUOTED}


async def pass_requests_on(
    account_id: int, *, former: Collection[int], to: Member, by: Actor
) -> None:
    """What `former` (staff member ids) work on, or nobody, is `to`'s from now on, with its clocks.

    What another colleague has taken over stays with that colleague.
    """
    rows = await fetch(
        """SELECT id FROM quote_request
           WHERE account_id = $1 AND status = ANY ($2::text[])
             AND (owner_id IS NULL OR owner_id = ANY ($3::bigint[]))
           ORDER BY id FOR NO KEY UPDATE""",
        account_id,
        [status.value for status in _UNDER_WAY],
        list(former),
    )
    ids = [row["id"] for row in rows]
    for request in await QuoteRequest.objects().where(QuoteRequest.id.is_in(ids or [0])):
        before = request.owner_id
        await request.change(owner_id=to.staff_member_id, updated_at=await database_now())
        await clock.reassign(request.subject, to.staff_member_id)
        await note_that(request, Happening.HANDED_OVER, by=by, after={"owner": to.name})
        await tell(
            request,
            QuoteEvent.TAKEN,
            by=by,
            owner_id=to.staff_member_id,
            from_owner_id=before,
        )
