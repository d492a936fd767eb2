"""What somebody answered: held against the definition and summed up (rules S1, S3)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.domain.common.errors import FieldError, FieldErrors
from portal.domain.common.words import N_
from portal.domain.surveys.definition import RECOMMENDATION, SCALE, Definition, Question
from portal.domain.surveys.states import QuestionKind

LONGEST_ANSWER = 4000

_NEEDED = N_("Answer this question.")
_NOT_OFFERED = N_("Choose one of the answers offered.")
_TOO_LONG = N_("Keep this under %(max_length)s characters.")
_NOTHING_SAID = N_("Answer at least one question.")

# What was sent for each question, by its key; several values where several answers can be chosen.
Given = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer to one question; what its kind does not have is empty."""

    question: str
    score: int | None = None
    choices: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Answers:
    """All that was answered. `rated` counts answers on the scale of five, `nps` is 0 to 10."""

    each: tuple[Answered, ...]
    scores: tuple[int, ...]
    nps: int | None

    def satisfied(self, least: int) -> int:
        """How many answers on the scale are content: `least` of five or better (rule S3)."""
        return sum(score >= least for score in self.scores)

    @property
    def as_json(self) -> str:
        """As the database takes it."""
        return json.dumps(
            [
                {
                    "question": answer.question,
                    "score": answer.score,
                    "choices": list(answer.choices),
                    "text": answer.text,
                }
                for answer in self.each
            ],
            ensure_ascii=False,
        )


def field_of(key: str) -> str:
    """What a form calls the field of the question of this key."""
    return f"q-{key}"


def read_answers(definition: Definition, given: Given) -> Answers:
    """The answers in the order of the questions; what is not asked is left out.

    Raises `FieldErrors`: fields are named by `field_of`.
    """
    errors: list[FieldError] = []
    found: list[Answered] = []
    asked = list(definition.questions)
    for question in asked:
        values = [value.strip() for value in given.get(question.key, ()) if value.strip()]
        try:
            answer = _answer(question, values)
        except FieldError as error:
            errors.append(error)
            continue
        if answer is not None:
            found.append(answer)
        elif question.is_required:
            errors.append(FieldError(field_of(question.key), _NEEDED))
    if not found and not errors and asked:
        errors.append(FieldError(field_of(asked[0].key), _NOTHING_SAID))
    if errors:
        raise FieldErrors(errors)
    return _summed_up(definition, found)


def _answer(question: Question, values: Sequence[str]) -> Answered | None:
    if not values:
        return None
    match question.kind:
        case QuestionKind.RATING:
            return Answered(question.key, score=_score(question, values, SCALE))
        case QuestionKind.NPS:
            return Answered(question.key, score=_score(question, values, RECOMMENDATION))
        case QuestionKind.TEXT:
            if len(values[0]) > LONGEST_ANSWER:
                raise FieldError(field_of(question.key), _TOO_LONG, max_length=LONGEST_ANSWER)
            return Answered(question.key, text=values[0])
    chosen = tuple(dict.fromkeys(values))
    is_offered = all(question.option(key) is not None for key in chosen)
    if not is_offered or (question.kind is QuestionKind.CHOICE and len(chosen) > 1):
        raise FieldError(field_of(question.key), _NOT_OFFERED)
    return Answered(question.key, choices=chosen)


def _score(question: Question, values: Sequence[str], allowed: range) -> int:
    value = values[0]
    if len(values) > 1 or not (value.isascii() and value.isdigit()) or len(value) > 2:
        raise FieldError(field_of(question.key), _NOT_OFFERED)
    if int(value) not in allowed:
        raise FieldError(field_of(question.key), _NOT_OFFERED)
    return int(value)


def _summed_up(definition: Definition, found: Sequence[Answered]) -> Answers:
    kinds = {question.key: question.kind for question in definition.questions}
    scores = tuple(
        answer.score
        for answer in found
        if answer.score is not None and kinds[answer.question] is QuestionKind.RATING
    )
    recommended = [answer.score for answer in found if kinds[answer.question] is QuestionKind.NPS]
    return Answers(tuple(found), scores, next(iter(recommended), None))
