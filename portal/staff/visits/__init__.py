"""Visits and callbacks: the queue, planning one, its page, the record, those of one customer."""

from portal.staff.visits import (
    appointing,
    calendar,
    entry,
    lists,
    of_account,
    preparing,
    record,
    recording,
)
from portal.staff.visits.desk import FORMS

# The modules above put their forms there.
assert appointing and preparing  # noqa: S101, PT018

ROUTES = [
    *lists.ROUTES,
    *calendar.ROUTES,
    *entry.ROUTES,
    *recording.ROUTES,
    *record.ROUTES,
    *of_account.ROUTES,
    *FORMS.routes,
]
