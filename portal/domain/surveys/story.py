"""What happened to surveys and campaigns, as their timelines say it (rules S1, S2)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from portal.domain.common.activity import Entry
from portal.domain.common.words import N_, Phrase, Worded


class SurveyHappening(Worded):
    """A verb of the timeline; its sentence takes what is recorded behind it."""

    CREATED = "surveys.created", N_("Survey created")
    RENAMED = "surveys.renamed", N_("Renamed to %(name)s")
    DRAFTED = "surveys.drafted", N_("Draft of version %(number)s begun")
    EDITED = "surveys.edited", N_("Draft of version %(number)s changed")
    DROPPED = "surveys.dropped", N_("Draft of version %(number)s discarded")
    PUBLISHED = "surveys.published", N_("Version %(number)s published")
    RETIRED = "surveys.retired", N_("Withdrawn from use")
    BROUGHT_BACK = "surveys.brought_back", N_("Brought back into use")
    CAMPAIGN_CREATED = "surveys.campaign_created", N_("Campaign created")
    CAMPAIGN_CHANGED = "surveys.campaign_changed", N_("Campaign changed")
    CAMPAIGN_STARTED = (
        "surveys.campaign_started",
        N_("Started: %(people)s people are asked until %(closes_on)s"),
    )
    CAMPAIGN_PAUSED = "surveys.campaign_paused", N_("Paused: %(reason)s")
    CAMPAIGN_RESUMED = "surveys.campaign_resumed", N_("Resumed")
    CAMPAIGN_ENDED = "surveys.campaign_ended", N_("Ended: %(reason)s")
    CAMPAIGN_CLOSED = "surveys.campaign_closed", N_("Closed at the end of its time")
    ANSWERED = "surveys.answered", N_("Answered")
    STOPPED = "surveys.stopped", N_("Not asked any more: %(reason)s")


_LABELS: Mapping[str, str] = {each.value: each.label for each in SurveyHappening}


def phrase_of(entry: Entry) -> Phrase:
    """The sentence of a timeline entry; names that end in `_on` are days."""
    if entry.verb not in _LABELS:
        return Phrase(entry.verb)
    values = {name: _value(name, value) for name, value in entry.after.items()}
    return Phrase(_LABELS[entry.verb], values)


def entry_words(entry: Entry) -> tuple[str, Mapping[str, Any]]:
    """Message id and parameters of a timeline entry; an unknown verb says itself."""
    phrase = phrase_of(entry)
    return phrase.msgid, phrase.params


def _value(name: str, value: Any) -> Any:
    if name.endswith("_on") and value:
        return date.fromisoformat(value)
    return value
