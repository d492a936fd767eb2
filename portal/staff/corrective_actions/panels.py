"""The forms of a corrective action's page: what each is called, where it stands, who may open it.

The value is its address: `?do=analysis`.
"""

from collections.abc import Mapping

from portal.domain.common.words import N_, Worded
from portal.domain.corrective_actions.record_page import ActionPage
from portal.domain.corrective_actions.states import CorrectiveActionStatus

_S = CorrectiveActionStatus


class Panel(Worded):
    """A form that can stand open on the page."""

    DESCRIPTION = "description", N_("Team and problem")
    LINK = "complaint", N_("Link a complaint")
    UNLINK = "complaint-removal", N_("Take a complaint off")
    CONTAINMENT = "containment", N_("Contain it")
    ANALYSIS = "analysis", N_("Find the cause")
    STEP = "step", N_("Add a step")
    STEP_CHANGE = "step-change", N_("Change the step")
    STEP_RESULT = "step-result", N_("Report the step done")
    STEP_REMOVAL = "step-removal", N_("Drop the step")
    PLAN = "plan", N_("Settle the plan")
    CHECK_DAY = "check-day", N_("Move the check")
    CHECK = "check", N_("Check the effect")
    PREVENTION = "prevention", N_("Keep it from coming back")
    VERIFICATION = "verification", N_("Verify")
    RETURN = "return", N_("Send back")
    CANCELLATION = "cancellation", N_("Cancel it")


# Under which discipline a form opens.
DISCIPLINE_OF: Mapping[Panel, int] = {
    Panel.DESCRIPTION: 1,
    Panel.LINK: 2,
    Panel.UNLINK: 2,
    Panel.CONTAINMENT: 3,
    Panel.ANALYSIS: 4,
    Panel.STEP: 5,
    Panel.STEP_CHANGE: 5,
    Panel.STEP_RESULT: 5,
    Panel.STEP_REMOVAL: 5,
    Panel.PLAN: 5,
    Panel.CHECK_DAY: 6,
    Panel.CHECK: 6,
    Panel.PREVENTION: 7,
    Panel.VERIFICATION: 8,
    Panel.RETURN: 8,
    Panel.CANCELLATION: 8,
}
# What the customers of the linked complaints read, and what stays with us.
INTERNAL = frozenset({Panel.RETURN, Panel.CANCELLATION, Panel.STEP_REMOVAL, Panel.UNLINK})
OF_STEPS = frozenset({Panel.STEP_CHANGE, Panel.STEP_RESULT, Panel.STEP_REMOVAL})
_BEFORE_DONE = frozenset({_S.OPENED, _S.CONTAINED, _S.ANALYSED, _S.PLANNED})
_TO_PREVENT = frozenset({_S.ANALYSED, _S.PLANNED, _S.CARRIED_OUT})


def offered_panels(page: ActionPage) -> frozenset[Panel]:
    """The forms that this viewer can open now."""
    works, status = page.can_work, page.status
    offers = {
        Panel.DESCRIPTION: works,
        Panel.LINK: works,
        Panel.UNLINK: works and bool(page.complaints),
        Panel.CONTAINMENT: works and status in _BEFORE_DONE,
        Panel.ANALYSIS: works and status in _BEFORE_DONE,
        Panel.STEP: works and status in _BEFORE_DONE,
        Panel.STEP_CHANGE: works and any(step.is_open for step in page.steps),
        Panel.STEP_REMOVAL: works and any(step.is_open for step in page.steps),
        Panel.STEP_RESULT: any(step.is_open and (works or step.is_mine) for step in page.steps),
        Panel.PLAN: works and status is _S.ANALYSED,
        Panel.CHECK_DAY: works and status is _S.CARRIED_OUT,
        Panel.CHECK: works and status is _S.CARRIED_OUT,
        Panel.PREVENTION: works and status in _TO_PREVENT,
        Panel.VERIFICATION: page.can_verify,
        Panel.RETURN: page.can_verify,
        Panel.CANCELLATION: works,
    }
    return frozenset(panel for panel, is_offered in offers.items() if is_offered)


def next_panel(page: ActionPage, offers: frozenset[Panel]) -> Panel | None:
    """The one form that takes it further now: the primary action of the page."""
    order: Mapping[CorrectiveActionStatus, tuple[Panel, ...]] = {
        _S.OPENED: (Panel.CONTAINMENT,),
        _S.CONTAINED: (Panel.ANALYSIS,),
        _S.ANALYSED: (Panel.PLAN,) if page.steps_of_kind("corrective") else (Panel.STEP,),
        _S.CARRIED_OUT: (Panel.CHECK,) if page.check_may_begin else (),
        _S.CHECKED: (Panel.VERIFICATION,),
    }
    return next((panel for panel in order.get(page.status, ()) if panel in offers), None)
