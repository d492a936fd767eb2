"""Whether a request for quotation is complete, cell by cell (rules Q2, O1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from portal.database import database_now, fetch, fetch_row
from portal.domain.common.actor import Actor
from portal.domain.common.words import N_
from portal.domain.quotes.account_facts import AccountFacts, account_facts
from portal.domain.quotes.field_checks import TOO_LARGE, FieldChecks
from portal.domain.quotes.pricing import LARGEST_QUANTITY
from portal.domain.quotes.request_facts import (
    CheckedLine,
    CheckedRequest,
    LineFacts,
    RequestFacts,
)
from portal.domain.quotes.states import Channel, Transport

MOST_LINES = 200
LONGEST_WISH = timedelta(days=3 * 366)

_NO_TITLE = N_("Give the request a subject.")
_NO_WORDS = N_("Say what you need, or give an item number.")
_NO_UNIT = N_("Say in which unit, for example pcs.")
_NO_QUANTITY = N_("Enter a quantity.")
_PAST = N_("Choose a day from today on.")
_TOO_FAR = N_("Choose a day within the next three years.")
_NO_LINES = N_("Add at least one line: what you need, how much, in which unit.")
_TOO_MANY_LINES = N_("Send at most %(count)s lines with one request.")
_NO_ITEM = N_("There is no item %(sku)s. Leave the number out and describe what you need.")
_POSITIVE = N_("Enter more than 0.")
_THREE_PLACES = N_("Use at most 3 decimal places.")
_WHEN = N_("Say by when you need it, here or in each line.")
_WHERE = N_("Choose where it is to be delivered.")
_HOW = N_("Choose one of the options.")
_WHY_URGENT = N_("Say why it is urgent.")
_WHO = N_("Choose who called or wrote.")
_CHANNEL = N_("Say whether it came by phone or by e-mail.")


@dataclass(frozen=True, slots=True)
class _Known:
    """What the database knows of what the form names."""

    account: AccountFacts
    ship_to_address: str | None
    has_addresses: bool
    contact: Mapping[str, Any] | None
    items: Mapping[str, Mapping[str, Any]]


async def check(facts: RequestFacts, *, by: Actor, account_id: int) -> CheckedRequest:
    """The complete request. Raises `FieldErrors` with every field and cell that is not right."""
    known = await _look_up(facts, account_id)
    checks = FieldChecks()
    today = known.account.day_of(await database_now())
    title = checks.text("title", facts.title, 200, needed=True, missing=_NO_TITLE)
    reason = checks.text("urgent_reason", facts.urgent_reason, 1000)
    if facts.urgent and not reason:  # rule Q2
        checks.refuse("urgent_reason", _WHY_URGENT)
    _check_day(checks, "wanted_on", facts.wanted_on, today)
    lines = tuple(
        _checked_line(checks, line, position, known, today)
        for position, line in enumerate(facts.lines, start=1)
    )
    _check_whole(checks, facts, known)
    channel = _check_entry(checks, facts, known, by=by)
    remarks = checks.text("remarks", facts.remarks, 4000)
    customer_reference = checks.text("customer_reference", facts.customer_reference, 100)
    checks.done()
    contact = known.contact or {}
    return CheckedRequest(
        account=known.account,
        title=title,
        urgent=facts.urgent,
        urgent_reason=reason if facts.urgent else "",
        wanted_on=facts.wanted_on,
        transport=Transport(facts.transport),
        ship_to_id=facts.ship_to_id,
        ship_to_address=known.ship_to_address or "",
        remarks=remarks,
        customer_reference=customer_reference,
        channel=channel,
        contact_id=contact.get("id"),
        contact_name=contact.get("name", ""),
        contact_person_id=contact.get("person_id"),
        lines=lines,
    )


def _check_whole(checks: FieldChecks, facts: RequestFacts, known: _Known) -> None:
    if not facts.lines:
        checks.refuse("lines", _NO_LINES)
    if len(facts.lines) > MOST_LINES:
        checks.refuse("lines", _TOO_MANY_LINES, count=MOST_LINES)
    if facts.wanted_on is None and any(line.wanted_on is None for line in facts.lines):
        checks.refuse("wanted_on", _WHEN)  # rule O1: delivery time
    if facts.transport not in set(Transport):
        checks.refuse("transport", _HOW)
    collected = facts.transport == Transport.PICKUP
    unknown = facts.ship_to_id is not None and known.ship_to_address is None
    missing = facts.ship_to_id is None and known.has_addresses and not collected
    if unknown or missing:
        checks.refuse("ship_to", _WHERE)  # rule O1: place


def _check_entry(checks: FieldChecks, facts: RequestFacts, known: _Known, *, by: Actor) -> Channel:
    """How it reached us: what staff enter names who asked, and how (rule Q1)."""
    if not by.is_staff:
        return Channel.PORTAL
    if facts.channel not in {Channel.PHONE, Channel.EMAIL}:
        checks.refuse("channel", _CHANNEL)
        return Channel.PHONE
    if known.contact is None:
        checks.refuse("contact", _WHO)
    return Channel(facts.channel)


def _checked_line(
    checks: FieldChecks, line: LineFacts, position: int, known: _Known, today: date
) -> CheckedLine:
    cell = f"lines-{line.row}-"
    sku = line.sku.strip()
    item = known.items.get(sku.upper()) if sku else None
    if sku and item is None:
        checks.refuse(f"{cell}sku", _NO_ITEM, sku=sku)
    typed = checks.text(
        f"{cell}description", line.description, 500, needed=not sku, missing=_NO_WORDS
    )
    unit = checks.text(f"{cell}unit", line.unit, 20, needed=not sku, missing=_NO_UNIT)
    check_quantity(checks, f"{cell}quantity", line.quantity)
    _check_day(checks, f"{cell}wanted_on", line.wanted_on, today)
    return CheckedLine(
        position=position,
        item_id=item["id"] if item else None,
        sku=item["sku"] if item else "",
        description=typed or (item["name"] if item else ""),
        quantity=line.quantity or Decimal(0),
        unit=unit or (item["unit"] if item else ""),
        wanted_on=line.wanted_on,
    )


def check_quantity(checks: FieldChecks, field: str, quantity: Decimal | None) -> None:
    """Refuse a quantity that is missing, not positive, too large or finer than thousandths."""
    if quantity is None:
        checks.refuse(field, _NO_QUANTITY)
    elif quantity <= 0:
        checks.refuse(field, _POSITIVE)
    elif quantity > LARGEST_QUANTITY:
        checks.refuse(field, TOO_LARGE)
    elif quantity != quantity.quantize(Decimal("0.001")):
        checks.refuse(field, _THREE_PLACES)


def _check_day(checks: FieldChecks, field: str, day: date | None, today: date) -> None:
    if day is not None and day < today:
        checks.refuse(field, _PAST)
    elif day is not None and day - today > LONGEST_WISH:
        checks.refuse(field, _TOO_FAR)


async def _look_up(facts: RequestFacts, account_id: int) -> _Known:
    account = await account_facts(account_id)
    row = await fetch_row(
        """SELECT
             (SELECT address FROM ship_to
              WHERE account_id = $1 AND id = $2 AND archived_at IS NULL) AS ship_to_address,
             EXISTS (SELECT FROM ship_to
                     WHERE account_id = $1 AND archived_at IS NULL) AS has_addresses,
             c.id, c.name, c.person_id
           FROM (SELECT) AS one LEFT JOIN contact c
             ON c.account_id = $1 AND c.id = $3 AND c.archived_at IS NULL""",
        account_id,
        facts.ship_to_id,
        facts.contact_id,
    )
    assert row is not None  # noqa: S101 - one row, joined or not
    return _Known(
        account=account,
        ship_to_address=row["ship_to_address"],
        has_addresses=row["has_addresses"],
        contact=row if row["id"] else None,
        items=await items_by_sku([line.sku for line in facts.lines], locale=account.locale),
    )


async def items_by_sku(skus: list[str], *, locale: str) -> Mapping[str, Mapping[str, Any]]:
    """Items on sale by their number in capitals, with `id`, `sku`, `name` in `locale`, `unit`."""
    typed = {sku.strip() for sku in skus} - {""}
    if not typed:
        return {}
    rows = await fetch(
        f"""SELECT id, sku, name_{locale.lower()} AS name, unit, tax_rate FROM item
            WHERE sku = ANY($1::text[]) AND archived_at IS NULL""",  # noqa: S608 - one of three
        sorted(typed | {sku.upper() for sku in typed}),
    )
    return {row["sku"].upper(): row for row in rows}
