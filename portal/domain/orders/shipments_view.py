"""The shipments of an order as pages and paper show them, and what the warehouse picks (O13-O16).

No prices: neither the warehouse nor the carrier needs them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from portal.database import fetch, fetch_row
from portal.domain.common.actor import Actor
from portal.domain.common.errors import NotFound
from portal.domain.common.files.attachments import AttachedFile
from portal.domain.common.record import for_us, readable_sql
from portal.domain.orders.access import visible_orders_condition
from portal.domain.orders.combining import Companion, travelling_with
from portal.domain.orders.states import ShipmentStatus
from portal.domain.orders.tables import SHIPMENT, Shipment
from portal.domain.quotes.revision_rows import day_in, exact_json, moment_in
from portal.domain.quotes.states import Transport


@dataclass(frozen=True, slots=True)
class ShippedLine:
    """What of an order's line travels, and of which batch; `ordered` is the line's quantity.

    `to_follow` is what had not left the house once this shipment has (rule O15).
    """

    order_line_id: int
    position: int
    sku: str
    description: str
    unit: str
    gift: bool
    ordered: Decimal
    quantity: Decimal
    to_follow: Decimal
    batch: str


@dataclass(frozen=True, slots=True)
class TransitException:
    """What went wrong on the way, and the day that was promised then (rule O14)."""

    what: str
    expected_before: date | None
    expected_on: date
    noted_by: str
    noted_at: datetime


@dataclass(frozen=True, slots=True)
class ShipmentView:
    """One delivery note. Names are of our people, `signed_by` is the customer's person.

    `ship_to…` is empty where the customer collects. Verbs take the record of
    `shipment_by_reference`; `version` is what forms send back. `lost_because` says what happened to
    goods that never arrived; they are `sent_again`, or else cancelled (rules O11, O14). `papers`
    are photographs of the signed note (O16).
    """

    id: int
    version: int
    reference: str
    order_reference: str
    status: ShipmentStatus
    ship_to_label: str
    ship_to_address: str
    ship_to_contact: str
    ship_to_phone: str
    prepared_by: str
    prepared_at: datetime
    carrier: str
    tracking_number: str
    parcels: int | None
    shipped_by: str
    shipped_at: datetime | None
    expected_on: date | None
    signed_by: str
    delivered_at: datetime | None
    lost_at: datetime | None
    lost_because: str
    lost_recorded_by: str
    sent_again: bool
    lines: Sequence[ShippedLine]
    exceptions: Sequence[TransitException]
    papers: Sequence[AttachedFile] = ()

    @property
    def is_delayed(self) -> bool:
        """Whether something went wrong on the way and it has not arrived."""
        return self.status is ShipmentStatus.SHIPPED and bool(self.exceptions)


@dataclass(frozen=True, slots=True)
class PickedLine:
    """What to take from the shelf; `batch` is the one chosen, empty for goods without any."""

    order_line_id: int
    position: int
    sku: str
    description: str
    unit: str
    gift: bool
    quantity: Decimal
    batch: str


@dataclass(frozen=True, slots=True)
class PickList:
    """A pick list: what to take, for whom, where to, and what must not be overlooked.

    `place_changed` says that another place was registered (rule O13), `place_unseen` that nobody
    of the warehouse has confirmed it yet; `companions` are orders that go along (rule O12).
    """

    shipment: ShipmentView
    account_name: str
    urgent: bool
    held: bool
    hold_place: str
    transport: Transport | None
    promised_ship_on: date | None
    parts_agreed: bool
    place_changed: bool
    place_unseen: bool
    companions: Sequence[Companion]
    lines: Sequence[PickedLine]

    @property
    def travels_with(self) -> Sequence[str]:
        """The orders that go along by their references, with the delivery note where there is one.

        For paper, where nothing can be followed.
        """
        return [
            f"{each.reference} ({each.delivery_note})" if each.delivery_note else each.reference
            for each in self.companions
        ]


_LINES = """(SELECT coalesce(json_agg(line ORDER BY line.position, line.id), '[]') FROM (
    SELECT sl.id, sl.order_line_id, l.position, coalesce(i.sku, '') AS sku, l.description, l.unit,
        l.gift, l.quantity + l.cancelled AS ordered, sl.quantity, sl.batch,
        greatest(0, l.quantity - (SELECT sum(x.quantity) FROM shipment_line x
            JOIN shipment xs ON xs.id = x.shipment_id
            WHERE x.order_line_id = l.id AND xs.id <= s.id
              AND (xs.id = s.id OR xs.status NOT IN ('cancelled', 'lost')))) AS to_follow
    FROM shipment_line sl JOIN sales_order_line l ON l.id = sl.order_line_id
    LEFT JOIN item i ON i.id = l.item_id
    WHERE sl.shipment_id = s.id) AS line)"""
_EXCEPTIONS = """(SELECT coalesce(json_agg(one ORDER BY one.id), '[]') FROM (
    SELECT e.id, e.what, e.expected_before, e.expected_on, e.noted_at, {noted_by} AS noted_by
    FROM transit_exception e WHERE e.shipment_id = s.id) AS one)"""
# The signed delivery note as it was photographed (rule O16).
_PAPERS = """(SELECT coalesce(json_agg(file ORDER BY file.id), '[]') FROM (
    SELECT f.id, f.public_id, f.message_id, f.name, f.size_bytes FROM stored_file f
    WHERE f.subject_kind = '{kind}' AND f.subject_id = s.id {audience}) AS file)"""
_SHIPMENT = """SELECT {columns}, so.reference AS order_reference,
        coalesce(st.label, '') AS ship_to_label, coalesce(st.address, '') AS ship_to_address,
        coalesce(st.recipient, '') AS ship_to_contact,
        coalesce(st.phone, '') AS ship_to_phone, coalesce(preparer.name, '') AS preparer,
        coalesce(shipper.name, '') AS shipper, {reporter} AS reporter,
        {lines} AS lines_json, {exceptions} AS exceptions_json, {papers} AS papers_json
    FROM shipment s
    JOIN sales_order so ON so.id = s.order_id
    LEFT JOIN ship_to st ON st.id = s.ship_to_id
    LEFT JOIN person preparer ON preparer.id = s.prepared_by
    LEFT JOIN person shipper ON shipper.id = s.shipped_by"""
_NAME = "coalesce((SELECT who.name FROM person who WHERE who.id = {id}), '')"


def shipments_json(order_id: str) -> str:
    """SQL for the shipments of an order as `shipments_of` has them, for `shipments_in`.

    `order_id` is SQL, too: a column of the statement that is asked anyway.
    """
    return f"""(SELECT coalesce(json_agg(shipment ORDER BY shipment.id), '[]') FROM (
        {_shipment()} WHERE s.order_id = {order_id} AND s.status <> 'cancelled') AS shipment)"""  # noqa: S608


def shipments_in(text: str) -> list[ShipmentView]:
    """The shipments that a statement with `shipments_json` has read."""
    return [
        _view({**row, **{name: moment_in(row[name]) for name in _MOMENTS}})
        for row in exact_json(text)
    ]


async def shipments_of(order_id: int) -> Sequence[ShipmentView]:
    """The shipments of an order that the viewer was shown, oldest first; one statement.

    Without those that were withdrawn. The same for both sides.
    """
    rows = await fetch(
        f"{_shipment()} WHERE s.order_id = $1 AND s.status <> 'cancelled' ORDER BY s.id", order_id
    )
    return [_view(_opened(row)) for row in rows]


async def shipment_by_reference(reference: str, *, by: Actor) -> Shipment:
    """The record of `reference`, for verbs.

    Raises `NotFound` for unknown, foreign and confidential ones alike (rule A6).
    """
    condition, values = visible_orders_condition(by, "s.account_id", place=2)
    row = await fetch_row(
        f"""SELECT {readable_sql(Shipment, "s")} FROM shipment s
            WHERE s.reference = $1 AND {condition}""",  # noqa: S608 - constants
        reference,
        *values,
    )
    if row is None:
        raise NotFound
    return Shipment(**dict(row))


async def shipment_view(shipment: Shipment) -> ShipmentView:
    """One shipment as pages show it, whatever became of it."""
    row = await fetch_row(f"{_shipment()} WHERE s.id = $1", shipment.id)
    if row is None:
        raise NotFound
    return _view(_opened(row))


async def pick_list(shipment: Shipment) -> PickList:
    """What the warehouse takes for a shipment, in the order of shelves (by item number)."""
    view = await shipment_view(shipment)
    row = await fetch_row(
        """SELECT a.name AS account_name, o.urgent, o.held_at IS NOT NULL AS held, o.hold_place,
               o.transport, o.promised_ship_on, o.partial_agreed_at IS NOT NULL AS parts_agreed,
               EXISTS (SELECT FROM ship_to_change c WHERE c.order_id = o.id) AS place_changed,
               EXISTS (SELECT FROM ship_to_change c WHERE c.order_id = o.id AND c.seen_at IS NULL)
                   AS place_unseen
           FROM sales_order o JOIN account a ON a.id = o.account_id WHERE o.id = $1""",
        shipment.order_id,
    )
    if row is None:
        raise NotFound
    known = dict(row)
    transport = known.pop("transport")
    return PickList(
        shipment=view,
        transport=Transport(transport) if transport else None,
        companions=await travelling_with(shipment.order_id),
        lines=sorted(
            (_picked(line) for line in view.lines),
            key=lambda line: (line.sku, line.position, line.batch),
        ),
        **known,
    )


def _shipment() -> str:
    """Who of us noted what went wrong is for us to know."""
    noted_by = for_us(_NAME.format(id="e.noted_by"))
    return _SHIPMENT.format(
        columns=readable_sql(Shipment, "s"),
        reporter=for_us(_NAME.format(id="s.lost_recorded_by")),
        lines=_LINES,
        exceptions=_EXCEPTIONS.format(noted_by=noted_by),
        papers=_PAPERS.format(
            kind=SHIPMENT, audience=for_us("", instead="AND f.audience = 'customer'")
        ),
    )


_MOMENTS = ("prepared_at", "shipped_at", "delivered_at", "lost_at")
_INSIDE = ("lines_json", "exceptions_json", "papers_json")


def _opened(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row that was read by itself, as those are that came inside of another."""
    return {**row, **{name: exact_json(row[name]) for name in _INSIDE}}


def _view(row: Mapping[str, Any]) -> ShipmentView:
    return ShipmentView(
        id=row["id"],
        version=row["version"],
        reference=row["reference"],
        order_reference=row["order_reference"],
        status=ShipmentStatus(row["status"]),
        ship_to_label=row["ship_to_label"],
        ship_to_address=row["ship_to_address"],
        ship_to_contact=row["ship_to_contact"],
        ship_to_phone=row["ship_to_phone"],
        prepared_by=row["preparer"],
        prepared_at=row["prepared_at"],
        carrier=row["carrier"],
        tracking_number=row["tracking_number"],
        parcels=row["parcels"],
        shipped_by=row["shipper"],
        shipped_at=row["shipped_at"],
        expected_on=_day(row["expected_on"]),
        signed_by=row["signed_by"],
        delivered_at=row["delivered_at"],
        lost_at=row["lost_at"],
        lost_because=row["lost_because"],
        lost_recorded_by=row["reporter"],
        sent_again=row["sent_again"],
        lines=[_line(line) for line in row["lines_json"]],
        exceptions=[_exception(one) for one in row["exceptions_json"]],
        papers=[AttachedFile(**file) for file in row["papers_json"]],
    )


def _day(given: date | str | None) -> date | None:
    return date.fromisoformat(given) if isinstance(given, str) else given


def _line(row: Mapping[str, Any]) -> ShippedLine:
    return ShippedLine(**{name: row[name] for name in ShippedLine.__slots__})


def _exception(row: Mapping[str, Any]) -> TransitException:
    return TransitException(
        what=row["what"],
        expected_before=day_in(row["expected_before"]),
        expected_on=date.fromisoformat(row["expected_on"]),
        noted_by=row["noted_by"],
        noted_at=datetime.fromisoformat(row["noted_at"]),
    )


def _picked(line: ShippedLine) -> PickedLine:
    return PickedLine(**{name: getattr(line, name) for name in PickedLine.__slots__})
