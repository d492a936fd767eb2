"""What the customer's login reads of a corrective action, whatever it asks (rule C9)."""

import asyncpg
import pytest

from portal.database import Login, execute, fetch, unit_of_work
from portal.domain.common.actor import Actor
from portal.domain.common.errors import NotAllowed, NotFound
from portal.domain.corrective_actions.access import action_by_reference
from portal.domain.corrective_actions.customer_view import action_of_complaint
from portal.domain.corrective_actions.owed import demanding
from portal.domain.corrective_actions.verifying import cancel
from tests.complaint_scenarios import Complained, care_of, filed_complaint, judged_complaint
from tests.corrective_action_scenarios import Acting, found, opened_action
from tests.factories import Factory, acting
from tests.scenarios import cast_of


async def two_customers(make: Factory) -> tuple[Acting, Complained, Complained]:
    """One verified action that answers complaints of two customers."""
    ours = await judged_complaint(make)
    theirs = await judged_complaint(
        make, await filed_complaint(make, await care_of(make, await cast_of(make)))
    )
    at = await opened_action(make, ours, theirs)
    return await at.verified(), ours, theirs


async def test_each_customer_sees_the_action_and_only_the_own_complaint(make: Factory) -> None:
    at, ours, theirs = await two_customers(make)
    buyer = ours.care.buyer
    async with acting(buyer):
        seen = await action_of_complaint(ours.reference, by=buyer)
        assert seen.reference == at.reference
        assert seen.record.root_cause == "Nobody checked the gauge."
        assert [step.result for step in seen.corrective_steps] == ["New gauge in use."]
        assert [state.value for state, when in seen.stages if when][-1] == "verified"
        with pytest.raises(NotFound):
            await action_of_complaint(theirs.reference, by=buyer)
        links = await fetch("SELECT account_id FROM corrective_action_complaint")
        assert {row["account_id"] for row in links} == {ours.cast.account.id}
    async with acting(at.leader):
        with pytest.raises(NotAllowed):
            await action_of_complaint(ours.reference, by=at.leader)


async def test_a_stranger_sees_nothing_of_it(make: Factory) -> None:
    at, _, _ = await two_customers(make)
    by_hand = await opened_action(make, care=at.care)
    stranger = (await cast_of(make)).buyer
    async with acting(stranger):
        for table in ("corrective_action", "corrective_action_step", "corrective_action_complaint"):
            columns = "id" if table != "corrective_action_complaint" else "complaint_id"
            assert await fetch(f"SELECT {columns} FROM {table}") == []
        for reference in (at.reference, by_hand.reference):
            with pytest.raises(NotFound):
                await action_by_reference(reference, by=stranger)


ATTACKS = (
    "SELECT leader_id FROM corrective_action",
    "SELECT team FROM corrective_action",
    "SELECT verified_by, checked_by FROM corrective_action",
    "SELECT sent_back_because FROM corrective_action",
    "SELECT owner_id FROM corrective_action_step",
    "SELECT department_id FROM corrective_action_step",
    "SELECT dropped_because FROM corrective_action_step",
    "SELECT linked_by FROM corrective_action_complaint",
    "SELECT capa_waived_because FROM complaint",
    "UPDATE corrective_action SET status = 'verified'",
    "UPDATE corrective_action_step SET result = 'done'",
    "DELETE FROM corrective_action_complaint",
    "UPDATE complaint SET capa_state = 'verified'",
    "SELECT nextval('corrective_action_reference')",
)


@pytest.mark.parametrize("attack", ATTACKS)
async def test_the_customers_login_may_not(make: Factory, attack: str) -> None:
    buyer = (await cast_of(make)).buyer
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await _as_customer(buyer, attack)


async def test_a_customer_cannot_join_an_action_of_others(make: Factory) -> None:
    at, ours, _ = await two_customers(make)
    buyer = ours.care.buyer
    complaint = await make.owner.fetchrow(
        "SELECT id, account_id FROM complaint WHERE reference = $1", ours.reference
    )
    action = await make.owner.fetchval(
        "SELECT id FROM corrective_action WHERE reference = $1",
        (await opened_action(make, care=at.care)).reference,
    )
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await _as_customer(
            buyer,
            f"""INSERT INTO corrective_action_complaint VALUES ({action}, {complaint["id"]},
                {complaint["account_id"]}, {buyer.person_id}, now())""",
        )


async def test_no_clock_and_no_history_of_it_is_a_customers(make: Factory) -> None:
    _, ours, _ = await two_customers(make)
    buyer = ours.care.buyer
    async with acting(buyer):
        kinds = "('corrective_action', 'corrective_action_step')"
        for table in ("target", "activity", "message"):
            rows = await fetch(f"SELECT id FROM {table} WHERE subject_kind IN {kinds}")
            assert rows == [], table


async def test_a_cancelled_action_answers_nobody(make: Factory) -> None:
    complained = await judged_complaint(make)
    at = await opened_action(make, complained)
    async with acting(at.leader):
        await cancel(await found(at.reference, at.leader), "Opened twice.", by=at.leader)
        waiting = await demanding(by=at.leader)
    assert complained.reference in {each.reference for each in waiting}
    buyer = complained.care.buyer
    async with acting(buyer):
        with pytest.raises(NotFound):
            await action_of_complaint(complained.reference, by=buyer)


async def _as_customer(buyer: Actor, sql: str) -> None:
    async with unit_of_work(Login.CUSTOMER, person_id=buyer.person_id, account_id=buyer.account_id):
        await execute(sql)
