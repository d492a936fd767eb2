"""A quote is accepted and becomes an order, once (rules Q5, O1)."""

from dataclasses import dataclass

from portal.database import database_now, execute, fetch_row
from portal.domain.common.activity import Subject, record
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.permissions import Permission
from portal.domain.common.references import next_reference
from portal.domain.common.search import search_terms
from portal.domain.orders.states import OrderStatus, Origin, PromiseBasis
from portal.domain.orders.story import OrderHappening
from portal.domain.orders.tables import SUBJECT_KIND
from portal.domain.quotes.answers import Offer, answer, open_offer
from portal.domain.quotes.events import QuoteEvent
from portal.domain.quotes.field_checks import FieldChecks
from portal.domain.quotes.progress import move, note_that, require, tell
from portal.domain.quotes.refusals import AlreadyAccepted
from portal.domain.quotes.states import QuoteStatus, RequestStatus
from portal.domain.quotes.story import Happening
from portal.domain.quotes.tables import QuoteRequest
from portal.domain.service_levels import responses


@dataclass(frozen=True, slots=True)
class Accepted:
    """What the confirmation says."""

    order_id: int
    order_reference: str
    revision: int


async def accept_quote(
    request: QuoteRequest,
    revision: int,
    *,
    by: Actor,
    name: str,
    purchase_order_number: str = "",
) -> Accepted:
    """Confirm the revision and place the order; `name` is who confirms (rule Q5).

    Staff may record what the customer confirmed by phone; `name` is then the customer's person.
    Raises `QuoteExpired`, `QuoteSuperseded`, `NothingToAnswer`, `AlreadyAccepted` with the order's
    reference, and `FieldErrors` for `name` and `purchase_order_number`.
    """
    require(by, Permission.ANSWER_QUOTE, Permission.WORK_ON_QUOTES)
    checks = FieldChecks()
    name = checks.text("name", name, 200, needed=True)
    purchase_order_number = checks.text("purchase_order_number", purchase_order_number, 100)
    checks.done()
    # Fifty at once queue up here; the unique constraints of the order are the net below.
    await request.lock()
    if request.state is RequestStatus.ACCEPTED:
        raise AlreadyAccepted(request.order_reference)
    offer = await open_offer(request, revision)
    await answer(
        offer,
        QuoteStatus.ACCEPTED,
        by=by,
        name=name,
        purchase_order_number=purchase_order_number,
    )
    order = await _place(offer, purchase_order_number, by=by)
    await move(request, RequestStatus.ACCEPTED, order_reference=order.order_reference)
    await responses.record_ended(request.subject, by=by)
    await _say_accepted(request, offer, order, name, by=by)
    return order


async def _place(offer: Offer, purchase_order_number: str, *, by: Actor) -> Accepted:
    """Copy what was agreed: the quote's amounts and terms, the request's way, place and haste."""
    reference = await next_reference("SO")
    row = await fetch_row(
        """INSERT INTO sales_order (account_id, reference, status, origin, request_id, quote_id,
               title, purchase_order_number, ordered_by_name, urgent, currency, discount_percent,
               net_total, tax_total, gross_total, payment_terms, ship_to_id, transport, wanted_on,
               promised_ship_on, promise_basis, promised_ship_note, placed_by, placed_at,
               search_terms)
           SELECT r.account_id, $2, $3, $4, r.id, q.id,
               r.title, $5, q.answered_name, r.urgent, q.currency, q.discount_percent,
               q.net_total, q.tax_total, q.gross_total, q.payment_terms, r.ship_to_id, r.transport,
               coalesce(r.wanted_on, (SELECT min(wanted_on) FROM quote_request_line
                                      WHERE request_id = r.id)),
               q.promised_ship_on, $6, q.promised_ship_note, $7, $8,
               ARRAY(SELECT DISTINCT unnest(r.search_terms || $9::text[]))
           FROM quote q JOIN quote_request r ON r.id = q.request_id
           WHERE q.id = $1
           RETURNING id""",
        offer.id,
        reference,
        OrderStatus.PLACED.value,
        Origin.QUOTE.value,
        purchase_order_number,
        PromiseBasis.QUOTE.value,  # rule O4
        by.person_id,
        await database_now(),
        search_terms(reference, purchase_order_number),
    )
    assert row is not None  # noqa: S101 - the offer is there, its request is locked
    await execute(
        """INSERT INTO sales_order_line (account_id, order_id, position, item_id, description,
               quantity, unit, unit_price, discount_percent, tax_rate, net, tax, gift)
           SELECT account_id, $2, position, item_id, description, quantity, unit,
               coalesce(unit_price, 0), discount_percent, tax_rate, net, tax, gift
           FROM quote_line WHERE quote_id = $1""",
        offer.id,
        row["id"],
    )
    return Accepted(row["id"], reference, offer.revision)


async def _say_accepted(
    request: QuoteRequest, offer: Offer, order: Accepted, name: str, *, by: Actor
) -> None:
    subject = Subject(SUBJECT_KIND, order.order_id, order.order_reference, request.account_id)
    await note_that(
        request,
        Happening.ACCEPTED,
        by=by,
        after={"revision": order.revision, "name": name, "order": order.order_reference},
    )
    await record(
        subject,
        OrderHappening.PLACED,
        by=by,
        visible_to=Audience.CUSTOMER,
        after={"revision": order.revision, "request": request.reference, "name": name},
    )
    await tell(
        request,
        QuoteEvent.ACCEPTED,
        by=by,
        quote_id=offer.id,
        revision=order.revision,
        order_id=order.order_id,
        order_reference=order.order_reference,
    )
