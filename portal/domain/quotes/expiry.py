"""Quotes whose last valid day is over expire, once; before that both sides are told (rule Q3)."""

from portal.database import database_now, execute, fetch
from portal.domain import policy
from portal.domain.common.actor import SYSTEM
from portal.domain.common.outbox import announce
from portal.domain.policy.notice_figures import QUOTE_REMINDER_DAYS
from portal.domain.quotes.events import QuoteEvent
from portal.domain.quotes.progress import move, note_that, tell
from portal.domain.quotes.states import RequestStatus
from portal.domain.quotes.story import Happening
from portal.domain.quotes.tables import QuoteRequest
from portal.domain.service_levels import responses


async def expire_due(*, limit: int = 200) -> int:
    """Note the expiry of up to `limit` quotes and tell the customers; returns how many.

    For the worker's sweep: call it until it returns 0. What somebody is working on at this moment
    is left to the next sweep; two workers never expire the same quote.
    """
    # The quote is locked too: one that was superseded a moment ago is looked at anew.
    requests = await fetch(
        """SELECT r.*, q.id AS quote_id, q.revision AS quote_revision
           FROM quote q
           JOIN quote_request r ON r.id = q.request_id
           JOIN account a ON a.id = q.account_id
           WHERE q.status = 'sent' AND r.status = 'quoted'
             AND q.valid_until < ($1 AT TIME ZONE a.timezone)::date
             AND q.valid_until <= ($1 AT TIME ZONE 'UTC')::date + 1
           ORDER BY q.valid_until LIMIT $2
           FOR NO KEY UPDATE OF r, q SKIP LOCKED""",
        await database_now(),
        limit,
    )
    for row in requests:
        values = dict(row)
        quote_id, revision = values.pop("quote_id"), values.pop("quote_revision")
        await _expire(QuoteRequest(**values), quote_id, revision)
    return len(requests)


async def remind_of_expiry(*, limit: int = 200) -> int:
    """Announce up to `limit` open quotes that expire within the policy's days, once each.

    For the worker's sweep: call it until it returns 0.
    """
    days = (await policy.figure(QUOTE_REMINDER_DAYS)).value
    rows = await fetch(
        """SELECT q.id, q.revision, q.account_id, q.request_id, r.reference
           FROM quote q
           JOIN quote_request r ON r.id = q.request_id
           JOIN account a ON a.id = q.account_id
           WHERE q.status = 'sent' AND r.status = 'quoted'
             AND q.valid_until - ($1 AT TIME ZONE a.timezone)::date BETWEEN 0 AND $2
             AND NOT EXISTS (SELECT FROM outbox x WHERE x.dedupe_key = $3 || ':' || q.id)
           ORDER BY q.valid_until LIMIT $4""",
        await database_now(),
        days,
        QuoteEvent.EXPIRING.value,
        limit,
    )
    for row in rows:
        await announce(
            QuoteEvent.EXPIRING,
            {
                "request_id": row["request_id"],
                "reference": row["reference"],
                "actor_id": None,
                "quote_id": row["id"],
                "revision": row["revision"],
            },
            account_id=row["account_id"],
            once=f"{QuoteEvent.EXPIRING.value}:{row['id']}",
        )
    return len(rows)


async def _expire(request: QuoteRequest, quote_id: int, revision: int) -> None:
    await execute(
        "UPDATE quote SET status = 'expired', version = version + 1 WHERE id = $1", quote_id
    )
    await move(request, RequestStatus.EXPIRED)
    await responses.record_ended(request.subject, by=SYSTEM)
    await note_that(request, Happening.EXPIRED, by=SYSTEM, after={"revision": revision})
    await tell(request, QuoteEvent.EXPIRED, by=SYSTEM, quote_id=quote_id, revision=revision)
