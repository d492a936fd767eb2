"""The call that goes with an urgent request: it is made, and it is recorded (rule Q2)."""

from dataclasses import dataclass
from datetime import datetime

from portal.database import database_now, execute
from portal.domain.common.actor import Actor
from portal.domain.common.errors import WrongState
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.quotes.field_checks import FieldChecks
from portal.domain.quotes.progress import note_that, require
from portal.domain.quotes.states import RequestStatus
from portal.domain.quotes.story import Happening
from portal.domain.quotes.tables import QuoteRequest


@dataclass(frozen=True, slots=True)
class CallFacts:
    """Who called and when (aware; now if left out). The note stays with us."""

    caller: str
    called_at: datetime | None = None
    note: str = ""


async def record_call(request: QuoteRequest, call: CallFacts, *, by: Actor) -> None:
    """Record a call about a request. Raises `FieldErrors` for `caller`, `called_at`, `note`."""
    require(by, Permission.WORK_ON_QUOTES)
    await request.lock()
    if request.state is RequestStatus.DRAFT:
        raise WrongState(state=request.state.label)
    now = await database_now()
    called_at = call.called_at or now
    checks = FieldChecks()
    caller = checks.text("caller", call.caller, 200, needed=True)
    text = checks.text("note", call.note, 4000)
    if called_at > now:
        checks.refuse("called_at", N_("Choose a time that has passed."))
    checks.done()
    await execute(
        """INSERT INTO recorded_call (account_id, request_id, recorded_by, caller, called_at, note)
           VALUES ($1, $2, $3, $4, $5, $6)""",
        request.account_id,
        request.id,
        by.staff_member_id,
        caller,
        called_at,
        text,
    )
    await note_that(
        request,
        Happening.CALL_RECORDED,
        by=by,
        after={"caller": caller, "called_at": called_at},
    )
