"""Who allows a compensation is a matter of pieces and severity, and never one's own (rule C7)."""

import pytest

from portal.domain.complaints.severity import set_severity
from portal.domain.complaints.states import Severity
from tests.complaint_cures import act, compensating, investigated_complaint, proposed_complaint
from tests.complaint_scenarios import Complained, filed_complaint, judged_complaint
from tests.e2e.complaint_actors import OnComplaints, is_next
from tests.e2e.complaint_scene import ComplaintScene
from tests.factories import Factory


@pytest.mark.parametrize(
    ("pieces", "major", "asked"),
    [
        ("2", False, ("After-sales",)),
        ("4", False, ("Sales supervisor", "Duty manager")),
        ("2", True, ("General manager",)),
    ],
    ids=["two pieces", "four pieces", "a major incident"],
)
def test_a_compensation_is_told_once_the_approvers_that_the_rule_names_have_allowed_it(
    complaints: ComplaintScene, pieces: str, major: bool, asked: tuple[str, ...]
) -> None:
    proposed = complaints.portal.make_by_verbs(
        lambda make: _proposed(make, complaints, pieces, major=major)
    )
    complaint, service, buyer = proposed.reference, complaints.service, complaints.buyer
    service.chooses(complaint, "Compensation", "It is fair.")
    is_next(service, "Approval of the compensation", f"Asked: {' and '.join(asked)}")
    buyer.opens_complaint(complaint)
    buyer.sees_nothing_of("How it is put right")
    care = complaints.care
    of_role = {
        "After-sales": care.after_sales,
        "Sales supervisor": complaints.cast.supervisor,
        "Duty manager": care.duty_manager,
        "General manager": care.general_manager,
    }
    for role in asked:
        complaints.enters(OnComplaints, of_role[role]).approves(complaint)
    service.opens_complaint(complaint)
    is_next(service, "Approval of the compensation", "Everybody has allowed it.")
    buyer.sees("How it is put right")


async def _proposed(
    make: Factory, complaints: ComplaintScene, pieces: str, *, major: bool
) -> Complained:
    """An investigated complaint for which quality proposes a compensation of so many pieces."""
    filed = await filed_complaint(make, complaints.care)
    if major:
        await act(
            filed, complaints.care.after_sales, set_severity, Severity.MAJOR, "A line stands still."
        )
    found = await investigated_complaint(make, await judged_complaint(make, filed))
    return await proposed_complaint(make, found, by=complaints.care.quality, **compensating(pieces))
