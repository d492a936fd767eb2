"""The clocks of what is owed: opened, paused while the customer is asked, met, late for good.

Verbs run inside the caller's unit of work and record nothing in the timeline: the verb of the
subject says what happened. Where no such clock is open they do nothing. `kind` narrows a verb to
one clock of the subject; without it all that are open are meant.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.database import database_now, execute, fetch, fetch_row
from portal.domain.common.activity import Subject
from portal.domain.policy.values import CalendarKind, Clock
from portal.domain.service_levels.branch_calendar import PLACE_COLUMNS, calendar_at, calendar_from
from portal.domain.service_levels.promise import (
    PROMISE_COLUMNS,
    Promise,
    TargetKind,
    promise_of,
)
from portal.domain.service_levels.targets import Pause, due_at, explain

_OPEN = "met_at IS NULL AND cancelled_at IS NULL"
_OF_SUBJECT = (
    f"subject_kind = $1 AND subject_id = $2 AND ($3::text IS NULL OR kind = $3) AND {_OPEN}"
)
_PAUSES = """(SELECT coalesce(json_agg(json_build_array(p.started_at, p.ended_at, p.reason)
                  ORDER BY p.started_at, p.id), '[]')
              FROM target_pause p WHERE p.target_id = t.id) AS pauses"""


@dataclass(frozen=True, slots=True)
class Owed:
    """What a target copies of its subject, and the figures that it keeps.

    `branch_id` is the serving branch: its zone, holidays and own days make the calendar.
    """

    account_id: int
    account_name: str
    branch_id: int
    title: str
    owner_id: int | None
    figures: Clock
    policy_version: int


async def open_target(
    kind: TargetKind, subject: Subject, owed: Owed, *, opened_at: datetime | None = None
) -> Promise:
    """Start a clock, now unless `opened_at` (aware) says otherwise, and return the promise.

    A subject has at most one open clock of a kind: a second one is an integrity error.
    """
    now = await database_now()
    opened = opened_at or now
    figures = owed.figures
    place = await calendar_at(owed.branch_id, figures.calendar)
    calendar = place.calendar
    due = due_at(opened, figures.due, calendar)
    row = await fetch_row(
        f"""INSERT INTO target AS t (account_id, account_name, subject_kind, subject_id, reference,
                title, kind, owner_id, branch_id, policy_version, calendar, timezone, warn_after,
                due_after, opened_at, warn_at, due_at, provisional)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
            RETURNING {PROMISE_COLUMNS}""",  # noqa: S608 - constants
        owed.account_id,
        owed.account_name,
        subject.kind,
        subject.id,
        subject.reference,
        owed.title,
        kind.value,
        owed.owner_id,
        owed.branch_id,
        owed.policy_version,
        figures.calendar.value,
        place.timezone,
        figures.warn,
        figures.due,
        opened,
        due_at(opened, figures.warn, calendar),
        due,
        place.is_provisional(opened, due),
    )
    assert row is not None  # noqa: S101 - RETURNING
    explanation = explain(opened, figures.due, calendar, figures.calendar)
    return promise_of(row, now, explanation=explanation)


async def pause(subject: Subject, reason: str, *, kind: TargetKind | None = None) -> None:
    """Stop the clock because we wait for the customer; both sides read `reason`.

    What was late before stays late.
    """
    now = await database_now()
    paused = await fetch(
        f"""UPDATE target SET paused_since = $4,
                breached_at = coalesce(breached_at, CASE WHEN due_at < $4 THEN due_at END)
            WHERE {_OF_SUBJECT} AND paused_since IS NULL RETURNING id, account_id""",  # noqa: S608
        subject.kind,
        subject.id,
        kind,
        now,
    )
    for row in paused:
        await execute(
            """INSERT INTO target_pause (account_id, target_id, started_at, reason)
               VALUES ($1, $2, $3, $4)""",
            row["account_id"],
            row["id"],
            now,
            reason,
        )


async def resume(subject: Subject, *, kind: TargetKind | None = None) -> None:
    """Let the clock run on: warn and due move by the working time that was spent waiting."""
    now = await database_now()
    waiting = await fetch(
        f"""UPDATE target SET paused_since = NULL WHERE {_OF_SUBJECT} AND paused_since IS NOT NULL
            RETURNING id""",  # noqa: S608
        subject.kind,
        subject.id,
        kind,
    )
    if not waiting:
        return
    ids = [row["id"] for row in waiting]
    await execute(
        "UPDATE target_pause SET ended_at = $2 WHERE target_id = ANY($1) AND ended_at IS NULL",
        ids,
        now,
    )
    await _reckon(ids)


async def meet(subject: Subject, *, kind: TargetKind | None = None) -> None:
    """What was owed has been done. Done after it was due, it stays a breach."""
    await resume(subject, kind=kind)
    await execute(
        f"""UPDATE target SET met_at = $4,
                breached_at = coalesce(breached_at, CASE WHEN due_at < $4 THEN due_at END)
            WHERE {_OF_SUBJECT}""",  # noqa: S608
        subject.kind,
        subject.id,
        kind,
        await database_now(),
    )


async def cancel(subject: Subject, *, kind: TargetKind | None = None) -> None:
    """Nothing is owed any more. What was late before was late."""
    await resume(subject, kind=kind)
    await execute(
        f"""UPDATE target SET cancelled_at = $4,
                breached_at = coalesce(breached_at, CASE WHEN due_at < $4 THEN due_at END)
            WHERE {_OF_SUBJECT}""",  # noqa: S608
        subject.kind,
        subject.id,
        kind,
        await database_now(),
    )


async def reassign(
    subject: Subject, owner_id: int | None, *, kind: TargetKind | None = None
) -> None:
    """Another colleague (staff member id) owes it from now on."""
    await execute(
        f"UPDATE target SET owner_id = $4 WHERE {_OF_SUBJECT}",  # noqa: S608
        subject.kind,
        subject.id,
        kind,
        owner_id,
    )


async def targets_of(subject_kind: str, subject_id: int) -> list[Promise]:
    """Every promise of a record with how it is counted: what is owed first, then newest first."""
    rows = await fetch(
        f"""SELECT {PROMISE_COLUMNS}, t.calendar, t.due_after, t.provisional, {_PAUSES},
                {PLACE_COLUMNS}
            FROM target t JOIN branch b ON b.id = t.branch_id
            WHERE t.subject_kind = $1 AND t.subject_id = $2
            ORDER BY ({_OPEN}) DESC, t.id DESC""",  # noqa: S608
        subject_kind,
        subject_id,
    )
    now = await database_now()
    return [await _explained(row, now) for row in rows]


async def open_targets(
    *,
    owner_ids: Collection[int] | None = None,
    branch_id: int | None = None,
    account_id: int | None = None,
    limit: int = 50,
) -> list[Promise]:
    """What is owed, due first: by these colleagues, this branch, to this account, or by all."""
    rows = await fetch(
        f"""SELECT {PROMISE_COLUMNS} FROM target t
            WHERE {_OPEN}
              AND ($1::bigint[] IS NULL OR t.owner_id = ANY($1))
              AND ($2::bigint IS NULL OR t.branch_id = $2)
              AND ($3::bigint IS NULL OR t.account_id = $3)
            ORDER BY t.due_at, t.id LIMIT $4""",  # noqa: S608
        None if owner_ids is None else list(owner_ids),
        branch_id,
        account_id,
        limit,
    )
    now = await database_now()
    return [promise_of(row, now) for row in rows]


async def _reckon(target_ids: Collection[int]) -> None:
    """Write when these targets warn and are due, from their figures and all their pauses."""
    rows = await fetch(
        f"""SELECT t.id, t.opened_at, t.warn_after, t.due_after, t.calendar, t.breached_at,
                {_PAUSES}, {PLACE_COLUMNS}
            FROM target t JOIN branch b ON b.id = t.branch_id WHERE t.id = ANY($1)""",  # noqa: S608
        list(target_ids),
    )
    for row in rows:
        place = await calendar_from(row, CalendarKind(row["calendar"]))
        calendar, opened = place.calendar, row["opened_at"]
        waits = [(wait.started_at, wait.ended_at) for wait in _counted(row) if wait.ended_at]
        due = due_at(opened, row["due_after"], calendar, waits)
        await execute(
            "UPDATE target SET warn_at = $2, due_at = $3, provisional = $4 WHERE id = $1",
            row["id"],
            due_at(opened, row["warn_after"], calendar, waits),
            due,
            place.is_provisional(opened, due),
        )


async def _explained(row: Mapping[str, Any], now: datetime) -> Promise:
    pauses = _counted(row)
    place = await calendar_from(row, CalendarKind(row["calendar"]))
    explanation = explain(
        row["opened_at"],
        row["due_after"],
        place.calendar,
        place.kind,
        pauses,
        provisional=row["provisional"],
    )
    reason = next((wait.reason for wait in pauses if wait.ended_at is None), "")
    return promise_of(row, now, pause_reason=reason, explanation=explanation)


def _counted(row: Mapping[str, Any]) -> list[Pause]:
    """The pauses that move the due moment: a breach stands, whatever is asked after it."""
    pauses = [
        Pause(
            datetime.fromisoformat(started),
            datetime.fromisoformat(ended) if ended else None,
            reason,
        )
        for started, ended, reason in json.loads(row["pauses"])
    ]
    breached = row["breached_at"]
    return [wait for wait in pauses if breached is None or wait.started_at < breached]
