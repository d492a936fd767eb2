"""A closed complaint that is not over."""

from datetime import datetime, timedelta

from portal.database import database_now
from portal.domain import policy
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import Conflict, WrongState
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.complaints import clocks
from portal.domain.complaints.chosen import refuse_chosen
from portal.domain.complaints.conversation import post_message
from portal.domain.complaints.events import ComplaintEvent
from portal.domain.complaints.progress import move, note_that, require
from portal.domain.complaints.shown_status import state_word
from portal.domain.complaints.states import ComplaintStatus, Judgement
from portal.domain.complaints.story import ComplaintHappening
from portal.domain.complaints.tables import Complaint
from portal.domain.complaints.telling import tell
from portal.domain.policy.complaint_figures import REOPEN_WITHIN
from portal.domain.quotes.account_facts import account_facts
from portal.domain.quotes.field_checks import FieldChecks


class ClosedTooLong(Conflict):
    """The customer may reopen for a while only; afterwards they complain anew."""

    message = N_("This has been closed for too long to be reopened. File a new complaint.")


async def reopen(
    complaint: Complaint, reason: str, *, by: Actor, expected_version: int | None = None
) -> None:
    """It goes on: what was founded is investigated further, all else is looked at anew.

    The customer may for the time that the policy gives them, staff at any time. `reason` goes to
    the thread; answer and solution are owed from now on, and a new round begins. Raises
    `FieldErrors` at `reason`, `ClosedTooLong`, `WrongState`.
    """
    require(by, Permission.ANSWER_COMPLAINT, Permission.WORK_ON_COMPLAINTS)
    await complaint.lock(expected_version=expected_version)
    if complaint.state is not ComplaintStatus.CLOSED or complaint.closed_at is None:
        raise WrongState(state=await state_word(complaint))
    now = await database_now()
    if not by.is_staff:
        account = await account_facts(complaint.account_id)
        if now > await reopens_until(complaint, account.scope):
            raise ClosedTooLong
    checks = FieldChecks()
    reason = checks.text("reason", reason, 2000, needed=True)
    checks.done()
    await refuse_chosen(complaint)  # it has not put things right
    founded = complaint.judgement == Judgement.FOUNDED
    await move(
        complaint,
        ComplaintStatus.JUDGED if founded else ComplaintStatus.RECEIVED,
        round=complaint.round + 1,
        confirmed_at=None,
        confirmed_name="",
        closed_at=None,
        closing_reason="",
        reopened_at=now,
        reminders=0,
    )
    message_id = await post_message(complaint, reason, by=by, audience=Audience.CUSTOMER)
    await clocks.open_again(complaint)
    await note_that(complaint, ComplaintHappening.REOPENED, by=by, after={"reason": reason})
    await tell(complaint, ComplaintEvent.REOPENED, by=by, message_id=message_id)


async def reopens_until(complaint: Complaint, scope: policy.Scope) -> datetime:
    """Until when the customer of `scope` may reopen a closed complaint (UTC)."""
    assert complaint.closed_at is not None  # noqa: S101 - the caller asks of a closed one
    days = await policy.figure(REOPEN_WITHIN, scope=scope)
    until: datetime = complaint.closed_at + timedelta(days=days.value)
    return until
