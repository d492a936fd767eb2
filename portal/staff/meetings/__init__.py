"""Meetings, contact reports and the log of an account: lists, pages and what is done on them."""

from portal.staff.meetings import (
    entry,
    holding,
    lists,
    log,
    meeting_record,
    noticing,
    report_answers,
    report_record,
    report_writing,
)
from portal.staff.meetings.meeting_forms import FORMS as MEETING_FORMS
from portal.staff.meetings.report_forms import FORMS as REPORT_FORMS

# The modules above put their forms there.
assert holding and noticing and report_answers and report_writing  # noqa: S101, PT018

ROUTES = [
    *lists.ROUTES,
    *entry.ROUTES,
    *meeting_record.ROUTES,
    *report_record.ROUTES,
    *log.ROUTES,
    *MEETING_FORMS.routes,
    *REPORT_FORMS.routes,
]
