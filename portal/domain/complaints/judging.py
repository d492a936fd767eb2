"""Whether a complaint holds (rule C3). Verbs lock; `expected_version` is what the page showed."""

from datetime import date, timedelta

from portal.database import database_now, fetch_row
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import WrongState
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.complaints import clocks
from portal.domain.complaints.capa_demand import demand_by_rule
from portal.domain.complaints.complaint_check import ABOUT
from portal.domain.complaints.events import ComplaintEvent
from portal.domain.complaints.progress import move, note_that, require
from portal.domain.complaints.states import Category, ComplaintStatus, Judgement
from portal.domain.complaints.story import ComplaintHappening
from portal.domain.complaints.tables import Complaint
from portal.domain.complaints.telling import tell
from portal.domain.quotes.account_facts import account_facts
from portal.domain.quotes.field_checks import MISSING, FieldChecks

LONGEST_REASON = 2000
LONGEST_TOLD = 4000
LONGEST_INVESTIGATION = timedelta(days=90)

_DEPARTMENT = N_("Choose the department that is responsible.")
_FROM_TODAY = N_("Choose a day from today on.")
_TOO_LONG = N_("Choose a day within the next 90 days.")
_TELL_THEM = N_("Say it in words that the customer reads.")


async def judge_founded(
    complaint: Complaint,
    reason: str,
    *,
    department_id: int | None,
    investigate_until: date | None,
    category: str | None = None,
    by: Actor,
    expected_version: int | None = None,
) -> None:
    """It holds: name the department, ask the customer for time to look into it (rule C3).

    `reason` is ours. The customer is told that it is looked into until `investigate_until`, a day
    at their place. `category` moves it where it was filed under another one (rule C4). Raises
    `FieldErrors` at `reason`, `department`, `investigate_until`, `category`; `NotAllowed`,
    `Conflict`, `WrongState`.
    """
    require(by, Permission.WORK_ON_COMPLAINTS)
    await _lock_to_judge(complaint, expected_version)
    checks = FieldChecks()
    reason = checks.text("reason", reason, LONGEST_REASON, needed=True)
    department = await fetch_row("SELECT id, name FROM department WHERE id = $1", department_id)
    if department is None:
        checks.refuse("department", _DEPARTMENT)
    await _check_time(checks, complaint, investigate_until)
    if category and category not in set(Category):
        checks.refuse("category", ABOUT)
    checks.done()
    assert department is not None  # noqa: S101 - checked
    before = complaint.category
    await move(
        complaint,
        ComplaintStatus.JUDGED,
        judgement=Judgement.FOUNDED.value,
        judgement_reason=reason,
        judged_by=by.person_id,
        judged_at=await database_now(),
        department_id=department["id"],
        investigate_until=investigate_until,
        category=category or before,
    )
    await note_that(
        complaint, ComplaintHappening.FOUNDED, by=by, after={"until_on": investigate_until}
    )
    said = {"judgement": "founded", "department": department["name"], "reason": reason}
    await note_that(
        complaint, ComplaintHappening.JUDGED, by=by, visible_to=Audience.INTERNAL, after=said
    )
    if complaint.category != before:
        words = {"category": complaint.category}
        await note_that(complaint, ComplaintHappening.CATEGORY_CHANGED, by=by, after=words)
    await tell(complaint, ComplaintEvent.JUDGED, by=by)
    await demand_by_rule(complaint, by=by)  # rule C9


async def judge_unfounded(
    complaint: Complaint,
    reason: str,
    told: str,
    *,
    by: Actor,
    expected_version: int | None = None,
) -> None:
    """It does not hold: explain it to the customer with tact (rule C3).

    `reason` is ours, `told` is what the customer reads. That is the outcome, which they accept or
    object to (rule C8). Raises `FieldErrors` at `reason`, `told`; `NotAllowed`, `Conflict`,
    `WrongState`.
    """
    require(by, Permission.WORK_ON_COMPLAINTS)
    await _lock_to_judge(complaint, expected_version)
    checks = FieldChecks()
    reason = checks.text("reason", reason, LONGEST_REASON, needed=True)
    told = checks.text("told", told, LONGEST_TOLD, needed=True, missing=_TELL_THEM)
    checks.done()
    now = await database_now()
    await move(
        complaint,
        ComplaintStatus.EXPLAINED,
        judgement=Judgement.UNFOUNDED.value,
        judgement_reason=reason,
        judged_by=by.person_id,
        judged_at=now,
        told=told,
        told_at=now,
        reminders=0,
        reminded_at=None,
    )
    await clocks.solved(complaint)
    await note_that(complaint, ComplaintHappening.UNFOUNDED, by=by)
    await note_that(
        complaint,
        ComplaintHappening.UNFOUNDED_BECAUSE,
        by=by,
        visible_to=Audience.INTERNAL,
        after={"reason": reason},
    )
    await tell(complaint, ComplaintEvent.EXPLAINED, by=by)


async def _lock_to_judge(complaint: Complaint, expected_version: int | None) -> None:
    await complaint.lock(expected_version=expected_version)
    # A lighter kind is answered (rule C15); what came back after closing is reopened first.
    if not complaint.case.is_complaint or complaint.state is not ComplaintStatus.RECEIVED:
        raise WrongState(state=complaint.state.label)


async def _check_time(checks: FieldChecks, complaint: Complaint, until: date | None) -> None:
    today = (await account_facts(complaint.account_id)).day_of(await database_now())
    if until is None:
        checks.refuse("investigate_until", MISSING)
    elif until < today:
        checks.refuse("investigate_until", _FROM_TODAY)
    elif until - today > LONGEST_INVESTIGATION:
        checks.refuse("investigate_until", _TOO_LONG)
