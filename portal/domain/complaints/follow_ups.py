"""After closing somebody asks how it went, and how satisfied the customer is (rule C11)."""

from collections.abc import Sequence

from portal.database import database_now
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import WrongState
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.complaints.cure_story import CureHappening
from portal.domain.complaints.progress import note_that
from portal.domain.complaints.states import ComplaintChannel, ComplaintStatus, Satisfaction
from portal.domain.complaints.tables import Complaint, FollowUp
from portal.domain.quotes.field_checks import FieldChecks
from portal.domain.quotes.progress import require
from portal.domain.service_levels import clock
from portal.domain.service_levels.promise import TargetKind

_CHOOSE = N_("Choose one of the options.")


async def record_follow_up(
    complaint: Complaint,
    reached: str,
    channel: ComplaintChannel | None,
    satisfaction: Satisfaction | None,
    note: str,
    *,
    by: Actor,
) -> FollowUp:
    """Note whom we reached after closing and how satisfied they are; all of it stays with us.

    Who is dissatisfied has said why; such a case is reviewed (rule C13). Raises `NotAllowed`,
    `WrongState` before it is closed, `FieldErrors`.
    """
    require(by, Permission.WORK_ON_COMPLAINTS, Permission.SUPERVISE_COMPLAINTS)
    await complaint.lock()
    if complaint.state is not ComplaintStatus.CLOSED:
        raise WrongState(state=complaint.state.label)
    checks = FieldChecks()
    reached = checks.text("reached", reached, 200, needed=True)
    if channel is None:
        checks.refuse("channel", _CHOOSE)
    if satisfaction is None:
        checks.refuse("satisfaction", _CHOOSE)
    note = checks.text("note", note, 2000, needed=satisfaction is Satisfaction.DISSATISFIED)
    checks.done()
    assert channel is not None  # noqa: S101 - checked above
    assert satisfaction is not None  # noqa: S101 - checked above
    contacted = FollowUp(
        account_id=complaint.account_id,
        complaint_id=complaint.id,
        reached=reached,
        channel=channel.value,
        satisfaction=satisfaction.value,
        note=note,
        contacted_by=by.person_id,
        contacted_at=await database_now(),
    )
    await contacted.save()
    await clock.meet(complaint.subject, kind=TargetKind.FOLLOW_UP)
    said = {"name": reached, "satisfaction": satisfaction.value}
    await note_that(
        complaint, CureHappening.FOLLOWED_UP, by=by, visible_to=Audience.INTERNAL, after=said
    )
    return contacted


async def follow_ups_of(complaint_id: int) -> Sequence[FollowUp]:
    """The contacts after closing, oldest first. For staff."""
    found = FollowUp.objects().where(FollowUp.complaint_id == complaint_id)
    return await found.order_by(FollowUp.id)
