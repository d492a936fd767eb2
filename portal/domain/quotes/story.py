"""The timeline of a request in words: each verb that is recorded, and what it says to its reader.

The label is a message id; `Entry.after` has its parameters: `entry_words(entry)` gives both.
"""

from collections.abc import Mapping
from typing import Any

from portal.domain.common.activity import Entry
from portal.domain.common.words import N_, Phrase, Worded


class Happening(Worded):
    """What can happen to a request. The value is the verb of the activity row."""

    DRAFTED = "quotes.drafted", N_("Draft started")
    DISCARDED = "quotes.discarded", N_("Draft discarded")
    SUBMITTED = "quotes.submitted", N_("Request sent")
    ENTERED = "quotes.entered", N_("Request taken by %(channel)s from %(contact)s")
    CALL_RECORDED = "quotes.call_recorded", N_("Call with %(caller)s recorded")
    TAKEN = "quotes.taken", N_("%(owner)s works on it")
    HANDED_OVER = "quotes.handed_over", N_("Handed over to %(owner)s")
    MADE_URGENT = "quotes.made_urgent", N_("Made urgent: %(reason)s")
    MADE_NORMAL = "quotes.made_normal", N_("No longer urgent: %(reason)s")
    ASKED = "quotes.asked", N_("More information asked for; the clock waits")
    QUESTION_ANSWERED = "quotes.question_answered", N_("Information received; the clock runs on")
    JUDGED = "quotes.judged", N_("Feasibility, resources and time judged")
    DECLINED_BY_US = "quotes.declined_by_us", N_("Request declined: %(reason)s")
    WITHDRAWN = "quotes.withdrawn", N_("Request withdrawn")
    REVISION_PREPARED = "quotes.revision_prepared", N_("Revision %(revision)s started")
    REVISION_SAVED = "quotes.revision_saved", N_("Revision %(revision)s changed")
    REVIEW_WANTED = "quotes.review_wanted", N_("Review of revision %(revision)s asked for")
    APPROVED = "quotes.approved", N_("Revision %(revision)s approved")
    SENT_BACK = "quotes.sent_back", N_("Revision %(revision)s sent back")
    SENT = "quotes.sent", N_("Quote sent, revision %(revision)s")
    ACCEPTED = "quotes.accepted", N_("Revision %(revision)s accepted by %(name)s")
    DECLINED = "quotes.declined", N_("Revision %(revision)s declined by %(name)s")
    REVISION_REQUESTED = (
        "quotes.revision_requested",
        N_("Another revision instead of revision %(revision)s asked for by %(name)s"),
    )
    EXPIRED = "quotes.expired", N_("Revision %(revision)s expired")


_VERBS = frozenset(Happening)


def entry_words(entry: Entry) -> tuple[str, Mapping[str, Any]]:
    """Message id and parameters of a timeline entry; an unknown verb says itself."""
    if entry.verb not in _VERBS:
        return entry.verb, {}
    return Happening(entry.verb).label, entry.after


def phrase_of(entry: Entry) -> Phrase:
    """The sentence of a timeline entry."""
    return Phrase(*entry_words(entry))
