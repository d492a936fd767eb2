"""Before a meeting the organiser is reminded: of the material, and who comes (rule M2)."""

from datetime import datetime, timedelta

from portal.database import Login, unit_of_work
from portal.domain.meetings.noticing import material_checked
from portal.domain.meetings.reminding import remind_of_meetings
from tests.factories import Factory
from tests.meeting_scenarios import TOMORROW, Room, at, room_of


async def reminded(room: Room, moment: datetime) -> list[str]:
    """Run the sweep at that business time; what this account's meetings were reminded of so far."""
    async with unit_of_work(Login.WORKER) as unit:
        unit.now = moment
        await remind_of_meetings()
    rows = await room.make.owner.fetch(
        """SELECT kind FROM outbox WHERE account_id = $1
             AND kind IN ('meeting.check_material', 'meeting.confirm_attendance') ORDER BY id""",
        room.cast.account.id,
    )
    return [row["kind"] for row in rows]


async def test_attendance_an_hour_before_leaving_material_half_an_hour_before(
    make: Factory,
) -> None:
    room = await room_of(make)
    leaves = TOMORROW - timedelta(hours=1)
    await room.noticed(leaves_at=leaves)
    assert await reminded(room, leaves - timedelta(minutes=61)) == []
    first = ["meeting.confirm_attendance"]
    assert await reminded(room, leaves - timedelta(minutes=60)) == first  # rule M2
    assert await reminded(room, TOMORROW - timedelta(minutes=31)) == first
    both = [*first, "meeting.check_material"]
    assert await reminded(room, TOMORROW - timedelta(minutes=30)) == both  # rule M2
    assert await reminded(room, TOMORROW - timedelta(minutes=5)) == both  # once each


async def test_what_is_done_is_not_reminded_of(make: Factory) -> None:
    room = await room_of(make)
    reference = await room.noticed()
    async with at(room.manager, TOMORROW - timedelta(minutes=70)):
        await material_checked(await room.meeting(reference), by=room.manager)
    assert await reminded(room, TOMORROW - timedelta(minutes=5)) == ["meeting.confirm_attendance"]
