"""The forms of a corrective action's page, collected by the modules that say what each does."""

from typing import Annotated

from pydantic import StringConstraints

from portal.domain.common.permissions import Permission
from portal.domain.corrective_actions.access import action_by_reference
from portal.domain.corrective_actions.tables import CorrectiveAction
from portal.staff.corrective_actions.page import ACTION, show_action
from portal.web.forms import RecordId
from portal.web.record_forms import RecordForms, Versioned

FORMS: RecordForms[CorrectiveAction] = RecordForms(
    ACTION, load=action_by_reference, show=show_action
)
# Anybody of us can own a step, or stand in for who verifies: the domain knows who has a part in it.
CONCERNED = Permission.READ_WORKLIST
WORKS = Permission.WORK_ON_CORRECTIVE_ACTIONS
Text = Annotated[str, StringConstraints(max_length=10_000)]


class Reason(Versioned):
    reason: Text = ""


class AboutStep(Versioned):
    """A form about one of the steps."""

    about: RecordId


class OfComplaint(Versioned):
    """A form about a complaint, by its reference."""

    complaint: Text = ""
