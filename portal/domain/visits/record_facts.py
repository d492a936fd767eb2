"""What is recorded of a visit, as its form has it, and whether it is complete (rules V5-V8)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from portal.database import database_now
from portal.domain.common.words import N_
from portal.domain.complaints.states import Satisfaction
from portal.domain.opinions.opening import CheckedOpinion, OpinionFacts
from portal.domain.opinions.opening import check as check_opinions
from portal.domain.opinions.states import Sentiment
from portal.domain.quotes.field_checks import FieldChecks
from portal.domain.visits.accounts import VisitedAccount
from portal.domain.visits.items import ItemView
from portal.domain.visits.people import Participant, PersonFacts, checked_person
from portal.domain.visits.rest_hours import rest_hours_of
from portal.domain.visits.states import Gifts, ItemKind, VisitKind
from portal.domain.visits.tables import Visit, VisitPerson

# What is older has been forgotten: a record is written from fresh memory.
OLDEST = timedelta(days=31)
_WHEN = N_("Say when it took place.")
_FUTURE = N_("It cannot have taken place in the future.")
_TOO_OLD = N_("What took place more than %(days)s days ago cannot be recorded any more.")
_NOBODY_MET = N_("Name at least one person of the customer's who was met.")
_CHOOSE = N_("Choose one of the options.")
_GIFTS = N_("Say whether gifts were offered; none are taken.")
_USAGE = N_("At key accounts, say how the product works in use.")
_CAUSE = N_("Say why they are not satisfied.")
_REMEDY = N_("Say what was agreed about it.")
_BETTER = N_("Ask what would make it better and write it here.")
_ANSWER = N_("Write the answer to this question.")
_ITEM = N_("This point is no longer part of the visit.")


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitRecord:
    """A record as its form has it; errors name the fields as here.

    `attended` are the ids of those of `people_of` who were there, `met` further people of the
    customer's (errors at `met-<row>-name`). `outcomes` are by item id (errors at
    `items-<id>-outcome`); an item that is in it is done. `better` is what would make it better,
    asked of who is neutral. `for_customer` is what the customer reads later. `is_important` asks
    for a contact report of a callback.
    """

    made_at: datetime | None = None
    attended: Collection[int] = ()
    met: Sequence[PersonFacts] = ()
    satisfaction: str = ""
    report: str = ""
    usage_note: str = ""
    cause: str = ""
    remedy: str = ""
    better: str = ""
    gifts: str = ""
    gifts_note: str = ""
    for_customer: str = ""
    opinions: Sequence[OpinionFacts] = ()
    outcomes: Mapping[int, str] = field(default_factory=dict)
    is_important: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedRecord:
    """A record that is complete."""

    made_at: datetime
    attended: frozenset[int]
    met: Sequence[VisitPerson]
    satisfaction: Satisfaction
    report: str
    usage_note: str
    cause: str
    remedy: str
    gifts: Gifts
    gifts_note: str
    for_customer: str
    opinions: Sequence[CheckedOpinion]
    outcomes: Mapping[int, str]


async def check(
    visit: Visit,
    facts: VisitRecord,
    *,
    account: VisitedAccount,
    people: Sequence[Participant],
    items: Sequence[ItemView],
) -> CheckedRecord:
    """The record, complete (rules V6, V7). Raises `FieldErrors` with everything that is missing."""
    checks = FieldChecks()
    await _check_moment(checks, visit, facts, account)
    attended, met = await _check_people(checks, visit, facts, people)
    satisfaction = Satisfaction(facts.satisfaction) if _is_one(facts.satisfaction) else None
    if satisfaction is None:
        checks.refuse("satisfaction", _CHOOSE)
    unhappy = satisfaction is Satisfaction.DISSATISFIED
    cause = checks.text("cause", facts.cause, 2000, needed=unhappy, missing=_CAUSE)
    remedy = checks.text("remedy", facts.remedy, 2000, needed=unhappy, missing=_REMEDY)
    neutral = satisfaction is Satisfaction.NEUTRAL
    better = checks.text("better", facts.better, 2000, needed=neutral, missing=_BETTER)
    report = checks.text("report", facts.report, 8000, needed=True)
    # rule V8: a visit to a key account looks at use; on the phone there is nothing to look at.
    looks = account.is_key and visit.sort is VisitKind.VISIT
    usage = checks.text("usage_note", facts.usage_note, 4000, needed=looks, missing=_USAGE)
    if facts.gifts not in set(Gifts):
        checks.refuse("gifts", _GIFTS)  # rule V5
    gifts_note = checks.text("gifts_note", facts.gifts_note, 500)
    for_customer = checks.text("for_customer", facts.for_customer, 4000)
    opinions = await check_opinions(checks, facts.opinions)
    outcomes = _check_outcomes(checks, facts, items)
    checks.done()
    assert facts.made_at is not None  # noqa: S101 - checked above
    assert satisfaction is not None  # noqa: S101 - checked above
    return CheckedRecord(
        made_at=facts.made_at,
        attended=attended,
        met=met,
        satisfaction=satisfaction,
        report=report,
        usage_note=usage,
        cause=cause if unhappy else "",
        remedy=remedy if unhappy else "",
        gifts=Gifts(facts.gifts),
        gifts_note=gifts_note,
        for_customer=for_customer,
        opinions=_with_follow_ups(opinions, cause if unhappy else "", better if neutral else ""),
        outcomes=outcomes,
    )


def _is_one(satisfaction: str) -> bool:
    return satisfaction in set(Satisfaction)


async def _check_moment(
    checks: FieldChecks, visit: Visit, facts: VisitRecord, account: VisitedAccount
) -> None:
    now = await database_now()
    if facts.made_at is None:
        checks.refuse("made_at", _WHEN)
    elif facts.made_at > now:
        checks.refuse("made_at", _FUTURE)
    elif facts.made_at < now - OLDEST:
        checks.refuse("made_at", _TOO_OLD, days=OLDEST.days)
    elif visit.sort is VisitKind.CALLBACK:
        # rule V7: a call in the rest hours is none that counts.
        refusal = (await rest_hours_of(account)).refusal(facts.made_at)
        if refusal:
            checks.refuse("made_at", refusal.msgid, **refusal.params)


async def _check_people(
    checks: FieldChecks, visit: Visit, facts: VisitRecord, people: Sequence[Participant]
) -> tuple[frozenset[int], list[VisitPerson]]:
    known = {each.id for each in people}
    attended = frozenset(facts.attended) & known
    met = []
    for row, person in enumerate(facts.met):
        if person.contact_id is None and not person.name.strip():
            continue
        new = await checked_person(checks, visit, person, people, at=f"met-{row}-")
        if new is not None:
            met.append(new)
        else:
            attended |= {each.id for each in people if _is_same(each, person)}
    theirs = {each.id for each in people if not each.is_ours}
    if not met and not attended & theirs:
        checks.refuse("attended", _NOBODY_MET)
    return attended, met


def _is_same(one: Participant, person: PersonFacts) -> bool:
    return person.contact_id is not None and one.contact_id == person.contact_id


def _check_outcomes(
    checks: FieldChecks, facts: VisitRecord, items: Sequence[ItemView]
) -> dict[int, str]:
    known = {each.id: each for each in items}
    outcomes = {}
    for item_id, outcome in facts.outcomes.items():
        if item_id not in known:
            checks.refuse(f"items-{item_id}-outcome", _ITEM)
            continue
        outcomes[item_id] = checks.text(f"items-{item_id}-outcome", outcome, 1000)
    for item in items:
        # rule V5: opinions asked and answered.
        if item.kind is ItemKind.QUESTION and not outcomes.get(item.id, item.outcome):
            checks.refuse(f"items-{item.id}-outcome", _ANSWER)
    return outcomes


def _with_follow_ups(
    opinions: Sequence[CheckedOpinion], cause: str, better: str
) -> list[CheckedOpinion]:
    """What was said, and at least one follow-up of who is not satisfied (rules V5, V7).

    The cause is one of criticism unless criticism was noted, what would make it better a wish.
    """
    found = list(opinions)
    if cause and not any(each.sentiment is Sentiment.CRITICISM for each in found):
        found.append(_follow_up(Sentiment.CRITICISM, cause))
    if better and not any(each.sentiment is Sentiment.WISH for each in found):
        found.append(_follow_up(Sentiment.WISH, better))
    return found


def _follow_up(sentiment: Sentiment, text: str) -> CheckedOpinion:
    return CheckedOpinion(
        sentiment=sentiment, text=text, about="", said_by="", owner_id=None, is_shown=False
    )
