"""What a survey asks: sections of questions, every text in three languages (rule S1).

Definitions are values: the changes of an editor are in `editing`, what may be published in
`checking`.
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from portal.domain.surveys.states import QuestionKind

LANGUAGES = ("en", "zh_Hans", "zh_Hant")
SCALE = range(1, 6)
RECOMMENDATION = range(11)


class Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One text in each language; empty where it is not written yet."""

    en: str = ""
    zh_Hans: str = ""  # noqa: N815 - the names of the locales
    zh_Hant: str = ""  # noqa: N815

    def in_language(self, locale: str) -> str:
        """The text in `locale`, else in the first language that has it."""
        wanted = getattr(self, locale, "") if locale in LANGUAGES else ""
        return wanted or next((text for text in self.every if text), "")

    @property
    def every(self) -> tuple[str, str, str]:
        """In the order of `LANGUAGES`."""
        return self.en, self.zh_Hans, self.zh_Hant


NO_TEXT = Text()


class Option(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of the answers of a choice. `key` stays when the words change."""

    key: str
    text: Text


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`key` is what answers are kept and compared under, across versions."""

    key: str
    kind: QuestionKind
    text: Text
    hint: Text = Text()
    is_required: bool = False
    options: tuple[Option, ...] = ()

    @property
    def is_choice(self) -> bool:
        return self.kind in {QuestionKind.CHOICE, QuestionKind.CHOICES}

    def option(self, key: str) -> Option | None:
        """The option of that key."""
        return next((option for option in self.options if option.key == key), None)


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Questions about one thing, under one heading."""

    key: str
    title: Text
    intro: Text = Text()
    questions: tuple[Question, ...] = ()


class Definition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole questionnaire: what it is called, why it is sent, what is asked, the thanks."""

    title: Text
    intro: Text = Text()
    thanks: Text = Text()
    sections: tuple[Section, ...] = ()

    @property
    def questions(self) -> Iterator[Question]:
        """All questions in the order in which they are asked."""
        return (question for section in self.sections for question in section.questions)

    def question(self, key: str) -> Question | None:
        """The question of that key."""
        return next((question for question in self.questions if question.key == key), None)

    def section(self, key: str) -> Section | None:
        """The section of that key."""
        return next((section for section in self.sections if section.key == key), None)


def read(stored: str | bytes) -> Definition:
    """A definition from its JSON. Raises `msgspec.ValidationError` for anything else."""
    return _DECODER.decode(stored)


def written(definition: Definition) -> str:
    """The JSON that is stored."""
    return msgspec.json.encode(definition).decode()


def plain(definition: Definition) -> dict[str, Any]:
    """As dictionaries and lists."""
    made: dict[str, Any] = msgspec.to_builtins(definition)
    return made


_DECODER = msgspec.json.Decoder(Definition)
