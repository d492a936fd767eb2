"""What notices of visits, opinions, meetings, reports and surveys say under their headlines.

Customers read what was written for them: no goal, no report, no owner (rules V5, V6).
"""

from collections.abc import Mapping

from portal.domain.common.words import N_
from portal.domain.notices.fact_names import Fact
from portal.domain.notices.kinds import NoticeKind

_F, _K = Fact, NoticeKind
_APPOINTMENT = (_F.ACCOUNT, _F.STARTS, _F.WAY, _F.MEETING_PLACE, _F.PEOPLE)
_MOVED = (_F.ACCOUNT, _F.STARTS_BEFORE, _F.STARTS, _F.WAY, _F.MEETING_PLACE, _F.PEOPLE)
_TO_STAFF = (_F.ACCOUNT, _F.STARTS, _F.WAY, _F.MEETING_PLACE)
_PLANNED = (_F.ACCOUNT, _F.CASE_KIND, _F.VISIT_RULE, _F.DUE_ON, _F.STARTS)
_OPINION = (_F.ACCOUNT, _F.SENTIMENT, _F.ABOUT, _F.DUE)
_MEETING = (_F.TITLE, *_APPOINTMENT)
_REPORT = (_F.TITLE, _F.ACCOUNT, _F.HAPPENED)

FACTS_OF_VISITS: Mapping[NoticeKind, tuple[Fact, ...]] = {
    _K.VISIT_PROPOSED: _APPOINTMENT,
    _K.VISIT_AGREED: _APPOINTMENT,
    _K.VISIT_MOVED: _MOVED,
    _K.VISIT_CALLED_OFF: _APPOINTMENT,
    _K.VISIT_NEAR: _APPOINTMENT,
    _K.VISIT_SUMMED_UP: (_F.HAPPENED, _F.WAY),
    _K.VISIT_CONFIRMED: _TO_STAFF,
    _K.VISIT_COUNTERED: (_F.ACCOUNT, _F.STARTS_BEFORE, _F.STARTS),
    _K.VISIT_PLANNED: _PLANNED,
    _K.VISIT_GIVEN: _PLANNED,
    _K.VISIT_TAKEN: _PLANNED,
    _K.VISIT_TO_PREPARE: _TO_STAFF,
    _K.VISIT_RESCHEDULED: _MOVED,
    _K.VISIT_CANCELLED: _PLANNED,
    _K.VISIT_DISSATISFIED: (_F.ACCOUNT, _F.HAPPENED, _F.CAUSE),
    _K.INQUIRY_RETURNED: (_F.ACCOUNT,),
}
FACTS_OF_OPINIONS: Mapping[NoticeKind, tuple[Fact, ...]] = {
    _K.OPINION_TO_ANSWER: _OPINION,
    _K.OPINION_FROM_SURVEY: _OPINION,
    _K.OPINION_GIVEN: _OPINION,
    _K.OPINION_TAKEN: _OPINION,
    _K.OPINION_DROPPED: _OPINION,
    _K.OPINION_OPEN_AGAIN: _OPINION,
    _K.OPINION_ANSWERED: (_F.ABOUT,),
}
FACTS_OF_MEETINGS: Mapping[NoticeKind, tuple[Fact, ...]] = {
    _K.MEETING_YOURS: _MEETING,
    _K.MEETING_PLANNED: _MEETING,
    _K.MEETING_MOVED: _MEETING,
    _K.MEETING_CALLED_OFF: _MEETING,
    _K.CHECK_MATERIAL: _MEETING,
    _K.CONFIRM_ATTENDANCE: _MEETING,
    _K.REPORT_OWED: _REPORT,
    _K.REPORT_SENT: _REPORT,
    _K.REPORT_CORRECTED: _REPORT,
    _K.REPORT_ACKNOWLEDGED: _REPORT,
    _K.REPORT_COMMENTED: _REPORT,
    _K.ACTION_YOURS: (*_REPORT, _F.ACTIONS, _F.DUE_ON),
    _K.ACTION_DONE: (*_REPORT, _F.ACTIONS),
}
FACTS_OF_SURVEYS: Mapping[NoticeKind, tuple[Fact, ...]] = {
    _K.SURVEY_WAITS: (_F.TITLE, _F.ANSWER_UNTIL),
}
FACTS_OF_RELATIONS: Mapping[NoticeKind, tuple[Fact, ...]] = {
    **FACTS_OF_VISITS,
    **FACTS_OF_OPINIONS,
    **FACTS_OF_MEETINGS,
    **FACTS_OF_SURVEYS,
}
_APPOINTMENT_TO_ANSWER = N_("Agree or ask for another time")
_OPEN_VISIT, _OPEN_OPINION = N_("Open the appointment"), N_("Open the opinion")
ACTIONS_OF_RELATIONS: Mapping[NoticeKind, str] = {
    **dict.fromkeys(FACTS_OF_VISITS, _OPEN_VISIT),
    **dict.fromkeys(FACTS_OF_OPINIONS, _OPEN_OPINION),
    **dict.fromkeys(FACTS_OF_MEETINGS, N_("Open the report")),
    **dict.fromkeys(
        (
            _K.MEETING_YOURS,
            _K.MEETING_PLANNED,
            _K.MEETING_MOVED,
            _K.MEETING_CALLED_OFF,
            _K.CHECK_MATERIAL,
            _K.CONFIRM_ATTENDANCE,
        ),
        N_("Open the meeting"),
    ),
    _K.VISIT_PROPOSED: _APPOINTMENT_TO_ANSWER,
    _K.VISIT_MOVED: _APPOINTMENT_TO_ANSWER,
    _K.VISIT_SUMMED_UP: N_("Read it"),
    _K.OPINION_ANSWERED: N_("Read the answer"),
    _K.SURVEY_WAITS: N_("Answer the survey"),
}
# Customers read what was written for them and what they wrote themselves.
QUOTING_OF_RELATIONS = frozenset(
    {
        _K.VISIT_PROPOSED,
        _K.VISIT_AGREED,
        _K.VISIT_MOVED,
        _K.VISIT_RESCHEDULED,
        _K.VISIT_CALLED_OFF,
        _K.VISIT_SUMMED_UP,
        _K.VISIT_COUNTERED,
        _K.VISIT_CANCELLED,
        _K.OPINION_TO_ANSWER,
        _K.OPINION_FROM_SURVEY,
        _K.OPINION_GIVEN,
        _K.OPINION_OPEN_AGAIN,
        _K.OPINION_DROPPED,
        _K.OPINION_ANSWERED,
        _K.MEETING_MOVED,
        _K.MEETING_CALLED_OFF,
        _K.REPORT_CORRECTED,
        _K.REPORT_COMMENTED,
        _K.ACTION_DONE,
    }
)
