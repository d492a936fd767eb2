"""What a complaint owes, and by when (rules C2, C8, C11, C15). Verbs call these; none tells."""

from datetime import datetime, time

from portal.database import database_now
from portal.domain import policy
from portal.domain.common.actor import Actor
from portal.domain.common.words import N_
from portal.domain.complaints.states import Severity
from portal.domain.complaints.tables import Complaint
from portal.domain.policy.complaint_figures import (
    ANSWER,
    CASE_ANSWER,
    FOLLOW_UP,
    MAJOR_SOLUTION,
    NEXT_DAY_BY,
    SAME_DAY_UNTIL,
)
from portal.domain.policy.registry import Figure
from portal.domain.policy.values import CalendarKind, Clock
from portal.domain.quotes.account_facts import AccountFacts, account_facts
from portal.domain.service_levels import clock, responses
from portal.domain.service_levels.branch_calendar import PlacedCalendar, calendar_at
from portal.domain.service_levels.clock import MomentRule, Owed, OwedUntil
from portal.domain.service_levels.promise import Promise, TargetKind

# Why another day is promised, for both sides to read.
_IS_MAJOR = N_("it was classified as a major incident")
_IS_ORDINARY = N_("it was classified as an ordinary complaint")
_IS_COMPLAINT = N_("it is handled as a complaint")


def workable_solution_by(
    taken: datetime, place: PlacedCalendar, *, same_day_until: time, next_day_by: time
) -> tuple[datetime, MomentRule]:
    """When an ordinary complaint has a workable solution, in UTC, and by which rule (rule C2).

    Taken (aware) until `same_day_until` on a working day, and before that closes: the same day at
    closing time. Later, or on another day: on the next working day at `next_day_by`. Both hours are
    those on the branch's wall.
    """
    day = place.day_of(taken)
    closing = place.calendar.closing_of(day)
    if closing is not None and taken < closing and taken <= place.moment_on(day, same_day_until):
        return closing, MomentRule.CLOSING_TODAY
    on = place.next_working_day(day)
    return place.moment_on(on, next_day_by), MomentRule.NOON_NEXT_WORKING_DAY


async def open_on_receipt(complaint: Complaint, account: AccountFacts) -> None:
    """Start what a case owes from now on: an answer, and of a complaint a solution (C2, C15)."""
    figure = ANSWER if complaint.case.is_complaint else CASE_ANSWER
    owed = await _owed_after(complaint, account, figure)
    await clock.open_target(TargetKind.FIRST_RESPONSE, complaint.subject, owed)
    if complaint.case.is_complaint:
        await _open_solution(complaint, account)


async def turned_into_complaint(complaint: Complaint) -> None:
    """A lighter kind owes the answer of a complaint since it came, a solution from now on."""
    account = await account_facts(complaint.account_id)
    owed = await _owed_after(complaint, account, ANSWER)
    await clock.reclassify(complaint.subject, TargetKind.FIRST_RESPONSE, owed, reason=_IS_COMPLAINT)
    await _open_solution(complaint, account)


async def severity_changed(complaint: Complaint) -> None:
    """Reckon the solution anew from the original moment; the old promise stays seen (rule C2)."""
    account = await account_facts(complaint.account_id)
    subject, kind = complaint.subject, TargetKind.SOLUTION
    if complaint.gravity is Severity.MAJOR:
        owed = await _owed_after(complaint, account, MAJOR_SOLUTION)
        await clock.reclassify(subject, kind, owed, reason=_IS_MAJOR)
        return
    running = await _running_solution(complaint)
    if running is not None:
        due, rule = await _ordinary_solution(account, running.opened_at)
        await clock.reclassify_until(subject, kind, due=due, rule=rule, reason=_IS_ORDINARY)


async def solution_is_owed_again(complaint: Complaint, *, reason: str) -> None:
    """What was told to be the solution came to nothing: its clock runs on; both sides read why.

    By the clock of the severity that holds now (rule C2).
    """
    await clock.reopen(complaint.subject, TargetKind.SOLUTION, reason=reason)
    running = await _running_solution(complaint)
    if running is None or running.explanation is None:
        return
    # An ordinary solution is due at a moment, a major one after a time.
    if (running.explanation.duration is not None) != (complaint.gravity is Severity.MAJOR):
        await severity_changed(complaint)


async def staff_wrote(complaint: Complaint) -> None:
    """The customer has heard from a person: that is the first answer to a complaint (rule C2).

    One of the lighter kinds still owes its answer (rule C15).
    """
    if complaint.case.is_complaint:
        await clock.meet(complaint.subject, kind=TargetKind.FIRST_RESPONSE)
    await responses.staff_replied(complaint.subject)


async def customer_wrote(complaint: Complaint) -> None:
    """The customer is owed an answer, unless the first one is still owed in any case."""

    async def whose() -> OwedUntil:
        return _owed(complaint, await account_facts(complaint.account_id))

    first = frozenset({TargetKind.FIRST_RESPONSE})
    await responses.customer_wrote(complaint.subject, whose, unless=first)


async def solved(complaint: Complaint) -> None:
    """The customer has been told a measure, an outcome, an explanation or the answer (rule C2)."""
    for kind in (TargetKind.FIRST_RESPONSE, TargetKind.SOLUTION, TargetKind.NEXT_RESPONSE):
        await clock.meet(complaint.subject, kind=kind)


async def wait_for_customer(complaint: Complaint, reason: str) -> None:
    """Let what we owe wait for the customer's answer; both sides read `reason`, the newest one."""
    await run_on(complaint)
    await clock.pause(complaint.subject, reason, kind=_waiting_kind(complaint))


async def run_on(complaint: Complaint) -> None:
    """Let what waited for the customer run on."""
    await clock.resume(complaint.subject, kind=_waiting_kind(complaint))


async def open_again(complaint: Complaint) -> None:
    """Owe anew, from now on, what a case owes that came back: reopened or not accepted (C8)."""
    account = await account_facts(complaint.account_id)
    subject = complaint.subject
    await clock.cancel(subject, kind=TargetKind.FOLLOW_UP)
    owed = {each.kind for each in await clock.targets_of(subject.kind, subject.id) if each.is_open}
    if TargetKind.FIRST_RESPONSE not in owed:
        figure = ANSWER if complaint.case.is_complaint else CASE_ANSWER
        answer = await _owed_after(complaint, account, figure)
        await clock.open_target(TargetKind.FIRST_RESPONSE, subject, answer)
    if complaint.case.is_complaint and TargetKind.SOLUTION not in owed:
        await _open_solution(complaint, account)


async def closed(complaint: Complaint, *, by: Actor) -> None:
    """A closed complaint owes nothing but to ask how it went (rule C11); a lighter kind nothing."""
    await responses.record_ended(complaint.subject, by=by)
    for kind in (TargetKind.FIRST_RESPONSE, TargetKind.SOLUTION, TargetKind.DEALER_TASK):
        await clock.cancel(complaint.subject, kind=kind)
    if complaint.case.is_complaint:
        account = await account_facts(complaint.account_id)
        owed = await _owed_after(complaint, account, FOLLOW_UP)
        await clock.open_target(TargetKind.FOLLOW_UP, complaint.subject, owed)


async def withdrawn(complaint: Complaint, *, by: Actor) -> None:
    """Nothing is owed any more."""
    await responses.record_ended(complaint.subject, by=by)
    await clock.cancel(complaint.subject)


async def owner_changed(complaint: Complaint) -> None:
    """The new owner owes what is open (rule C14)."""
    await clock.reassign(complaint.subject, complaint.owner_id)


async def owed_until(complaint: Complaint) -> OwedUntil:
    """What a clock of the complaint that is due at a moment copies of it."""
    return _owed(complaint, await account_facts(complaint.account_id))


async def _running_solution(complaint: Complaint) -> Promise | None:
    targets = await clock.targets_of(complaint.subject.kind, complaint.id)
    running = (each for each in targets if each.kind is TargetKind.SOLUTION and each.is_open)
    return next(running, None)


async def _open_solution(complaint: Complaint, account: AccountFacts) -> None:
    subject, kind = complaint.subject, TargetKind.SOLUTION
    if complaint.gravity is Severity.MAJOR:
        await clock.open_target(
            kind, subject, await _owed_after(complaint, account, MAJOR_SOLUTION)
        )
        return
    due, rule = await _ordinary_solution(account, await database_now())
    await clock.open_target_until(kind, subject, _owed(complaint, account), due=due, rule=rule)


async def _ordinary_solution(account: AccountFacts, taken: datetime) -> tuple[datetime, MomentRule]:
    place = await calendar_at(account.branch_id, CalendarKind.OFFICE_HOURS)
    until = await policy.figure(SAME_DAY_UNTIL, scope=account.scope)
    by = await policy.figure(NEXT_DAY_BY, scope=account.scope)
    return workable_solution_by(taken, place, same_day_until=until.value, next_day_by=by.value)


def _owed(complaint: Complaint, account: AccountFacts) -> OwedUntil:
    return OwedUntil(
        account_id=account.id,
        account_name=account.name,
        branch_id=account.branch_id,
        title=complaint.title,
        owner_id=complaint.owner_id,
    )


async def _owed_after(complaint: Complaint, account: AccountFacts, figure: Figure[Clock]) -> Owed:
    in_force = await policy.figure(figure, scope=account.scope)
    return Owed(
        account_id=account.id,
        account_name=account.name,
        branch_id=account.branch_id,
        title=complaint.title,
        owner_id=complaint.owner_id,
        figures=in_force.value,
        policy_version=in_force.version,
        figure_key=figure.key,
    )


def _waiting_kind(complaint: Complaint) -> TargetKind:
    """What waits for a customer's answer: the solution; of a lighter kind its answer."""
    return TargetKind.SOLUTION if complaint.case.is_complaint else TargetKind.FIRST_RESPONSE
