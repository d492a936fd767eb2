"""Whether an order can be placed as the form has it, cell by cell (rule O1)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from portal.database import database_now, fetch, fetch_row
from portal.domain.common.actor import Actor
from portal.domain.common.words import N_
from portal.domain.orders.agreed_prices import (
    NOTHING_AGREED,
    Agreed,
    Goods,
    agreed_prices,
    goods_of,
)
from portal.domain.orders.callers import caller_of
from portal.domain.orders.order_facts import (
    CheckedOrder,
    CheckedOrderLine,
    OrderFacts,
    OrderLineFacts,
)
from portal.domain.orders.tables import SalesOrderLine
from portal.domain.quotes.account_facts import AccountFacts, account_facts
from portal.domain.quotes.field_checks import TOO_LARGE, FieldChecks
from portal.domain.quotes.offered_items import usual_tax_rate
from portal.domain.quotes.pricing import LARGEST_AMOUNT, LARGEST_PRICE
from portal.domain.quotes.request_check import LONGEST_WISH, MOST_LINES, check_quantity
from portal.domain.quotes.states import Transport

_WHEN = N_("Say by when you need it.")
_HOW = N_("Choose how it is to travel.")
_WHERE = N_("Choose where it is to be delivered.")
_PAST = N_("Choose a day from today on.")
_TOO_FAR = N_("Choose a day within the next three years.")
_NO_LINES = N_("An order has at least one line.")
_TOO_MANY_LINES = N_("Put at most %(count)s lines on one order.")
_NO_ITEM = N_("There is no item %(sku)s. Leave the number out and describe what is ordered.")
_NOT_ORDERED_BEFORE = N_("Only what that order had can be ordered again.")
_NO_LONGER_SOLD = N_("We no longer sell this. Leave the line out or ask for a quote.")
_NO_WORDS = N_("Say what is ordered, or give an item number.")
_NO_UNIT = N_("Say in which unit, for example pcs.")
_PRICE = N_("Enter 0 or more.")
_FOUR_PLACES = N_("Use at most 4 decimal places.")
_TAX = N_("Enter a tax rate from 0 to 99 %%.")


@dataclass(frozen=True, slots=True)
class Sold:
    """An item as an order needs it. What we list is None for customers."""

    id: int
    sku: str
    name: str
    unit: str
    tax_rate: Decimal
    list_price: Decimal | None
    archived: bool


@dataclass(frozen=True, slots=True)
class _Place:
    is_known: bool
    has_addresses: bool


@dataclass(frozen=True, slots=True)
class _Known:
    account: AccountFacts
    today: date
    place: _Place
    by_sku: Mapping[str, Sold]
    by_id: Mapping[int, Sold]
    agreed: Mapping[Goods, Agreed]
    usual_tax_rate: Decimal
    before: Mapping[int, SalesOrderLine] | None


async def check(
    facts: OrderFacts, *, by: Actor, account_id: int, before: Sequence[SalesOrderLine] | None = None
) -> CheckedOrder:
    """The order that can be placed. Raises `FieldErrors` with everything that is not right.

    `before` are the lines of the order that is ordered again: then nothing else can be. What a
    customer can say themselves they have to say; a price may be missing, and from a caller
    also when, how and where to (rule O1: the order is then incomplete).
    """
    known = await _look_up(facts, by=by, account_id=account_id, before=before)
    checks = FieldChecks()
    title = checks.text("title", facts.title, 200)
    number = checks.text("purchase_order_number", facts.purchase_order_number, 100)
    caller = await caller_of(checks, facts, account_id=account_id, by=by)
    _check_delivery(checks, facts, known, by=by)
    if not facts.lines:
        checks.refuse("lines", _NO_LINES)
    if len(facts.lines) > MOST_LINES:
        checks.refuse("lines", _TOO_MANY_LINES, count=MOST_LINES)
    lines = tuple(
        _checked(checks, line, position, known, by=by)
        for position, line in enumerate(facts.lines, start=1)
    )
    checks.done()
    _check_amounts(checks, facts.lines, lines, known.account.currency)
    checks.done()
    return CheckedOrder(
        account=known.account,
        title=title,
        purchase_order_number=number,
        ordered_by_name=caller.name,
        contact_id=caller.contact_id,
        urgent=facts.urgent,
        wanted_on=facts.wanted_on,
        transport=facts.transport,
        ship_to_id=facts.ship_to_id,
        lines=lines,
    )


def check_day(checks: FieldChecks, day: date | None, today: date) -> None:
    """Refuse a wish that is over or years ahead."""
    if day is not None and day < today:
        checks.refuse("wanted_on", _PAST)
    elif day is not None and day - today > LONGEST_WISH:
        checks.refuse("wanted_on", _TOO_FAR)


def check_price(checks: FieldChecks, field: str, price: Decimal | None) -> None:
    """Refuse a price that is negative, too large or finer than four places."""
    if price is None:
        return
    if price < 0:
        checks.refuse(field, _PRICE)
    elif price > LARGEST_PRICE:
        checks.refuse(field, TOO_LARGE)
    elif price != price.quantize(Decimal("0.0001")):
        checks.refuse(field, _FOUR_PLACES)


async def check_place(
    checks: FieldChecks, ship_to_id: int | None, *, account_id: int, needed: bool = False
) -> None:
    """Refuse an address that is not the account's or no longer in use, or none where `needed`."""
    place = await _place(ship_to_id, account_id)
    if (ship_to_id is not None and not place.is_known) or (needed and ship_to_id is None):
        checks.refuse("ship_to", _WHERE)


def _check_delivery(checks: FieldChecks, facts: OrderFacts, known: _Known, *, by: Actor) -> None:
    check_day(checks, facts.wanted_on, known.today)
    if facts.wanted_on is None and not by.is_staff:
        checks.refuse("wanted_on", _WHEN)
    if facts.transport not in set(Transport) and (facts.transport or not by.is_staff):
        checks.refuse("transport", _HOW)
    collected = facts.transport == Transport.PICKUP
    can_be_said = known.place.has_addresses and not collected and not by.is_staff
    if (facts.ship_to_id is not None and not known.place.is_known) or (
        facts.ship_to_id is None and can_be_said
    ):
        checks.refuse("ship_to", _WHERE)


def _checked(
    checks: FieldChecks, line: OrderLineFacts, position: int, known: _Known, *, by: Actor
) -> CheckedOrderLine:
    cell = f"lines-{line.row}-"
    check_quantity(checks, f"{cell}quantity", line.quantity)
    ordered = _typed(checks, line, known) if known.before is None else _again(checks, line, known)
    item, description, unit, tax_rate = ordered
    key = goods_of(item.id if item else None, description)
    agreed = known.agreed.get(key, NOTHING_AGREED)
    price = line.unit_price if by.is_staff else None
    check_price(checks, f"{cell}unit_price", price)
    if price is None:
        price = agreed.asked if agreed.asked is not None else (item.list_price if item else None)
    return CheckedOrderLine(
        position=position,
        item_id=item.id if item else None,
        sku=item.sku if item else "",
        description=description,
        quantity=line.quantity or Decimal(0),
        unit=unit,
        unit_price=price,
        tax_rate=tax_rate,
        agreed=agreed.covers(price),
    )


_Ordered = tuple[Sold | None, str, str, Decimal]


def _again(checks: FieldChecks, line: OrderLineFacts, known: _Known) -> _Ordered:
    """What a line of the earlier order had; its price is today's, not that order's."""
    earlier = (known.before or {}).get(line.position or 0)
    if earlier is None:
        checks.refuse(f"lines-{line.row}-quantity", _NOT_ORDERED_BEFORE)
        return None, "", "", Decimal(0)
    item = known.by_id.get(earlier.item_id) if earlier.item_id else None
    if item and item.archived:
        checks.refuse(f"lines-{line.row}-quantity", _NO_LONGER_SOLD)
    tax_rate = item.tax_rate if item else earlier.tax_rate
    return item, earlier.description, earlier.unit, tax_rate


def _typed(checks: FieldChecks, line: OrderLineFacts, known: _Known) -> _Ordered:
    cell = f"lines-{line.row}-"
    sku = line.sku.strip()
    item = known.by_sku.get(sku.upper()) if sku else None
    if sku and item is None:
        checks.refuse(f"{cell}sku", _NO_ITEM, sku=sku)
    typed = checks.text(
        f"{cell}description", line.description, 500, needed=not sku, missing=_NO_WORDS
    )
    unit = checks.text(f"{cell}unit", line.unit, 20, needed=not sku, missing=_NO_UNIT)
    tax_rate = line.tax_rate
    if tax_rate is None:
        tax_rate = item.tax_rate if item else known.usual_tax_rate
    elif not 0 <= tax_rate < 1 or tax_rate != tax_rate.quantize(Decimal("0.0001")):
        checks.refuse(f"{cell}tax_rate", _TAX)
    return item, typed or (item.name if item else ""), unit or (item.unit if item else ""), tax_rate


def _check_amounts(
    checks: FieldChecks,
    shown: Sequence[OrderLineFacts],
    lines: Iterable[CheckedOrderLine],
    currency: str,
) -> None:
    for line, cell in zip(lines, shown, strict=True):
        if line.amounts(currency).gross.amount > LARGEST_AMOUNT:
            checks.refuse(f"lines-{cell.row}-quantity", TOO_LARGE)


async def _look_up(
    facts: OrderFacts, *, by: Actor, account_id: int, before: Sequence[SalesOrderLine] | None
) -> _Known:
    account = await account_facts(account_id)
    today = account.day_of(await database_now())
    if before is not None:
        ids = [line.item_id for line in before if line.item_id]
        items = await sold("id = ANY ($1::bigint[])", ids, account, by=by)
        described = [line.description for line in before if not line.item_id]
    else:
        typed = {line.sku.strip() for line in facts.lines} - {""}
        skus = sorted(typed | {sku.upper() for sku in typed})
        items = await sold("sku = ANY ($1::text[]) AND archived_at IS NULL", skus, account, by=by)
        described = [line.description for line in facts.lines if not line.sku.strip()]
    goods = [item.id for item in items] + [goods_of(None, text) for text in described]
    return _Known(
        account=account,
        today=today,
        place=await _place(facts.ship_to_id, account_id),
        by_sku={item.sku.upper(): item for item in items},
        by_id={item.id: item for item in items},
        agreed=await agreed_prices(account_id, account.currency, goods, on=today),
        usual_tax_rate=await usual_tax_rate() if described and before is None else Decimal(0),
        before=None
        if before is None
        else {each.position: each for each in before if not each.gift},
    )


async def sold(
    which: str, wanted: Sequence[Any], account: AccountFacts, *, by: Actor
) -> list[Sold]:
    """The items that fulfil `which` (SQL with `$1`), with what we list for staff."""
    if not wanted:
        return []
    # The customer's login may not even name the column.
    listed = "CASE WHEN currency = $2 THEN list_price END" if by.is_staff else "NULL::numeric"
    values = [wanted, account.currency] if by.is_staff else [wanted]
    rows = await fetch(
        f"""SELECT id, sku, name_{account.locale.lower()} AS name, unit, tax_rate,
                {listed} AS list_price, archived_at IS NOT NULL AS archived
            FROM item WHERE {which}""",  # noqa: S608 - constants, and one of three locales
        *values,
    )
    return [Sold(**dict(row)) for row in rows]


async def _place(ship_to_id: int | None, account_id: int) -> _Place:
    row = await fetch_row(
        """SELECT coalesce(bool_or(id = $2), false) AS is_known, count(*) > 0 AS has_addresses
           FROM ship_to WHERE account_id = $1 AND archived_at IS NULL""",
        account_id,
        ship_to_id,
    )
    return _Place(**dict(row or {}))
