"""Who can lead a corrective action and who can own its steps; owner departments (rule C9)."""

from portal.database import fetch
from portal.domain.common.permissions import Permission, StaffRole, allowed
from portal.domain.common.words import N_
from portal.domain.organisation.tables import Department, StaffMember
from portal.domain.quotes.field_checks import FieldChecks

_NO_LEADER = N_("Choose somebody who works on corrective actions.")
_NOT_HERE = N_("Choose a colleague who works here.")
_NO_DEPARTMENT = N_("Choose one of the departments.")
_LEADING_ROLES = [
    role.value for role in StaffRole if allowed(role, Permission.WORK_ON_CORRECTIVE_ACTIONS)
]
_HERE = "FROM staff_member s JOIN person p ON p.id = s.person_id WHERE p.disabled_at IS NULL"


async def possible_leaders() -> list[tuple[int, str]]:
    """Staff ids and names of those who may lead one, by name."""
    rows = await fetch(
        f"SELECT s.id, p.name {_HERE} AND s.role = ANY($1) ORDER BY p.name, s.id",
        _LEADING_ROLES,
    )
    return [(row["id"], row["name"]) for row in rows]


async def possible_owners() -> list[tuple[int, str]]:
    """Staff ids and names of everybody who works here, by name: anybody can own a step."""
    rows = await fetch(f"SELECT s.id, p.name {_HERE} ORDER BY p.name, s.id")
    return [(row["id"], row["name"]) for row in rows]


async def check_leader(checks: FieldChecks, staff_member_id: int | None) -> None:
    """Refuse at `leader_id` who is not here or does not work on corrective actions."""
    if staff_member_id not in {each for each, _ in await possible_leaders()}:
        checks.refuse("leader_id", _NO_LEADER)


async def check_owner(checks: FieldChecks, staff_member_id: int | None) -> None:
    """Refuse at `owner_id` who does not work here."""
    here = await fetch(f"SELECT 1 {_HERE} AND s.id = $1", staff_member_id)
    if not here:
        checks.refuse("owner_id", _NOT_HERE)


async def check_department(checks: FieldChecks, department_id: int | None) -> None:
    """Refuse at `department_id` what is no department."""
    known = department_id is not None and await Department.exists().where(
        Department.id == department_id
    )
    if not known:
        checks.refuse("department_id", _NO_DEPARTMENT)


async def name_of(staff_member_id: int) -> str:
    """The name of a staff member."""
    rows = await fetch(
        "SELECT p.name FROM staff_member s JOIN person p ON p.id = s.person_id WHERE s.id = $1",
        staff_member_id,
    )
    return str(rows[0]["name"]) if rows else ""


async def department_of(staff_member_id: int | None) -> int | None:
    """The department somebody belongs to, to be offered first."""
    if staff_member_id is None:
        return None
    member = await StaffMember.objects().get(StaffMember.id == staff_member_id)
    return None if member is None else member.department_id
