"""What an event of a corrective action is about (rule C9). It belongs to no customer's account."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from portal.database import fetch_row
from portal.domain.common.actor import SYSTEM, Side
from portal.domain.common.errors import NotFound
from portal.domain.corrective_actions.events import CorrectiveActionEvent
from portal.domain.corrective_actions.tables import SUBJECT_KIND
from portal.domain.notices.about import About, excerpt
from portal.domain.notices.facts import SAID

_E = CorrectiveActionEvent
# Where somebody wrote what a notice quotes: of the action, or of the step it names.
_SAID = {
    _E.INEFFECTIVE: "check_result",
    _E.VERIFICATION_WANTED: "check_result",
    _E.SENT_BACK: "sent_back_because",
    _E.VERIFIED: "closing_note",
    _E.CANCELLED: "cancelled_because",
    _E.STEP_DROPPED: "step_dropped_because",
    _E.STEP_DONE: "step_result",
}


async def about_corrective_action(event: str, payload: Mapping[str, Any]) -> About:
    """What is known of an action, and of the step that the event names. Raises `NotFound`."""
    row = await fetch_row(
        """SELECT a.*, d.name AS department, leader.name AS leader, actor.name AS actor,
               actor.side AS actor_side, s.what AS step, s.owner_id AS step_owner_id,
               s.result AS step_result, s.dropped_because AS step_dropped_because,
               (SELECT t.due_at FROM target t WHERE t.subject_kind = 'corrective_action_step'
                   AND t.subject_id = s.id ORDER BY t.id DESC LIMIT 1) AS due_at,
               ARRAY(SELECT o.owner_id FROM corrective_action_step o
                   WHERE o.corrective_action_id = a.id AND o.dropped_at IS NULL) AS owner_ids
           FROM corrective_action a
           JOIN department d ON d.id = a.department_id
           JOIN staff_member l ON l.id = a.leader_id JOIN person leader ON leader.id = l.person_id
           LEFT JOIN person actor ON actor.id = $2
           LEFT JOIN corrective_action_step s ON s.corrective_action_id = a.id AND s.id = $3
           WHERE a.id = $1""",
        payload["action_id"],
        payload.get("actor_id"),
        payload.get("step_id"),
    )
    if row is None:
        raise NotFound
    column = _SAID.get(CorrectiveActionEvent(event))
    return About(
        event=event,
        payload={**payload, "owner_ids": row["owner_ids"]},
        account_id=None,
        account_locale=None,
        reference=row["reference"],
        thread=f"{SUBJECT_KIND}.{row['id']}",
        words={
            "title": row["title"],
            "department": row["department"],
            "leader": row["leader"],
            "actor": row["actor"] or SYSTEM.name,
            "step": excerpt(row["step"] or ""),
            "due_at": _iso(row["due_at"]),
            "check_on": _iso(row["check_on"]),
            SAID: excerpt(row[column] or "") if column else "",
        },
        actor_id=payload.get("actor_id"),
        actor_side=row["actor_side"] or Side.SYSTEM,
        staff={"leader": row["leader_id"], "step_owner": row["step_owner_id"]},
        paths={Side.STAFF: f"/staff/corrective-actions/{row['reference']}"},
    )


def _iso(moment: date | None) -> str | None:
    return moment.isoformat() if moment else None
