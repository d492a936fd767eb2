"""What the warehouse has on its hands: what to pack, what is being packed, what is on its way.

No prices: the warehouse does not need them. Every list is bounded; what is due first comes first.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from portal.database import fetch, fetch_row
from portal.domain.common.actor import Actor
from portal.domain.orders.access import visible_orders_condition
from portal.domain.orders.states import OrderStatus, ShipmentStatus

MOST = 100


@dataclass(frozen=True, slots=True)
class PackingFacts:
    """What the warehouse has to know of an order.

    `unseen_ship_to` is a changed delivery place that nobody of the warehouse has confirmed yet
    (rule O13), `travels_with` the orders it is shipped together with (rule O12), `open_shipment`
    the delivery note that is being packed. `reserved` of `lines` have something put aside.
    """

    lines: int
    reserved: int
    ship_to: str
    unseen_ship_to: str
    hold_reason: str
    hold_place: str
    travels_with: Sequence[str]
    open_shipment: str
    version: int


@dataclass(frozen=True, slots=True)
class ShipmentRow:
    """A delivery note in a list; `exception` is what went wrong on the way last (rule O14)."""

    reference: str
    status: ShipmentStatus
    order_reference: str
    account_name: str
    urgent: bool
    is_held: bool
    ship_to: str
    lines: int
    prepared_at: datetime
    prepared_by: str
    carrier: str
    tracking_number: str
    parcels: int | None
    shipped_at: datetime | None
    expected_on: date | None
    exception: str


@dataclass(frozen=True, slots=True)
class WarehouseCounts:
    """How much waits where, at most `MOST` of each."""

    to_prepare: int
    packing: int
    on_the_way: int
    short: int
    held: int
    unseen: int


async def packing_facts(order_ids: Iterable[int]) -> Mapping[int, PackingFacts]:
    """The facts of orders that were loaded through the viewer, by order id; one statement."""
    rows = await fetch(
        """SELECT o.id, o.version, o.hold_reason, o.hold_place,
               (SELECT count(*) FROM sales_order_line l
                WHERE l.order_id = o.id AND l.shipped < l.quantity) AS lines,
               (SELECT count(*) FROM sales_order_line l
                WHERE l.order_id = o.id AND l.reserved > 0) AS reserved,
               coalesce((SELECT st.label || ', ' || st.address FROM ship_to st
                         WHERE st.id = o.ship_to_id), '') AS ship_to,
               coalesce((SELECT st.label FROM ship_to_change c JOIN ship_to st ON st.id = c.to_id
                         WHERE c.order_id = o.id AND c.seen_at IS NULL
                         ORDER BY c.id DESC LIMIT 1), '') AS unseen_ship_to,
               ARRAY(SELECT x.reference FROM sales_order x
                     WHERE coalesce(o.combine_with_id, o.id) IN (x.id, x.combine_with_id)
                       AND x.id <> o.id AND x.status = ANY ($2::text[])
                     ORDER BY x.id) AS travels_with,
               coalesce((SELECT s.reference FROM shipment s
                         WHERE s.order_id = o.id AND s.status = 'in_preparation'), '')
                   AS open_shipment
           FROM sales_order o WHERE o.id = ANY ($1::bigint[])""",
        list(order_ids),
        [status.value for status in OrderStatus if status.is_open],
    )
    return {row["id"]: _facts(dict(row)) for row in rows}


async def shipments_in(
    status: ShipmentStatus, *, by: Actor, limit: int = MOST
) -> Sequence[ShipmentRow]:
    """Delivery notes that are being packed or on their way, what is expected first first."""
    condition, values = visible_orders_condition(by, "s.account_id", place=2)
    rows = await fetch(
        f"""SELECT s.reference, s.status, o.reference AS order_reference, a.name AS account_name,
                o.urgent, o.held_at IS NOT NULL AS is_held,
                coalesce(st.label || ', ' || st.address, '') AS ship_to,
                (SELECT count(DISTINCT l.order_line_id) FROM shipment_line l
                 WHERE l.shipment_id = s.id) AS lines,
                s.prepared_at, coalesce(p.name, '') AS prepared_by, s.carrier, s.tracking_number,
                s.parcels, s.shipped_at, s.expected_on,
                coalesce((SELECT e.what FROM transit_exception e WHERE e.shipment_id = s.id
                          ORDER BY e.id DESC LIMIT 1), '') AS exception
            FROM shipment s JOIN sales_order o ON o.id = s.order_id
            JOIN account a ON a.id = s.account_id
            LEFT JOIN ship_to st ON st.id = s.ship_to_id
            LEFT JOIN person p ON p.id = s.prepared_by
            WHERE s.status = '{status.value}' AND {condition}
            ORDER BY s.expected_on NULLS FIRST, s.id LIMIT $1""",  # noqa: S608 - constants
        limit,
        *values,
    )
    return [ShipmentRow(**{**dict(row), "status": ShipmentStatus(row["status"])}) for row in rows]


async def warehouse_counts(*, by: Actor) -> WarehouseCounts:
    """How much waits where, in one statement."""
    visible, values = visible_orders_condition(by, "o.account_id")
    to_ship = "o.status IN ('placed','confirmed','scheduled','in_preparation','partly_shipped')"
    # Counted, so that the lines of each order are looked up: as EXISTS all lines may be read.
    short = """(SELECT count(*) FROM sales_order_line l
        WHERE l.order_id = o.id AND l.reserved + l.shipped < l.quantity) > 0"""
    unseen = """EXISTS (SELECT FROM ship_to_change c
        WHERE c.order_id = o.id AND c.seen_at IS NULL)"""
    shipments = f"shipment s JOIN sales_order o ON o.id = s.order_id WHERE {visible} AND s.status"
    orders = f"sales_order o WHERE {visible} AND {to_ship} AND"
    confirmed = "o.status IN ('confirmed', 'scheduled', 'in_preparation', 'partly_shipped')"
    to_prepare = f"{orders} o.status IN ('scheduled', 'partly_shipped')"
    row = await fetch_row(
        f"""SELECT {_bounded(to_prepare)} AS to_prepare,
                {_bounded(f"{shipments} = 'in_preparation'")} AS packing,
                {_bounded(f"{shipments} = 'shipped'")} AS on_the_way,
                {_bounded(f"{orders} {confirmed} AND {short}")} AS short,
                {_bounded(f"{orders} o.held_at IS NOT NULL")} AS held,
                {_bounded(f"{orders} {unseen}")} AS unseen""",
        *values,
    )
    assert row is not None  # noqa: S101 - a row of counts
    return WarehouseCounts(**dict(row))


def _bounded(rows: str) -> str:
    return f"(SELECT count(*) FROM (SELECT FROM {rows} LIMIT {MOST}) AS some_of)"  # noqa: S608


def _facts(row: dict[str, object]) -> PackingFacts:
    row.pop("id")
    return PackingFacts(**row)  # type: ignore[arg-type]
