"""Deputies decide and choose in the place of colleagues who are away, by name (rules C7, C8)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from portal.database import fetch
from portal.domain.common.actor import Actor
from portal.domain.common.permissions import StaffRole
from portal.domain.complaints.authority import APPROVING_ROLES
from portal.domain.organisation.deputies import who_acts_for


@dataclass(frozen=True, slots=True)
class Absent:
    """Somebody with a deciding role who is away; `id` is the staff member's."""

    id: int
    role: StaffRole
    person_id: int
    name: str


async def stood_in_for(
    by: Actor, roles: Collection[StaffRole] = APPROVING_ROLES
) -> Sequence[Absent]:
    """Those with one of the roles whose work `by` does today."""
    if by.staff_member_id is None:
        return []
    holders = await fetch(
        """SELECT s.id, s.role, s.person_id, p.name FROM staff_member s
           JOIN person p ON p.id = s.person_id
           WHERE s.role = ANY ($1::text[]) AND s.id <> $2 AND p.disabled_at IS NULL
           ORDER BY s.id""",
        [role.value for role in roles],
        by.staff_member_id,
    )
    acting = await who_acts_for([each["id"] for each in holders])
    return [
        Absent(each["id"], StaffRole(each["role"]), each["person_id"], each["name"])
        for each in holders
        if acting[each["id"]] == by.staff_member_id
    ]


def standing_in(stood_in_for: Iterable[Absent], role: str, proposed_by: int) -> Absent | None:
    """Who of them has the role and may decide.

    Who proposed it may not, and so no deputy for them.
    """
    return next(
        (each for each in stood_in_for if each.role == role and each.person_id != proposed_by),
        None,
    )
