"""Departments, of one branch or of the whole company."""

from dataclasses import asdict, dataclass
from typing import Any

from portal.domain.common import activity
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import FieldError, NotFound
from portal.domain.common.words import N_
from portal.domain.identity.settings import check_name
from portal.domain.organisation.branches import check_code
from portal.domain.organisation.editing import check_may_edit
from portal.domain.organisation.tables import Branch, Department, StaffMember


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentFacts:
    """What a department is. Without a branch it is the whole company's."""

    code: str
    name: str
    branch_id: int | None = None
    head_id: int | None = None


async def departments() -> list[Department]:
    """All departments, by name."""
    return await Department.objects().order_by(Department.name, Department.id)


async def department_by_id(department_id: int) -> Department:
    """Raises `NotFound`."""
    department = await Department.objects().get(Department.id == department_id)
    if department is None:
        raise NotFound
    return department


async def create_department(facts: DepartmentFacts, *, by: Actor) -> Department:
    """Add a department. Raises `NotAllowed`, `FieldError` at a field of the facts."""
    check_may_edit(by)
    columns = await _columns(facts)
    department = Department(**columns)
    await department.save()
    await activity.record(
        department.subject,
        "organisation.department_added",
        by=by,
        visible_to=Audience.INTERNAL,
        after=columns,
    )
    return department


async def change_department(
    department: Department, facts: DepartmentFacts, *, expected_version: int, by: Actor
) -> None:
    """Change a department; recorded (rule A5).

    Raises `NotAllowed`, `Conflict`, `FieldError` at a field of the facts.
    """
    check_may_edit(by)
    await department.lock(expected_version=expected_version)
    changed = await department.change(**await _columns(facts, of=department))
    await activity.record_change(
        department.subject, "organisation.department_changed", changed, by=by
    )


async def _columns(facts: DepartmentFacts, *, of: Department | None = None) -> dict[str, Any]:
    code = check_code(facts.code)
    taken = Department.exists().where(Department.code == code)
    if await (taken.where(Department.id != of.id) if of else taken):
        raise FieldError("code", N_("This code is taken."))
    if facts.branch_id and not await Branch.exists().where(Branch.id == facts.branch_id):
        raise FieldError("branch_id", N_("Choose one of the branches."))
    if facts.head_id and not await StaffMember.exists().where(StaffMember.id == facts.head_id):
        raise FieldError("head_id", N_("Choose a colleague who works here."))
    return {**asdict(facts), "code": code, "name": check_name(facts.name)}
