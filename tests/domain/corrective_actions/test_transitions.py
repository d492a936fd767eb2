"""Every verb in every state by every role: the transition table and the authority hold (C9)."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

import pytest

from portal.domain.common.actor import Actor
from portal.domain.common.errors import FieldErrors, NotAllowed, NotFound, WrongState
from portal.domain.common.permissions import Permission, StaffRole, allowed
from portal.domain.corrective_actions import checking, disciplines, steps, verifying
from portal.domain.corrective_actions.disciplines import Description
from portal.domain.corrective_actions.states import TRANSITIONS, CorrectiveActionStatus
from portal.domain.corrective_actions.steps import StepFacts
from portal.domain.corrective_actions.tables import CorrectiveAction
from tests.corrective_action_scenarios import Acting, found, opened_action, today
from tests.factories import Factory, acting

_S = CorrectiveActionStatus
OPEN = frozenset(state for state in _S if state.is_open)
BEFORE_DONE = frozenset({_S.OPENED, _S.CONTAINED, _S.ANALYSED, _S.PLANNED})
Verb = Callable[[CorrectiveAction, Acting, Actor], Awaitable[object]]


async def describe(action: CorrectiveAction, at: Acting, by: Actor) -> object:
    said = Description("Hot", "Hot", "", at.care.department_id, at.leader.staff_member_id)
    return await disciplines.describe(action, said, by=by)


async def contain(action: CorrectiveAction, _: Acting, by: Actor) -> object:
    return await disciplines.contain(action, "Measured.", by=by)


async def analyse(action: CorrectiveAction, _: Acting, by: Actor) -> object:
    return await disciplines.analyse(action, ["Wide"], "method", "Nobody looked.", by=by)


async def plan(action: CorrectiveAction, _: Acting, by: Actor) -> object:
    return await disciplines.plan(action, by=by)


async def prevent(action: CorrectiveAction, _: Acting, by: Actor) -> object:
    return await disciplines.prevent(action, "On the list.", by=by)


async def add_step(action: CorrectiveAction, at: Acting, by: Actor) -> object:
    facts = StepFacts(
        "containment",
        "Block it",
        at.care.department_id,
        at.leader.staff_member_id,
        await today() + timedelta(days=2),
    )
    return await steps.add_step(action, facts, by=by)


async def check(action: CorrectiveAction, _: Acting, by: Actor) -> object:
    return await checking.check_effectiveness(action, True, "No fault.", "Listed.", by=by)


async def move_check(action: CorrectiveAction, _: Acting, by: Actor) -> object:
    return await checking.set_check_day(action, await today(), "Sooner.", by=by)


async def verify(action: CorrectiveAction, _: Acting, by: Actor) -> object:
    return await verifying.verify(action, "It holds.", by=by)


async def send_back(action: CorrectiveAction, _: Acting, by: Actor) -> object:
    return await verifying.send_back(action, "Show more.", by=by)


async def cancel(action: CorrectiveAction, _: Acting, by: Actor) -> object:
    return await verifying.cancel(action, "Opened twice.", by=by)


WORK, VERIFY = Permission.WORK_ON_CORRECTIVE_ACTIONS, Permission.VERIFY_CORRECTIVE_ACTIONS
# Where each verb may be done, and by whom.
VERBS: Mapping[Verb, tuple[frozenset[CorrectiveActionStatus], Permission]] = {
    describe: (OPEN, WORK),
    contain: (BEFORE_DONE, WORK),
    analyse: (BEFORE_DONE, WORK),
    plan: (frozenset({_S.ANALYSED}), WORK),
    prevent: (frozenset({_S.ANALYSED, _S.PLANNED, _S.CARRIED_OUT}), WORK),
    add_step: (BEFORE_DONE, WORK),
    check: (frozenset({_S.CARRIED_OUT}), WORK),
    move_check: (frozenset({_S.CARRIED_OUT}), WORK),
    verify: (frozenset({_S.CHECKED}), VERIFY),
    send_back: (frozenset({_S.CHECKED}), VERIFY),
    cancel: (OPEN, WORK),
}


class UndoneError(Exception):
    """Takes back what a verb did, so that the next one finds the same state."""


async def in_state(at: Acting, state: CorrectiveActionStatus) -> None:
    """The action as if it had come to `state`; its checker is somebody who verifies nothing."""
    await at.make.owner.execute(
        """UPDATE corrective_action SET status = $2, cause = 'method', root_cause = 'x',
               prevention = 'x', analysed_at = now(), planned_at = CASE WHEN $2 = 'analysed'
               THEN NULL ELSE now() END, carried_out_at = now(), check_on = '2026-01-05',
               effective = true, check_result = 'x', checked_at = now(), checked_by = $3,
               verified_at = CASE WHEN $2 = 'verified' THEN now() END,
               verified_by = CASE WHEN $2 = 'verified' THEN $4::bigint END,
               closing_note = CASE WHEN $2 = 'verified' THEN 'x' ELSE '' END,
               cancelled_because = CASE WHEN $2 = 'cancelled' THEN 'x' ELSE '' END
           WHERE reference = $1""",
        at.reference,
        state.value,
        at.leader.person_id,
        at.care.representative.person_id,
    )


async def outcome(at: Acting, verb: Verb, by: Actor) -> tuple[str, str]:
    """What came of it and the state it led to; nothing of it stays."""
    said, state = "done", ""
    try:
        async with acting(by):
            try:
                action = await found(at.reference, by)
                await verb(action, at, by)
                state = (await found(at.reference, by)).status
            except (WrongState, NotAllowed, NotFound, FieldErrors) as error:
                said = type(error).__name__
            raise UndoneError
    except UndoneError:
        return said, state


@pytest.mark.parametrize("state", list(_S))
async def test_verbs_lead_only_where_the_table_leads(
    make: Factory, state: CorrectiveActionStatus
) -> None:
    at = await opened_action(make)
    await at.analysed()
    await at.add_step()
    await in_state(at, state)
    for verb, (states, needed) in VERBS.items():
        by = at.leader if needed is WORK else at.care.representative
        said, to = await outcome(at, verb, by)
        if state not in states:
            assert said == "WrongState", verb
        else:
            assert said == "done", verb
            assert to == state or CorrectiveActionStatus(to) in TRANSITIONS[state], verb


@pytest.mark.parametrize("role", list(StaffRole))
async def test_roles_do_what_is_theirs(make: Factory, role: StaffRole) -> None:
    at = await opened_action(make)
    await at.analysed()
    await at.add_step()
    by = await make.staff(role)
    for verb, (states, needed) in VERBS.items():
        await in_state(at, next(state for state in _S if state in states))
        said, _ = await outcome(at, verb, by)
        if allowed(role, needed):
            assert said == "done", verb
        else:
            assert said in {"NotAllowed", "NotFound"}, verb
