"""What the customer says to an outcome: it is confirmed, or objected to with a reason (rule C8)."""

from portal.database import database_now
from portal.domain.common.actor import Actor
from portal.domain.common.errors import WrongState
from portal.domain.common.permissions import Permission
from portal.domain.complaints import clocks
from portal.domain.complaints.access import require_hand
from portal.domain.complaints.chosen import refuse_chosen
from portal.domain.complaints.closing import close_when_nothing_is_left
from portal.domain.complaints.cure_story import CureHappening
from portal.domain.complaints.events import ComplaintEvent
from portal.domain.complaints.progress import move, note_that
from portal.domain.complaints.shown_status import state_word
from portal.domain.complaints.states import ComplaintStatus, Judgement
from portal.domain.complaints.tables import Complaint, OutcomeAnswer
from portal.domain.complaints.telling import tell
from portal.domain.quotes.field_checks import FieldChecks
from portal.domain.quotes.progress import require

_LONGEST_NAME = 200
_LONGEST_REASON = 2000
# A lighter kind that was answered is settled or asked again instead (rule C15).
_TO_BE_CONFIRMED = frozenset({ComplaintStatus.CARRIED_OUT, ComplaintStatus.EXPLAINED})


async def confirm(
    complaint: Complaint, name: str, *, by: Actor, expected_version: int | None = None
) -> None:
    """The customer confirms the outcome: that is what closes a complaint (rule C8).

    It closes at once, or with the corrective action that it demands (rule C9). `name` is whoever of
    the customer says so; staff record it of a call. Raises `NotAllowed`, `Conflict`, `WrongState`,
    `FieldErrors` for `name`.
    """
    await _lock_told(complaint, expected_version, by=by)
    checks = FieldChecks()
    name = checks.text("name", name, _LONGEST_NAME, needed=True)
    checks.done()
    now = await database_now()
    await _answer(complaint, name, accepted=True, by=by)
    await move(complaint, ComplaintStatus.CONFIRMED, confirmed_at=now, confirmed_name=name)
    await note_that(complaint, CureHappening.CONFIRMED, by=by, after={"name": name})
    await tell(complaint, ComplaintEvent.CONFIRMED, by=by)
    await close_when_nothing_is_left(complaint, by=by)


async def object_to(
    complaint: Complaint, reason: str, name: str, *, by: Actor, expected_version: int | None = None
) -> None:
    """The customer objects: back to proposals, an explanation back to where it came from (C8).

    What was carried out is refused with it; another round begins, and an answer and a solution are
    owed again. Raises as `confirm`, `FieldErrors` also for `reason`, which both sides read.
    """
    await _lock_told(complaint, expected_version, by=by)
    checks = FieldChecks()
    reason = checks.text("reason", reason, _LONGEST_REASON, needed=True)
    name = checks.text("name", name, _LONGEST_NAME, needed=True)
    checks.done()
    await _answer(complaint, name, accepted=False, reason=reason, by=by)
    await refuse_chosen(complaint)
    await move(complaint, _way_back(complaint), round=complaint.round + 1, reminders=0)
    await clocks.open_again(complaint)
    said = {"name": name, "reason": reason}
    await note_that(complaint, CureHappening.OBJECTED, by=by, after=said)
    await tell(complaint, ComplaintEvent.OBJECTED, by=by, round=complaint.round)


def _way_back(complaint: Complaint) -> ComplaintStatus:
    if complaint.state is ComplaintStatus.CARRIED_OUT:
        return ComplaintStatus.PROPOSED
    if complaint.judgement == Judgement.UNFOUNDED:
        return ComplaintStatus.RECEIVED  # judged anew
    return ComplaintStatus.INVESTIGATED


async def _lock_told(complaint: Complaint, expected_version: int | None, *, by: Actor) -> None:
    await complaint.lock(expected_version=expected_version)
    if by.is_staff:
        require_hand(complaint, by)
    else:
        require(by, Permission.ANSWER_COMPLAINT)
    if complaint.state not in _TO_BE_CONFIRMED:
        raise WrongState(state=await state_word(complaint))


async def _answer(
    complaint: Complaint, name: str, *, accepted: bool, reason: str = "", by: Actor
) -> None:
    answer = OutcomeAnswer(
        account_id=complaint.account_id,
        complaint_id=complaint.id,
        round=complaint.round,
        accepted=accepted,
        reason=reason,
        answered_by=by.person_id,
        answered_name=name,
        answered_at=await database_now(),
    )
    await answer.save()
