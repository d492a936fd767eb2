"""The facts of the release decision, read for staff, customers and workers alike.

A customer's login reads its own rows only, and the decision comes out the same.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from portal.database import database_now, fetch
from portal.domain import policy
from portal.domain.catalogue.kinds import ItemKind
from portal.domain.common.actor import Actor, Side
from portal.domain.common.errors import NotFound
from portal.domain.common.money import Money
from portal.domain.common.record import readable, readable_sql
from portal.domain.orders.completeness import missing_of
from portal.domain.orders.credit_use import LIMIT_IN_FORCE, USED_AHEAD
from portal.domain.orders.release import Guarantee, LineFacts, ReleaseFacts, Verdict, decide
from portal.domain.orders.tables import SalesOrder, SalesOrderLine
from portal.domain.policy.figures import ORDER_CUT_OFF
from portal.domain.policy.order_figures import DEPOSIT_SHARE, GUARANTEE_ALLOWED, GUARANTEE_DAYS

# Who vouched is not the customer's to read.
_GUARANTEE = """SELECT g.pay_by, '' AS name FROM payment_guarantee g
    WHERE g.order_id = o.id"""
_GUARANTEE_BY = """SELECT g.pay_by, p.name FROM payment_guarantee g
    JOIN person p ON p.id = g.guaranteed_by WHERE g.order_id = o.id"""
_NOTHING_TO_DECIDE = Verdict((), may_schedule=False, may_ship=False)
_FACTS = f"""SELECT a.tier, b.timezone, pays_reliably(a.id) AS pays_reliably,
        coalesce(nullif(o.ordered_by_name, ''), q.answered_name, '') AS ordered_by,
        coalesce(c.name, '') AS confirmed_by,
        o.paid,
        {USED_AHEAD} AS credit_ahead,
        {LIMIT_IN_FORCE} AS credit_limit,
        (SELECT min(approved_at) FROM order_approval
         WHERE order_id = o.id AND kind = 'stock_consent') AS consented_at,
        guarantee.pay_by, guarantee.name AS voucher,
        EXISTS (SELECT FROM ship_to_change WHERE order_id = o.id) AS ship_to_changed,
        coalesce((SELECT s.label FROM ship_to_change m JOIN ship_to s ON s.id = m.to_id
                  WHERE m.order_id = o.id AND m.seen_at IS NULL ORDER BY m.id DESC LIMIT 1), '')
            AS unseen_ship_to,
        {policy.STATE}
    FROM sales_order o
    JOIN account a ON a.id = o.account_id
    JOIN branch b ON b.id = a.branch_id
    LEFT JOIN quote q ON q.id = o.quote_id
    LEFT JOIN person c ON c.id = o.confirmed_by
    LEFT JOIN LATERAL (%s ORDER BY g.id DESC LIMIT 1) AS guarantee ON true
    WHERE o.id = $1"""  # noqa: S608 - constants
# The facts are found once, whatever the number of lines.
_WITH_LINES = """WITH facts AS MATERIALIZED ({facts})
    SELECT facts.*, {lines}, i.kind AS item_kind
    FROM facts LEFT JOIN sales_order_line l ON l.order_id = $1
    LEFT JOIN item i ON i.id = l.item_id ORDER BY l.position"""


async def verdict_of(order: SalesOrder, *, by: Actor) -> Verdict:
    """Whether `order` may be scheduled and may ship, with every reason.

    `order` is as it was read: a verb locks it first, so that what is decided still holds when it
    writes. `by` is who asks; they have been shown the order. Raises `NotFound`.
    """
    return decide(await facts_of(order, by=by))


async def shown_verdict(order: SalesOrder, *, by: Actor) -> Verdict:
    """`verdict_of` for the order's page: without any check once nothing is left to ship."""
    return await verdict_of(order, by=by) if order.state.is_open else _NOTHING_TO_DECIDE


async def facts_of(order: SalesOrder, *, by: Actor) -> ReleaseFacts:
    """What the decision on `order` rests on; as `verdict_of`. One statement."""
    for_customer = by.side is Side.CUSTOMER
    facts = _FACTS % (_GUARANTEE if for_customer else _GUARANTEE_BY)
    rows = await fetch(
        _WITH_LINES.format(facts=facts, lines=readable_sql(SalesOrderLine, "l")), order.id
    )
    if not rows:
        raise NotFound
    row, columns = rows[0], [column._meta.name for column in readable(SalesOrderLine)]
    lines = [{name: line[name] for name in columns} for line in rows if line["id"] is not None]
    kinds = [line["item_kind"] for line in rows if line["id"] is not None]
    now, zone = await database_now(), ZoneInfo(row["timezone"])
    today = now.astimezone(zone).date()
    book = await policy.rulebook_of(row)
    scope = policy.Scope(account_id=order.account_id, tier=row["tier"])
    days = book.figure(GUARANTEE_DAYS, at=now, scope=scope).value
    allowed = book.figure(GUARANTEE_ALLOWED, at=now, scope=scope).value and row["pays_reliably"]
    return ReleaseFacts(
        status=order.state,
        today=today,
        terms=order.terms,
        gross=Money(order.gross_total, order.currency),
        paid=Money(row["paid"], order.currency),
        lines=tuple(_line(*each) for each in zip(lines, kinds, strict=True)),
        deposit_share=book.figure(DEPOSIT_SHARE, at=now, scope=scope).value,
        cut_off=book.figure(ORDER_CUT_OFF, at=now, scope=scope).value,
        missing=tuple(
            part.label for part in missing_of(order, [SalesOrderLine(**line) for line in lines])
        ),
        ordered_by=row["ordered_by"],
        confirmed_on=_day(order.confirmed_at, zone),
        confirmed_by=row["confirmed_by"],
        off_contract=order.off_contract,
        consented_on=_day(row["consented_at"], zone),
        project=order.project,
        guarantee=Guarantee(row["pay_by"], row["voucher"]) if row["pay_by"] else None,
        latest_guarantee=today + timedelta(days=days) if allowed else None,
        pays_reliably=row["pays_reliably"],
        credit_limit=_money(row["credit_limit"], order.currency),
        credit_ahead=Money(row["credit_ahead"], order.currency),
        partial_agreed_by=order.partial_agreed_by,
        held=order.is_held,
        held_as_asked=order.hold_as_asked,
        hold_reason="" if for_customer else order.hold_reason,
        hold_place="" if for_customer else order.hold_place,
        ship_to_changed=row["ship_to_changed"],
        unseen_ship_to=row["unseen_ship_to"],
    )


def _line(line: Mapping[str, Any], item_kind: str | None) -> LineFacts:
    """What is no item of ours is made to order once a production date was given for it."""
    made = item_kind == ItemKind.MADE_TO_ORDER or (item_kind is None and line["production_on"])
    return LineFacts(
        quantity=line["quantity"],
        reserved=line["reserved"],
        shipped=line["shipped"],
        made_to_order=bool(made),
        production_on=line["production_on"],
        available_on=line["available_on"],
    )


def _day(moment: datetime | None, zone: ZoneInfo) -> date | None:
    return moment.astimezone(zone).date() if moment else None


def _money(amount: Any, currency: str) -> Money | None:
    return None if amount is None else Money(amount, currency)
