"""An opinion as it becomes known: each is a follow-up with an owner and a clock (rules V5, S4)."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.database import database_now, fetch_value
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.references import next_reference
from portal.domain.common.search import search_terms
from portal.domain.common.words import N_
from portal.domain.opinions import clocks
from portal.domain.opinions.events import OpinionEvent
from portal.domain.opinions.progress import note_that, tell
from portal.domain.opinions.states import OpinionSource, OpinionStatus, Sentiment
from portal.domain.opinions.story import OpinionHappening
from portal.domain.opinions.tables import Opinion
from portal.domain.quotes.field_checks import FieldChecks

MOST_AT_ONCE = 20
_KIND = N_("Choose praise, wish or criticism.")
_TOO_MANY = N_("No more than %(count)s opinions can be recorded at once.")
_NOBODY = N_("Choose a colleague who works here.")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpinionFacts:
    """An opinion as a form has it in its `row`. `owner_id` is a staff member, None for the default.

    `is_shown`: the customer reads it and what became of it.
    """

    row: int = 0
    sentiment: str = ""
    text: str = ""
    about: str = ""
    said_by: str = ""
    owner_id: int | None = None
    is_shown: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedOpinion:
    """`OpinionFacts` that may be recorded."""

    sentiment: Sentiment
    text: str
    about: str
    said_by: str
    owner_id: int | None
    is_shown: bool


async def check(checks: FieldChecks, opinions: Sequence[OpinionFacts]) -> list[CheckedOpinion]:
    """The opinions of a form; errors are noted at `opinions-<row>-<field>`.

    Rows without any text are none.
    """
    found: list[CheckedOpinion] = []
    for facts in opinions:
        if not facts.text.strip():
            continue
        if len(found) >= MOST_AT_ONCE:
            checks.refuse(f"opinions-{facts.row}-text", _TOO_MANY, count=MOST_AT_ONCE)
            break
        at = f"opinions-{facts.row}-"
        text = checks.text(f"{at}text", facts.text, 4000)
        about = checks.text(f"{at}about", facts.about, 500)
        said_by = checks.text(f"{at}said_by", facts.said_by, 200)
        if facts.sentiment not in set(Sentiment):
            checks.refuse(f"{at}sentiment", _KIND)
            continue
        if facts.owner_id is not None and not await is_here(facts.owner_id):
            checks.refuse(f"{at}owner_id", _NOBODY)
        found.append(
            CheckedOpinion(
                sentiment=Sentiment(facts.sentiment),
                text=text,
                about=about,
                said_by=said_by,
                owner_id=facts.owner_id,
                is_shown=facts.is_shown,
            )
        )
    return found


async def open_of_visit(
    visit_id: int, account_id: int, opinion: CheckedOpinion, *, owner_id: int, by: Actor
) -> Opinion:
    """Record what was said in a visit; `owner_id` follows it up unless it names another (V5)."""
    return await _open(
        Opinion(
            account_id=account_id,
            source=OpinionSource.VISIT.value,
            visit_id=visit_id,
            sentiment=opinion.sentiment.value,
            text=opinion.text,
            about=opinion.about,
            said_by=opinion.said_by,
            owner_id=opinion.owner_id or owner_id,
            is_shown=opinion.is_shown,
        ),
        by=by,
    )


async def open_of_response(
    response_id: int,
    account_id: int | None,
    *,
    text: str,
    owner_id: int,
    by: Actor,
    sentiment: Sentiment = Sentiment.CRITICISM,
    about: str = "",
    said_by: str = "",
) -> Opinion:
    """A low score of a survey becomes a follow-up (rule S4).

    `account_id` is None where anonymity was promised; `said_by` stays empty there unless they
    allowed to be named. Texts that are longer than an opinion may be are cut.
    """
    return await _open(
        Opinion(
            account_id=account_id,
            source=OpinionSource.SURVEY.value,
            response_id=response_id,
            sentiment=sentiment.value,
            text=text[:4000],
            about=about[:500],
            said_by=said_by[:200],
            owner_id=owner_id,
            is_shown=False,
        ),
        by=by,
    )


async def is_here(staff_member_id: int) -> bool:
    """Whether this staff member works here and can sign in."""
    return bool(
        await fetch_value(
            """SELECT EXISTS (SELECT FROM staff_member s JOIN person p ON p.id = s.person_id
                   WHERE s.id = $1 AND p.disabled_at IS NULL)""",
            staff_member_id,
        )
    )


async def _open(opinion: Opinion, *, by: Actor) -> Opinion:
    now = await database_now()
    opinion.reference = await next_reference("OP")
    opinion.status = OpinionStatus.OPEN.value
    opinion.created_by = by.person_id
    opinion.created_at = opinion.updated_at = now
    opinion.search_terms = search_terms(
        opinion.reference, opinion.text, await _account_name(opinion.account_id)
    )
    await opinion.save()
    await clocks.start(opinion)
    await note_that(opinion, OpinionHappening.OPENED, by=by, visible_to=Audience.CUSTOMER)
    name = await name_of(opinion.owner_id)
    await note_that(opinion, OpinionHappening.OWNED, by=by, name=name)
    await tell(opinion, OpinionEvent.OPENED, by=by, owner_id=opinion.owner_id)
    return opinion


async def _account_name(account_id: int | None) -> str:
    found = await fetch_value("SELECT name FROM account WHERE id = $1", account_id)
    return str(found or "")


async def name_of(staff_member_id: int) -> str:
    """The name of a staff member."""
    return str(
        await fetch_value(
            """SELECT p.name FROM staff_member s JOIN person p ON p.id = s.person_id
               WHERE s.id = $1""",
            staff_member_id,
        )
        or ""
    )
