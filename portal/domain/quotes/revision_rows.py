"""Revisions with their lines, read in one piece: as JSON inside the statement of their request.

Each side has its own columns: the customer's login may not even name the others.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from portal.domain.common.money import Money
from portal.domain.common.payment_terms import PaymentTerms
from portal.domain.quotes.account_facts import end_of_day
from portal.domain.quotes.states import QuoteStatus
from portal.domain.quotes.views import Colleague, PricedLine, Revision

_LINE = """l.position, l.item_id, coalesce(i.sku, '') AS sku, l.description, l.quantity, l.unit,
    l.unit_price, l.discount_percent, l.tax_rate, l.net, l.tax, l.gift,
    l.gift_document_id, l.note"""
_QUOTE = """q.id, q.version, q.revision, q.status, q.currency, q.net_total, q.tax_total,
    q.gross_total, q.discount_percent, q.valid_until, q.promised_ship_on, q.promised_ship_note,
    q.payment_terms, q.note, q.alternative, q.created_at, q.sent_at, q.document_id,
    q.document_sha256, q.answered_at, q.answered_name, q.purchase_order_number, q.answer_reason"""
_OURS = """q.updated_at, q.reviewed_at, q.review_note, q.effective_discount, q.discount_limit"""


def colleague_json(staff_id: str) -> str:
    """SQL for the colleague behind a staff member's id, NULL without one."""
    return f"""(SELECT json_build_object('id', s.id, 'person_id', p.id, 'name', p.name,
                                         'phone', p.phone)
                FROM staff_member s JOIN person p ON p.id = s.person_id WHERE s.id = {staff_id})"""  # noqa: S608


def revisions_json(*, internal: bool) -> str:
    """SQL for the revisions of `quote_request r` that the side may see, oldest first."""
    line, quote = _LINE, f"{_QUOTE}, {colleague_json('q.prepared_by')} AS prepared_by"
    quote += f", {colleague_json('q.sent_by')} AS sent_by"
    quote += ", (SELECT p.name FROM person p WHERE p.id = q.answered_by) AS answered_by"
    if internal:
        line += ", l.list_price, l.account_price"
        quote += f", {_OURS}, {colleague_json('q.reviewed_by')} AS reviewed_by"
    return f"""(SELECT coalesce(json_agg(one ORDER BY one.revision), '[]') FROM (
        SELECT {quote}, (
            SELECT coalesce(json_agg(line ORDER BY line.position), '[]') FROM (
                SELECT {line} FROM quote_line l LEFT JOIN item i ON i.id = l.item_id
                WHERE l.quote_id = q.id) AS line) AS lines
        FROM quote q WHERE q.request_id = r.id) AS one)"""  # noqa: S608 - constants


def exact_json(text: str) -> Any:
    """JSON of PostgreSQL with its numerics as decimals."""
    return json.loads(text, parse_float=Decimal)


def revision_of(row: Mapping[str, Any], *, timezone: str, now: datetime) -> Revision:
    """A revision from its JSON; `timezone` is the account's."""
    currency, status = row["currency"], QuoteStatus(row["status"])
    valid_until = day_in(row["valid_until"])
    last_moment = end_of_day(valid_until, timezone) if valid_until else None
    return Revision(
        id=row["id"],
        version=row["version"],
        revision=row["revision"],
        status=status,
        currency=currency,
        lines=priced_lines(row["lines"], currency),
        net=Money(row["net_total"], currency),
        tax=Money(row["tax_total"], currency),
        gross=Money(row["gross_total"], currency),
        discount_percent=row["discount_percent"],
        valid_until=valid_until,
        promised_ship_on=day_in(row["promised_ship_on"]),
        promised_ship_note=row["promised_ship_note"],
        payment_terms=PaymentTerms(row["payment_terms"]),
        note=row["note"],
        alternative=row["alternative"],
        prepared_by=Colleague(**row["prepared_by"]),
        created_at=datetime.fromisoformat(row["created_at"]),
        sent_at=moment_in(row["sent_at"]),
        sent_by=Colleague(**row["sent_by"]) if row["sent_by"] else None,
        document_id=row["document_id"],
        document_sha256=row["document_sha256"],
        answered_at=moment_in(row["answered_at"]),
        answered_by=row["answered_by"] or "",
        answered_name=row["answered_name"],
        purchase_order_number=row["purchase_order_number"],
        answer_reason=row["answer_reason"],
        acceptable=status is QuoteStatus.SENT and last_moment is not None and now < last_moment,
        last_moment=last_moment,
        updated_at=moment_in(row.get("updated_at")),
        reviewed_by=Colleague(**row["reviewed_by"]) if row.get("reviewed_by") else None,
        reviewed_at=moment_in(row.get("reviewed_at")),
        review_note=row.get("review_note", ""),
        effective_discount=row.get("effective_discount"),
        discount_limit=row.get("discount_limit"),
    )


def priced_lines(rows: Sequence[Mapping[str, Any]], currency: str) -> list[PricedLine]:
    """Lines from their JSON."""
    return [
        PricedLine(
            **{
                **row,
                "net": Money(row["net"], currency),
                "tax": Money(row["tax"], currency),
            }
        )
        for row in rows
    ]


def day_in(text: str | None) -> date | None:
    """A date of JSON."""
    return date.fromisoformat(text) if text else None


def moment_in(text: str | None) -> datetime | None:
    """A timestamp of JSON."""
    return datetime.fromisoformat(text) if text else None
