"""D1 to D5 and D7: team, problem, containment, root cause, plan, prevention (rule C9).

Each verb takes the action a stage further or says anew what was said before. What is written here
the customers of the linked complaints read, but for the team.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from portal.database import database_now
from portal.domain.common.actor import Actor
from portal.domain.common.errors import DomainError
from portal.domain.common.words import N_
from portal.domain.corrective_actions.clocks import another_leads
from portal.domain.corrective_actions.discretion import check_names
from portal.domain.corrective_actions.events import CorrectiveActionEvent
from portal.domain.corrective_actions.people import check_department, check_leader
from portal.domain.corrective_actions.progress import (
    change,
    lock_to_work,
    make_findable,
    move,
    note_that,
    tell,
)
from portal.domain.corrective_actions.states import (
    CorrectiveActionStatus,
    RootCause,
    StepKind,
)
from portal.domain.corrective_actions.steps import carried_out_when_all_is_done, steps_of
from portal.domain.corrective_actions.story import CorrectiveHappening
from portal.domain.corrective_actions.tables import CorrectiveAction
from portal.domain.organisation.deputies import today_of
from portal.domain.quotes.field_checks import FieldChecks

MOST_WHYS = 5
_S, _H = CorrectiveActionStatus, CorrectiveHappening
_NO_WHY = N_("Ask “why” at least once, beginning with the first.")
_NO_CAUSE = N_("Choose what kind of cause it is.")
_PAST = N_("This day is over already.")


class NothingPlanned(DomainError):
    """A plan without anything that removes the cause is none."""

    message = N_("Add at least one corrective step with owner and day first.")


@dataclass(frozen=True, slots=True)
class Description:
    """Who works on what (D1, D2). Errors name the fields as here."""

    title: str
    problem: str
    team: str
    department_id: int | None
    leader_id: int | None


async def describe(
    action: CorrectiveAction,
    said: Description,
    *,
    by: Actor,
    expected_version: int | None = None,
) -> None:
    """Say anew what the problem is and who works on it; who leads it now owes its check.

    Raises `FieldErrors`, `WrongState`, `Conflict`, `NotAllowed`.
    """
    await lock_to_work(action, by=by, expected_version=expected_version)
    checks = FieldChecks()
    title = checks.text("title", said.title, 200, needed=True)
    problem = checks.text("problem", said.problem, 4000, needed=True)
    team = checks.text("team", said.team, 1000)
    await check_department(checks, said.department_id)
    await check_leader(checks, said.leader_id)
    await check_names(checks, action.id, {"title": title, "problem": problem})
    checks.done()
    led_by = action.leader_id
    await change(
        action,
        title=title,
        problem=problem,
        team=team,
        department_id=said.department_id,
        leader_id=said.leader_id,
    )
    await make_findable(action)
    await note_that(action, _H.DESCRIBED, by=by)
    if action.leader_id != led_by:
        await another_leads(action)
        await tell(action, CorrectiveActionEvent.LEADER, by=by)


async def contain(
    action: CorrectiveAction,
    containment: str,
    *,
    by: Actor,
    expected_version: int | None = None,
) -> None:
    """Say what keeps the fault from customers until its cause is gone (D3).

    Raises `FieldErrors`, `WrongState` once the plan is carried out, `Conflict`, `NotAllowed`.
    """
    await lock_to_work(
        action,
        _S.OPENED,
        _S.CONTAINED,
        _S.ANALYSED,
        _S.PLANNED,
        by=by,
        expected_version=expected_version,
    )
    checks = FieldChecks()
    containment = checks.text("containment", containment, 4000, needed=True)
    await check_names(checks, action.id, {"containment": containment})
    checks.done()
    to = _S.CONTAINED if action.state is _S.OPENED else action.state
    contained_at = action.contained_at or await database_now()
    await move(action, to, containment=containment, contained_at=contained_at)
    await note_that(action, _H.CONTAINED, by=by)


async def analyse(
    action: CorrectiveAction,
    whys: Sequence[str],
    cause: str,
    root_cause: str,
    *,
    by: Actor,
    expected_version: int | None = None,
) -> None:
    """Record why it happened: up to five answers to "why?", a category, the root cause (D4).

    Another cause puts a plan that stands up for discussion again. Raises `FieldErrors` (`whys`,
    `cause`, `root_cause`), `WrongState` once it is carried out, `Conflict`, `NotAllowed`.
    """
    await lock_to_work(
        action,
        _S.OPENED,
        _S.CONTAINED,
        _S.ANALYSED,
        _S.PLANNED,
        by=by,
        expected_version=expected_version,
    )
    checks = FieldChecks()
    chain = [checks.text("whys", why, 500) for why in whys[:MOST_WHYS]]
    chain = [why for why in chain if why]
    if not chain:
        checks.refuse("whys", _NO_WHY)
    if cause not in set(RootCause):
        checks.refuse("cause", _NO_CAUSE)
    root_cause = checks.text("root_cause", root_cause, 4000, needed=True)
    await check_names(checks, action.id, {"whys": "\n".join(chain), "root_cause": root_cause})
    checks.done()
    await move(
        action,
        _S.ANALYSED,
        whys=json.dumps(chain, ensure_ascii=False),
        cause=cause,
        root_cause=root_cause,
        analysed_at=await database_now(),
        planned_at=None if action.state is _S.PLANNED else action.planned_at,
    )
    await note_that(action, _H.ANALYSED, by=by, root_cause=root_cause)


async def plan(
    action: CorrectiveAction,
    check_on: date | None = None,
    *,
    by: Actor,
    expected_version: int | None = None,
) -> None:
    """The steps are complete: what remains is to carry them out (D5).

    `check_on` is when their effect is checked; without it the policy's days after the last step
    are counted. Raises `NothingPlanned`, `FieldErrors`, `WrongState`, `Conflict`, `NotAllowed`.
    """
    await lock_to_work(action, _S.ANALYSED, by=by, expected_version=expected_version)
    steps = [step for step in await steps_of(action) if step.dropped_at is None]
    is_new = action.planned_at is None
    if not any(step.kind == StepKind.CORRECTIVE and (step.is_open or is_new) for step in steps):
        raise NothingPlanned
    checks = FieldChecks()
    if check_on is not None and check_on < await today_of(action.leader_id):
        checks.refuse("check_on", _PAST)
    checks.done()
    await move(
        action,
        _S.PLANNED,
        check_on=check_on,
        planned_at=await database_now(),
        carried_out_at=None,
        effective=None,
        check_result="",
        checked_by=None,
        checked_at=None,
        sent_back_because="",
    )
    await note_that(action, _H.PLANNED, by=by)
    await carried_out_when_all_is_done(action, by=by)


async def prevent(
    action: CorrectiveAction,
    prevention: str,
    *,
    by: Actor,
    expected_version: int | None = None,
) -> None:
    """Say how it is kept from coming back, here and elsewhere (D7).

    Raises `FieldErrors`, `WrongState` before the cause is found, `Conflict`, `NotAllowed`.
    """
    await lock_to_work(
        action, _S.ANALYSED, _S.PLANNED, _S.CARRIED_OUT, by=by, expected_version=expected_version
    )
    checks = FieldChecks()
    prevention = checks.text("prevention", prevention, 4000, needed=True)
    await check_names(checks, action.id, {"prevention": prevention})
    checks.done()
    await change(action, prevention=prevention)
    await note_that(action, _H.PREVENTED, by=by)
