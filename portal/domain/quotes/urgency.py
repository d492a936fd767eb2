"""A request turns out to be urgent, or not to be: its clock is counted anew (rule Q2)."""

from portal.database import database_now
from portal.domain.common.actor import Actor
from portal.domain.common.errors import FieldError
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.quotes.account_facts import account_facts, owed_quote
from portal.domain.quotes.events import QuoteEvent
from portal.domain.quotes.field_checks import FieldChecks
from portal.domain.quotes.handling import check_alive
from portal.domain.quotes.progress import note_that, require, tell
from portal.domain.quotes.story import Happening
from portal.domain.quotes.tables import QuoteRequest
from portal.domain.service_levels.promise import TargetKind
from portal.domain.service_levels.replacing import reclassify


async def change_urgency(
    request: QuoteRequest,
    *,
    urgent: bool,
    reason: str,
    by: Actor,
    expected_version: int | None = None,
) -> None:
    """Let the other figures hold, from the moment the request came on; both sides read `reason`.

    What was promised before stays in the record. Raises `FieldError` for `reason`, and for
    `urgent` where the request is that already; `WrongState` for one that has ended.
    """
    require(by, Permission.WORK_ON_QUOTES)
    await request.lock(expected_version=expected_version)
    check_alive(request)
    checks = FieldChecks()
    reason = checks.text("reason", reason, 500, needed=True)
    checks.done()
    if request.urgent == urgent:
        raise FieldError("urgent", N_("The request is that already."))
    await request.change(
        urgent=urgent, urgent_reason=reason if urgent else "", updated_at=await database_now()
    )
    owed = await owed_quote(request, await account_facts(request.account_id))
    for kind in (TargetKind.QUOTE, TargetKind.QUOTE_REVISION):
        await reclassify(request.subject, kind, owed, reason=reason)
    happened = Happening.MADE_URGENT if urgent else Happening.MADE_NORMAL
    await note_that(request, happened, by=by, after={"reason": reason})
    await tell(request, QuoteEvent.URGENCY, by=by, urgent=urgent)
