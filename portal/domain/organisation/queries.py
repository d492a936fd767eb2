"""Staff listed, searched and shown (permission READ_STAFF)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.database import fetch, fetch_row
from portal.domain.common.errors import NotFound
from portal.domain.common.permissions import StaffRole
from portal.domain.common.words import N_, Worded

PAGE_SIZE = 50
MAX_WORDS = 8


class StaffState(Worded):
    """Whether a staff member can sign in."""

    ACTIVE = "active", N_("Can sign in")
    INVITED = "invited", N_("Invited")
    DISABLED = "disabled", N_("Disabled")

    @property
    def tone(self) -> str:
        return {"active": "done", "invited": "running", "disabled": "neutral"}[self]


@dataclass(frozen=True, slots=True)
class StaffRow:
    """A staff member as lists and pages show them. Names are empty where there is nobody."""

    id: int
    person_id: int
    name: str
    email: str
    phone: str
    role: StaffRole
    job_title: str
    department_id: int | None
    department_name: str
    branch_id: int | None
    branch_name: str
    supervisor_id: int | None
    supervisor_name: str
    state: StaffState
    disabled_at: datetime | None
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffFilter:
    """What a list is narrowed to. `text` is looked for in name, address, title and department."""

    text: str = ""
    role: StaffRole | None = None
    department_id: int | None = None
    branch_id: int | None = None
    with_disabled: bool = False


@dataclass(frozen=True, slots=True)
class StaffPage:
    """Rows by name. `after` and `before` are ids to ask the next and the previous page with."""

    rows: Sequence[StaffRow]
    after: int | None
    before: int | None


async def staff_list(
    wanted: StaffFilter | None = None,
    *,
    after: int | None = None,
    before: int | None = None,
    limit: int = PAGE_SIZE,
) -> StaffPage:
    """One page of the staff, by name."""
    backwards = before is not None
    conditions, values = _conditions(wanted or StaffFilter())
    start = before if backwards else after
    if start is not None:
        values.append(start)
        conditions.append(
            f"""(p.name, s.id) {"<" if backwards else ">"} (SELECT q.name, t.id
                FROM staff_member t JOIN person q ON q.id = t.person_id
                WHERE t.id = ${len(values)})"""  # noqa: S608 - constants
        )
    values.append(limit + 1)
    direction = "DESC" if backwards else "ASC"
    rows = await fetch(
        f"""{_SELECT} WHERE {" AND ".join(conditions)}
            ORDER BY p.name {direction}, s.id {direction} LIMIT ${len(values)}""",
        *values,
    )
    found = [_staff_row(row) for row in rows[:limit]]
    more = len(rows) > limit
    if backwards:
        found.reverse()
    return StaffPage(
        found,
        after=found[-1].id if found and (more or backwards) else None,
        before=found[0].id if found and (more if backwards else after is not None) else None,
    )


async def staff_row(staff_member_id: int) -> StaffRow:
    """One staff member. Raises `NotFound`."""
    row = await fetch_row(f"{_SELECT} WHERE s.id = $1", staff_member_id)
    if row is None:
        raise NotFound
    return _staff_row(row)


async def possible_supervisors(staff_member_id: int | None = None) -> list[tuple[int, str]]:
    """Ids and names of those who may stand above a staff member: here, and not below them."""
    rows = await fetch(
        """WITH RECURSIVE below (id) AS (
               SELECT $1::bigint
               UNION
               SELECT s.id FROM below JOIN staff_member s ON s.supervisor_id = below.id
           )
           SELECT s.id, p.name FROM staff_member s JOIN person p ON p.id = s.person_id
           WHERE p.disabled_at IS NULL
             AND NOT EXISTS (SELECT FROM below WHERE below.id = s.id)
           ORDER BY p.name, s.id""",
        staff_member_id,
    )
    return [(row["id"], row["name"]) for row in rows]


# A house has hundreds or a few thousand staff, so that search reads them all and needs no index
# that every change of a name would have to keep.
_SELECT = """
    SELECT s.id, s.person_id, p.name, p.email, p.phone, s.role, s.job_title,
        s.department_id, coalesce(d.name, '') AS department_name,
        s.branch_id, coalesce(b.name, '') AS branch_name,
        s.supervisor_id, coalesce(sp.name, '') AS supervisor_name,
        CASE WHEN p.disabled_at IS NOT NULL THEN 'disabled'
             WHEN has_password(p.id) THEN 'active' ELSE 'invited' END AS state,
        p.disabled_at, s.version
    FROM staff_member s JOIN person p ON p.id = s.person_id
    LEFT JOIN department d ON d.id = s.department_id
    LEFT JOIN branch b ON b.id = s.branch_id
    LEFT JOIN staff_member sm ON sm.id = s.supervisor_id LEFT JOIN person sp ON sp.id = sm.person_id
"""
_SEARCHED = "concat_ws(' ', p.name, p.email, s.job_title, d.name)"


def _conditions(wanted: StaffFilter) -> tuple[list[str], list[Any]]:
    conditions, values = ["p.side = 'staff'"], []

    def need(condition: str, value: Any) -> None:
        values.append(value)
        conditions.append(condition.format(place=f"${len(values)}"))

    if not wanted.with_disabled:
        conditions.append("p.disabled_at IS NULL")
    if wanted.role:
        need("s.role = {place}", wanted.role.value)
    if wanted.department_id:
        need("s.department_id = {place}", wanted.department_id)
    if wanted.branch_id:
        need("s.branch_id = {place}", wanted.branch_id)
    for word in wanted.text.replace("\x00", "").split()[:MAX_WORDS]:
        need(f"position(lower({{place}}) IN lower({_SEARCHED})) > 0", word)
    return conditions, values


def _staff_row(row: Any) -> StaffRow:
    return StaffRow(
        **{**dict(row), "role": StaffRole(row["role"]), "state": StaffState(row["state"])}
    )
