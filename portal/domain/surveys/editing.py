"""Changes of a definition, one at a time; each returns a new one and leaves the old as it was."""

import secrets
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from msgspec.structs import replace

from portal.domain.common.errors import NotFound
from portal.domain.surveys.definition import NO_TEXT, Definition, Question, Section, Text


class _Keyed(Protocol):
    @property
    def key(self) -> str: ...


K = TypeVar("K", bound=_Keyed)


def new_key() -> str:
    """A key that nothing ever had: answers are compared under it for good."""
    return secrets.token_hex(4)


def with_words(
    definition: Definition, *, title: Text, intro: Text = NO_TEXT, thanks: Text = NO_TEXT
) -> Definition:
    """The same questions under other words."""
    return replace(definition, title=title, intro=intro, thanks=thanks)


def put_section(definition: Definition, section: Section) -> Definition:
    """With `section` in the place of the one of its key, or at the end. Its questions stay."""
    known = definition.section(section.key)
    if known is not None:
        section = replace(section, questions=known.questions)
    return replace(definition, sections=_put(definition.sections, section))


def drop_section(definition: Definition, key: str) -> Definition:
    """Without the section and its questions. Raises `NotFound`."""
    return replace(definition, sections=_without(definition.sections, key))


def move_section(definition: Definition, key: str, by: int) -> Definition:
    """The section `by` places further down, up where negative. Raises `NotFound`."""
    return replace(definition, sections=_moved(definition.sections, key, by))


def put_question(definition: Definition, section_key: str, question: Question) -> Definition:
    """With `question` in the place of the one of its key, or at the section's end.

    A question that stood in another section moves. Raises `NotFound` for the section.
    """
    if definition.section(section_key) is None:
        raise NotFound
    return replace(
        definition,
        sections=tuple(
            replace(
                section,
                questions=_put(section.questions, question)
                if section.key == section_key
                else tuple(each for each in section.questions if each.key != question.key),
            )
            for section in definition.sections
        ),
    )


def drop_question(definition: Definition, key: str) -> Definition:
    """Without the question. Raises `NotFound`."""
    return _in_section_of(definition, key, lambda questions: _without(questions, key))


def move_question(definition: Definition, key: str, by: int) -> Definition:
    """The question `by` places further down in its section. Raises `NotFound`."""
    return _in_section_of(definition, key, lambda questions: _moved(questions, key, by))


def section_of(definition: Definition, question_key: str) -> Section:
    """The section that has the question. Raises `NotFound`."""
    for section in definition.sections:
        if any(question.key == question_key for question in section.questions):
            return section
    raise NotFound


def _in_section_of(
    definition: Definition,
    question_key: str,
    change: Callable[[tuple[Question, ...]], tuple[Question, ...]],
) -> Definition:
    section = section_of(definition, question_key)
    changed = replace(section, questions=change(section.questions))
    return replace(definition, sections=_put(definition.sections, changed))


def _put(items: Sequence[K], item: K) -> tuple[K, ...]:
    if any(each.key == item.key for each in items):
        return tuple(item if each.key == item.key else each for each in items)
    return (*items, item)


def _without(items: Sequence[K], key: str) -> tuple[K, ...]:
    left = tuple(each for each in items if each.key != key)
    if len(left) == len(items):
        raise NotFound
    return left


def _moved(items: Sequence[K], key: str, by: int) -> tuple[K, ...]:
    left = list(items)
    found = next((place for place, each in enumerate(left) if each.key == key), None)
    if found is None:
        raise NotFound
    item = left.pop(found)
    left.insert(max(0, min(len(left), found + by)), item)
    return tuple(left)
