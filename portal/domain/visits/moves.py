"""Appointments and due days that were moved, by whom and why; nothing of it is lost (rule V5)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from portal.database import database_now, execute, fetch_row, fetch_value
from portal.domain.common.actor import Actor, Side
from portal.domain.common.record import for_us
from portal.domain.quotes.revision_rows import day_in, moment_in
from portal.domain.visits.tables import Visit


@dataclass(frozen=True, slots=True)
class Wish:
    """The time that a customer asked for last."""

    id: int
    starts_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class MoveView:
    """One move. `reason` is a message id where `side` is the portal's, else as somebody wrote it.

    Days are there for due days, moments for appointments. `name` is empty for the customer's login.
    """

    id: int
    side: Side
    from_starts_at: datetime | None
    to_starts_at: datetime | None
    from_due_on: date | None
    to_due_on: date | None
    reason: str
    name: str
    moved_at: datetime

    @property
    def is_by_rule(self) -> bool:
        return self.side is Side.SYSTEM


async def note_move(visit: Visit, to: datetime, reason: str, *, by: Actor) -> int:
    """Keep that the appointment moves to `to` (aware), and why. Returns the move's id."""
    move_id: int = await fetch_value(
        """INSERT INTO visit_move (account_id, visit_id, side, from_starts_at, to_starts_at, reason,
               moved_by, moved_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id""",
        visit.account_id,
        visit.id,
        by.side.value,
        visit.starts_at,
        to,
        reason,
        by.person_id,
        await database_now(),
    )
    return move_id


async def note_due_move(visit: Visit, before: date, reason: str) -> None:
    """Keep that the rule's day was `before`; `reason` is a message id."""
    await execute(
        """INSERT INTO visit_move (account_id, visit_id, side, from_due_on, to_due_on, reason,
               moved_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7)""",
        visit.account_id,
        visit.id,
        Side.SYSTEM.value,
        before,
        visit.due_on,
        reason,
        await database_now(),
    )


async def last_wish(visit: Visit) -> Wish | None:
    """What the customer asked for last; None where they never did."""
    row = await fetch_row(
        """SELECT id, to_starts_at AS starts_at, reason FROM visit_move
           WHERE visit_id = $1 AND side = $2 ORDER BY id DESC LIMIT 1""",
        visit.id,
        Side.CUSTOMER.value,
    )
    return Wish(**dict(row)) if row else None


def moves_sql() -> str:
    """For statements about `visit v` of the unit's login: what `moves_in` reads."""
    day = for_us("m.from_due_on", instead="NULL")
    to_day = for_us("m.to_due_on", instead="NULL")
    name = for_us("(SELECT p.name FROM person p WHERE p.id = m.moved_by)")
    return f"""(SELECT coalesce(json_agg(x ORDER BY x.id), '[]') FROM (
        SELECT m.id, m.side, m.from_starts_at, m.to_starts_at, {day} AS from_due_on,
            {to_day} AS to_due_on, m.reason, coalesce({name}, '') AS name, m.moved_at
        FROM visit_move m WHERE m.visit_id = v.id) AS x)"""  # noqa: S608 - constants


def moves_in(found: str) -> Sequence[MoveView]:
    """Every move that the viewer may read, oldest first."""
    return [
        MoveView(
            id=each["id"],
            side=Side(each["side"]),
            from_starts_at=moment_in(each["from_starts_at"]),
            to_starts_at=moment_in(each["to_starts_at"]),
            from_due_on=day_in(each["from_due_on"]),
            to_due_on=day_in(each["to_due_on"]),
            reason=each["reason"],
            name=each["name"],
            moved_at=datetime.fromisoformat(each["moved_at"]),
        )
        for each in json.loads(found)
    ]
