"""The words of meetings, contact reports and the log of contact."""

from collections.abc import Mapping

from portal.domain.common.words import N_, Worded


class MeetingStatus(Worded):
    """Where a meeting stands."""

    PLANNED = "planned", N_("Arranged")
    HELD = "held", N_("Held")
    CANCELLED = "cancelled", N_("Cancelled")

    @property
    def tone(self) -> str:
        """The colour that goes with the word."""
        return {"planned": "running", "held": "done"}.get(self.value, "neutral")


class ReportStatus(Worded):
    """Where a revision of a contact report stands (rule M1)."""

    DRAFT = "draft", N_("Draft")
    SENT = "sent", N_("Sent")
    REPLACED = "replaced", N_("Replaced by a newer revision")
    NOT_NEEDED = "not_needed", N_("Not needed")

    @property
    def tone(self) -> str:
        """The colour that goes with the word."""
        return {"draft": "running", "sent": "done"}.get(self.value, "neutral")


class ReportAnswerKind(Worded):
    """What a reader says to a report."""

    ACKNOWLEDGED = "acknowledged", N_("Acknowledged")
    COMMENT = "comment", N_("Comment")


class Channel(Worded):
    """By which way something was said outside the portal (rule M6)."""

    PHONE = "phone", N_("Phone")
    IN_PERSON = "in_person", N_("In person")
    VIDEO = "video", N_("Video call")
    MESSAGE = "message", N_("Instant message")
    EMAIL = "email", N_("E-mail")
    FAX = "fax", N_("Fax")
    LETTER = "letter", N_("Letter")


class Direction(Worded):
    """Who turned to whom."""

    INCOMING = "incoming", N_("From the customer")
    OUTGOING = "outgoing", N_("To the customer")


MEETING_TRANSITIONS: Mapping[MeetingStatus, frozenset[MeetingStatus]] = {
    MeetingStatus.PLANNED: frozenset({MeetingStatus.HELD, MeetingStatus.CANCELLED}),
    MeetingStatus.HELD: frozenset(),
    MeetingStatus.CANCELLED: frozenset(),
}
REPORT_TRANSITIONS: Mapping[ReportStatus, frozenset[ReportStatus]] = {
    ReportStatus.DRAFT: frozenset({ReportStatus.SENT, ReportStatus.NOT_NEEDED}),
    ReportStatus.SENT: frozenset({ReportStatus.REPLACED}),
    ReportStatus.REPLACED: frozenset(),
    ReportStatus.NOT_NEEDED: frozenset({ReportStatus.DRAFT}),
}
