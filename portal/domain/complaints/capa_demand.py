"""Serious or repeated complaints demand corrective and preventive action (rule C9)."""

from datetime import timedelta

from portal.database import database_now, execute, fetch_value
from portal.domain import policy
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import Conflict, DomainError, WrongState
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.complaints.cure_story import CureHappening
from portal.domain.complaints.events import ComplaintEvent
from portal.domain.complaints.progress import note_that
from portal.domain.complaints.states import CapaState, Judgement, Severity
from portal.domain.complaints.tables import Complaint
from portal.domain.complaints.telling import tell
from portal.domain.policy.complaint_figures import CAPA_REPEATS, CAPA_REPEATS_WITHIN
from portal.domain.quotes.field_checks import FieldChecks
from portal.domain.quotes.progress import require

_IS_MAJOR = N_("a major incident that is founded")
_IS_REPEATED = N_("repeated complaints about the same item")


class NothingToCorrect(DomainError):
    """Suggestions and unfounded complaints demand none."""

    message = N_("Only a complaint that stands demands corrective action.")


class CapaDemanded(Conflict):
    """One at a time, and what was verified or waived stays so."""

    message = N_("Corrective action was demanded for this already.")


async def demand_capa(
    complaint: Complaint, reason: str, *, by: Actor, expected_version: int | None = None
) -> None:
    """Demand corrective action: the complaint does not close before it is verified (rule C9).

    Raises `NotAllowed`, `WrongState` once it is closed or withdrawn, `NothingToCorrect`,
    `CapaDemanded`, and `FieldErrors` for `reason`, which stays with us.
    """
    require(by, Permission.SUPERVISE_COMPLAINTS, Permission.WORK_ON_CORRECTIVE_ACTIONS)
    await complaint.lock(expected_version=expected_version)
    if not complaint.state.is_open:
        raise WrongState(state=complaint.state.label)
    if not complaint.case.is_complaint or complaint.judgement == Judgement.UNFOUNDED:
        raise NothingToCorrect
    if complaint.capa:
        raise CapaDemanded
    checks = FieldChecks()
    reason = checks.text("reason", reason, 2000, needed=True)
    checks.done()
    await _demand(complaint, reason, by=by)


async def demand_by_rule(complaint: Complaint, *, by: Actor) -> None:
    """Demand it where the rule does: founded, and major or one of several about an item (C9).

    For verbs that judge or classify a complaint, after they have locked and changed it.
    """
    founded = complaint.judgement == Judgement.FOUNDED
    if complaint.capa or not founded or not complaint.state.is_open:
        return
    if complaint.gravity is Severity.MAJOR:
        await _demand(complaint, [_IS_MAJOR], by=by)
    elif await _is_repeated(complaint):
        await _demand(complaint, [_IS_REPEATED], by=by)


async def _demand(complaint: Complaint, reason: str | list[str], *, by: Actor) -> None:
    await complaint.change(capa_state=CapaState.DEMANDED.value, updated_at=await database_now())
    await note_that(complaint, CureHappening.CAPA_DEMANDED, by=by)
    said = {"reason": reason}
    await note_that(
        complaint, CureHappening.CAPA_REASON, by=by, visible_to=Audience.INTERNAL, after=said
    )
    await tell(complaint, ComplaintEvent.CAPA_DEMANDED, by=by)


async def _is_repeated(complaint: Complaint) -> bool:
    """Whether so many founded complaints about one of its items came within the policy's days."""
    repeats = (await policy.figure(CAPA_REPEATS)).value
    within = timedelta(days=(await policy.figure(CAPA_REPEATS_WITHIN)).value)
    # Two that are judged at once must see each other, or neither would be the last one.
    await execute(
        """SELECT pg_advisory_xact_lock(hashtextextended('complaint.repeats', item_id))
           FROM (SELECT DISTINCT item_id FROM complaint_line
                 WHERE complaint_id = $1 AND item_id IS NOT NULL ORDER BY item_id) AS of_these""",
        complaint.id,
    )
    most = await fetch_value(
        """SELECT max(counted) FROM (
               SELECT count(DISTINCT c.id) AS counted
               FROM complaint_line own
               JOIN complaint_line l ON l.item_id = own.item_id
               JOIN complaint c ON c.id = l.complaint_id
               WHERE own.complaint_id = $1 AND c.judgement = 'founded' AND c.status <> 'withdrawn'
                 AND c.received_at > $2
               GROUP BY own.item_id) AS by_item""",
        complaint.id,
        await database_now() - within,
    )
    return (most or 0) >= repeats
