"""The forms of a contact report's page, collected by the modules that say what each does."""

from portal.domain.common.permissions import Permission
from portal.domain.meetings.access import report_by_reference
from portal.domain.meetings.tables import ContactReport
from portal.staff.meetings.report_page import REPORT, show_report
from portal.web.record_forms import RecordForms

FORMS: RecordForms[ContactReport] = RecordForms(REPORT, load=report_by_reference, show=show_report)
WRITES = Permission.WRITE_REPORTS
# Anybody of us can own an action: the domain knows who has a part in it.
CONCERNED = Permission.READ_VISITS
