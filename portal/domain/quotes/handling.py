"""Who works on a request, whether it can be met, and what becomes of it if not (rules Q1, Q4).

Every verb takes the loaded request and locks it. `expected_version` is what the page was made from:
`Conflict` says that a colleague was faster. `WrongState` says that there is no such step any more,
`NotAllowed` that the role does not carry it.
"""

from dataclasses import dataclass

from portal.database import database_now, execute
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import FieldError, WrongState
from portal.domain.common.permissions import Permission
from portal.domain.common.thread import write as write_message
from portal.domain.common.words import N_
from portal.domain.quotes.colleagues import colleague, may_work_on
from portal.domain.quotes.events import QuoteEvent
from portal.domain.quotes.field_checks import MISSING, FieldChecks
from portal.domain.quotes.progress import move, note_that, require, tell
from portal.domain.quotes.states import CLOSED, RequestStatus
from portal.domain.quotes.story import Happening
from portal.domain.quotes.tables import QuoteRequest
from portal.domain.service_levels import clock

_WAITS_FOR_US = frozenset({RequestStatus.OPEN, RequestStatus.REVISION_REQUESTED})


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether we can do it, have what it takes, and have the time (rule Q4)."""

    feasible: bool
    resources_available: bool
    time_sufficient: bool
    note: str = ""

    @property
    def can_be_met(self) -> bool:
        """Whether it can be met as asked; otherwise it is declined or answered otherwise."""
        return self.feasible and self.resources_available and self.time_sufficient


async def take_over(
    request: QuoteRequest, *, by: Actor, expected_version: int | None = None
) -> None:
    """`by` works on it from now on and owes the quote."""
    require(by, Permission.WORK_ON_QUOTES)
    await request.lock(expected_version=expected_version)
    check_alive(request)
    before = request.owner_id
    if before == by.staff_member_id and request.state not in _WAITS_FOR_US:
        return
    await begin_work(request, owner_id=by.staff_member_id)
    await note_that(request, Happening.TAKEN, by=by, after={"owner": by.name})
    await tell(request, QuoteEvent.TAKEN, by=by, owner_id=by.staff_member_id, from_owner_id=before)


async def hand_over(
    request: QuoteRequest,
    *,
    to_staff_id: int,
    by: Actor,
    reason: str = "",
    expected_version: int | None = None,
) -> None:
    """A colleague owes the quote from now on; `reason` goes to the thread as an internal note.

    Raises `FieldError` for somebody who may not see the account's file (rule A6), does not work on
    quotes, or has left.
    """
    require(by, Permission.WORK_ON_QUOTES)
    await request.lock(expected_version=expected_version)
    check_alive(request)
    if to_staff_id == request.owner_id:
        return
    other = await colleague(to_staff_id)
    if other is None or not await may_work_on(request.account_id, other):
        raise FieldError("to", N_("Choose a colleague who may work for this customer."))
    before = request.owner_id
    await request.change(owner_id=to_staff_id, updated_at=await database_now())
    await clock.reassign(request.subject, to_staff_id)
    if reason.strip():
        await write_message(request.subject, reason, by=by, audience=Audience.INTERNAL)
    await note_that(request, Happening.HANDED_OVER, by=by, after={"owner": other.name})
    await tell(request, QuoteEvent.TAKEN, by=by, owner_id=to_staff_id, from_owner_id=before)


async def judge(
    request: QuoteRequest,
    judgement: Judgement,
    *,
    by: Actor,
    expected_version: int | None = None,
) -> None:
    """Note whether the request can be met as asked (rule Q4). Colleagues read it, customers not."""
    require(by, Permission.WORK_ON_QUOTES)
    await request.lock(expected_version=expected_version)
    check_alive(request)
    checks = FieldChecks()
    text = checks.text("note", judgement.note, 4000, needed=not judgement.can_be_met)
    checks.done()
    await execute(
        """INSERT INTO quote_judgement (account_id, request_id, feasible, resources_available,
               time_sufficient, note, judged_by, judged_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8)""",
        request.account_id,
        request.id,
        judgement.feasible,
        judgement.resources_available,
        judgement.time_sufficient,
        text,
        by.staff_member_id,
        await database_now(),
    )
    await note_that(
        request,
        Happening.JUDGED,
        by=by,
        visible_to=Audience.INTERNAL,
        after={
            "feasible": judgement.feasible,
            "resources_available": judgement.resources_available,
            "time_sufficient": judgement.time_sufficient,
            "note": text,
        },
    )


async def decline(
    request: QuoteRequest, reason: str, *, by: Actor, expected_version: int | None = None
) -> None:
    """Tell the customer that and why it cannot be met (rule Q4). That answers the request."""
    require(by, Permission.WORK_ON_QUOTES)
    await request.lock(expected_version=expected_version)
    reason = reason.strip()
    if not reason:
        raise FieldError("reason", MISSING)
    if len(reason) > 2000:
        raise FieldError(
            "reason", N_("Keep this under %(max_length)s characters."), max_length=2000
        )
    await move(request, RequestStatus.DECLINED_BY_US, closing_reason=reason)
    await clock.meet(request.subject)
    await note_that(request, Happening.DECLINED_BY_US, by=by, after={"reason": reason})
    await tell(request, QuoteEvent.DECLINED_BY_US, by=by)


async def begin_work(request: QuoteRequest, *, owner_id: int | None) -> None:
    """A locked request that waits for us is in work from now on, and `owner_id` owes the answer."""
    if request.state in _WAITS_FOR_US:
        await move(request, RequestStatus.IN_WORK, owner_id=owner_id)
    else:
        await request.change(owner_id=owner_id, updated_at=await database_now())
    await clock.reassign(request.subject, owner_id)


def check_alive(request: QuoteRequest) -> None:
    """Raise `WrongState` for a request that has ended or has not been sent yet."""
    if request.state in CLOSED or request.state is RequestStatus.DRAFT:
        raise WrongState(state=request.state.label)
