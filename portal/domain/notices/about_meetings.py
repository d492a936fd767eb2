"""What an event of a meeting or a contact report is about (rules M1, M2)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from portal.database import fetch_row
from portal.domain.common.actor import SYSTEM, Side
from portal.domain.common.errors import NotFound
from portal.domain.meetings.events import MeetingEvent, ReportEvent
from portal.domain.meetings.tables import MEETING_KIND, REPORT_KIND
from portal.domain.notices.about import About, excerpt
from portal.domain.notices.about_visits import way_for_both
from portal.domain.notices.facts import SAID
from portal.domain.visits.states import VisitWay

# Where somebody wrote what a notice quotes.
_SAID_OF_MEETING = {
    MeetingEvent.NOTICE: "changed_because",
    MeetingEvent.CANCELLED: "cancelled_because",
}
_SAID_OF_REPORT = {
    ReportEvent.SENT: "corrected_because",
    ReportEvent.COMMENTED: "comment",
    ReportEvent.ITEM_DONE: "item_result",
}


async def about_meeting(event: str, payload: Mapping[str, Any]) -> About:
    """What is known of a meeting. Raises `NotFound`. The payload says `is_changed` besides."""
    row = await fetch_row(
        """SELECT m.*, a.name AS account, a.locale, a.branch_id, actor.name AS actor,
               actor.side AS actor_side,
               ARRAY(SELECT p.name FROM meeting_person p WHERE p.meeting_id = m.id
                   ORDER BY p.is_ours, p.id) AS people
           FROM meeting m JOIN account a ON a.id = m.account_id
           LEFT JOIN person actor ON actor.id = $2
           WHERE m.id = $1""",
        payload["meeting_id"],
        payload.get("actor_id"),
    )
    if row is None:
        raise NotFound
    column = _SAID_OF_MEETING.get(MeetingEvent(event))
    return About(
        event=event,
        payload={**payload, "is_changed": bool(payload.get("sequence"))},
        account_id=row["account_id"],
        account_locale=row["locale"],
        reference=row["reference"],
        thread=f"{MEETING_KIND}.{row['id']}",
        words={
            "title": row["title"],
            "account": row["account"],
            "actor": row["actor"] or SYSTEM.name,
            "starts_at": _iso(row["starts_at"]),
            "way": way_for_both(VisitWay(row["way"])),
            "meeting_place": row["place"],
            "people": ", ".join(row["people"]),
            SAID: excerpt(row[column] or "") if column else "",
        },
        branch_id=row["branch_id"],
        actor_id=payload.get("actor_id"),
        actor_side=row["actor_side"] or Side.SYSTEM,
        staff={"organiser": row["organiser_id"]},
        paths={
            Side.CUSTOMER: f"/meetings/{row['reference']}",
            Side.STAFF: f"/staff/meetings/{row['reference']}",
        },
        status=row["status"],
    )


async def about_report(event: str, payload: Mapping[str, Any]) -> About:
    """What is known of a revision of a contact report, and of the answer or item that is named.

    Raises `NotFound`. The payload says `is_correction` besides.
    """
    row = await fetch_row(
        """SELECT r.*, a.name AS account, a.locale, a.branch_id, actor.name AS actor,
               actor.side AS actor_side, n.name AS author, n.text AS comment, i.text AS item,
               i.owner_id AS item_owner_id, i.due_on AS item_due_on, i.result AS item_result
           FROM contact_report r JOIN account a ON a.id = r.account_id
           LEFT JOIN person actor ON actor.id = $2
           LEFT JOIN report_answer n ON n.report_id = r.id AND n.id = $3
           LEFT JOIN action_item i ON i.report_id = r.id AND i.id = $4
           WHERE r.id = $1""",
        payload["report_id"],
        payload.get("actor_id"),
        payload.get("answer_id"),
        payload.get("item_id"),
    )
    if row is None:
        raise NotFound
    column = _SAID_OF_REPORT.get(ReportEvent(event))
    return About(
        event=event,
        payload={**payload, "is_correction": row["revision"] > 1},
        account_id=row["account_id"],
        account_locale=row["locale"],
        reference=row["reference"],
        thread=f"{REPORT_KIND}.{row['reference']}",
        words={
            "title": row["title"],
            "account": row["account"],
            "actor": row["actor"] or SYSTEM.name,
            "author": row["author"] or row["actor"] or "",
            "happened_at": _iso(row["happened_at"]),
            "actions": excerpt(row["item"] or ""),
            "due_on": _iso(row["item_due_on"]),
            SAID: excerpt(row[column] or "") if column else "",
        },
        branch_id=row["branch_id"],
        actor_id=payload.get("actor_id"),
        actor_side=row["actor_side"] or Side.SYSTEM,
        staff={"owner": row["owner_id"], "item_owner": row["item_owner_id"]},
        paths={
            Side.CUSTOMER: f"/contact-reports/{row['reference']}",
            Side.STAFF: f"/staff/contact-reports/{row['reference']}",
        },
        status=row["status"],
    )


def _iso(moment: date | None) -> str | None:
    return moment.isoformat() if moment else None
