"""A new promise in place of an old one, which stays in the record with the reason.

What counts from the beginning goes on counting: the new target starts at the moment at which the
old one started, and waits if that waited.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from portal.database import database_now, execute, fetch_row
from portal.domain.common.activity import Subject
from portal.domain.service_levels.opening import Origin, Owed, OwedUntil, insert_target, until
from portal.domain.service_levels.promise import PROMISE_COLUMNS, Promise, TargetKind
from portal.domain.service_levels.reckoning import EXPLAINED_COLUMNS, explained, reckon
from portal.domain.service_levels.terms import After, MomentRule, Terms, Until, terms_of


async def reclassify(
    subject: Subject, kind: TargetKind, owed: Owed, *, reason: str
) -> Promise | None:
    """Let other figures hold for what is owed, from the original moment on.

    What waited for the customer still counts as waiting. `reason` is read on both sides. Returns
    the new promise, None where no such clock runs.
    """
    old = await _open_target_of(subject, kind)
    if old is None:
        return None
    origin = Origin(owed.figure_key, owed.policy_version)
    return await _in_place_of(
        old, subject, kind, owed, terms=After(owed.figures), origin=origin, reason=reason
    )


async def reclassify_until(
    subject: Subject, kind: TargetKind, *, due: datetime, rule: MomentRule, reason: str
) -> Promise | None:
    """`reclassify` for what is due at a moment (aware), as it was found from the original one.

    Unlike with `move_target` the time that was waited moves the new moment, too.
    """
    old = await _open_target_of(subject, kind)
    if old is None:
        return None
    terms, origin = await until(due, rule)
    return await _in_place_of(
        old, subject, kind, _owed_by(old), terms=terms, origin=origin, reason=reason
    )


async def owe_again(
    subject: Subject, kind: TargetKind, owed: Owed, *, reason: str
) -> Promise | None:
    """Owe what was called off once more, from the original moment on; both sides read `reason`.

    To call off and to owe again buys no time: what was waited before still counts as waiting, the
    time in between does not. Returns the new promise, None where the newest clock of the kind was
    not called off, or there is none.
    """
    old = await fetch_row(
        """SELECT * FROM (
               SELECT id, opened_at, cancelled_at, replaced_because FROM target
               WHERE subject_kind = $1 AND subject_id = $2 AND kind = $3 ORDER BY id DESC LIMIT 1
           ) AS newest WHERE cancelled_at IS NOT NULL AND replaced_because IS NULL""",
        subject.kind,
        subject.id,
        kind.value,
    )
    if old is None:
        return None
    await execute("UPDATE target SET replaced_because = $2 WHERE id = $1", old["id"], reason)
    promise = await insert_target(
        kind,
        subject,
        owed,
        After(owed.figures),
        Origin(owed.figure_key, owed.policy_version),
        opened_at=old["opened_at"],
        replaces=old["id"],
    )
    await _copy_pauses(old["id"], promise.id)
    await reckon([promise.id])
    return await _promise(promise.id)


async def move_target(
    subject: Subject, kind: TargetKind, *, due: datetime, rule: MomentRule, reason: str
) -> Promise | None:
    """Promise another moment (aware) for what is owed; `reason` is read on both sides.

    Returns the new promise, None where no such clock runs. The moment that is promised already, by
    the same rule, changes nothing and leaves no trace. Who waited before the move has been
    considered in it: earlier pauses do not move the new moment.
    """
    old = await _open_target_of(subject, kind)
    if old is None:
        return None
    kept = terms_of(old)
    if isinstance(kept, Until) and (kept.rule, kept.promised_at) == (rule, due):
        return await _promise(old["target_id"])
    terms, origin = await until(due, rule)
    new_id = await _replace(
        old, subject, kind, _owed_by(old), terms=terms, origin=origin, reason=reason
    )
    await _end_waiting(old)
    if old["paused_since"]:
        await _wait_on(old, new_id)
    return await _promise(new_id)


def _owed_by(old: Mapping[str, Any]) -> OwedUntil:
    return OwedUntil(
        old["target_account_id"],
        old["target_account_name"],
        old["branch_id"],
        old["target_title"],
        old["target_owner_id"],
    )


async def _open_target_of(subject: Subject, kind: TargetKind) -> Mapping[str, Any] | None:
    return await fetch_row(
        f"""SELECT {PROMISE_COLUMNS}, t.branch_id, {EXPLAINED_COLUMNS}
            FROM target t JOIN branch b ON b.id = t.branch_id
            WHERE t.subject_kind = $1 AND t.subject_id = $2 AND t.kind = $3
              AND t.met_at IS NULL AND t.cancelled_at IS NULL FOR NO KEY UPDATE OF t""",  # noqa: S608
        subject.kind,
        subject.id,
        kind.value,
    )


async def _in_place_of(
    old: Mapping[str, Any],
    subject: Subject,
    kind: TargetKind,
    owed: OwedUntil,
    *,
    terms: Terms,
    origin: Origin,
    reason: str,
) -> Promise:
    """The successor of `old`, with all that it waited."""
    new_id = await _replace(old, subject, kind, owed, terms=terms, origin=origin, reason=reason)
    await _copy_pauses(old["target_id"], new_id)
    await execute("UPDATE target SET paused_since = $2 WHERE id = $1", new_id, old["paused_since"])
    await _end_waiting(old)
    await reckon([new_id])
    return await _promise(new_id)


async def _replace(
    old: Mapping[str, Any],
    subject: Subject,
    kind: TargetKind,
    owed: OwedUntil,
    *,
    terms: Terms,
    origin: Origin,
    reason: str,
) -> int:
    """End the old target and open its successor; returns the successor's id."""
    await execute(
        """UPDATE target SET cancelled_at = $2, replaced_because = $3, paused_since = NULL,
               breached_at = coalesce(breached_at,
                   CASE WHEN paused_since IS NULL AND due_at < $2 THEN due_at END)
           WHERE id = $1""",
        old["target_id"],
        await database_now(),
        reason,
    )
    promise = await insert_target(
        kind, subject, owed, terms, origin, opened_at=old["opened_at"], replaces=old["target_id"]
    )
    return promise.id


async def _copy_pauses(old_id: int, new_id: int) -> None:
    await execute(
        """INSERT INTO target_pause (account_id, target_id, started_at, ended_at, reason)
           SELECT account_id, $2, started_at, ended_at, reason FROM target_pause
           WHERE target_id = $1""",
        old_id,
        new_id,
    )


async def _end_waiting(old: Mapping[str, Any]) -> None:
    # As in `clock.resume`: this unit may have begun before the one that paused.
    await execute(
        """UPDATE target_pause SET ended_at = greatest($2, started_at)
           WHERE target_id = $1 AND ended_at IS NULL""",
        old["target_id"],
        await database_now(),
    )


async def _wait_on(old: Mapping[str, Any], new_id: int) -> None:
    """What was waited for when the promise moved is still waited for."""
    now = await database_now()
    await execute("UPDATE target SET paused_since = $2 WHERE id = $1", new_id, now)
    await execute(
        """INSERT INTO target_pause (account_id, target_id, started_at, reason)
           SELECT account_id, $2, $3, reason FROM target_pause WHERE target_id = $1
           ORDER BY started_at DESC, id DESC LIMIT 1""",
        old["target_id"],
        new_id,
        now,
    )


async def _promise(target_id: int) -> Promise:
    row = await fetch_row(
        f"""SELECT {PROMISE_COLUMNS}, {EXPLAINED_COLUMNS}
            FROM target t JOIN branch b ON b.id = t.branch_id WHERE t.id = $1""",  # noqa: S608
        target_id,
    )
    assert row is not None  # noqa: S101 - just written or locked
    return await explained(row, await database_now())
