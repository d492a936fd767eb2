"""The weekly status to the customer: everything open, its state, its date, what comes next (M3)."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from portal.database import database_now, fetch, fetch_row
from portal.domain import policy
from portal.domain.common.actor import Side
from portal.domain.common.outbox import Queue, announce
from portal.domain.common.words import N_
from portal.domain.complaints.states import OUTCOME_TOLD, ComplaintStatus
from portal.domain.notices.mail_timing import quiet_for, wants_status
from portal.domain.notices.owing import Event, owe_mail
from portal.domain.notices.recipients import language
from portal.domain.orders.states import OrderStatus
from portal.domain.policy.notice_figures import WEEKLY_STATUS_AT
from portal.domain.quotes.states import RequestStatus

WEEKLY_STATUS = "account.weekly_status"

# A worker that was off on Monday still sends it on Tuesday; later it would be old news.
_CATCH_UP = timedelta(hours=36)
_LONGEST = 60

# What comes next, in words for the customer.
_NEXT_OF_REQUESTS: Mapping[RequestStatus, str] = {
    RequestStatus.OPEN: N_("We send the quote."),
    RequestStatus.IN_WORK: N_("We send the quote."),
    RequestStatus.WAITING_FOR_CUSTOMER: N_("You answer our question."),
    RequestStatus.QUOTED: N_("You accept, decline or ask for another revision."),
    RequestStatus.REVISION_REQUESTED: N_("We send another revision."),
}
_NEXT_OF_ORDERS: Mapping[OrderStatus, str] = {
    OrderStatus.PLACED: N_("We confirm the order."),
    OrderStatus.CONFIRMED: N_("We schedule the order."),
    OrderStatus.SCHEDULED: N_("The warehouse prepares the goods."),
    OrderStatus.IN_PREPARATION: N_("We ship."),
    OrderStatus.PARTLY_SHIPPED: N_("We ship the rest."),
    OrderStatus.SHIPPED: N_("You receive and sign for the goods."),
}
_TO_BE_PUT_RIGHT = N_("We tell you how it is put right.")
_NEXT_OF_COMPLAINTS: Mapping[ComplaintStatus, str] = {
    ComplaintStatus.RECEIVED: N_("We look into it and answer you."),
    ComplaintStatus.JUDGED: _TO_BE_PUT_RIGHT,
    ComplaintStatus.INVESTIGATED: _TO_BE_PUT_RIGHT,
    ComplaintStatus.PROPOSED: _TO_BE_PUT_RIGHT,
    ComplaintStatus.CHOSEN: N_("We carry the measure out."),
    ComplaintStatus.CARRIED_OUT: N_("You confirm the outcome or object."),
    ComplaintStatus.EXPLAINED: N_("You confirm the outcome or object."),
    ComplaintStatus.ANSWERED: N_("You say whether it is settled."),
    ComplaintStatus.CONFIRMED: N_("We complete the corrective action."),
}
_QUESTION = N_("You answer our question.")
# By the room of the record: the same value means different things in each.
_STATES: Mapping[str, type[RequestStatus | OrderStatus | ComplaintStatus]] = {
    "request": RequestStatus,
    "order": OrderStatus,
    "complaint": ComplaintStatus,
}
_NEXT: Mapping[str, Mapping[Any, str]] = {
    "request": _NEXT_OF_REQUESTS,
    "order": _NEXT_OF_ORDERS,
    "complaint": _NEXT_OF_COMPLAINTS,
}
_OPEN_STATES = [[status.value for status in _NEXT[room]] for room in _STATES]
_IS_YOURS = {
    *(("request", each) for each in (RequestStatus.WAITING_FOR_CUSTOMER, RequestStatus.QUOTED)),
    *(("complaint", each) for each in OUTCOME_TOLD),
}

_OPEN = """
    SELECT 'request' AS room, r.reference, r.title, r.status, '/quotes/' || r.reference AS path,
        CASE WHEN r.status = 'quoted' THEN (SELECT max(q.valid_until) FROM quote q
                 WHERE q.request_id = r.id AND q.status = 'sent') END AS on_day,
        t.due_at, false AS asked, r.created_at
    FROM quote_request r LEFT JOIN target t ON t.subject_kind = 'quote_request'
        AND t.subject_id = r.id AND t.met_at IS NULL AND t.cancelled_at IS NULL
        AND t.paused_since IS NULL AND t.kind IN ('quote', 'quote_revision')
    WHERE r.account_id = $1 AND r.status = ANY($2)
    UNION ALL
    SELECT 'order', o.reference, o.title, o.status, '/orders/' || o.reference,
        coalesce((SELECT max(s.expected_on) FROM shipment s
                  WHERE s.order_id = o.id AND s.status = 'shipped'), o.promised_ship_on),
        NULL, false, o.placed_at
    FROM sales_order o WHERE o.account_id = $1 AND o.status = ANY($3)
    UNION ALL
    SELECT 'complaint', c.reference, c.title, c.status, '/complaints/' || c.reference,
        CASE WHEN c.status = 'chosen' THEN (SELECT max(p.ready_on) FROM complaint_proposal p
                 WHERE p.complaint_id = c.id AND p.released_at IS NOT NULL
                   AND p.refused_at IS NULL) END,
        (SELECT min(t.due_at) FROM target t WHERE t.subject_kind = 'complaint'
           AND t.subject_id = c.id AND t.met_at IS NULL AND t.cancelled_at IS NULL
           AND t.paused_since IS NULL AND t.kind IN ('first_response', 'solution')),
        c.question <> '', c.received_at
    FROM complaint c WHERE c.account_id = $1 AND c.status = ANY($4)
    ORDER BY created_at LIMIT $5"""


async def call_for_weekly_status() -> int:
    """Announce the status mails of this week for accounts with something open, once each.

    For the worker. Monday's hour is the serving branch's. Returns how many were announced now.
    """
    at = (await policy.figure(WEEKLY_STATUS_AT)).value
    rows = await fetch(
        """WITH monday AS (
               SELECT b.id, date_trunc('week', business_now() AT TIME ZONE b.timezone) AS starts,
                   business_now() AT TIME ZONE b.timezone AS local
               FROM branch b)
           SELECT a.id, to_char(m.starts, 'IYYY-"W"IW') AS week
           FROM account a JOIN monday m ON m.id = a.branch_id
           WHERE a.archived_at IS NULL
             AND m.local BETWEEN m.starts + $1::time AND m.starts + $1::time + $2::interval
             AND (EXISTS (SELECT FROM quote_request r
                          WHERE r.account_id = a.id AND r.status = ANY($3))
               OR EXISTS (SELECT FROM sales_order o
                          WHERE o.account_id = a.id AND o.status = ANY($4))
               OR EXISTS (SELECT FROM complaint c
                          WHERE c.account_id = a.id AND c.status = ANY($5)))
             AND NOT EXISTS (SELECT FROM outbox x WHERE x.dedupe_key =
                 $6 || ':' || a.id || ':' || to_char(m.starts, 'IYYY-"W"IW'))""",
        at,
        _CATCH_UP,
        *_OPEN_STATES,
        WEEKLY_STATUS,
    )
    for row in rows:
        await announce(
            WEEKLY_STATUS,
            {"account_id": row["id"], "week": row["week"]},
            account_id=row["id"],
            queue=Queue.BULK,
            once=f"{WEEKLY_STATUS}:{row['id']}:{row['week']}",
        )
    return len(rows)


async def write_status(event: Event, mail_domain: str) -> None:
    """Owe the mail to the main contact, or to the buyers where none has access (rule M3)."""
    account_id = event.payload["account_id"]
    items = await _open_items(account_id)
    if not items:
        return
    words = {"account": await _name_of(account_id), "items": items}
    for person in await _readers(account_id):
        if await wants_status(person["id"]):
            await owe_mail(
                event,
                mail_domain,
                wait=await quiet_for(Side.CUSTOMER, person["timezone"]),
                person_id=person["id"],
                account_id=account_id,
                template="weekly_status",
                address=person["email"],
                locale=language(person["locale"], person["account_locale"]),
                words=json.dumps(words, ensure_ascii=False),
            )


async def _open_items(account_id: int) -> list[dict[str, Any]]:
    rows = await fetch(_OPEN, account_id, *_OPEN_STATES, _LONGEST)
    now = await database_now()
    return [
        {
            "reference": row["reference"],
            "title": row["title"],
            "state": _STATES[row["room"]](row["status"]).label,
            "next": _QUESTION if row["asked"] else _NEXT[row["room"]][row["status"]],
            "is_yours": row["asked"] or (row["room"], row["status"]) in _IS_YOURS,
            "is_late": row["due_at"] is not None and row["due_at"] < now,
            "on_day": row["on_day"].isoformat() if row["on_day"] else None,
            "due_at": row["due_at"].isoformat() if row["due_at"] else None,
            "path": row["path"],
        }
        for row in rows
    ]


async def _name_of(account_id: int) -> str:
    row = await fetch_row("SELECT name FROM account WHERE id = $1", account_id)
    return str(row["name"]) if row else ""


async def _readers(account_id: int) -> list[Mapping[str, Any]]:
    rows = await fetch(
        """SELECT p.id, p.email, p.locale, p.timezone, a.locale AS account_locale,
               EXISTS (SELECT FROM contact c WHERE c.account_id = a.id AND c.person_id = p.id
                         AND c.is_main AND c.archived_at IS NULL) AS is_main
           FROM membership s JOIN person p ON p.id = s.person_id
           JOIN account a ON a.id = s.account_id
           WHERE s.account_id = $1 AND s.ended_at IS NULL AND s.role = 'buyer'
             AND p.disabled_at IS NULL ORDER BY p.id""",
        account_id,
    )
    return [row for row in rows if row["is_main"]] or rows
