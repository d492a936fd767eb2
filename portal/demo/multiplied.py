"""What `portal seed --scale` multiplies: by table where its rows come from and what they change.

In the SQL `c` is the row that is copied and `s` the request it is copied for, a row of
`sql/scale_batch.sql`; `{table}` stands for the id after which that table's ids are reserved.
Moments and days are moved by the shift of the request unless something else is said here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

# Revisions, lines and targets of one request, at most: ids are counted by them.
_REVISIONS = 6
_LINES = 60
_TARGETS = 16
_SHIPMENTS = 3

_QUOTE = f"{{quote}} + s.n * {_REVISIONS} - {_REVISIONS - 1} +"
_LINE = f"{{sales_order_line}} + s.n * {_LINES} - {_LINES} +"
_SHIPMENT = f"{{shipment}} + s.n * {_SHIPMENTS} - {_SHIPMENTS - 1} +"
_TARGET = f"{{target}} + s.n * {_TARGETS} - {_TARGETS - 1} +"
_PARTS = "(SELECT array_agg(left({number}, l)) FROM generate_series(2, length({number})) AS l)"
_REQUEST_PARTS = _PARTS.format(number="s.request_number")
_ORDER_PARTS = _PARTS.format(number="s.order_number")
_ORDERS = "scaled s JOIN template t ON t.id = s.template_id"
_MOVED = "CASE WHEN NOT s.placed THEN c.{column} + s.shift END"
# As the order was when it was placed, before anybody had confirmed it.
_NOT_YET = {
    name: _MOVED.format(column=name)
    for name in ("confirmed_at", "released_at", "partial_agreed_at", "invoiced_at", "settled_at")
}


@dataclass(frozen=True, slots=True)
class Multiplied:
    """A table with the SQL that its copies come from.

    `most` is how many of its rows one request has at most where others refer to them; their ids are
    counted ahead then. Other rows take the next id.
    """

    table: str
    source: str
    overrides: Mapping[str, str] = field(default_factory=dict)
    most: int = 0


_TARGETS_OF = """scaled s JOIN template_target k
    ON k.of_kind = 'request' AND k.template_id = s.template_id
    OR k.of_kind = 'complaint' AND k.template_id = s.complaint_template_id
    OR k.of_kind = 'visit' AND k.template_id = s.visit_template_id"""
_OF_ORDER = "sales_order o ON o.id = s.order_template_id AND NOT s.placed"

MULTIPLIED = (
    Multiplied(
        "quote_request",
        f"{_ORDERS} JOIN quote_request c ON c.id = s.template_id",
        {
            "id": "{quote_request} + s.n",
            "reference": "format('RFQ-%s-%s', extract(year FROM c.created_at + s.shift),"
            " s.request_number)",
            "order_reference": "CASE WHEN c.order_reference <> '' THEN format('SO-%s-%s',"
            " extract(year FROM t.placed_at + s.shift), s.order_number) ELSE '' END",
            "search_terms": f"t.terms || {_REQUEST_PARTS}",
        },
        most=1,
    ),
    Multiplied(
        "quote_request_line",
        "scaled s JOIN quote_request_line c ON c.request_id = s.template_id",
        {"request_id": "{quote_request} + s.n"},
    ),
    Multiplied(
        "quote",
        "scaled s JOIN quote c ON c.request_id = s.template_id",
        {"id": f"{_QUOTE} c.revision - 1", "request_id": "{quote_request} + s.n"},
        most=_REVISIONS,
    ),
    Multiplied(
        "quote_line",
        "scaled s JOIN quote q ON q.request_id = s.template_id"
        " JOIN quote_line c ON c.quote_id = q.id",
        {"quote_id": f"{_QUOTE} q.revision - 1"},
    ),
    Multiplied(
        "sales_order",
        f"{_ORDERS} JOIN sales_order c ON c.id = s.order_template_id"
        " JOIN quote q ON q.id = c.quote_id",
        {
            "id": "{sales_order} + s.n",
            "reference": "format('SO-%s-%s', extract(year FROM c.placed_at + s.shift),"
            " s.order_number)",
            "request_id": "{quote_request} + s.n",
            "quote_id": f"{_QUOTE} q.revision - 1",
            "combine_with_id": "NULL",
            "paid": "0",  # the database sums up the payments that follow
            "status": "CASE WHEN s.placed THEN 'placed' ELSE c.status END",
            "confirmed_by": "CASE WHEN NOT s.placed THEN c.confirmed_by END",
            "partial_agreed_by": "CASE WHEN s.placed THEN '' ELSE c.partial_agreed_by END",
            "invoice_number": "CASE WHEN s.placed OR c.invoice_number = '' THEN ''"
            " ELSE c.invoice_number || '-' || s.order_number END",
            "promise_basis": "CASE WHEN s.placed THEN 'quote' ELSE c.promise_basis END",
            "promised_ship_on": "CASE WHEN s.placed THEN q.promised_ship_on"
            " ELSE c.promised_ship_on END + s.days",
            "search_terms": f"t.order_terms || {_REQUEST_PARTS} || {_ORDER_PARTS}",
            **_NOT_YET,
        },
        most=1,
    ),
    Multiplied(
        "sales_order_line",
        "scaled s JOIN sales_order_line c ON c.order_id = s.order_template_id",
        {
            "id": f"{_LINE} c.position",
            "order_id": "{sales_order} + s.n",
            "reserved": "0",
            "shipped": "CASE WHEN s.placed THEN 0 ELSE c.shipped END",
            "production_on": "CASE WHEN NOT s.placed THEN c.production_on + s.days END",
        },
        most=_LINES,
    ),
    Multiplied(
        "shipment",
        f"scaled s JOIN {_OF_ORDER} JOIN template_shipment k ON k.order_id = o.id"
        " JOIN shipment c ON c.id = k.id",
        {
            "id": f"{_SHIPMENT} k.k",
            "order_id": "{sales_order} + s.n",
            "reference": "format('DN-%s-%s%s', extract(year FROM c.prepared_at + s.shift),"
            " s.shipment_number, CASE WHEN k.k > 0 THEN '-' || k.k ELSE '' END)",
        },
        most=_SHIPMENTS,
    ),
    Multiplied(
        "shipment_line",
        f"scaled s JOIN {_OF_ORDER} JOIN template_shipment k ON k.order_id = o.id"
        " JOIN shipment_line c ON c.shipment_id = k.id"
        " JOIN sales_order_line l ON l.id = c.order_line_id",
        {"shipment_id": f"{_SHIPMENT} k.k", "order_line_id": f"{_LINE} l.position"},
    ),
    Multiplied(
        "payment",
        f"scaled s JOIN {_OF_ORDER} JOIN payment c ON c.order_id = o.id AND c.reverses_id IS NULL"
        " AND NOT EXISTS (SELECT FROM payment r WHERE r.reverses_id = c.id)",
        {"order_id": "{sales_order} + s.n"},
    ),
    Multiplied(
        "complaint",
        "scaled s JOIN template_complaint t ON t.id = s.complaint_template_id"
        " JOIN complaint c ON c.id = t.id",
        {
            "id": "{complaint} + s.n",
            "reference": "format('CP-%s-%s', extract(year FROM c.received_at + s.shift),"
            " s.complaint_number)",
            "search_terms": f"t.terms || {_PARTS.format(number='s.complaint_number')}",
        },
        most=1,
    ),
    Multiplied(
        "visit",
        "scaled s JOIN template_visit t ON t.id = s.visit_template_id JOIN visit c ON c.id = t.id",
        {
            "id": "{visit} + s.n",
            "reference": "format('VS-%s-%s', extract(year FROM c.created_at + s.shift),"
            " s.visit_number)",
            "occasion": "'scale:' || s.visit_number",
            "search_terms": f"t.terms || {_PARTS.format(number='s.visit_number')}",
        },
        most=1,
    ),
    Multiplied(
        "target",
        f"{_TARGETS_OF} JOIN target c ON c.id = k.id",
        {
            "id": f"{_TARGET} k.k",
            "subject_id": "CASE c.subject_kind WHEN 'sales_order' THEN {sales_order}"
            " WHEN 'complaint' THEN {complaint} WHEN 'visit' THEN {visit}"
            " ELSE {quote_request} END + s.n",
            "reference": "format('%s-%s', left(c.reference, length(c.reference)"
            " - length(split_part(c.reference, '-', 3)) - 1),"
            " CASE c.subject_kind WHEN 'sales_order' THEN s.order_number"
            " WHEN 'complaint' THEN s.complaint_number WHEN 'visit' THEN s.visit_number"
            " ELSE s.request_number END)",
            "replaces": "NULL",
            "next_step": "NULL",
            "next_step_at": "NULL",
        },
        most=_TARGETS,
    ),
    Multiplied(
        "target_pause",
        f"{_TARGETS_OF} JOIN target_pause c ON c.target_id = k.id",
        {"target_id": f"{_TARGET} k.k"},
    ),
)
