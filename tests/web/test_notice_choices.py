"""The page on which people choose what reaches them outside the portal."""

from typing import Any

from portal.domain.common.permissions import StaffRole
from tests.factories import Factory
from tests.visitor import signed_in


async def test_a_customer_chooses_and_finds_it_again(site: Any, make: Factory) -> None:
    visitor = await signed_in(site, make, await make.buyer(await make.account()))
    page = (await visitor.get("/settings/notices")).text
    assert "Weekly status of what is open" in page
    assert "Reviews and approvals" not in page
    saved = await visitor.post(
        "/settings/notices", {"email-orders": "digest", "email-status": "never"}
    )
    assert saved.status_code == 303
    page = (await visitor.get("/settings/notices")).text
    for topic, value in (("orders", "digest"), ("status", "never"), ("quotes", "at_once")):
        assert f'name="email-{topic}" value="{value}" checked' in page


async def test_what_is_not_offered_is_refused(site: Any, make: Factory) -> None:
    visitor = await signed_in(site, make, await make.staff(StaffRole.FINANCE))
    await visitor.get("/staff/settings/notices")
    answer = await visitor.post("/staff/settings/notices", {"email-payments": "hourly"})
    assert answer.status_code == 422
    assert "Choose one of the options." in answer.text
