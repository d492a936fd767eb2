"""The list of corrective actions: open ones by what is due next, the others newest first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from portal.database import database_now, fetch
from portal.domain.common.actor import Actor
from portal.domain.common.permissions import Permission
from portal.domain.common.search import query_terms
from portal.domain.corrective_actions.states import ActionOrigin, CorrectiveActionStatus
from portal.domain.organisation.deputies import whose_work_falls_to
from portal.domain.quotes.progress import require
from portal.domain.quotes.request_rows import key_of, place_of_key
from portal.domain.service_levels.promise import PROMISE_COLUMNS, Promise, promise_of

MOST_ROWS = 200
_S = CorrectiveActionStatus
# What an action owes next: a step of it, or its check.
NEXT_TARGET = """(
    SELECT * FROM target o WHERE o.met_at IS NULL AND o.cancelled_at IS NULL
      AND ((o.subject_kind = 'corrective_action' AND o.subject_id = a.id)
        OR (o.subject_kind = 'corrective_action_step' AND o.subject_id IN (
            SELECT s.id FROM corrective_action_step s WHERE s.corrective_action_id = a.id)))
    ORDER BY o.due_at, o.id LIMIT 1)"""
_IS_OPEN = "a.status NOT IN ('verified', 'cancelled')"
# Where nothing is owed at the moment; after everything that is.
_NEVER = "timestamptz '9999-01-01'"


class ActionGroup(StrEnum):
    """What the filter offers besides single states."""

    OPEN = "open"
    TO_VERIFY = "to_verify"
    CLOSED = "closed"


GROUPS: Mapping[str, tuple[CorrectiveActionStatus, ...]] = {
    ActionGroup.OPEN: tuple(state for state in _S if state.is_open),
    ActionGroup.TO_VERIFY: (_S.CHECKED,),
    ActionGroup.CLOSED: (_S.VERIFIED, _S.CANCELLED),
}


@dataclass(frozen=True, slots=True)
class ActionFilter:
    """What the list is narrowed to. `status`: a state or an `ActionGroup` value, empty for any.

    `mine`: led by me, or with an open step of mine, or of whom I stand in for. What is unknown is
    treated as not given.
    """

    status: str = ActionGroup.OPEN
    mine: bool = False
    late: bool = False
    department_id: int | None = None
    text: str = ""
    after: str = ""
    before: str = ""
    size: int = 50


@dataclass(frozen=True, slots=True)
class ActionRow:
    """An action as lists show it; `promise` is what is due next."""

    id: int
    reference: str
    title: str
    status: CorrectiveActionStatus
    origin: ActionOrigin
    department: str
    leader: str
    leader_id: int
    opened_at: datetime
    complaints: int
    steps: int
    open_steps: int
    promise: Promise | None


@dataclass(frozen=True, slots=True)
class ActionListing:
    """A page of rows; `after` and `before` are keys to ask its neighbours with."""

    rows: Sequence[ActionRow]
    after: str | None
    before: str | None


@dataclass(slots=True)
class _Wanted:
    conditions: list[str] = field(default_factory=lambda: ["TRUE"])
    values: list[Any] = field(default_factory=list)

    def add(self, condition: str, *values: Any) -> None:
        """Add a condition with `{0}`, `{1}` where its values go."""
        first = len(self.values) + 1
        self.values += values
        places = [f"${first + number}" for number in range(len(values))]
        self.conditions.append(condition.format(*places))


async def actions(wanted: ActionFilter, *, by: Actor) -> ActionListing:
    """One page of corrective actions. Raises `NotAllowed` for who may not read them."""
    require(by, Permission.READ_CORRECTIVE_ACTIONS)
    statuses = statuses_of(wanted.status)
    due_first = bool(statuses) and all(state.is_open for state in statuses)
    narrowed = _Wanted()
    if due_first:
        narrowed.add(_IS_OPEN)
    if statuses:
        narrowed.add("a.status = ANY({0}::text[])", [state.value for state in statuses])
    await _narrow(narrowed, wanted, by=by)
    return await _page(narrowed, wanted, due_first=due_first)


def statuses_of(status: str) -> list[CorrectiveActionStatus]:
    """The states that a filter's value stands for; empty for any."""
    if status in GROUPS:
        return list(GROUPS[status])
    return [_S(status)] if status in set(_S) else []


async def _narrow(narrowed: _Wanted, wanted: ActionFilter, *, by: Actor) -> None:
    if wanted.mine and by.staff_member_id is not None:
        narrowed.add(
            """(a.leader_id = ANY({0}) OR EXISTS (SELECT FROM corrective_action_step s
                WHERE s.corrective_action_id = a.id AND s.owner_id = ANY({0})
                  AND s.done_at IS NULL AND s.dropped_at IS NULL))""",
            list(await whose_work_falls_to(by.staff_member_id)),
        )
    if wanted.late:
        narrowed.add("t.due_at < {0}", await database_now())
    if wanted.department_id is not None:
        narrowed.add("a.department_id = {0}", wanted.department_id)
    if terms := query_terms(wanted.text):
        narrowed.add("a.search_terms @> {0}::text[]", terms)


async def _page(narrowed: _Wanted, wanted: ActionFilter, *, due_first: bool) -> ActionListing:
    size = max(1, min(wanted.size, MOST_ROWS))
    moment = f"coalesce(t.due_at, {_NEVER})" if due_first else "a.opened_at"
    start = place_of_key(wanted.before or wanted.after)
    backwards = bool(wanted.before) and start is not None
    way, beyond = ("ASC", ">") if due_first is not backwards else ("DESC", "<")
    if start is not None:
        narrowed.add(f"({moment}, a.id) {beyond} ({{0}}, {{1}})", *start)
    rows = await fetch(
        f"""SELECT {ROW_COLUMNS}, {moment} AS moment {JOINED}
            WHERE {" AND ".join(narrowed.conditions)}
            ORDER BY {moment} {way}, a.id {way} LIMIT {size + 1}""",
        *narrowed.values,
    )
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    now = await database_now()
    keys = [key_of(row["moment"], row["id"]) for row in rows]
    return ActionListing(
        rows=[action_row(row, now) for row in rows],
        after=keys[-1] if rows and (more or backwards) else None,
        before=keys[0] if rows and (more if backwards else start) else None,
    )


ROW_COLUMNS = f"""a.id, a.reference, a.title, a.status, a.origin, a.leader_id,
    a.opened_at AS action_opened_at, d.name AS department, p.name AS leader, {PROMISE_COLUMNS},
    (SELECT count(*) FROM corrective_action_complaint l WHERE l.corrective_action_id = a.id)
        AS complaints,
    (SELECT count(*) FROM corrective_action_step s WHERE s.corrective_action_id = a.id
        AND s.dropped_at IS NULL) AS steps,
    (SELECT count(*) FROM corrective_action_step s WHERE s.corrective_action_id = a.id
        AND s.dropped_at IS NULL AND s.done_at IS NULL) AS open_steps"""  # noqa: S608 - constants
JOINED = f"""FROM corrective_action a JOIN department d ON d.id = a.department_id
    JOIN staff_member m ON m.id = a.leader_id JOIN person p ON p.id = m.person_id
    LEFT JOIN LATERAL {NEXT_TARGET} t ON TRUE"""


def action_row(row: Mapping[str, Any], now: datetime) -> ActionRow:
    """The row of a query with `ROW_COLUMNS`."""
    return ActionRow(
        id=row["id"],
        reference=row["reference"],
        title=row["title"],
        status=CorrectiveActionStatus(row["status"]),
        origin=ActionOrigin(row["origin"]),
        department=row["department"],
        leader=row["leader"],
        leader_id=row["leader_id"],
        opened_at=row["action_opened_at"],
        complaints=row["complaints"],
        steps=row["steps"],
        open_steps=row["open_steps"],
        promise=promise_of(row, now) if row["target_id"] is not None else None,
    )
