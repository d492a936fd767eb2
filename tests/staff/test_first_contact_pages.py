"""The first contact with a new account on the pages of staff (rule A7)."""

import re
from datetime import date
from typing import Any

import pytest

from portal.domain.accounts.tables import Account as File
from portal.domain.common.actor import Actor
from portal.domain.common.permissions import StaffRole
from portal.domain.onboarding.first_contact import ContactFacts, record_first_contact
from tests.factories import Account, Factory, acting, unique
from tests.staff.test_account_pages import a_file
from tests.visitor import Visitor, signed_in

CALLED = {
    "reached": "Ms Chen, purchasing",
    "channel": "phone",
    "reached_on": "2026-01-06",
    "note": "Wants a catalogue.",
}


@pytest.fixture
async def manager(make: Factory) -> Actor:
    return await make.staff(StaffRole.ACCOUNT_MANAGER)


@pytest.fixture
async def desk(site: Any, make: Factory, manager: Actor) -> Visitor:
    """The account manager's browser."""
    return await signed_in(site, make, manager)


async def opened(desk: Visitor, make: Factory, manager: Actor) -> str:
    """The address of a file that the manager opens and keeps."""
    some = Account(0, "", unique("New works "), manager.branch_id or 0, 0)
    form = a_file(some, city_code="HZ", name_code=unique("W").replace("-", "")[:8])
    answer = await desk.post("/staff/accounts", form)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def test_a_new_file_asks_for_the_first_contact_until_it_is_recorded(
    desk: Visitor, make: Factory, manager: Actor
) -> None:
    path = await opened(desk, make, manager)
    worklist = (await desk.get("/staff")).text
    assert f'href="{path}#first-contact"' in worklist
    assert "New customers to contact" in worklist
    page = (await desk.get(path)).text
    owed = page[page.index('id="first-contact"') :]
    assert 'class="promise promise-running' in owed
    assert f'href="{path}/first-contact"' in owed
    form = (await desk.get(f"{path}/first-contact")).text
    assert re.search(r'name="channel" value="in_person"', form)
    refused = await desk.post(
        f"{path}/first-contact", {**CALLED, "reached": " ", "channel": "", "reached_on": "2999-1-1"}
    )
    assert refused.status_code == 422
    for field in ("reached", "channel", "reached_on"):
        assert f'href="#field-{field}' in refused.text
    assert CALLED["note"] in refused.text
    sent = {**CALLED, "_form_key": unique("first-contact-sent-twice-")[:64]}
    first = await desk.post(f"{path}/first-contact", sent)
    again = await desk.post(f"{path}/first-contact", sent)
    assert first.headers["location"] == again.headers["location"] == path
    page, history = (await desk.get(path)).text, (await desk.get(f"{path}/history")).text
    for words in ("Ms Chen, purchasing", "Phone", "Wants a catalogue.", manager.name):
        assert words in page[page.index('id="first-contact"') :]
        assert words in history
    assert "First contact recorded" in history
    assert f'href="{path}/first-contact"' not in page
    assert path not in (await desk.get("/staff")).text
    assert (await desk.get(f"{path}/first-contact")).headers["location"] == path


async def test_who_was_slower_reads_what_was_recorded_beside_what_they_typed(
    desk: Visitor, make: Factory, manager: Actor
) -> None:
    path = await opened(desk, make, manager)
    async with acting(manager):
        file = await File.objects().where(File.code == path.rpartition("/")[2]).first()
        assert file
        facts = ContactFacts("Mr Zhou", "message", date(2026, 1, 5))
        await record_first_contact(file, facts, by=manager)
    conflict = await desk.post(f"{path}/first-contact", CALLED)
    assert conflict.status_code == 409
    for words in ("Two versions", "Mr Zhou", "Instant message", 'value="Ms Chen, purchasing"'):
        assert words in conflict.text


async def test_who_does_not_serve_the_account_reads_the_file_and_records_nothing(
    site: Any, desk: Visitor, make: Factory, manager: Actor
) -> None:
    path = await opened(desk, make, manager)
    head = await signed_in(site, make, await make.staff(StaffRole.DUTY_MANAGER))
    page = await head.get(path)
    assert page.status_code == 200
    assert f'href="{path}/first-contact"' not in page.text
    assert (await head.get(f"{path}/first-contact")).status_code == 403
    assert (await head.post(f"{path}/first-contact", CALLED)).status_code == 403
    stranger = await signed_in(site, make, await make.staff())
    assert (await stranger.post(f"{path}/first-contact", CALLED)).status_code == 404  # rule A6
