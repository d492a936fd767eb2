"""What corrective actions ask of somebody: what waits to be verified, what demands one, counts."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.database import database_now, fetch, fetch_row
from portal.domain.common.actor import Actor
from portal.domain.common.permissions import Permission
from portal.domain.complaints.access import visible_complaints_condition
from portal.domain.corrective_actions.access import may_verify
from portal.domain.corrective_actions.listing import (
    JOINED,
    ROW_COLUMNS,
    ActionRow,
    action_row,
)
from portal.domain.corrective_actions.states import CorrectiveActionStatus
from portal.domain.organisation.deputies import whose_work_falls_to

# A badge says 99+.
MOST = 100
# The words of the partial index, so that the planner sees that it fits.
_DEMANDING = """c.capa_state IN ('demanded', 'open') AND c.capa_state = 'demanded'
    AND c.status NOT IN ('closed', 'withdrawn')"""
_OWED = """t.subject_kind IN ('corrective_action_step', 'corrective_action')
    AND t.met_at IS NULL AND t.cancelled_at IS NULL"""


@dataclass(frozen=True, slots=True)
class DemandingComplaint:
    """A complaint that asks for a corrective action and has none yet (rule C9)."""

    id: int
    reference: str
    title: str
    account_name: str
    account_id: int
    version: int


@dataclass(frozen=True, slots=True)
class AnsweringAction:
    """A corrective action as the page of a complaint names it."""

    reference: str
    status: CorrectiveActionStatus


@dataclass(frozen=True, slots=True)
class ActionCounts:
    """How much waits, at most `MOST` of each."""

    owed: int
    to_verify: int
    demanded: int


async def to_verify(*, by: Actor, limit: int = 20) -> Sequence[ActionRow]:
    """What `by` is asked to verify, the longest waiting first; nothing for who may not."""
    if not await may_verify(by):
        return []
    rows = await fetch(
        f"""SELECT {ROW_COLUMNS} {JOINED}
            WHERE a.status = 'checked' ORDER BY a.checked_at, a.id LIMIT $1""",
        limit,
    )
    now = await database_now()
    return [action_row(row, now) for row in rows]


async def demanding(*, by: Actor, limit: int = MOST) -> Sequence[DemandingComplaint]:
    """Complaints that `by` may see and that wait for a corrective action, the oldest first."""
    condition, values = visible_complaints_condition(by, "c", place=2)
    rows = await fetch(
        f"""SELECT c.id, c.reference, c.title, a.name AS account_name, c.account_id, c.version
            FROM complaint c JOIN account a ON a.id = c.account_id
            WHERE {_DEMANDING} AND {condition}
            ORDER BY c.id LIMIT $1""",  # noqa: S608 - constants
        limit,
        *values,
    )
    return [DemandingComplaint(**dict(row)) for row in rows]


async def actions_of(complaint_id: int) -> Sequence[AnsweringAction]:
    """The corrective actions that answer a complaint, the newest first; for staff."""
    rows = await fetch(
        """SELECT a.reference, a.status FROM corrective_action_complaint l
           JOIN corrective_action a ON a.id = l.corrective_action_id
           WHERE l.complaint_id = $1 ORDER BY a.id DESC""",
        complaint_id,
    )
    return [
        AnsweringAction(row["reference"], CorrectiveActionStatus(row["status"])) for row in rows
    ]


async def action_counts(*, by: Actor) -> ActionCounts:
    """The counts as `by` sees them; a bounded look at small indexes."""
    mine = [] if by.staff_member_id is None else await whose_work_falls_to(by.staff_member_id)
    condition, values = visible_complaints_condition(by, "c", place=4)
    row = await fetch_row(
        f"""SELECT
                (SELECT count(*) FROM (SELECT FROM target t
                    WHERE t.owner_id = ANY($1) AND {_OWED} LIMIT $2) AS x) AS owed,
                (SELECT count(*) FROM (SELECT FROM corrective_action a
                    WHERE a.status = 'checked' AND $3 LIMIT $2) AS x) AS to_verify,
                (SELECT count(*) FROM (SELECT FROM complaint c
                    WHERE {_DEMANDING} AND {condition} LIMIT $2) AS x) AS demanded""",  # noqa: S608 - constants
        list(mine),
        MOST,
        await may_verify(by),
        *values,
    )
    assert row is not None  # noqa: S101 - one row of counts
    reads = by.may(Permission.READ_CORRECTIVE_ACTIONS)
    return ActionCounts(row["owed"], row["to_verify"], row["demanded"] if reads else 0)
