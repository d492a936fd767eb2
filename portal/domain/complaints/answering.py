"""Suggestions, enquiries and fault reports: answered, settled, or a complaint after all (C15)."""

from portal.database import database_now
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import FieldError, WrongState
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.complaints import clocks
from portal.domain.complaints.access import require_hand
from portal.domain.complaints.complaint_check import ABOUT
from portal.domain.complaints.conversation import post_message
from portal.domain.complaints.events import ComplaintEvent
from portal.domain.complaints.judging import LONGEST_TOLD
from portal.domain.complaints.progress import move, note_that, require
from portal.domain.complaints.shown_status import state_word
from portal.domain.complaints.states import CaseKind, Category, Cause, ComplaintStatus
from portal.domain.complaints.story import ComplaintHappening
from portal.domain.complaints.tables import Complaint, OutcomeAnswer
from portal.domain.complaints.telling import tell
from portal.domain.quotes.field_checks import FieldChecks

_ANSWER = N_("Write the answer first.")
_WHAT_IS_OPEN = N_("Say what is still open.")
_NAME = N_("Say who of the customer said so.")


async def answer(
    complaint: Complaint,
    told: str,
    *,
    by: Actor,
    cause: Cause | None = None,
    expected_version: int | None = None,
) -> None:
    """Answer a lighter kind: the customer reads `told` (rule C15). Whoever has it may.

    `cause` is why it failed, where it is known: for the fault file, colleagues alone read it. Of
    what is no fault report there is none. An answer without it leaves what was known before.
    Raises `FieldErrors` at `told`, `WrongState` for a complaint, which is judged instead.
    """
    await complaint.lock(expected_version=expected_version)
    require_hand(complaint, by)
    await _check_lighter(complaint)
    checks = FieldChecks()
    told = checks.text("told", told, LONGEST_TOLD, needed=True, missing=_ANSWER)
    checks.done()
    await move(
        complaint,
        ComplaintStatus.ANSWERED,
        told=told,
        told_at=await database_now(),
        reminders=0,
        reminded_at=None,
        cause=cause.value if cause and _is_fault(complaint) else complaint.cause,
    )
    await clocks.solved(complaint)
    await note_that(complaint, ComplaintHappening.ANSWERED, by=by)
    await tell(complaint, ComplaintEvent.ANSWERED, by=by)


async def settle(
    complaint: Complaint, *, by: Actor, name: str = "", expected_version: int | None = None
) -> None:
    """The customer says that the answer settles it: it is closed (rules C8, C15).

    Staff name who of the customer said so. Raises `FieldErrors` at `name`, `WrongState`, `Conflict`
    where another answer was given meanwhile.
    """
    await _lock_answered(complaint, expected_version, by=by)
    name = _name_of_customer(name, by=by)
    now = await database_now()
    await _write_answer(complaint, accepted=True, reason="", name=name, by=by)
    await move(
        complaint,
        ComplaintStatus.CLOSED,
        confirmed_at=now,
        confirmed_name=name,
        closed_at=now,
        closed_by=by.person_id,
    )
    await clocks.closed(complaint, by=by)
    await note_that(complaint, ComplaintHappening.SETTLED, by=by, after={"name": name})
    await tell(complaint, ComplaintEvent.CONFIRMED, by=by)


async def ask_again(
    complaint: Complaint,
    reason: str,
    *,
    by: Actor,
    name: str = "",
    expected_version: int | None = None,
) -> None:
    """The answer does not settle it: it is owed again, from now on (rule C15).

    `reason` goes to the thread. Staff name who of the customer said so. Raises `FieldErrors` at
    `reason` and `name`, `WrongState`, `Conflict`.
    """
    await _lock_answered(complaint, expected_version, by=by)
    checks = FieldChecks()
    reason = checks.text("reason", reason, 2000, needed=True, missing=_WHAT_IS_OPEN)
    checks.done()
    name = _name_of_customer(name, by=by)
    await _write_answer(complaint, accepted=False, reason=reason, name=name, by=by)
    await move(complaint, ComplaintStatus.RECEIVED, round=complaint.round + 1, reminders=0)
    await post_message(complaint, reason, by=by, audience=Audience.CUSTOMER)
    await clocks.open_again(complaint)
    await note_that(complaint, ComplaintHappening.ASKED_AGAIN, by=by, after={"name": name})
    await tell(complaint, ComplaintEvent.OBJECTED, by=by, round=complaint.round)


async def turn_into_complaint(
    complaint: Complaint, category: str, *, by: Actor, expected_version: int | None = None
) -> None:
    """It is a complaint after all, about `category` (rules C4, C15): it is judged like one.

    It owes the first answer of a complaint since it came and a solution from now on (rule C2).
    Raises `FieldError` at `category`, `WrongState`.
    """
    require(by, Permission.WORK_ON_COMPLAINTS)
    await complaint.lock(expected_version=expected_version)
    await _check_lighter(complaint)
    if complaint.state is not ComplaintStatus.RECEIVED:
        raise WrongState(state=await state_word(complaint))
    if category not in set(Category):
        raise FieldError("category", ABOUT)
    before = complaint.kind
    await complaint.change(
        kind=CaseKind.COMPLAINT.value,
        category=Category(category).value,
        updated_at=await database_now(),
    )
    await clocks.turned_into_complaint(complaint)
    await note_that(complaint, ComplaintHappening.TURNED, by=by, before={"kind": before})
    await tell(complaint, ComplaintEvent.TURNED, by=by)


async def _lock_answered(complaint: Complaint, expected_version: int | None, *, by: Actor) -> None:
    await complaint.lock(expected_version=expected_version)
    if by.is_staff:
        require_hand(complaint, by)
    else:
        require(by, Permission.ANSWER_COMPLAINT)
    if complaint.state is not ComplaintStatus.ANSWERED:
        raise WrongState(state=await state_word(complaint))


async def _check_lighter(complaint: Complaint) -> None:
    if complaint.case.is_complaint:
        raise WrongState(state=await state_word(complaint))


def _is_fault(complaint: Complaint) -> bool:
    return complaint.case is CaseKind.FAULT_REPORT


def _name_of_customer(name: str, *, by: Actor) -> str:
    checks = FieldChecks()
    name = checks.text("name", name, 200, needed=by.is_staff, missing=_NAME)
    checks.done()
    return name if by.is_staff else by.name


async def _write_answer(
    complaint: Complaint, *, accepted: bool, reason: str, name: str, by: Actor
) -> None:
    said = OutcomeAnswer(
        account_id=complaint.account_id,
        complaint_id=complaint.id,
        round=complaint.round,
        accepted=accepted,
        reason=reason,
        answered_by=by.person_id,
        answered_name=name,
        answered_at=await database_now(),
    )
    await said.save()
