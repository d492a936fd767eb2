"""Where a complaint stands and what is next, as a checklist: each step with the forms that take it.

Pure: what is offered here the verbs check again under a lock.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.domain.common.permissions import Permission
from portal.domain.complaints.states import ComplaintStatus
from portal.staff.complaints.panels import Panel
from portal.staff.complaints.steps import Case, Offer, StepRow
from portal.staff.complaints.steps_to_cure import (
    approval,
    confirmation,
    corrective_action,
    follow_up,
    outcome,
    proposals,
    review,
    summing_up,
)
from portal.staff.complaints.steps_to_finding import (
    answer,
    explanation,
    investigation,
    judgement,
)

_S = ComplaintStatus
_MAY = Permission
_STEPS = (
    judgement,
    investigation,
    explanation,
    proposals,
    approval,
    outcome,
    confirmation,
    corrective_action,
    summing_up,
    follow_up,
    review,
)


@dataclass(frozen=True, slots=True)
class Course:
    """The checklist, the forms of the complaint as a whole, those beside what they are about."""

    rows: Sequence[StepRow]
    at_the_top: Sequence[Panel]
    in_place: Sequence[Panel] = ()

    def offers(self, panel: str) -> bool:
        """Whether the form can be opened now."""
        return panel in self.at_the_top or panel in self.in_place or self.row_of(panel) is not None

    @property
    def next_offer(self) -> Offer | None:
        """What the viewer can do next, if anything waits for them."""
        return next((each for row in self.rows if row.is_open for each in row.offers), None)

    def row_of(self, panel: str) -> StepRow | None:
        """The step under which a form stands open."""
        return next(
            (row for row in self.rows if any(each.panel == panel for each in row.offers)), None
        )


def course_of(case: Case) -> Course:
    """The checklist of a complaint, or of a lighter kind (C15)."""
    if not case.record.case.is_complaint:
        rows = [answer(case)]
    else:
        rows = [row for row in (make(case) for make in _STEPS) if row is not None]
    return Course(rows, _only(_top(case)), _only(_in_place(case)))


def _top(case: Case) -> Mapping[Panel, bool]:
    status, is_open = case.status, case.status.is_open
    works = case.may(_MAY.WORK_ON_COMPLAINTS)
    return {
        Panel.QUESTION: case.works and is_open and not case.record.question,
        Panel.ANSWERED: case.works and bool(case.record.question),
        Panel.OFFER: case.works and is_open,
        Panel.OFFER_DECLINED: case.is_offered and is_open,
        Panel.SEVERITY: works and is_open and case.record.case.is_complaint,
        Panel.ESCALATION: is_open and (case.works or case.may(_MAY.SUPERVISE_COMPLAINTS)),
        Panel.CORRECTIVE_ACTION: works
        and case.record.case.is_complaint
        and case.record.capa is None
        and status not in {_S.CLOSED, _S.WITHDRAWN},
        Panel.GOODS: works and is_open,
        Panel.WITHDRAWAL: case.works and is_open and status is not _S.CONFIRMED,
        Panel.REOPENING: works and status is _S.CLOSED,
    }


def _in_place(case: Case) -> Mapping[Panel, bool]:
    works = case.may(_MAY.WORK_ON_COMPLAINTS)
    return {
        Panel.GOODS_CORRECTED: works and case.status.is_open,
        Panel.PROPOSAL_WITHDRAWAL: works and case.status is _S.PROPOSED,
    }


def _only(offers: Mapping[Panel, bool]) -> list[Panel]:
    return [panel for panel, is_offered in offers.items() if is_offered]
