"""A timeline put into the reader's words, the newest first."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.domain.common.activity import Entry
from portal.domain.common.actor import Audience
from portal.web.answers import Answer

# Message id and parameters of an entry.
InWords = Callable[[Entry], tuple[str, Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Told:
    """One line of a timeline. `is_internal`: the customer's timeline does not show it."""

    at: datetime
    actor_name: str
    text: str
    is_internal: bool


def told(entries: Iterable[Entry], in_words: InWords, answer: Answer) -> list[Told]:
    """What happened, in the reader's language."""
    lines = []
    for entry in entries:
        label, words = in_words(entry)
        text = answer.translated(label, **words)
        lines.append(Told(entry.at, entry.actor_name, text, entry.audience == Audience.INTERNAL))
    return lines[::-1]
