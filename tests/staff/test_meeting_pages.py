"""Meetings, contact reports and the log on staff's pages (rules M1, M2, M6)."""

import re
from datetime import timedelta
from typing import Any

from portal.domain.common.permissions import StaffRole
from tests.factories import Factory
from tests.meeting_scenarios import Room, room_of
from tests.visitor import Visitor, signed_in
from tests.workbooks import words_of

MEETINGS, REPORTS = "/staff/meetings", "/staff/contact-reports"


async def version(make: Factory, reference: str) -> str:
    table = "meeting" if reference.startswith("MT") else "contact_report"
    return str(
        await make.owner.fetchval(
            f"SELECT version FROM {table} WHERE reference = $1 ORDER BY id DESC LIMIT 1",
            reference,
        )
    )


async def send(visitor: Visitor, make: Factory, reference: str, form: str, **fields: Any) -> Any:
    home = MEETINGS if reference.startswith("MT") else REPORTS
    sent = {"version": await version(make, reference), **fields}
    return await visitor.post(f"{home}/{reference}/{form}", sent)


def meeting_form(room: Room, day: str, **fields: Any) -> dict[str, Any]:
    return {
        "title": "Bearings of the second half-year",
        "starts_at": f"{day}T10:00",
        "minutes": "90",
        "way": "on_site",
        "place": "Plant 1",
        "agenda": "Volumes",
        "to_confirm": "The schedule",
        "how": "A round through the line",
        "organiser": str(room.manager.staff_member_id),
        "contacts": [str(room.buyer_contact), str(room.contact)],
        "colleagues": [str(room.manager.staff_member_id)],
        **fields,
    }


async def tomorrow(make: Factory, days: int = 2) -> str:
    day = await make.owner.fetchval("SELECT business_now()")
    return str((day + timedelta(days=days)).date())


async def begin(make: Factory, reference: str) -> None:
    """Let a meeting have begun an hour ago."""
    await make.owner.execute(
        """UPDATE meeting SET starts_at = business_now() - interval '2 hours',
               ends_at = business_now() - interval '1 hour', leaves_at = NULL
           WHERE reference = $1""",
        reference,
    )


async def planned(visitor: Visitor, room: Room, **fields: Any) -> str:
    path = f"{MEETINGS}/new?account={room.cast.account.code}"
    await visitor.get(path)
    answer = await visitor.post(path, meeting_form(room, await tomorrow(room.make), **fields))
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"].rpartition("/")[2].partition("?")[0])


async def test_from_the_plan_to_the_report_that_the_customer_acknowledges(
    site: Any, make: Factory
) -> None:
    room = await room_of(make)
    desk = await signed_in(site, make, room.manager)
    reference = await planned(desk, room, how="")
    page = (await desk.get(f"{MEETINGS}/{reference}")).text
    assert "The notice is not complete" in page  # rule M2
    assert "how it proceeds" in page
    changed = meeting_form(room, await tomorrow(make))
    guests = {"guests-1-name": "Zhao Min", "guests-1-email": "zhao@guest.example"}
    answer = await send(desk, make, reference, "change", **changed, **guests)
    assert answer.status_code == 303, answer.text
    assert "Zhao Min" in (await desk.get(f"{MEETINGS}/{reference}?do=notice")).text
    assert (await send(desk, make, reference, "notice")).status_code == 303
    assert (await send(desk, make, reference, "phone", whom="Wang Fang")).status_code == 303
    buyer = await signed_in(site, make, room.cast.buyer)
    seen = (await buyer.get(f"/meetings/{reference}")).text
    assert "A round through the line" in seen
    assert room.manager.name in seen
    await begin(make, reference)
    page = (await desk.get(f"{MEETINGS}/{reference}?do=held")).text
    there = re.findall(r'name="attended" value="(\d+)"', page)
    assert (await send(desk, make, reference, "held", attended=there)).status_code == 303
    report = await make.owner.fetchval(
        """SELECT r.reference FROM contact_report r JOIN meeting m ON m.id = r.meeting_id
           WHERE m.reference = $1""",
        reference,
    )
    page = (await desk.get(f"{REPORTS}/{report}")).text
    assert "Send the report" in page
    assert 'value="Zhao Min"' in page
    assert (await buyer.get(f"/contact-reports/{report}")).status_code == 404
    draft = {
        "title": "Second half-year",
        "conclusions": "As planned.",
        "reasons": "",
        "contacts": [str(room.contact), str(room.buyer_contact)],
        "colleagues": [str(room.manager.staff_member_id)],
        "items-0-text": "Send the schedule",
        "items-0-owner": str(room.manager.staff_member_id),
        "items-0-due_on": await tomorrow(make, 5),
        "items-2-text": "Release the drawings",
        "items-2-owner_name": "Ms Wang",
        "items-2-due_on": await tomorrow(make, 6),
    }
    refused = await send(desk, make, report, "draft", **draft, _send="yes")
    assert refused.status_code == 422
    assert "Write how the conclusions were reached." in refused.text  # rule M1
    assert "Release the drawings" in refused.text
    assert (await send(desk, make, report, "draft", **draft)).status_code == 303
    draft["reasons"] = "The line runs."
    assert (await send(desk, make, report, "draft", **draft, _send="yes")).status_code == 303
    page = (await desk.get(f"{REPORTS}/{report}")).text
    assert "Release the drawings" in page
    assert "Write the report" not in page
    mine = (await buyer.get(f"/contact-reports/{report}")).text
    assert "The line runs." in mine
    assert (await send_as(buyer, make, report, "comment", text="")).status_code == 422
    assert (await send_as(buyer, make, report, "comment", text="The 5th")).status_code == 303
    assert (await send_as(buyer, make, report, "acknowledge")).status_code == 303
    assert (
        "You have acknowledged this report." in (await buyer.get(f"/contact-reports/{report}")).text
    )
    page = (await desk.get(f"{REPORTS}/{report}")).text
    assert "The 5th" in page


async def send_as(visitor: Visitor, make: Factory, report: str, form: str, **fields: Any) -> Any:
    sent = {"version": await version(make, report), **fields}
    return await visitor.post(f"/contact-reports/{report}/{form}", sent)


async def test_wrong_fields_of_a_meeting_are_said_where_they_are(site: Any, make: Factory) -> None:
    room = await room_of(make)
    desk = await signed_in(site, make, room.manager)
    path = f"{MEETINGS}/new?account={room.cast.account.code}"
    await desk.get(path)
    wrong = meeting_form(room, "2020-01-01", minutes="0", title="", organiser="")
    answer = await desk.post(path, {**wrong, "guests-1-name": "Zhao", "guests-1-email": "zhao"})
    assert answer.status_code == 422
    for field in ("title", "starts_at", "minutes", "organiser", "guests-0-email"):
        assert f'href="#field-{field}"' in answer.text, field
    # Without script a button asks for another line; nothing typed is lost.
    more = await desk.post(path, {**wrong, "guests-0-name": "Zhao", "_add_guests": "1"})
    assert more.status_code == 200
    assert 'value="Zhao"' in more.text
    assert 'name="guests-3-name"' in more.text


async def test_lists_show_what_is_owed_and_who_may_not_see_sees_nothing(
    site: Any, make: Factory
) -> None:
    room = await room_of(make)
    meeting, report = await room.noticed(), await room.held()
    desk = await signed_in(site, make, room.manager)
    account = room.cast.account.id
    assert report in (await desk.get(f"{REPORTS}?account={account}")).text
    assert meeting in (await desk.get(f"{MEETINGS}?status=any&account={account}&q=line")).text
    stranger = await signed_in(site, make, await make.staff(StaffRole.SALES_REPRESENTATIVE))
    assert meeting not in (await stranger.get(f"{MEETINGS}?status=any")).text
    for path in (f"{MEETINGS}/{meeting}", f"{REPORTS}/{report}"):
        assert (await stranger.get(path)).status_code == 404  # rule A6


async def test_a_call_is_entered_and_an_important_one_leads_to_its_report(
    site: Any, make: Factory
) -> None:
    room = await room_of(make)
    desk = await signed_in(site, make, room.manager)
    path = f"/staff/accounts/{room.cast.account.code}/log"
    assert "Nobody has spoken with this customer yet." in (await desk.get(path)).text
    call = {"channel": "phone", "direction": "incoming", "contact": str(room.contact)}
    refused = await desk.post(path, {**call, "title": ""})
    assert refused.status_code == 422
    answer = await desk.post(path, {**call, "title": "Prices of 2027", "note": "Ten per cent"})
    assert answer.headers["location"] == path
    page = (await desk.get(path)).text
    assert "Ten per cent" in page
    assert "Wang Fang" in page
    answer = await desk.post(path, {**call, "title": "Line stopped", "important": "yes"})
    assert answer.headers["location"].startswith(f"{REPORTS}/CR-")  # rule M1
    assert "Line stopped" in (await desk.get(answer.headers["location"])).text
    assert "Prices of 2027" not in (await desk.get(f"{path}?q=stopped")).text
    assert (await desk.get(f"{path}?since=nonsense&until=2020-01-01&after=1-1")).status_code == 200
    book = await desk.get(f"{path}.xlsx?q=prices")
    assert "Prices of 2027" in words_of(book.content)
    assert "Line stopped" not in words_of(book.content)


async def test_a_correction_is_written_sent_and_read_beside_what_was_sent(
    site: Any, make: Factory
) -> None:
    room = await room_of(make)
    report = await room.sent()
    desk = await signed_in(site, make, room.manager)
    answer = await send(desk, make, report, "correction", reason="The volumes were wrong")
    assert answer.status_code == 303
    page = (await desk.get(f"{REPORTS}/{report}")).text
    assert "Correction: until it is sent" in page
    buyer = await signed_in(site, make, room.cast.buyer)
    assert "The volumes were wrong" not in (await buyer.get(f"/contact-reports/{report}")).text
    fields = {
        "title": "Corrected",
        "conclusions": "Twenty per cent more.",
        "reasons": "Counted again.",
        "contacts": [str(room.contact)],
        "colleagues": [str(room.manager.staff_member_id)],
    }
    assert (await send(desk, make, report, "draft", **fields, _send="yes")).status_code == 303
    page = (await buyer.get(f"/contact-reports/{report}")).text
    assert "The volumes were wrong" in page
    old = (await buyer.get(f"/contact-reports/{report}/revisions/1")).text
    assert "There is a newer revision" in old
    assert (await buyer.get(f"/contact-reports/{report}/revisions/7")).status_code == 404
    assert (await desk.get(f"{REPORTS}/{report}/revisions/1")).status_code == 200
    assert (await desk.get(f"{REPORTS}/{report}/revisions/99999999999")).status_code == 404
