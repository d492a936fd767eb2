"""What happened to a corrective action, as its timeline says it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from portal.domain.common.activity import Entry
from portal.domain.common.words import N_, Phrase, Worded


class CorrectiveHappening(Worded):
    """A verb of the timeline; its sentence takes what is recorded behind it."""

    OPENED = "corrective_actions.opened", N_("Corrective action opened, led by %(leader)s")
    DESCRIBED = "corrective_actions.described", N_("Team or problem changed")
    LINKED = "corrective_actions.linked", N_("Complaint %(complaint)s linked")
    UNLINKED = "corrective_actions.unlinked", N_("Complaint %(complaint)s taken off: %(reason)s")
    CONTAINED = "corrective_actions.contained", N_("Containment recorded")
    ANALYSED = "corrective_actions.analysed", N_("Root cause: %(root_cause)s")
    STEP_ADDED = (
        "corrective_actions.step_added",
        N_("Step for %(owner)s, due %(due_on)s: %(what)s"),
    )
    STEP_CHANGED = (
        "corrective_actions.step_changed",
        N_("Step changed, %(owner)s, due %(due_on)s: %(reason)s"),
    )
    STEP_DONE = "corrective_actions.step_done", N_("Step done: %(result)s")
    STEP_DROPPED = "corrective_actions.step_dropped", N_("Step dropped: %(reason)s")
    PLANNED = "corrective_actions.planned", N_("The plan stands")
    PREVENTED = "corrective_actions.prevented", N_("Prevention recorded")
    CARRIED_OUT = (
        "corrective_actions.carried_out",
        N_("All steps are done; checked on %(check_on)s"),
    )
    CHECK_MOVED = (
        "corrective_actions.check_moved",
        N_("Check moved to %(check_on)s: %(reason)s"),
    )
    EFFECTIVE = "corrective_actions.effective", N_("Found effective: %(result)s")
    INEFFECTIVE = "corrective_actions.ineffective", N_("Found not effective: %(result)s")
    SENT_BACK = "corrective_actions.sent_back", N_("Sent back: %(reason)s")
    VERIFIED = "corrective_actions.verified", N_("Verified: %(note)s")
    VERIFIED_FOR = (
        "corrective_actions.verified_for",
        N_("Verified for %(absent)s: %(note)s"),
    )
    CANCELLED = "corrective_actions.cancelled", N_("Cancelled: %(reason)s")


_LABELS: Mapping[str, str] = {each.value: each.label for each in CorrectiveHappening}


def phrase_of(entry: Entry) -> Phrase:
    """The sentence of a timeline entry; names that end in `_on` are days."""
    if entry.verb not in _LABELS:
        return Phrase(entry.verb)
    values = {name: _value(name, value) for name, value in entry.after.items()}
    return Phrase(_LABELS[entry.verb], values)


def _value(name: str, value: Any) -> Any:
    return date.fromisoformat(value) if name.endswith("_on") and value else value
