"""What an event of a complaint or a lighter case is about (rules C1-C9, C15).

One row of facts serves both sides; each kind of notice takes its own part of it, and what we wrote
for ourselves is among the words of kinds for staff alone. Names of ours reach the customer only
where the policy shows them.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from portal.database import fetch_row, fetch_value
from portal.domain.common.actor import SYSTEM, Audience, Side
from portal.domain.common.errors import NotFound
from portal.domain.complaints.events import ComplaintEvent
from portal.domain.complaints.shown_names import name_instead, owner_for_customer
from portal.domain.complaints.states import CaseKind, Category, Measure, Severity
from portal.domain.complaints.tables import SUBJECT_KIND, Complaint
from portal.domain.notices.about import About, excerpt
from portal.domain.notices.fact_names import SAID
from portal.domain.service_levels.promise import TargetKind

# What was written, by event: a column of the complaint, or of what the id of that name leads to.
_SAID_IN_COMPLAINT = {
    ComplaintEvent.FILED: "description",
    ComplaintEvent.TAKEN: "description",
    ComplaintEvent.OFFERED: "description",
    ComplaintEvent.QUESTION: "question",
    ComplaintEvent.EXPLAINED: "told",
    ComplaintEvent.ANSWERED: "told",
    ComplaintEvent.CARRIED_OUT: "told",
    ComplaintEvent.REMINDER: "told",
    ComplaintEvent.CLOSED: "closing_reason",
    ComplaintEvent.WITHDRAWN: "withdrawn_because",
}
_SAID_ELSEWHERE = {
    # Rule C5: the customer reads what was written for them.
    ComplaintEvent.FINDING: (
        "SELECT for_customer FROM complaint_finding WHERE id = $1",
        "finding_id",
    ),
    ComplaintEvent.CALL_BACK: (
        "SELECT reason FROM complaint_call_back WHERE id = $1",
        "call_back_id",
    ),
    ComplaintEvent.APPROVAL_WANTED: (
        "SELECT description FROM complaint_proposal WHERE id = $1",
        "proposal_id",
    ),
    ComplaintEvent.RELEASED: (
        "SELECT description FROM complaint_proposal WHERE id = $1",
        "proposal_id",
    ),
    ComplaintEvent.ESCALATED: (
        "SELECT body FROM message WHERE id = $1 AND audience = 'internal'",
        "note_id",
    ),
    ComplaintEvent.REFUSED: ("SELECT note FROM complaint_approval WHERE id = $1", "approval_id"),
    ComplaintEvent.DEALER_FAILED: ("SELECT result FROM dealer_task WHERE id = $1", "task_id"),
    ComplaintEvent.OBJECTED: (
        """SELECT reason FROM complaint_answer WHERE complaint_id = $1 AND NOT accepted
           ORDER BY id DESC LIMIT 1""",
        "complaint_id",
    ),
}
# Closed at once, by the customer's own word; later means by us or by the verified action (C9).
_AT_ONCE = timedelta(minutes=1)


async def about_complaint(event: str, payload: Mapping[str, Any]) -> About:
    """What is known of a complaint and of what the event names. Raises `NotFound`.

    The payload says `is_complaint` and, of a closed one, `on_confirmation` besides. Who files one
    is told, too: it is their receipt (rule C2).
    """
    row = await fetch_row(
        """SELECT c.*, a.name AS account, a.locale, a.branch_id, actor.name AS actor,
               actor.side AS actor_side, k.person_id AS contact_person_id, d.name AS department,
               owner.name AS owner
           FROM complaint c
           JOIN account a ON a.id = c.account_id
           JOIN staff_member s ON s.id = c.owner_id
           JOIN person owner ON owner.id = s.person_id
           LEFT JOIN department d ON d.id = c.department_id
           LEFT JOIN contact k ON k.id = c.contact_id
           LEFT JOIN person actor ON actor.id = $2
           WHERE c.id = $1""",
        payload["complaint_id"],
        payload.get("actor_id"),
    )
    if row is None:
        raise NotFound
    columns = {column._meta.name for column in Complaint.all_columns()}
    complaint = Complaint(**{name: value for name, value in row.items() if name in columns})
    handled_by = await owner_for_customer(complaint)
    instead = await name_instead(complaint)
    author, body = await _message(payload.get("message_id"), complaint.id, instead)
    return About(
        event=event,
        payload={
            **payload,
            "is_complaint": complaint.case.is_complaint,
            "on_confirmation": _on_confirmation(complaint),
        },
        account_id=complaint.account_id,
        account_locale=row["locale"],
        reference=complaint.reference,
        thread=f"{SUBJECT_KIND}.{complaint.id}",
        words={
            **await _promises(complaint.id),
            **await _proposal(payload.get("proposal_id")),
            **await _call_back(payload.get("call_back_id")),
            "title": complaint.title,
            "account": row["account"],
            "actor": row["actor"] or SYSTEM.name,
            "author": author,
            "owner": row["owner"],
            "case_kind": CaseKind(complaint.kind).label,
            "category": Category(complaint.category).label if complaint.category else "",
            "severity": Severity(complaint.severity).label,
            "handled_by": handled_by,
            "department": row["department"] or "",
            "investigated_until": _iso(complaint.investigate_until),
            "dealer": await _dealer(payload.get("task_id")),
            SAID: excerpt(body or await _said(event, row, payload)),
        },
        branch_id=row["branch_id"],
        actor_id=None if event == ComplaintEvent.FILED else payload.get("actor_id"),
        actor_side=row["actor_side"] or Side.SYSTEM,
        staff={
            "owner": complaint.owner_id,
            "former_owner": payload.get("from_owner_id"),
            "offered_to": payload.get("to_id") if event == ComplaintEvent.OFFERED else None,
            "proposer": await _proposer(payload.get("proposal_id")),
        },
        people={"complainant": complaint.reported_by or row["contact_person_id"]},
        paths={
            Side.CUSTOMER: f"/complaints/{complaint.reference}",
            Side.STAFF: f"/staff/complaints/{complaint.reference}",
        },
        status=complaint.status,
    )


def _on_confirmation(complaint: Complaint) -> bool:
    closed, confirmed = complaint.closed_at, complaint.confirmed_at
    return bool(closed and confirmed and closed - confirmed < _AT_ONCE)


async def _message(message_id: int | None, complaint_id: int, instead: str) -> tuple[str, str]:
    """Author and text of a message that both sides read; an internal note is none.

    `instead` is what the customer reads in place of a name of ours, empty where they read names.
    """
    row = message_id and await fetch_row(
        """SELECT author_name, author_side, body FROM message
           WHERE id = $1 AND audience = $2 AND subject_kind = $3 AND subject_id = $4""",
        message_id,
        Audience.CUSTOMER.value,
        SUBJECT_KIND,
        complaint_id,
    )
    if not row:
        return "", ""
    is_ours = row["author_side"] == Side.STAFF
    return (instead if instead and is_ours else row["author_name"]), row["body"]


async def _promises(complaint_id: int) -> dict[str, object]:
    """By when the customer is answered and has a solution (rule C2), and what is due next."""
    row = await fetch_row(
        """SELECT min(due_at) FILTER (WHERE kind = $3) AS answer_by,
               min(due_at) FILTER (WHERE kind = $4) AS solution_by,
               min(due_at) FILTER (WHERE kind = ANY ($5)) AS due_at
           FROM target WHERE subject_kind = $1 AND subject_id = $2 AND met_at IS NULL
             AND cancelled_at IS NULL AND paused_since IS NULL""",
        SUBJECT_KIND,
        complaint_id,
        TargetKind.FIRST_RESPONSE.value,
        TargetKind.SOLUTION.value,
        [TargetKind.FIRST_RESPONSE.value, TargetKind.SOLUTION.value],
    )
    return {name: _iso(moment) for name, moment in (row or {}).items()}


async def _proposal(proposal_id: int | None) -> dict[str, object]:
    row = proposal_id and await fetch_row(
        "SELECT measure, ready_on, compensation, currency FROM complaint_proposal WHERE id = $1",
        proposal_id,
    )
    if not row:
        return {}
    compensation = {"amount": str(row["compensation"]), "currency": row["currency"]}
    return {
        "measure": Measure(row["measure"]).label,
        "ready_on": _iso(row["ready_on"]),
        "compensation": compensation if row["compensation"] else None,
    }


async def _proposer(proposal_id: int | None) -> int | None:
    staff: int | None = proposal_id and await fetch_value(
        """SELECT s.id FROM complaint_proposal p JOIN staff_member s ON s.person_id = p.proposed_by
           WHERE p.id = $1""",
        proposal_id,
    )
    return staff


async def _call_back(call_back_id: int | None) -> dict[str, object]:
    row = call_back_id and await fetch_row(
        """SELECT b.batch, trim_scale(b.quantity)::text AS quantity, i.sku AS item
           FROM complaint_call_back b JOIN item i ON i.id = b.item_id WHERE b.id = $1""",
        call_back_id,
    )
    return dict(row) if row else {}


async def _dealer(task_id: int | None) -> str:
    name = task_id and await fetch_value(
        "SELECT d.name FROM dealer_task t JOIN dealer d ON d.id = t.dealer_id WHERE t.id = $1",
        task_id,
    )
    return name or ""


async def _said(event: str, row: Mapping[str, Any], payload: Mapping[str, Any]) -> str:
    if column := _SAID_IN_COMPLAINT.get(ComplaintEvent(event)):
        return str(row[column])
    if event not in _SAID_ELSEWHERE:
        return ""
    query, name = _SAID_ELSEWHERE[ComplaintEvent(event)]
    return str(await fetch_value(query, payload[name]) or "")


def _iso(moment: date | None) -> str | None:
    return moment.isoformat() if moment else None
