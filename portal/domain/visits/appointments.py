"""When a visit takes place: we propose, the customer agrees or asks for another time (rule V5).

Moments are aware; the pages take them by the clock at the customer's. Rest hours and closed days
are refused with the reason, to everybody (rule V7). `expected_version` is what the page showed:
`Conflict` says that somebody was faster.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.database import database_now
from portal.domain.common.actor import Actor
from portal.domain.common.errors import WrongState
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.quotes.field_checks import FieldChecks
from portal.domain.quotes.progress import require
from portal.domain.visits import clocks
from portal.domain.visits.accounts import VisitedAccount, visited_account
from portal.domain.visits.events import VisitEvent
from portal.domain.visits.moves import last_wish, note_move
from portal.domain.visits.progress import advance, lock_in, lock_to_work, note_that
from portal.domain.visits.rest_hours import FURTHEST, LONGEST, refusal_of_time
from portal.domain.visits.states import VisitStatus, VisitWay
from portal.domain.visits.story import VisitHappening
from portal.domain.visits.tables import Visit
from portal.domain.visits.telling import tell
from portal.domain.visits.writing import terms_of

_S = VisitStatus
_NO_TIME = N_("Say when it begins and when it ends.")
_ENDS_FIRST = N_("It cannot end before it begins.")
_TOO_LONG = N_("It cannot last longer than %(hours)s hours.")
_PAST = N_("This time has passed already.")
_TOO_FAR = N_("Choose a time within the next %(days)s days.")
_NO_WAY = N_("Choose how you meet.")
_NO_PLACE = N_("Say where you meet, or how to join.")
_NO_GOAL = N_("A visit has a goal: write it first.")
_SAME = N_("This is the time that was proposed already.")


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentFacts:
    """An appointment as its form has it; errors name the fields as here.

    `told` is what the customer reads beforehand. `goal` is ours (rule V5); left empty, the visit's
    own stays.
    """

    starts_at: datetime | None = None
    ends_at: datetime | None = None
    way: str = VisitWay.ON_SITE
    place: str = ""
    told: str = ""
    goal: str = ""


async def propose(
    visit: Visit,
    facts: AppointmentFacts,
    reason: str = "",
    *,
    by: Actor,
    expected_version: int | None = None,
) -> None:
    """Propose a time to the customer, who sees the visit from now on (rule V5).

    In answer to a time that the customer asked for, `reason` says why that one does not suit; they
    read it. Raises `FieldErrors`, `WrongState` (a time that was told is `move`d), `Conflict`,
    `NotAllowed`.
    """
    await lock_to_work(visit, _S.PLANNED, _S.COUNTERED, by=by, expected_version=expected_version)
    answers_wish = visit.state is _S.COUNTERED
    checks = FieldChecks()
    values = await _checked(checks, visit, facts)
    reason = checks.text("reason", reason, 1000, needed=answers_wish)
    checks.done()
    if answers_wish:
        await note_move(visit, values["starts_at"], reason, by=by)
    await advance(visit, _S.PROPOSED, **await _shown(visit), **values, reminded_at=None)
    await note_that(visit, VisitHappening.PROPOSED, by=by, start_at=visit.starts_at)
    await tell(visit, VisitEvent.PROPOSED, by=by)


async def agree_by_phone(
    visit: Visit,
    facts: AppointmentFacts,
    name: str,
    reason: str = "",
    *,
    by: Actor,
    expected_version: int | None = None,
) -> None:
    """Note a time that `name` of the customer's agreed to by phone.

    `reason` is needed where another time was told before; the customer reads it. Raises
    `FieldErrors`, `WrongState`, `Conflict`, `NotAllowed`.
    """
    await lock_to_work(visit, by=by, expected_version=expected_version)
    checks = FieldChecks()
    values = await _checked(checks, visit, facts)
    moves = visit.shown_at is not None and values["starts_at"] != visit.starts_at
    name = checks.text("name", name, 200, needed=True)
    reason = checks.text("reason", reason, 1000, needed=moves)
    checks.done()
    wished = visit.state is _S.COUNTERED
    if moves:
        await note_move(visit, values["starts_at"], reason, by=by)
    await advance(visit, _S.CONFIRMED, **await _shown(visit), **values, reminded_at=None)
    if wished:
        await _let_the_wish_count(visit, reason)
    await note_that(
        visit, VisitHappening.AGREED_BY_PHONE, by=by, name=name, start_at=visit.starts_at
    )
    await tell(visit, VisitEvent.CONFIRMED, by=by, side=by.side.value)


async def confirm(visit: Visit, *, by: Actor, expected_version: int | None = None) -> None:
    """The customer agrees to the time that we proposed.

    Also after they asked for another one that we have not answered yet. Raises `WrongState`,
    `Conflict`, `NotAllowed`.
    """
    require(by, Permission.ANSWER_VISITS)
    await lock_in(visit, _S.PROPOSED, _S.COUNTERED, expected_version=expected_version)
    await advance(visit, _S.CONFIRMED)
    await note_that(visit, VisitHappening.CONFIRMED, by=by)
    await tell(visit, VisitEvent.CONFIRMED, by=by, side=by.side.value)


async def propose_other(
    visit: Visit,
    starts_at: datetime | None,
    reason: str,
    *,
    by: Actor,
    expected_version: int | None = None,
) -> None:
    """The customer asks for another time, of the same length, and says why.

    Raises `FieldErrors` at `starts_at` and `reason`, `WrongState`, `Conflict`, `NotAllowed`.
    """
    require(by, Permission.ANSWER_VISITS)
    await lock_in(visit, _S.PROPOSED, _S.COUNTERED, _S.CONFIRMED, expected_version=expected_version)
    checks = FieldChecks()
    ends_at = starts_at + (visit.ends_at - visit.starts_at) if starts_at else None
    account = await visited_account(visit.account_id, archived_too=True)
    await _check_time(checks, account, starts_at, ends_at)
    if starts_at is not None and starts_at == visit.starts_at:
        checks.refuse("starts_at", _SAME)
    reason = checks.text("reason", reason, 1000, needed=True)
    checks.done()
    assert starts_at is not None  # noqa: S101 - checked above
    move_id = await note_move(visit, starts_at, reason, by=by)
    await advance(visit, _S.COUNTERED)
    await note_that(visit, VisitHappening.COUNTERED, by=by, start_at=starts_at, reason=reason)
    await tell(visit, VisitEvent.COUNTERED, by=by, move_id=move_id)


async def agree_to_other(visit: Visit, *, by: Actor, expected_version: int | None = None) -> None:
    """Let the time hold that the customer asked for; the visit may be due later by it.

    Raises `FieldErrors` at `starts_at` where it has passed or become a closed day meanwhile,
    `WrongState`, `Conflict`, `NotAllowed`.
    """
    await lock_to_work(visit, _S.COUNTERED, by=by, expected_version=expected_version)
    wish = await last_wish(visit)
    if wish is None:
        raise WrongState(state=visit.state.label)
    ends_at = wish.starts_at + (visit.ends_at - visit.starts_at)
    checks = FieldChecks()
    account = await visited_account(visit.account_id, archived_too=True)
    await _check_time(checks, account, wish.starts_at, ends_at)
    checks.done()
    await advance(visit, _S.CONFIRMED, starts_at=wish.starts_at, ends_at=ends_at, reminded_at=None)
    await _let_the_wish_count(visit, wish.reason)
    await note_that(visit, VisitHappening.AGREED_TO_OTHER, by=by, start_at=visit.starts_at)
    await tell(visit, VisitEvent.AGREED_TO_OTHER, by=by, move_id=wish.id)


async def move(
    visit: Visit,
    facts: AppointmentFacts,
    reason: str,
    *,
    by: Actor,
    expected_version: int | None = None,
) -> None:
    """We cannot keep a time that was told: the customer is told why, and asked anew (rule V5).

    The message apologises. Our promise stays where it was: what we move does not make it later.
    Raises `FieldErrors`, `WrongState`, `Conflict`, `NotAllowed`.
    """
    await lock_to_work(
        visit, _S.PROPOSED, _S.CONFIRMED, _S.COUNTERED, by=by, expected_version=expected_version
    )
    checks = FieldChecks()
    values = await _checked(checks, visit, facts)
    if values.get("starts_at") == visit.starts_at and values.get("ends_at") == visit.ends_at:
        checks.refuse("starts_at", _SAME)
    reason = checks.text("reason", reason, 1000, needed=True)
    checks.done()
    move_id = await note_move(visit, values["starts_at"], reason, by=by)
    await advance(visit, _S.PROPOSED, **values, reminded_at=None)
    await note_that(visit, VisitHappening.MOVED, by=by, start_at=visit.starts_at, reason=reason)
    await tell(visit, VisitEvent.MOVED, by=by, move_id=move_id)


async def _checked(checks: FieldChecks, visit: Visit, facts: AppointmentFacts) -> dict[str, Any]:
    account = await visited_account(visit.account_id, archived_too=True)
    await _check_time(checks, account, facts.starts_at, facts.ends_at)
    if facts.way not in set(VisitWay):
        checks.refuse("way", _NO_WAY)
    by_phone = facts.way == VisitWay.PHONE
    place = checks.text("place", facts.place, 500, needed=not by_phone, missing=_NO_PLACE)
    told = checks.text("told", facts.told, 2000)
    goal = checks.text("goal", facts.goal or visit.goal, 2000, needed=True, missing=_NO_GOAL)
    return {
        "starts_at": facts.starts_at,
        "ends_at": facts.ends_at,
        "way": facts.way,
        "place": place,
        "told": told,
        "goal": goal,
        "search_terms": terms_of(visit, account, goal, place),
    }


async def _check_time(
    checks: FieldChecks,
    account: VisitedAccount,
    starts_at: datetime | None,
    ends_at: datetime | None,
) -> None:
    if starts_at is None or ends_at is None:
        checks.refuse("starts_at", _NO_TIME)
        return
    now = await database_now()
    if starts_at <= now:
        checks.refuse("starts_at", _PAST)
    elif starts_at > now + FURTHEST:
        checks.refuse("starts_at", _TOO_FAR, days=FURTHEST.days)
    if ends_at <= starts_at:
        checks.refuse("ends_at", _ENDS_FIRST)
    elif ends_at - starts_at > LONGEST:
        checks.refuse("ends_at", _TOO_LONG, hours=LONGEST.seconds // 3600)
    elif refusal := await refusal_of_time(account, starts_at, ends_at):
        checks.refuse("starts_at", refusal.msgid, **refusal.params)


async def _shown(visit: Visit) -> dict[str, Any]:
    return {"shown_at": visit.shown_at or await database_now()}


async def _let_the_wish_count(visit: Visit, reason: str) -> None:
    account = await visited_account(visit.account_id, archived_too=True)
    await clocks.customer_wants_later(visit, account.day_of(visit.starts_at), reason)
