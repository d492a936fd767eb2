"""A corrective action as its page shows it to us: disciplines, steps with clocks, complaints."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.database import fetch, fetch_row
from portal.domain.common.actor import Actor
from portal.domain.common.permissions import Permission
from portal.domain.complaints.access import visible_complaints_condition
from portal.domain.complaints.states import CapaState, ComplaintStatus
from portal.domain.corrective_actions.access import action_by_reference, may_verify
from portal.domain.corrective_actions.states import (
    ActionOrigin,
    CorrectiveActionStatus,
    RootCause,
    StepKind,
)
from portal.domain.corrective_actions.steps import steps_of
from portal.domain.corrective_actions.tables import (
    STEP_KIND,
    SUBJECT_KIND,
    CorrectiveAction,
    CorrectiveStep,
)
from portal.domain.organisation.deputies import today_of, whose_work_falls_to
from portal.domain.service_levels import clock
from portal.domain.service_levels.promise import Promise


@dataclass(frozen=True, slots=True)
class StepView:
    """A step with its owner and clock; `is_mine` for its owner and who stands in for them."""

    record: CorrectiveStep
    kind: StepKind
    department: str
    owner: str
    done_by: str
    promise: Promise | None
    is_mine: bool

    @property
    def id(self) -> int:
        return int(self.record.id)

    @property
    def is_open(self) -> bool:
        return self.record.is_open

    @property
    def is_dropped(self) -> bool:
        return self.record.dropped_at is not None


@dataclass(frozen=True, slots=True)
class LinkedView:
    """A linked complaint. What it is about stays empty for who may not see it (rule A6)."""

    reference: str
    title: str
    account_name: str
    status: ComplaintStatus
    capa: CapaState | None
    is_visible: bool


@dataclass(frozen=True, slots=True)
class ActionPage:
    """Everything the page says. Names are empty where nobody did it yet."""

    record: CorrectiveAction
    actor: Actor
    steps: Sequence[StepView]
    complaints: Sequence[LinkedView]
    promises: Sequence[Promise]
    department: str
    leader: str
    opened_by: str
    checked_by: str
    verified_by: str
    verified_for: str
    can_verify: bool
    check_may_begin: bool

    @property
    def reference(self) -> str:
        return str(self.record.reference)

    @property
    def status(self) -> CorrectiveActionStatus:
        return self.record.state

    @property
    def origin(self) -> ActionOrigin:
        return ActionOrigin(self.record.origin)

    @property
    def cause(self) -> RootCause | None:
        return RootCause(self.record.cause) if self.record.cause else None

    @property
    def can_work(self) -> bool:
        return self.status.is_open and self.actor.may(Permission.WORK_ON_CORRECTIVE_ACTIONS)

    @property
    def promise(self) -> Promise | None:
        """What is due next, of the steps and the check."""
        owed = [each for each in self.promises if each.is_open]
        return min(owed, key=lambda each: (each.due_at, each.id), default=None)

    @property
    def live_steps(self) -> Sequence[StepView]:
        return [step for step in self.steps if not step.is_dropped]

    def steps_of_kind(self, *kinds: str) -> Sequence[StepView]:
        """The steps of these kinds that were not dropped, in their order."""
        return [step for step in self.live_steps if step.kind in kinds]


async def action_page(reference: str, *, by: Actor) -> ActionPage:
    """The page of `reference`. Raises `NotFound` for unknown ones and for who may not read it."""
    action = await action_by_reference(reference, by=by)
    names = await _names(action)
    records = await steps_of(action)
    key = (SUBJECT_KIND, action.id)
    owed = await clock.targets_of_all([key, *((STEP_KIND, record.id) for record in records)])
    steps = await _steps(records, json.loads(names["steps"]), owed, by=by)
    of_steps = [step.promise for step in steps if step.promise is not None]
    return ActionPage(
        record=action,
        actor=by,
        steps=steps,
        complaints=await _complaints(action, by=by),
        promises=[*of_steps, *owed.get(key, ())],
        department=names["department"],
        leader=names["leader"],
        opened_by=names["opened_by"],
        checked_by=names["checked_by"],
        verified_by=names["verified_by"],
        verified_for=names["verified_for"],
        can_verify=action.state is CorrectiveActionStatus.CHECKED and await may_verify(by),
        check_may_begin=await _check_may_begin(action),
    )


async def _check_may_begin(action: CorrectiveAction) -> bool:
    if action.state is not CorrectiveActionStatus.CARRIED_OUT or action.check_on is None:
        return False
    return bool(await today_of(action.leader_id) >= action.check_on)


async def _names(action: CorrectiveAction) -> Mapping[str, Any]:
    """Who leads it and who did what; `steps` has those of its steps, by their ids."""
    row: Mapping[str, Any] | None = await fetch_row(
        """SELECT d.name AS department, leader.name AS leader, opened.name AS opened_by,
               coalesce(checked.name, '') AS checked_by,
               coalesce(verified.name, '') AS verified_by,
               coalesce(absent.name, '') AS verified_for,
               (SELECT coalesce(json_object_agg(x.id, x), '{}') FROM (
                   SELECT s.id, sd.name AS department, owner.name AS owner,
                       coalesce(done.name, '') AS done_by
                   FROM corrective_action_step s JOIN department sd ON sd.id = s.department_id
                   JOIN staff_member m ON m.id = s.owner_id
                   JOIN person owner ON owner.id = m.person_id
                   LEFT JOIN person done ON done.id = s.done_by
                   WHERE s.corrective_action_id = a.id) AS x) AS steps
           FROM corrective_action a
           JOIN department d ON d.id = a.department_id
           JOIN staff_member l ON l.id = a.leader_id JOIN person leader ON leader.id = l.person_id
           JOIN person opened ON opened.id = a.opened_by
           LEFT JOIN person checked ON checked.id = a.checked_by
           LEFT JOIN person verified ON verified.id = a.verified_by
           LEFT JOIN staff_member v ON v.id = a.verified_for_id
           LEFT JOIN person absent ON absent.id = v.person_id
           WHERE a.id = $1""",
        action.id,
    )
    assert row is not None  # noqa: S101 - just read
    return row


async def _steps(
    records: Sequence[CorrectiveStep],
    names: Mapping[str, Mapping[str, str]],
    owed: Mapping[clock.RecordKey, Sequence[Promise]],
    *,
    by: Actor,
) -> list[StepView]:
    mine: frozenset[int] = frozenset()
    if by.staff_member_id and any(record.is_open for record in records):
        mine = await whose_work_falls_to(by.staff_member_id)
    return [
        StepView(
            record=record,
            kind=StepKind(record.kind),
            department=names[str(record.id)]["department"],
            owner=names[str(record.id)]["owner"],
            done_by=names[str(record.id)]["done_by"],
            promise=next(iter(owed.get((STEP_KIND, record.id), ())), None),
            is_mine=record.is_open and record.owner_id in mine,
        )
        for record in records
    ]


async def _complaints(action: CorrectiveAction, *, by: Actor) -> list[LinkedView]:
    visible, values = visible_complaints_condition(by, "c", place=2)
    rows = await fetch(
        f"""SELECT c.reference, c.status, c.capa_state, {visible} AS is_visible,
                CASE WHEN {visible} THEN c.title ELSE '' END AS title,
                CASE WHEN {visible} THEN a.name ELSE '' END AS account_name
            FROM corrective_action_complaint l JOIN complaint c ON c.id = l.complaint_id
            JOIN account a ON a.id = c.account_id
            WHERE l.corrective_action_id = $1 ORDER BY c.id""",  # noqa: S608 - constants
        action.id,
        *values,
    )
    return [
        LinkedView(
            reference=row["reference"],
            title=row["title"],
            account_name=row["account_name"],
            status=ComplaintStatus(row["status"]),
            capa=CapaState(row["capa_state"]) if row["capa_state"] else None,
            is_visible=row["is_visible"],
        )
        for row in rows
    ]


def reached(action: CorrectiveAction) -> list[tuple[CorrectiveActionStatus, datetime | None]]:
    """The stages in their order, each with when it was reached; None while it is ahead.

    A stage that was passed over is none.
    """
    dates: dict[CorrectiveActionStatus, datetime | None] = {
        CorrectiveActionStatus.OPENED: action.opened_at,
        CorrectiveActionStatus.CONTAINED: action.contained_at,
        CorrectiveActionStatus.ANALYSED: action.analysed_at,
        CorrectiveActionStatus.PLANNED: action.planned_at,
        CorrectiveActionStatus.CARRIED_OUT: action.carried_out_at,
        CorrectiveActionStatus.CHECKED: action.checked_at,
        CorrectiveActionStatus.VERIFIED: action.verified_at,
    }
    order = list(dates)
    if action.state not in dates:
        return [(state, at) for state, at in dates.items() if at is not None]
    now = order.index(action.state)
    return [
        (state, at if order.index(state) <= now else None)
        for state, at in dates.items()
        if at is not None or order.index(state) >= now
    ]
