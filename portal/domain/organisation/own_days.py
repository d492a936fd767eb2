"""The company's own days: closed or with hours of their own, above the public holidays."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from portal.database import fetch, fetch_row, fetch_value
from portal.domain.common import activity
from portal.domain.common.activity import Subject
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import FieldError, NotAllowed, NotFound
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_

# Opening and closing on the branch's clock, several a day, "24:00" allowed; none is closed.
Hours = tuple[tuple[str, str], ...]

_SPAN = re.compile(r"((?:[01]\d|2[0-3]):[0-5]\d)-((?:[01]\d|2[0-3]):[0-5]\d|24:00)")


@dataclass(frozen=True, slots=True)
class OwnDay:
    """A day that is not as the calendar says. Without a branch it is the whole company's."""

    day: date
    hours: Hours
    reason: str
    branch_id: int | None
    id: int = 0


async def own_days_at(branch_id: int) -> Mapping[date, Hours]:
    """The hours of every day of its own at a branch; the branch's wins over the company's."""
    rows = await fetch(
        """SELECT day, hours FROM branch_day WHERE branch_id = $1 OR branch_id IS NULL
           ORDER BY branch_id NULLS FIRST, day""",
        branch_id,
    )
    return {row["day"]: _hours(row["hours"]) for row in rows}


async def own_days(*, since: date, branch_id: int | None = None) -> list[OwnDay]:
    """Days from `since` on as they were entered: of one branch, or all."""
    rows = await fetch(
        """SELECT day, hours, reason, branch_id, id FROM branch_day
           WHERE day >= $1 AND ($2::bigint IS NULL OR branch_id = $2)
           ORDER BY day, branch_id NULLS FIRST""",
        since,
        branch_id,
    )
    return [_own_day(row) for row in rows]


async def own_day(day_id: int) -> OwnDay:
    """A day as it was entered. Raises `NotFound`."""
    row = await fetch_row(
        "SELECT day, hours, reason, branch_id, id FROM branch_day WHERE id = $1", day_id
    )
    if row is None:
        raise NotFound
    return _own_day(row)


async def set_own_day(
    day: date, hours: str, *, reason: str, branch_id: int | None = None, by: Actor
) -> None:
    """Say when a day is worked: `hours` as people write them, "09:00-12:00, 13:00-16:00" or "".

    Promises made from now on follow it. Raises `NotAllowed`, `FieldError` at `hours` or `reason`.
    """
    _check_may_edit(by)
    spans = parse_hours(hours)
    if not reason.strip():
        raise FieldError("reason", N_("Say why, so that others understand."))
    made = await fetch_value(
        """INSERT INTO branch_day (branch_id, day, hours, reason) VALUES ($1, $2, $3, $4)
           ON CONFLICT ON CONSTRAINT branch_day_once
           DO UPDATE SET hours = excluded.hours, reason = excluded.reason RETURNING id""",
        branch_id,
        day,
        json.dumps(spans),
        reason.strip()[:200],
    )
    await _record(made, day, "organisation.day_set", by, {"hours": spans, "branch": branch_id})


async def remove_own_day(day: date, *, branch_id: int | None = None, by: Actor) -> None:
    """Let a day be as the calendar says again. Raises `NotAllowed`, `NotFound`."""
    _check_may_edit(by)
    gone = await fetch_value(
        """DELETE FROM branch_day WHERE day = $1 AND branch_id IS NOT DISTINCT FROM $2
           RETURNING id""",
        day,
        branch_id,
    )
    if gone is None:
        raise NotFound
    await _record(gone, day, "organisation.day_removed", by, {"branch": branch_id})


def _check_may_edit(by: Actor) -> None:
    if not by.may(Permission.EDIT_POLICY):
        raise NotAllowed


def parse_hours(text: str) -> Hours:
    """`text` as hours, in order. Raises `FieldError` at `hours` for what is no working time."""
    spans: list[tuple[str, str]] = []
    for part in re.split(r"[,;，、；]", text.replace(" ", "").replace("–", "-")):
        span = _SPAN.fullmatch(part)
        if part and (span is None or span[1] >= span[2]):
            raise FieldError("hours", N_("Write hours as 09:00-12:00, 13:00-18:00."))
        if span:
            spans.append((span[1], span[2]))
    spans.sort()
    if any(later[0] < earlier[1] for earlier, later in pairwise(spans)):
        raise FieldError("hours", N_("These hours overlap."))
    return tuple(spans)


def _own_day(row: Mapping[str, Any]) -> OwnDay:
    return OwnDay(row["day"], _hours(row["hours"]), row["reason"], row["branch_id"], row["id"])


def _hours(stored: str) -> Hours:
    return tuple((start, end) for start, end in json.loads(stored))


async def _record(
    row_id: int, day: date, verb: str, by: Actor, after: Mapping[str, object]
) -> None:
    await activity.record(
        Subject("branch_day", row_id, day.isoformat(), None),
        verb,
        by=by,
        visible_to=Audience.INTERNAL,
        after=after,
    )
