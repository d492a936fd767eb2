"""What the paper of a revision says besides its figures: both parties and how to reach them (Q3).

For staff, before sending: load it in a short unit of work and render outside of any;
`revision.version` is what `sending.send` then expects.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.database import database_now, fetch_row
from portal.domain.common.actor import Actor
from portal.domain.common.errors import NotFound
from portal.domain.common.permissions import Permission
from portal.domain.quotes.page_view import RequestPage
from portal.domain.quotes.progress import require
from portal.domain.quotes.record_page import request_page
from portal.domain.quotes.views import Revision


@dataclass(frozen=True, slots=True)
class PartyFacts:
    """One side of the paper; what is not known is empty. `contact` is the person to ask."""

    name: str
    address: str
    contact: str
    phone: str
    email: str
    tax_number: str = ""


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """`supplier.name` is the branch's: the company's own name is configuration.

    `as_of` (UTC) is the day the paper carries: of sending, else of this reading. The paper is in
    the account's language.
    """

    page: RequestPage
    revision: Revision
    supplier: PartyFacts
    customer: PartyFacts
    as_of: datetime


async def document_facts(reference: str, revision: int, *, by: Actor) -> DocumentFacts:
    """The facts of a revision, sent or not, in three statements.

    Raises `NotFound` for a request or revision that `by` may not see.
    """
    require(by, Permission.READ_QUOTES)
    page = await request_page(reference, by=by)
    shown = page.revision(revision)
    if shown is None:
        raise NotFound
    row = await fetch_row(
        """SELECT b.name AS branch_name, b.address AS branch_address, b.phone AS branch_phone,
               a.name, a.address, a.phone, a.tax_number, a.invoice_title, a.invoice_address,
               p.name AS our_name, p.phone AS our_phone, p.email AS our_email,
               c.name AS their_name, c.phone AS their_phone, c.email AS their_email
           FROM account a JOIN branch b ON b.id = a.branch_id
           LEFT JOIN staff_member s ON s.id = $2 LEFT JOIN person p ON p.id = s.person_id
           LEFT JOIN LATERAL (
               SELECT name, phone, email FROM contact
               WHERE account_id = a.id AND (id = $3 OR person_id = $4)
               ORDER BY (id = $3) DESC NULLS LAST, id LIMIT 1) AS c ON true
           WHERE a.id = $1""",
        page.record.account_id,
        page.record.owner_id or shown.prepared_by.id,
        page.record.contact_id,
        page.record.requested_by,
    )
    if row is None:
        raise NotFound
    return DocumentFacts(
        page=page,
        revision=shown,
        supplier=PartyFacts(
            row["branch_name"],
            row["branch_address"],
            row["our_name"] or "",
            row["our_phone"] or row["branch_phone"],
            row["our_email"] or "",
        ),
        customer=_customer(row, page),
        as_of=shown.sent_at or await database_now(),
    )


def _customer(row: Mapping[str, Any], page: RequestPage) -> PartyFacts:
    return PartyFacts(
        row["invoice_title"] or row["name"],
        row["invoice_address"] or row["address"],
        row["their_name"] or page.requested_by,
        row["their_phone"] or row["phone"],
        row["their_email"] or "",
        row["tax_number"],
    )
