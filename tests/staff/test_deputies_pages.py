"""Absences and who stands in: entered, seen by everybody, ended."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from portal.domain.common.actor import Actor
from portal.domain.common.permissions import StaffRole
from tests.customer.forms import fields_of
from tests.factories import Factory
from tests.visitor import Visitor, signed_in

DAY = timedelta(days=1)


def today() -> date:
    return datetime.now(UTC).date()


def path(actor: Actor, rest: str = "") -> str:
    return f"/staff/people/{actor.staff_member_id}{rest}"


def absent(deputy: Actor, **changes: str) -> dict[str, str]:
    return {
        "deputy_id": str(deputy.staff_member_id),
        "starts_on": str(today() + DAY * 3),
        "ends_on": str(today() + DAY * 9),
        "reason": "Trade fair",
        **changes,
    }


@pytest.fixture
async def clerk(make: Factory) -> Actor:
    return await make.staff()


@pytest.fixture
async def deputy(make: Factory) -> Actor:
    return await make.staff()


async def test_an_absence_is_entered_once_and_seen_by_everybody(
    site: Any, make: Factory, clerk: Actor, deputy: Actor
) -> None:
    desk = await signed_in(site, make, clerk)
    assert path(clerk, "/absences/new") in (await desk.get("/staff/people/absences")).text
    form = fields_of((await desk.get(path(clerk, "/absences/new"))).text, path(clerk, "/absences"))
    for _ in range(2):
        saved = await desk.post(path(clerk, "/absences"), {**form, **absent(deputy)})
        assert saved.status_code == 303
    assert await count(make, clerk) == 1
    assert "Trade fair" in (await desk.get(path(clerk, "/absences/new"))).text
    other = await signed_in(site, make, await make.staff())
    for where in ("/staff/people/absences", path(clerk)):
        page = (await other.get(where)).text
        assert "Trade fair" in page
        assert deputy.name in page
        assert "/end" not in page


async def test_it_is_ended_by_the_line_and_the_history_keeps_it(
    site: Any, make: Factory, deputy: Actor
) -> None:
    boss = await make.staff(StaffRole.SALES_SUPERVISOR)
    clerk = await make.staff(supervisor=boss)
    await make.deputy(clerk, deputy, today() + DAY * 2, today() + DAY * 3)
    desk = await signed_in(site, make, boss)
    page = (await desk.get(path(clerk))).text
    where = page.split('/end"')[0].rsplit('"', 1)[1] + "/end"
    asked = await desk.get(where)
    assert f"nobody stands in for {clerk.name}" in asked.text
    assert (await desk.post(where)).status_code == 303
    assert await count(make, clerk) == 0
    assert (await desk.post(where)).status_code == 404
    admin = await signed_in(site, make, await make.staff(StaffRole.ADMINISTRATOR))
    assert "Absence taken back" in (await admin.get(path(clerk))).text


async def test_one_that_has_begun_ends_today(
    site: Any, make: Factory, clerk: Actor, deputy: Actor
) -> None:
    absence = await make.deputy(clerk, deputy, today() - DAY * 3, today() + DAY * 3)
    desk = await signed_in(site, make, clerk)
    where = path(clerk, f"/absences/{absence}/end")
    assert f"{clerk.name} is back today." in (await desk.get(where)).text
    assert (await desk.post(where)).status_code == 303
    assert "No absence is entered." in (await desk.get(path(clerk))).text
    assert await count(make, clerk) == 1


async def test_what_cannot_be_stands_at_its_field_and_nothing_is_lost(
    site: Any, make: Factory, clerk: Actor, deputy: Actor
) -> None:
    desk = await signed_in(site, make, clerk)
    await desk.get(path(clerk, "/absences/new"))
    cases = {
        "deputy_id": absent(deputy, deputy_id=str(clerk.staff_member_id)),
        "ends_on": absent(deputy, ends_on=str(today() - DAY)),
        "starts_on": absent(deputy, starts_on="soon"),
    }
    for field, given in cases.items():
        refused = await desk.post(path(clerk, "/absences"), given)
        assert refused.status_code == 422
        assert f'href="#field-{field}"' in refused.text
        assert "Trade fair" in refused.text
    huge = await desk.post(path(clerk, "/absences"), absent(deputy, deputy_id="9" * 30))
    assert huge.status_code == 422


async def test_others_cannot_give_somebody_a_deputy(
    site: Any, make: Factory, clerk: Actor, deputy: Actor
) -> None:
    absence = await make.deputy(clerk, deputy, today() + DAY, today() + DAY * 2)
    for actor in (deputy, await make.staff(StaffRole.GENERAL_MANAGER)):
        desk = await signed_in(site, make, actor)
        assert path(clerk, "/absences") not in (await desk.get(path(clerk))).text
        for where in (path(clerk, "/absences/new"), path(clerk, f"/absences/{absence}/end")):
            assert (await desk.get(where)).status_code == 403
        assert (await desk.post(path(clerk, "/absences"), absent(deputy))).status_code == 403
        assert (await desk.post(path(clerk, f"/absences/{absence}/end"))).status_code == 403
    assert await count(make, clerk) == 1


async def test_an_absence_of_another_colleague_is_not_there(
    site: Any, make: Factory, clerk: Actor, deputy: Actor
) -> None:
    absence = await make.deputy(deputy, clerk, today() + DAY, today() + DAY * 2)
    desk: Visitor = await signed_in(site, make, clerk)
    assert (await desk.get(path(clerk, f"/absences/{absence}/end"))).status_code == 404
    assert (await desk.get("/staff/people/999999999/absences/new")).status_code == 404


async def count(make: Factory, actor: Actor) -> int:
    sql = "SELECT count(*) FROM deputy WHERE staff_member_id = $1"
    return int(await make.owner.fetchval(sql, actor.staff_member_id))
