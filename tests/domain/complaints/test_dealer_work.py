"""Dealers do workmanship, supervised; where they fail we do it at their cost (rule C4)."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from portal.database import fetch
from portal.domain.common.errors import Conflict, FieldErrors, NotAllowed, WrongState
from portal.domain.common.permissions import StaffRole
from portal.domain.complaints.carrying_out import carry_out
from portal.domain.complaints.dealer_tasks import (
    DealerAtWork,
    NoDealerAtWork,
    NotForDealers,
    dealer_done,
    dealer_failed,
    give_to_dealer,
    tasks_of,
)
from portal.domain.complaints.dealers import (
    DealerFacts,
    add_dealer,
    dealers,
    edit_dealer,
    retire_dealer,
    take_dealer_back,
)
from portal.domain.complaints.states import Category, ComplaintStatus
from portal.domain.complaints.tables import Dealer
from portal.domain.complaints.withdrawing import withdraw
from portal.domain.service_levels import clock
from portal.domain.service_levels.promise import Promise, PromiseState, TargetKind
from tests.complaint_cures import act, chosen_complaint, in_days, investigated_complaint
from tests.complaint_scenarios import Complained, filed_complaint, judged_complaint
from tests.factories import Factory, acting, unique

WORKMANSHIP: dict[str, Any] = {"category": Category.WORKMANSHIP}


def facts() -> DealerFacts:
    return DealerFacts(
        name=unique("Anton Pumps "), region="Zhejiang", phone="+86 571 1", email="Wu@Anton.example"
    )


async def dealer(make: Factory) -> Dealer:
    by = await make.staff(StaffRole.SERVICE_SUPERVISOR)
    async with acting(by):
        return await add_dealer(facts(), by=by)


async def promises(complained: Complained) -> dict[TargetKind, Promise]:
    """The newest promise of each kind, as we see them."""
    complaint = await complained.record()
    async with acting(complained.care.service):
        targets = await clock.targets_of("complaint", complaint.id)
    return {each.kind: each for each in reversed(targets)}


async def test_dealers_are_kept_by_who_supervises(make: Factory) -> None:
    by, anybody = (
        await make.staff(StaffRole.SERVICE_SUPERVISOR),
        await make.staff(StaffRole.AFTER_SALES),
    )
    async with acting(anybody):
        with pytest.raises(NotAllowed):
            await add_dealer(facts(), by=anybody)
    async with acting(by):
        added = await add_dealer(facts(), by=by)
        assert added.email == "wu@anton.example"
        with pytest.raises(FieldErrors) as refused:
            await add_dealer(DealerFacts(name=added.name, email="nobody"), by=by)
        assert {each.field for each in refused.value.errors} == {"name", "email"}
        named = replace(facts(), name=added.name)
        await edit_dealer(added, replace(named, region="Jiangsu"), by=by, expected_version=1)
        with pytest.raises(Conflict):
            await edit_dealer(added, named, by=by, expected_version=1)
        await retire_dealer(added, by=by)
        assert added.id not in [each.id for each in await dealers()]
        assert added.id in [each.id for each in await dealers(with_retired=True)]
        await take_dealer_back(added, by=by)
        assert added.id in [each.id for each in await dealers()]


async def test_a_dealer_works_until_a_day_and_no_customer_sees_it(make: Factory) -> None:
    complained = await judged_complaint(make, **WORKMANSHIP)
    by, buyer = complained.care.after_sales, complained.care.buyer
    worker = await dealer(make)
    due_on = await in_days(3)
    with pytest.raises(FieldErrors) as refused:
        await act(complained, by, give_to_dealer, 0, " ", await in_days(-2))
    assert [each.field for each in refused.value.errors] == ["dealer_id", "what", "due_on"]
    await act(complained, by, give_to_dealer, worker.id, "Align the shaft.", due_on)
    promise = (await promises(complained))[TargetKind.DEALER_TASK]
    assert (promise.is_open, promise.account_id) == (True, None)
    assert abs(promise.due_at.date() - due_on) <= timedelta(days=1)
    async with acting(buyer):
        assert await fetch("SELECT id FROM target WHERE kind = 'dealer_task'") == []
    with pytest.raises(DealerAtWork):
        await act(complained, by, give_to_dealer, worker.id, "And the seal.", due_on)
    await act(complained, by, dealer_done, "Aligned to 0.02 mm.")
    assert (await promises(complained))[TargetKind.DEALER_TASK].state is PromiseState.MET
    with pytest.raises(NoDealerAtWork):
        await act(complained, by, dealer_done, "Again.")
    story = await make.owner.fetch(
        "SELECT DISTINCT audience FROM activity WHERE reference = $1 AND verb LIKE '%dealer%'",
        complained.reference,
    )
    assert [each["audience"] for each in story] == ["internal"]


async def test_a_dealers_failure_brings_it_back_with_the_cost(make: Factory) -> None:
    complained = await investigated_complaint(make, **WORKMANSHIP)
    await chosen_complaint(make, complained)
    by, worker = complained.care.after_sales, await dealer(make)
    due_on = await in_days(3)
    await act(complained, by, give_to_dealer, worker.id, "Align the shaft.", due_on)
    with pytest.raises(DealerAtWork):  # nothing is settled meanwhile
        await act(complained, by, carry_out, "Done.")
    with pytest.raises(FieldErrors):
        await act(complained, by, dealer_failed, "", Decimal(-1))
    await act(complained, by, dealer_failed, "Nobody came.", Decimal(850))
    complaint = await complained.record()
    assert complaint.state is ComplaintStatus.PROPOSED
    now = await promises(complained)
    assert now[TargetKind.DEALER_TASK].state is PromiseState.CANCELLED
    assert now[TargetKind.SOLUTION].is_open  # what the customer was told came to nothing
    async with acting(by):
        (task,) = await tasks_of(complaint.id)
    assert (task.cost, task.currency) == (850, "CNY")
    assert len(await make.events("complaint.dealer_failed", complaint.account_id)) == 1
    await act(complained, by, give_to_dealer, worker.id, "Once more.", due_on)


async def test_dealers_get_what_is_theirs_to_do(make: Factory) -> None:
    worker, due_on = await dealer(make), await in_days(3)
    task = (worker.id, "Look at it.", due_on)
    quality = await judged_complaint(make)
    with pytest.raises(NotForDealers):
        await act(quality, quality.care.after_sales, give_to_dealer, *task)
    unjudged = await filed_complaint(make, **WORKMANSHIP)
    with pytest.raises(WrongState):
        await act(unjudged, unjudged.care.after_sales, give_to_dealer, *task)
    with pytest.raises(NotAllowed):
        await act(unjudged, unjudged.care.representative, give_to_dealer, *task)


async def test_we_call_a_dealer_off_when_the_customer_withdraws(make: Factory) -> None:
    complained = await judged_complaint(make, **WORKMANSHIP)
    by, buyer, worker = complained.care.after_sales, complained.care.buyer, await dealer(make)
    await act(complained, by, give_to_dealer, worker.id, "Align it.", await in_days(3))
    with pytest.raises(DealerAtWork):
        await act(complained, by, withdraw, "They say so.")
    await act(complained, buyer, withdraw, "It works again.")
    assert (await promises(complained))[TargetKind.DEALER_TASK].is_open
    await act(complained, by, dealer_failed, "Called off.", None)
    assert (await complained.record()).state is ComplaintStatus.WITHDRAWN
