"""Steps and their effect: given, changed, reported, dropped, checked (D5, D6)."""

from portal.domain.common.words import N_
from portal.domain.corrective_actions import checking, steps
from portal.domain.corrective_actions.access import step_of
from portal.domain.corrective_actions.steps import StepFacts
from portal.domain.corrective_actions.tables import CorrectiveAction
from portal.staff.corrective_actions.desk import (
    CONCERNED,
    FORMS,
    WORKS,
    AboutStep,
    Text,
)
from portal.staff.corrective_actions.disciplines import PEOPLE
from portal.staff.corrective_actions.panels import Panel
from portal.web.forms import Day, RecordId
from portal.web.record_forms import Sent, Versioned


class Given(Versioned):
    kind: Text = ""
    what: Text = ""
    department: RecordId | None = None
    owner: RecordId | None = None
    due_on: Day | None = None


class Changed(AboutStep):
    what: Text = ""
    department: RecordId | None = None
    owner: RecordId | None = None
    due_on: Day | None = None
    reason: Text = ""


class Done(AboutStep):
    result: Text = ""


class Dropped(AboutStep):
    reason: Text = ""


class CheckDay(Versioned):
    check_on: Day | None = None
    reason: Text = ""


class Checked(Versioned):
    effective: Text = ""
    result: Text = ""
    prevention: Text = ""


@FORMS.form(
    Panel.STEP,
    Given,
    N_("Given. Its owner is told, and its clock runs."),
    asks=WORKS,
    fields=PEOPLE,
    anchor="#d5",
)
async def add_step(action: CorrectiveAction, given: Given, sent: Sent) -> None:
    """Give somebody a step to do by a day (rule C9)."""
    facts = StepFacts(given.kind, given.what, given.department, given.owner, given.due_on)
    await steps.add_step(action, facts, by=sent.by, expected_version=given.version)


@FORMS.form(
    Panel.STEP_CHANGE,
    Changed,
    N_("Changed. Its owner is told."),
    asks=WORKS,
    fields=PEOPLE,
    anchor="#d5",
)
async def change_step(action: CorrectiveAction, given: Changed, sent: Sent) -> None:
    """Another wording, owner or day of a step, with the reason."""
    step = await step_of(action, given.about)
    facts = StepFacts(step.kind, given.what, given.department, given.owner, given.due_on)
    await steps.change_step(
        action, step, facts, given.reason, by=sent.by, expected_version=given.version
    )


@FORMS.form(Panel.STEP_RESULT, Done, N_("Reported as done."), asks=CONCERNED, anchor="#d5")
async def report_step(action: CorrectiveAction, given: Done, sent: Sent) -> None:
    """Its owner, or who stands in for them, says what was done."""
    step = await step_of(action, given.about)
    await steps.step_done(action, step, given.result, by=sent.by)


@FORMS.form(
    Panel.STEP_REMOVAL, Dropped, N_("Dropped. Its owner is told."), asks=WORKS, anchor="#d5"
)
async def drop_step(action: CorrectiveAction, given: Dropped, sent: Sent) -> None:
    """The step is not needed after all."""
    step = await step_of(action, given.about)
    await steps.drop_step(action, step, given.reason, by=sent.by, expected_version=given.version)


@FORMS.form(Panel.CHECK_DAY, CheckDay, N_("The check has another day."), asks=WORKS, anchor="#d6")
async def set_check_day(action: CorrectiveAction, given: CheckDay, sent: Sent) -> None:
    """Check on another day, with the reason."""
    await checking.set_check_day(
        action, given.check_on, given.reason, by=sent.by, expected_version=given.version
    )


@FORMS.form(
    Panel.CHECK,
    Checked,
    N_("Recorded. The management representative is asked to verify it."),
    asks=WORKS,
    fields={"prevention": "prevention"},
    anchor="#d6",
)
async def check_effect(action: CorrectiveAction, given: Checked, sent: Sent) -> str | None:
    """Say whether it worked, once the day set for the check has come (D6)."""
    effective = {"yes": True, "no": False}.get(given.effective)
    await checking.check_effectiveness(
        action,
        effective,
        given.result,
        given.prevention,
        by=sent.by,
        expected_version=given.version,
    )
    return None if effective else N_("Recorded. The analysis begins anew.")
