"""Meetings and contact reports in the state that a test needs, made by the verbs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from portal.database import UnitOfWork, database_now, fetch
from portal.domain.accounts.queries import by_code
from portal.domain.common.actor import Actor
from portal.domain.meetings.access import meeting_by_reference, report_by_reference
from portal.domain.meetings.action_items import ItemFacts
from portal.domain.meetings.communications import CommunicationFacts, record_communication
from portal.domain.meetings.holding import hold_meeting
from portal.domain.meetings.noticing import send_notice, told_by_phone
from portal.domain.meetings.people import Guest, Party, party_of, people_of_meeting, readers_of
from portal.domain.meetings.planning import MeetingFacts, plan_meeting
from portal.domain.meetings.tables import ContactReport, Meeting
from portal.domain.meetings.writing import ReportFacts, send_report
from tests.factories import Factory, acting
from tests.scenarios import Cast, cast_of

# A Tuesday, at ten o'clock in Shanghai; no holiday is near.
NOW = datetime(2026, 8, 25, 2, 0, tzinfo=UTC)
TOMORROW = NOW + timedelta(days=1)


@asynccontextmanager
async def at(actor: Actor, moment: datetime = NOW) -> AsyncIterator[UnitOfWork]:
    """A unit of work of `actor` at that business time."""
    async with acting(actor) as unit:
        unit.now = moment
        yield unit


@dataclass
class Room:
    """An account with a contact who uses the portal and one who does not."""

    make: Factory
    cast: Cast
    buyer_contact: int
    contact: int

    @property
    def manager(self) -> Actor:
        return self.cast.manager

    def party(self, **more: Any) -> Party:
        return Party(
            contacts=[self.buyer_contact, self.contact],
            colleagues=[self.manager.staff_member_id or 0],
            **more,
        )

    def facts(self, **more: Any) -> MeetingFacts:
        """A meeting that says everything a notice has to say (rule M2)."""
        facts = MeetingFacts(
            title="Line 3: bearings of the second half-year",
            starts_at=TOMORROW,
            ends_at=TOMORROW + timedelta(hours=2),
            way="on_site",
            place="Plant 1, room 204",
            agenda="Volumes, quality, delivery",
            to_confirm="The schedule of the fourth quarter",
            how="Half an hour each, then a round through the line",
            organiser_id=self.manager.staff_member_id,
            party=self.party(),
        )
        return replace(facts, **more)

    async def planned(self, **facts: Any) -> str:
        async with at(self.manager):
            account = await by_code(self.cast.account.code, self.manager)
            return str(
                (await plan_meeting(account, self.facts(**facts), by=self.manager)).reference
            )

    async def noticed(self, **facts: Any) -> str:
        """A meeting that everybody was told of, in writing and by phone."""
        reference = await self.planned(**facts)
        async with at(self.manager):
            meeting = await self.meeting(reference)
            await send_notice(meeting, by=self.manager)
            await told_by_phone(meeting, "Mr Li", by=self.manager)
        return reference

    async def held(self, **facts: Any) -> str:
        """A meeting that took place; returns the reference of the draft of its report."""
        reference = await self.noticed(**facts)
        async with at(self.manager, TOMORROW + timedelta(hours=3)):
            meeting = await self.meeting(reference)
            rows = await fetch("SELECT id FROM meeting_person WHERE meeting_id = $1", meeting.id)
            report = await hold_meeting(meeting, [row["id"] for row in rows], by=self.manager)
            return str(report.reference)

    async def meeting(self, reference: str, by: Actor | None = None) -> Meeting:
        """The meeting in the unit of work that is open."""
        return await meeting_by_reference(reference, by=by or self.manager)

    async def report(self, reference: str, by: Actor | None = None) -> ContactReport:
        return await report_by_reference(reference, by=by or self.manager)

    async def written(self, report: ContactReport, **more: Any) -> ReportFacts:
        """A report that may be sent, to everybody who was there."""
        facts = ReportFacts(
            title=report.title,
            conclusions="The fourth quarter is as planned.",
            reasons="The line runs again; stock covers the two weeks until then.",
            party=party_of(await readers_of(report.id)),
            items=[
                ItemFacts("Send the schedule", self.manager.staff_member_id, "", _day(3)),
                ItemFacts("Release the drawings", None, "Ms Wang", _day(5)),
            ],
        )
        return replace(facts, **more)

    async def sent(self, **facts: Any) -> str:
        """A report that was sent the day after the meeting."""
        reference = await self.held()
        async with at(self.manager, TOMORROW + timedelta(hours=20)):
            report = await self.report(reference)
            await send_report(report, await self.written(report, **facts), by=self.manager)
        return reference

    async def called(self, **facts: Any) -> str | None:
        """An entry in the log; returns the reference of the report that it owes."""
        given = {"channel": "phone", "direction": "incoming", "name": "Ms Wang", "title": "Prices"}
        async with at(self.manager):
            account = await by_code(self.cast.account.code, self.manager)
            entry = CommunicationFacts(**{**given, **facts})
            _, report = await record_communication(account, entry, by=self.manager)
            return report.reference if report else None

    async def people(self, meeting: Meeting) -> Party:
        return party_of(await people_of_meeting(meeting.id))


async def room_of(make: Factory, **account: Any) -> Room:
    cast = await cast_of(make, **account)
    buyer_contact = await make.owner.fetchval(
        "SELECT id FROM contact WHERE person_id = $1", cast.buyer.person_id
    )
    contact = await make.insert(
        "contact",
        account_id=cast.account.id,
        name="Wang Fang",
        function="Purchasing",
        email="wang.fang@customer.example",
        phone="+86 571 0000 1111",
    )
    return Room(make, cast, buyer_contact, contact)


def guest(name: str = "Zhao Min", email: str = "") -> Guest:
    return Guest(name, "Engineer", email)


async def promises(room: Room, kind: str) -> list[dict[str, Any]]:
    """The clocks of this kind that belong to the account or its meetings, in their order."""
    rows = await room.make.owner.fetch(
        """SELECT t.* FROM target t WHERE t.kind = $1 AND (t.account_id = $2
               OR (t.subject_kind = 'meeting' AND t.subject_id IN
                   (SELECT id FROM meeting WHERE account_id = $2))) ORDER BY t.id""",
        kind,
        room.cast.account.id,
    )
    return [dict(row) for row in rows]


def _day(days: int) -> Any:
    return (NOW + timedelta(days=days)).date()


__all__ = ["NOW", "TOMORROW", "Room", "at", "database_now", "guest", "promises", "room_of"]
