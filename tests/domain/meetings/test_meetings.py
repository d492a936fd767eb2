"""A meeting and its notice: complete, in writing and by phone, the day before (rule M2)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from portal.domain.common.errors import FieldErrors, NotAllowed, NotFound, WrongState
from portal.domain.common.permissions import StaffRole
from portal.domain.meetings.noticing import NoticeIncomplete, send_notice, told_by_phone
from portal.domain.meetings.planning import cancel_meeting, change_meeting
from tests.factories import Factory, acting
from tests.meeting_scenarios import NOW, TOMORROW, at, promises, room_of


async def test_the_notice_is_owed_by_closing_time_of_the_working_day_before(make: Factory) -> None:
    room = await room_of(make)
    monday = datetime(2026, 8, 31, 1, 0, tzinfo=UTC)
    await room.planned(starts_at=monday, ends_at=monday + timedelta(hours=1))  # rule M2
    (owed,) = await promises(room, "meeting_notice")
    # Friday, 18:00 in Shanghai; owed inside the house.
    assert owed["due_at"] == datetime(2026, 8, 28, 10, 0, tzinfo=UTC)
    assert (owed["moment_rule"], owed["account_id"]) == ("day_before", None)
    assert owed["owner_id"] == room.manager.staff_member_id


async def test_a_meeting_of_the_same_day_is_told_before_it_begins(make: Factory) -> None:
    room = await room_of(make)
    soon = NOW + timedelta(hours=4)
    await room.planned(starts_at=soon, ends_at=soon + timedelta(hours=1))  # rule M2
    (owed,) = await promises(room, "meeting_notice")
    assert (owed["due_at"], owed["moment_rule"]) == (soon, "before_start")


async def test_it_is_told_once_written_and_by_phone(make: Factory) -> None:
    room = await room_of(make)
    reference = await room.planned()
    async with at(room.manager):
        await send_notice(await room.meeting(reference), by=room.manager)
    assert (await promises(room, "meeting_notice"))[0]["met_at"] is None
    async with at(room.manager):
        await told_by_phone(await room.meeting(reference), "Mr Li", by=room.manager)  # rule M2
    assert (await promises(room, "meeting_notice"))[0]["met_at"] == NOW


@pytest.mark.parametrize(
    ("without", "missing"),
    [
        ({"place": ""}, "where, or how to join"),
        ({"agenda": ""}, "what it is about"),
        ({"to_confirm": ""}, "what is to be confirmed"),
        ({"how": ""}, "how it proceeds"),
    ],
)
async def test_a_notice_that_is_not_complete_is_not_sent(
    make: Factory, without: dict[str, str], missing: str
) -> None:
    room = await room_of(make)
    reference = await room.planned(**without)
    with pytest.raises(NoticeIncomplete) as refused:  # rule M2
        async with at(room.manager):
            await send_notice(await room.meeting(reference), by=room.manager)
    assert refused.value.missing == (missing,)


async def test_a_change_is_told_anew_with_the_reason(make: Factory) -> None:
    room = await room_of(make)
    reference = await room.noticed()
    later = TOMORROW + timedelta(days=1)
    moved = room.facts(starts_at=later, ends_at=later + timedelta(hours=1))
    with pytest.raises(FieldErrors):  # rule V5: nobody is moved without a reason
        async with at(room.manager):
            await change_meeting(await room.meeting(reference), moved, by=room.manager)
    async with at(room.manager):
        meeting = await room.meeting(reference)
        await change_meeting(meeting, moved, "The line is down", by=room.manager)
        assert (meeting.sequence, meeting.is_noticed, meeting.told_whom) == (1, False, "")
    old, new = await promises(room, "meeting_notice")
    assert (old["met_at"], new["met_at"]) == (NOW, None)
    assert new["due_at"] == datetime(2026, 8, 26, 10, 0, tzinfo=UTC)
    async with at(room.manager):
        await send_notice(await room.meeting(reference), by=room.manager)


async def test_nothing_is_told_where_nothing_changed(make: Factory) -> None:
    room = await room_of(make)
    reference = await room.noticed()
    async with at(room.manager):
        meeting = await room.meeting(reference)
        await change_meeting(meeting, room.facts(), "No reason", by=room.manager)
        assert meeting.is_noticed


async def test_a_cancelled_meeting_owes_nothing(make: Factory) -> None:
    room = await room_of(make)
    reference = await room.planned()
    async with at(room.manager):
        await cancel_meeting(await room.meeting(reference), "Strike", by=room.manager)
    assert (await promises(room, "meeting_notice"))[0]["cancelled_at"] == NOW
    with pytest.raises(WrongState):
        async with at(room.manager):
            await told_by_phone(await room.meeting(reference), "Mr Li", by=room.manager)


async def test_customers_see_a_meeting_from_its_notice_on(make: Factory) -> None:
    room = await room_of(make)
    buyer = room.cast.buyer
    reference = await room.planned()
    with pytest.raises(NotFound):
        async with acting(buyer):
            await room.meeting(reference, by=buyer)
    reference = await room.noticed()
    async with acting(buyer):
        meeting = await room.meeting(reference, by=buyer)
        assert not meeting.told_whom


async def test_who_takes_part_sees_the_meeting_and_no_other(make: Factory) -> None:
    room = await room_of(make)
    stranger = await make.staff(StaffRole.AFTER_SALES)  # of no team of this account (rule A6)
    reference = await room.planned()
    with pytest.raises(NotFound):
        async with acting(stranger):
            await room.meeting(reference, by=stranger)
    party = room.party()
    invited = replace(party, colleagues=[*party.colleagues, stranger.staff_member_id or 0])
    reference = await room.planned(party=invited)
    async with acting(stranger):
        assert await room.meeting(reference, by=stranger)


async def test_who_writes_no_reports_plans_no_meetings(make: Factory) -> None:
    room = await room_of(make)
    reference = await room.planned()
    finance = await make.staff(StaffRole.FINANCE)
    async with acting(room.manager):
        meeting = await room.meeting(reference)
    with pytest.raises(NotAllowed):
        async with acting(finance):
            await cancel_meeting(meeting, "Because", by=finance)
