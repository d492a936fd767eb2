"""Orders listed and shown; customers see their own, staff those of accounts open to them (A6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portal.database import fetch, fetch_row
from portal.domain.common.actor import Actor
from portal.domain.common.errors import NotFound
from portal.domain.common.money import Money
from portal.domain.common.search import query_terms
from portal.domain.orders.access import visible_orders_condition
from portal.domain.orders.states import OrderStatus
from portal.domain.orders.tables import SalesOrder
from portal.domain.quotes.request_rows import key_of, place_of_key
from portal.domain.quotes.revision_rows import exact_json, priced_lines
from portal.domain.quotes.states import Transport
from portal.domain.quotes.views import PricedLine


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order in a list; `total` includes tax."""

    id: int
    reference: str
    title: str
    status: OrderStatus
    account_id: int
    account_name: str
    purchase_order_number: str
    total: Money
    promised_ship_on: date | None
    placed_at: datetime


@dataclass(frozen=True, slots=True)
class OrderListing:
    """One page, newest first. `after` and `before` are keys for the neighbours, or None."""

    rows: Sequence[OrderRow]
    after: str | None = None
    before: str | None = None


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """`text` searches reference, goods, customer and the customer's own number."""

    text: str = ""
    account_id: int | None = None
    after: str = ""
    before: str = ""
    size: int = 50


@dataclass(frozen=True, slots=True)
class OrderPage:
    """An order with what it came from. `confirmed_by` said yes to the quote (rule Q5).

    Without a quote, `confirmed_by` ordered, `request_reference` is empty and `revision` 0.
    """

    record: SalesOrder
    account_name: str
    account_code: str
    request_reference: str
    revision: int
    confirmed_by: str
    ship_to_label: str
    ship_to_address: str
    placed_by: str
    lines: Sequence[PricedLine]

    @property
    def reference(self) -> str:
        return self.record.reference

    @property
    def status(self) -> OrderStatus:
        return self.record.state

    @property
    def transport(self) -> Transport | None:
        return Transport(self.record.transport) if self.record.transport else None

    @property
    def net(self) -> Money:
        return Money(self.record.net_total, self.record.currency)

    @property
    def tax(self) -> Money:
        return Money(self.record.tax_total, self.record.currency)

    @property
    def gross(self) -> Money:
        return Money(self.record.gross_total, self.record.currency)


_ROW = """o.id, o.reference, o.title, o.status, o.account_id, a.name AS account_name,
    o.purchase_order_number, o.gross_total, o.currency, o.promised_ship_on, o.placed_at"""
_LINES = """(SELECT coalesce(json_agg(line ORDER BY line.position), '[]') FROM (
    SELECT l.position, l.item_id, coalesce(i.sku, '') AS sku, l.description, l.quantity, l.unit,
        l.unit_price, l.discount_percent, l.tax_rate, l.net, l.tax, l.gift
    FROM sales_order_line l LEFT JOIN item i ON i.id = l.item_id
    WHERE l.order_id = o.id) AS line)"""


async def orders(wanted: OrderFilter, *, by: Actor) -> OrderListing:
    """The orders that `by` may see, newest first; one statement."""
    condition, values = visible_orders_condition(by, "o.account_id")
    conditions = [condition]
    if wanted.account_id is not None:
        values.append(wanted.account_id)
        conditions.append(f"o.account_id = ${len(values)}")
    if terms := query_terms(wanted.text):
        values.append(terms)
        conditions.append(f"o.search_terms @> ${len(values)}::text[]")
    start, backwards = place_of_key(wanted.before or wanted.after), bool(wanted.before)
    backwards = backwards and start is not None
    if start is not None:
        values += start
        comes_later = ">" if backwards else "<"
        conditions.append(f"(o.placed_at, o.id) {comes_later} (${len(values) - 1}, ${len(values)})")
    way, size = "ASC" if backwards else "DESC", max(1, min(wanted.size, 200))
    rows = await fetch(
        f"""SELECT {_ROW} FROM sales_order o JOIN account a ON a.id = o.account_id
            WHERE {" AND ".join(conditions)}
            ORDER BY o.placed_at {way}, o.id {way} LIMIT {size + 1}""",  # noqa: S608 - constants
        *values,
    )
    shown = [_row(row) for row in rows[:size]]
    more = len(rows) > size
    if backwards:
        shown.reverse()
    return OrderListing(
        rows=shown,
        after=_key(shown[-1]) if shown and (more or backwards) else None,
        before=_key(shown[0]) if shown and (more if backwards else start) else None,
    )


async def order_page(reference: str, *, by: Actor) -> OrderPage:
    """The page of `reference`, in one statement.

    Raises `NotFound` for unknown, foreign and confidential ones alike (rule A6).
    """
    condition, values = visible_orders_condition(by, "o.account_id", place=2)
    row = await fetch_row(
        f"""SELECT o.*, a.name AS account_name, a.code AS account_code,
                r.reference AS request_reference, q.revision, q.answered_name,
                st.label AS ship_to_label, st.address AS ship_to_address, p.name AS placed_by_name,
                {_LINES} AS lines_json
            FROM sales_order o
            JOIN account a ON a.id = o.account_id
            LEFT JOIN quote_request r ON r.id = o.request_id
            LEFT JOIN quote q ON q.id = o.quote_id
            LEFT JOIN ship_to st ON st.id = o.ship_to_id
            LEFT JOIN person p ON p.id = o.placed_by
            WHERE o.reference = $1 AND {condition}""",  # noqa: S608 - constants
        reference,
        *values,
    )
    if row is None:
        raise NotFound
    return OrderPage(
        record=SalesOrder(**{name: row[name] for name in _COLUMNS}),
        account_name=row["account_name"],
        account_code=row["account_code"],
        request_reference=row["request_reference"] or "",
        revision=row["revision"] or 0,
        confirmed_by=row["answered_name"] or row["ordered_by_name"],
        ship_to_label=row["ship_to_label"] or "",
        ship_to_address=row["ship_to_address"] or "",
        placed_by=row["placed_by_name"] or "",
        lines=priced_lines(exact_json(row["lines_json"]), row["currency"]),
    )


_COLUMNS = tuple(column._meta.name for column in SalesOrder._meta.columns)


def _row(row: Mapping[str, Any]) -> OrderRow:
    values = dict(row)
    total = Money(values.pop("gross_total"), values.pop("currency"))
    return OrderRow(**{**values, "status": OrderStatus(row["status"]), "total": total})


def _key(row: OrderRow) -> str:
    return key_of(row.placed_at, row.id)
