"""Corrective and preventive actions: the queue, opening one, its page and what is done on it."""

from portal.staff.corrective_actions import (
    disciplines,
    lists,
    opening,
    papers,
    record,
    verifying,
    working,
)
from portal.staff.corrective_actions.desk import FORMS

# The modules above put their forms there.
assert disciplines and working and verifying  # noqa: S101, PT018

ROUTES = [
    *lists.ROUTES,
    *opening.ROUTES,
    *papers.ROUTES,
    *record.ROUTES,
    *FORMS.routes,
]
