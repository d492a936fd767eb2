"""Whether a survey may be published: every text in every language, every question answerable."""

from collections.abc import Iterator

from portal.domain.common.errors import FieldError, FieldErrors
from portal.domain.common.words import N_
from portal.domain.surveys.definition import LANGUAGES, Definition, Question, Text
from portal.domain.surveys.states import QuestionKind

LONGEST_TEXT = 1000
MOST_QUESTIONS = 60
MOST_OPTIONS = 20
LEAST_OPTIONS = 2

_MISSING = N_("Write this in every language before it is published.")
_TOO_LONG = N_("Keep this under %(max_length)s characters.")
_NO_QUESTIONS = N_("Ask at least one question.")
_TOO_MANY_QUESTIONS = N_("Ask at most %(most)s questions.")
_EMPTY_SECTION = N_("Put a question into this section or remove it.")
_TWO_OPTIONS = N_("Offer at least two answers.")
_TOO_MANY_OPTIONS = N_("Offer at most %(most)s answers.")
_ONE_RECOMMENDATION = N_("Ask for a recommendation once only.")


def check(definition: Definition) -> None:
    """Raise `FieldErrors` unless `definition` may be published (rule S1).

    Fields are named `title.zh_Hans`, `section.<key>.title.en`, `question.<key>.text.zh_Hant`,
    `question.<key>.options`, `option.<question>.<option>.en`, `sections`.
    """
    if errors := list(problems(definition)):
        raise FieldErrors(errors)


def problems(definition: Definition) -> Iterator[FieldError]:
    """What is in the way of publishing, in the order of the form."""
    yield from _needed("title", definition.title)
    yield from _all_or_none("intro", definition.intro)
    yield from _all_or_none("thanks", definition.thanks)
    questions = list(definition.questions)
    if not questions:
        yield FieldError("sections", _NO_QUESTIONS)
    if len(questions) > MOST_QUESTIONS:
        yield FieldError("sections", _TOO_MANY_QUESTIONS, most=MOST_QUESTIONS)
    if sum(question.kind is QuestionKind.NPS for question in questions) > 1:
        yield FieldError("sections", _ONE_RECOMMENDATION)
    for section in definition.sections:
        yield from _needed(f"section.{section.key}.title", section.title)
        yield from _all_or_none(f"section.{section.key}.intro", section.intro)
        if questions and not section.questions:
            yield FieldError(f"section.{section.key}.title", _EMPTY_SECTION)
        for question in section.questions:
            yield from _of_question(question)


def _of_question(question: Question) -> Iterator[FieldError]:
    name = f"question.{question.key}"
    yield from _needed(f"{name}.text", question.text)
    yield from _all_or_none(f"{name}.hint", question.hint)
    if not question.is_choice:
        return
    if len(question.options) < LEAST_OPTIONS:
        yield FieldError(f"{name}.options", _TWO_OPTIONS)
    if len(question.options) > MOST_OPTIONS:
        yield FieldError(f"{name}.options", _TOO_MANY_OPTIONS, most=MOST_OPTIONS)
    for option in question.options:
        yield from _needed(f"option.{question.key}.{option.key}", option.text)


def _needed(name: str, text: Text) -> Iterator[FieldError]:
    for language, written in zip(LANGUAGES, text.every, strict=True):
        if not written.strip():
            yield FieldError(f"{name}.{language}", _MISSING)
        elif len(written) > LONGEST_TEXT:
            yield FieldError(f"{name}.{language}", _TOO_LONG, max_length=LONGEST_TEXT)


def _all_or_none(name: str, text: Text) -> Iterator[FieldError]:
    if any(each.strip() for each in text.every):
        yield from _needed(name, text)
