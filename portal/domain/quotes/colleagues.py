"""Which of us may work on an account's requests: who sees its file and works on quotes (A6)."""

from collections.abc import Sequence

from portal.database import fetch, fetch_row
from portal.domain.accounts.confidentiality import may_see
from portal.domain.common.actor import Actor, Side
from portal.domain.common.permissions import GRANTS, Permission, StaffRole
from portal.domain.quotes.views import Colleague

_WORKING = [
    role.value
    for role, granted in GRANTS.items()
    if isinstance(role, StaffRole) and Permission.WORK_ON_QUOTES in granted
]
_SEEING_ALL = [
    role.value for role, granted in GRANTS.items() if Permission.READ_ALL_ACCOUNTS in granted
]


async def colleague(staff_id: int) -> Actor | None:
    """A member of staff who still works here, with what they may do."""
    row = await fetch_row(
        """SELECT s.id, s.person_id, s.role, s.branch_id, p.name
           FROM staff_member s JOIN person p ON p.id = s.person_id
           WHERE s.id = $1 AND p.disabled_at IS NULL""",
        staff_id,
    )
    if row is None:
        return None
    role = StaffRole(row["role"])
    return Actor(row["person_id"], row["name"], Side.STAFF, role, None, row["id"], row["branch_id"])


async def may_work_on(account_id: int, other: Actor) -> bool:
    """Whether this colleague may work on requests of this account."""
    return other.may(Permission.WORK_ON_QUOTES) and await may_see(account_id, other)


async def colleagues_for(account_id: int) -> Sequence[Colleague]:
    """Whom a request of this account can be handed to, by name: its team and line, then others."""
    rows = await fetch(
        """WITH RECURSIVE line (id) AS (
               SELECT staff_member_id FROM team_member WHERE account_id = $1
               UNION
               SELECT s.supervisor_id FROM staff_member s JOIN line ON s.id = line.id
               WHERE s.supervisor_id IS NOT NULL)
           SELECT s.id, s.person_id, p.name, p.phone
           FROM staff_member s JOIN person p ON p.id = s.person_id
           WHERE p.disabled_at IS NULL AND s.role = ANY($2::text[])
             AND (s.role = ANY($3::text[]) OR s.id IN (SELECT id FROM line))
           ORDER BY s.id IN (SELECT id FROM line) DESC, p.name, s.id LIMIT 200""",
        account_id,
        _WORKING,
        _SEEING_ALL,
    )
    return [Colleague(**dict(row)) for row in rows]
