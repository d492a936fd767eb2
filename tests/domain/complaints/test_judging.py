"""Whether a complaint holds, and how one that was closed goes on (rules C3, C8)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from portal.domain.common.actor import Actor
from portal.domain.common.errors import FieldErrors, NotAllowed, WrongState
from portal.domain.complaints import outcome
from portal.domain.complaints.complaint_facts import LineFacts
from portal.domain.complaints.finding import lines_of
from portal.domain.complaints.goods import add_goods, correct_goods
from portal.domain.complaints.judging import judge_founded, judge_unfounded
from portal.domain.complaints.questions import ask
from portal.domain.complaints.reopening import ClosedTooLong, reopen
from portal.domain.complaints.states import ComplaintStatus
from portal.domain.service_levels import clock
from portal.domain.service_levels.promise import PromiseState, TargetKind
from tests.complaint_scenarios import Complained, filed_complaint, judged_complaint, loaded
from tests.factories import Factory, acting


async def today(make: Factory) -> date:
    day: date = (await make.owner.fetchval("SELECT business_now()")).date()
    return day


async def explain(complained: Complained, by: Actor | None = None) -> None:
    by = by or complained.care.after_sales
    async with acting(by):
        complaint = await loaded(complained.reference, by)
        await judge_unfounded(complaint, "Used in salt water", "It is not made for salt.", by=by)


async def states(complained: Complained) -> dict[TargetKind, PromiseState]:
    """The newest promise of each kind, and where it stands."""
    record = await complained.record()
    async with acting(complained.care.service):
        targets = await clock.targets_of(record.subject.kind, record.id)
    return {each.kind: each.state for each in sorted(targets, key=lambda each: each.id)}


async def closed(complained: Complained) -> None:
    """It was explained and the buyer has confirmed."""
    await explain(complained)
    buyer = complained.care.buyer
    async with acting(buyer):
        await outcome.confirm(await loaded(complained.reference, buyer), buyer.name, by=buyer)


async def test_founded_names_the_department_and_asks_for_time(make: Factory) -> None:  # rule C3
    filed = await filed_complaint(make, category="other")
    by, day = filed.care.after_sales, await today(make) + timedelta(days=7)
    department = filed.care.department_id
    for wrong, fields in (
        ({"reason": " "}, ["reason"]),
        ({"department_id": 0}, ["department"]),
        ({"investigate_until": None}, ["investigate_until"]),
        ({"investigate_until": day - timedelta(days=30)}, ["investigate_until"]),
        ({"investigate_until": day + timedelta(days=365)}, ["investigate_until"]),
        ({"category": "weather"}, ["category"]),
    ):
        given = {
            "reason": "Seen on the photos",
            "department_id": department,
            "investigate_until": day,
            **wrong,
        }
        with pytest.raises(FieldErrors) as caught:
            async with acting(by):
                complaint = await loaded(filed.reference, by)
                await judge_founded(complaint, **given, by=by)  # type: ignore[arg-type]
        assert [error.field for error in caught.value.errors] == fields
    async with acting(by):
        complaint = await loaded(filed.reference, by)
        await ask(complaint, "Which machine?", by=by)
        await judge_founded(
            complaint,
            "Seen on the photos",
            department_id=department,
            investigate_until=day,
            category="quality",
            by=by,
        )
    record = await filed.record()
    assert (record.state, record.category) == (ComplaintStatus.JUDGED, "quality")
    assert (record.department_id, record.investigate_until) == (department, day)
    # We go on waiting for the answer while we look into it.
    assert record.question == "Which machine?"
    assert (await states(filed))[TargetKind.SOLUTION] is PromiseState.PAUSED
    with pytest.raises(WrongState):
        await explain(filed)


async def test_unfounded_is_explained_and_that_solves_it(make: Factory) -> None:  # rule C3
    filed = await filed_complaint(make)
    by = filed.care.after_sales
    with pytest.raises(FieldErrors) as caught:
        async with acting(by):
            complaint = await loaded(filed.reference, by)
            await ask(complaint, "Which machine?", by=by)
            await judge_unfounded(complaint, "", "", by=by)
    assert [error.field for error in caught.value.errors] == ["reason", "told"]
    await explain(filed)
    record = await filed.record()
    assert (record.state, record.told) == (ComplaintStatus.EXPLAINED, "It is not made for salt.")
    assert record.question == ""
    assert await states(filed) == {
        TargetKind.FIRST_RESPONSE: PromiseState.MET,
        TargetKind.SOLUTION: PromiseState.MET,
    }
    for other in (filed.care.buyer, filed.care.representative):
        again = await filed_complaint(make, filed.care)
        with pytest.raises(NotAllowed):
            await explain(again, other)


async def test_the_customer_reopens_for_a_while_and_we_at_any_time(make: Factory) -> None:
    filed = await filed_complaint(make)
    buyer, by = filed.care.buyer, filed.care.after_sales
    await closed(filed)
    assert (await states(filed))[TargetKind.FOLLOW_UP] is PromiseState.RUNNING
    async with acting(buyer):
        complaint = await loaded(filed.reference, buyer)
        with pytest.raises(FieldErrors):
            await reopen(complaint, "", by=buyer)
        await reopen(complaint, "It happened again, without salt", by=buyer)
    record = await filed.record()
    assert (record.state, record.round) == (ComplaintStatus.RECEIVED, 2)
    assert (record.closed_at, record.closed_by, record.confirmed_at) == (None, None, None)
    found = await states(filed)
    assert found[TargetKind.FOLLOW_UP] is PromiseState.CANCELLED
    assert found[TargetKind.FIRST_RESPONSE] is PromiseState.RUNNING
    assert found[TargetKind.SOLUTION] is PromiseState.RUNNING
    await closed(filed)
    await make.owner.execute(
        "UPDATE complaint SET closed_at = closed_at - interval '91 days' WHERE reference = $1",
        filed.reference,
    )
    async with acting(buyer):
        with pytest.raises(ClosedTooLong):
            await reopen(await loaded(filed.reference, buyer), "Again", by=buyer)
    async with acting(by):
        complaint = await loaded(filed.reference, by)
        await reopen(complaint, "They called: it happened again", by=by)
        with pytest.raises(WrongState):
            await reopen(complaint, "Twice", by=by)


async def test_goods_are_completed_while_it_is_looked_into(make: Factory) -> None:  # rule C5
    cover = LineFacts(row=0, description="A cover", quantity=Decimal(1))
    judged = await judged_complaint(make, lines=(cover,))
    care, by = judged.care, judged.care.quality
    async with acting(by):
        complaint = await loaded(judged.reference, by)
        (line,) = await lines_of(complaint.id)
        await correct_goods(
            complaint, line.id, batch="B9", quantity=line.quantity, sku=care.cast.sku, by=by
        )
        await add_goods(
            complaint, LineFacts(row=0, sku=care.cast.sku, quantity=line.quantity), by=by
        )
        with pytest.raises(FieldErrors):
            await correct_goods(complaint, line.id, batch="B", quantity=None, sku="NONE", by=by)
        lines = await lines_of(complaint.id)
    assert [(each.position, each.item_id, each.batch) for each in lines] == [
        (1, care.cast.item_id, "B9"),
        (2, care.cast.item_id, ""),
    ]
