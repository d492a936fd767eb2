"""Visits on staff's pages: planned, arranged, prepared, recorded, in a calendar (rules V1-V8)."""

import re
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from icalendar import Calendar
from PIL import Image

from portal.domain.common.permissions import StaffRole
from portal.domain.visits import appointments
from portal.staff.visits import calendar
from portal.web.throttle import Limit
from tests.factories import Factory, acting
from tests.scenarios import cast_of
from tests.visit_scenarios import (
    ZONE,
    Visited,
    confirmed_visit,
    loaded,
    made_visit,
    planned_visit,
    proposed_visit,
    time_on_working_day,
)
from tests.visitor import Visitor, signed_in

HOME = "/staff/visits"


async def version(make: Factory, reference: str) -> str:
    sql = "SELECT version FROM visit WHERE reference = $1"
    return str(await make.owner.fetchval(sql, reference))


async def send(visitor: Visitor, make: Factory, at: Visited, form: str, **fields: Any) -> Any:
    return await visitor.post(
        f"{HOME}/{at.reference}/{form}", {"version": await version(make, at.reference), **fields}
    )


async def typed(cast: Any, days: int = 3, hour: int = 10) -> str:
    """A time as its field has it, by the clock at the customer's."""
    async with acting(cast.manager):
        at = await time_on_working_day(cast, days, hour)
    return at.astimezone(ZONE).strftime("%Y-%m-%dT%H:%M")


async def test_a_visit_is_planned_for_a_customer_one_may_see(site: Any, make: Factory) -> None:
    cast = await cast_of(make)
    manager = await signed_in(site, make, cast.manager)
    choice = (await manager.get(f"{HOME}/new")).text
    assert f"account={cast.account.code}" in choice
    form = f"{HOME}/new?account={cast.account.code}"
    assert (await manager.get(form)).status_code == 200
    day = (await typed(cast, 5))[:10]
    given = {"kind": "visit", "way": "on_site", "due_on": day, "owner": "999999", "goal": ""}
    refused = await manager.post(form, given)
    assert refused.status_code == 422
    for field in ("goal", "owner"):
        assert f'href="#field-{field}"' in refused.text
    complete = {**given, "goal": "See line 3", "owner": cast.manager.staff_member_id}
    planned = await manager.post(form, complete)
    assert planned.status_code == 303
    page = (await manager.get(planned.headers["location"])).text
    assert "See line 3" in page
    assert "?do=proposal#panel" in page
    reference = planned.headers["location"].rsplit("/", 1)[-1]
    assert reference in (await manager.get(f"{HOME}?owner=me&q={reference}")).text
    stranger = await signed_in(site, make, await make.staff(StaffRole.SALES_REPRESENTATIVE))
    assert (await stranger.get(form)).status_code == 404  # rule A6
    assert (await stranger.get(f"{HOME}/{reference}")).status_code == 404
    assert (await stranger.get(f"{HOME}/{reference}/record")).status_code == 404


async def test_a_time_is_proposed_answered_and_moved(site: Any, make: Factory) -> None:
    at = await planned_visit(make)
    cast = at.cast
    manager = await signed_in(site, make, cast.manager)
    await manager.get(f"{HOME}/{at.reference}")
    noon = {"starts_at": await typed(cast, 3, 13), "minutes": "60", "way": "on_site"}
    refused = await send(manager, make, at, "proposal", **noon, place="Plant 1")
    assert refused.status_code == 422  # rule V7
    assert "the customer rests" in refused.text
    good = {**noon, "starts_at": await typed(cast), "place": "Plant 1", "told": "Line 3"}
    assert (await send(manager, make, at, "proposal", **good)).status_code == 303
    async with acting(cast.buyer):
        other = await time_on_working_day(cast, 4, 15)
        visit = await loaded(at.reference, cast.buyer)
        await appointments.propose_other(visit, other, "Our engineer is away.", by=cast.buyer)
    page = (await manager.get(f"{HOME}/{at.reference}")).text
    assert "The customer asks for another time" in page
    assert "Our engineer is away." in page
    assert (await send(manager, make, at, "agreement")).status_code == 303
    again = {**good, "starts_at": await typed(cast, 6)}
    silent = await send(manager, make, at, "move", **again)
    assert silent.status_code == 422  # rule V5: nothing is moved without saying why
    assert 'href="#field-reason"' in silent.text
    moved = await send(manager, make, at, "move", **again, reason="We are ill.")
    assert moved.status_code == 303
    page = (await manager.get(f"{HOME}/{at.reference}")).text
    assert "Time proposed" in page
    assert "We are ill." in page
    stale = await manager.post(f"{HOME}/{at.reference}/move", {"version": "1", **again})
    assert stale.status_code == 409


async def test_preparation_people_owner_and_the_end(site: Any, make: Factory) -> None:
    at = await proposed_visit(make)
    cast = at.cast
    manager = await signed_in(site, make, cast.manager)
    page = f"{HOME}/{at.reference}"
    await manager.get(f"{page}?do=item&about=offer")
    for kind, text in (("preparation", "Ask for the plan of line 3"), ("offer", "Yearly check")):
        assert (await send(manager, make, at, "item", kind=kind, text=text)).status_code == 303
    item = await make.owner.fetchval(
        "SELECT i.id FROM visit_item i JOIN visit v ON v.id = i.visit_id WHERE v.reference = $1",
        at.reference,
    )
    assert (
        await send(manager, make, at, "items-ticked", about=item, done="yes")
    ).status_code == 303
    assert "Not done: Ask for the plan of line 3" in (await manager.get(page)).text
    assert (await send(manager, make, at, "items-removed", about=item)).status_code == 303
    assert "Ask for the plan of line 3" not in (await manager.get(page)).text
    who = f"colleague:{cast.representative.staff_member_id}"
    assert (await send(manager, make, at, "person", who=who)).status_code == 303
    assert (await send(manager, make, at, "person", who=who)).status_code == 422
    assert (await send(manager, make, at, "person", name="Li Wei")).status_code == 303
    assert "Li Wei" in (await manager.get(f"{page}?do=person")).text
    owner = cast.representative.staff_member_id
    assert (await send(manager, make, at, "owner", owner=owner)).status_code == 303
    refused = await send(manager, make, at, "cancellation", reason="")
    assert refused.status_code == 422
    assert 'href="#field-reason"' in refused.text
    assert (await send(manager, make, at, "cancellation", reason="Moved away")).status_code == 303
    ended = (await manager.get(f"{page}?do=move")).text
    assert "Moved away" in ended
    assert 'id="panel"' not in ended


async def test_it_is_made_once_the_record_is_complete(site: Any, make: Factory) -> None:
    at = await confirmed_visit(make)
    cast = at.cast
    manager = await signed_in(site, make, cast.manager)
    await send(manager, make, at, "item", kind="question", text="How do the seals hold?")
    form = f"{HOME}/{at.reference}/record"
    shown = (await manager.get(form)).text
    field = re.search(r'name="(items-\d+-outcome)"', shown)
    assert field is not None
    now = datetime.now(ZONE)
    given = {
        "version": await version(make, at.reference),
        "made_at": (now - timedelta(minutes=2)).strftime("%Y-%m-%dT%H:%M"),
        "satisfaction": "dissatisfied",
        "met-0-name": "Li Wei",
        "opinions-0-text": "Late again",
        "opinions-0-sentiment": "",
    }
    refused = await manager.post(form, given)
    assert refused.status_code == 422  # rules V6, V7: complete, or it is not made
    for name in ("cause", "remedy", "report", "gifts", field[1], "opinions-0-sentiment"):
        assert f'href="#field-{name}"' in refused.text, name
    more = await manager.post(form, {**given, "_add_opinions": "1"})
    assert 'name="opinions-1-text"' in more.text
    complete = {
        **given,
        "cause": "Two deliveries came late",
        "remedy": "A weekly call",
        "report": "Line 3 runs.",
        "usage_note": "Eight hours a day",
        "gifts": "declined",
        "gifts_note": "Tea",
        "for_customer": "Thank you.",
        field[1]: "Well.",
        "opinions-0-sentiment": "criticism",
        "_form_key": "written-on-the-way-back",
    }
    files = [("files", ("line.png", _picture(), "image/png"))]
    made = await manager.post(form, complete, files=files)
    assert made.status_code == 303
    again = await manager.post(form, complete)  # sent twice where the first answer was lost
    assert (again.status_code, again.headers["location"]) == (303, made.headers["location"])
    page = (await manager.get(f"{HOME}/{at.reference}")).text
    for said in ("Dissatisfied", "A weekly call", "Offered and declined: Tea", "Late again"):
        assert said in page, said
    assert "/staff/contact-reports/CR-" in page  # rule M1
    photo = re.search(r'href="(/staff/visits/files/[^"]+)"', page)
    assert photo is not None
    assert (await manager.get(photo[1])).status_code == 200
    assert (await manager.get(form)).headers["location"] == f"{HOME}/{at.reference}"
    stranger = await signed_in(site, make, await make.staff(StaffRole.SALES_REPRESENTATIVE))
    assert (await stranger.get(photo[1])).status_code == 404  # rule A6


async def test_what_was_agreed_before_an_account_was_archived_is_recorded(
    site: Any, make: Factory
) -> None:
    at = await confirmed_visit(make)
    await make.owner.execute(
        "UPDATE account SET archived_at = now() WHERE id = $1", at.cast.account.id
    )
    manager = await signed_in(site, make, at.cast.manager)
    form = f"{HOME}/{at.reference}/record"
    assert (await manager.get(form)).status_code == 200
    refused = await manager.post(form, {"version": await version(make, at.reference)})
    assert refused.status_code == 422  # rule V6


async def test_the_calendar_shows_what_is_agreed_and_feeds_programmes(
    site: Any, make: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = await confirmed_visit(make)
    made = await made_visit(
        make, await confirmed_visit(make, await proposed_visit(make, cast=at.cast))
    )
    day = (await typed(at.cast))[:10]
    manager = await signed_in(site, make, at.cast.manager)
    for view in ("month", "week"):
        page = (await manager.get(f"{HOME}/calendar?view={view}&on={day}")).text
        assert f'href="{HOME}/{at.reference}"' in page, view
        assert f'href="{HOME}/{made.reference}"' in page, view
    assert (await manager.get(f"{HOME}/calendar?on=0001-01-01&whose=nobody")).status_code == 200
    shown = (await manager.post(f"{HOME}/calendar/feed")).text
    address = re.search(r"/staff/visits/calendar/[\w-]+\.ics", shown)
    assert address is not None
    nobody = Visitor(site)
    fed = await nobody.get(address[0])
    assert fed.headers["content-type"].startswith("text/calendar")
    events = Calendar.from_ical(fed.content).walk("VEVENT")
    assert at.reference in {str(event["uid"]).split("@")[0] for event in events}
    assert address[0].rsplit("/", 1)[-1] not in (await manager.get(f"{HOME}/calendar")).text
    await manager.post(f"{HOME}/calendar/feed")
    assert (await nobody.get(address[0])).status_code == 404
    monkeypatch.setattr(calendar, "FEEDS_PER_CLIENT", Limit(f"feed-{at.reference}", 3, 600))
    guesses = [(await nobody.get(f"{HOME}/calendar/guess.ics")).status_code for _ in range(4)]
    assert guesses == [404, 404, 404, 429]
    await manager.post(f"{HOME}/calendar/feed/end")
    assert "Make an address" in (await manager.get(f"{HOME}/calendar")).text


async def test_installations_and_first_visits_are_marked_on_the_customers_page(
    site: Any, make: Factory
) -> None:  # rules V2, V3
    cast = await cast_of(make, tier="potential")
    manager = await signed_in(site, make, cast.manager)
    page = f"/staff/accounts/{cast.account.code}/visits"
    assert "Mark an installation" in (await manager.get(page)).text
    today = datetime.now(ZONE).date().isoformat()
    wrong = {"what": "Press 4", "completed_on": today, "order": "SO-2020-99999"}
    refused = await manager.post(f"{page}/installation", wrong)
    assert refused.status_code == 422
    assert 'href="#field-order"' in refused.text
    marked = await manager.post(f"{page}/installation", {**wrong, "order": ""})
    assert marked.headers["location"].startswith(page)
    assert "Press 4" in (await manager.get(page)).text
    number = await make.owner.fetchval(
        "SELECT id FROM site_installation WHERE account_id = $1", cast.account.id
    )
    shown = (await manager.get(f"{page}?do=installation-revoked&about={number}")).text
    assert 'name="version" value="1"' in shown
    taken = {"version": "1", "about": number, "because": "Another customer's"}
    other = await cast_of(make)
    stranger = await signed_in(site, make, other.manager)
    elsewhere = f"/staff/accounts/{other.account.code}/visits/installation-revoked"
    assert (await stranger.post(elsewhere, taken)).status_code == 404  # rule A6
    assert (await manager.post(f"{page}/installation-revoked", taken)).status_code == 303
    assert "Taken back: Another customer" in (await manager.get(page)).text
    came = {"came_on": today, "who_came": "Ms Chen", "interest": "Bearings"}
    assert (await manager.post(f"{page}/first-visit", came)).status_code == 303
    assert "Ms Chen" in (await manager.get(page)).text
    assert (await manager.post(f"{page}/first-visit", came)).status_code == 409
    ended = {"version": "1", "because": "They bought elsewhere"}
    assert (await manager.post(f"{page}/chain-end", ended)).status_code == 303
    assert "They bought elsewhere" in (await manager.get(page)).text


def _picture() -> bytes:
    file = BytesIO()
    Image.new("RGB", (40, 30), "teal").save(file, "PNG")
    return file.getvalue()
