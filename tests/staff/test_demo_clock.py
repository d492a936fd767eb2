"""A demo's clock is moved forward by hand; anywhere else there is no such page."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from portal.app import create_app
from portal.domain.common.permissions import StaffRole
from portal.settings import Settings
from tests.factories import Factory
from tests.visitor import signed_in

PATH = "/staff/demo/clock"


@pytest.fixture(scope="module")
async def demo(site: Any, settings: Settings) -> Any:
    """The application as a demo runs it."""
    return create_app(replace(settings, demo=True))


async def test_it_is_moved_for_everybody(demo: Any, make: Factory) -> None:
    await make.move_clock(timedelta(0))
    visitor = await signed_in(demo, make, await make.staff())
    try:
        assert "Clock of the demo" in (await visitor.get(PATH)).text
        assert (await visitor.post(PATH, {"leap": "240"})).status_code == 303
        assert await make.owner.fetchval("SELECT ahead FROM clock_offset") == timedelta(hours=4)
    finally:
        await make.move_clock(timedelta(0))


@pytest.mark.parametrize("leap", ["-60", "", "99999999"])
async def test_only_forward_and_only_as_far_as_offered(demo: Any, make: Factory, leap: str) -> None:
    await make.move_clock(timedelta(0))
    visitor = await signed_in(demo, make, await make.staff())
    await visitor.get(PATH)
    assert (await visitor.post(PATH, {"leap": leap})).status_code == 422
    assert await make.owner.fetchval("SELECT ahead FROM clock_offset") == timedelta(0)


async def test_there_is_none_outside_a_demo(site: Any, make: Factory) -> None:
    visitor = await signed_in(site, make, await make.staff(StaffRole.ADMINISTRATOR))
    assert (await visitor.get(PATH)).status_code == 404
    assert (await visitor.post(PATH, {"leap": "60"})).status_code == 404
