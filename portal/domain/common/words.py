"""Words that people read, marked where they are written and translated where they are rendered."""

from enum import StrEnum
from typing import Self


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
