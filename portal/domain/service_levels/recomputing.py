"""After a change of policy or calendar: open targets are counted anew, what was is kept and said.

A change asks for it in its own transaction; workers go through the targets in rounds, so that a
change is saved at once however much is owed. A change that holds from a later day waits until then.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from portal.database import database_now, execute, fetch_row, fetch_value
from portal.domain.common.activity import Subject, touch
from portal.domain.common.words import N_
from portal.domain.service_levels.recounting import (
    Recounted,
    as_it_is,
    condition_for_calendar,
    condition_for_figure,
    open_targets_after,
    recount,
)
from portal.domain.service_levels.terms import stored


class Cause(StrEnum):
    """Why targets are counted anew."""

    POLICY = "policy"
    CALENDAR = "calendar"
    PUBLISHED = "published"


# What both sides read; why we changed it is ours.
_SAID = {
    Cause.POLICY: N_("the service policy has changed"),
    Cause.CALENDAR: N_("the working days have changed"),
    Cause.PUBLISHED: N_("the public holidays have been published"),
}


async def ask_for_recomputation(
    cause: Cause,
    *,
    figure_key: str | None = None,
    branch_id: int | None = None,
    due_at: datetime | None = None,
) -> None:
    """Have the open targets of a figure or a calendar counted anew, now or at `due_at`."""
    await execute(
        "INSERT INTO recomputation (cause, figure_key, branch_id, due_at) VALUES ($1, $2, $3, $4)",
        cause.value,
        figure_key,
        branch_id,
        due_at or await database_now(),
    )


async def ask_for_published_years() -> int:
    """Count anew what rests on holidays that were not published; once a day, however many ask."""
    now = await database_now()
    asked = await fetch_value(
        """INSERT INTO recomputation (cause, due_at)
           SELECT $1, $2 WHERE pg_try_advisory_xact_lock(hashtextextended('published', 0))
             AND NOT EXISTS (SELECT FROM recomputation
                 WHERE cause = $1 AND due_at > $2::timestamptz - interval '1 day')
             AND EXISTS (SELECT FROM target WHERE met_at IS NULL AND cancelled_at IS NULL
                 AND breached_at IS NULL AND provisional)
           RETURNING 1""",
        Cause.PUBLISHED.value,
        now,
    )
    return int(asked or 0)


async def recompute_due(*, limit: int = 500) -> int:
    """Count up to `limit` targets anew for the oldest change that holds by now.

    For the worker: call it until it returns 0. Late and closed targets are never touched.
    """
    asked = await fetch_row(
        """SELECT * FROM recomputation WHERE done_at IS NULL AND due_at <= $1
           ORDER BY due_at, id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED""",
        await database_now(),
    )
    if asked is None:
        return 0
    condition, values = _concerned(asked)
    rows = await open_targets_after(
        condition, values, after_id=asked["reached_id"], limit=limit, lock=True
    )
    assumed = await as_it_is(changed=asked["figure_key"] or "")
    changed = [one for row in rows if (one := recount(row, assumed)) and one.is_changed]
    moved = [one for one in changed if one.moves]
    await _write(changed)
    await _keep(moved, _SAID[Cause(asked["cause"])])
    await execute(
        """UPDATE recomputation SET reached_id = $2, looked_at = looked_at + $3,
               moved = moved + $4, done_at = $5 WHERE id = $1""",
        asked["id"],
        rows[-1]["id"] if rows else asked["reached_id"],
        len(rows),
        len(moved),
        await database_now() if len(rows) < limit else None,
    )
    return max(len(rows), 1)


def _concerned(asked: Any) -> tuple[str, list[Any]]:
    match Cause(asked["cause"]):
        case Cause.POLICY:
            return condition_for_figure(asked["figure_key"])
        case Cause.CALENDAR:
            return condition_for_calendar(asked["branch_id"])
        case Cause.PUBLISHED:
            return "t.provisional", []


async def _write(changed: Sequence[Recounted]) -> None:
    for one in changed:
        calendar, warn_after, due_after, _, _, warn_share = stored(one.terms)
        await execute(
            """UPDATE target SET policy_version = $2, calendar = $3, warn_after = $4,
                   due_after = $5, warn_share = $6, warn_at = $7, due_at = $8, provisional = $9,
                   breached_at = CASE WHEN paused_since > $8 THEN $8 END
               WHERE id = $1""",
            one.row["id"],
            one.policy_version,
            calendar,
            warn_after,
            due_after,
            warn_share,
            one.warn_at,
            one.due_at,
            one.provisional,
        )
        row = one.row
        touch(Subject(row["subject_kind"], row["subject_id"], row["reference"], row["account_id"]))


async def _keep(moved: Sequence[Recounted], reason: str) -> None:
    """Keep what was due before, and why it is not any more."""
    now = await database_now()
    await execute(
        """INSERT INTO target_change (account_id, target_id, changed_at, due_before, due_after,
               version_before, reason)
           SELECT m.*, $7 FROM unnest($1::bigint[], $2::bigint[], $3::timestamptz[],
               $4::timestamptz[], $5::timestamptz[], $6::int[]) AS m""",
        [one.row["account_id"] for one in moved],
        [one.row["id"] for one in moved],
        [now] * len(moved),
        [one.row["due_at"] for one in moved],
        [one.due_at for one in moved],
        [one.row["policy_version"] for one in moved],
        reason,
    )
