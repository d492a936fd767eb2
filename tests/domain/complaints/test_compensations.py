"""Proposals side by side, chosen and approved by those whom the rules name (rules C7, C8)."""

import asyncio
from datetime import timedelta
from decimal import Decimal

import pytest

from portal.database import fetch
from portal.domain.common.actor import Actor
from portal.domain.common.errors import FieldErrors, NotAllowed, NotFound, WrongState
from portal.domain.common.permissions import StaffRole
from portal.domain.complaints.approvals import (
    AlreadyDecided,
    DecidedForAnother,
    NotTheApprover,
    OwnCompensation,
    approvals_of,
    approve,
    refuse,
    waiting_for,
)
from portal.domain.complaints.carrying_out import NotReleased, carry_out
from portal.domain.complaints.choosing import waits_for_choice_of_deputy
from portal.domain.complaints.cure_page import cure_of
from portal.domain.complaints.outcome import confirm, object_to
from portal.domain.complaints.proposals import (
    OwnProposal,
    ProposalGone,
    ProposalOfAbsent,
    ProposalOver,
    choose,
    proposals_of,
    propose,
    withdraw_proposal,
)
from portal.domain.complaints.severity import set_severity
from portal.domain.complaints.states import ChargedTo, ComplaintStatus, Severity
from portal.domain.complaints.tables import Approval, Proposal
from portal.domain.service_levels import clock
from portal.domain.service_levels.promise import PromiseState, TargetKind
from tests.complaint_cures import (
    act,
    approve_all,
    chosen_complaint,
    compensating,
    in_days,
    investigated_complaint,
    proposal_facts,
    proposed_complaint,
)
from tests.complaint_scenarios import Complained, loaded
from tests.factories import Factory, acting


async def proposals(complained: Complained) -> list[Proposal]:
    complaint = await complained.record()
    async with acting(complained.care.service):
        return list(await proposals_of(complaint.id))


async def asked(complained: Complained) -> dict[str, Approval]:
    """The approvals of the newest proposal by role."""
    newest = (await proposals(complained))[-1]
    async with acting(complained.care.service):
        return {each.role: each for each in await approvals_of(newest.id)}


async def decide(complained: Complained, by: Actor, role: StaffRole) -> None:
    await act(complained, by, approve, (await asked(complained))[role].id, "Fair enough.")


async def solution(complained: Complained) -> PromiseState:
    complaint = await complained.record()
    async with acting(complained.care.service):
        targets = await clock.targets_of("complaint", complaint.id)
    return next(each.state for each in targets if each.kind is TargetKind.SOLUTION)


async def test_the_supervisor_chooses_among_proposals_of_others(make: Factory) -> None:
    complained = await proposed_complaint(make)
    care = complained.care
    await act(complained, care.service, propose, await proposal_facts(description="Repair"))
    first, own = await proposals(complained)
    assert (first.cost, first.currency, first.round) == (260, "CNY", 1)
    with pytest.raises(OwnProposal):  # rule C8: nobody chooses their own
        await act(complained, care.service, choose, own.id, "Mine is best.")
    for by in (care.after_sales, care.quality, care.buyer):
        with pytest.raises(NotAllowed):
            await act(complained, by, choose, first.id, "Soon.")
    with pytest.raises(FieldErrors):
        await act(complained, care.service, choose, first.id, " ")
    await act(complained, care.service, choose, first.id, "Soon.")
    complaint = await complained.record()
    assert complaint.state is ComplaintStatus.CHOSEN
    with pytest.raises(ProposalGone):
        await act(complained, care.service, choose, first.id, "Again.")
    # Nothing is compensated: nobody has to approve, the customer is told at once.
    assert await asked(complained) == {}
    assert len(await make.events("complaint.released", complaint.account_id)) == 1
    assert await solution(complained) is PromiseState.MET  # rule C2: a workable solution


async def test_what_is_not_released_no_customer_reads(make: Factory) -> None:
    complained = await chosen_complaint(make, **compensating("2"))
    async with acting(complained.care.buyer):
        assert await fetch("SELECT id FROM complaint_proposal") == []
    with pytest.raises(NotReleased):
        await act(complained, complained.care.after_sales, carry_out, "Done.")
    await approve_all(make, complained)
    async with acting(complained.care.buyer):
        (row,) = await proposals_of((await fetch("SELECT id FROM complaint"))[0]["id"])
    assert (row.compensation, row.reasoning, row.chosen_because) == (100, "", "")
    assert await solution(complained) is PromiseState.MET


@pytest.mark.parametrize(
    ("units", "severity", "advance", "roles"),
    [
        ("2", Severity.ORDINARY, "0", {"after_sales"}),
        ("4", Severity.ORDINARY, "0", {"sales_supervisor", "duty_manager"}),
        ("2", Severity.ORDINARY, "60", {"after_sales", "general_manager"}),
        ("2", Severity.MAJOR, "0", {"general_manager"}),
    ],
)
async def test_the_rule_names_who_is_asked(
    make: Factory, units: str, severity: Severity, advance: str, roles: set[str]
) -> None:  # rule C7
    complained = await investigated_complaint(make)
    await act(complained, complained.care.after_sales, set_severity, severity, "See photos.")
    charge = {"charged_to": ChargedTo.FACTORY, "charged_amount": Decimal(200)}
    facts = {**compensating(units), **charge, "advance_percent": Decimal(advance)}
    await chosen_complaint(make, complained, **facts)
    assert set(await asked(complained)) == roles
    wanted = await make.events("complaint.approval_wanted", complained.cast.account.id)
    assert {each["role"] for each in wanted} == roles
    complaint = await complained.record()
    assert complaint.enters_review == (severity is Severity.MAJOR)
    await approve_all(make, complained)
    assert (await proposals(complained))[-1].released_at


async def test_nobody_approves_their_own_nor_in_two_roles(make: Factory) -> None:
    complained = await investigated_complaint(make)
    care, supervisor = complained.care, complained.cast.supervisor
    # The sales supervisor proposes, is away, and the duty manager stands in.
    await proposed_complaint(make, complained, by=supervisor, **compensating("4"))
    (proposal,) = await proposals(complained)
    await act(complained, care.service, choose, proposal.id, "Agreed.")
    with pytest.raises(OwnCompensation):
        await decide(complained, supervisor, StaffRole.SALES_SUPERVISOR)
    for by in (care.after_sales, care.general_manager, care.service):
        with pytest.raises(NotTheApprover):
            await decide(complained, by, StaffRole.SALES_SUPERVISOR)
    today = (await make.owner.fetchval("SELECT business_now()")).date()
    days = (today - timedelta(days=1), today + timedelta(days=2))
    await make.deputy(supervisor, care.duty_manager, *days)
    with pytest.raises(NotTheApprover):  # not even through who stands in for the proposer
        await decide(complained, care.duty_manager, StaffRole.SALES_SUPERVISOR)
    branch_id = complained.cast.account.branch_id
    colleague = await make.staff(StaffRole.SALES_SUPERVISOR, branch_id=branch_id)
    await make.deputy(colleague, care.duty_manager, *days)
    async with acting(care.duty_manager):
        waiting = await waiting_for(care.duty_manager)
    here = [each for each in waiting if each.reference == complained.reference]
    assert {each.role for each in here} == {StaffRole.SALES_SUPERVISOR, StaffRole.DUTY_MANAGER}
    await decide(complained, care.duty_manager, StaffRole.SALES_SUPERVISOR)
    row = (await asked(complained))[StaffRole.SALES_SUPERVISOR]
    assert (row.decided_by, row.decided_for_id) == (
        care.duty_manager.person_id,
        colleague.staff_member_id,
    )
    with pytest.raises(DecidedForAnother):  # two decide where the rule names two
        await decide(complained, care.duty_manager, StaffRole.DUTY_MANAGER)
    async with acting(care.duty_manager):
        waiting = await waiting_for(care.duty_manager)
    assert complained.reference not in [each.reference for each in waiting]
    with pytest.raises(AlreadyDecided):
        await decide(complained, colleague, StaffRole.SALES_SUPERVISOR)
    second = await make.staff(StaffRole.DUTY_MANAGER, branch_id=branch_id)
    await decide(complained, second, StaffRole.DUTY_MANAGER)
    assert (await proposals(complained))[-1].released_at


async def test_who_stands_in_sees_what_waits_for_the_absent(make: Factory) -> None:
    complained = await chosen_complaint(make, **compensating("4"))
    branch_id = complained.cast.account.branch_id
    absent = await make.staff(StaffRole.DUTY_MANAGER, branch_id=branch_id)
    keeper = await make.staff(StaffRole.WAREHOUSE, branch_id=branch_id)
    with pytest.raises(NotFound):
        await complained.record(keeper)
    today = (await make.owner.fetchval("SELECT business_now()")).date()
    await make.deputy(absent, keeper, today - timedelta(days=1), today + timedelta(days=2))
    async with acting(keeper):
        waiting = await waiting_for(keeper)
    assert complained.reference in [each.reference for each in waiting]
    await decide(complained, keeper, StaffRole.DUTY_MANAGER)
    row = (await asked(complained))[StaffRole.DUTY_MANAGER]
    assert row.decided_for_id == absent.staff_member_id
    assert (await complained.record(keeper)).reference  # still there once they have decided


async def test_a_deputy_chooses_for_who_is_away(make: Factory) -> None:  # rule C8
    complained = await proposed_complaint(make)
    care = complained.care
    branch_id = complained.cast.account.branch_id
    absent = await make.staff(StaffRole.SERVICE_SUPERVISOR, branch_id=branch_id)
    await act(complained, absent, propose, await proposal_facts(description="Repair"))
    by_care, by_absent = await proposals(complained)
    keeper = await make.staff(StaffRole.WAREHOUSE, branch_id=branch_id)
    with pytest.raises(NotFound):
        await act(complained, keeper, choose, by_care.id, "Soon.")
    today = (await make.owner.fetchval("SELECT business_now()")).date()
    days = (today - timedelta(days=1), today + timedelta(days=2))
    await make.deputy(absent, keeper, *days)
    async with acting(keeper):
        waiting = await waits_for_choice_of_deputy(keeper)
    (here,) = [each for each in waiting if each.reference == complained.reference]
    assert (here.proposals, here.absent_name) == (1, absent.name)
    with pytest.raises(ProposalOfAbsent):  # not even through who stands in for the proposer
        await act(complained, keeper, choose, by_absent.id, "Soon.")
    await make.deputy(
        await make.staff(StaffRole.DUTY_MANAGER, branch_id=branch_id), care.after_sales, *days
    )
    with pytest.raises(OwnProposal):
        await act(complained, care.after_sales, choose, by_care.id, "Mine is best.")
    await act(complained, keeper, choose, by_care.id, "Soon.")
    row = (await proposals(complained))[0]
    assert (row.chosen_by, row.chosen_for_id) == (keeper.person_id, absent.staff_member_id)
    async with acting(keeper):  # still there once they have chosen
        chosen = (await cure_of(await loaded(complained.reference, keeper))).chosen
    assert chosen
    assert (chosen.chosen_by, chosen.chosen_for) == (keeper.name, absent.name)


async def test_two_who_approve_at_once_release_it_once(make: Factory) -> None:
    complained = await chosen_complaint(make, **compensating("4"))
    care = complained.care
    await asyncio.gather(
        decide(complained, complained.cast.supervisor, StaffRole.SALES_SUPERVISOR),
        decide(complained, care.duty_manager, StaffRole.DUTY_MANAGER),
    )
    account_id = complained.cast.account.id
    assert len(await make.events("complaint.released", account_id)) == 1
    await act(complained, care.after_sales, carry_out, "Done.")
    answers = await asyncio.gather(
        act(complained, care.buyer, confirm, "Li Wei"),
        act(complained, care.after_sales, confirm, "Li Wei"),
        act(complained, care.buyer, object_to, "No.", "Li Wei"),
        return_exceptions=True,
    )
    assert sum(isinstance(each, WrongState) for each in answers) == 2
    assert len(await make.events("complaint.closed", account_id)) <= 1


async def test_a_refusal_asks_for_other_proposals(make: Factory) -> None:
    complained = await chosen_complaint(make, **compensating("4"))
    care = complained.care
    approval_id = (await asked(complained))[StaffRole.DUTY_MANAGER].id
    with pytest.raises(FieldErrors):
        await act(complained, care.duty_manager, refuse, approval_id, "")
    await act(complained, care.duty_manager, refuse, approval_id, "Too much.")
    complaint = await complained.record()
    assert complaint.state is ComplaintStatus.PROPOSED
    assert len(await make.events("complaint.refused", complaint.account_id)) == 1
    with pytest.raises(WrongState):
        await decide(complained, complained.cast.supervisor, StaffRole.SALES_SUPERVISOR)
    assert await solution(complained) is not PromiseState.MET
    await approve_all(make, await chosen_complaint(make, complained, **compensating("2")))
    assert await solution(complained) is PromiseState.MET
    other = await chosen_complaint(make)
    with pytest.raises(NotFound):  # an approval of somebody else's complaint
        await act(other, care.duty_manager, approve, approval_id, "")


async def test_a_major_incident_asks_the_general_manager_whatever_was_asked_before(
    make: Factory,
) -> None:  # rules C2, C7
    complained = await chosen_complaint(make, **compensating("2"))
    care = complained.care
    await act(complained, care.service, set_severity, Severity.MAJOR, "A press stands still.")
    assert set(await asked(complained)) == {"after_sales", "general_manager"}
    assert (await complained.record()).enters_review
    await decide(complained, care.general_manager, StaffRole.GENERAL_MANAGER)
    assert not (await proposals(complained))[-1].released_at
    await approve_all(make, complained)
    assert (await proposals(complained))[-1].released_at


async def test_proposals_are_taken_back_by_their_makers(make: Factory) -> None:
    complained = await proposed_complaint(make)
    care = complained.care
    (proposal,) = await proposals(complained)
    with pytest.raises(NotAllowed):
        await act(complained, care.quality, withdraw_proposal, proposal.id)
    await act(complained, care.after_sales, withdraw_proposal, proposal.id)
    assert (await complained.record()).state is ComplaintStatus.INVESTIGATED
    with pytest.raises(ProposalGone):
        await act(complained, care.service, choose, proposal.id, "Too late.")


async def test_what_promises_a_day_that_is_over_is_not_chosen(make: Factory) -> None:
    complained = await proposed_complaint(make)
    (proposal,) = await proposals(complained)
    over = (await make.owner.fetchval("SELECT business_now()")).date() - timedelta(days=2)
    await make.owner.execute(
        "UPDATE complaint_proposal SET ready_on = $2 WHERE id = $1", proposal.id, over
    )
    with pytest.raises(ProposalOver):
        await act(complained, complained.care.service, choose, proposal.id, "Soon.")


async def test_a_proposal_is_whole(make: Factory) -> None:
    complained = await investigated_complaint(make)
    by = complained.care.after_sales
    wrong = {
        "measure": None,
        "description": " ",
        "ready_on": await in_days(-2),
        "cost": Decimal(-1),
        "compensated_units": Decimal(2),
        "charged_amount": Decimal(5),
        "advance_percent": Decimal(120),
    }
    with pytest.raises(FieldErrors) as refused:
        await act(complained, by, propose, await proposal_facts(**wrong))
    assert [each.field for each in refused.value.errors] == [
        "measure",
        "description",
        "ready_on",
        "cost",
        "compensation",
        "charged_to",
        "charged_amount",
        "advance_percent",
    ]
    advance = {**compensating("2"), "advance_percent": Decimal(30)}
    with pytest.raises(FieldErrors) as refused:  # rule C7: on what the factory bears
        await act(complained, by, propose, await proposal_facts(**advance))
    assert [each.field for each in refused.value.errors] == ["advance_percent"]
