"""What a customer can complain about: their latest deliveries and orders, and the goods of each."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from portal.database import fetch
from portal.domain.common.actor import Actor
from portal.domain.common.errors import NotFound
from portal.domain.common.words import Worded
from portal.domain.complaints.complaint_check import order_lines_of
from portal.domain.orders.finding import order_by_reference
from portal.domain.orders.listing import OrderFilter, orders
from portal.domain.orders.order_rows import OrderRow
from portal.domain.orders.shipments_view import (
    ShipmentView,
    ShippedLine,
    shipment_by_reference,
    shipments_of,
)
from portal.domain.orders.states import ShipmentStatus

_SENT = (ShipmentStatus.SHIPPED, ShipmentStatus.DELIVERED, ShipmentStatus.LOST)
MOST_FOUND = 6
# The latest orders have often not left yet: those before them count, too.
_LOOKED_AT = 30


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery note, or an order of which nothing has left: then `shipment` is empty.

    `at` is when it was delivered, else shipped, else placed.
    """

    order: str
    shipment: str
    title: str
    status: Worded
    at: datetime


@dataclass(frozen=True, slots=True)
class Goods:
    """A line of the order, as far as one batch of it was delivered; `quantity` came of it.

    `line` is its position in the order.
    """

    line: int
    sku: str
    description: str
    unit: str
    batch: str
    quantity: Decimal | None


async def deliveries(text: str, *, by: Actor, limit: int = MOST_FOUND) -> list[Delivery]:
    """The customer's latest deliveries, or those that fit `text`; then orders not yet under way.

    Most complaints are about goods that have left. Both come newest first. `text` is looked for in
    orders; a delivery note is found by its whole reference.
    """
    text = text.strip()
    note = await _by_note(text, by=by) if text else None
    if note is not None:
        return [note]
    rows = (await orders(OrderFilter(text=text, size=_LOOKED_AT), by=by)).rows
    found = sorted(await _of(rows), key=lambda each: (bool(each.shipment), each.at), reverse=True)
    return found[:limit]


async def delivery(order: str, shipment: str, *, by: Actor) -> Delivery | None:
    """One delivery by its references; None for unknown and foreign ones.

    An order whose goods left on one delivery note is that delivery.
    """
    try:
        if shipment:
            return await _by_note(shipment, by=by)
        record = await order_by_reference(order, by=by)
    except NotFound:
        return None
    sent = [each for each in await shipments_of(record.id) if each.status in _SENT]
    if len(sent) == 1:
        return _delivered(sent[0], record.title)
    return Delivery(record.reference, "", record.title, record.state, record.placed_at)


async def goods_of(chosen: Delivery, *, by: Actor) -> list[Goods]:
    """What came with a delivery; of an order, all of its lines, each batch that left by itself."""
    record = await order_by_reference(chosen.order, by=by)
    sent = [
        line
        for each in await shipments_of(record.id)
        if each.status in _SENT and chosen.shipment in ("", each.reference)
        for line in each.lines
    ]
    found = [_goods(line) for line in sent]
    if not chosen.shipment:
        known = {line.position for line in sent}
        found += [
            Goods(position, row["sku"] or "", row["description"], row["unit"], "", None)
            for position, row in (await order_lines_of(record.id)).items()
            if position not in known
        ]
    return sorted(_once(found), key=lambda each: (each.line, each.batch))


def _goods(line: ShippedLine) -> Goods:
    return Goods(
        line.position, line.sku, line.description, line.unit, line.batch, Decimal(line.quantity)
    )


def _once(goods: Collection[Goods]) -> list[Goods]:
    """Each batch of a line once, with all that came of it."""
    found: dict[tuple[int, str], Goods] = {}
    for each in goods:
        before = found.get((each.line, each.batch))
        came = (before.quantity if before else None) or Decimal(0)
        quantity = None if each.quantity is None else came + each.quantity
        found[each.line, each.batch] = Goods(
            each.line, each.sku, each.description, each.unit, each.batch, quantity
        )
    return list(found.values())


async def _by_note(reference: str, *, by: Actor) -> Delivery | None:
    try:
        shipment = await shipment_by_reference(reference.upper(), by=by)
    except NotFound:
        return None
    row = await fetch(
        """SELECT o.reference, o.title FROM sales_order o WHERE o.id = $1""", shipment.order_id
    )
    status = ShipmentStatus(shipment.status)
    if status not in _SENT or not row:
        return None
    at = shipment.delivered_at or shipment.shipped_at or shipment.prepared_at
    return Delivery(row[0]["reference"], shipment.reference, row[0]["title"], status, at)


async def _of(rows: Sequence[OrderRow]) -> list[Delivery]:
    """The deliveries of orders; an order of which nothing has left stands for itself."""
    sent = await fetch(
        """SELECT s.order_id, s.reference, s.status,
               coalesce(s.delivered_at, s.shipped_at, s.prepared_at) AS at
           FROM shipment s WHERE s.order_id = ANY ($1) AND s.status = ANY ($2)""",
        [row.id for row in rows],
        [status.value for status in _SENT],
    )
    notes: dict[int, list[Delivery]] = defaultdict(list)
    titles = {row.id: (row.reference, row.title) for row in rows}
    for each in sent:
        order, title = titles[each["order_id"]]
        status = ShipmentStatus(each["status"])
        notes[each["order_id"]].append(
            Delivery(order, each["reference"], title, status, each["at"])
        )
    return [
        each
        for row in rows
        for each in notes.get(
            row.id, [Delivery(row.reference, "", row.title, row.status, row.placed_at)]
        )
    ]


def _delivered(shipment: ShipmentView, title: str) -> Delivery:
    at = shipment.delivered_at or shipment.shipped_at or shipment.prepared_at
    return Delivery(shipment.order_reference, shipment.reference, title, shipment.status, at)
