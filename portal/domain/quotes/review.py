"""The internal review that precedes a proposal (rule Q5).

Somebody else than who prepared it last reviews every revision: any colleague in sales, and beyond
the policy's discount somebody who may approve quotes.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from portal.database import database_now, fetch_row
from portal.domain import policy
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import FieldError
from portal.domain.common.permissions import Permission
from portal.domain.common.record import check_transition
from portal.domain.common.words import N_
from portal.domain.policy.figures import QUOTE_DISCOUNT_LIMIT
from portal.domain.quotes.account_facts import AccountFacts, account_facts
from portal.domain.quotes.drafting import check_may_be_quoted
from portal.domain.quotes.events import QuoteEvent
from portal.domain.quotes.field_checks import MISSING, TOO_LONG, FieldChecks
from portal.domain.quotes.pricing import largest_discount
from portal.domain.quotes.progress import note_that, require, tell
from portal.domain.quotes.refusals import NeedsApproval, OwnWork
from portal.domain.quotes.revision_facts import KeptLine
from portal.domain.quotes.revision_lines import lines_of
from portal.domain.quotes.states import QUOTE_TRANSITIONS, QuoteStatus
from portal.domain.quotes.story import Happening
from portal.domain.quotes.tables import Quote, QuoteRequest

_PAST = N_("Choose a day from today on.")
_NOT_PRICED = N_("Enter a unit price, or say that it is free of charge.")
_NO_DOCUMENT = N_("Free goods need the document in which the customer confirms them.")
_NOT_JUDGED = N_("Judge feasibility, resources and time first.")
_CANNOT_BE_MET = N_(
    "The request was judged as not possible as asked. Offer an alternative, or decline it."
)


async def submit_for_review(
    request: QuoteRequest, quote: Quote, *, by: Actor, expected_version: int
) -> None:
    """Ask for the review of a saved revision.

    Raises `FieldErrors` for what is missing: price, validity, promised ship time and terms (rule
    Q3), the document for free goods (Q6), the judgement of the request (Q4, field `judgement`).
    """
    require(by, Permission.WORK_ON_QUOTES)
    await _lock(request, quote, expected_version)
    check_transition(quote.state, QuoteStatus.IN_REVIEW, QUOTE_TRANSITIONS)
    account = await account_facts(request.account_id)
    lines = await lines_of(quote)
    await check_complete(request, quote, lines, account)
    limit = (await policy.figure(QUOTE_DISCOUNT_LIMIT, scope=account.scope)).value
    discount = largest_discount((line.terms for line in lines), quote.discount_percent)
    await quote.change(
        status=QuoteStatus.IN_REVIEW.value,
        effective_discount=discount,
        discount_limit=limit,
        review_note="",
        updated_at=await database_now(),
    )
    after = {"revision": quote.revision, "discount": discount, "limit": limit}
    await _note(request, Happening.REVIEW_WANTED, by=by, after=after)
    await tell(
        request,
        QuoteEvent.REVIEW_WANTED,
        by=by,
        quote_id=quote.id,
        approval=quote.is_beyond_policy,
    )


async def approve(
    request: QuoteRequest,
    quote: Quote,
    *,
    by: Actor,
    note: str = "",
    expected_version: int | None = None,
) -> None:
    """The revision may be sent as it is.

    Raises `OwnWork` for who prepared it, `NeedsApproval` for who may not approve such a discount.
    """
    await _judge(
        request, quote, QuoteStatus.APPROVED, note, by=by, expected_version=expected_version
    )


async def send_back(
    request: QuoteRequest,
    quote: Quote,
    note: str,
    *,
    by: Actor,
    expected_version: int | None = None,
) -> None:
    """The preparer has to change something; `note` says what (`FieldError` without)."""
    if not note.strip():
        raise FieldError("note", MISSING)
    await _judge(request, quote, QuoteStatus.DRAFT, note, by=by, expected_version=expected_version)


def may_review(quote: Quote, by: Actor) -> bool:
    """Whether `by` can review this revision (rule Q5)."""
    return _refused(quote, by) is None


async def check_complete(
    request: QuoteRequest, quote: Quote, lines: Sequence[KeptLine], account: AccountFacts
) -> None:
    """Raise `FieldErrors` unless the revision states all that rules Q3, Q4 and Q6 want."""
    today = account.day_of(await database_now())
    checks = FieldChecks()
    for row, line in enumerate(lines):
        if line.terms.gift and line.gift_document_id is None:  # rule Q6
            checks.refuse(f"lines-{row}-gift_document", _NO_DOCUMENT)
        if not line.terms.gift and line.terms.unit_price is None:
            checks.refuse(f"lines-{row}-unit_price", _NOT_PRICED)
    days: Mapping[str, date | None] = {
        "valid_until": quote.valid_until,
        "promised_ship_on": quote.promised_ship_on,
    }
    for field, day in days.items():
        if day is None:
            checks.refuse(field, MISSING)
        elif day < today:
            checks.refuse(field, _PAST)
    can_be_met = await _judged(request)
    if can_be_met is None:
        checks.refuse("judgement", _NOT_JUDGED)
    elif not can_be_met and not quote.alternative:
        checks.refuse("alternative", _CANNOT_BE_MET)
    checks.done()


async def _judged(request: QuoteRequest) -> bool | None:
    """Whether the request can be met as asked; None while nobody has judged (rule Q4)."""
    row = await fetch_row(
        """SELECT feasible AND resources_available AND time_sufficient AS can_be_met
           FROM quote_judgement WHERE request_id = $1 ORDER BY id DESC LIMIT 1""",
        request.id,
    )
    return None if row is None else bool(row["can_be_met"])


async def _judge(
    request: QuoteRequest,
    quote: Quote,
    verdict: QuoteStatus,
    note: str,
    *,
    by: Actor,
    expected_version: int | None,
) -> None:
    await _lock(request, quote, expected_version)
    refused = _refused(quote, by)
    if refused:
        raise refused
    check_transition(quote.state, verdict, QUOTE_TRANSITIONS)
    note = note.strip()
    if len(note) > 2000:
        raise FieldError("note", TOO_LONG, max_length=2000)
    now = await database_now()
    await quote.change(
        status=verdict.value,
        reviewed_by=by.staff_member_id,
        reviewed_at=now,
        review_note=note,
        updated_at=now,
    )
    approved = verdict is QuoteStatus.APPROVED
    happening = Happening.APPROVED if approved else Happening.SENT_BACK
    await _note(request, happening, by=by, after={"revision": quote.revision, "note": note})
    await tell(
        request,
        QuoteEvent.REVIEWED,
        by=by,
        quote_id=quote.id,
        approved=approved,
        preparer_id=quote.prepared_by,
    )


def _refused(quote: Quote, by: Actor) -> OwnWork | NeedsApproval | None:
    require(by, Permission.WORK_ON_QUOTES, Permission.APPROVE_QUOTES)
    if quote.prepared_by == by.staff_member_id:
        return OwnWork()
    if quote.is_beyond_policy and not by.may(Permission.APPROVE_QUOTES):
        return NeedsApproval()
    return None


async def _lock(request: QuoteRequest, quote: Quote, expected_version: int | None) -> None:
    # The request first, like every verb: two of them never wait for each other.
    await request.lock()
    check_may_be_quoted(request)
    await quote.lock(expected_version=expected_version)


async def _note(
    request: QuoteRequest, happening: Happening, *, by: Actor, after: dict[str, object]
) -> None:
    await note_that(request, happening, by=by, visible_to=Audience.INTERNAL, after=after)
