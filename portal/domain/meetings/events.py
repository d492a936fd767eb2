"""What happens to meetings and contact reports that others are told of."""

from enum import StrEnum


class MeetingEvent(StrEnum):
    """The payload has `meeting_id`, `reference`, `actor_id` and what stands behind the name.

    The written notice and the cancellation go as letters to everybody who takes part, whether or
    not they use the portal; notices in the portal stand beside them.
    """

    PLANNED = "meeting.planned"  # for an organiser who did not plan it; ours
    NOTICE = "meeting.notice"  # sequence: above 0 it was changed (rule M2)
    CANCELLED = "meeting.cancelled"  # was_noticed: the customer knew of it
    CHECK_MATERIAL = "meeting.check_material"  # for the organiser (rule M2); ours
    CONFIRM_ATTENDANCE = "meeting.confirm_attendance"  # for the organiser (rule M2); ours


class ReportEvent(StrEnum):
    """The payload has `report_id`, `reference`, `actor_id` and what stands behind the name."""

    OWED = "report.owed"  # for an owner who did not record what it is about (rule M1); ours
    SENT = "report.sent"  # revision: a letter to its readers, a notice in the portal (rule M1)
    ACKNOWLEDGED = "report.acknowledged"  # answer_id
    COMMENTED = "report.commented"  # answer_id
    ITEM_GIVEN = "report.item_given"  # item_id: for its owner, one of us; ours
    ITEM_DONE = "report.item_done"  # item_id: for who owns the report; ours
