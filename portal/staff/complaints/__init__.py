"""Complaints as staff work on them: queue, taking one, the page with its verbs, dealers, faults."""

from portal.staff.complaints import (
    dealers,
    entry,
    fault_file,
    handling,
    investigating,
    learning,
    lists,
    record,
    resolving,
)
from portal.staff.complaints.desk import FORMS

# The modules that say what the forms do put them there.
assert handling and investigating and resolving and learning  # noqa: S101, PT018

ROUTES = [
    *lists.ROUTES,
    *entry.ROUTES,
    *dealers.ROUTES,
    *fault_file.ROUTES,
    *record.ROUTES,
    *FORMS.routes,
]
