"""What was done turns out not to be done: its clock runs on from where it stood."""

from portal.database import database_now, execute, fetch_row
from portal.domain.common.activity import Subject
from portal.domain.service_levels.promise import TargetKind
from portal.domain.service_levels.reckoning import reckon


async def reopen(subject: Subject, kind: TargetKind, *, reason: str) -> bool:
    """Let the newest clock of `kind` that was met or cancelled run on; `reason` is read by both.

    The time in between counts as waiting. What was late stays late. Returns whether a clock runs on
    now: none does where one is open already or none was ever closed.
    """
    ended = await fetch_row(
        """SELECT id, account_id, coalesce(met_at, cancelled_at) AS ended_at FROM target t
           WHERE subject_kind = $1 AND subject_id = $2 AND kind = $3 AND replaced_because IS NULL
             AND (met_at IS NOT NULL OR cancelled_at IS NOT NULL)
             AND NOT EXISTS (SELECT FROM target o WHERE o.subject_kind = $1 AND o.subject_id = $2
                 AND o.kind = $3 AND o.met_at IS NULL AND o.cancelled_at IS NULL)
           ORDER BY id DESC LIMIT 1 FOR NO KEY UPDATE""",
        subject.kind,
        subject.id,
        kind.value,
    )
    if ended is None:
        return False
    await execute("UPDATE target SET met_at = NULL, cancelled_at = NULL WHERE id = $1", ended["id"])
    # As in `clock.resume`: this unit may have begun before the one that ended the clock.
    await execute(
        """INSERT INTO target_pause (account_id, target_id, started_at, ended_at, reason)
           VALUES ($1, $2, $3, $4, $5)""",
        ended["account_id"],
        ended["id"],
        ended["ended_at"],
        max(ended["ended_at"], await database_now()),
        reason,
    )
    await reckon([ended["id"]])
    return True
