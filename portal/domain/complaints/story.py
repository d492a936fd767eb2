"""The timeline of a complaint in words: each verb that is recorded, and what it says.

Each room of the story has an enumeration of its own, listed in `_ROOMS`: the value is the verb of
the activity row, the label a message id, `Entry.after` has its parameters.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from portal.domain.common.activity import Entry
from portal.domain.common.money import Money
from portal.domain.common.permissions import StaffRole
from portal.domain.common.words import N_, Phrase, Worded
from portal.domain.complaints.capa_story import CapaHappening
from portal.domain.complaints.cure_story import CureHappening
from portal.domain.complaints.states import (
    Category,
    Cause,
    ComplaintChannel,
    FindingStage,
    Judgement,
    Measure,
    Responsibility,
    SampleResult,
    Satisfaction,
    Severity,
)


class ComplaintHappening(Worded):
    """How it comes to us, whose it is, how it is judged, how it ends (C1-C3, C14, C15).

    What is meant for staff alone is recorded with `Audience.INTERNAL`.
    """

    FILED = "complaints.filed", N_("Received")
    TAKEN = "complaints.taken", N_("Received from %(name)s: %(channel)s")
    OFFERED = "complaints.offered", N_("%(name)s was asked to take it on")
    OFFER_ACCEPTED = "complaints.offer_accepted", N_("%(name)s took it on")
    OFFER_DECLINED = "complaints.offer_declined", N_("%(name)s declined to take it on")
    OFFER_DECLINED_BECAUSE = (
        "complaints.offer_declined_because",
        N_("%(name)s declined to take it on: %(reason)s"),
    )
    TAKEN_OVER = "complaints.taken_over", N_("%(name)s took it over")
    ASKED = "complaints.asked", N_("More information asked for; the clock waits")
    QUESTION_ANSWERED = (
        "complaints.question_answered",
        N_("Information received; the clock runs on"),
    )
    FOUNDED = (
        "complaints.founded",
        N_("Found to hold; we look into it until %(until_on)s"),
    )
    JUDGED = "complaints.judged", N_("Judged as %(judgement)s for %(department)s: %(reason)s")
    UNFOUNDED = "complaints.unfounded", N_("Explained")
    UNFOUNDED_BECAUSE = "complaints.unfounded_because", N_("Judged as unfounded: %(reason)s")
    MAJOR = "complaints.major", N_("Classified as a major incident")
    ORDINARY = "complaints.ordinary", N_("Classified as an ordinary complaint")
    SEVERITY_REASON = "complaints.severity_reason", N_("Severity changed: %(reason)s")
    ESCALATED = "complaints.escalated", N_("Brought before senior management")
    CATEGORY_CHANGED = "complaints.category_changed", N_("Now handled as: %(category)s")
    LINE_ADDED = "complaints.line_added", N_("Goods added: %(goods)s")
    LINE_CHANGED = "complaints.line_changed", N_("Goods corrected: %(goods)s")
    ANSWERED = "complaints.answered", N_("Answered")
    SETTLED = "complaints.settled", N_("%(name)s says it is settled")
    ASKED_AGAIN = "complaints.asked_again", N_("%(name)s is not satisfied with the answer")
    TURNED = "complaints.turned", N_("Handled as a complaint from now on")
    WITHDRAWN = "complaints.withdrawn", N_("Withdrawn: %(reason)s")
    REOPENED = "complaints.reopened", N_("Reopened: %(reason)s")


_ROOMS: tuple[type[Worded], ...] = (ComplaintHappening, CureHappening, CapaHappening)
_LABELS: Mapping[str, str] = {each.value: each.label for room in _ROOMS for each in room}
# Values that are recorded under these names are words of ours, translated for the reader.
_WORDED: Mapping[str, type[Worded]] = {
    "category": Category,
    "cause": Cause,
    "channel": ComplaintChannel,
    "judgement": Judgement,
    "measure": Measure,
    "responsibility": Responsibility,
    "result": SampleResult,
    "role": StaffRole,
    "satisfaction": Satisfaction,
    "severity": Severity,
    "stage": FindingStage,
}


def phrase_of(entry: Entry) -> Phrase:
    """The sentence of a timeline entry, its figures as values again.

    In the record, names that end in `_on` are days, in `_at` moments; `quantity` is a number; an
    amount has `amount` and `currency`; a list has message ids; `category`, `channel`, `severity`
    and the like are values of ours. Write them there as such. An unknown verb says itself.
    """
    if entry.verb not in _LABELS:
        return Phrase(entry.verb)
    values = {name: _value(name, value) for name, value in entry.after.items()}
    return Phrase(_LABELS[entry.verb], values)


def entry_words(entry: Entry) -> tuple[str, Mapping[str, Any]]:
    """Message id and parameters of a timeline entry; an unknown verb says itself."""
    phrase = phrase_of(entry)
    return phrase.msgid, phrase.params


def _value(name: str, value: Any) -> Any:
    match value:
        case {"amount": amount, "currency": currency}:
            return Money(Decimal(amount), currency)
        case list():
            return tuple(value)
        case str() if value:
            return _text(name, value)
    return value


def _text(name: str, text: str) -> Any:
    if name in _WORDED and text in set(_WORDED[name]):
        return _WORDED[name](text)
    if name.endswith("_on"):
        return date.fromisoformat(text)
    if name.endswith("_at"):
        return datetime.fromisoformat(text)
    return Decimal(text) if name == "quantity" else text
