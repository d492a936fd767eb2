"""What was missing of an order is filled in before it is confirmed (rule O1).

What the customer has said stays: a change is a cancellation and a new order (rule O11). Prices are
ours; those of an accepted quote stay as accepted (rule Q5).
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from portal.database import database_now, execute
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import WrongState
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.orders.agreed_prices import (
    NOTHING_AGREED,
    Agreed,
    Goods,
    agreed_prices,
    goods_of,
)
from portal.domain.orders.approvals import has_consent
from portal.domain.orders.callers import contact_named
from portal.domain.orders.completeness import missing_of
from portal.domain.orders.finding import lines_of
from portal.domain.orders.order_check import (
    check_day,
    check_place,
    check_price,
    sold,
)
from portal.domain.orders.order_facts import OrderFacts
from portal.domain.orders.placing import PlacedOrder
from portal.domain.orders.progress import lock, note_that
from portal.domain.orders.states import OrderStatus, Origin
from portal.domain.orders.story import OrderHappening
from portal.domain.orders.tables import SalesOrder, SalesOrderLine
from portal.domain.quotes.account_facts import AccountFacts, account_facts
from portal.domain.quotes.field_checks import TOO_LARGE, FieldChecks
from portal.domain.quotes.pricing import LARGEST_AMOUNT, Amounts, Terms, line_amounts, total
from portal.domain.quotes.progress import require
from portal.domain.quotes.states import Transport

_ORDERED = N_("This was ordered. A change is a cancellation and a new order.")
_ACCEPTED = N_("This price was accepted with the quote.")
_HOW = N_("Choose how it is to travel.")
_CONSENTED = N_("The manager has consented at this price. Another one takes a new order.")
_NO_SUCH_LINE = N_("The order has no such line.")
_TEXTS = {"title": 200, "purchase_order_number": 100, "ordered_by_name": 200}


async def complete_order(
    order: SalesOrder,
    facts: OrderFacts,
    *,
    by: Actor,
    expected_version: int | None = None,
) -> PlacedOrder:
    """Fill in what the order does not say yet; returns it with what is still missing (rule O1).

    Empty facts leave everything as it is. `facts.lines` name lines by `position` and carry prices;
    a line that has none gets what was agreed with the account, else what we list. Raises
    `FieldErrors`, also for another value of what was ordered, and `WrongState` once confirmed.
    """
    require(by, Permission.WORK_ON_ORDERS)
    await lock(order, expected_version=expected_version)
    if order.state is not OrderStatus.PLACED:
        raise WrongState(state=order.state.label)
    account = await account_facts(order.account_id)
    lines = await lines_of(order.id)
    before = missing_of(order, lines)
    prices_before = _prices(lines)
    checks = FieldChecks()
    values = await _values(checks, order, facts, account)
    await _set_prices(checks, order, lines, facts, account, by=by)
    checks.done()
    values |= await _priced(order, lines, account)
    await order.change(**values)
    still = missing_of(order, lines)
    if parts := [part.label for part in before if part not in still]:
        await note_that(order, OrderHappening.COMPLETED, by=by, after={"parts": parts})
    if (prices := _prices(lines)) != prices_before:
        await note_that(
            order,
            OrderHappening.PRICED,
            by=by,
            visible_to=Audience.INTERNAL,
            before=prices_before,
            after=prices,
        )
    return PlacedOrder(order, still)


async def _values(
    checks: FieldChecks, order: SalesOrder, facts: OrderFacts, account: AccountFacts
) -> dict[str, Any]:
    values: dict[str, Any] = {
        name: checks.text(name, getattr(facts, name), longest) for name, longest in _TEXTS.items()
    }
    check_day(checks, facts.wanted_on, account.day_of(await database_now()))
    if facts.transport and facts.transport not in set(Transport):
        checks.refuse("transport", _HOW)
    await check_place(checks, facts.ship_to_id, account_id=order.account_id)
    values |= {
        "wanted_on": facts.wanted_on,
        "transport": facts.transport,
        "ship_to_id": facts.ship_to_id,
    }
    new = {name: value for name, value in values.items() if value}
    for name, value in new.items():
        if getattr(order, name) and getattr(order, name) != value:
            checks.refuse("ship_to" if name == "ship_to_id" else name, _ORDERED)  # rule O11
    if "ordered_by_name" in new:
        new["contact_id"] = await contact_named(facts.ordered_by_name, account_id=order.account_id)
    return new


async def _set_prices(
    checks: FieldChecks,
    order: SalesOrder,
    lines: Sequence[SalesOrderLine],
    facts: OrderFacts,
    account: AccountFacts,
    *,
    by: Actor,
) -> None:
    """Put the prices of the form, and for want of one what is asked, into the lines."""
    by_position = {line.position: line for line in lines}
    consented = await has_consent(order.id)
    for given in facts.lines:
        cell = f"lines-{given.row}-unit_price"
        check_price(checks, cell, given.unit_price)
        line = by_position.get(given.position or 0)
        if line is None:
            checks.refuse(cell, _NO_SUCH_LINE)
        elif given.unit_price is not None and given.unit_price != line.unit_price:
            if order.came_by is Origin.QUOTE:
                checks.refuse(cell, _ACCEPTED)
            elif line.unit_price is not None and consented:
                checks.refuse(cell, _CONSENTED)  # rule O1
            line.unit_price = given.unit_price
            if _amounts(line, order.currency).gross.amount > LARGEST_AMOUNT:
                checks.refuse(cell, TOO_LARGE)
    checks.done()
    unpriced = [line for line in lines if not (line.gift or line.unit_price is not None)]
    asked = await _asked(unpriced, account, by=by)
    for line in unpriced:
        line.unit_price = asked.get(line.position)


async def _asked(
    lines: Sequence[SalesOrderLine], account: AccountFacts, *, by: Actor
) -> dict[int, Decimal | None]:
    """What the account pays for these lines today: what was agreed, else what we list."""
    agreed = await _agreed(lines, account)
    ids = [line.item_id for line in lines if line.item_id]
    items = {each.id: each for each in await sold("id = ANY ($1::bigint[])", ids, account, by=by)}
    asked = dict[int, Decimal | None]()
    for line in lines:
        own = agreed.get(goods_of(line.item_id, line.description), NOTHING_AGREED).asked
        item = items.get(line.item_id)
        asked[line.position] = own if own is not None else item.list_price if item else None
    return asked


async def _priced(
    order: SalesOrder, lines: Sequence[SalesOrderLine], account: AccountFacts
) -> dict[str, Any]:
    """Write the lines' amounts; the columns of the order that follow from them."""
    if order.came_by is Origin.QUOTE:
        return {}
    each = {line.id: _amounts(line, order.currency) for line in lines}
    await execute(
        """UPDATE sales_order_line l SET unit_price = new.unit_price, net = new.net, tax = new.tax
           FROM unnest($1::bigint[], $2::numeric[], $3::numeric[], $4::numeric[])
               AS new (id, unit_price, net, tax)
           WHERE l.id = new.id""",
        list(each),
        [line.unit_price for line in lines],
        [amounts.net.amount for amounts in each.values()],
        [amounts.tax.amount for amounts in each.values()],
    )
    amounts = total(each.values(), order.currency)
    agreed = await _agreed(lines, account)
    return {
        "net_total": amounts.net.amount,
        "tax_total": amounts.tax.amount,
        "gross_total": amounts.gross.amount,
        "off_contract": any(
            line.unit_price is not None
            and not agreed.get(goods_of(line.item_id, line.description), NOTHING_AGREED).covers(
                line.unit_price
            )
            for line in lines
        ),
    }


async def _agreed(lines: Iterable[SalesOrderLine], account: AccountFacts) -> Mapping[Goods, Agreed]:
    goods = [goods_of(line.item_id, line.description) for line in lines]
    today = account.day_of(await database_now())
    return await agreed_prices(account.id, account.currency, goods, on=today)


def _amounts(line: SalesOrderLine, currency: str) -> Amounts:
    terms = Terms(line.quantity, line.unit_price, line.tax_rate, line.discount_percent, line.gift)
    return line_amounts(terms, currency=currency)


def _prices(lines: Sequence[SalesOrderLine]) -> dict[str, str]:
    """Position to unit price, for the record."""
    return {
        str(line.position): str(line.unit_price) for line in lines if line.unit_price is not None
    }
