"""What an event of an opinion is about (rules V5, S4).

Where the survey promised anonymity there is no account and nobody who said it: the notice has
neither. Customers hear of an opinion of theirs only where it is shown to them, with the answer.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from portal.database import fetch_row, fetch_value
from portal.domain.common.actor import SYSTEM, Side
from portal.domain.common.errors import NotFound
from portal.domain.notices.about import About, excerpt
from portal.domain.notices.facts import SAID
from portal.domain.opinions.events import OpinionEvent
from portal.domain.opinions.states import OpinionSource, Sentiment
from portal.domain.opinions.tables import SUBJECT_KIND

# What was written, by event; elsewhere the opinion itself.
_SAID = {OpinionEvent.ANSWERED: "answer", OpinionEvent.DROPPED: "dropped_because"}
# Where the customer reads it: with the visit in which it was said, else with all of them.
VISITS = "/visits"


async def about_opinion(event: str, payload: Mapping[str, Any]) -> About:
    """What is known of an opinion. Raises `NotFound`. The payload says `is_shown` and `low_score`.

    `is_shown` is how it stands now, not how it was announced: what was hidden since is not told.
    """
    row = await fetch_row(
        """SELECT o.*, a.name AS account, a.locale, a.branch_id, actor.name AS actor,
               actor.side AS actor_side, owner.name AS owner, v.reference AS visit, v.shown_at,
               (SELECT t.due_at FROM target t WHERE t.subject_kind = 'opinion'
                   AND t.subject_id = o.id AND t.met_at IS NULL AND t.cancelled_at IS NULL
                   ORDER BY t.id DESC LIMIT 1) AS due_at
           FROM opinion o
           JOIN staff_member s ON s.id = o.owner_id JOIN person owner ON owner.id = s.person_id
           LEFT JOIN account a ON a.id = o.account_id
           LEFT JOIN visit v ON v.id = o.visit_id
           LEFT JOIN person actor ON actor.id = $2
           WHERE o.id = $1""",
        payload["opinion_id"],
        payload.get("actor_id"),
    )
    if row is None:
        raise NotFound
    is_criticism = row["sentiment"] == Sentiment.CRITICISM
    return About(
        event=event,
        payload={
            **payload,
            "is_shown": row["is_shown"],
            "low_score": row["source"] == OpinionSource.SURVEY and is_criticism,
        },
        account_id=row["account_id"],
        account_locale=row["locale"],
        reference=row["reference"],
        thread=f"{SUBJECT_KIND}.{row['id']}",
        words={
            "account": row["account"],
            "actor": row["actor"] or SYSTEM.name,
            "owner": row["owner"],
            "sentiment": Sentiment(row["sentiment"]).label,
            "about": row["about"],
            "due_at": _iso(row["due_at"]),
            SAID: excerpt(row[_SAID.get(OpinionEvent(event), "text")]),
        },
        branch_id=row["branch_id"] or await _branch_of(row["owner_id"]),
        actor_id=payload.get("actor_id"),
        actor_side=row["actor_side"] or Side.SYSTEM,
        staff={"owner": row["owner_id"], "former_owner": payload.get("from_owner_id")},
        paths={
            Side.CUSTOMER: f"{VISITS}/{row['visit']}" if row["shown_at"] else VISITS,
            Side.STAFF: f"/staff/opinions/{row['reference']}",
        },
        status=row["status"],
    )


async def _branch_of(staff_member_id: int) -> int | None:
    branch: int | None = await fetch_value(
        "SELECT branch_id FROM staff_member WHERE id = $1", staff_member_id
    )
    return branch


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
