"""Appointments on the customer's side: agreed, another time asked for, summed up (rules V5, V6)."""

import re
from datetime import timedelta
from typing import Any

from portal.domain.common.permissions import CustomerRole
from portal.domain.meetings.visit_recording import record as record_with_report
from portal.domain.opinions.opening import OpinionFacts
from portal.domain.visits.rest_hours import FURTHEST
from tests.customer.conftest import CountStatements
from tests.factories import Factory, acting
from tests.visit_scenarios import (
    ZONE,
    Visited,
    confirmed_visit,
    loaded,
    planned_visit,
    proposed_visit,
    time_on_working_day,
    visit_record,
)
from tests.visitor import Visitor, signed_in

OURS = ("See how the bearings run", "Line 3 runs without trouble", "greased weekly")


async def send(visitor: Visitor, at: Visited, form: str, **fields: str) -> Any:
    """Send a form of the page as it is now."""
    page = (await visitor.get(f"/visits/{at.reference}")).text
    version = re.findall(r'name="version" value="(\d+)"', page)
    return await visitor.post(
        f"/visits/{at.reference}/{form}", {"version": version[0] if version else "1", **fields}
    )


async def test_the_customer_agrees_to_the_time(site: Any, make: Factory) -> None:  # rule V5
    at = await proposed_visit(make)
    visitor = await signed_in(site, make, at.cast.buyer)
    home = (await visitor.get("/")).text
    assert f'href="/visits/{at.reference}#answer"' in home
    page = (await visitor.get(f"/visits/{at.reference}")).text
    assert "We would like to see line 3." in page
    assert "Plant 1, meeting room" in page
    assert not [each for each in OURS if each in page]
    answer = await send(visitor, at, "confirm")
    assert answer.status_code == 303
    page = (await visitor.get(f"/visits/{at.reference}")).text
    assert "Appointment agreed" in page
    assert "Agree to this time" not in page
    assert "Agreed with you" in (await visitor.get("/")).text
    again = await visitor.post(f"/visits/{at.reference}/confirm", {"version": "1"})
    assert again.status_code == 409


async def test_another_time_is_typed_by_ones_own_clock(site: Any, make: Factory) -> None:  # V5
    at = await confirmed_visit(make)
    visitor = await signed_in(site, make, at.cast.buyer)
    refused = await send(visitor, at, "other-time", starts_at="", reason="We count stock.")
    assert refused.status_code == 422
    assert "We count stock." in refused.text
    async with acting(at.cast.manager):
        wish = await time_on_working_day(at.cast, 8, 15)
    local = wish.astimezone(ZONE)
    night = local.replace(hour=23).strftime("%Y-%m-%dT%H:%M")
    refused = await send(visitor, at, "other-time", starts_at=night, reason="We count stock.")
    assert refused.status_code == 422  # rule V7: rest hours
    far = (local + FURTHEST + timedelta(days=30)).strftime("%Y-%m-%dT%H:%M")
    refused = await send(visitor, at, "other-time", starts_at=far, reason="We count stock.")
    assert refused.status_code == 422
    typed = local.strftime("%Y-%m-%dT%H:%M")
    answer = await send(visitor, at, "other-time", starts_at=typed, reason="We count stock.")
    assert answer.status_code == 303
    moved = await make.owner.fetchval(
        """SELECT m.to_starts_at FROM visit_move m JOIN visit v ON v.id = m.visit_id
           WHERE v.reference = $1""",
        at.reference,
    )
    assert moved == wish
    page = (await visitor.get(f"/visits/{at.reference}")).text
    assert "Another time wanted" in page
    assert "We count stock." in page
    kept = await send(visitor, at, "confirm")
    assert kept.status_code == 303  # the time we proposed may still be kept


async def test_what_is_for_the_customer_is_read_and_nothing_else(  # rules V6, M1
    site: Any, make: Factory
) -> None:
    at = await confirmed_visit(make)
    said = OpinionFacts(sentiment="criticism", text="Deliveries come late", is_shown=True)
    kept = OpinionFacts(sentiment="wish", text="They want a discount")
    async with acting(at.cast.manager):
        facts = await visit_record(opinions=(said, kept))
        visit = await loaded(at.reference, at.cast.manager)
        await record_with_report(visit, facts, by=at.cast.manager)
    visitor = await signed_in(site, make, at.cast.buyer)
    page = (await visitor.get(f"/visits/{at.reference}")).text
    assert "Thank you for the tour of line 3." in page
    assert "Deliveries come late" in page
    for hidden in (*OURS, "They want a discount"):
        assert hidden not in page
    report = page[page.index('id="report-title"') :]  # its clock, and nothing of what is written
    assert "data-countdown" in report
    assert "/contact-reports/" not in report
    listed = (await visitor.get("/visits")).text
    assert "Contact reports that we owe you" in listed  # due in 48 hours
    for view in ("past", "opinions", "reports", "no-such-view"):
        answer = await visitor.get(f"/visits?view={view}")
        assert answer.status_code == 200
        assert "They want a discount" not in answer.text
    assert "Deliveries come late" in (await visitor.get("/visits?view=opinions")).text
    owed = (await visitor.get("/")).text
    assert "Contact report" in owed
    assert "Follow-up of an opinion" in owed


async def test_who_only_reads_answers_nothing_and_others_see_nothing(
    site: Any, make: Factory
) -> None:
    at = await proposed_visit(make)
    reader = await make.buyer(at.cast.account, role=CustomerRole.READER)
    visitor = await signed_in(site, make, reader)
    page = (await visitor.get(f"/visits/{at.reference}")).text
    assert "Agree to this time" not in page
    assert (await send(visitor, at, "confirm")).status_code == 403
    hidden = await planned_visit(make, at.cast)
    assert (await visitor.get(f"/visits/{hidden.reference}")).status_code == 404
    stranger = await signed_in(site, make, await make.buyer(await make.account()))
    assert (await stranger.get(f"/visits/{at.reference}")).status_code == 404
    assert at.reference not in (await stranger.get("/visits")).text


async def test_the_page_asks_a_handful_of_questions(
    site: Any, make: Factory, count_statements: CountStatements
) -> None:
    at = await proposed_visit(make)
    visitor = await signed_in(site, make, at.cast.buyer)
    with count_statements() as counted:
        assert (await visitor.get(f"/visits/{at.reference}")).status_code == 200
    assert len(counted) <= 20


async def test_a_reference_in_the_search_leads_to_the_appointment(site: Any, make: Factory) -> None:
    at = await proposed_visit(make)
    visitor = await signed_in(site, make, at.cast.buyer)
    found = await visitor.get(f"/search?q={at.reference.lower()}")
    assert found.headers["location"] == f"/visits/{at.reference}"
    stranger = await signed_in(site, make, await make.buyer(await make.account()))
    assert (await stranger.get(f"/search?q={at.reference}")).status_code == 200
    ours = await signed_in(site, make, at.cast.manager)
    found = await ours.get(f"/staff/search?q={at.reference}")
    assert found.headers["location"] == f"/staff/visits/{at.reference}"
    assert at.reference in (await ours.get("/staff/search?q=how the bearings run")).text
