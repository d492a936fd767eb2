"""Everything an order's page shows, for each side, in two statements (rules O21, O22).

What was said and happened, with the files, is a third one (`common.story`).
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from portal.database import database_now, fetch_row
from portal.domain import policy
from portal.domain.accounts.team import TEAM_MEMBERS, Position, members_of
from portal.domain.common.actor import Actor
from portal.domain.common.errors import NotFound
from portal.domain.common.money import Money
from portal.domain.common.record import for_us, readable, readable_sql
from portal.domain.orders.access import visible_orders_condition
from portal.domain.orders.page_view import OrderLine, OrderPage, PaymentLine, ShipToMoved
from portal.domain.orders.shipments_view import ShipmentView, shipments_in, shipments_json
from portal.domain.orders.states import OrderStatus, ShipmentStatus
from portal.domain.orders.steps import Progress, Reached, StepFacts, progress_of
from portal.domain.orders.tables import SUBJECT_KIND, SalesOrder
from portal.domain.quotes.customer_card import CARD, card_of
from portal.domain.quotes.revision_rows import day_in, exact_json, moment_in
from portal.domain.service_levels import clock
from portal.domain.service_levels.promise import Promise, TargetKind

_SCHEDULED, _CANCELLED, _INVOICED = "orders.scheduled", "orders.cancelled", "orders.invoiced"
_LINES = """(SELECT coalesce(json_agg(line ORDER BY line.position), '[]') FROM (
    SELECT l.id, l.position, l.item_id, coalesce(i.sku, '') AS sku, l.description, l.quantity,
        l.unit, l.unit_price, l.discount_percent, l.tax_rate, l.net, l.tax, l.gift, l.reserved,
        l.shipped, l.cancelled, l.production_on, l.available_on
    FROM sales_order_line l LEFT JOIN item i ON i.id = l.item_id
    WHERE l.order_id = o.id) AS line)"""
# Why a payment was reversed or a place changed, and who of us noted it, is for us to know.
_PAYMENTS = """(SELECT coalesce(json_agg(came ORDER BY came.id), '[]') FROM (
    SELECT p.id, p.amount, p.received_on, p.refund, p.reference, p.reverses_id, p.recorded_at,
        {recorded_by} AS recorded_by, {reason} AS reason
    FROM payment p WHERE p.order_id = o.id) AS came)"""
_MOVES = """(SELECT coalesce(json_agg(moved ORDER BY moved.registered_at), '[]') FROM (
    SELECT coalesce(was.label, '') AS from_label, now.label AS to_label, c.registered_at,
        c.seen_at, {registered_by} AS registered_by, {seen_by} AS seen_by, {reason} AS reason
    FROM ship_to_change c JOIN ship_to now ON now.id = c.to_id
    LEFT JOIN ship_to was ON was.id = c.from_id WHERE c.order_id = o.id) AS moved)"""
_TURNS = f"""(SELECT coalesce(
        json_object_agg(verb, json_build_object('at', at, 'who', who)), '{{}}')
    FROM (SELECT DISTINCT ON (y.verb) y.verb, y.at, y.actor_name AS who FROM activity y
        WHERE y.subject_kind = '{SUBJECT_KIND}' AND y.subject_id = o.id
          AND y.verb IN ('{_SCHEDULED}', '{_CANCELLED}', '{_INVOICED}')
        ORDER BY y.verb, y.id DESC) AS newest)"""  # noqa: S608 - constants
_TEAM = f"""(SELECT coalesce(json_agg(member), '[]') FROM (
    {TEAM_MEMBERS} WHERE t.account_id = o.account_id AND p.disabled_at IS NULL) AS member)"""  # noqa: S608
_NAME = "(SELECT who.name FROM person who WHERE who.id = {id})"
_REFERENCE = "(SELECT x.reference FROM sales_order x WHERE x.id = {id})"


async def order_page(reference: str, *, by: Actor) -> OrderPage:
    """The page of `reference`.

    Raises `NotFound` for unknown, foreign and confidential ones alike (rule A6).
    """
    condition, values = visible_orders_condition(by, "o.account_id", place=2)
    row = await fetch_row(
        f"""SELECT {readable_sql(SalesOrder, "o")}, a.name AS account_name, a.code AS account_code,
                a.locale AS account_locale, a.timezone AS account_timezone, a.branch_id,
                b.timezone AS branch_timezone, r.reference AS request_reference, q.revision,
                q.answered_name, st.label AS ship_to_label, st.address AS ship_to_address,
                st.recipient AS ship_to_contact, st.phone AS ship_to_phone,
                {_NAME.format(id="o.placed_by")} AS placed_by_name,
                {_NAME.format(id="o.confirmed_by")} AS confirmed_by_name,
                {_REFERENCE.format(id="o.reordered_from_id")} AS reordered_from,
                {_REFERENCE.format(id="o.combine_with_id")} AS combined_with,
                {_LINES} AS lines_json,
                {_payments()} AS payments_json,
                {_moves()} AS moves_json,
                {_TURNS} AS turns_json, {_TEAM} AS team_json,
                {shipments_json("o.id")} AS shipments_json,
                {for_us(CARD, instead="NULL::json AS card_json")}, {policy.STATE}
            FROM sales_order o JOIN account a ON a.id = o.account_id
            JOIN branch b ON b.id = a.branch_id
            LEFT JOIN quote_request r ON r.id = o.request_id
            LEFT JOIN quote q ON q.id = o.quote_id
            LEFT JOIN ship_to st ON st.id = o.ship_to_id
            WHERE o.reference = $1 AND {condition}""",  # noqa: S608 - constants
        reference,
        *values,
    )
    if row is None:
        raise NotFound
    return await _page(row, by)


def _payments() -> str:
    return _PAYMENTS.format(recorded_by=_name_for_us("p.recorded_by"), reason=for_us("p.reason"))


def _moves() -> str:
    return _MOVES.format(
        registered_by=_name_for_us("c.registered_by"),
        seen_by=_name_for_us("c.seen_by"),
        reason=for_us("c.reason"),
    )


def _name_for_us(person_id: str) -> str:
    return for_us(f"coalesce({_NAME.format(id=person_id)}, '')")


async def _page(row: Mapping[str, Any], by: Actor) -> OrderPage:
    currency = row["currency"]
    columns = [column._meta.name for column in readable(SalesOrder)]
    record = SalesOrder(**{name: row[name] for name in columns})
    team = members_of(exact_json(row["team_json"]))
    promises = await clock.targets_of(SUBJECT_KIND, row["id"])
    shipments = shipments_in(row["shipments_json"])
    ordered_by = row["ordered_by_name"] or row["answered_name"] or row["placed_by_name"] or ""
    representative = next(
        (each.name for each in team if each.position is Position.SALES_REPRESENTATIVE), ""
    )
    return OrderPage(
        record=record,
        actor=by,
        account_name=row["account_name"],
        account_code=row["account_code"],
        account_locale=row["account_locale"],
        account_timezone=row["account_timezone"],
        branch_id=row["branch_id"],
        branch_timezone=row["branch_timezone"],
        request_reference=row["request_reference"] or "",
        revision=row["revision"],
        reordered_from=row["reordered_from"] or "",
        combined_with=row["combined_with"] or "",
        ship_to_label=row["ship_to_label"] or "",
        ship_to_address=row["ship_to_address"] or "",
        ship_to_contact=row["ship_to_contact"] or "",
        ship_to_phone=row["ship_to_phone"] or "",
        placed_by=row["placed_by_name"] or "",
        ordered_by=ordered_by,
        confirmed_by=row["confirmed_by_name"] or "",
        lines=[_line(line, currency) for line in exact_json(row["lines_json"])],
        payments=[_payment(paid, currency) for paid in exact_json(row["payments_json"])],
        ship_to_changes=[_move(move) for move in exact_json(row["moves_json"])],
        promises=promises,
        team=team,
        progress=_progress(
            row, record, promises, shipments, ordered_by=ordered_by, representative=representative
        ),
        policy=await policy.rulebook_of(row),
        read_at=await database_now(),
        shipments=shipments,
        card=card_of(row["card_json"]) if row["card_json"] else None,
    )


def _line(row: Mapping[str, Any], currency: str) -> OrderLine:
    return OrderLine(
        **{
            **row,
            "net": Money(row["net"], currency),
            "tax": Money(row["tax"], currency),
            **{name: day_in(row[name]) for name in _DAYS_OF_LINES},
        }
    )


_DAYS_OF_LINES = ("production_on", "available_on")


def _payment(row: Mapping[str, Any], currency: str) -> PaymentLine:
    return PaymentLine(
        id=row["id"],
        amount=Money(row["amount"], currency),
        received_on=date.fromisoformat(row["received_on"]),
        refund=row["refund"],
        reference=row["reference"],
        reverses_id=row["reverses_id"],
        recorded_by=row["recorded_by"] or "",
        recorded_at=datetime.fromisoformat(row["recorded_at"]),
        reason=row["reason"],
    )


def _move(row: Mapping[str, Any]) -> ShipToMoved:
    return ShipToMoved(
        **{
            **row,
            "registered_at": datetime.fromisoformat(row["registered_at"]),
            "seen_at": moment_in(row["seen_at"]),
        }
    )


def _progress(
    row: Mapping[str, Any],
    order: SalesOrder,
    promises: Sequence[Promise],
    shipments: Sequence[ShipmentView],
    *,
    ordered_by: str,
    representative: str,
) -> Progress:
    turns = exact_json(row["turns_json"])
    kept = [each for each in shipments if each.status is not ShipmentStatus.LOST]
    sent = [each for each in kept if each.shipped_at]
    on_the_way = [each for each in sent if each.status is ShipmentStatus.SHIPPED]
    prepared = [Reached(each.prepared_at, each.prepared_by) for each in kept]
    left = [Reached(each.shipped_at, each.shipped_by) for each in sent]
    signed = [Reached(each.delivered_at, each.signed_by) for each in sent if each.delivered_at]
    reached = {
        OrderStatus.PLACED: Reached(order.placed_at, ordered_by),
        OrderStatus.CONFIRMED: Reached(order.confirmed_at, row["confirmed_by_name"] or ""),
        OrderStatus.SCHEDULED: _turn(turns, _SCHEDULED),
        OrderStatus.IN_PREPARATION: _last(prepared[:1]),
        OrderStatus.PARTLY_SHIPPED: _last(left),
        OrderStatus.SHIPPED: _last(left),
        OrderStatus.DELIVERED: _last(signed),
        OrderStatus.INVOICED: Reached(order.invoiced_at, _turn(turns, _INVOICED).who),
        OrderStatus.SETTLED: Reached(order.settled_at),
        OrderStatus.CANCELLED: Reached(order.cancelled_at, _turn(turns, _CANCELLED).who),
    }
    return progress_of(
        StepFacts(
            order.state,
            reached,
            planned=_planned(order, on_the_way, promises),
            representative=representative,
            carrier=on_the_way[-1].carrier if on_the_way else "",
        )
    )


def _planned(
    order: SalesOrder, on_the_way: Sequence[ShipmentView], promises: Sequence[Promise]
) -> dict[OrderStatus, date | datetime]:
    """What is promised of shipping (rules O2, O4, O6, O7), and expected of the delivery (O14)."""
    planned: dict[OrderStatus, date | datetime] = {}
    if order.promised_ship_on is not None:
        planned[OrderStatus.SHIPPED] = order.promised_ship_on
    urgent = next((each for each in promises if each.kind is TargetKind.URGENT_DELIVERY), None)
    expected = [each.expected_on for each in on_the_way if each.expected_on]
    if urgent is not None and urgent.is_open:
        planned[OrderStatus.DELIVERED] = urgent.due_at
    elif expected:
        planned[OrderStatus.DELIVERED] = max(expected)
    return planned


def _turn(turns: Mapping[str, Mapping[str, str]], verb: str) -> Reached:
    turn = turns.get(verb)
    return Reached(datetime.fromisoformat(turn["at"]), turn["who"]) if turn else Reached()


def _last(reached: Sequence[Reached]) -> Reached:
    return reached[-1] if reached else Reached()
