"""What becomes of an opinion: answered, given on, not pursued, opened again (rules V5, S4).

`expected_version` is what the page showed: `Conflict` says that a colleague was faster.
"""

from portal.database import database_now
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import FieldError, WrongState
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.opinions import clocks
from portal.domain.opinions.access import require_follow_up
from portal.domain.opinions.events import OpinionEvent
from portal.domain.opinions.opening import is_here
from portal.domain.opinions.progress import move, note_that, tell
from portal.domain.opinions.states import OpinionStatus, Sentiment
from portal.domain.opinions.story import OpinionHappening
from portal.domain.opinions.succession import pass_on
from portal.domain.opinions.tables import Opinion
from portal.domain.quotes.field_checks import FieldChecks
from portal.domain.quotes.progress import require

_SOMEBODY_ELSE = N_("Choose a colleague who works here.")


async def answer(
    opinion: Opinion, text: str, *, by: Actor, expected_version: int | None = None
) -> None:
    """Say what was done about it; the customer reads `text` where the opinion is shown (rule V5).

    Raises `FieldErrors` at `text`, `WrongState`, `Conflict`, `NotAllowed`.
    """
    await require_follow_up(opinion, by=by)
    await opinion.lock(expected_version=expected_version)
    checks = FieldChecks()
    text = checks.text("text", text, 4000, needed=True)
    checks.done()
    now = await database_now()
    await move(opinion, OpinionStatus.ANSWERED, answer=text, ended_by=by.person_id, ended_at=now)
    await clocks.answered(opinion)
    seen = Audience.CUSTOMER
    await note_that(opinion, OpinionHappening.ANSWERED, by=by, visible_to=seen, answer=text)
    await tell(opinion, OpinionEvent.ANSWERED, by=by)


async def drop(
    opinion: Opinion, because: str, *, by: Actor, expected_version: int | None = None
) -> None:
    """Not pursue it; why stays with us. Criticism is the supervisors' to drop (rule S4).

    Raises `FieldErrors` at `because`, `WrongState`, `Conflict`, `NotAllowed`.
    """
    if may_drop_only_above(opinion):
        require(by, Permission.SUPERVISE_VISITS)
    await require_follow_up(opinion, by=by)
    await opinion.lock(expected_version=expected_version)
    checks = FieldChecks()
    because = checks.text("because", because, 1000, needed=True)
    checks.done()
    now = await database_now()
    await move(
        opinion,
        OpinionStatus.DROPPED,
        dropped_because=because,
        ended_by=by.person_id,
        ended_at=now,
    )
    await clocks.dropped(opinion)
    await note_that(opinion, OpinionHappening.DROPPED, by=by, reason=because)
    await tell(opinion, OpinionEvent.DROPPED, by=by)


async def give_to(
    opinion: Opinion, owner_id: int, *, by: Actor, expected_version: int | None = None
) -> None:
    """Let a colleague (staff member id) follow it up; the clock runs on.

    Raises `FieldError` at `owner_id`, `WrongState`, `Conflict`, `NotAllowed`.
    """
    await require_follow_up(opinion, by=by)
    await opinion.lock(expected_version=expected_version)
    _require_open(opinion)
    if owner_id == opinion.owner_id or not await is_here(owner_id):
        raise FieldError("owner_id", _SOMEBODY_ELSE)
    await pass_on(opinion, owner_id, by=by)


async def open_again(
    opinion: Opinion, reason: str, *, by: Actor, expected_version: int | None = None
) -> None:
    """What was answered or dropped is not settled: owe an answer anew, from now on.

    Raises `FieldErrors` at `reason`, `WrongState`, `Conflict`, `NotAllowed`.
    """
    await require_follow_up(opinion, by=by)
    await opinion.lock(expected_version=expected_version)
    checks = FieldChecks()
    reason = checks.text("reason", reason, 1000, needed=True)
    checks.done()
    await move(
        opinion,
        OpinionStatus.OPEN,
        answer="",
        dropped_because="",
        ended_by=None,
        ended_at=None,
    )
    await clocks.start(opinion)
    await note_that(opinion, OpinionHappening.OPENED_AGAIN, by=by, reason=reason)
    await tell(opinion, OpinionEvent.OPENED_AGAIN, by=by)


def may_drop_only_above(opinion: Opinion) -> bool:
    """Whether only who supervises visits may leave it unanswered."""
    return Sentiment(opinion.sentiment) is Sentiment.CRITICISM


def _require_open(opinion: Opinion) -> None:
    if opinion.state is not OpinionStatus.OPEN:
        raise WrongState(state=opinion.state.label)
