"""Deputies decide and choose in the place of colleagues who are away, by name (rules C7, C8)."""

from collections.abc import Collection, Iterable, Sequence

from portal.domain.common.actor import Actor
from portal.domain.common.permissions import StaffRole
from portal.domain.complaints.authority import APPROVING_ROLES
from portal.domain.organisation import deputies
from portal.domain.organisation.deputies import Absent


async def stood_in_for(
    by: Actor, roles: Collection[StaffRole] = APPROVING_ROLES
) -> Sequence[Absent]:
    """Those with one of the roles whose work `by` does today."""
    if by.staff_member_id is None:
        return []
    away = await deputies.stood_in_for(by.staff_member_id)
    return [each for each in away if each.role in roles]


def standing_in(stood_in_for: Iterable[Absent], role: str, proposed_by: int) -> Absent | None:
    """Who of them has the role and may decide.

    Who proposed it may not, and so no deputy for them.
    """
    return next(
        (each for each in stood_in_for if each.role == role and each.person_id != proposed_by),
        None,
    )
