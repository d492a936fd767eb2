"""Meetings and contact reports: who is told in the portal, in which words (rules M1, M2).

The written notice, its cancellation and the report itself go as letters to everybody who takes
part, whether or not they use the portal; no second mail says the same.
"""

from collections.abc import Mapping

from portal.domain.meetings.events import MeetingEvent, ReportEvent
from portal.domain.notices import visit_parts as parts
from portal.domain.notices.about_meetings import about_meeting, about_report
from portal.domain.notices.kinds import NoticeKind
from portal.domain.notices.tellings import Telling, Told, unless, when


def _meeting(*tellings: Telling) -> Told:
    return Told(about_meeting, tellings)


def _report(*tellings: Telling) -> Told:
    return Told(about_report, tellings)


_M, _R, _K = MeetingEvent, ReportEvent, NoticeKind
_TO_ORGANISER, _TO_WRITER = (parts.organiser,), (parts.report_owner,)
_TO_ALL = (parts.organiser, parts.colleagues_of_meeting, parts.invited)
_TO_OURS = (parts.organiser, parts.colleagues_of_meeting)

TOLD_OF_MEETINGS: Mapping[str, Told] = {
    _M.PLANNED: _meeting(Telling(_K.MEETING_YOURS, _TO_ORGANISER)),
    _M.NOTICE: _meeting(  # rule M2
        Telling(_K.MEETING_PLANNED, _TO_ALL, unless("is_changed"), by_mail=False),
        Telling(_K.MEETING_MOVED, _TO_ALL, when("is_changed"), by_mail=False),
    ),
    _M.CANCELLED: _meeting(
        Telling(_K.MEETING_CALLED_OFF, _TO_ALL, when("was_noticed"), by_mail=False),
        Telling(_K.MEETING_CALLED_OFF, _TO_OURS, unless("was_noticed")),
    ),
    _M.CHECK_MATERIAL: _meeting(Telling(_K.CHECK_MATERIAL, _TO_ORGANISER)),  # rule M2
    _M.CONFIRM_ATTENDANCE: _meeting(Telling(_K.CONFIRM_ATTENDANCE, _TO_ORGANISER)),  # rule M2
    _R.OWED: _report(Telling(_K.REPORT_OWED, _TO_WRITER)),  # rule M1
    _R.SENT: _report(  # rule M1
        Telling(_K.REPORT_SENT, (parts.readers,), unless("is_correction"), by_mail=False),
        Telling(_K.REPORT_CORRECTED, (parts.readers,), when("is_correction"), by_mail=False),
    ),
    _R.ACKNOWLEDGED: _report(Telling(_K.REPORT_ACKNOWLEDGED, _TO_WRITER, by_mail=False)),
    _R.COMMENTED: _report(Telling(_K.REPORT_COMMENTED, _TO_WRITER)),
    _R.ITEM_GIVEN: _report(Telling(_K.ACTION_YOURS, (parts.item_owner,))),
    _R.ITEM_DONE: _report(Telling(_K.ACTION_DONE, _TO_WRITER, by_mail=False)),
}
