"""Senior management is asked to look at a complaint before any promise is missed (rule C10)."""

from typing import Any

import pytest

from portal.domain.common.actor import Audience
from portal.domain.common.errors import FieldErrors, NotAllowed, WrongState
from portal.domain.common.story import story
from portal.domain.complaints.escalating import escalate
from portal.domain.complaints.events import ComplaintEvent
from portal.domain.complaints.tables import SUBJECT_KIND
from tests.complaint_cures import act, closed_complaint
from tests.complaint_scenarios import filed_complaint
from tests.domain.notices.happenings import newest_event, notices, tell
from tests.factories import Factory, acting
from tests.visitor import signed_in

WHY = "They talk of leaving us."


async def test_the_general_manager_hears_why_and_the_customer_nothing(make: Factory) -> None:
    at = await filed_complaint(make)
    before = await at.record()
    await act(at, at.care.after_sales, escalate, WHY)
    event = await newest_event(make, ComplaintEvent.ESCALATED)
    await tell(event)
    found = await notices(make, event)
    assert {name: each["kind"] for name, each in found.items()} == dict.fromkeys(
        (at.care.general_manager.name, at.care.quality.name), "complaint_escalated"
    )
    assert found[at.care.general_manager.name]["words"]["said"] == WHY
    assert (await at.record()).owner_id == before.owner_id
    async with acting(at.care.buyer):
        told = await story(SUBJECT_KIND, before.id, visible_to=Audience.INTERNAL)
        read = told.messages
    assert read == []


async def test_who_has_nothing_to_do_with_it_brings_nothing_up(make: Factory) -> None:
    at = await filed_complaint(make)
    with pytest.raises(NotAllowed):
        await act(at, at.care.buyer, escalate, WHY)
    with pytest.raises(FieldErrors):
        await act(at, at.care.representative, escalate, " ")  # supervises, works on none
    await act(at, at.care.representative, escalate, WHY)
    over = await closed_complaint(make)
    with pytest.raises(WrongState):
        await act(over, over.care.service, escalate, WHY)


async def test_it_is_a_form_on_the_page(site: Any, make: Factory) -> None:
    at = await filed_complaint(make)
    owner = await signed_in(site, make, at.care.quality)
    path = f"/staff/complaints/{at.reference}"
    page = (await owner.get(f"{path}?do=escalation")).text
    assert f'action="{path}/escalation"' in page
    version = str((await at.record()).version)
    sent = await owner.post(f"{path}/escalation", {"version": version, "reason": WHY})
    assert sent.status_code == 303
    page = (await owner.get(path)).text
    assert "Brought before senior management" in page
    assert WHY in page
