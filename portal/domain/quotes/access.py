"""Who may see a request: its account, and of us those whom the account's file is open to."""

from typing import Any

from portal.database import fetch_row
from portal.domain.accounts.confidentiality import visible_accounts_condition
from portal.domain.common.actor import Actor, Side
from portal.domain.common.errors import NotFound
from portal.domain.quotes.tables import QuoteRequest


def visible_requests(actor: Actor, *, place: int) -> tuple[str, list[Any]]:
    """SQL that is true for rows of `quote_request r` that `actor` may see, and its parameters.

    Team, line and stated roles see an account's requests (rule A6), and so does who owns one.
    Staff's drafts are seen by staff, a customer's by the person who writes it, with the files
    chosen in it; what was thrown away, by nobody.
    """
    condition, values = visible_accounts_condition(actor, "r.account_id", place=place)
    if actor.side is Side.CUSTOMER:
        own_drafts = f"r.status = 'draft' AND r.requested_by = ${place + len(values)}"
        return f"{condition} AND (r.submitted_at IS NOT NULL OR {own_drafts})", [
            *values,
            actor.person_id,
        ]
    if values:
        condition = f"({condition} OR r.owner_id = ${place})"
    own_drafts = "r.status = 'draft' AND r.requested_by IS NULL"
    return f"{condition} AND (r.submitted_at IS NOT NULL OR {own_drafts})", values


async def find(reference: str, *, by: Actor, to_change: bool = False) -> QuoteRequest:
    """The record of `reference`, for verbs; `to_change` locks it for the one that follows.

    Raises `NotFound` for unknown, foreign and confidential ones alike (rule A6).
    """
    condition, values = visible_requests(by, place=2)
    lock = " FOR NO KEY UPDATE" if to_change else ""
    row = await fetch_row(
        f"SELECT r.* FROM quote_request r WHERE r.reference = $1 AND {condition}{lock}",  # noqa: S608
        reference,
        *values,
    )
    if row is None:
        raise NotFound
    record = QuoteRequest(**dict(row))
    return record.locked() if to_change else record
