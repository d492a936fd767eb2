"""A survey as somebody answers it: its questions in one language, and what came back.

The customers' pages, the preview of editors and the entry of paper forms show the same one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil

from portal.domain.common.words import N_
from portal.domain.surveys.definition import RECOMMENDATION, SCALE, Definition, Question
from portal.domain.surveys.given import Given, field_of
from portal.domain.surveys.states import QuestionKind
from portal.rendering.reader import Reader
from portal.web.errors import say
from portal.web.forms import Form

SATISFACTION = {
    1: N_("Very dissatisfied"),
    2: N_("Dissatisfied"),
    3: N_("Neutral"),
    4: N_("Satisfied"),
    5: N_("Very satisfied"),
}
_UNLIKELY, _LIKELY = N_("Not at all likely"), N_("Extremely likely")
# What a question takes somebody who reads it on a phone.
_SECONDS = {
    QuestionKind.RATING: 6,
    QuestionKind.NPS: 8,
    QuestionKind.CHOICE: 8,
    QuestionKind.CHOICES: 10,
    QuestionKind.TEXT: 20,
}


@dataclass(frozen=True, slots=True)
class AskedOption:
    """One of the marks that can be made."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question in words; `name` is its field, `least` and `most` are the ends of its scale."""

    number: int
    name: str
    kind: QuestionKind
    text: str
    hint: str
    is_required: bool
    options: Sequence[AskedOption]
    least: str = ""
    most: str = ""

    @property
    def is_scale(self) -> bool:
        return self.kind in {QuestionKind.RATING, QuestionKind.NPS}

    @property
    def is_many(self) -> bool:
        return self.kind is QuestionKind.CHOICES


@dataclass(frozen=True, slots=True)
class AskedSection:
    """Questions about one thing."""

    title: str
    intro: str
    questions: Sequence[AskedQuestion]


@dataclass(frozen=True, slots=True)
class Paper:
    """The whole questionnaire in one of the locales."""

    locale: str
    title: str
    intro: str
    thanks: str
    sections: Sequence[AskedSection]

    @property
    def questions(self) -> list[AskedQuestion]:
        return [question for section in self.sections for question in section.questions]

    @property
    def minutes(self) -> int:
        """About how long it takes, never less than one."""
        return max(1, ceil(sum(_SECONDS[question.kind] for question in self.questions) / 60))


def last_day(expires_at: datetime, reader: Reader) -> date:
    """The last day on which it can be answered: a survey that ends at midnight ends the day before.

    In the reader's zone.
    """
    return reader.local(expires_at - timedelta(seconds=1)).date()


def given_in(form: Form, definition: Definition) -> Given:
    """What the form says to each question, for the domain to hold against the survey."""
    return {question.key: form.values(field_of(question.key)) for question in definition.questions}


def paper_of(definition: Definition, locale: str) -> Paper:
    """What is asked, in `locale`; a text that is missing there comes in a language that has it."""
    number = 0
    sections = []
    for section in definition.sections:
        asked = []
        for question in section.questions:
            number += 1
            asked.append(_asked(question, number, locale))
        sections.append(
            AskedSection(
                section.title.in_language(locale), section.intro.in_language(locale), asked
            )
        )
    return Paper(
        locale,
        definition.title.in_language(locale),
        definition.intro.in_language(locale),
        definition.thanks.in_language(locale),
        sections,
    )


def _asked(question: Question, number: int, locale: str) -> AskedQuestion:
    least = most = ""
    match question.kind:
        case QuestionKind.RATING:
            options = [
                AskedOption(str(score), say(locale, SATISFACTION[score], {})) for score in SCALE
            ]
            least, most = options[0].label, options[-1].label
        case QuestionKind.NPS:
            options = [AskedOption(str(score), "") for score in RECOMMENDATION]
            least, most = say(locale, _UNLIKELY, {}), say(locale, _LIKELY, {})
        case QuestionKind.CHOICE | QuestionKind.CHOICES:
            options = [
                AskedOption(option.key, option.text.in_language(locale))
                for option in question.options
            ]
        case _:
            options = []
    return AskedQuestion(
        number,
        field_of(question.key),
        question.kind,
        question.text.in_language(locale),
        question.hint.in_language(locale),
        question.is_required,
        options,
        least,
        most,
    )
