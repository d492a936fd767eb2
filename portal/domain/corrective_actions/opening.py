"""Opening a corrective action, from one or several complaints or by hand (rule C9)."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.database import database_now
from portal.domain.common.actor import Actor
from portal.domain.common.errors import FieldErrors
from portal.domain.common.permissions import Permission
from portal.domain.common.references import next_reference
from portal.domain.common.words import N_
from portal.domain.complaints.tables import Complaint
from portal.domain.corrective_actions.complaint_side import (
    check_asks_for_one,
    join,
    take_off,
)
from portal.domain.corrective_actions.discretion import check_may_join, check_names_of
from portal.domain.corrective_actions.events import CorrectiveActionEvent
from portal.domain.corrective_actions.people import check_department, check_leader, name_of
from portal.domain.corrective_actions.progress import (
    change,
    lock_to_work,
    make_findable,
    note_that,
    tell,
)
from portal.domain.corrective_actions.states import ActionOrigin, CorrectiveActionStatus
from portal.domain.corrective_actions.story import CorrectiveHappening
from portal.domain.corrective_actions.tables import CorrectiveAction
from portal.domain.quotes.field_checks import FieldChecks
from portal.domain.quotes.progress import require

_NO_ORIGIN = N_("Say what it comes from.")
_NO_COMPLAINT = N_("Choose at least one complaint.")


@dataclass(frozen=True, slots=True)
class OpeningFacts:
    """A corrective action as it is opened (D1, D2). Errors name the fields as here."""

    title: str = ""
    problem: str = ""
    team: str = ""
    department_id: int | None = None
    leader_id: int | None = None
    origin: str = ActionOrigin.OTHER


async def open_from(
    complaints: Sequence[Complaint], facts: OpeningFacts, *, by: Actor
) -> CorrectiveAction:
    """Open one that answers these complaints; none of them closes before it is verified.

    Raises `FieldErrors`, `NotForThisComplaint`, `NotAllowed`.
    """
    require(by, Permission.WORK_ON_CORRECTIVE_ACTIONS)
    if not complaints:
        checks = FieldChecks()
        checks.refuse("complaints", _NO_COMPLAINT)
        checks.done()
    locked = [await each.lock() for each in sorted(complaints, key=lambda each: each.id)]
    for complaint in locked:
        check_asks_for_one(complaint)
    accounts = frozenset(complaint.account_id for complaint in locked)
    action = await _open(facts, ActionOrigin.COMPLAINT, accounts, by=by)
    for complaint in locked:
        await join(action, complaint, by=by, at=await database_now())
    return action


async def open_by_hand(facts: OpeningFacts, *, by: Actor) -> CorrectiveAction:
    """Open one that comes from an audit, a process or something else.

    Raises `FieldErrors`, `NotAllowed`.
    """
    require(by, Permission.WORK_ON_CORRECTIVE_ACTIONS)
    checks = FieldChecks()
    by_hand = set(ActionOrigin) - {ActionOrigin.COMPLAINT}
    if facts.origin not in by_hand:
        checks.refuse("origin", _NO_ORIGIN)
        checks.done()
    return await _open(facts, ActionOrigin(facts.origin), frozenset(), by=by)


async def link(
    action: CorrectiveAction,
    complaint: Complaint,
    *,
    by: Actor,
    expected_version: int | None = None,
) -> None:
    """Let an open action answer another complaint, whose customer sees it from now on.

    Raises `NotForThisComplaint`, `NamesACustomer` where what stands names another customer,
    `WrongState`, `Conflict`, `NotAllowed`.
    """
    await lock_to_work(action, by=by, expected_version=expected_version)
    await complaint.lock()
    check_asks_for_one(complaint)
    await check_may_join(action, complaint.account_id)
    await join(action, complaint, by=by, at=await database_now())
    await change(action)
    await note_that(action, CorrectiveHappening.LINKED, by=by, complaint=complaint.reference)


async def unlink(
    action: CorrectiveAction,
    complaint: Complaint,
    reason: str,
    *,
    by: Actor,
    expected_version: int | None = None,
) -> None:
    """Take a complaint off: it asks for a corrective action as before; its customer sees none.

    Raises `FieldErrors` at `reason`, `WrongState`, `Conflict`, `NotAllowed`.
    """
    await lock_to_work(action, by=by, expected_version=expected_version)
    checks = FieldChecks()
    reason = checks.text("reason", reason, 1000, needed=True)
    checks.done()
    await complaint.lock()
    if await take_off(action, complaint, by=by):
        await change(action)
        await note_that(
            action,
            CorrectiveHappening.UNLINKED,
            by=by,
            complaint=complaint.reference,
            reason=reason,
        )


async def _open(
    facts: OpeningFacts, origin: ActionOrigin, accounts: frozenset[int], *, by: Actor
) -> CorrectiveAction:
    checks = FieldChecks()
    title = checks.text("title", facts.title, 200, needed=True)
    problem = checks.text("problem", facts.problem, 4000, needed=True)
    team = checks.text("team", facts.team, 1000)
    await check_department(checks, facts.department_id)
    await check_leader(checks, facts.leader_id)
    checks.done()
    if wrong := await check_names_of(accounts, {"title": title, "problem": problem}):
        raise FieldErrors(wrong)
    assert facts.leader_id is not None  # noqa: S101 - checked above
    now, reference = await database_now(), await next_reference("CA")
    action = CorrectiveAction(
        reference=reference,
        status=CorrectiveActionStatus.OPENED.value,
        title=title,
        origin=origin.value,
        department_id=facts.department_id,
        leader_id=facts.leader_id,
        team=team,
        problem=problem,
        opened_by=by.person_id,
        opened_at=now,
        updated_at=now,
    )
    await action.save()
    await make_findable(action)
    await note_that(
        action, CorrectiveHappening.OPENED, by=by, leader=await name_of(facts.leader_id)
    )
    await tell(action, CorrectiveActionEvent.OPENED, by=by)
    return action
