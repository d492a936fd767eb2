"""The sweep of due dates: what is about to be late, is late and stays late is noticed (rule C10).

Each step of a target is taken once, whatever worker sweeps and however often: its row in
`target_step` and its event go into the transaction that stamps the target.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.database import current_unit, database_now, execute, fetch
from portal.domain import policy
from portal.domain.common.activity import Subject, touch
from portal.domain.common.outbox import Queue
from portal.domain.policy import Scope
from portal.domain.policy.values import CalendarKind
from portal.domain.service_levels.branch_calendar import PlacedCalendar, calendar_at
from portal.domain.service_levels.steps import EVENTS, FOLLOWING, Step

_OPEN = "met_at IS NULL AND cancelled_at IS NULL"
_STAMPED = "id, subject_kind, subject_id, reference, account_id, branch_id, calendar, due_at"


@dataclass(frozen=True, slots=True)
class Due:
    """Which targets have come to something, in which order, and how they are stamped."""

    condition: str
    order: str
    stamp: str


# The conditions are those of the partial indexes: only what is due is read.
WARN = Due(
    f"{_OPEN} AND paused_since IS NULL AND warned_at IS NULL AND warn_at <= $1",
    "warn_at",
    "warned_at = $1",
)
# Late is what was not done by its due moment, whenever the sweep comes by.
BREACH = Due(
    f"""{_OPEN} AND breach_told_at IS NULL AND (paused_since IS NULL OR breached_at IS NOT NULL)
        AND due_at < $1""",
    "due_at",
    "breached_at = coalesce(breached_at, due_at), breach_told_at = $1",
)
ESCALATE = Due(
    f"{_OPEN} AND next_step_at IS NOT NULL AND next_step_at <= $1",
    "next_step_at",
    # The step that was due; what comes after it is written once it is known.
    "next_step = NULL, next_step_at = NULL",
)


async def stamp_due(*, limit: int = 500) -> int:
    """Take the steps that have fallen due, up to `limit` targets of each kind (rules Q2, C10).

    For the worker: call it until it returns 0. Live pages that show the targets are told after the
    commit, people by the events. What another unit is working on is left to the next sweep; two
    workers never take one step twice. A target that waits for the customer is neither warned nor
    breached; one that was late before stays late and is escalated while it waits.
    """
    now = await database_now()
    return await _warn(now, limit) + await _breach(now, limit) + await _escalate(now, limit)


async def _warn(now: datetime, limit: int) -> int:
    rows = await _stamp(WARN, now, limit)
    # After a standstill of the workers nobody needs a warning of what is late already.
    await _take(Step.WARNED, [row for row in rows if row["due_at"] >= now], now)
    return len(rows)


async def _breach(now: datetime, limit: int) -> int:
    rows = await _stamp(BREACH, now, limit)
    await _take(Step.BREACHED, rows, now)
    await _plan(Step.BREACHED, rows, [row["due_at"] for row in rows])
    return len(rows)


async def _escalate(now: datetime, limit: int) -> int:
    rows = await _stamp(ESCALATE, now, limit, "next_step AS step, next_step_at AS fell_due")
    for step in (Step.DEPARTMENT_HEAD, Step.SENIOR_MANAGEMENT):
        reached = [row for row in rows if row["step"] == step]
        await _take(step, reached, now)
        await _plan(step, reached, [row["fell_due"] for row in reached])
    return len(rows)


def due_targets(which: Due, besides: str = "NULL AS step") -> str:
    """SQL for the targets that are due at $1, up to $2, locked."""
    return f"""SELECT id AS due_id, {besides} FROM target WHERE {which.condition}
        ORDER BY {which.order} LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED"""  # noqa: S608 - constants


async def _stamp(which: Due, now: datetime, limit: int, before: str = "NULL AS step") -> Any:
    """Stamp up to `limit` targets; returns them with what `before` said until then."""
    rows = await fetch(
        f"""WITH due AS ({due_targets(which, before)})
            UPDATE target SET {which.stamp} FROM due WHERE id = due_id
            RETURNING {_STAMPED}, due.*""",  # noqa: S608 - constants
        now,
        limit,
    )
    for row in rows:
        touch(Subject(row["subject_kind"], row["subject_id"], row["reference"], row["account_id"]))
    return rows


async def _take(step: Step, rows: Sequence[Any], now: datetime) -> None:
    """Note that `step` was taken and announce it, where it had not been taken yet."""
    if not rows:
        return
    ids, accounts = [row["id"] for row in rows], [row["account_id"] for row in rows]
    fresh = await fetch(
        """INSERT INTO target_step (target_id, account_id, step, taken_at)
           SELECT t.id, t.account_id, $3, $4 FROM unnest($1::bigint[], $2::bigint[])
               AS t (id, account_id)
           ON CONFLICT DO NOTHING RETURNING target_id, account_id""",
        ids,
        accounts,
        step.value,
        now,
    )
    await execute(
        """INSERT INTO outbox (kind, queue, account_id, payload, dedupe_key)
           SELECT $1, $2, e.account_id, e.payload, e.once
           FROM unnest($3::bigint[], $4::jsonb[], $5::text[]) AS e (account_id, payload, once)
           ON CONFLICT (dedupe_key) DO NOTHING""",
        EVENTS[step].value,
        Queue.URGENT.value,
        [row["account_id"] for row in fresh],
        [json.dumps({"target_id": row["target_id"], "step": step}) for row in fresh],
        [f"target:{row['target_id']}:{step}" for row in fresh],
    )
    current_unit().outbox_written = True


async def _plan(taken: Step, rows: Sequence[Any], since: Sequence[datetime]) -> None:
    """Write what follows `taken` and when, counted from `since` on each target's calendar."""
    if not rows or taken not in FOLLOWING:
        return
    step, figure = FOLLOWING[taken]
    book, at = await policy.rulebook(), await database_now()
    tiers = await _tiers({row["account_id"] for row in rows})
    calendars: dict[tuple[int, str], PlacedCalendar] = {}
    follows = list[datetime]()
    for row, start in zip(rows, since, strict=True):
        place = row["branch_id"], row["calendar"]
        if place not in calendars:
            calendars[place] = await calendar_at(place[0], CalendarKind(place[1]))
        scope = Scope(row["account_id"], tiers.get(row["account_id"]))
        after = book.figure(figure, at=at, scope=scope).value
        follows.append(calendars[place].calendar.add(start, after))
    await execute(
        """UPDATE target SET next_step = $3, next_step_at = f.at
           FROM unnest($1::bigint[], $2::timestamptz[]) AS f (id, at) WHERE target.id = f.id""",
        [row["id"] for row in rows],
        follows,
        step.value,
    )


async def _tiers(account_ids: set[int]) -> dict[int, str]:
    rows = await fetch("SELECT id, tier FROM account WHERE id = ANY($1)", list(account_ids))
    return {row["id"]: row["tier"] for row in rows}
