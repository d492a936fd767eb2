"""Working out a revision: prefilled, changed by one or several colleagues, priced (rule Q3)."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from portal.database import database_now, fetch
from portal.domain import policy
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import NotFound, WrongState
from portal.domain.common.permissions import Permission
from portal.domain.common.record import check_transition
from portal.domain.policy.figures import QUOTE_VALIDITY
from portal.domain.quotes.account_facts import AccountFacts, account_facts
from portal.domain.quotes.handling import begin_work
from portal.domain.quotes.offered_items import offered_by_id, offered_by_sku, usual_tax_rate
from portal.domain.quotes.offered_terms import offered_terms
from portal.domain.quotes.pricing import Terms
from portal.domain.quotes.progress import note_that, require
from portal.domain.quotes.revision_facts import (
    KeptLine,
    Known,
    RevisionFacts,
    check_revision,
    header_of,
)
from portal.domain.quotes.revision_lines import lines_of, totals, unpriced, write_lines
from portal.domain.quotes.states import (
    IN_PREPARATION,
    MAY_BE_QUOTED,
    QUOTE_TRANSITIONS,
    QuoteStatus,
)
from portal.domain.quotes.story import Happening
from portal.domain.quotes.tables import SUBJECT_KIND, Quote, QuoteRequest


async def prepare(request: QuoteRequest, *, by: Actor) -> Quote:
    """The revision in work; a new one is prefilled from the revision before, else the request.

    Prices are the account's, else the list's, where they are in the account's currency. Starting
    one is work: the request is taken on. Raises `WrongState` for what is closed or still a draft.
    """
    require(by, Permission.WORK_ON_QUOTES)
    await request.lock()
    check_may_be_quoted(request)
    revisions = await Quote.objects().where(Quote.request_id == request.id).order_by(Quote.revision)
    if revisions and revisions[-1].state in IN_PREPARATION:
        return revisions[-1]
    await begin_work(request, owner_id=request.owner_id or by.staff_member_id)
    account = await account_facts(request.account_id)
    if revisions:
        quote, lines = await _from_revision(revisions[-1], account, by=by)
    else:
        quote, lines = await _from_request(request, account, by=by)
    await quote.save()
    await write_lines(quote, lines)
    await _say(request, quote, Happening.REVISION_PREPARED, by=by)
    return quote


async def in_preparation(request: QuoteRequest) -> Quote:
    """The revision that staff are working out. Raises `NotFound` when there is none."""
    quote = (
        await Quote.objects()
        .where(
            Quote.request_id == request.id,
            Quote.status.is_in(sorted(status.value for status in IN_PREPARATION)),
        )
        .first()
    )
    if quote is None:
        raise NotFound
    return quote


async def save(
    request: QuoteRequest,
    quote: Quote,
    facts: RevisionFacts,
    *,
    by: Actor,
    expected_version: int,
) -> None:
    """Keep the priced lines and terms; a review that was asked for or given lapses.

    Raises `FieldErrors` for what cannot be kept, `Conflict` when a colleague saved first.
    """
    require(by, Permission.WORK_ON_QUOTES)
    await request.lock()
    check_may_be_quoted(request)
    await quote.lock(expected_version=expected_version)
    _back_to_draft(quote)
    account = await account_facts(request.account_id)
    known = await _known(request, quote, facts, account)
    lines = check_revision(facts, known, currency=quote.currency)
    before = {"net": quote.net_total, "discount_percent": quote.discount_percent}
    # Lines are no columns of the row: the version counts for them too.
    await quote.change(
        **header_of(facts),
        **totals(lines, quote.currency, facts.discount_percent),
        status=QuoteStatus.DRAFT.value,
        prepared_by=by.staff_member_id,
        updated_at=await database_now(),
        reviewed_by=None,
        reviewed_at=None,
        effective_discount=None,
        discount_limit=None,
    )
    await write_lines(quote, lines)
    await _say(request, quote, Happening.REVISION_SAVED, by=by, before=before)


def check_may_be_quoted(request: QuoteRequest) -> None:
    """Raise `WrongState` unless a revision of this request can still be worked out and sent."""
    if request.state not in MAY_BE_QUOTED:
        raise WrongState(state=request.state.label)


def _back_to_draft(quote: Quote) -> None:
    if quote.state is not QuoteStatus.DRAFT:
        check_transition(quote.state, QuoteStatus.DRAFT, QUOTE_TRANSITIONS)


async def _from_request(
    request: QuoteRequest, account: AccountFacts, *, by: Actor
) -> tuple[Quote, list[KeptLine]]:
    today = account.day_of(await database_now())
    asked = await fetch(
        """SELECT position, item_id, description, quantity, unit FROM quote_request_line
           WHERE request_id = $1 ORDER BY position""",
        request.id,
    )
    items = await offered_by_id(
        {row["item_id"] for row in asked if row["item_id"]}, account, on=today
    )
    outside = any(not row["item_id"] for row in asked)
    tax_rate = await usual_tax_rate(account.scope) if outside else Decimal(0)
    lines = []
    for row in asked:
        item = items.get(row["item_id"])
        terms = Terms(
            quantity=row["quantity"],
            unit_price=item.asked if item else None,
            tax_rate=item.tax_rate if item else tax_rate,
            account_price=item.account_price if item else None,
            list_price=item.list_price if item else None,
        )
        lines.append(
            KeptLine(
                row["position"], row["item_id"], row["description"], row["unit"], terms, None, ""
            )
        )
    header = {"payment_terms": account.payment_terms.value}
    quote = await _new_revision(
        request.id, 1, account, header | totals(lines, account.currency), by=by
    )
    return quote, lines


async def _from_revision(
    last: Quote, account: AccountFacts, *, by: Actor
) -> tuple[Quote, list[KeptLine]]:
    lines = await lines_of(last)
    header = {
        "promised_ship_on": last.promised_ship_on,
        "promised_ship_note": last.promised_ship_note,
        "payment_terms": last.payment_terms,
        "discount_percent": last.discount_percent,
        "note": last.note,
        "alternative": last.alternative,
    }
    if last.currency != account.currency:
        lines = [unpriced(line) for line in lines]
    sums = totals(lines, account.currency, last.discount_percent)
    quote = await _new_revision(last.request_id, last.revision + 1, account, header | sums, by=by)
    return quote, lines


async def _new_revision(
    request_id: int, revision: int, account: AccountFacts, values: Mapping[str, Any], *, by: Actor
) -> Quote:
    now = await database_now()
    validity = (await policy.figure(QUOTE_VALIDITY, scope=account.scope)).value
    return Quote(
        account_id=account.id,
        request_id=request_id,
        revision=revision,
        status=QuoteStatus.DRAFT.value,
        currency=account.currency,
        valid_until=account.day_of(now) + timedelta(days=validity),
        prepared_by=by.staff_member_id,
        created_at=now,
        updated_at=now,
        **values,
    )


async def _known(
    request: QuoteRequest, quote: Quote, facts: RevisionFacts, account: AccountFacts
) -> Known:
    today = account.day_of(await database_now())
    items = await offered_by_sku([line.sku for line in facts.lines], account, on=today)
    named = [line.gift_document_id for line in facts.lines if line.gift_document_id]
    files = await fetch(
        """SELECT id FROM stored_file WHERE id = ANY($1::bigint[])
             AND subject_kind = $2 AND subject_id = $3 AND finding = ''""",
        named,
        SUBJECT_KIND,
        request.id,
    )
    untaxed = any(not line.sku.strip() and line.tax_rate is None for line in facts.lines)
    return Known(
        items=items,
        usual_tax_rate=await usual_tax_rate(account.scope) if untaxed else Decimal(0),
        files=frozenset(row["id"] for row in files),
        offered_terms=await offered_terms(account, quote.terms),
    )


async def _say(
    request: QuoteRequest,
    quote: Quote,
    happening: Happening,
    *,
    by: Actor,
    before: Mapping[str, Any] | None = None,
) -> None:
    await note_that(
        request,
        happening,
        by=by,
        visible_to=Audience.INTERNAL,
        before=before,
        after={
            "revision": quote.revision,
            "net": quote.net_total,
            "discount_percent": quote.discount_percent,
        },
    )
