"""Complaints on the way from the finding to the customer's confirmation."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from portal.database import Login, database_now, unit_of_work
from portal.domain.common.actor import Actor
from portal.domain.common.permissions import StaffRole
from portal.domain.complaints.approvals import approvals_of, approve
from portal.domain.complaints.batches import look_for_batch
from portal.domain.complaints.carrying_out import carry_out
from portal.domain.complaints.findings import record_finding
from portal.domain.complaints.outcome import confirm
from portal.domain.complaints.proposals import ProposalFacts, choose, proposals_of, propose
from portal.domain.complaints.states import (
    Category,
    Cause,
    FindingStage,
    Measure,
    Responsibility,
)
from tests.complaint_scenarios import Care, Complained, judged_complaint, loaded
from tests.factories import Factory, acting

T = TypeVar("T")


async def act(
    complained: Complained, by: Actor, verb: Callable[..., Awaitable[T]], *given: Any, **named: Any
) -> T:
    """Let somebody do something with the complaint, in a unit of work of their own."""
    async with acting(by):
        return await verb(await loaded(complained.reference, by), *given, by=by, **named)


async def in_days(days: int) -> date:
    """A day so many days from the business day on. Not within a unit of work of yours."""
    async with unit_of_work(Login.WORKER):
        return (await database_now()).date() + timedelta(days=days)


async def proposal_facts(**facts: Any) -> ProposalFacts:
    """Two new pieces within three days, without a compensation."""
    return ProposalFacts(
        **{
            "measure": Measure.REPLACEMENT,
            "description": "Two new bearings, fitted by us.",
            "reasoning": "Cheaper than a repair.",
            "ready_on": await in_days(3),
            "cost": Decimal(260),
            **facts,
        }
    )


def compensating(units: str, amount: str = "100") -> dict[str, Any]:
    """Facts of a proposal that compensates so many pieces."""
    return {
        "measure": Measure.CREDIT,
        "compensated_units": Decimal(units),
        "compensation": Decimal(amount),
    }


async def investigated_complaint(
    make: Factory,
    complained: Complained | None = None,
    *,
    responsibility: Responsibility = Responsibility.OURS,
    **facts: Any,
) -> Complained:
    """A founded complaint with a final finding by quality; none of the batch was in stock."""
    complained = complained or await judged_complaint(make, **facts)
    by = complained.care.quality
    async with acting(by):
        complaint = await loaded(complained.reference, by)
        if complaint.category == Category.QUALITY:
            await look_for_batch(complaint, complained.cast.item_id, "B7", by=by)
        await record_finding(
            complaint,
            FindingStage.FINAL,
            "Wrong grease.",
            for_customer="The grease was not the right one.",
            responsibility=responsibility,
            cause=Cause.MATERIAL,
            by=by,
        )
    return complained


async def proposed_complaint(
    make: Factory, complained: Complained | None = None, *, by: Actor | None = None, **facts: Any
) -> Complained:
    """One proposal by after-sales, or `by`; give `facts` of `ProposalFacts`."""
    complained = complained or await investigated_complaint(make)
    by = by or complained.care.after_sales
    await act(complained, by, propose, await proposal_facts(**facts))
    return complained


async def chosen_complaint(
    make: Factory, complained: Complained | None = None, **facts: Any
) -> Complained:
    """The service supervisor has chosen the newest proposal; a compensation waits for approval."""
    complained = await proposed_complaint(make, complained, **facts)
    by = complained.care.service
    async with acting(by):
        complaint = await loaded(complained.reference, by)
        proposal = (await proposals_of(complaint.id))[-1]
        await choose(complaint, proposal.id, "The customer needs them soon.", by=by)
    return complained


async def approve_all(make: Factory, complained: Complained) -> Complained:
    """Everybody whom the rule names has approved; after-sales by a colleague of the proposer."""
    for by in await _approvers(make, complained.care):
        async with acting(by):
            complaint = await loaded(complained.reference, by)
            proposal = (await proposals_of(complaint.id))[-1]
            for approval in await approvals_of(proposal.id):
                if approval.role == by.role and not approval.decided_at:
                    await approve(complaint, approval.id, "", by=by)
    return complained


async def carried_out_complaint(
    make: Factory, complained: Complained | None = None, **facts: Any
) -> Complained:
    """The customer has been told that it is done and may confirm."""
    complained = await approve_all(make, await chosen_complaint(make, complained, **facts))
    by = complained.care.after_sales
    async with acting(by):
        complaint = await loaded(complained.reference, by)
        await carry_out(complaint, "Both bearings are replaced.", "The store was told.", by=by)
    return complained


async def closed_complaint(
    make: Factory, complained: Complained | None = None, **facts: Any
) -> Complained:
    """The customer has confirmed the outcome."""
    complained = await carried_out_complaint(make, complained, **facts)
    by = complained.care.buyer
    async with acting(by):
        await confirm(await loaded(complained.reference, by), by.name, by=by)
    return complained


async def _approvers(make: Factory, care: Care) -> list[Actor]:
    colleague = await make.staff(
        StaffRole.AFTER_SALES, branch_id=care.cast.account.branch_id, supervisor=care.service
    )
    return [colleague, care.cast.supervisor, care.duty_manager, care.general_manager]
