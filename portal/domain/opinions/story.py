"""What happened to an opinion, as its timeline says it."""

from collections.abc import Mapping

from portal.domain.common.activity import Entry
from portal.domain.common.words import N_, Phrase, Worded


class OpinionHappening(Worded):
    """A verb of the timeline; its sentence takes what is recorded behind it."""

    OPENED = "opinions.opened", N_("Opinion recorded")
    OWNED = "opinions.owned", N_("%(name)s follows it up")
    ANSWERED = "opinions.answered", N_("Answered: %(answer)s")
    DROPPED = "opinions.dropped", N_("Not pursued: %(reason)s")
    GIVEN = "opinions.given", N_("Given to %(name)s")
    OPENED_AGAIN = "opinions.opened_again", N_("Opened again: %(reason)s")


_LABELS: Mapping[str, str] = {each.value: each.label for each in OpinionHappening}


def phrase_of(entry: Entry) -> Phrase:
    """The sentence of a timeline entry; an unknown verb says itself."""
    return Phrase(_LABELS.get(entry.verb, entry.verb), dict(entry.after))
