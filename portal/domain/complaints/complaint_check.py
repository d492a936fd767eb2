"""Whether a complaint can be taken as the form has it, cell by cell (rules C1, C15)."""

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from portal.database import database_now, fetch, fetch_row
from portal.domain.common.actor import Actor
from portal.domain.common.words import N_
from portal.domain.complaints.complaint_facts import (
    CheckedComplaint,
    CheckedLine,
    ComplaintFacts,
    LineFacts,
)
from portal.domain.complaints.states import CaseKind, Category, ComplaintChannel, Wish
from portal.domain.quotes.account_facts import AccountFacts, account_facts
from portal.domain.quotes.field_checks import FieldChecks
from portal.domain.quotes.request_check import check_quantity, items_by_sku

MOST_LINES = 50
TITLE_FROM_TEXT = 80

_WHAT = N_("Choose what it is.")
ABOUT = N_("Choose what it is about.")
_WHAT_HAPPENED = N_("Say what happened.")
_WISH = N_("Choose one of the options.")
_FUTURE = N_("Choose a day up to today.")
_NO_ORDER = N_("There is no order %(reference)s of this customer.")
_NO_SHIPMENT = N_("There is no delivery %(reference)s of this customer.")
_OTHER_ORDER = N_("Delivery %(shipment)s does not belong to order %(order)s.")
_HOW = N_("Say how it reached us.")
_WHO = N_("Say who called or wrote.")
_NO_CONTACT = N_("Choose somebody of this customer.")
_TOO_MANY_LINES = N_("Name at most %(count)s items.")
_NO_ORDER_LINE = N_("The order has no such line.")
NO_ITEM = N_("There is no item %(sku)s. Leave the number out and say what it is.")
_NO_WORDS = N_("Say which goods, or give an item number.")


@dataclass(frozen=True, slots=True)
class _Known:
    """What the database knows of what the form names."""

    account: AccountFacts
    order: Mapping[str, Any] | None
    shipment: Mapping[str, Any] | None
    order_lines: Mapping[int, Mapping[str, Any]]
    items: Mapping[str, Mapping[str, Any]]
    contact: Mapping[str, Any] | None


async def check(facts: ComplaintFacts, *, by: Actor, account_id: int) -> CheckedComplaint:
    """The complete complaint. Raises `FieldErrors` with every field and cell that is not right."""
    known = await _look_up(facts, account_id)
    checks = FieldChecks()
    kind, category = _check_kind(checks, facts)
    title = checks.text("title", facts.title, 200)
    description = checks.text(
        "description", facts.description, 4000, needed=True, missing=_WHAT_HAPPENED
    )
    if facts.wish and facts.wish not in set(Wish):
        checks.refuse("wish", _WISH)
    wish_note = checks.text("wish_note", facts.wish_note, 1000)
    today = known.account.day_of(await database_now())
    if facts.occurred_on is not None and facts.occurred_on > today:
        checks.refuse("occurred_on", _FUTURE)
    _check_order(checks, facts, known)
    channel, name = _check_entry(checks, facts, known, by=by)
    if len(facts.lines) > MOST_LINES:
        checks.refuse("lines", _TOO_MANY_LINES, count=MOST_LINES)
    lines = tuple(
        checked_line(checks, line, position, order_lines=known.order_lines, items=known.items)
        for position, line in enumerate(facts.lines, start=1)
    )
    checks.done()
    order = known.order or {}
    contact = known.contact or {}
    return CheckedComplaint(
        account=known.account,
        kind=kind,
        category=category,
        title=title or textwrap.shorten(description, TITLE_FROM_TEXT, placeholder=" …"),
        description=description,
        wish=Wish(facts.wish) if facts.wish else None,
        wish_note=wish_note,
        occurred_on=facts.occurred_on,
        order_id=order.get("id"),
        order_reference=order.get("reference", ""),
        shipment_id=known.shipment["id"] if known.shipment else None,
        channel=channel,
        contact_id=contact.get("id"),
        contact_person_id=contact.get("person_id"),
        reported_name=name,
        lines=lines,
    )


def _check_kind(checks: FieldChecks, facts: ComplaintFacts) -> tuple[CaseKind, Category | None]:
    if facts.kind not in set(CaseKind):
        checks.refuse("kind", _WHAT)
        return CaseKind.COMPLAINT, None
    kind = CaseKind(facts.kind)
    if not kind.is_complaint:
        return kind, None
    if facts.category not in set(Category):
        checks.refuse("category", ABOUT)
        return kind, None
    return kind, Category(facts.category)


def _check_order(checks: FieldChecks, facts: ComplaintFacts, known: _Known) -> None:
    shipment, order = facts.shipment.strip(), facts.order.strip()
    if shipment and known.shipment is None:
        checks.refuse("shipment", _NO_SHIPMENT, reference=shipment)
    if not order:
        return
    if known.order is None:
        checks.refuse("order", _NO_ORDER, reference=order)
    elif known.shipment and known.shipment["order_id"] != known.order["id"]:
        checks.refuse("shipment", _OTHER_ORDER, shipment=shipment, order=order)


def _check_entry(
    checks: FieldChecks, facts: ComplaintFacts, known: _Known, *, by: Actor
) -> tuple[ComplaintChannel, str]:
    """How it reached us and who said it; who is signed in says it themselves (rule C1)."""
    if not by.is_staff:
        return ComplaintChannel.PORTAL, by.name
    name = checks.text("reported_name", facts.reported_name, 200)
    if facts.contact_id is not None and known.contact is None:
        checks.refuse("contact", _NO_CONTACT)
    elif not name and known.contact is None:
        checks.refuse("reported_name", _WHO)
    if known.contact:
        name = name or known.contact["name"]
    if facts.channel not in set(ComplaintChannel) or facts.channel == ComplaintChannel.PORTAL:
        checks.refuse("channel", _HOW)
        return ComplaintChannel.PHONE, name
    return ComplaintChannel(facts.channel), name


def checked_line(
    checks: FieldChecks,
    line: LineFacts,
    position: int,
    *,
    order_lines: Mapping[int, Mapping[str, Any]],
    items: Mapping[str, Mapping[str, Any]],
) -> CheckedLine:
    """The goods of one row, as the order's line, the catalogue or the form says what they are."""
    cell = f"lines-{line.row}-"
    sku = line.sku.strip()
    ordered = order_lines.get(line.order_line) if line.order_line is not None else None
    item = items.get(sku.upper()) if sku else None
    if line.order_line is not None and ordered is None:
        checks.refuse(f"{cell}order_line", _NO_ORDER_LINE)
    elif sku and item is None and ordered is None:
        checks.refuse(f"{cell}sku", NO_ITEM, sku=sku)
    known: Mapping[str, Any] = ordered or item or {}
    words = checks.text(
        f"{cell}description",
        line.description,
        500,
        needed=not (known or sku or line.order_line is not None),
        missing=_NO_WORDS,
    )
    unit = checks.text(f"{cell}unit", line.unit, 20)
    batch = checks.text(f"{cell}batch", line.batch, 60)
    check_quantity(checks, f"{cell}quantity", line.quantity)
    return CheckedLine(
        position=position,
        order_line_id=ordered["id"] if ordered else None,
        item_id=ordered["item_id"] if ordered else item["id"] if item else None,
        sku=known.get("sku") or "",
        description=(ordered["description"] if ordered else words or known.get("name", "")),
        quantity=line.quantity or Decimal(0),
        unit=ordered["unit"] if ordered else unit or known.get("unit", ""),
        batch=batch,
    )


async def order_lines_of(order_id: int) -> Mapping[int, Mapping[str, Any]]:
    """The lines of an order by position: `id`, `item_id`, `sku`, `description`, `unit`."""
    rows = await fetch(
        """SELECT l.position, l.id, l.item_id, i.sku, l.description, l.unit
           FROM sales_order_line l LEFT JOIN item i ON i.id = l.item_id WHERE l.order_id = $1""",
        order_id,
    )
    return {row["position"]: row for row in rows}


async def _look_up(facts: ComplaintFacts, account_id: int) -> _Known:
    account = await account_facts(account_id)
    shipment = await fetch_row(
        """SELECT s.id, s.order_id FROM shipment s
           WHERE s.account_id = $1 AND s.reference = $2 AND s.status <> 'in_preparation'""",
        account_id,
        facts.shipment.strip(),
    )
    order = await fetch_row(
        """SELECT o.id, o.reference FROM sales_order o
           WHERE o.account_id = $1 AND (o.reference = $2 OR ($2 = '' AND o.id = $3))""",
        account_id,
        facts.order.strip(),
        shipment["order_id"] if shipment else None,
    )
    contact = await fetch_row(
        """SELECT id, name, person_id FROM contact
           WHERE account_id = $1 AND id = $2 AND archived_at IS NULL""",
        account_id,
        facts.contact_id,
    )
    return _Known(
        account=account,
        order=order,
        shipment=shipment,
        order_lines=await order_lines_of(order["id"]) if order else {},
        items=await items_by_sku([line.sku for line in facts.lines], locale=account.locale),
        contact=contact,
    )
