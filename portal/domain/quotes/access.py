"""Who may see a request: its account, and of us those whom the account's file is open to."""

from dataclasses import replace
from typing import Any

from portal.database import fetch_row
from portal.domain.accounts.confidentiality import visible_accounts_condition
from portal.domain.common.actor import Actor, Side
from portal.domain.common.errors import NotFound
from portal.domain.quotes.tables import QuoteRequest


def visible_requests(actor: Actor, *, place: int) -> tuple[str, list[Any]]:
    """SQL that is true for rows of `quote_request r` that `actor` may see, and its parameters.

    Team, line and stated roles see an account's requests (rule A6), and so does who owns one.
    Drafts are seen by the side that writes them; what was thrown away, by nobody.
    """
    condition, values = visible_accounts_condition(actor, "r.account_id", place=place)
    if actor.side is Side.CUSTOMER:
        return f"{condition} AND (r.submitted_at IS NOT NULL OR r.status = 'draft')", values
    if values:
        condition = f"({condition} OR r.owner_id = ${place})"
    own_drafts = "r.status = 'draft' AND r.requested_by IS NULL"
    return f"{condition} AND (r.submitted_at IS NOT NULL OR {own_drafts})", values


def own_and_stood_in_for(actor: Actor, column: str, *, place: int) -> tuple[str, list[Any]]:
    """SQL that is true where `column`, an owner, is `actor` or somebody they stand in for today."""
    condition = f"""{column} IN (
        SELECT ${place}::bigint UNION ALL
        SELECT d.staff_member_id FROM deputy d
        JOIN staff_member absent ON absent.id = d.staff_member_id
        LEFT JOIN branch b ON b.id = absent.branch_id
        WHERE d.deputy_id = ${place}
          AND (business_now() AT TIME ZONE coalesce(b.timezone, 'Asia/Shanghai'))::date
              BETWEEN d.starts_on AND d.ends_on)"""  # noqa: S608 - names of columns
    return condition, [actor.staff_member_id]


def team_accounts(actor: Actor, column: str, *, place: int) -> tuple[str, list[Any]]:
    """SQL that is true for accounts of `actor`'s team and line, whatever else they may see."""
    without_stated_role = replace(actor, role=None)
    return visible_accounts_condition(without_stated_role, column, place=place)


async def find(reference: str, *, by: Actor) -> QuoteRequest:
    """The record of `reference`, for verbs.

    Raises `NotFound` for unknown, foreign and confidential ones alike (rule A6).
    """
    condition, values = visible_requests(by, place=2)
    row = await fetch_row(
        f"SELECT r.* FROM quote_request r WHERE r.reference = $1 AND {condition}",  # noqa: S608
        reference,
        *values,
    )
    if row is None:
        raise NotFound
    return QuoteRequest(**dict(row))
