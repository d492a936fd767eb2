"""How grave a complaint is, and that this can change (rule C2)."""

from portal.database import database_now
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import FieldError, WrongState
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.complaints import approvals, clocks
from portal.domain.complaints.capa_demand import demand_by_rule
from portal.domain.complaints.events import ComplaintEvent
from portal.domain.complaints.progress import note_that, require
from portal.domain.complaints.states import Severity
from portal.domain.complaints.story import ComplaintHappening
from portal.domain.complaints.tables import Complaint
from portal.domain.complaints.telling import tell
from portal.domain.quotes.field_checks import FieldChecks

_SAID = {
    Severity.MAJOR: ComplaintHappening.MAJOR,
    Severity.ORDINARY: ComplaintHappening.ORDINARY,
}
_ONLY_COMPLAINTS = N_("Only a complaint is a major incident. Turn it into one first.")


async def set_severity(
    complaint: Complaint,
    severity: Severity,
    reason: str,
    *,
    by: Actor,
    expected_version: int | None = None,
) -> None:
    """Classify it as major or ordinary; the solution is due by the other clock (rule C2).

    That clock counts from the original moment, and the earlier promise stays seen. `reason` is
    ours. Who has to allow a chosen compensation is asked anew (rule C7). Nothing where it is so
    already. Raises `FieldErrors` at `reason`, `FieldError` at `severity` for a lighter kind.
    """
    require(by, Permission.WORK_ON_COMPLAINTS)
    await complaint.lock(expected_version=expected_version)
    if not complaint.state.is_open:
        raise WrongState(state=complaint.state.label)
    if not complaint.case.is_complaint:
        raise FieldError("severity", _ONLY_COMPLAINTS)
    checks = FieldChecks()
    reason = checks.text("reason", reason, 2000, needed=True)
    checks.done()
    before = complaint.gravity
    if severity is before:
        return
    await complaint.change(severity=severity.value, updated_at=await database_now())
    await clocks.severity_changed(complaint)
    await note_that(
        complaint,
        _SAID[severity],
        by=by,
        before={"severity": before.value},
        after={"severity": severity.value},
    )
    await note_that(
        complaint,
        ComplaintHappening.SEVERITY_REASON,
        by=by,
        visible_to=Audience.INTERNAL,
        after={"reason": reason},
    )
    await approvals.reconsider(complaint, by=by)
    await demand_by_rule(complaint, by=by)  # rule C9
    await tell(
        complaint, ComplaintEvent.SEVERITY, by=by, before=before.value, severity=severity.value
    )
