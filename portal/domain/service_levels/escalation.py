"""What became of a promise that was due soon or missed: which steps, when, who heard (rule C10).

For staff's record pages. Customers read that something was late; whom it alarmed is ours.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.database import database_now, execute, fetch, fetch_row
from portal.domain.common.activity import Subject, touch
from portal.domain.common.actor import Audience
from portal.domain.service_levels.promise import Promise, PromiseState
from portal.domain.service_levels.steps import Step, ToldAs

_STEPS, _PLACES = list(Step), list(ToldAs)


@dataclass(frozen=True, slots=True)
class Heard:
    """A person who was told of a step, and as whom. `absent` is for whom a deputy was told."""

    person_id: int
    told_as: ToldAs
    absent: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class StepTaken:
    """A step of the sweep. `is_told` says that its notices have been written.

    Nobody heard of a step whose promise was kept before its notices were written.
    """

    step: Step
    taken_at: datetime
    heard: Sequence[Heard]
    is_told: bool


@dataclass(frozen=True, slots=True)
class Escalation:
    """The steps of a promise in their order, and which follows when while it stays open."""

    promise: Promise
    steps: Sequence[StepTaken]
    next_step: Step | None = None
    next_at: datetime | None = None


async def escalation_of(promises: Collection[Promise]) -> list[Escalation]:
    """Of these promises those that led to a step, in the same order. Only staff may ask."""
    ids = [each.id for each in promises if _may_have_led_to_steps(each)]
    if not ids:
        return []
    rows = await fetch(
        """SELECT s.target_id, s.step, s.taken_at, t.next_step, t.next_step_at,
               s.told_at IS NOT NULL AS is_told,
               (SELECT coalesce(json_agg(json_build_array(h.person_id, h.told_as, h.absent, p.name)
                    ORDER BY p.name), '[]')
                FROM target_step_told h JOIN person p ON p.id = h.person_id
                WHERE h.target_id = s.target_id AND h.step = s.step) AS heard
           FROM target_step s JOIN target t ON t.id = s.target_id
           WHERE s.target_id = ANY($1)""",
        ids,
    )
    by_promise: dict[int, list[Mapping[str, Any]]] = {}
    for row in rows:
        by_promise.setdefault(row["target_id"], []).append(row)
    return [_escalation(each, by_promise[each.id]) for each in promises if each.id in by_promise]


async def note_heard(target_id: int, step: Step, heard: Sequence[Heard]) -> None:
    """Keep who was told of a step. Open pages of the record show it after the commit."""
    target = await fetch_row(
        """UPDATE target_step s SET told_at = $3 FROM target t
           WHERE s.target_id = $1 AND s.step = $2 AND t.id = s.target_id
           RETURNING t.subject_kind, t.subject_id, t.reference, t.account_id""",
        target_id,
        step.value,
        await database_now(),
    )
    if target is None:  # announced before steps were kept
        return
    await execute(
        """INSERT INTO target_step_told (target_id, step, account_id, person_id, told_as, absent)
           SELECT $1, $2, $3, h.* FROM unnest($4::bigint[], $5::text[], $6::text[]) AS h
           ON CONFLICT DO NOTHING""",
        target_id,
        step.value,
        target["account_id"],
        [each.person_id for each in heard],
        [each.told_as.value for each in heard],
        [each.absent for each in heard],
    )
    touch(
        Subject(
            target["subject_kind"],
            target["subject_id"],
            target["reference"],
            target["account_id"],
        ),
        Audience.INTERNAL,
    )


def _may_have_led_to_steps(promise: Promise) -> bool:
    """What runs untouched has led to none: most pages ask nothing."""
    told = promise.explanation
    was_moved = told is None or bool(told.pauses or told.earlier)
    return was_moved or promise.state is not PromiseState.RUNNING


def _escalation(promise: Promise, rows: Sequence[Mapping[str, Any]]) -> Escalation:
    taken = sorted((_taken(row) for row in rows), key=lambda each: _STEPS.index(each.step))
    next_step, next_at = rows[0]["next_step"], rows[0]["next_step_at"]
    if not promise.is_open or next_step is None:
        return Escalation(promise, taken)
    return Escalation(promise, taken, Step(next_step), next_at)


def _taken(row: Mapping[str, Any]) -> StepTaken:
    heard = [
        Heard(person_id, ToldAs(told_as), absent, name)
        for person_id, told_as, absent, name in json.loads(row["heard"])
    ]
    return StepTaken(
        Step(row["step"]),
        row["taken_at"],
        sorted(heard, key=lambda each: _PLACES.index(each.told_as)),
        row["is_told"],
    )
