"""What an event of a visit or a callback is about (rules V1-V8).

One row of facts serves both sides; what we wrote for ourselves is among the words of kinds for
staff alone.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from portal.database import fetch_row
from portal.domain.common.actor import SYSTEM, Side
from portal.domain.common.errors import NotFound
from portal.domain.common.words import N_
from portal.domain.complaints.states import Satisfaction
from portal.domain.notices.about import About, excerpt
from portal.domain.notices.facts import SAID
from portal.domain.visits.cancelling import NOT_NEEDED
from portal.domain.visits.events import VisitEvent
from portal.domain.visits.states import VisitKind, VisitRule, VisitWay
from portal.domain.visits.tables import SUBJECT_KIND

_E = VisitEvent
ON_SITE = N_("On site")
# Where somebody wrote what a notice quotes. Of a move that is its reason (rule V5).
_SAID = {
    _E.PROPOSED: "told",
    _E.CONFIRMED: "told",
    _E.COUNTERED: "move_reason",
    _E.MOVED: "move_reason",
    _E.CANCELLED: "cancelled_because",
    _E.MADE: "for_customer",
}


async def about_visit(event: str, payload: Mapping[str, Any]) -> About:
    """What is known of a visit, and of the move that the event names. Raises `NotFound`.

    The payload says `is_shown`, `has_summary` (a part for the customer was written) and
    `is_dissatisfied` besides. Moments of an appointment are those of the move where it names one:
    what is quoted stays true when the visit moves again.
    """
    row = await fetch_row(
        """SELECT v.*, a.name AS account, a.locale, a.branch_id, actor.name AS actor,
               actor.side AS actor_side, owner.name AS owner, s.supervisor_id,
               m.reason AS move_reason, m.from_starts_at, m.to_starts_at,
               ARRAY(SELECT p.name FROM visit_person p WHERE p.visit_id = v.id
                   ORDER BY p.is_ours, p.id) AS people
           FROM visit v
           JOIN account a ON a.id = v.account_id
           JOIN staff_member s ON s.id = v.owner_id JOIN person owner ON owner.id = s.person_id
           LEFT JOIN person actor ON actor.id = $2
           LEFT JOIN visit_move m ON m.visit_id = v.id AND m.id = $3
           WHERE v.id = $1""",
        payload["visit_id"],
        payload.get("actor_id"),
        payload.get("move_id"),
    )
    if row is None:
        raise NotFound
    column = _SAID.get(VisitEvent(event))
    return About(
        event=event,
        payload={
            **payload,
            "is_shown": row["shown_at"] is not None,
            "has_summary": bool(row["shown_at"] and row["for_customer"]),
            "is_dissatisfied": row["satisfaction"] == Satisfaction.DISSATISFIED,
        },
        account_id=row["account_id"],
        account_locale=row["locale"],
        reference=row["reference"],
        thread=f"{SUBJECT_KIND}.{row['id']}",
        words={
            "account": row["account"],
            "actor": row["actor"] or SYSTEM.name,
            "owner": row["owner"],
            "case_kind": VisitKind(row["kind"]).label,
            "visit_rule": VisitRule(row["rule"]).label,
            "way": way_for_both(VisitWay(row["way"])),
            "meeting_place": row["place"],
            "starts_at": _iso(row["to_starts_at"] or row["starts_at"]),
            "starts_before": _iso(row["from_starts_at"]),
            "happened_at": _iso(row["made_at"]),
            "due_on": _iso(row["due_on"]),
            "people": ", ".join(row["people"]),
            "cause": excerpt(row["cause"]),
            SAID: _said(row[column]) if column else "",
        },
        branch_id=row["branch_id"],
        actor_id=payload.get("actor_id"),
        actor_side=row["actor_side"] or Side.SYSTEM,
        staff={
            "owner": row["owner_id"],
            "former_owner": payload.get("from_owner_id"),
            "supervisor": row["supervisor_id"],
        },
        paths={
            Side.CUSTOMER: f"/visits/{row['reference']}",
            Side.STAFF: f"/staff/visits/{row['reference']}",
        },
        status=row["status"],
    )


def _said(text: str | None) -> str:
    """What somebody wrote; words of ours that stand for a reason are quoted to nobody."""
    return "" if text == NOT_NEEDED else excerpt(text or "")


def way_for_both(way: VisitWay) -> str:
    """Message id of how people meet, in words that are true from either side."""
    return ON_SITE if way is VisitWay.ON_SITE else way.label


def _iso(moment: date | None) -> str | None:
    return moment.isoformat() if moment else None
