"""Quality complaints are looked into by the batch, then by findings (rules C5, C6)."""

from decimal import Decimal

import pytest

from portal.database import fetch_value
from portal.domain.common.activity import timeline
from portal.domain.common.actor import Audience
from portal.domain.common.errors import FieldErrors, NotAllowed, NotFound, WrongState
from portal.domain.complaints.batches import (
    AlreadyTested,
    BatchBranch,
    LookForBatchFirst,
    NothingToTest,
    SampleFirst,
    branch_of,
    checks_of,
    look_for_batch,
    record_sample,
)
from portal.domain.complaints.call_back import NoSameFault, call_back, call_backs_of
from portal.domain.complaints.explaining import CountermeasuresWanted, explain
from portal.domain.complaints.findings import findings_of, record_finding
from portal.domain.complaints.proposals import NotOurDoing, propose
from portal.domain.complaints.states import (
    Cause,
    ComplaintStatus,
    FindingStage,
    Responsibility,
    SampleResult,
)
from portal.domain.complaints.tables import SUBJECT_KIND, BatchCheck
from tests.complaint_cures import act, investigated_complaint, proposal_facts
from tests.complaint_scenarios import Complained, filed_complaint, judged_complaint
from tests.factories import Factory, acting

FINAL = {"responsibility": Responsibility.OURS, "cause": Cause.MATERIAL}


async def looked_for(make: Factory, complained: Complained, in_stock: int = 0) -> BatchCheck:
    """Quality has looked for batch B7 of the item; so much of it is there."""
    item_id = complained.cast.item_id
    if in_stock:
        await make.stock(item_id, in_stock, batch="B7")
        await make.stock(item_id, 1, condition="damaged", batch="B7")
        await make.stock(item_id, 50, batch="B8")
    return await act(complained, complained.care.quality, look_for_batch, item_id, "b7")


async def final(complained: Complained) -> None:
    by = complained.care.quality
    await act(complained, by, record_finding, FindingStage.FINAL, "Wrong grease.", **FINAL)


async def test_a_batch_in_stock_is_tested_and_the_goods_called_back(make: Factory) -> None:
    complained = await judged_complaint(make)
    quality, item_id = complained.care.quality, complained.cast.item_id
    with pytest.raises(LookForBatchFirst):  # rule C5: at once, before there is a finding
        await final(complained)
    check = await looked_for(make, complained, 40)
    assert check.in_stock == 41  # in whatever condition, of that batch alone
    assert branch_of(check) is BatchBranch.TEST
    with pytest.raises(SampleFirst):
        await final(complained)
    goods = (item_id, "B7", Decimal(2), "Please send both bearings back.")
    with pytest.raises(NoSameFault):
        await act(complained, quality, call_back, *goods)
    with pytest.raises(FieldErrors) as refused:
        await act(complained, quality, record_sample, check.id, Decimal(42), None, "")
    assert [each.field for each in refused.value.errors] == ["size", "result"]
    sample = (check.id, Decimal(5), SampleResult.SAME_FAULT, "All five ran hot.")
    check = await act(complained, quality, record_sample, *sample)
    assert branch_of(check) is BatchBranch.CALL_BACK
    with pytest.raises(AlreadyTested):
        await act(complained, quality, record_sample, *sample)
    await act(complained, quality, call_back, *goods)
    await final(complained)
    account_id = complained.cast.account.id
    assert len(await make.events("complaint.call_back", account_id)) == 1
    assert (await complained.record()).state is ComplaintStatus.INVESTIGATED


async def test_without_the_fault_it_is_settled_without_stock_photos_are_asked_for(
    make: Factory,
) -> None:
    complained = await judged_complaint(make)
    check = await looked_for(make, complained)
    assert branch_of(check) is BatchBranch.ASK
    with pytest.raises(NothingToTest):
        await act(
            complained,
            complained.care.quality,
            record_sample,
            check.id,
            Decimal(1),
            SampleResult.NO_FAULT,
            "",
        )
    check = await looked_for(make, complained, 4)  # it came in meanwhile
    sample = (check.id, Decimal(4), SampleResult.NO_FAULT, "")
    check = await act(complained, complained.care.quality, record_sample, *sample)
    assert branch_of(check) is BatchBranch.SETTLE
    await final(complained)


async def test_an_unknown_batch_is_looked_for_in_all_of_the_item(make: Factory) -> None:
    complained = await filed_complaint(make)  # at once: before it is judged
    item_id = complained.cast.item_id
    await make.stock(item_id, 3, batch="B1")
    await make.stock(item_id, 4)
    check = await act(complained, complained.care.quality, look_for_batch, item_id, " ")
    assert check.in_stock == 7


async def test_who_does_not_investigate_looks_for_nothing(make: Factory) -> None:
    complained = await judged_complaint(make)
    item_id = complained.cast.item_id
    for by in (complained.care.buyer, complained.cast.representative):
        with pytest.raises(NotAllowed):
            await act(complained, by, look_for_batch, item_id, "B7")
        with pytest.raises(NotAllowed):
            await act(complained, by, record_finding, FindingStage.PRELIMINARY, "Hm.")
    other = await judged_complaint(make)
    check = await looked_for(make, other, 3)
    sample = (check.id, Decimal(1), SampleResult.NO_FAULT, "")
    with pytest.raises(NotFound):  # somebody else's complaint
        await act(complained, complained.care.quality, record_sample, *sample)


async def test_customers_read_what_is_meant_for_them_and_nothing_of_our_stock(
    make: Factory,
) -> None:
    complained = await judged_complaint(make)
    quality, buyer = complained.care.quality, complained.care.buyer
    await looked_for(make, complained)
    inside = (FindingStage.PRELIMINARY, "Our supplier saved on grease.")
    await act(complained, quality, record_finding, *inside)
    told = (FindingStage.FINAL, "The supplier's batch is bad.")
    words = "The grease was not the right one."
    await act(complained, quality, record_finding, *told, for_customer=words, **FINAL)
    async with acting(buyer):
        complaint_id = await fetch_value(
            "SELECT id FROM complaint WHERE reference = $1", complained.reference
        )
        (finding,) = await findings_of(complaint_id)
        assert (finding.for_customer, finding.finding, finding.cause) == (words, "", "")
        assert await call_backs_of(complaint_id) == []
        story = await timeline(SUBJECT_KIND, complaint_id, visible_to=Audience.CUSTOMER)
    said = str([entry.after for entry in story])
    assert words in said
    assert not any(secret in said for secret in ("supplier", "B7", "in_stock"))
    async with acting(quality):
        assert len(await findings_of(complaint_id)) == 2
        assert len(await checks_of(complaint_id)) == 1


async def test_a_final_finding_says_whose_doing_it_was_and_why(make: Factory) -> None:
    complained = await judged_complaint(make)
    await looked_for(make, complained)
    quality = complained.care.quality
    with pytest.raises(FieldErrors) as refused:
        await act(complained, quality, record_finding, FindingStage.FINAL, " ")
    fields = [each.field for each in refused.value.errors]
    assert fields == ["finding", "responsibility", "cause"]


async def test_not_our_doing_is_explained_and_nothing_is_proposed(make: Factory) -> None:
    complained = await investigated_complaint(make, responsibility=Responsibility.NOT_OURS)
    by = complained.care.after_sales
    with pytest.raises(NotOurDoing):  # rule C6
        await act(complained, by, propose, await proposal_facts())
    await act(complained, by, explain, "The bearings were fitted without grease.")
    complaint = await complained.record()
    assert complaint.state is ComplaintStatus.EXPLAINED
    assert complaint.told == "The bearings were fitted without grease."
    assert len(await make.events("complaint.explained", complaint.account_id)) == 1


@pytest.mark.parametrize("whose", [Responsibility.OURS, Responsibility.UNDETERMINABLE])
async def test_our_doing_and_what_nobody_can_tell_is_put_right(
    make: Factory, whose: Responsibility
) -> None:
    complained = await investigated_complaint(make, responsibility=whose)
    by = complained.care.after_sales
    with pytest.raises(CountermeasuresWanted):  # rule C6
        await act(complained, by, explain, "Bad luck.")
    await act(complained, by, propose, await proposal_facts())
    with pytest.raises(WrongState):
        await act(complained, by, explain, "Bad luck.")
    with pytest.raises(WrongState):  # something is proposed: the finding stands
        await final(complained)
