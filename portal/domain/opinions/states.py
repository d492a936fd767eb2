"""The words of an opinion."""

from collections.abc import Mapping

from portal.domain.common.words import N_, Worded


class Sentiment(Worded):
    """What an opinion is like."""

    PRAISE = "praise", N_("Praise")
    WISH = "wish", N_("Wish")
    CRITICISM = "criticism", N_("Criticism")


class OpinionSource(Worded):
    """Where it was said."""

    VISIT = "visit", N_("Visit")
    SURVEY = "survey", N_("Survey")


class OpinionStatus(Worded):
    """Where the follow-up of an opinion stands."""

    OPEN = "open", N_("Open")
    ANSWERED = "answered", N_("Answered")
    DROPPED = "dropped", N_("Not pursued")

    @property
    def tone(self) -> str:
        """The colour that goes with the word."""
        return {"open": "running", "answered": "done"}.get(self.value, "neutral")


TRANSITIONS: Mapping[OpinionStatus, frozenset[OpinionStatus]] = {
    OpinionStatus.OPEN: frozenset({OpinionStatus.ANSWERED, OpinionStatus.DROPPED}),
    OpinionStatus.ANSWERED: frozenset({OpinionStatus.OPEN}),
    OpinionStatus.DROPPED: frozenset({OpinionStatus.OPEN}),
}
