"""The forms of a complaint's page, collected by the modules that say what each does."""

from typing import Annotated

from pydantic import StringConstraints

from portal.domain.common.permissions import Permission
from portal.domain.complaints.finding import complaint_by_reference
from portal.domain.complaints.tables import Complaint
from portal.staff.complaints.page import COMPLAINT, show_complaint
from portal.web.forms import RecordId
from portal.web.record_forms import RecordForms, Versioned

FORMS: RecordForms[Complaint] = RecordForms(
    COMPLAINT, load=complaint_by_reference, show=show_complaint
)
# Whoever took a complaint has it, whatever their role (C1, C14): the verbs ask for more.
READS = Permission.READ_COMPLAINTS
Text = Annotated[str, StringConstraints(max_length=10_000)]


class Reason(Versioned):
    reason: Text = ""


class About(Versioned):
    """A form about a part of the complaint: a proposal, an approval, a look-up."""

    about: RecordId


class Name(Versioned):
    """Who of the customer said so, on the phone."""

    name: Text = ""


class Objection(Name):
    reason: Text = ""
