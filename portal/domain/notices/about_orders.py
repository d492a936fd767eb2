"""What an event of an order, a credit limit or a registered project is about."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from portal.database import fetch_row, fetch_value
from portal.domain.common.actor import SYSTEM, Audience, Side
from portal.domain.common.errors import NotFound
from portal.domain.notices.about import About, excerpt
from portal.domain.notices.facts import SAID
from portal.domain.notices.kinds import Reason
from portal.domain.orders.events import OrderEvent
from portal.domain.orders.states import OrderStatus
from portal.domain.orders.tables import SUBJECT_KIND

# What an event brings along instead of an id: days, amounts, message ids, another reference.
_BROUGHT = (
    "missing",
    "date_before",
    "ship_on_before",
    "expected_before",
    "amount",
    "balance",
    "pay_by",
    "cut_off",
)
# What somebody wrote: a column of the order, or of what the id of that name leads to.
_SAID_IN_ORDER: Mapping[str, str] = {
    OrderEvent.CANCELLED: "cancel_reason",
    OrderEvent.REST_CANCELLED: "rest_cancel_reason",
    OrderEvent.HELD: "hold_reason",
}
_SAID_ELSEWHERE: Mapping[str, tuple[str, str]] = {
    # Rule O14: the customer reads what happened on the way.
    OrderEvent.EXCEPTION: (
        "SELECT what FROM transit_exception WHERE shipment_id = $1 ORDER BY id DESC LIMIT 1",
        "shipment_id",
    ),
    OrderEvent.LOST: ("SELECT lost_because FROM shipment WHERE id = $1", "shipment_id"),
    OrderEvent.GUARANTEED: (
        "SELECT reason FROM payment_guarantee WHERE order_id = $1 ORDER BY id DESC LIMIT 1",
        "order_id",
    ),
}
_ACCOUNT = "a.name AS account, a.locale, a.branch_id, actor.name AS actor, actor.side AS actor_side"


async def about_order(event: str, payload: Mapping[str, Any]) -> About:
    """What is known of an order and of what the event names. Raises `NotFound`."""
    row = await fetch_row(
        f"""SELECT o.*, {_ACCOUNT}, placer.side AS placer_side, r.requested_by,
                c.person_id AS contact_person_id,
                coalesce(nullif(st.label, ''), st.address, '') AS place
            FROM sales_order o
            JOIN account a ON a.id = o.account_id
            JOIN person placer ON placer.id = o.placed_by
            LEFT JOIN quote_request r ON r.id = o.request_id
            LEFT JOIN contact c ON c.id = coalesce(o.contact_id, r.contact_id)
            LEFT JOIN ship_to st ON st.id = o.ship_to_id
            LEFT JOIN person actor ON actor.id = $2
            WHERE o.id = $1""",  # noqa: S608 - a constant
        payload["order_id"],
        payload.get("actor_id"),
    )
    if row is None:
        raise NotFound
    author, body = await _message(payload.get("message_id"), row["id"])
    asked = row["requested_by"] or row["contact_person_id"]
    return About(
        event=event,
        payload=payload,
        account_id=row["account_id"],
        account_locale=row["locale"],
        reference=row["reference"],
        thread=f"{SUBJECT_KIND}.{row['id']}",
        words={
            **await _line(payload.get("line_id")),
            **await _short(payload.get("line_ids", [])),
            **await _shipment(payload.get("shipment_id")),
            **_brought(payload),
            "title": row["title"],
            "account": row["account"],
            "actor": row["actor"] or SYSTEM.name,
            "author": author,
            "other": payload.get("with_reference"),
            "total": _money(row["gross_total"], row["currency"]),
            "to_give_back": _to_give_back(row),
            "ship_on": _iso(row["promised_ship_on"]),
            "place": row["place"],
            "hold_place": row["hold_place"],
            "invoice": row["invoice_number"],
            SAID: excerpt(body or await _said(event, row, payload)),
        },
        branch_id=row["branch_id"],
        actor_id=payload.get("actor_id"),
        actor_side=row["actor_side"] or Side.SYSTEM,
        people={"orderer": row["placed_by"] if row["placer_side"] == Side.CUSTOMER else asked},
        paths={
            Side.CUSTOMER: f"/orders/{row['reference']}",
            Side.STAFF: f"/staff/orders/{row['reference']}",
            Reason.WAREHOUSE: f"/staff/warehouse/orders/{row['reference']}",
        },
        status=row["status"],
        urgent=row["urgent"],
    )


async def about_credit(event: str, payload: Mapping[str, Any]) -> About:
    """What is known of a credit limit (rule A16). Raises `NotFound`."""
    row = await fetch_row(
        f"""SELECT l.*, a.code, {_ACCOUNT}, asker.id AS asker_id
            FROM credit_limit l
            JOIN account a ON a.id = l.account_id
            LEFT JOIN staff_member asker ON asker.person_id = l.requested_by
            LEFT JOIN person actor ON actor.id = $2
            WHERE l.id = $1""",  # noqa: S608 - a constant
        payload["limit_id"],
        payload.get("actor_id"),
    )
    if row is None:
        raise NotFound
    return About(
        event=event,
        payload={**payload, "approved": row["approved"]},
        account_id=row["account_id"],
        account_locale=row["locale"],
        reference=row["code"],
        thread="",
        words={
            "account": row["account"],
            "actor": row["actor"] or SYSTEM.name,
            "amount": _money(row["amount"], row["currency"]),
            SAID: excerpt(row["reason"] if row["decided_at"] is None else row["decision_note"]),
        },
        branch_id=row["branch_id"],
        actor_id=payload.get("actor_id"),
        actor_side=row["actor_side"] or Side.SYSTEM,
        staff={"asker": row["asker_id"]},
        paths={
            Side.STAFF: f"/staff/accounts/{row['code']}/credit",
            Reason.DECIDES: f"/staff/finance/credit/{row['id']}",
        },
    )


async def about_registration(event: str, payload: Mapping[str, Any]) -> About:
    """What is known of a registered project; of the order that looks like it, nothing (rule O17).

    Sales hear of it who may not see the account that ordered. Raises `NotFound`.
    """
    row = await fetch_row(
        f"""SELECT p.*, i.sku, {_ACCOUNT}, registrar.id AS registrar_id
            FROM project_registration p
            JOIN account a ON a.id = p.account_id
            JOIN item i ON i.id = p.item_id
            LEFT JOIN staff_member registrar ON registrar.person_id = p.registered_by
            LEFT JOIN person actor ON actor.id = $2
            WHERE p.id = $1""",  # noqa: S608 - a constant
        payload["registration_id"],
        payload.get("actor_id"),
    )
    if row is None:
        raise NotFound
    return About(
        event=event,
        payload={**payload, "signed": row["signed_at"] is not None},
        account_id=row["account_id"],
        account_locale=row["locale"],
        reference=row["reference"],
        thread="",
        words={
            "account": row["account"],
            "actor": row["actor"] or SYSTEM.name,
            "project": row["project_name"],
            "item": row["sku"],
            SAID: excerpt(row["decision_note"]),
        },
        branch_id=row["branch_id"],
        actor_id=payload.get("actor_id"),
        actor_side=row["actor_side"] or Side.SYSTEM,
        staff={"asker": row["registrar_id"]},
        paths={Side.STAFF: f"/staff/registrations/{row['reference']}"},
    )


def _brought(payload: Mapping[str, Any]) -> dict[str, object]:
    brought = {name: payload[name] for name in _BROUGHT if name in payload}
    balance = payload.get("balance")
    if balance and Decimal(balance["amount"]) < 0:  # nothing is still to be paid
        del brought["balance"]
    return brought


async def _message(message_id: int | None, order_id: int) -> tuple[str, str]:
    """Author and text of a message that both sides read; an internal note is none."""
    row = message_id and await fetch_row(
        """SELECT author_name, body FROM message
           WHERE id = $1 AND audience = $2 AND subject_kind = $3 AND subject_id = $4""",
        message_id,
        Audience.CUSTOMER.value,
        SUBJECT_KIND,
        order_id,
    )
    return (row["author_name"], row["body"]) if row else ("", "")


async def _short(line_ids: Sequence[int]) -> dict[str, object]:
    """What lines are expected when: one by itself, several as a list."""
    if len(line_ids) == 1:
        return await _line(line_ids[0])
    said = [await _line(line_id) for line_id in line_ids]
    return {"lines": [[each["line"], each["available_on"]] for each in said]}


async def _line(line_id: int | None) -> dict[str, object]:
    row = line_id and await fetch_row(
        """SELECT l.description, coalesce(i.sku, '') AS sku, l.available_on, l.production_on
           FROM sales_order_line l LEFT JOIN item i ON i.id = l.item_id WHERE l.id = $1""",
        line_id,
    )
    if not row:
        return {}
    return {
        "line": " · ".join(part for part in (row["sku"], row["description"]) if part),
        "available_on": _iso(row["available_on"]),
        "production_on": _iso(row["production_on"]),
    }


async def _shipment(shipment_id: int | None) -> dict[str, object]:
    row = shipment_id and await fetch_row("SELECT * FROM shipment WHERE id = $1", shipment_id)
    if not row:
        return {}
    return {
        "shipment": row["reference"],
        "carrier": row["carrier"],
        "tracking": row["tracking_number"],
        "parcels": row["parcels"],
        "expected_on": _iso(row["expected_on"]),
        "signed_by": row["signed_by"],
        "delivered_at": _iso(row["delivered_at"]),
    }


async def _said(event: str, row: Mapping[str, Any], payload: Mapping[str, Any]) -> str:
    if column := _SAID_IN_ORDER.get(event):
        return str(row[column])
    if event not in _SAID_ELSEWHERE:
        return ""
    sql, name = _SAID_ELSEWHERE[event]
    return str(await fetch_value(sql, {"order_id": row["id"], **payload}[name]) or "")


def _to_give_back(row: Mapping[str, Any]) -> dict[str, str] | None:
    """What came in beyond what is owed: of a cancelled order nothing is."""
    owed = Decimal(0) if row["status"] == OrderStatus.CANCELLED else row["gross_total"]
    too_much = row["paid"] - owed
    return _money(too_much, row["currency"]) if too_much > 0 else None


def _money(amount: Decimal, currency: str) -> dict[str, str]:
    return {"amount": str(amount), "currency": currency}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
