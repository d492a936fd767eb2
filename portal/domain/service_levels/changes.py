"""Changing the policy and the calendars: what follows for what is owed, seen first, then done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from portal.database import database_now
from portal.domain import policy
from portal.domain.common.actor import Actor
from portal.domain.organisation import own_days
from portal.domain.policy import Rulebook
from portal.domain.policy.editing import Wish, check_wish, set_figure
from portal.domain.policy.in_force import Version
from portal.domain.policy.registry import Figure
from portal.domain.policy.values import Hours
from portal.domain.service_levels.recomputing import Cause, ask_for_recomputation
from portal.domain.service_levels.recounting import (
    Assumed,
    as_it_is,
    concerns_clocks,
    condition_for_calendar,
    condition_for_figure,
    open_targets_after,
    recount,
)

# How many open targets a preview counts, and how many of those that move it shows.
LOOKED_AT = 2000
EXAMPLES = 10


@dataclass(frozen=True, slots=True)
class Moved:
    """An open promise whose due moment would move."""

    kind_value: str
    reference: str
    account_name: str
    subject_kind: str
    due_before: datetime
    due_after: datetime


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change would do to what is owed now.

    `looked_at` open promises were counted, `moved` of them would be due at another moment and
    `late` of those would be late at once. `is_partial` says that there are more than were counted.
    """

    looked_at: int
    moved: int
    late: int
    examples: Sequence[Moved]
    is_partial: bool


async def preview_figure(figure: Figure[Any], wish: Wish, *, by: Actor) -> Preview:
    """What `change_figure` would do, were it to hold at once. Raises what that raises."""
    await check_wish(figure, wish, by=by)
    if not concerns_clocks(figure.key):
        return Preview(0, 0, 0, (), is_partial=False)
    known = await as_it_is()
    wished = Version(
        key=figure.key,
        scope_kind=wish.scope_kind,
        scope_value=wish.scope_value,
        value=None if wish.value is None else figure.to_json(wish.value),
        version=1_000_000,
        valid_from=known.at,
    )
    assumed = replace(known, changed=figure.key, book=Rulebook([*known.book.versions(), wished]))
    return await _preview(condition_for_figure(figure.key), assumed)


async def change_figure(figure: Figure[Any], wish: Wish, *, by: Actor) -> int:
    """Set a figure and have the open targets that follow it counted anew; returns the version.

    Raises `NotAllowed`, and `FieldError` at `value`, `reason`, `valid_from` or `account`.
    """
    version = await set_figure(figure, wish, by=by)
    if concerns_clocks(figure.key):
        await ask_for_recomputation(Cause.POLICY, figure_key=figure.key, due_at=wish.valid_from)
    return version


@dataclass(frozen=True, slots=True)
class DayWish:
    """A day that is not as the public calendar says: its hours, none where we are closed."""

    day: date
    hours: Hours
    reason: str


async def preview_days(days: Sequence[DayWish], *, branch_id: int | None = None) -> Preview:
    """What `set_days` would do to what is owed now."""
    return await _preview_days({day.day: day.hours for day in days}, branch_id)


async def preview_usual_day(day: date, *, branch_id: int | None = None) -> Preview:
    """What `clear_day` would do to what is owed now."""
    return await _preview_days({day: None}, branch_id)


async def set_days(days: Sequence[DayWish], *, branch_id: int | None = None, by: Actor) -> None:
    """Enter days of our own, for a branch or for all, and have open targets counted anew.

    Raises `NotAllowed`, and `FieldError` at `hours` or `reason`.
    """
    for day in days:
        hours = ", ".join(f"{start}-{end}" for start, end in day.hours)
        await own_days.set_own_day(day.day, hours, reason=day.reason, branch_id=branch_id, by=by)
    if days:
        await ask_for_recomputation(Cause.CALENDAR, branch_id=branch_id)


async def clear_day(day: date, *, branch_id: int | None = None, by: Actor) -> None:
    """Let a day be as the public calendar says. Raises `NotAllowed`, `NotFound`."""
    await own_days.remove_own_day(day, branch_id=branch_id, by=by)
    await ask_for_recomputation(Cause.CALENDAR, branch_id=branch_id)


async def _preview_days(days: Mapping[date, Hours | None], branch_id: int | None) -> Preview:
    assumed = Assumed(
        await policy.rulebook(),
        await database_now(),
        days={(branch_id, day): hours for day, hours in days.items()},
    )
    return await _preview(condition_for_calendar(branch_id), assumed)


async def _preview(condition: tuple[str, list[Any]], assumed: Assumed) -> Preview:
    sql, values = condition
    rows = await open_targets_after(sql, values, after_id=0, limit=LOOKED_AT + 1)
    counted = [recount(row, assumed) for row in rows[:LOOKED_AT]]
    moved = sorted(
        (one for one in counted if one and one.moves), key=lambda one: (one.due_at, one.row["id"])
    )
    return Preview(
        looked_at=len(counted),
        moved=len(moved),
        late=sum(one.due_at < assumed.at and one.row["paused_since"] is None for one in moved),
        examples=[
            Moved(
                kind_value=one.row["kind"],
                reference=one.row["reference"],
                account_name=one.row["account_name"],
                subject_kind=one.row["subject_kind"],
                due_before=one.row["due_at"],
                due_after=one.due_at,
            )
            for one in moved[:EXAMPLES]
        ],
        is_partial=len(rows) > LOOKED_AT,
    )
