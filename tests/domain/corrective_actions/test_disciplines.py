"""From the problem to the verified result: what each discipline asks for (rule C9)."""

from datetime import timedelta

import pytest

from portal.domain.common.actor import Actor
from portal.domain.common.errors import Conflict, FieldErrors, NotAllowed, NotFound, WrongState
from portal.domain.common.permissions import StaffRole
from portal.domain.corrective_actions import checking, disciplines, steps, verifying
from portal.domain.corrective_actions.disciplines import Description, NothingPlanned
from portal.domain.corrective_actions.opening import OpeningFacts, open_by_hand
from portal.domain.corrective_actions.record_page import action_page, reached
from portal.domain.corrective_actions.verifying import OwnWork
from tests.corrective_action_scenarios import Acting, found, opened_action, steps_step, today
from tests.factories import Factory, acting


def fields(refused: pytest.ExceptionInfo[FieldErrors]) -> set[str]:
    return {error.field for error in refused.value.errors}


async def deputy(make: Factory, absent: int | None, stands_in: int | None) -> None:
    await make.owner.execute(
        """INSERT INTO deputy (staff_member_id, deputy_id, starts_on, ends_on)
           VALUES ($1, $2, current_date - 2, current_date + 2)""",
        absent,
        stands_in,
    )


async def test_opened_by_hand_it_goes_from_discipline_to_discipline(make: Factory) -> None:
    at = await opened_action(make)
    assert at.reference.startswith("CA-")
    leader = at.leader
    async with acting(leader):
        action = await found(at.reference, leader)
        await disciplines.contain(action, "Every bearing is measured.", by=leader)
    assert await at.status() == "contained"
    step = await at.planned()
    assert await at.status() == "planned"
    await at.done(step)
    record = await at.record()
    assert record.status == "carried_out"
    async with acting(leader):
        assert record.check_on == await today() + timedelta(days=30)  # the policy's figure
        stages = reached(record)
    assert [state.value for state, when in stages if when] == [
        "opened",
        "contained",
        "analysed",
        "planned",
        "carried_out",
    ]


async def test_an_opening_says_all_that_is_wrong_with_it(make: Factory) -> None:
    at = await opened_action(make)
    async with acting(at.leader):
        with pytest.raises(FieldErrors) as refused:
            await open_by_hand(OpeningFacts(origin="audit"), by=at.leader)
        assert fields(refused) == {"title", "problem", "department_id", "leader_id"}
        with pytest.raises(FieldErrors) as refused:
            await open_by_hand(OpeningFacts(origin="complaint"), by=at.leader)
        assert fields(refused) == {"origin"}
    sales = await make.staff(StaffRole.SALES_REPRESENTATIVE)
    async with acting(sales):
        with pytest.raises(NotAllowed):
            await open_by_hand(OpeningFacts(origin="audit"), by=sales)


async def test_a_plan_needs_a_cause_and_a_corrective_step(make: Factory) -> None:
    at = await opened_action(make)
    leader = at.leader
    await at.add_step(kind="containment", what="Block batch B7")
    async with acting(leader):
        action = await found(at.reference, leader)
        due = await today()
        with pytest.raises(FieldErrors) as refused:
            await steps.add_step(action, at.facts(due), by=leader)
        assert fields(refused) == {"kind"}
        with pytest.raises(FieldErrors) as refused:
            await disciplines.analyse(action, ["", " "], "moon", " ", by=leader)
        assert fields(refused) == {"whys", "cause", "root_cause"}
        with pytest.raises(WrongState):
            await disciplines.plan(action, by=leader)
    await at.analysed()
    async with acting(leader):
        action = await found(at.reference, leader)
        assert action.why_chain == ("The bore was too wide", "The gauge was worn")
        with pytest.raises(NothingPlanned):
            await disciplines.plan(action, by=leader)
        with pytest.raises(FieldErrors) as refused:
            await steps.add_step(action, at.facts(due - timedelta(days=3), what=""), by=leader)
        assert fields(refused) == {"what", "due_on"}


async def test_two_who_write_at_once_do_not_overwrite_each_other(make: Factory) -> None:
    at = await opened_action(make)
    leader, said = at.leader, await at.record()
    about = Description("Hot", "Hot bearings", "", at.care.department_id, leader.staff_member_id)
    async with acting(leader):
        action = await found(at.reference, leader)
        await disciplines.describe(action, about, by=leader, expected_version=said.version)
    async with acting(leader):
        action = await found(at.reference, leader)
        with pytest.raises(Conflict):
            await disciplines.contain(action, "x", by=leader, expected_version=said.version)


async def test_a_step_runs_on_a_clock_that_no_customer_has(make: Factory) -> None:
    at = await opened_action(make)
    await at.analysed()
    step_id = await at.add_step(days=5)
    leader, owner = at.leader, at.care.after_sales
    async with acting(leader):
        page = await action_page(at.reference, by=leader)
    (view,) = page.steps
    assert view.promise is not None
    assert view.promise.account_id is None
    assert view.promise.owner_id == owner.staff_member_id
    assert view.promise.reference == at.reference
    assert page.promise == view.promise
    first = view.promise.due_at
    async with acting(leader):
        action = await found(at.reference, leader)
        later = at.facts(
            view.record.due_on + timedelta(days=7), owner_id=at.care.service.staff_member_id
        )
        step = await steps_step(action, step_id)
        with pytest.raises(FieldErrors) as refused:
            await steps.change_step(action, step, later, " ", by=leader)
        assert fields(refused) == {"reason"}
        await steps.change_step(action, step, later, "The gauge is late.", by=leader)
        page = await action_page(at.reference, by=leader)
    promise = page.steps[0].promise
    assert promise is not None
    assert promise.due_at == first + timedelta(days=7)
    assert promise.owner_id == at.care.service.staff_member_id
    assert promise.explanation is not None
    assert [each.reason for each in promise.explanation.earlier] == ["The gauge is late."]
    await at.done(step_id)
    async with acting(leader):
        page = await action_page(at.reference, by=leader)
    assert page.steps[0].promise is not None
    assert page.steps[0].promise.state == "met"
    async with acting(leader):
        action = await found(at.reference, leader)
        step = await steps_step(action, step_id)
        with pytest.raises(WrongState):
            await steps.drop_step(action, step, "Late", by=leader)


async def test_a_step_is_reported_by_its_owner_or_who_stands_in(make: Factory) -> None:
    at = await opened_action(make)
    await at.analysed()
    clerk = await make.staff(StaffRole.FINANCE, branch_id=at.care.cast.account.branch_id)
    other = await make.staff(StaffRole.FINANCE)
    step_id = await at.add_step(owner_id=clerk.staff_member_id)
    second = await at.add_step(owner_id=clerk.staff_member_id)
    async with acting(other):  # no part in it: it is not there for them
        with pytest.raises(NotFound):
            await found(at.reference, other)
    await at.done(step_id, by=clerk)
    await deputy(make, clerk.staff_member_id, other.staff_member_id)
    await at.done(second, by=other)
    async with acting(clerk):
        action = await found(at.reference, clerk)
        with pytest.raises(NotAllowed):
            await disciplines.plan(action, by=clerk)


async def test_the_last_step_of_a_plan_is_changed_not_dropped(make: Factory) -> None:
    at = await opened_action(make)
    step_id = await at.planned()
    leader = at.leader
    async with acting(leader):
        action = await found(at.reference, leader)
        with pytest.raises(FieldErrors) as refused:
            await steps.drop_step(
                action, await steps_step(action, step_id), "Not needed", by=leader
            )
        assert fields(refused) == {"reason"}
    second = await at.add_step(kind="preventive", what="Train the shift")
    await at.done(step_id)
    assert await at.status() == "planned"
    async with acting(leader):
        action = await found(at.reference, leader)
        await steps.drop_step(action, await steps_step(action, second), "Done before", by=leader)
    assert await at.status() == "carried_out"


async def test_the_effect_is_checked_after_its_day_not_before(make: Factory) -> None:
    at = await opened_action(make)
    await at.done(await at.planned())
    leader = at.leader
    async with acting(leader):
        action = await found(at.reference, leader)
        with pytest.raises(FieldErrors) as refused:
            await checking.check_effectiveness(action, True, "", "", by=leader)
        assert fields(refused) == {"effective", "result", "prevention"}
        await checking.set_check_day(action, await today(), "Enough was made.", by=leader)
        await checking.check_effectiveness(
            action, True, "No fault since.", "On the list.", by=leader
        )
        page = await action_page(at.reference, by=leader)
    assert page.status == "checked"
    assert page.promise is None  # the check was owed, and was made
    assert {each.kind.value for each in page.promises} == {"corrective_step", "effectiveness_check"}


async def test_what_did_not_work_is_analysed_anew_and_needs_another_step(make: Factory) -> None:
    at = await (await opened_action(make)).checked(effective=False)
    record, leader = await at.record(), at.leader
    assert (record.status, record.effective) == ("analysed", False)
    async with acting(leader):
        action = await found(at.reference, leader)
        with pytest.raises(NothingPlanned):
            await disciplines.plan(action, by=leader)
    await at.add_step(what="Buy another gauge")
    async with acting(leader):
        await disciplines.plan(await found(at.reference, leader), by=leader)
    record = await at.record()
    assert (record.status, record.effective, record.check_result) == ("planned", None, "")


async def test_another_cause_opens_the_plan_again(make: Factory) -> None:
    at = await opened_action(make)
    await at.planned()
    await at.analysed()
    assert await at.status() == "analysed"


async def verifies(at: Acting, by: Actor) -> None:
    async with acting(by):
        await verifying.verify(await found(at.reference, by), "Gauges are checked monthly.", by=by)


async def test_the_management_representative_verifies_and_nobody_else(make: Factory) -> None:
    at = await (await opened_action(make)).checked()
    for other in (at.care.general_manager, at.leader, at.care.service):
        with pytest.raises(NotAllowed):
            await verifies(at, other)
    head = at.care.representative
    async with acting(head):
        action = await found(at.reference, head)
        with pytest.raises(FieldErrors):
            await verifying.verify(action, " ", by=head)
        await verifying.send_back(action, "Show the calibration.", by=head)
    record = await at.record()
    assert (record.status, record.sent_back_because) == ("analysed", "Show the calibration.")
    assert record.effective is None
    at = await (await opened_action(make, care=at.care)).verified()
    assert await at.status() == "verified"
    async with acting(at.leader):
        with pytest.raises(WrongState):
            await disciplines.contain(await found(at.reference, at.leader), "x", by=at.leader)


async def test_a_deputy_verifies_with_the_name_of_the_absent_one(make: Factory) -> None:
    at = await (await opened_action(make)).checked()
    # Somebody who reads no corrective actions, until they stand in.
    clerk = await make.staff(StaffRole.FINANCE)
    with pytest.raises(NotFound):
        await verifies(at, clerk)
    await deputy(make, at.care.representative.staff_member_id, clerk.staff_member_id)
    await verifies(at, clerk)
    record = await at.record()
    assert record.verified_by == clerk.person_id
    assert record.verified_for_id == at.care.representative.staff_member_id


async def test_nobody_verifies_what_they_led_or_checked(make: Factory) -> None:
    at = await opened_action(make)
    head = at.care.representative
    about = Description("Hot", "Hot bearings", "", at.care.department_id, head.staff_member_id)
    async with acting(at.leader):
        await disciplines.describe(await found(at.reference, at.leader), about, by=at.leader)
    await at.checked()
    clerk = await make.staff(StaffRole.FINANCE)
    await deputy(make, head.staff_member_id, clerk.staff_member_id)
    for by in (head, clerk):  # nor does who stands in for them
        with pytest.raises(OwnWork):
            await verifies(at, by)
    await verifies(at, await make.staff(StaffRole.MANAGEMENT_REPRESENTATIVE))


async def test_what_was_opened_in_error_is_cancelled_and_owes_nothing(make: Factory) -> None:
    at = await opened_action(make)
    await at.planned()
    leader = at.leader
    async with acting(leader):
        await verifying.cancel(await found(at.reference, leader), "Opened twice.", by=leader)
        page = await action_page(at.reference, by=leader)
    assert page.status == "cancelled"
    assert page.promise is None
