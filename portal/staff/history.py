"""A record's history for people: what happened, and each value before and after (rule A5)."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from portal.domain.common.activity import Entry
from portal.domain.common.words import Worded
from portal.staff.two_versions import Choices, Labels

_DECIMAL = re.compile(r"-?\d+\.\d+")


@dataclass(frozen=True, slots=True)
class Value:
    """A value as it stood. `labels` are message ids, `text` is as somebody wrote it."""

    text: str = ""
    labels: tuple[str, ...] = ()
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One field of an entry; `label` is a message id, None stands for nothing there."""

    label: str
    before: Value | None
    after: Value | None


@dataclass(frozen=True, slots=True)
class Happening:
    """One entry of a timeline: `what` is a message id, `about` names what it is about."""

    at: datetime
    actor_name: str
    what: str
    about: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """How the entries of a room are said.

    `verbs` and `labels` are message ids, `labels_of` those that a verb has of its own; the value
    under one of `about` names what the entry is about; `choices` and `days` say how to read values.
    """

    verbs: Mapping[str, str]
    labels: Labels
    choices: Choices
    about: tuple[str, ...] = ()
    days: frozenset[str] = frozenset()
    labels_of: Mapping[str, Labels] = field(default_factory=dict)


def told(entries: Iterable[Entry], words: Words) -> list[Happening]:
    """The entries for people, the newest first."""
    return [_told(entry, words) for entry in reversed(list(entries))]


def _told(entry: Entry, words: Words) -> Happening:
    both = {**entry.before, **entry.after}
    name = next((name for name in words.about if both.get(name)), "")
    return Happening(
        entry.at,
        entry.actor_name,
        words.verbs.get(entry.verb, entry.verb),
        str(both[name]) if name else "",
        tuple(_changes(entry, words, name)),
    )


def _changes(entry: Entry, words: Words, about: str) -> Iterator[Change]:
    labels = {**words.labels, **words.labels_of.get(entry.verb, {})}
    for name, label in labels.items():
        before, after = entry.before.get(name), entry.after.get(name)
        is_headline = name == about and before in (None, after)
        if not is_headline and (before or after):
            yield Change(label, _value(name, before, words), _value(name, after, words))


def _value(name: str, value: Any, words: Words) -> Value | None:
    if value in (None, "", []):
        return None
    if name in words.days:
        return Value(day=date.fromisoformat(value))
    given = value if isinstance(value, list) else [value]
    known = _labels(words.choices.get(name, ()))
    labels = tuple(known[str(one)] for one in given if str(one) in known)
    return Value(labels=labels) if labels else Value(", ".join(_plain(one) for one in given))


def _plain(value: Any) -> str:
    """A stored value without the zeros that its column adds."""
    text = str(value)
    return text.rstrip("0").rstrip(".") if _DECIMAL.fullmatch(text) else text


def _labels(states: Iterable[Worded]) -> dict[str, str]:
    return {str(state.value): state.label for state in states}
