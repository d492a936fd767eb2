"""What the investigation found: first preliminary, then final, with whose doing it was (C5, C6)."""

from collections.abc import Sequence

from portal.database import database_now
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import WrongState
from portal.domain.common.permissions import Permission
from portal.domain.common.record import readable
from portal.domain.common.words import N_
from portal.domain.complaints.batches import check_looked_for
from portal.domain.complaints.cure_story import CureHappening
from portal.domain.complaints.events import ComplaintEvent
from portal.domain.complaints.progress import move, note_that
from portal.domain.complaints.states import Cause, ComplaintStatus, FindingStage, Responsibility
from portal.domain.complaints.tables import Complaint, Finding
from portal.domain.complaints.telling import tell
from portal.domain.quotes.field_checks import FieldChecks
from portal.domain.quotes.progress import require

_LONGEST = 4000
_UNDER_INVESTIGATION = frozenset({ComplaintStatus.JUDGED, ComplaintStatus.INVESTIGATED})
_CHOOSE = N_("Choose one of the options.")


async def record_finding(
    complaint: Complaint,
    stage: FindingStage,
    finding: str,
    *,
    for_customer: str = "",
    responsibility: Responsibility | None = None,
    cause: Cause | None = None,
    by: Actor,
    expected_version: int | None = None,
) -> Finding:
    """Note a finding on a founded complaint; the customer reads `for_customer` alone.

    The final one says whose doing it was and why, and ends the investigation: what is not our doing
    is explained next, for the rest proposals are made (rule C6). A later final finding takes the
    place of an earlier one until something is proposed. Raises `NotAllowed`, `WrongState`,
    `LookForBatchFirst` and `SampleFirst` (rule C5), `FieldErrors`.
    """
    require(by, Permission.INVESTIGATE_COMPLAINTS)
    await complaint.lock(expected_version=expected_version)
    if complaint.state not in _UNDER_INVESTIGATION:
        raise WrongState(state=complaint.state.label)
    is_final = stage is FindingStage.FINAL
    checks = FieldChecks()
    finding = checks.text("finding", finding, _LONGEST, needed=True)
    for_customer = checks.text("for_customer", for_customer, _LONGEST)
    if is_final and responsibility is None:
        checks.refuse("responsibility", _CHOOSE)  # rule C6
    if is_final and cause is None:
        checks.refuse("cause", _CHOOSE)  # rule C12
    checks.done()
    if is_final:
        await check_looked_for(complaint)
    found = Finding(
        account_id=complaint.account_id,
        complaint_id=complaint.id,
        stage=stage.value,
        finding=finding,
        for_customer=for_customer,
        responsibility=responsibility.value if responsibility else "",
        cause=cause.value if cause else "",
        found_by=by.person_id,
        found_at=await database_now(),
    )
    await found.save()
    await _note(complaint, found, by=by)
    if is_final:
        await _conclude(complaint, found, by=by)
    if for_customer:
        await tell(complaint, ComplaintEvent.FINDING, by=by, finding_id=found.id, stage=found.stage)
    return found


async def findings_of(complaint_id: int) -> Sequence[Finding]:
    """The findings that the viewer's side may read, oldest first."""
    rows = (
        await Finding.select(*readable(Finding))
        .where(Finding.complaint_id == complaint_id)
        .order_by(Finding.id)
    )
    return [Finding(**row) for row in rows]


async def _note(complaint: Complaint, found: Finding, *, by: Actor) -> None:
    final = found.stage == FindingStage.FINAL
    happening = CureHappening.FINAL_FINDING if final else CureHappening.PRELIMINARY_FINDING
    said = {"finding": found.for_customer or found.finding}
    audience = Audience.CUSTOMER if found.for_customer else Audience.INTERNAL
    await note_that(complaint, happening, by=by, visible_to=audience, after=said)


async def _conclude(complaint: Complaint, found: Finding, *, by: Actor) -> None:
    """The investigation is over, unless it was over before: then the new finding counts."""
    decided = {"responsibility": found.responsibility, "cause": found.cause}
    if complaint.state is ComplaintStatus.INVESTIGATED:
        await complaint.change(updated_at=found.found_at, **decided)
        return
    await move(complaint, ComplaintStatus.INVESTIGATED, **decided)
    await note_that(complaint, CureHappening.INVESTIGATED, by=by)
