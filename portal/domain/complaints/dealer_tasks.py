"""Work given to a dealer, supervised; where the dealer fails the company does it (rule C4)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from portal.database import database_now
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import Conflict, DomainError, NotFound, WrongState
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.complaints import clocks
from portal.domain.complaints.chosen import account_currency, chosen_of, put_back
from portal.domain.complaints.cure_story import CureHappening
from portal.domain.complaints.dealers import dealer_by_id
from portal.domain.complaints.events import ComplaintEvent
from portal.domain.complaints.progress import note_that
from portal.domain.complaints.proposal_check import check_amount
from portal.domain.complaints.routing import route_of
from portal.domain.complaints.states import Category, ComplaintStatus
from portal.domain.complaints.tables import Complaint, DealerTask
from portal.domain.complaints.telling import tell
from portal.domain.orders.days_ahead import refusal_of
from portal.domain.orders.shipment_locking import day_at_branch
from portal.domain.quotes.field_checks import FieldChecks
from portal.domain.quotes.progress import require
from portal.domain.service_levels import clock
from portal.domain.service_levels.branch_calendar import closing_time
from portal.domain.service_levels.clock import MomentRule
from portal.domain.service_levels.promise import TargetKind

_LONGEST = 2000
# Founded and not carried out yet.
_CAN_BE_GIVEN = frozenset(
    {
        ComplaintStatus.JUDGED,
        ComplaintStatus.INVESTIGATED,
        ComplaintStatus.PROPOSED,
        ComplaintStatus.CHOSEN,
    }
)


class NotForDealers(DomainError):
    """What dealers handle is decided by what is complained about (rule C4)."""

    message = N_("Dealers handle workmanship, quantity, delivery and transport damage only.")


class DealerAtWork(Conflict):
    """One dealer at a time works on a complaint, and nothing is settled meanwhile."""

    message = N_("A dealer is working on this. Say first how that ended.")


class NoDealerAtWork(Conflict):
    """Nobody has to say how it went."""

    message = N_("No dealer is working on this.")


async def give_to_dealer(
    complaint: Complaint, dealer_id: int, what: str, due_on: date | None, *, by: Actor
) -> DealerTask:
    """Let a dealer do something until closing time of `due_on`, a day at the branch (rule C4).

    The customer does not see it. Raises `NotAllowed`, `WrongState`, `NotForDealers`,
    `DealerAtWork`, `FieldErrors` for `dealer_id`, `what` and `due_on`.
    """
    require(by, Permission.WORK_ON_COMPLAINTS)
    await complaint.lock()
    if complaint.state not in _CAN_BE_GIVEN:
        raise WrongState(state=complaint.state.label)
    if not route_of(Category(complaint.category), None).dealer:
        raise NotForDealers
    await check_no_dealer_at_work(complaint)
    checks = FieldChecks()
    name = await _dealer_name(checks, dealer_id)
    what = checks.text("what", what, _LONGEST, needed=True)
    if due_on is None:
        checks.refuse("due_on", N_("Say by when it is done."))
    elif message := refusal_of(
        due_on,
        today=await day_at_branch(complaint.account_id),
        over=N_("This day is over: choose one that is still to come."),
    ):
        checks.refuse("due_on", message)
    checks.done()
    assert due_on is not None  # noqa: S101 - checked above
    task = DealerTask(
        account_id=complaint.account_id,
        complaint_id=complaint.id,
        dealer_id=dealer_id,
        what=what,
        due_on=due_on,
        given_by=by.person_id,
        given_at=await database_now(),
    )
    await task.save()
    await _owe(complaint, due_on)
    said = {"dealer": name, "due_on": due_on, "what": what}
    await _note(complaint, CureHappening.GIVEN_TO_DEALER, said, by=by)
    await tell(complaint, ComplaintEvent.DEALER_GIVEN, by=by, task_id=task.id)
    return task


async def dealer_done(complaint: Complaint, result: str, *, by: Actor) -> DealerTask:
    """The dealer has done it. Raises `NotAllowed`, `NoDealerAtWork`, `FieldErrors`."""
    require(by, Permission.WORK_ON_COMPLAINTS)
    await complaint.lock()
    task = await _open_task(complaint)
    checks = FieldChecks()
    result = checks.text("result", result, _LONGEST, needed=True)
    checks.done()
    await task.change(done_at=await database_now(), result=result)
    await clock.meet(complaint.subject, kind=TargetKind.DEALER_TASK)
    said = {"dealer": (await dealer_by_id(task.dealer_id)).name, "result": result}
    await _note(complaint, CureHappening.DEALER_DONE, said, by=by)
    return task


async def dealer_failed(
    complaint: Complaint, result: str, cost: Decimal | None, *, by: Actor
) -> DealerTask:
    """The dealer has failed: the company handles it at the dealer's cost (rule C4).

    `cost`, in the account's currency, is charged to the dealer; None while it is not known. A
    measure that was chosen is chosen anew. Raises `NotAllowed`, `NoDealerAtWork`, `FieldErrors`.
    """
    require(by, Permission.WORK_ON_COMPLAINTS)
    await complaint.lock()
    task = await _open_task(complaint)
    currency = await account_currency(complaint.account_id)
    checks = FieldChecks()
    result = checks.text("result", result, _LONGEST, needed=True)
    if cost is not None:
        cost = check_amount(checks, "cost", cost, currency)
    checks.done()
    await task.change(
        failed_at=await database_now(),
        result=result,
        cost=cost,
        currency=None if cost is None else currency,
    )
    await clock.cancel(complaint.subject, kind=TargetKind.DEALER_TASK)
    name = (await dealer_by_id(task.dealer_id)).name
    said = {"dealer": name, "result": result}
    await _note(complaint, CureHappening.DEALER_FAILED, said, by=by)
    if cost is not None:
        charged = {"dealer": name, "amount": {"amount": str(cost), "currency": currency}}
        await _note(complaint, CureHappening.CHARGED_TO_DEALER, charged, by=by)
    if complaint.state is ComplaintStatus.CHOSEN and (chosen := await chosen_of(complaint.id)):
        await put_back(complaint, chosen)
    await tell(complaint, ComplaintEvent.DEALER_FAILED, by=by, task_id=task.id)
    return task


async def tasks_of(complaint_id: int) -> Sequence[DealerTask]:
    """What was given to dealers, oldest first. For staff."""
    found = DealerTask.objects().where(DealerTask.complaint_id == complaint_id)
    return await found.order_by(DealerTask.id)


async def check_no_dealer_at_work(complaint: Complaint) -> None:
    """Raise `DealerAtWork` while a dealer has something to do for the complaint."""
    if await _find_open(complaint):
        raise DealerAtWork


async def _find_open(complaint: Complaint) -> DealerTask | None:
    return await DealerTask.objects().get(
        (DealerTask.complaint_id == complaint.id)
        & DealerTask.done_at.is_null()
        & DealerTask.failed_at.is_null()
    )


async def _open_task(complaint: Complaint) -> DealerTask:
    task = await _find_open(complaint)
    if task is None:
        raise NoDealerAtWork
    return await task.lock()


async def _dealer_name(checks: FieldChecks, dealer_id: int) -> str:
    try:
        dealer = await dealer_by_id(dealer_id)
    except NotFound:
        dealer = None
    if dealer is None or dealer.retired_at:
        checks.refuse("dealer_id", N_("Choose a dealer."))
        return ""
    return dealer.name


async def _owe(complaint: Complaint, due_on: date) -> None:
    owed = await clocks.owed_until(complaint)
    await clock.open_target_until(
        TargetKind.DEALER_TASK,
        complaint.subject,
        # Owed to us: dealers are nothing that the customer sees.
        replace(owed, account_id=None),
        due=await closing_time(owed.branch_id, due_on),
        rule=MomentRule.STATED_DAY,
    )


async def _note(
    complaint: Complaint, happening: CureHappening, said: Mapping[str, object], *, by: Actor
) -> None:
    await note_that(complaint, happening, by=by, visible_to=Audience.INTERNAL, after=said)
