"""The clocks of what is owed: opened, paused while the customer is asked, met, late for good.

Verbs run inside the caller's unit of work and record nothing in the timeline: the verb of the
subject says what happened. Where no such clock is open they do nothing. `kind` narrows a verb to
one clock of the subject; without it all that are open are meant.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from portal.database import database_now, execute, fetch, fetch_value
from portal.domain import policy
from portal.domain.common.activity import Subject
from portal.domain.policy.figures import OFFICE_HOURS
from portal.domain.service_levels.opening import Owed, OwedUntil, open_target, open_target_until
from portal.domain.service_levels.promise import PROMISE_COLUMNS, Promise, TargetKind, promise_of
from portal.domain.service_levels.reckoning import (
    EXPLAINED_COLUMNS,
    changes_of,
    explained,
    reckon,
)
from portal.domain.service_levels.reopening import reopen
from portal.domain.service_levels.replacing import (
    move_target,
    owe_again,
    reclassify,
    reclassify_until,
)
from portal.domain.service_levels.targets import EarlierPromise
from portal.domain.service_levels.terms import MomentRule

__all__ = [
    "MomentRule",
    "Owed",
    "OwedUntil",
    "cancel",
    "meet",
    "move_target",
    "open_target",
    "open_target_until",
    "open_targets",
    "owe_again",
    "pause",
    "reassign",
    "reassign_all",
    "reclassify",
    "reclassify_until",
    "reopen",
    "resume",
    "targets_of",
    "targets_of_all",
]

# Kind and id of what promises are about.
RecordKey = tuple[str, int]

_OPEN = "met_at IS NULL AND cancelled_at IS NULL"
_OF_SUBJECT = (
    f"subject_kind = $1 AND subject_id = $2 AND ($3::text IS NULL OR kind = $3) AND {_OPEN}"
)


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
    # Who began earlier may have waited for the lock of who asked: then nothing was waited for.
    await execute(
        """UPDATE target_pause SET ended_at = greatest($2, started_at)
           WHERE target_id = ANY($1) AND ended_at IS NULL""",
        ids,
        now,
    )
    await reckon(ids)


async def meet(
    subject: Subject, *, kind: TargetKind | None = None, at: datetime | None = None
) -> None:
    """What was owed has been done. Done after it was due, it stays a breach.

    `at` (aware) is when it was done where that is recorded later: what was done in time is no
    breach then, although it looked like one in between.
    """
    late = "coalesce(breached_at, due_at)"
    # What is recorded later was done in time, although it looked late in between.
    in_time = "breached_at" if at is None else "NULL"
    await _end(
        f"met_at = $4, breached_at = CASE WHEN due_at < $4 THEN {late} ELSE {in_time} END",
        subject,
        kind,
        at or await database_now(),
    )


async def cancel(subject: Subject, *, kind: TargetKind | None = None) -> None:
    """Nothing is owed any more. What was late before was late."""
    late = "coalesce(breached_at, CASE WHEN due_at < $4 THEN due_at END)"
    await _end(f"cancelled_at = $4, breached_at = {late}", subject, kind, await database_now())


async def _end(change: str, subject: Subject, kind: TargetKind | None, at: datetime) -> None:
    """Make `change` to what runs; what waits runs on first, so that it is reckoned to the end."""
    values = (subject.kind, subject.id, kind)
    waits = await fetch_value(
        f"""WITH ended AS (UPDATE target SET {change} WHERE {_OF_SUBJECT} AND paused_since IS NULL)
            SELECT EXISTS (SELECT FROM target WHERE {_OF_SUBJECT} AND paused_since IS NOT NULL)""",  # noqa: S608
        *values,
        at,
    )
    if waits:
        await resume(subject, kind=kind)
        await execute(f"UPDATE target SET {change} WHERE {_OF_SUBJECT}", *values, at)  # noqa: S608


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


async def reassign_all(account_id: int, subject_kind: str, owner_id: int) -> None:
    """Another colleague owes all that is owed to an account for records of this kind."""
    await execute(
        f"""UPDATE target SET owner_id = $3
            WHERE account_id = $1 AND subject_kind = $2 AND {_OPEN}""",  # noqa: S608
        account_id,
        subject_kind,
        owner_id,
    )


async def targets_of(subject_kind: str, subject_id: int) -> list[Promise]:
    """Every promise of a record, explained: what is owed by due moment, then the newest first."""
    found = await _targets("t.subject_kind = $1 AND t.subject_id = $2", subject_kind, subject_id)
    return found.get((subject_kind, subject_id), [])


async def targets_of_all(subjects: Collection[RecordKey]) -> dict[RecordKey, list[Promise]]:
    """`targets_of` for several records in one statement; those without promises are left out."""
    if not subjects:
        return {}
    kinds, ids = [kind for kind, _ in subjects], [subject_id for _, subject_id in subjects]
    among = "(t.subject_kind, t.subject_id) IN (SELECT * FROM unnest($1::text[], $2::bigint[]))"
    return await _targets(among, kinds, ids)


async def _targets(condition: str, *values: Any) -> dict[RecordKey, list[Promise]]:
    rows = await fetch(
        f"""SELECT {PROMISE_COLUMNS}, t.replaces, {EXPLAINED_COLUMNS}, {policy.STATE}
            FROM target t JOIN branch b ON b.id = t.branch_id
            WHERE {condition}
            ORDER BY ({_OPEN}) DESC, CASE WHEN {_OPEN} THEN t.due_at END, t.id DESC""",  # noqa: S608
        *values,
    )
    if not rows:
        return {}
    now = await database_now()
    hours = (await policy.rulebook_of(rows[0])).figure(OFFICE_HOURS, at=now).value
    by_id = {row["target_id"]: row for row in rows}
    found: dict[RecordKey, list[Promise]] = {}
    for row in rows:
        promise = await explained(row, now, _earlier(row, by_id), hours)
        found.setdefault((promise.subject_kind, promise.subject_id), []).append(promise)
    return found


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


def _earlier(
    row: Mapping[str, Any], by_id: Mapping[int, Mapping[str, Any]]
) -> tuple[EarlierPromise, ...]:
    """What was promised in this place before, oldest first."""
    before = by_id.get(row["replaces"])
    if before is None:
        return ()
    replaced = EarlierPromise(
        due_at=before["due_at"],
        changed_at=before["cancelled_at"],
        reason=before["replaced_because"],
        late=before["breached_at"] is not None,
    )
    return (*_earlier(before, by_id), *changes_of(before), replaced)
