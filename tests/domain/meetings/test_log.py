"""The log of all contact with an account: every channel in one list (rule M6)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from portal.domain.accounts.queries import by_code
from portal.domain.common.actor import Audience
from portal.domain.common.errors import FieldErrors
from portal.domain.common.permissions import StaffRole
from portal.domain.common.thread import write
from portal.domain.meetings.answering import comment
from portal.domain.meetings.log import LogFilter, LogKind, account_log
from portal.domain.quotes.access import find
from tests.factories import Factory, acting
from tests.meeting_scenarios import NOW, Room, at, room_of
from tests.scenarios import filed_request


async def kinds(room: Room, by: object = None, **wanted: object) -> list[str]:
    actor = by or room.manager
    async with acting(actor):  # type: ignore[arg-type]
        account = await by_code(room.cast.account.code, actor)  # type: ignore[arg-type]
        log = await account_log(account, LogFilter(**wanted), by=actor)  # type: ignore[arg-type]
        return [entry.kind.value for entry in log.rows]


async def test_calls_messages_meetings_and_reports_stand_in_one_list(make: Factory) -> None:
    room = await room_of(make)
    await room.called()
    reference = await room.sent()
    buyer = room.cast.buyer
    async with acting(buyer):
        await comment(await room.report(reference, by=buyer), "The 5th", by=buyer)
    assert set(await kinds(room)) == {"entry", "meeting", "report", "answer"}  # rule M6


async def test_what_an_entry_of_the_log_needs(make: Factory) -> None:
    room = await room_of(make)
    for wrong, field in (
        ({"channel": ""}, "channel"),
        ({"name": ""}, "contact_id"),
        ({"title": " "}, "title"),
        ({"at": NOW + timedelta(hours=1)}, "at"),
        ({"contact_id": 1}, "contact_id"),
    ):
        with pytest.raises(FieldErrors) as refused:
            await room.called(**wrong)
        assert [each.field for each in refused.value.errors] == [field]


async def test_the_log_is_narrowed_searched_and_turned_over(make: Factory) -> None:
    room = await room_of(make)
    for number in range(5):
        await room.called(title=f"Prices {number}", at=NOW - timedelta(hours=number))
    await room.called(channel="fax", title="Drawing 4711")
    assert await kinds(room, channel="fax") == ["entry"]
    assert await kinds(room, text="drawing 47") == ["entry"]
    assert await kinds(room, kind="meeting") == []
    async with at(room.manager):
        account = await by_code(room.cast.account.code, room.manager)
        first = await account_log(account, LogFilter(size=4), by=room.manager)
        wanted = LogFilter(size=4, after=first.after or "")
        second = await account_log(account, wanted, by=room.manager)
        back = replace(wanted, after="", before=second.before or "")
        assert (await account_log(account, back, by=room.manager)).rows == first.rows
    assert [entry.title for entry in second.rows] == ["Prices 3", "Prices 4"]


async def test_who_may_not_read_quotes_reads_none_in_the_log(make: Factory) -> None:
    room = await room_of(make)
    request = await filed_request(make, room.cast)
    async with acting(room.manager):
        record = await find(request.reference, by=room.manager)
        await write(record.subject, "Received", by=room.manager, audience=Audience.CUSTOMER)
        await write(record.subject, "Ours", by=room.manager, audience=Audience.INTERNAL)
    assert await kinds(room) == [LogKind.MESSAGE, LogKind.REQUEST]
    warehouse = await make.staff(StaffRole.WAREHOUSE, branch_id=room.cast.account.branch_id)
    await make.insert(
        "team_member",
        account_id=room.cast.account.id,
        staff_member_id=warehouse.staff_member_id,
        position="backup",
    )
    assert await kinds(room, by=warehouse) == []
