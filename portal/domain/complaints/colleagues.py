"""Whom a complaint can be offered to: everybody who works on complaints (rule C14)."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.database import fetch
from portal.domain.common.permissions import GRANTS, Permission, StaffRole
from portal.domain.complaints.routing import route_of_case
from portal.domain.complaints.tables import Complaint

_WORKING = [
    role.value
    for role, granted in GRANTS.items()
    if isinstance(role, StaffRole) and Permission.WORK_ON_COMPLAINTS in granted
]
MOST = 200


@dataclass(frozen=True, slots=True)
class CareColleague:
    """Somebody who could take a complaint on; `id` is the staff member's."""

    id: int
    name: str
    role: StaffRole


async def colleagues_for_complaint(complaint: Complaint) -> Sequence[CareColleague]:
    """Who could take it on, without who has it: whom the route names first, then the own branch."""
    route = route_of_case(complaint.case, complaint.category)
    rows = await fetch(
        """SELECT s.id, p.name, s.role FROM staff_member s JOIN person p ON p.id = s.person_id
           WHERE p.disabled_at IS NULL AND s.role = ANY ($1::text[]) AND s.id <> $2
           ORDER BY s.role = $3 DESC,
               s.branch_id IS NOT DISTINCT FROM (SELECT branch_id FROM account WHERE id = $4) DESC,
               p.name, s.id
           LIMIT $5""",
        _WORKING,
        complaint.owner_id,
        route.role.value if route.role else "",
        complaint.account_id,
        MOST,
    )
    return [CareColleague(row["id"], row["name"], StaffRole(row["role"])) for row in rows]
