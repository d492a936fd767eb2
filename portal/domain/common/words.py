"""Words that people read, marked where they are written and translated where they are rendered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

from portal.domain.common.money import Money


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for "mark, do not translate yet"
    """Mark a source text for translation; the rendering translates it for the reader."""
    return text


class Worded(StrEnum):
    """A `StrEnum` whose members carry the English label that pages, mails and paper share.

    `DRAFT = "draft", N_("Draft")` — the value is stored, the label is a message id.
    """

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label or value
        return member


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence of which the figures are still values: rendering words them for the reader.

    `msgid` has a `%(name)s` for each of `params`: `Money`, `Decimal`, `int`, a date, an aware
    datetime, a time of day, plain text as somebody wrote it, a `Worded` member, or a tuple of
    message ids, which is read out as a list.
    """

    msgid: str
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def has_amounts(self) -> bool:
        """Whether it says an amount of money."""
        return any(isinstance(value, Money) for value in self.params.values())
