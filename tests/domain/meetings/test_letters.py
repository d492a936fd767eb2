"""Notices, cancellations and reports by mail, to contacts without access, too (rules M1, M2)."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

from icalendar import Calendar

from portal.database import Login, unit_of_work
from portal.domain.meetings.noticing import send_notice
from portal.domain.meetings.planning import cancel_meeting, change_meeting
from portal.domain.notices.expansion import expand
from portal.domain.notices.mails import MailToSend, claim, note_bounced
from portal.domain.notices.undelivered import undelivered_to
from portal.rendering.mails import write_mail
from tests.factories import Factory
from tests.meeting_scenarios import TOMORROW, Room, at, guest, room_of
from tests.workers.works import HEAD


async def told(room: Room, kind: str) -> None:
    """Expand the newest event of this kind, as the worker does."""
    event = await room.make.owner.fetchval(
        "SELECT max(id) FROM outbox WHERE kind = $1 AND account_id = $2",
        kind,
        room.cast.account.id,
    )
    async with unit_of_work(Login.WORKER):
        assert await expand(event, mail_domain=HEAD.domain)


async def letters(room: Room, template: str = "meeting") -> list[dict[str, Any]]:
    rows = await room.make.owner.fetch(
        "SELECT * FROM mail WHERE account_id = $1 AND template = $2 ORDER BY id",
        room.cast.account.id,
        template,
    )
    return [{**row, "words": json.loads(row["words"])} for row in rows]


async def written(mail_id: int) -> tuple[MailToSend, EmailMessage]:
    async with unit_of_work(Login.WORKER):
        mail = await claim(mail_id, 0)
    assert mail is not None
    return mail, write_mail(mail, HEAD)


def event_in(message: EmailMessage) -> tuple[str, Any]:
    """The method and the event of the invitation that a calendar finds in a mail."""
    (part,) = [each for each in message.walk() if each.get_param("method")]
    calendar = Calendar.from_ical(part.get_payload(decode=True))
    assert calendar["METHOD"] == part.get_param("method")
    return str(calendar["METHOD"]), calendar.walk("VEVENT")[0]


async def test_everybody_who_takes_part_is_invited(make: Factory) -> None:
    room = await room_of(make)
    invited = room.party(guests=[guest("Zhao Min", "zhao@guest.example"), guest("Without address")])
    await room.noticed(party=invited)
    await told(room, "meeting.notice")
    mails = await letters(room)
    assert {mail["address"] for mail in mails} == {
        await make.email(room.cast.buyer),
        await make.email(room.manager),
        "wang.fang@customer.example",
        "zhao@guest.example",
    }
    known = {mail["address"]: mail for mail in mails}
    assert known["wang.fang@customer.example"]["contact_id"] == room.contact
    assert known["wang.fang@customer.example"]["person_id"] is None
    # In the portal the same is told beside, without a second mail.
    assert len({mail["message_id"] for mail in mails}) == len(mails) == 4


async def test_the_notice_says_all_six_things_and_carries_an_invitation(make: Factory) -> None:
    room = await room_of(make)
    reference = await room.noticed()
    await told(room, "meeting.notice")
    mail = next(each for each in await letters(room) if each["contact_id"] == room.contact)
    claimed, message = await written(mail["id"])
    text = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    facts = room.facts()
    for said in (
        facts.place,
        facts.agenda,
        facts.to_confirm,
        facts.how,
        "Wang Fang",
        room.manager.name,
    ):
        assert said in text  # rule M2
    assert "portal.hengda.example" not in text.split("-- ")[0]  # no link opens without access
    method, event = event_in(message)
    assert (method, int(event["SEQUENCE"]), str(event["STATUS"])) == ("REQUEST", 0, "CONFIRMED")
    assert str(event["UID"]) == f"{reference}@{HEAD.domain}"
    assert event["DTSTART"].dt == TOMORROW
    assert str(event["ATTENDEE"]) == "mailto:wang.fang@customer.example"
    assert str(event["ORGANIZER"]) == f"mailto:{await make.email(room.manager)}"
    assert message["Reply-To"].addresses[0].addr_spec == await make.email(room.manager)
    assert write_mail(claimed, HEAD).as_bytes().count(b"BEGIN:VCALENDAR") == 0  # encoded, whole
    assert [each.get_filename() for each in message.iter_attachments()] == ["invitation.ics"]


async def test_a_change_comes_as_the_next_sequence_and_uninvites_who_is_not_needed(
    make: Factory,
) -> None:
    room = await room_of(make)
    reference = await room.noticed()
    await told(room, "meeting.notice")
    later = TOMORROW + timedelta(days=1)
    facts = room.facts(starts_at=later, ends_at=later + timedelta(hours=1))
    without = replace(facts, party=replace(facts.party, contacts=[room.buyer_contact]))
    async with at(room.manager):
        await change_meeting(await room.meeting(reference), without, "Holiday", by=room.manager)
        await send_notice(await room.meeting(reference), by=room.manager)
    await told(room, "meeting.notice")
    new = (await letters(room))[3:]
    assert {
        mail["contact_id"]: mail["words"]["method"] for mail in new if not mail["person_id"]
    } == {room.contact: "cancel"}
    moved = next(mail for mail in new if mail["person_id"] == room.cast.buyer.person_id)
    _, message = await written(moved["id"])
    method, event = event_in(message)
    assert (method, int(event["SEQUENCE"]), event["DTSTART"].dt) == ("REQUEST", 1, later)
    assert "Holiday" in message.get_body(("plain",)).get_content()  # type: ignore[union-attr]


async def test_a_cancellation_reaches_whom_the_invitation_reached(make: Factory) -> None:
    room = await room_of(make)
    reference = await room.noticed()
    await told(room, "meeting.notice")
    async with at(room.manager):
        await cancel_meeting(await room.meeting(reference), "Strike", by=room.manager)
    await told(room, "meeting.cancelled")
    cancelled = (await letters(room))[3:]
    assert len(cancelled) == 3
    method, event = event_in((await written(cancelled[0]["id"]))[1])
    assert (method, str(event["STATUS"]), int(event["SEQUENCE"])) == ("CANCEL", "CANCELLED", 1)


async def test_nobody_hears_of_the_end_of_a_meeting_that_nobody_knew_of(make: Factory) -> None:
    room = await room_of(make)
    reference = await room.planned()
    async with at(room.manager):
        await cancel_meeting(await room.meeting(reference), "A slip", by=room.manager)
    await told(room, "meeting.cancelled")
    assert await letters(room) == []


async def test_a_report_is_read_whole_in_the_mail(make: Factory) -> None:
    room = await room_of(make)
    await room.sent()
    await told(room, "report.sent")
    mails = await letters(room, "contact_report")
    assert len(mails) == 3  # rule M1: the customer's people and the team
    mail = next(each for each in mails if each["contact_id"] == room.contact)
    _, message = await written(mail["id"])
    text = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    for said in (
        "The fourth quarter is as planned.",
        "stock covers",
        "Send the schedule",
        "Ms Wang",
    ):
        assert said in text
    theirs = next(each for each in mails if each["person_id"] == room.cast.buyer.person_id)
    _, message = await written(theirs["id"])
    assert "/contact-reports/CR-" in message.get_body(("plain",)).get_content()  # type: ignore[union-attr]


async def test_letters_to_a_contact_who_left_are_not_sent(make: Factory) -> None:
    room = await room_of(make)
    await room.noticed()
    await told(room, "meeting.notice")
    mail = next(each for each in await letters(room) if each["contact_id"] == room.contact)
    await make.owner.execute(
        "UPDATE contact SET archived_at = $2 WHERE id = $1",
        room.contact,
        datetime.now().astimezone(),
    )
    async with unit_of_work(Login.WORKER):
        assert await claim(mail["id"], 0) is None


async def test_a_letter_that_comes_back_is_seen_at_the_contact(make: Factory) -> None:
    room = await room_of(make)
    await room.noticed()
    await told(room, "meeting.notice")
    mail = next(each for each in await letters(room) if each["contact_id"] == room.contact)
    async with unit_of_work(Login.WORKER):
        claimed = await claim(mail["id"], 0)
        assert claimed is not None
        await note_bounced(claimed, "550")
    async with at(room.manager):
        came_back = await undelivered_to([room.buyer_contact, room.contact])
    assert {contact: each.address for contact, each in came_back.items()} == {
        room.contact: "wang.fang@customer.example"
    }
