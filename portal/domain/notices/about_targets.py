"""What an event of a target is about: a promise that is due soon, missed, or still not kept."""

from collections.abc import Mapping
from typing import Any

from portal.database import fetch_row
from portal.domain.common.actor import Side
from portal.domain.common.errors import NotFound
from portal.domain.complaints.tables import SUBJECT_KIND as COMPLAINT
from portal.domain.corrective_actions.tables import STEP_KIND as CORRECTIVE_STEP
from portal.domain.corrective_actions.tables import SUBJECT_KIND as CORRECTIVE_ACTION
from portal.domain.meetings.tables import ITEM_KIND, MEETING_KIND, REPORT_KIND
from portal.domain.notices.about import About
from portal.domain.onboarding.clock import SUBJECT_KIND as ACCOUNT
from portal.domain.opinions.tables import SUBJECT_KIND as OPINION
from portal.domain.orders.tables import SUBJECT_KIND as ORDER
from portal.domain.quotes.tables import SUBJECT_KIND as REQUEST
from portal.domain.service_levels.promise import TargetKind
from portal.domain.visits.tables import SUBJECT_KIND as VISIT

_PLACES = {
    REQUEST: "/staff/quotes",
    ORDER: "/staff/orders",
    COMPLAINT: "/staff/complaints",
    CORRECTIVE_ACTION: "/staff/corrective-actions",
    CORRECTIVE_STEP: "/staff/corrective-actions",
    ACCOUNT: "/staff/accounts",
    VISIT: "/staff/visits",
    OPINION: "/staff/opinions",
    MEETING_KIND: "/staff/meetings",
    REPORT_KIND: "/staff/contact-reports",
    ITEM_KIND: "/staff/contact-reports",
}


async def about_target(event: str, payload: Mapping[str, Any]) -> About:
    """What is known of a target and of who owes it. Raises `NotFound`.

    The payload says `is_open` besides: what was done in the meantime is nobody's alarm. Without an
    account it is owed inside the house.
    """
    row = await fetch_row(
        """SELECT t.*, t.met_at IS NULL AND t.cancelled_at IS NULL AS is_open, a.locale,
               p.name AS owner, s.supervisor_id, d.head_id
           FROM target t LEFT JOIN account a ON a.id = t.account_id
           LEFT JOIN staff_member s ON s.id = t.owner_id
           LEFT JOIN person p ON p.id = s.person_id
           LEFT JOIN department d ON d.id = s.department_id
           WHERE t.id = $1""",
        payload["target_id"],
    )
    if row is None:
        raise NotFound
    place = _PLACES.get(row["subject_kind"])
    return About(
        event=event,
        payload={**payload, "is_open": row["is_open"]},
        account_id=row["account_id"],
        account_locale=row["locale"],
        reference=row["reference"],
        thread=f"{row['subject_kind']}.{row['subject_id']}",
        words={
            "promise": TargetKind(row["kind"]).label,
            "title": row["title"],
            "account": row["account_name"],
            "owner": row["owner"] or "",
            "due_at": row["due_at"].isoformat(),
        },
        branch_id=row["branch_id"],
        staff={
            "owner": row["owner_id"],
            "supervisor": row["supervisor_id"],
            "head": row["head_id"],
        },
        paths={Side.STAFF: f"{place}/{row['reference']}" if place else "/staff"},
    )
