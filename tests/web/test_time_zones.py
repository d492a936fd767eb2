"""Forms offer the zones that people of ours work in; any other that stands is kept."""

import re
import zoneinfo
from typing import Any

from portal.web.time_zones import COMMON, zones_offered
from tests.factories import Factory
from tests.visitor import signed_in


def test_the_common_zones_are_zones() -> None:
    assert set(COMMON) <= zoneinfo.available_timezones()
    assert len(set(COMMON)) == len(COMMON)


def test_the_present_zone_is_always_offered() -> None:
    assert zones_offered("America/Argentina/Ushuaia")[0] == (
        "America/Argentina/Ushuaia",
        "America/Argentina/Ushuaia",
    )
    assert zones_offered("Asia/Hong_Kong") == zones_offered("")


async def test_settings_offer_few_and_take_any(site: Any, make: Factory) -> None:
    visitor = await signed_in(site, make, await make.buyer(await make.account()))
    page = (await visitor.get("/settings")).text
    offered = page.split('name="timezone"')[1].split("</select>")[0]
    assert offered.count("<option") == len(COMMON)
    version = re.findall(r'name="version" value="(\d+)"', page)[0]
    fields = {"name": "Sun Yan", "version": version}
    unknown = await visitor.post("/settings/profile", {**fields, "timezone": "Mars/Olympus"})
    assert unknown.status_code == 422
    seldom = {**fields, "timezone": "America/Argentina/Ushuaia"}
    assert (await visitor.post("/settings/profile", seldom)).status_code == 303
    assert (
        '<option value="America/Argentina/Ushuaia" selected>'
        in (await visitor.get("/settings")).text
    )
