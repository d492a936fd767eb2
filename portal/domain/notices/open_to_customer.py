"""What is open between a customer and us, with its state, its date and what comes next (M3).

One list of all rooms: requests, orders, complaints, appointments, what they told us and we answer,
contact reports that are due, and what the reports say that somebody does.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from portal.database import database_now, fetch
from portal.domain.common.words import N_, Worded
from portal.domain.complaints.shown_status import ShownStatus, shown_status_sql
from portal.domain.complaints.states import OUTCOME_TOLD, ComplaintStatus
from portal.domain.meetings.states import MeetingStatus, ReportStatus
from portal.domain.opinions.states import OpinionStatus
from portal.domain.orders.states import OrderStatus
from portal.domain.quotes.states import RequestStatus
from portal.domain.visits.states import VisitStatus

_LONGEST = 60


class AgreedWith(Worded):
    """Whose an agreed action is."""

    US = "us", N_("Agreed, with us")
    THEM = "them", N_("Agreed, with you")


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
_NEXT_OF_VISITS: Mapping[VisitStatus, str] = {
    VisitStatus.PROPOSED: N_("You agree to the time or propose another."),
    VisitStatus.COUNTERED: N_("We agree to your time or propose another."),
    VisitStatus.CONFIRMED: N_("We meet or call as agreed."),
}
_QUESTION = N_("You answer our question.")
# By the room of the record: the same value means different things in each.
_STATES: Mapping[str, type[Worded]] = {
    "request": RequestStatus,
    "order": OrderStatus,
    "complaint": ShownStatus,
    "visit": VisitStatus,
    "meeting": MeetingStatus,
    "report": ReportStatus,
    "opinion": OpinionStatus,
    "action": AgreedWith,
}
_NEXT: Mapping[str, Mapping[Any, str]] = {
    "request": _NEXT_OF_REQUESTS,
    "order": _NEXT_OF_ORDERS,
    "complaint": _NEXT_OF_COMPLAINTS,
    "visit": _NEXT_OF_VISITS,
    "meeting": {MeetingStatus.PLANNED: N_("We meet or call as agreed.")},
    "report": {ReportStatus.DRAFT: N_("We send you the contact report.")},  # rule M1
    "opinion": {OpinionStatus.OPEN: N_("We answer you.")},
    "action": {AgreedWith.US: N_("We do it."), AgreedWith.THEM: N_("You do it.")},
}
_IS_YOURS = {
    *(("request", each) for each in (RequestStatus.WAITING_FOR_CUSTOMER, RequestStatus.QUOTED)),
    *(("complaint", each) for each in OUTCOME_TOLD),
    ("visit", VisitStatus.PROPOSED),
    ("action", AgreedWith.THEM),
}

_OPEN = """
    SELECT 'request' AS room, r.reference, r.title, r.status, '/quotes/' || r.reference AS path,
        CASE WHEN r.status = 'quoted' THEN (SELECT max(q.valid_until) FROM quote q
                 WHERE q.request_id = r.id AND q.status = 'sent') END AS on_day,
        t.due_at, false AS asked, r.created_at
    FROM quote_request r LEFT JOIN target t ON t.subject_kind = 'quote_request'
        AND t.subject_id = r.id AND t.met_at IS NULL AND t.cancelled_at IS NULL
        AND t.paused_since IS NULL AND t.kind IN ('quote', 'quote_revision')
    WHERE r.account_id = a.id AND r.status = ANY({request})
    UNION ALL
    SELECT 'order', o.reference, o.title, o.status, '/orders/' || o.reference,
        coalesce((SELECT max(s.expected_on) FROM shipment s
                  WHERE s.order_id = o.id AND s.status = 'shipped'), o.promised_ship_on),
        NULL, false, o.placed_at
    FROM sales_order o WHERE o.account_id = a.id AND o.status = ANY({order})
    UNION ALL
    SELECT 'complaint', c.reference, c.title, {shown}, '/complaints/' || c.reference,
        CASE WHEN c.status = 'chosen' THEN (SELECT max(p.ready_on) FROM complaint_proposal p
                 WHERE p.complaint_id = c.id AND p.released_at IS NOT NULL
                   AND p.refused_at IS NULL) END,
        (SELECT min(t.due_at) FROM target t WHERE t.subject_kind = 'complaint'
           AND t.subject_id = c.id AND t.met_at IS NULL AND t.cancelled_at IS NULL
           AND t.paused_since IS NULL AND t.kind IN ('first_response', 'solution')),
        c.question <> '', c.received_at
    FROM complaint c WHERE c.account_id = a.id AND c.status = ANY({complaint})
    UNION ALL
    SELECT 'visit', v.reference, '', v.status, '/visits/' || v.reference,
        NULL, v.starts_at, false, v.created_at
    FROM visit v WHERE v.account_id = a.id AND v.shown_at IS NOT NULL AND v.status = ANY({visit})
      AND v.starts_at > business_now()
    UNION ALL
    SELECT 'meeting', m.reference, m.title, m.status, '/meetings/' || m.reference,
        NULL, m.starts_at, false, m.created_at
    FROM meeting m WHERE m.account_id = a.id AND m.status = ANY({meeting})
      AND m.starts_at > business_now()
    UNION ALL
    SELECT 'report', t.reference, t.title, 'draft', '/visits', NULL, t.due_at, false, t.opened_at
    FROM target t WHERE t.account_id = a.id AND t.kind = 'contact_report' AND t.met_at IS NULL
      AND t.cancelled_at IS NULL
    UNION ALL
    SELECT 'opinion', o.reference, coalesce(nullif(o.about, ''), left(o.text, 80)), o.status,
        '/visits', NULL, (SELECT min(t.due_at) FROM target t WHERE t.subject_kind = 'opinion'
            AND t.subject_id = o.id AND t.met_at IS NULL AND t.cancelled_at IS NULL),
        false, o.created_at
    FROM opinion o WHERE o.account_id = a.id AND o.is_shown AND o.status = ANY({opinion})
    UNION ALL
    SELECT 'action', r.reference, i.text, CASE WHEN i.is_ours THEN 'us' ELSE 'them' END,
        '/contact-reports/' || r.reference, i.due_on, NULL, false, r.sent_at
    FROM action_item i JOIN contact_report r ON r.id = i.report_id AND r.status = 'sent'
    WHERE i.account_id = a.id AND i.done_at IS NULL"""
# What is a moment to meet, not one by which something is owed.
_APPOINTMENTS = frozenset({"visit", "meeting"})
# What stands for the title of what has none.
_LABELS = {"visit": N_("Appointment")}
_ROOMS = ("request", "order", "complaint", "visit", "meeting", "opinion")
OPEN_STATES = [[status.value for status in _NEXT[room]] for room in _ROOMS]


def open_rows(first: int) -> str:
    """SQL of what is open of the account `a`; `OPEN_STATES` are its parameters from `$first` on."""
    places = {room: f"${first + place}" for place, room in enumerate(_ROOMS)}
    return _OPEN.format(shown=shown_status_sql("c"), **places)


async def open_items(account_id: int) -> list[dict[str, Any]]:
    """What is open with this account, oldest first, as the weekly status keeps it."""
    rows = await fetch(
        f"""SELECT open.* FROM account a CROSS JOIN LATERAL ({open_rows(2)}) open
            WHERE a.id = $1 ORDER BY open.created_at LIMIT {_LONGEST}""",  # noqa: S608 - constants
        account_id,
        *OPEN_STATES,
    )
    now = await database_now()
    return [_item(row, now) for row in rows]


def _item(row: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    room, moment = row["room"], row["due_at"]
    meets = room in _APPOINTMENTS
    return {
        "reference": row["reference"],
        "title": row["title"],
        "label": _LABELS.get(room, ""),
        "state": _STATES[room](row["status"]).label,
        "next": _QUESTION if row["asked"] else _NEXT[room][row["status"]],
        "is_yours": row["asked"] or (room, row["status"]) in _IS_YOURS,
        "is_late": moment is not None and moment < now,
        "on_day": row["on_day"].isoformat() if row["on_day"] else None,
        "at": moment.isoformat() if moment and meets else None,
        "due_at": moment.isoformat() if moment and not meets else None,
        "path": row["path"],
    }
