"""Whose visit it is: the account's own people first (rules V1-V4)."""

from collections.abc import Sequence

from portal.database import fetch, fetch_value
from portal.domain.accounts.team import Position, first_of, team_of
from portal.domain.common.permissions import Permission, StaffRole, allowed
from portal.domain.visits.accounts import VisitedAccount

_BY_MANAGER = (Position.ACCOUNT_MANAGER, Position.SALES_REPRESENTATIVE, Position.BACKUP)
_BY_REPRESENTATIVE = (Position.SALES_REPRESENTATIVE, Position.BACKUP, Position.ACCOUNT_MANAGER)
_BY_ASSISTANT = (Position.SALES_ASSISTANT, *_BY_REPRESENTATIVE)
# Who answers for visits where an account has nobody of its own left.
_ABOVE = (
    StaffRole.SALES_SUPERVISOR,
    StaffRole.SERVICE_SUPERVISOR,
    StaffRole.GENERAL_MANAGER,
    StaffRole.ADMINISTRATOR,
)
_VISITING = [role.value for role in StaffRole if allowed(role, Permission.MAKE_VISITS)]


async def manager_of(account: VisitedAccount) -> int | None:
    """The account manager, else the representative, else who answers for visits (rule V1)."""
    return await _of_team(account, _BY_MANAGER)


async def representative_of(account: VisitedAccount) -> int | None:
    """The sales representative, else a backup, else the manager (rule V3)."""
    return await _of_team(account, _BY_REPRESENTATIVE)


async def assistant_of(account: VisitedAccount) -> int | None:
    """The sales assistant: the call desk, else the representative (rule V3)."""
    return await _of_team(account, _BY_ASSISTANT)


async def head_of(staff_member_id: int) -> int | None:
    """The supervisor of a staff member who is here, else None."""
    head: int | None = await fetch_value(
        """SELECT head.id FROM staff_member s JOIN staff_member head ON head.id = s.supervisor_id
           JOIN person p ON p.id = head.person_id
           WHERE s.id = $1 AND p.disabled_at IS NULL""",
        staff_member_id,
    )
    return head


async def holder_of(role: StaffRole, account: VisitedAccount) -> int | None:
    """Who holds a post, at the serving branch before others; None while nobody does."""
    return next(iter(await _holders([role], account)), None)


async def possible_owners(account: VisitedAccount) -> Sequence[tuple[int, str]]:
    """Staff ids and names of those who may own a visit: the account's team first, then by name."""
    rows = await fetch(
        """SELECT s.id, p.name FROM staff_member s JOIN person p ON p.id = s.person_id
           WHERE p.disabled_at IS NULL AND s.role = ANY($1)
           ORDER BY EXISTS (SELECT FROM team_member t WHERE t.account_id = $2
               AND t.staff_member_id = s.id) DESC, p.name, s.id""",
        _VISITING,
        account.id,
    )
    return [(row["id"], row["name"]) for row in rows]


async def may_own(staff_member_id: int) -> bool:
    """Whether this staff member works here and makes visits."""
    return bool(
        await fetch_value(
            """SELECT EXISTS (SELECT FROM staff_member s JOIN person p ON p.id = s.person_id
                   WHERE s.id = $1 AND p.disabled_at IS NULL AND s.role = ANY($2))""",
            staff_member_id,
            _VISITING,
        )
    )


async def _of_team(account: VisitedAccount, positions: Sequence[Position]) -> int | None:
    member = first_of(await team_of(account.id), positions)
    if member is not None:
        return member.staff_member_id
    return next(iter(await _holders(_ABOVE, account)), None)


async def _holders(roles: Sequence[StaffRole], account: VisitedAccount) -> list[int]:
    rows = await fetch(
        """SELECT s.id FROM staff_member s JOIN person p ON p.id = s.person_id
           WHERE p.disabled_at IS NULL AND s.role = ANY($1)
           ORDER BY array_position($1, s.role), s.branch_id IS NOT DISTINCT FROM $2 DESC, s.id""",
        [role.value for role in roles],
        account.branch_id,
    )
    return [row["id"] for row in rows]
