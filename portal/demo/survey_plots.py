"""The half-yearly survey, twice: one that is over with its answers, one that runs (rules S1-S4)."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from portal.database import database_now, fetch
from portal.demo.cast import Cast, Customer, acting
from portal.demo.data_files import read_tables
from portal.demo.story import Beat, Story
from portal.domain.common.actor import SYSTEM, Actor
from portal.domain.common.permissions import Permission
from portal.domain.notices.survey_mails import owe_due
from portal.domain.opinions.access import opinion_by_reference
from portal.domain.opinions.answering import answer as answer_opinion
from portal.domain.surveys import campaigns, closing
from portal.domain.surveys.answering import answer_signed_in, surveys_of
from portal.domain.surveys.campaigns import CampaignFacts
from portal.domain.surveys.definition import Definition
from portal.domain.surveys.listing import survey_by_key
from portal.domain.surveys.low_scores import follow_up
from portal.domain.surveys.states import Occasion, QuestionKind

_HOME = ZoneInfo("Asia/Shanghai")
_KEY = "half-yearly"
_TIERS = ("strategic", "key", "general")
# When the two began, in days before the seeding; further apart than the rest between surveys.
_OVER, _RUNNING = 130, 4
_OPEN_FOR = 21
# Which half-year one is about: that of the weeks before.
_ABOUT = timedelta(days=30)
_DAY = timedelta(days=1)


@dataclass(slots=True)
class Survey:
    """One campaign as it is played. `answering` is how many of those asked answer each day."""

    cast: Cast
    scripts: Mapping[str, object]
    begun: datetime
    answering: int
    rng: random.Random = field(default_factory=lambda: random.Random(7))

    async def start(self, _: Story, by: Actor) -> None:
        """Whoever leads service starts it (rule S1)."""
        async with acting(by):
            today = (await database_now()).astimezone(_HOME).date()
            about = today - _ABOUT
            half = f"{about.year}-H{1 if about.month < 7 else 2}"
            facts = CampaignFacts(
                name=f"{half} 顾客满意程度调查",
                period=half,
                tiers=_TIERS,
                starts_on=today,
                closes_on=today + _DAY * _OPEN_FOR,
                spread_days=3,
            )
            survey = await survey_by_key(_KEY, by=by)
            campaign = await campaigns.create_campaign(survey, facts, by=by)
            await campaigns.start_campaign(campaign, by=by)

    async def send(self, _: Story, by: Actor) -> None:
        """The worker sends what is due."""
        domain = str(read_tables("company")["mail_domain"])
        async with acting(by):
            await owe_due(mail_domain=domain)

    async def hear(self, _: Story, __: Actor) -> None:
        """Some of those asked answer in the portal; a low score is followed up at once (S4)."""
        answered = 0
        for key, customer in self.cast.customers.items():
            for person in customer.people.values():
                if answered < self.answering and await self._answers(key, customer, person):
                    answered += 1
        async with acting(SYSTEM):
            for row in await fetch("SELECT id FROM survey_response ORDER BY id"):
                await follow_up(row["id"])

    async def settle(self, _: Story, __: Actor) -> None:
        """What the low scores were about is answered by whom it was given to (rule S4)."""
        async with acting(SYSTEM):
            rows = await fetch(
                """SELECT o.reference, o.owner_id, a.locale FROM opinion o
                   JOIN account a ON a.id = o.account_id
                   WHERE o.status = 'open' AND o.response_id IS NOT NULL ORDER BY o.id"""
            )
        replies = self.scripts["survey"]
        assert isinstance(replies, dict)  # noqa: S101 - a table of the data file
        for row in rows:
            owner = next(
                each for each in self.cast.staff.values() if each.staff_member_id == row["owner_id"]
            )
            async with acting(owner):
                opinion = await opinion_by_reference(row["reference"], by=owner)
                await answer_opinion(opinion, replies["answered"][row["locale"]], by=owner)

    async def end(self, _: Story, by: Actor) -> None:
        """Its time is over (rule S1)."""
        async with acting(by):
            await closing.expire_due()
            await closing.close_over()

    async def _answers(self, key: str, customer: Customer, person: Actor) -> bool:
        async with acting(person):
            asked = [
                each for each in await surveys_of(person) if each.occasion is Occasion.CAMPAIGN
            ]
            if not asked:
                return False
            given = self._given(asked[0].definition, key, customer.locale)
            await answer_signed_in(asked[0].public_id, given, locale=customer.locale, by=person)
            return True

    def _given(self, definition: Definition, key: str, locale: str) -> dict[str, Sequence[str]]:
        """Mostly content; whom the script names is not, and says why."""
        said = self.scripts["survey"]
        assert isinstance(said, dict)  # noqa: S101 - a table of the data file
        criticism = said["criticism"].get(key, "")
        given: dict[str, Sequence[str]] = {}
        for question in definition.questions:
            if question.kind is QuestionKind.RATING:
                worst = criticism and question.key == said["about"]
                given[question.key] = ["2" if worst else self.rng.choice("44555")]
            elif question.kind is QuestionKind.NPS:
                given[question.key] = ["5" if criticism else self.rng.choice(["8", "9", "9", "10"])]
            elif question.is_choice:
                given[question.key] = [self.rng.choice(question.options).key]
            else:
                praise = question.key == "did-well"
                given[question.key] = [said["praise"][locale] if praise else criticism]
        return given


def survey_beats(cast: Cast) -> list[tuple[Beat, Story]]:
    """Both campaigns until the seeding."""
    scripts = read_tables("visits")
    anybody = next(iter(cast.customers.values()))
    story = Story(
        cast, anybody, {"title": "surveys", "plot": "surveys"}, cast.now, random.Random(0)
    )
    over = Survey(cast, scripts, cast.now - _DAY * _OVER, 4)
    running = Survey(cast, scripts, cast.now - _DAY * _RUNNING, 2)
    beats = (*_beats(over, hears=(4, 6, 9), ends=True), *_beats(running, hears=(1, 3), ends=False))
    latest = cast.now - timedelta(minutes=10)
    return [(beat, story) for beat in beats if beat.at < latest]


def _beats(survey: Survey, *, hears: Sequence[int], ends: bool) -> Iterator[Beat]:
    editor = survey.cast.who_may(Permission.EDIT_SURVEYS)
    first = _working_day(survey)

    def at(days: int, hour: int, minute: int = 0) -> datetime:
        return datetime.combine(first + _DAY * days, time(hour, minute), _HOME)

    yield Beat(at(0, 9), editor, survey.start, alone=True)
    for days in range(8):
        yield Beat(at(days, 17, 40), SYSTEM, survey.send, alone=True)
    for days in hears:
        yield Beat(at(days, 19), SYSTEM, survey.hear, alone=True)
    if ends:
        yield Beat(at(12, 10, 10), SYSTEM, survey.settle, alone=True)
        yield Beat(at(_OPEN_FOR + 2, 8), SYSTEM, survey.end, alone=True)


def _working_day(survey: Survey) -> date:
    """The last working day that is not after the one on which it is to begin."""
    hours = next(iter(survey.cast.customers.values())).branch.office_hours
    at = datetime.combine(survey.begun.astimezone(_HOME).date(), time(10), _HOME)
    while not hours.is_open(at):
        at -= _DAY
    return at.date()
