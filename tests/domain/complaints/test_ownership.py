"""Whose a complaint is, and how it passes on (rule C14)."""

from datetime import timedelta

import pytest

from portal.domain.common.actor import Actor
from portal.domain.common.errors import Conflict, FieldError, NotAllowed, NotFound, WrongState
from portal.domain.common.permissions import StaffRole
from portal.domain.complaints import ownership
from portal.domain.complaints.ownership import NotOffered
from portal.domain.complaints.withdrawing import withdraw
from portal.domain.service_levels import clock
from tests.complaint_scenarios import Complained, care_of, filed_complaint, loaded, taken_complaint
from tests.factories import Factory, acting


async def offer(complained: Complained, to: Actor, by: Actor) -> None:
    async with acting(by):
        complaint = await loaded(complained.reference, by)
        await ownership.offer(complaint, to.staff_member_id or 0, by=by)


async def accept(complained: Complained, by: Actor) -> None:
    async with acting(by):
        await ownership.accept_offer(await loaded(complained.reference, by), by=by)


async def owners(complained: Complained) -> set[int | None]:
    """Who owns it, and who owes what is open of it."""
    record = await complained.record()
    async with acting(complained.care.service):
        targets = await clock.targets_of(record.subject.kind, record.id)
    return {record.owner_id, *(each.owner_id for each in targets if each.is_open)}


async def test_it_stays_with_who_took_it_until_somebody_accepts(make: Factory) -> None:
    care = await care_of(make)
    taker = await make.staff(StaffRole.FINANCE)
    taken = await taken_complaint(make, care, by=taker)
    assert await owners(taken) == {taker.staff_member_id}
    await offer(taken, care.after_sales, taker)
    assert await owners(taken) == {taker.staff_member_id}
    with pytest.raises(NotOffered):
        await accept(taken, care.quality)
    await accept(taken, care.after_sales)
    assert await owners(taken) == {care.after_sales.staff_member_id}
    with pytest.raises(NotOffered):
        await accept(taken, care.after_sales)
    (event,) = await make.events("complaint.accepted_offer", care.cast.account.id)
    assert event["from_owner_id"] == taker.staff_member_id
    # It is not theirs any more.
    with pytest.raises(NotAllowed):
        await offer(taken, care.quality, taker)


async def test_a_declined_offer_leaves_it_where_it_is(make: Factory) -> None:
    taken = await taken_complaint(make)
    care = taken.care
    await offer(taken, care.quality, care.after_sales)
    async with acting(care.quality):
        complaint = await loaded(taken.reference, care.quality)
        await ownership.decline_offer(complaint, "No fault of the goods", by=care.quality)
    assert await owners(taken) == {care.after_sales.staff_member_id}
    with pytest.raises(NotOffered):
        await accept(taken, care.quality)
    assert len(await make.events("complaint.declined_offer", care.cast.account.id)) == 1


async def test_a_deputy_accepts_for_who_is_away(make: Factory) -> None:
    taken = await taken_complaint(make)
    care = taken.care
    today = (await make.owner.fetchval("SELECT business_now()")).date()
    day = timedelta(days=1)
    # Of another branch, without a view of the account's file (rule A6).
    deputy = await make.staff(StaffRole.SALES_REPRESENTATIVE)
    await make.deputy(care.quality, deputy, today - day, today + day)
    with pytest.raises(NotFound):
        await accept(taken, deputy)
    await offer(taken, care.quality, care.after_sales)
    await accept(taken, deputy)
    assert await owners(taken) == {deputy.staff_member_id}


async def test_offers_go_to_colleagues_who_work_on_complaints(make: Factory) -> None:
    taken = await taken_complaint(make)
    care = taken.care
    warehouse = await make.staff(StaffRole.WAREHOUSE)
    gone = await make.staff(StaffRole.AFTER_SALES)
    await make.owner.execute("UPDATE person SET disabled_at = now() WHERE id = $1", gone.person_id)
    for other in (warehouse, gone, care.after_sales):
        with pytest.raises(FieldError):
            await offer(taken, other, care.after_sales)


async def test_who_supervises_takes_over_and_a_stale_page_is_told(make: Factory) -> None:
    filed = await filed_complaint(make)
    care = filed.care
    async with acting(care.service):
        complaint = await loaded(filed.reference, care.service)
        seen = complaint.version
        await ownership.take_over(complaint, by=care.service, expected_version=seen)
        await ownership.take_over(complaint, by=care.service)
    assert await owners(filed) == {care.service.staff_member_id}
    async with acting(care.duty_manager):
        complaint = await loaded(filed.reference, care.duty_manager)
        with pytest.raises(Conflict):
            await ownership.take_over(complaint, by=care.duty_manager, expected_version=seen)
    with pytest.raises(NotAllowed):
        async with acting(care.quality):
            complaint = await loaded(filed.reference, care.quality)
            await ownership.take_over(complaint, by=care.quality)


async def test_what_has_ended_is_passed_to_nobody(make: Factory) -> None:
    taken = await taken_complaint(make)
    care = taken.care
    async with acting(care.after_sales):
        complaint = await loaded(taken.reference, care.after_sales)
        await withdraw(complaint, "They called again", by=care.after_sales)
    with pytest.raises(WrongState):
        await offer(taken, care.quality, care.after_sales)
