"""The forms of a meeting's page, collected by the modules that say what each does."""

from portal.domain.common.permissions import Permission
from portal.domain.meetings.access import meeting_by_reference
from portal.domain.meetings.tables import Meeting
from portal.staff.meetings.meeting_page import MEETING, show_meeting
from portal.web.record_forms import RecordForms

FORMS: RecordForms[Meeting] = RecordForms(MEETING, load=meeting_by_reference, show=show_meeting)
WRITES = Permission.WRITE_REPORTS
