"""Both sides are reminded of an agreed visit before it takes place (rule V5)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from portal.database import database_now, execute, fetch
from portal.domain import policy
from portal.domain.common.actor import SYSTEM
from portal.domain.policy.visit_figures import REMIND_BEFORE
from portal.domain.visits.events import VisitEvent
from portal.domain.visits.progress import note_that
from portal.domain.visits.story import VisitHappening
from portal.domain.visits.tables import Visit
from portal.domain.visits.telling import tell

_COMING = """SELECT v.id, v.account_id, v.starts_at, a.tier FROM visit v
    JOIN account a ON a.id = v.account_id
    WHERE v.status = 'confirmed' AND v.reminded_at IS NULL AND v.starts_at > $1
    ORDER BY v.starts_at, v.id"""
# As it was looked at: another worker may have been faster, or somebody has moved it.
_STILL_COMING = """SELECT * FROM visit WHERE id = $1 AND starts_at = $2 AND status = 'confirmed'
    AND reminded_at IS NULL FOR NO KEY UPDATE SKIP LOCKED"""


async def remind_of_appointments(*, limit: int = 100) -> int:
    """Remind of up to `limit` visits that take place soon; returns how many.

    For the worker's sweep: call it until it returns 0. Once per appointment: a visit that is moved
    is reminded of anew.
    """
    book, now = await policy.rulebook(), await database_now()
    due = [row for row in await fetch(_COMING, now) if _is_due(row, book, now)][:limit]
    reminded = 0
    for each in due:
        rows = await fetch(_STILL_COMING, each["id"], each["starts_at"])
        if rows:
            await _remind(Visit(**dict(rows[0])))
            reminded += 1
    return reminded


def _is_due(row: Mapping[str, Any], book: policy.Rulebook, now: datetime) -> bool:
    scope = policy.Scope(account_id=row["account_id"], tier=row["tier"])
    due: bool = row["starts_at"] - book.figure(REMIND_BEFORE, at=now, scope=scope).value <= now
    return due


async def _remind(visit: Visit) -> None:
    # The version stays: a customer who has the page open at this moment answers all the same.
    await execute("UPDATE visit SET reminded_at = $2 WHERE id = $1", visit.id, await database_now())
    await note_that(visit, VisitHappening.REMINDED, by=SYSTEM)
    moment = visit.starts_at.isoformat()
    once = f"{VisitEvent.REMINDER.value}:{visit.id}:{moment}"
    await tell(visit, VisitEvent.REMINDER, by=SYSTEM, once=once)
