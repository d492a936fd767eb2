"""Whose a complaint is: whoever has it owns it until somebody else accepts it (rule C14).

Verbs lock; `expected_version` is what the page showed: `Conflict` says that a colleague was faster.
"""

from portal.database import database_now
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import Conflict, FieldError, NotAllowed, WrongState
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.complaints import clocks
from portal.domain.complaints.access import require_hand
from portal.domain.complaints.events import ComplaintEvent
from portal.domain.complaints.progress import note_that, require
from portal.domain.complaints.story import ComplaintHappening
from portal.domain.complaints.tables import Complaint
from portal.domain.complaints.telling import tell
from portal.domain.organisation.deputies import who_acts_for
from portal.domain.quotes.colleagues import colleague
from portal.domain.quotes.field_checks import FieldChecks

_SOMEBODY_ELSE = N_("Choose a colleague who works on complaints.")
_OURS = Audience.INTERNAL


class NotOffered(Conflict):
    """The offer was taken back, accepted or declined in the meantime."""

    message = N_("This is no longer offered to you.")


async def offer(
    complaint: Complaint, to_staff_id: int, *, by: Actor, expected_version: int | None = None
) -> None:
    """Ask a colleague to take it on; it stays where it is until they accept (rule C14).

    A second offer takes the place of the first. Raises `FieldError` at `to` for somebody who has
    left, does not work on complaints or owns it already.
    """
    await _lock_open(complaint, by, expected_version)
    other = await colleague(to_staff_id)
    works = other is not None and other.may(Permission.WORK_ON_COMPLAINTS)
    if other is None or not works or to_staff_id == complaint.owner_id:
        raise FieldError("to", _SOMEBODY_ELSE)
    now = await database_now()
    await complaint.change(offered_to_id=to_staff_id, offered_at=now, updated_at=now)
    words = {"name": other.name}
    await note_that(complaint, ComplaintHappening.OFFERED, by=by, visible_to=_OURS, after=words)
    await tell(complaint, ComplaintEvent.OFFERED, by=by, to_id=to_staff_id)


async def accept_offer(
    complaint: Complaint, *, by: Actor, expected_version: int | None = None
) -> None:
    """Take on what was offered to `by`, or to whom `by` stands in for; whoever accepts owns it.

    Raises `NotOffered`.
    """
    require(by, Permission.WORK_ON_COMPLAINTS)
    await _lock_offered(complaint, by, expected_version)
    await _pass_to(complaint, by, ComplaintHappening.OFFER_ACCEPTED)


async def decline_offer(
    complaint: Complaint, reason: str = "", *, by: Actor, expected_version: int | None = None
) -> None:
    """Leave it with who has it, who is told. Raises `NotOffered`, `FieldErrors` at `reason`."""
    require(by, Permission.READ_COMPLAINTS)
    await _lock_offered(complaint, by, expected_version)
    checks = FieldChecks()
    reason = checks.text("reason", reason, 1000)
    checks.done()
    declined = complaint.offered_to_id
    await complaint.change(offered_to_id=None, offered_at=None, updated_at=await database_now())
    happening = (
        ComplaintHappening.OFFER_DECLINED_BECAUSE if reason else ComplaintHappening.OFFER_DECLINED
    )
    words = {"name": by.name, "reason": reason}
    await note_that(complaint, happening, by=by, visible_to=_OURS, after=words)
    await tell(complaint, ComplaintEvent.DECLINED_OFFER, by=by, to_id=declined)


async def take_over(
    complaint: Complaint, *, by: Actor, expected_version: int | None = None
) -> None:
    """Who supervises complaints takes it over without an offer. Nothing where it is theirs."""
    require(by, Permission.SUPERVISE_COMPLAINTS)
    await _lock_open(complaint, by, expected_version)
    if complaint.owner_id != by.staff_member_id:
        await _pass_to(complaint, by, ComplaintHappening.TAKEN_OVER)


async def _pass_to(complaint: Complaint, by: Actor, happening: ComplaintHappening) -> None:
    before = complaint.owner_id
    await complaint.change(
        owner_id=by.staff_member_id,
        offered_to_id=None,
        offered_at=None,
        updated_at=await database_now(),
    )
    await clocks.owner_changed(complaint)
    words = {"name": by.name}
    await note_that(complaint, happening, by=by, visible_to=_OURS, after=words)
    await tell(
        complaint,
        ComplaintEvent.ACCEPTED_OFFER,
        by=by,
        owner_id=complaint.owner_id,
        from_owner_id=before,
    )


async def _lock_open(complaint: Complaint, by: Actor, expected_version: int | None) -> None:
    await complaint.lock(expected_version=expected_version)
    require_hand(complaint, by)
    if not complaint.state.is_open:
        raise WrongState(state=complaint.state.label)


async def _lock_offered(complaint: Complaint, by: Actor, expected_version: int | None) -> None:
    if by.staff_member_id is None:
        raise NotAllowed
    await complaint.lock(expected_version=expected_version)
    offered_to = complaint.offered_to_id
    if offered_to is None:
        raise NotOffered
    # Rule C14: it is this one person's to accept, or whoever does their work today.
    if by.staff_member_id not in {offered_to, (await who_acts_for([offered_to]))[offered_to]}:
        raise NotOffered
