"""The timeline of a visit in words: each verb that is recorded, and what it says."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from portal.domain.common.activity import Entry
from portal.domain.common.words import N_, Phrase, Worded
from portal.domain.complaints.states import Satisfaction
from portal.domain.visits.states import VisitRule


class VisitHappening(Worded):
    """What both sides read once the visit is shown to the customer, or staff alone."""

    PLANNED = "visits.planned", N_("Planned for %(due_on)s, owned by %(name)s")
    PLANNED_BY_RULE = (
        "visits.planned_by_rule",
        N_("Planned by rule for %(due_on)s, owned by %(name)s: %(rule)s"),
    )
    DUE_MOVED = "visits.due_moved", N_("Due on %(due_on)s instead: %(reason)s")
    GIVEN = "visits.given", N_("Given to %(name)s")
    PREPARED = "visits.prepared", N_("Preparation changed")
    PROPOSED = "visits.proposed", N_("Time proposed: %(start_at)s")
    CONFIRMED = "visits.confirmed", N_("Appointment confirmed")
    AGREED_BY_PHONE = "visits.agreed_by_phone", N_("Agreed with %(name)s by phone: %(start_at)s")
    COUNTERED = "visits.countered", N_("Another time wanted, %(start_at)s: %(reason)s")
    AGREED_TO_OTHER = "visits.agreed_to_other", N_("Agreed to the other time: %(start_at)s")
    MOVED = "visits.moved", N_("Moved to %(start_at)s: %(reason)s")
    CANCELLED = "visits.cancelled", N_("Cancelled: %(reason)s")
    REMINDED = "visits.reminded", N_("Reminded of the appointment")
    MADE = "visits.made", N_("Visit made")
    RECORDED = "visits.recorded", N_("Recorded: %(satisfaction)s")
    INQUIRY_RETURNED = "visits.inquiry_returned", N_("Feedback form returned")


_LABELS: Mapping[str, str] = {each.value: each.label for each in VisitHappening}
# Values that are recorded under these names are words of ours, translated for the reader.
_WORDED: Mapping[str, type[Worded]] = {"rule": VisitRule, "satisfaction": Satisfaction}


def phrase_of(entry: Entry) -> Phrase:
    """The sentence of a timeline entry, its figures as values again.

    In the record, names that end in `_on` are days, in `_at` moments; `reason` in a list is a
    message id of ours. An unknown verb says itself.
    """
    if entry.verb not in _LABELS:
        return Phrase(entry.verb)
    values = {name: _value(name, value) for name, value in entry.after.items()}
    return Phrase(_LABELS[entry.verb], values)


def _value(name: str, value: Any) -> Any:
    if isinstance(value, list):
        return tuple(value)
    if not isinstance(value, str) or not value:
        return value
    if name in _WORDED and value in set(_WORDED[name]):
        return _WORDED[name](value)
    if name.endswith("_on"):
        return date.fromisoformat(value)
    return datetime.fromisoformat(value) if name.endswith("_at") else value
