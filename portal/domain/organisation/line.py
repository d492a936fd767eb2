"""The supervisor line: who stands above whom, and that nobody stands above themselves."""

from portal.database import fetch
from portal.domain.common.errors import FieldError
from portal.domain.common.words import N_


async def line_up(staff_member_id: int) -> list[int]:
    """Everybody above a staff member, the nearest first."""
    rows = await fetch(
        """WITH RECURSIVE line (id, supervisor_id, steps) AS (
               SELECT s.id, s.supervisor_id, 0 FROM staff_member s WHERE s.id = $1
               UNION ALL
               SELECT s.id, s.supervisor_id, line.steps + 1
               FROM line JOIN staff_member s ON s.id = line.supervisor_id
           ) CYCLE id SET looped USING path
           SELECT id FROM line WHERE steps > 0 AND NOT looped ORDER BY steps""",
        staff_member_id,
    )
    return [row["id"] for row in rows]


async def everybody_below(staff_member_id: int) -> frozenset[int]:
    """Everybody who answers to a staff member, directly or through others."""
    rows = await fetch(
        """WITH RECURSIVE below (id) AS (
               SELECT s.id FROM staff_member s WHERE s.supervisor_id = $1
               UNION
               SELECT s.id FROM below JOIN staff_member s ON s.supervisor_id = below.id
           )
           SELECT id FROM below WHERE id <> $1""",
        staff_member_id,
    )
    return frozenset(row["id"] for row in rows)


async def check_supervisor(staff_member_id: int | None, supervisor_id: int | None) -> None:
    """Raise `FieldError` at `supervisor_id` unless that is somebody here who is not below.

    `staff_member_id` is None for somebody new. Call `wait_for_other_changes` first.
    """
    if supervisor_id is None:
        return
    present = await fetch(
        """SELECT 1 FROM staff_member s JOIN person p ON p.id = s.person_id
           WHERE s.id = $1 AND p.disabled_at IS NULL""",
        supervisor_id,
    )
    if not present:
        raise FieldError("supervisor_id", N_("Choose a supervisor who works here."))
    if staff_member_id is not None and (
        supervisor_id == staff_member_id or supervisor_id in await everybody_below(staff_member_id)
    ):
        raise FieldError(
            "supervisor_id", N_("Choose a supervisor who does not answer to this person.")
        )
