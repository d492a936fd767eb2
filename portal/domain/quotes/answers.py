"""The customer's answer to a revision, except acceptance, which makes an order (rule Q5).

See `portal.domain.orders.acceptance` for that one. Staff may record an answer that the customer
gave by phone: it then names the customer's person who gave it, and them as who recorded it.
"""

from dataclasses import dataclass
from datetime import date, datetime

from portal.database import database_now, execute, fetch_row
from portal.domain.common import thread
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.permissions import Permission
from portal.domain.common.record import check_transition
from portal.domain.quotes.account_facts import account_facts, end_of_day, owed_quote
from portal.domain.quotes.events import QuoteEvent
from portal.domain.quotes.field_checks import FieldChecks
from portal.domain.quotes.progress import move, note_that, require, tell
from portal.domain.quotes.refusals import NothingToAnswer, QuoteExpired, QuoteSuperseded
from portal.domain.quotes.states import QUOTE_TRANSITIONS, QuoteStatus, RequestStatus
from portal.domain.quotes.story import Happening
from portal.domain.quotes.tables import QuoteRequest
from portal.domain.service_levels import clock, responses
from portal.domain.service_levels.promise import TargetKind

LONGEST_NAME = 200
LONGEST_REASON = 2000


@dataclass(frozen=True, slots=True)
class Offer:
    """A sent revision of a locked request. `last_moment` is the end of its last valid day."""

    id: int
    revision: int
    status: QuoteStatus
    version: int
    last_moment: datetime


@dataclass(frozen=True, slots=True)
class _Said:
    """Who of the customer said what."""

    name: str
    words: str


async def decline(
    request: QuoteRequest, revision: int, reason: str, *, by: Actor, name: str = ""
) -> None:
    """The customer does not take the offer and says why. An expired one needs no answer.

    `name` is the customer's person, which staff have to say. Raises `FieldErrors` for it and for
    `reason`, and what `open_offer` raises.
    """
    require(by, Permission.ANSWER_QUOTE, Permission.WORK_ON_QUOTES)
    await request.lock()
    offer = await open_offer(request, revision)
    said = _said("reason", reason, name, by=by)
    await answer(offer, QuoteStatus.DECLINED, by=by, name=said.name, reason=said.words)
    await move(request, RequestStatus.DECLINED_BY_CUSTOMER, closing_reason=said.words)
    await responses.record_ended(request.subject, by=by)
    await note_that(
        request,
        Happening.DECLINED,
        by=by,
        after={"revision": revision, "reason": said.words, "name": said.name},
    )
    await tell(request, QuoteEvent.DECLINED, by=by, quote_id=offer.id, revision=revision)


async def ask_for_revision(
    request: QuoteRequest, revision: int, wish: str, *, by: Actor, name: str = ""
) -> int:
    """The customer wants it otherwise; a new clock starts (rules Q2, Q5).

    An expired revision can be renewed this way. `name` is the customer's person, which staff have
    to say. Returns the id of the message in the thread. Raises `FieldErrors` for `name` and `wish`.
    """
    require(by, Permission.ANSWER_QUOTE, Permission.WORK_ON_QUOTES)
    await request.lock()
    offer = await _offer(request, revision)
    if offer.status is not QuoteStatus.EXPIRED:
        _check_open(offer)
    said = _said("wish", wish, name, by=by)
    await answer(offer, QuoteStatus.REVISION_REQUESTED, by=by, name=said.name, reason=said.words)
    await move(request, RequestStatus.REVISION_REQUESTED)
    owed = await owed_quote(request, await account_facts(request.account_id))
    await clock.open_target(TargetKind.QUOTE_REVISION, request.subject, owed)
    message_id = await thread.write(request.subject, said.words, by=by, audience=Audience.CUSTOMER)
    await note_that(
        request,
        Happening.REVISION_REQUESTED,
        by=by,
        after={"revision": revision, "name": said.name},
    )
    await tell(request, QuoteEvent.REVISION_REQUESTED, by=by, quote_id=offer.id, revision=revision)
    return message_id


async def open_offer(request: QuoteRequest, revision: int) -> Offer:
    """The revision of a locked request, which can still be accepted or declined.

    Raises `NothingToAnswer`, `QuoteSuperseded`, and `QuoteExpired` from the end of its last valid
    day at the account's place, whether or not that was noted already (rule Q3).
    """
    offer = await _offer(request, revision)
    _check_open(offer)
    if await database_now() >= offer.last_moment:
        raise QuoteExpired
    return offer


async def answer(
    offer: Offer,
    status: QuoteStatus,
    *,
    by: Actor,
    name: str,
    reason: str = "",
    purchase_order_number: str = "",
) -> None:
    """Write who answered what and when (rule Q5)."""
    check_transition(offer.status, status, QUOTE_TRANSITIONS)
    # The customer's login may set these columns only, hence no `change`.
    await execute(
        """UPDATE quote SET status = $2, answered_at = $3, answered_by = $4, answered_name = $5,
               answer_reason = $6, purchase_order_number = $7, version = version + 1
           WHERE id = $1""",
        offer.id,
        status.value,
        await database_now(),
        by.person_id,
        name,
        reason,
        purchase_order_number,
    )


async def _offer(request: QuoteRequest, revision: int) -> Offer:
    row = await fetch_row(
        """SELECT q.id, q.revision, q.status, q.version, q.valid_until, a.timezone
           FROM quote q JOIN account a ON a.id = q.account_id
           WHERE q.request_id = $1 AND q.revision = $2 AND q.sent_at IS NOT NULL""",
        request.id,
        revision,
    )
    if row is None:
        raise NothingToAnswer
    valid_until: date = row["valid_until"]
    return Offer(
        row["id"],
        row["revision"],
        QuoteStatus(row["status"]),
        row["version"],
        end_of_day(valid_until, row["timezone"]),
    )


def _check_open(offer: Offer) -> None:
    if offer.status is QuoteStatus.EXPIRED:
        raise QuoteExpired
    if offer.status is QuoteStatus.SUPERSEDED:
        raise QuoteSuperseded
    if offer.status is not QuoteStatus.SENT:
        raise NothingToAnswer


def _said(field: str, text: str, name: str, *, by: Actor) -> _Said:
    checks = FieldChecks()
    name = checks.text("name", name, LONGEST_NAME, needed=by.is_staff)
    words = checks.text(field, text, LONGEST_REASON, needed=True)
    checks.done()
    return _Said(name or by.name, words)
