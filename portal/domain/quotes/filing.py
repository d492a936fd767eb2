"""What filing a request writes: its lines, its facts, who has it, and who is told (rule Q1)."""

from collections.abc import Sequence
from typing import Any

from portal.database import database_now, execute
from portal.domain.accounts.team import Member, Position, first_of
from portal.domain.common.actor import Actor
from portal.domain.common.search import search_terms
from portal.domain.quotes.events import QuoteEvent
from portal.domain.quotes.progress import move, note_that, tell
from portal.domain.quotes.request_facts import CheckedRequest
from portal.domain.quotes.states import RequestStatus
from portal.domain.quotes.story import Happening
from portal.domain.quotes.tables import QuoteRequest


async def insert_lines(request: QuoteRequest, checked: CheckedRequest) -> None:
    """Write what was asked for, while the request is still a draft."""
    columns = list(
        zip(
            *(
                (each.position, each.item_id, each.description, each.quantity, each.unit)
                for each in checked.lines
            ),
            strict=True,
        )
    )
    await execute(
        """INSERT INTO quote_request_line
               (account_id, request_id, position, item_id, description, quantity, unit, wanted_on)
           SELECT $1, $2, * FROM unnest($3::integer[], $4::bigint[], $5::text[], $6::numeric[],
                                        $7::text[], $8::date[])""",
        request.account_id,
        request.id,
        *columns,
        [each.wanted_on for each in checked.lines],
    )


async def file_request(
    request: QuoteRequest, checked: CheckedRequest, owner: Member | None, *, by: Actor
) -> None:
    """Turn the draft into a request that waits for `owner`, the account's representative."""
    entered: dict[str, Any] = {}
    if by.is_staff:
        entered = {
            "channel": checked.channel.value,
            "contact_id": checked.contact_id,
            "requested_by": checked.contact_person_id,
            "entered_by": by.staff_member_id,
        }
    await move(
        request,
        RequestStatus.OPEN,
        submitted_at=await database_now(),
        owner_id=owner.staff_member_id if owner else None,
        draft="{}",
        title=checked.title,
        urgent=checked.urgent,
        urgent_reason=checked.urgent_reason,
        wanted_on=checked.wanted_on,
        transport=checked.transport.value,
        ship_to_id=checked.ship_to_id,
        remarks=checked.remarks,
        customer_reference=checked.customer_reference,
        search_terms=search_terms(
            request.reference,
            checked.account.name,
            checked.account.code,
            checked.title,
            checked.customer_reference,
            *(part for line in checked.lines for part in (line.sku, line.description)),
        ),
        **entered,
    )


async def say_filed(
    request: QuoteRequest,
    checked: CheckedRequest,
    owner: Member | None,
    team: Sequence[Member],
    *,
    by: Actor,
) -> None:
    """Write the timeline and tell representative and assistant (rule Q1)."""
    if by.is_staff:
        words = {"channel": checked.channel.label, "contact": checked.contact_name}
        await note_that(request, Happening.ENTERED, by=by, after=words)
    else:
        await note_that(request, Happening.SUBMITTED, by=by, after={"urgent": request.urgent})
    assistant = first_of(team, [Position.SALES_ASSISTANT])
    await tell(
        request,
        QuoteEvent.REQUESTED,
        by=by,
        owner_id=owner.staff_member_id if owner else None,
        assistant_id=assistant.staff_member_id if assistant else None,
        urgent=request.urgent,
    )
