"""The customer's word closes a complaint; corrective action and reminders (rules C8, C9)."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from portal.database import Login, unit_of_work
from portal.domain.common.actor import Actor
from portal.domain.common.errors import FieldErrors, NotAllowed, NotFound, WrongState
from portal.domain.common.permissions import CustomerRole
from portal.domain.complaints.capa_demand import CapaDemanded, NothingToCorrect
from portal.domain.complaints.carrying_out import carry_out
from portal.domain.complaints.closing import (
    CapaFirst,
    RemindFirst,
    close_unanswered,
    close_when_nothing_is_left,
    demand_capa,
    sum_up,
)
from portal.domain.complaints.explaining import explain
from portal.domain.complaints.judging import judge_unfounded
from portal.domain.complaints.outcome import confirm, object_to
from portal.domain.complaints.reminding import remind_unconfirmed
from portal.domain.complaints.reopening import reopen
from portal.domain.complaints.severity import set_severity
from portal.domain.complaints.states import (
    CapaState,
    CaseKind,
    ComplaintStatus,
    Responsibility,
    Severity,
)
from portal.domain.complaints.tables import Complaint
from portal.domain.policy.complaint_figures import REMINDERS, UNITS_AFTER_SALES
from portal.domain.service_levels import clock
from portal.domain.service_levels.promise import TargetKind
from tests.complaint_cures import (
    act,
    carried_out_complaint,
    closed_complaint,
    compensating,
    investigated_complaint,
)
from tests.complaint_scenarios import (
    Complained,
    care_of,
    filed_complaint,
    judged_complaint,
    loaded,
    taken_complaint,
)
from tests.factories import Factory, acting


@pytest.fixture
async def _business_clock(make: Factory) -> AsyncIterator[None]:
    yield
    await make.move_clock(timedelta(0))


async def owed(complained: Complained) -> set[TargetKind]:
    complaint = await complained.record()
    async with acting(complained.care.service):
        targets = await clock.targets_of("complaint", complaint.id)
    return {each.kind for each in targets if each.is_open}


async def status(complained: Complained) -> ComplaintStatus:
    return (await complained.record()).state


async def test_the_customers_confirmation_closes_it(make: Factory) -> None:
    complained = await carried_out_complaint(make, **compensating("2"))
    buyer = complained.care.buyer
    assert await owed(complained) == set()
    await act(complained, buyer, confirm, buyer.name)
    complaint = await complained.record()
    assert complaint.state is ComplaintStatus.CLOSED
    assert (complaint.confirmed_name, complaint.closing_reason) == (buyer.name, "")
    assert await owed(complained) == {TargetKind.FOLLOW_UP}  # rule C11
    for kind in ("confirmed", "closed"):
        assert len(await make.events(f"complaint.{kind}", complaint.account_id)) == 1
    with pytest.raises(WrongState):
        await act(complained, buyer, confirm, buyer.name)


async def test_a_confirmation_by_phone_names_the_customer(make: Factory) -> None:
    complained = await carried_out_complaint(make)
    by = complained.care.after_sales
    with pytest.raises(FieldErrors):
        await act(complained, by, confirm, " ")
    reader = await make.buyer(complained.cast.account, CustomerRole.READER)
    stranger = complained.care.representative  # has this complaint not, and works on none
    for nobody in (reader, stranger):
        with pytest.raises(NotAllowed):
            await act(complained, nobody, confirm, "Li Wei")
    await act(complained, by, confirm, "Li Wei")
    assert (await complained.record()).confirmed_name == "Li Wei"


async def test_an_objection_leads_to_another_round(make: Factory) -> None:
    complained = await carried_out_complaint(make, **compensating("2"))
    buyer = complained.care.buyer
    with pytest.raises(FieldErrors):
        await act(complained, buyer, object_to, "", buyer.name)
    await act(complained, buyer, object_to, "One still runs hot.", buyer.name)
    complaint = await complained.record()
    assert (complaint.state, complaint.round) == (ComplaintStatus.PROPOSED, 2)
    assert TargetKind.SOLUTION in await owed(complained)
    with pytest.raises(WrongState):
        await act(complained, complained.care.after_sales, carry_out, "Done again.")
    await closed_complaint(make, complained, **compensating("4"))
    complaint = await complained.record()
    assert (complaint.state, complaint.round) == (ComplaintStatus.CLOSED, 2)
    answers = await make.owner.fetch(
        "SELECT round, accepted FROM complaint_answer WHERE complaint_id = $1 ORDER BY id",
        complaint.id,
    )
    assert [tuple(each) for each in answers] == [(1, False), (2, True)]


async def test_an_objection_to_an_explanation_goes_where_it_came_from(make: Factory) -> None:
    unfounded = await filed_complaint(make)
    words = {"reason": "Not ours at all.", "told": "These are not our bearings."}
    await act(unfounded, unfounded.care.after_sales, judge_unfounded, **words)
    not_ours = await investigated_complaint(make, responsibility=Responsibility.NOT_OURS)
    await act(not_ours, not_ours.care.after_sales, explain, "Fitted without grease.")
    ways = ((unfounded, ComplaintStatus.RECEIVED), (not_ours, ComplaintStatus.INVESTIGATED))
    for complained, way_back in ways:
        buyer = complained.care.buyer
        await act(complained, buyer, object_to, "Look again.", buyer.name)
        assert await status(complained) is way_back
        assert TargetKind.SOLUTION in await owed(complained)
    await act(unfounded, unfounded.care.after_sales, judge_unfounded, **words)
    buyer = unfounded.care.buyer
    await act(unfounded, buyer, confirm, buyer.name)
    assert await status(unfounded) is ComplaintStatus.CLOSED


async def test_what_came_back_after_closing_is_decided_anew(make: Factory) -> None:
    complained = await closed_complaint(make)
    buyer = complained.care.buyer
    await act(complained, buyer, reopen, "It runs hot again.")
    assert await status(complained) is ComplaintStatus.JUDGED
    await investigated_complaint(make, complained)
    await closed_complaint(make, complained, **compensating("1"))
    assert await status(complained) is ComplaintStatus.CLOSED


async def verified(complained: Complained, by: Actor) -> bool:
    """The corrective action is verified, as its own room does it."""

    async def verify(complaint: Complaint, *, by: Actor) -> bool:
        await complaint.lock()
        await complaint.change(capa_state=CapaState.VERIFIED.value)
        return await close_when_nothing_is_left(complaint, by=by)

    return await act(complained, by, verify)


async def test_what_demands_corrective_action_closes_with_it(make: Factory) -> None:
    complained = await carried_out_complaint(make)
    care, buyer = complained.care, complained.care.buyer
    for nobody in (buyer, complained.cast.representative):
        with pytest.raises(NotAllowed):
            await act(complained, nobody, demand_capa, "Twice.")
    with pytest.raises(FieldErrors):
        await act(complained, care.service, demand_capa, " ")
    await act(complained, care.service, demand_capa, "The grease is stored in the sun.")
    with pytest.raises(CapaDemanded):
        await act(complained, care.service, demand_capa, "Again.")
    await act(complained, buyer, confirm, buyer.name)
    assert await status(complained) is ComplaintStatus.CONFIRMED  # rule C9
    assert await owed(complained) == set()
    assert await verified(complained, care.representative)
    assert await status(complained) is ComplaintStatus.CLOSED


async def test_major_and_repeated_complaints_demand_it_by_themselves(make: Factory) -> None:
    care = await care_of(make)
    major = await judged_complaint(make, await filed_complaint(make, care))
    assert (await major.record()).capa is None
    await act(major, care.service, set_severity, Severity.MAJOR, "A press stands still.")
    assert (await major.record()).capa is CapaState.DEMANDED
    again = await judged_complaint(make, await taken_complaint(make, care))
    assert (await again.record()).capa is None
    third = await judged_complaint(make, await taken_complaint(make, care))
    assert (await third.record()).capa is CapaState.DEMANDED  # rule C9: the third about the item
    assert len(await make.events("complaint.capa_demanded", care.cast.account.id)) == 2
    suggestion = await filed_complaint(make, care, kind=CaseKind.SUGGESTION, category=None)
    with pytest.raises(NothingToCorrect):
        await act(suggestion, care.service, demand_capa, "Nice.")


async def remind(make: Factory, days: int) -> None:
    """The worker looks, so many days later."""
    await make.move_clock(timedelta(days=days))
    async with unit_of_work(Login.WORKER):
        while await remind_unconfirmed():
            pass


@pytest.mark.usefixtures("_business_clock")
async def test_who_says_nothing_is_reminded_and_then_the_supervisor_closes(make: Factory) -> None:
    complained = await carried_out_complaint(make)
    care, account_id = complained.care, complained.cast.account.id
    why = "We have reminded you twice; tell us if anything is left."

    async def reminded() -> list[dict[str, Any]]:
        return await make.events("complaint.reminder", account_id)

    version = (await complained.record()).version
    await remind(make, 2)
    assert await reminded() == []
    await remind(make, 4)
    await remind(make, 5)
    assert [each["number"] for each in await reminded()] == [1]
    assert (await complained.record()).version == version  # an open page still confirms
    with pytest.raises(RemindFirst):  # rule C8
        await act(complained, care.service, close_unanswered, why)
    await remind(make, 8)
    await remind(make, 30)
    assert [each["number"] for each in await reminded()] == [1, 2]
    with pytest.raises(NotAllowed):
        await act(complained, care.after_sales, close_unanswered, why)
    with pytest.raises(FieldErrors):
        await act(complained, care.service, close_unanswered, " ")
    await act(complained, care.service, demand_capa, "Twice.")
    with pytest.raises(CapaFirst):  # rule C9
        await act(complained, care.service, close_unanswered, why)
    await verified(complained, care.representative)
    await act(complained, care.service, close_unanswered, why)
    async with acting(care.buyer):
        seen = await loaded(complained.reference, care.buyer)
    assert (seen.state, seen.closing_reason) == (ComplaintStatus.CLOSED, why)
    assert await owed(complained) == {TargetKind.FOLLOW_UP}


async def agree(make: Factory, account_id: int, key: str, value: str) -> None:
    """A figure of the policy that holds for this account alone."""
    await make.owner.execute(
        """INSERT INTO policy_figure (key, scope_kind, scope_value, value, version, valid_from,
               reason)
           VALUES ($1, 'account', $2, $3, 1, '2020-01-01', 'Agreed with them')""",
        key,
        str(account_id),
        value,
    )


@pytest.mark.usefixtures("_business_clock")
async def test_the_policy_says_how_often_and_whom(make: Factory) -> None:
    care = await care_of(make)
    account_id = care.cast.account.id
    await agree(make, account_id, REMINDERS.key, "1")
    await agree(make, account_id, UNITS_AFTER_SALES.key, "5")
    complaint = await judged_complaint(make, await filed_complaint(make, care))
    await investigated_complaint(make, complaint)
    # Rule C7 with another number of pieces: the colleague of after-sales has approved.
    complained = await carried_out_complaint(make, complaint, **compensating("5"))
    for days in (4, 8, 12):
        await remind(make, days)
    assert len(await make.events("complaint.reminder", account_id)) == 1
    await act(complained, care.service, close_unanswered, "We have heard nothing.")
    assert await status(complained) is ComplaintStatus.CLOSED


@pytest.mark.usefixtures("_business_clock")
async def test_an_objection_counts_as_a_reaction(make: Factory) -> None:
    complained = await carried_out_complaint(make)
    buyer = complained.care.buyer
    await remind(make, 4)
    await act(complained, buyer, object_to, "No.", buyer.name)
    await remind(make, 40)
    complaint = await complained.record()
    assert (complaint.state, complaint.reminders) == (ComplaintStatus.PROPOSED, 0)


async def test_a_case_is_summed_up_for_us_alone(make: Factory) -> None:
    complained = await investigated_complaint(make)
    by = complained.care.after_sales
    summing_up = ("Wrong grease from the new supplier.", "The buyer was instructed.", True)
    with pytest.raises(WrongState):
        await act(complained, by, sum_up, *summing_up)
    await closed_complaint(make, complained)
    with pytest.raises(FieldErrors) as refused:
        await act(complained, by, sum_up, "", "", None)
    assert [each.field for each in refused.value.errors] == ["summary", "effective"]
    await act(complained, by, sum_up, *summing_up)
    complaint = await complained.record()
    assert (complaint.summary, complaint.measures, complaint.effective) == summing_up
    async with acting(complained.care.buyer):
        seen = await loaded(complained.reference, complained.care.buyer)
    assert (seen.summary, seen.measures, seen.effective) == ("", "", None)


async def test_two_accounts_confirm_their_own_alone(make: Factory) -> None:
    mine, theirs = await carried_out_complaint(make), await carried_out_complaint(make)
    complaint = await theirs.record()
    buyer: Actor = mine.care.buyer
    async with acting(buyer):
        with pytest.raises(NotFound):
            await confirm(complaint, buyer.name, by=buyer)
    assert await status(theirs) is ComplaintStatus.CARRIED_OUT
