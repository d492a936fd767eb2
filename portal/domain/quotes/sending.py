"""Sending a revision: from here on it cannot change (rule Q5).

The handler loads `document.document_facts` in a short unit of work, renders and stages the PDF
outside of any, and calls `send` in another one with the version that was rendered.
"""

from dataclasses import dataclass

from portal.database import database_now, execute
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import Conflict
from portal.domain.common.files.attachments import attach_file
from portal.domain.common.permissions import Permission
from portal.domain.common.record import check_transition
from portal.domain.quotes.account_facts import account_facts
from portal.domain.quotes.drafting import check_may_be_quoted
from portal.domain.quotes.events import QuoteEvent
from portal.domain.quotes.progress import move, note_that, require, tell
from portal.domain.quotes.refusals import NotReviewed
from portal.domain.quotes.review import check_complete
from portal.domain.quotes.revision_lines import lines_of
from portal.domain.quotes.states import QUOTE_TRANSITIONS, QuoteStatus, RequestStatus
from portal.domain.quotes.story import Happening
from portal.domain.quotes.tables import Quote, QuoteRequest
from portal.domain.service_levels import clock

_SUPERSEDED = sorted(
    status.value for status, later in QUOTE_TRANSITIONS.items() if QuoteStatus.SUPERSEDED in later
)


@dataclass(frozen=True, slots=True)
class SentDocument:
    """The staged PDF (`stage_document`) and the SHA-256 of its bytes in hexadecimal."""

    file_id: int
    sha256: str


async def send(
    request: QuoteRequest,
    quote: Quote,
    document: SentDocument,
    *,
    by: Actor,
    expected_version: int,
) -> None:
    """Send it: supersedes the revision before, meets the promise, tells the customer.

    Raises `Conflict` when it changed since it was rendered, `NotReviewed` before its review (rule
    Q5), `FieldErrors` when a day it promises has passed meanwhile (rule Q3).
    """
    require(by, Permission.WORK_ON_QUOTES)
    await request.lock()
    check_may_be_quoted(request)
    await quote.lock(expected_version=expected_version)
    if quote.state is not QuoteStatus.APPROVED:
        raise NotReviewed
    check_transition(quote.state, QuoteStatus.SENT, QUOTE_TRANSITIONS)
    account = await account_facts(request.account_id)
    await check_complete(request, quote, await lines_of(quote), account)
    await _keep_document(request, document, by=by)
    await execute(
        """UPDATE quote SET status = 'superseded', version = version + 1
           WHERE request_id = $1 AND status = ANY($2::text[])""",
        request.id,
        _SUPERSEDED,
    )
    await quote.change(
        status=QuoteStatus.SENT.value,
        sent_at=await database_now(),
        sent_by=by.staff_member_id,
        document_id=document.file_id,
        document_sha256=document.sha256,
    )
    await move(request, RequestStatus.QUOTED)
    await clock.meet(request.subject)
    after = {"revision": quote.revision, "valid_until": quote.valid_until}
    await note_that(request, Happening.SENT, by=by, after=after)
    await tell(request, QuoteEvent.SENT, by=by, quote_id=quote.id, revision=quote.revision)


async def _keep_document(request: QuoteRequest, document: SentDocument, *, by: Actor) -> None:
    file = await attach_file(
        document.file_id, to=request.subject, audience=Audience.CUSTOMER, by=by
    )
    if file.sha256 != document.sha256:
        raise Conflict
