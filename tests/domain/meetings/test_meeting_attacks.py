"""What a customer's login cannot do with meetings and reports (rules A6, M1, M2, M6)."""

from typing import Any

import asyncpg
import pytest

from portal.database import execute, fetch
from portal.domain.service_levels.owed import owed_to
from portal.domain.service_levels.promise import TargetKind
from tests.factories import Factory, acting
from tests.meeting_scenarios import Room, room_of

_ANSWER = """INSERT INTO report_answer (account_id, report_id, person_id, name, kind, text, at)
    VALUES ($1, $2, $3, 'Somebody', 'acknowledged', '', now())"""


async def ids(room: Room, reference: str) -> dict[str, int]:
    row = await room.make.owner.fetchrow(
        "SELECT id, account_id FROM contact_report WHERE reference = $1", reference
    )
    return {"report": row["id"], "account": row["account_id"]}


async def test_drafts_the_log_and_what_is_ours_are_not_to_be_read(make: Factory) -> None:
    room = await room_of(make)
    await room.held()
    await room.called()
    async with acting(room.cast.buyer):
        assert await fetch("SELECT id FROM contact_report") == []
        assert await fetch("SELECT id FROM report_reader") == []
        assert await fetch("SELECT id FROM action_item") == []
    for sql in (
        "SELECT note FROM communication",
        "SELECT told_whom FROM meeting",
        "SELECT material_checked_at FROM meeting",
        "SELECT email FROM meeting_person",
        "SELECT email FROM report_reader",
        "SELECT not_needed_because FROM contact_report",
        "SELECT owner_id FROM action_item",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with acting(room.cast.buyer):
                await fetch(sql)


async def test_what_we_noted_of_a_call_is_not_what_the_customer_is_owed(make: Factory) -> None:
    room = await room_of(make)
    await room.called(title="They would pay five per cent more", is_important=True)
    buyer = room.cast.buyer
    async with acting(buyer):  # rules M1, M6
        assert [each.title for each in await owed_to(buyer, [TargetKind.CONTACT_REPORT])] == [
            "Ms Wang"
        ]
        assert await fetch("SELECT id FROM target WHERE strpos(title, 'five') > 0") == []


async def test_nobody_answers_in_another_name_or_for_another_account(make: Factory) -> None:
    room, other = await room_of(make), await room_of(make)
    sent, draft = await ids(room, await room.sent()), await ids(room, await room.held())
    foreign = await ids(other, await other.sent())
    buyer = room.cast.buyer
    attempts: list[tuple[Any, ...]] = [
        (sent["account"], sent["report"], room.manager.person_id),
        (draft["account"], draft["report"], buyer.person_id),
        (foreign["account"], foreign["report"], buyer.person_id),
        (sent["account"], foreign["report"], buyer.person_id),
    ]
    for values in attempts:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with acting(buyer):
                await execute(_ANSWER, *values)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE contact_report SET conclusions = 'Otherwise'",
        "DELETE FROM contact_report",
        "UPDATE action_item SET done_at = now()",
        "UPDATE meeting SET status = 'cancelled'",
        "INSERT INTO report_reader (account_id, report_id, name, is_ours) VALUES (1, 1, 'x', true)",
        "UPDATE report_answer SET text = 'Otherwise'",
        "DELETE FROM report_answer",
    ],
)
async def test_what_was_written_is_not_a_customers_to_change(make: Factory, sql: str) -> None:
    room = await room_of(make)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with acting(room.cast.buyer):
            await execute(sql)


async def test_a_report_that_was_sent_is_not_deleted_by_us_either(make: Factory) -> None:
    room = await room_of(make)
    sent = await ids(room, await room.sent())
    async with acting(room.manager):
        await execute("DELETE FROM contact_report WHERE id = $1", sent["report"])
    assert (await ids(room, await _reference(room, sent["report"])))["report"] == sent["report"]


async def _reference(room: Room, report_id: int) -> str:
    return str(
        await room.make.owner.fetchval(
            "SELECT reference FROM contact_report WHERE id = $1", report_id
        )
    )
