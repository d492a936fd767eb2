"""What happened to meetings and contact reports, as their timelines say it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from portal.domain.common.activity import Entry
from portal.domain.common.words import N_, Phrase, Worded


class MeetingHappening(Worded):
    """A verb of a meeting's timeline; its sentence takes what is recorded behind it."""

    PLANNED = "meetings.planned", N_("Meeting planned for %(starts_at)s")
    CHANGED = "meetings.changed", N_("Meeting changed: %(reason)s")
    MOVED = "meetings.moved", N_("Meeting moved to %(starts_at)s: %(reason)s")
    NOTICE = "meetings.notice", N_("Notice sent to %(people)s")
    PHONED = "meetings.phoned", N_("%(whom)s was told by phone")
    MATERIAL = "meetings.material", N_("Material and agenda checked")
    ATTENDANCE = "meetings.attendance", N_("Attendance confirmed")
    HELD = "meetings.held", N_("Meeting held")
    CANCELLED = "meetings.cancelled", N_("Meeting cancelled: %(reason)s")


class ReportHappening(Worded):
    """A verb of a report's timeline."""

    OWED = "reports.owed", N_("Contact report owed by %(owner)s")
    GIVEN = "reports.given", N_("%(owner)s writes the report")
    WRITTEN = "reports.written", N_("Draft saved")
    SENT = "reports.sent", N_("Report sent to %(people)s")
    CORRECTING = "reports.correcting", N_("Correction begun: %(reason)s")
    CORRECTION_DROPPED = "reports.correction_dropped", N_("Correction dropped")
    NOT_NEEDED = "reports.not_needed", N_("No report needed: %(reason)s")
    NEEDED = "reports.needed", N_("A report is needed after all")
    ACKNOWLEDGED = "reports.acknowledged", N_("%(name)s acknowledged the report")
    COMMENTED = "reports.commented", N_("%(name)s commented: %(text)s")
    ITEM_DONE = "reports.item_done", N_("Done: %(item)s")


_LABELS: Mapping[str, str] = {
    each.value: each.label
    for happening in (MeetingHappening, ReportHappening)
    for each in happening
}


def phrase_of(entry: Entry) -> Phrase:
    """The sentence of a timeline entry; names that end in `_on` are days, in `_at` moments."""
    if entry.verb not in _LABELS:
        return Phrase(entry.verb)
    return Phrase(_LABELS[entry.verb], {n: _value(n, v) for n, v in entry.after.items()})


def _value(name: str, value: Any) -> Any:
    if name.endswith("_at") and value:
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if name.endswith("_on") and value else value
