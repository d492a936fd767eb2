"""Lines short of stock: listed, and each day confirmed with the day they are expected (rule O15).

What is made to order has its production date instead (rule O7) and is not listed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from portal.database import execute, fetch, fetch_row, fetch_value
from portal.domain.common.actor import Actor
from portal.domain.common.errors import Conflict, FieldError, FieldErrors, NotFound, WrongState
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.orders import promises
from portal.domain.orders.access import visible_orders_condition
from portal.domain.orders.days_ahead import refusal_of
from portal.domain.orders.events import OrderEvent
from portal.domain.orders.progress import note_that
from portal.domain.orders.shipment_locking import day_at_branch, require
from portal.domain.orders.shipment_story import ShipmentHappening
from portal.domain.orders.tables import SalesOrder
from portal.domain.orders.telling import tell
from portal.domain.orders.waiting import WAITING
from portal.domain.service_levels import clock
from portal.domain.service_levels.promise import TargetKind

# Of `sales_order_line l` with `item i`: lines that wait for stock, not for their production.
IS_SHORT = """l.quantity > l.reserved + l.shipped AND l.production_on IS NULL
    AND i.kind IS DISTINCT FROM 'made_to_order'"""


_MAY_CONFIRM = (Permission.WORK_IN_WAREHOUSE, Permission.WORK_ON_ORDERS)
_OVER = N_("The expected day cannot be in the past.")


class NotShort(Conflict):
    """All of the line is reserved or shipped meanwhile, or it is made to order."""

    message = N_("This line is no longer short of stock.")


@dataclass(frozen=True, slots=True)
class ShortLineRow:
    """A line that waits for stock: `missing` of it are neither reserved nor shipped.

    `available_on` is the day that was told last; `is_confirmed` says whether today. The order's
    promise and the account help to choose whom the next goods are for.
    """

    line_id: int
    order_reference: str
    order_title: str
    account_name: str
    urgent: bool
    position: int
    item_id: int | None
    sku: str
    description: str
    unit: str
    missing: Decimal
    promised_ship_on: date | None
    available_on: date | None
    is_confirmed: bool


class _Told(NamedTuple):
    position: int
    available_on: date | None


@dataclass(frozen=True, slots=True)
class ShortDay:
    """A row of the form: by when a line is expected in stock.

    Errors name the field `lines-<row>-available_on`.
    """

    row: int
    line_id: int
    available_on: date


async def short_lines(by: Actor, *, limit: int = 500) -> Sequence[ShortLineRow]:
    """The lines short of stock that `by` may see: what is to be confirmed today first, then urgent.

    Then in the order of the promise.
    """
    condition, values = visible_orders_condition(by, "o.account_id", place=3)
    rows = await fetch(
        f"""SELECT l.id AS line_id, o.reference AS order_reference, o.title AS order_title,
                a.name AS account_name, o.urgent, l.position, l.item_id,
                coalesce(i.sku, '') AS sku, l.description, l.unit,
                l.quantity - l.reserved - l.shipped AS missing, o.promised_ship_on, l.available_on,
                l.short_confirmed_on IS NOT NULL AND l.short_confirmed_on
                    >= (business_now() AT TIME ZONE b.timezone)::date AS is_confirmed
            FROM sales_order o
            JOIN sales_order_line l ON l.order_id = o.id
            JOIN account a ON a.id = o.account_id
            JOIN branch b ON b.id = a.branch_id
            LEFT JOIN item i ON i.id = l.item_id
            WHERE o.status = ANY ($1::text[]) AND {IS_SHORT} AND {condition}
            ORDER BY is_confirmed, o.urgent DESC, o.promised_ship_on NULLS LAST, o.id, l.position
            LIMIT $2""",  # noqa: S608 - constants
        [status.value for status in WAITING],
        limit,
        *values,
    )
    return [ShortLineRow(**dict(row)) for row in rows]


async def confirm_short(line_id: int, available_on: date, *, by: Actor) -> None:
    """As `confirm_short_lines`, of one line; raises `FieldError` for `available_on`.

    Raises `NotFound` for a line of an order that is not open to `by`.
    """
    require(by, *_MAY_CONFIRM)
    order = await _order_of(line_id, by=by)
    try:
        await confirm_short_lines(order, [ShortDay(0, line_id, available_on)], by=by)
    except FieldErrors as refused:
        (error,) = refused.errors
        raise FieldError("available_on", error.field_message, **error.words) from None


async def confirm_short_lines(order: SalesOrder, days: Sequence[ShortDay], *, by: Actor) -> None:
    """Say by when short lines of an order are expected in stock (rule O15).

    The customer is told once of all lines that have a new day. What is no longer short is left out.
    Once all short lines of the order are confirmed today, what was owed for today is met. Raises
    `FieldErrors`, `NotShort` where none of the lines is, `WrongState` for an order with nothing to
    ship, `NotAllowed`.
    """
    require(by, *_MAY_CONFIRM)
    await order.lock()
    if order.state not in WAITING:
        raise WrongState(state=order.state.label)
    told = await _told_before(order.id)
    confirmed = [each for each in days if each.line_id in told]
    if not confirmed:
        raise NotShort
    today = await day_at_branch(order.account_id)
    _check_days(confirmed, today=today)
    await execute(
        """UPDATE sales_order_line l SET available_on = new.available_on, short_confirmed_on = $3
           FROM unnest($1::bigint[], $2::date[]) AS new (id, available_on) WHERE l.id = new.id""",
        [each.line_id for each in confirmed],
        [each.available_on for each in confirmed],
        today,
    )
    if not await _is_more_to_confirm(order.id, today):
        await clock.meet(order.subject, kind=TargetKind.SHORT_LINES)
    moved = [each for each in confirmed if told[each.line_id].available_on != each.available_on]
    await _say_moved(order, moved, told, by=by)
    await promises.reconsider(order, by=by)


async def _told_before(order_id: int) -> Mapping[int, _Told]:
    """The short lines of an order by id, with the day that was told last."""
    rows = await fetch(
        f"""SELECT l.id, l.position, l.available_on FROM sales_order_line l
            LEFT JOIN item i ON i.id = l.item_id WHERE l.order_id = $1 AND {IS_SHORT}""",  # noqa: S608
        order_id,
    )
    return {row["id"]: _Told(row["position"], row["available_on"]) for row in rows}


def _check_days(days: Sequence[ShortDay], *, today: date) -> None:
    errors = [
        FieldError(f"lines-{each.row}-available_on", message)
        for each in days
        if (message := refusal_of(each.available_on, today=today, over=_OVER))
    ]
    if errors:
        raise FieldErrors(errors)


async def _say_moved(
    order: SalesOrder, moved: Sequence[ShortDay], told: Mapping[int, _Told], *, by: Actor
) -> None:
    """Every line in the timeline, one word to the customer about all of them."""
    for each in moved:
        was = told[each.line_id]
        await note_that(
            order,
            ShipmentHappening.SHORT_CONFIRMED,
            by=by,
            before={"available_on": was.available_on},
            after={"position": was.position, "available_on": each.available_on},
        )
    if moved:
        await tell(order, OrderEvent.SHORT, by=by, line_ids=[each.line_id for each in moved])


async def _order_of(line_id: int, *, by: Actor) -> SalesOrder:
    condition, values = visible_orders_condition(by, "o.account_id", place=2)
    row = await fetch_row(
        f"""SELECT o.* FROM sales_order o JOIN sales_order_line l ON l.order_id = o.id
            WHERE l.id = $1 AND {condition}""",  # noqa: S608 - constants
        line_id,
        *values,
    )
    if row is None:
        raise NotFound
    return SalesOrder(**dict(row))


async def _is_more_to_confirm(order_id: int, today: date) -> bool:
    return bool(
        await fetch_value(
            f"""SELECT EXISTS (SELECT FROM sales_order_line l LEFT JOIN item i ON i.id = l.item_id
                    WHERE l.order_id = $1 AND {IS_SHORT}
                      AND l.short_confirmed_on IS DISTINCT FROM $2)""",  # noqa: S608
            order_id,
            today,
        )
    )
