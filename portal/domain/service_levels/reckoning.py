"""When stored targets warn and are due: from the terms they keep and from all their pauses."""

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from portal.database import execute, fetch
from portal.domain.policy.values import Hours
from portal.domain.service_levels.branch_calendar import PLACE_COLUMNS, calendar_from
from portal.domain.service_levels.promise import Promise, promise_of
from portal.domain.service_levels.targets import EarlierPromise, Pause
from portal.domain.service_levels.terms import TERMS_COLUMNS, terms_of, that_count

PAUSES = """(SELECT coalesce(json_agg(json_build_array(p.started_at, p.ended_at, p.reason)
                 ORDER BY p.started_at, p.id), '[]')
             FROM target_pause p WHERE p.target_id = t.id) AS pauses"""

CHANGES = """(SELECT coalesce(json_agg(json_build_array(c.due_before, c.changed_at, c.reason)
                  ORDER BY c.changed_at, c.id), '[]')
              FROM target_change c WHERE c.target_id = t.id) AS changes"""

# What explaining a row needs besides `PROMISE_COLUMNS`; `b` is the branch of `target t`.
EXPLAINED_COLUMNS = f"{TERMS_COLUMNS}, t.provisional, {PAUSES}, {CHANGES}, {PLACE_COLUMNS}"


async def reckon(target_ids: Collection[int]) -> None:
    """Write when these targets warn and are due.

    One that turns out to have been due before it began to wait is a breach, and waits no less.
    """
    rows = await fetch(
        f"""SELECT t.id, t.opened_at, {EXPLAINED_COLUMNS}
            FROM target t JOIN branch b ON b.id = t.branch_id WHERE t.id = ANY($1)""",  # noqa: S608
        list(target_ids),
    )
    for row in rows:
        terms, opened = terms_of(row), row["opened_at"]
        place = await calendar_from(row, terms.calendar)
        pauses = that_count(pauses_of(row), terms, opened, place.calendar)
        reckoned = terms.reckon(opened, place.calendar, pauses)
        await execute(
            """UPDATE target SET warn_at = $2, due_at = $3, provisional = $4,
                   breached_at = coalesce(breached_at, CASE WHEN paused_since > $3 THEN $3 END)
               WHERE id = $1""",
            row["id"],
            reckoned.warn_at,
            reckoned.due_at,
            terms.may_be_provisional and place.is_provisional(opened, reckoned.due_at),
        )


async def explained(
    row: Mapping[str, Any],
    now: datetime,
    earlier: tuple[EarlierPromise, ...] = (),
    office_hours: Hours | None = None,
) -> Promise:
    """The promise of a row with `PROMISE_COLUMNS` and `EXPLAINED_COLUMNS`, explained.

    `earlier` is what was promised in its place before it was opened, `office_hours` are the
    policy's where they are known already.
    """
    terms = terms_of(row)
    place = await calendar_from(row, terms.calendar, office_hours)
    pauses = that_count(pauses_of(row), terms, row["opened_at"], place.calendar)
    explanation = terms.explain(
        row["opened_at"],
        place.calendar,
        pauses,
        provisional=row["provisional"],
        earlier=(*earlier, *changes_of(row)),
    )
    reason = next((wait.reason for wait in pauses if wait.ended_at is None), "")
    return promise_of(row, now, pause_reason=reason, explanation=explanation)


def changes_of(row: Mapping[str, Any]) -> list[EarlierPromise]:
    """What a row with `CHANGES` was due before the policy or a calendar changed, oldest first."""
    return [
        EarlierPromise(datetime.fromisoformat(due), datetime.fromisoformat(at), reason)
        for due, at, reason in json.loads(row["changes"])
    ]


def pauses_of(row: Mapping[str, Any]) -> list[Pause]:
    """The pauses of a row with `PAUSES`."""
    return [
        Pause(
            datetime.fromisoformat(started),
            datetime.fromisoformat(ended) if ended else None,
            reason,
        )
        for started, ended, reason in json.loads(row["pauses"])
    ]
