"""Every Monday customers read what is open (rule M3); open quotes are recalled (rule Q3)."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from portal.database import Login, unit_of_work
from portal.domain.complaints.questions import ask
from portal.domain.meetings.visit_recording import record
from portal.domain.notices import preferences, weekly_status
from portal.domain.notices.open_to_customer import open_items
from portal.domain.quotes import expiry, requests
from portal.domain.quotes.access import find
from portal.domain.quotes.events import QuoteEvent
from portal.domain.visits.access import visit_by_reference
from portal.rendering.status_items import status_item
from portal.settings import Settings
from tests.complaint_cures import approve_all, chosen_complaint, compensating
from tests.complaint_scenarios import filed_complaint, loaded
from tests.domain.notices.happenings import tell, told
from tests.factories import Factory, acting
from tests.rendering.samples import reader
from tests.scenarios import Filed, filed_request, sent_quote
from tests.visit_scenarios import proposed_visit, visit_record


@pytest.fixture
async def monday(make: Factory) -> AsyncIterator[timedelta]:
    """How far next Monday, nine in the morning in Shanghai, is ahead; the clock stands there."""
    now = datetime.now(UTC) + timedelta(hours=8)
    nine = now.replace(hour=9, minute=0, second=0, microsecond=0)
    ahead = nine + timedelta(days=7 - now.weekday()) - now
    await make.move_clock(ahead)
    yield ahead
    await make.move_clock(timedelta(0))


async def announced(make: Factory, filed: Filed) -> int:
    async with unit_of_work(Login.WORKER):
        await weekly_status.call_for_weekly_status()
    return int(
        await make.owner.fetchval(
            "SELECT count(*) FROM outbox WHERE kind = $1 AND account_id = $2",
            weekly_status.WEEKLY_STATUS,
            filed.cast.account.id,
        )
    )


async def status_mail(make: Factory, filed: Filed) -> dict[str, object]:
    event = await make.owner.fetchval(
        "SELECT max(id) FROM outbox WHERE kind = $1 AND account_id = $2",
        weekly_status.WEEKLY_STATUS,
        filed.cast.account.id,
    )
    await tell(event)
    row = await make.owner.fetchrow(
        "SELECT template, person_id, words FROM mail WHERE outbox_id = $1", event
    )
    return {**row, "words": json.loads(row["words"])} if row else {}


async def test_what_is_open_is_mailed_on_monday_once(
    make: Factory, settings: Settings, monday: timedelta
) -> None:
    filed = await sent_quote(make, settings)
    assert await announced(make, filed) == 1
    await make.move_clock(monday + timedelta(hours=30))  # a worker that comes back on Tuesday
    assert await announced(make, filed) == 1
    mail = await status_mail(make, filed)
    assert mail["template"] == "weekly_status"
    assert mail["person_id"] == filed.cast.buyer.person_id
    (item,) = [each for each in mail["words"]["items"] if each["reference"] == filed.reference]
    assert item["is_yours"]
    assert item["next"] == "You accept, decline or ask for another revision."
    assert item["on_day"]
    await make.move_clock(monday + timedelta(days=7))
    assert await announced(make, filed) == 2


async def test_open_complaints_are_among_it_with_what_comes_next(
    make: Factory, monday: timedelta
) -> None:
    at = await filed_complaint(make)
    filed = Filed(at.cast, at.reference)
    assert await announced(make, filed) == 1
    (item,) = (await status_mail(make, filed))["words"]["items"]
    assert (item["path"], item["state"]) == (f"/complaints/{at.reference}", "Received")
    assert item["next"] == "We look into it and answer you."
    assert item["due_at"]
    async with acting(at.care.quality):
        await ask(await loaded(at.reference, at.care.quality), "Which batch?", by=at.care.quality)
    await make.move_clock(monday + timedelta(days=7))
    assert await announced(make, filed) == 2
    (item,) = (await status_mail(make, filed))["words"]["items"]
    assert item["is_yours"]
    assert item["next"] == "You answer our question."


async def test_a_measure_is_called_decided_once_the_customer_is_told(make: Factory) -> None:
    at = await chosen_complaint(make, **compensating("4"))  # asks for approval first (rule C7)

    async def states() -> list[str]:
        async with unit_of_work(Login.WORKER):
            return [item["state"] for item in await open_items(at.cast.account.id)]

    assert await states() == ["Measure being decided"]
    await approve_all(make, at)
    assert await states() == ["Measure decided"]


async def test_appointments_and_reports_are_among_it(make: Factory, monday: timedelta) -> None:
    at = await proposed_visit(make, days=14)
    filed = Filed(at.cast, at.reference)
    assert await announced(make, filed) == 1
    (item,) = (await status_mail(make, filed))["words"]["items"]
    assert (item["path"], item["state"]) == (f"/visits/{at.reference}", "Time proposed")
    assert item["next"] == "You agree to the time or propose another."
    assert item["is_yours"]
    assert item["at"]
    assert not item["due_at"]  # a moment to meet is no promise that could be late
    assert status_item(item, reader()).title == "Appointment"
    manager = at.cast.manager
    async with acting(manager):
        visit = await visit_by_reference(at.reference, by=manager)
        await record(visit, await visit_record(), by=manager)
    await make.move_clock(monday + timedelta(days=7))
    assert await announced(make, filed) == 2
    (item,) = (await status_mail(make, filed))["words"]["items"]
    assert item["next"] == "We send you the contact report."  # rule M1
    assert item["is_late"]


async def test_on_other_days_and_for_nothing_open_there_is_none(
    make: Factory, monday: timedelta
) -> None:
    filed = await filed_request(make)
    await make.move_clock(monday + timedelta(days=2))
    assert await announced(make, filed) == 0
    await make.move_clock(monday - timedelta(hours=1))  # eight o'clock: too early
    assert await announced(make, filed) == 0
    buyer = filed.cast.buyer
    async with acting(buyer):
        request = await find(filed.reference, by=buyer)
        await requests.withdraw(request, by=buyer, reason="Not needed")
    await make.move_clock(monday)
    assert await announced(make, filed) == 0


async def test_who_does_not_want_it_gets_none(make: Factory, monday: timedelta) -> None:
    filed = await filed_request(make)
    async with acting(filed.cast.buyer):
        await preferences.choose({"email-status": "never"}, by=filed.cast.buyer)
    assert await announced(make, filed) == 1
    assert await status_mail(make, filed) == {}
    assert monday


async def test_both_sides_are_told_once_that_a_quote_expires_soon(
    make: Factory, settings: Settings
) -> None:
    filed = await sent_quote(make, settings)
    assert await reminded(make, filed) == 0
    days = await make.owner.fetchval(
        """SELECT q.valid_until - current_date FROM quote q JOIN quote_request r
           ON r.id = q.request_id WHERE r.reference = $1 AND q.status = 'sent'""",
        filed.reference,
    )
    await make.move_clock(timedelta(days=days - 2))
    try:
        assert await reminded(make, filed) == 1
        assert await reminded(make, filed) == 1
        event = await make.owner.fetchval(
            "SELECT id FROM outbox WHERE kind = $1 AND account_id = $2",
            QuoteEvent.EXPIRING.value,
            filed.cast.account.id,
        )
        await tell(event)
        told_of = await told(make, event)
        assert told_of[filed.cast.buyer.name] == "quote_expires_soon"
        assert "quote_unanswered" in told_of.values()
    finally:
        await make.move_clock(timedelta(0))


async def reminded(make: Factory, filed: Filed) -> int:
    async with unit_of_work(Login.WORKER):
        while await expiry.remind_of_expiry():
            pass
    return len(await make.events(QuoteEvent.EXPIRING, filed.cast.account.id))
