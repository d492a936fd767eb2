"""After closing: how satisfied they are, and what is reviewed (rules C7, C11, C13)."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from portal.domain.common.errors import FieldErrors, NotAllowed, WrongState
from portal.domain.complaints.closing import sum_up
from portal.domain.complaints.follow_ups import follow_ups_of, record_follow_up
from portal.domain.complaints.outcome import object_to
from portal.domain.complaints.reviews import (
    NotToReview,
    ReviewReason,
    cases_to_review,
    conclude,
)
from portal.domain.complaints.severity import set_severity
from portal.domain.complaints.states import ComplaintChannel, Satisfaction, Severity
from portal.domain.service_levels import clock
from portal.domain.service_levels.promise import PromiseState, TargetKind
from tests.complaint_cures import (
    act,
    carried_out_complaint,
    chosen_complaint,
    closed_complaint,
    investigated_complaint,
)
from tests.complaint_scenarios import Complained, judged_complaint
from tests.factories import Factory, acting

BY_PHONE = ComplaintChannel.PHONE


@pytest.fixture
async def _business_clock(make: Factory) -> AsyncIterator[None]:
    yield
    await make.move_clock(timedelta(0))


async def reasons(complained: Complained) -> set[ReviewReason]:
    """Why the case is on the review list, if it is."""
    by = complained.care.service
    async with acting(by):
        cases = {each.reference: each for each in await cases_to_review(by=by, limit=10_000)}
    found = cases.get(complained.reference)
    return set(found.reasons) if found else set()


async def test_somebody_asks_how_it_went(make: Factory) -> None:
    complained = await carried_out_complaint(make)
    by = complained.care.after_sales
    with pytest.raises(WrongState):
        await act(complained, by, record_follow_up, "Li Wei", BY_PHONE, Satisfaction.NEUTRAL, "")
    closed = await closed_complaint(make)
    by = closed.care.after_sales
    with pytest.raises(FieldErrors) as refused:
        await act(closed, by, record_follow_up, " ", None, Satisfaction.DISSATISFIED, "")
    assert [each.field for each in refused.value.errors] == ["reached", "channel", "note"]
    with pytest.raises(NotAllowed):
        await act(
            closed, closed.care.buyer, record_follow_up, "Me", BY_PHONE, Satisfaction.SATISFIED, ""
        )
    await act(closed, by, record_follow_up, "Li Wei", BY_PHONE, Satisfaction.SATISFIED, "")
    complaint = await closed.record()
    async with acting(by):
        targets = await clock.targets_of("complaint", complaint.id)
        assert len(await follow_ups_of(complaint.id)) == 1
    states = {each.kind: each.state for each in targets}
    assert states[TargetKind.FOLLOW_UP] is PromiseState.MET
    assert await reasons(closed) == set()  # all went well
    with pytest.raises(NotToReview):
        await act(closed, closed.care.service, conclude, "Well done.")


async def test_dissatisfied_objected_and_ineffective_cases_are_reviewed_once(make: Factory) -> None:
    complained = await carried_out_complaint(make)
    buyer, by = complained.care.buyer, complained.care.after_sales
    await act(complained, buyer, object_to, "Still hot.", buyer.name)
    assert await reasons(complained) == set()  # not before it is closed
    await closed_complaint(make, complained)
    assert await reasons(complained) == {ReviewReason.UNSATISFACTORY}
    await act(complained, by, sum_up, "The cure did not work.", "", False)
    assert await reasons(complained) == {ReviewReason.UNSATISFACTORY, ReviewReason.INEFFECTIVE}
    other = await closed_complaint(make)
    await act(
        other, by, record_follow_up, "Li Wei", BY_PHONE, Satisfaction.DISSATISFIED, "Too slow."
    )
    assert await reasons(other) == {ReviewReason.UNSATISFACTORY}
    supervisor = complained.care.service
    with pytest.raises(NotAllowed):
        await act(complained, by, conclude, "Train them.")
    with pytest.raises(FieldErrors):
        await act(complained, supervisor, conclude, " ")
    await act(complained, supervisor, conclude, "Greases are kept apart from now on.")
    assert await reasons(complained) == set()
    with pytest.raises(NotToReview):
        await act(complained, supervisor, conclude, "Again.")


async def test_a_major_case_goes_before_management_at_once(make: Factory) -> None:  # rule C7
    complained = await investigated_complaint(make)
    await act(complained, complained.care.service, set_severity, Severity.MAJOR, "A press stands.")
    await chosen_complaint(make, complained)
    assert await reasons(complained) == {ReviewReason.MANAGEMENT}


@pytest.mark.usefixtures("_business_clock")
async def test_late_cases_are_reviewed(make: Factory) -> None:
    complained = await judged_complaint(make)
    await make.move_clock(timedelta(days=20))
    await investigated_complaint(make, complained)
    await closed_complaint(make, complained)
    assert await reasons(complained) == {ReviewReason.LATE}
