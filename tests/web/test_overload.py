"""What people see when the portal has more to do than it can."""

import asyncio
from typing import Any, cast

import pytest
from litestar.routes import HTTPRoute
from litestar.types import Scope

from portal.app import create_litestar
from portal.database import Overloaded
from portal.domain.common.actor import Side
from portal.settings import Settings
from portal.web.places import PAGES, SIGN_INS, Row
from portal.web.shedding import is_too_much
from tests.visitor import Visitor


def full(patch: pytest.MonkeyPatch) -> None:
    """No request finds a place or may wait for one."""
    for row in PAGES.values():
        patch.setattr(row, "at_once", 0)
        patch.setattr(row, "patience", 0.0)


async def test_the_page_of_an_overload_is_whole_and_each_visitors_own(
    site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    full(monkeypatch)
    for side, path in ((Side.CUSTOMER, "/quotes"), (Side.STAFF, "/staff/accounts")):
        for language, lang in (("en", "en"), ("zh-TW", "zh-Hant"), ("zh-CN", "zh-Hans")):
            one, other = Visitor(site, side), Visitor(site, side)
            headers = {"Accept-Language": language}
            answers = [await each.get(path, **headers) for each in (one, other)]
            for answer in answers:
                assert answer.status_code == 503
                assert answer.headers["retry-after"]
                assert f'lang="{lang}"' in answer.text
                assert f'href="{path}"' in answer.text
            assert one.token != other.token
    htmx = await Visitor(site, htmx=True).get("/settings/x<y")
    assert "<html" not in htmx.text


async def test_the_forms_of_that_page_work_afterwards(
    site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = Visitor(site)
    with monkeypatch.context() as patch:
        full(patch)
        assert (await visitor.get("/sign-in")).status_code == 503
    chosen = await visitor.post("/language", {"locale": "zh_Hans", "next": "/sign-in"})
    assert chosen.status_code == 303
    assert not any(row.inside for row in PAGES.values())


async def test_what_needs_no_database_is_answered_all_the_same(
    site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    full(monkeypatch)
    visitor = Visitor(site)
    for path in ("/healthz", "/readyz", "/favicon.ico"):
        assert (await visitor.get(path)).status_code == 200


def test_who_is_turned_away_is_told_by_the_address_alone(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    full(monkeypatch)
    for route in create_litestar(settings).routes:
        assert isinstance(route, HTTPRoute)
        needs_a_place = not all(each.opt.get("no_database") for each in route.route_handlers)
        scope = cast("Scope", {"type": "http", "path": route.path})
        assert is_too_much(scope) is needs_a_place, route.path


class Served:
    """People in a row: who was served, in which order, and who was told to come back."""

    def __init__(self, row: Row) -> None:
        self.row = row
        self.inside: list[int] = []
        self.refused: list[int] = []
        self.may_leave = asyncio.Event()

    async def come(self, number: int) -> None:
        try:
            async with self.row:
                self.inside.append(number)
                await self.may_leave.wait()
        except Overloaded:
            self.refused.append(number)


async def test_people_are_let_in_in_the_order_in_which_they_came() -> None:
    served = Served(Row(2, patience=60))
    async with asyncio.TaskGroup() as people:
        for number in range(6):
            people.create_task(served.come(number))
        await settled()
        # Two inside, two in the row: as long as its pace is unknown, one for each place.
        assert (served.inside, served.refused) == ([0, 1], [4, 5])
        served.may_leave.set()
    assert served.inside == [0, 1, 2, 3]
    assert served.row.inside == 0


async def test_whoever_waits_in_vain_is_told_so_and_the_row_goes_on() -> None:
    served = Served(Row(1, patience=0.01))
    async with asyncio.TaskGroup() as people:
        people.create_task(served.come(0))
        await settled()
        await served.come(1)
        served.may_leave.set()
    assert (served.inside, served.refused) == ([0], [1])
    assert served.row.inside == 0
    await served.come(2)
    assert served.inside == [0, 2]


async def test_a_place_goes_past_those_who_give_up() -> None:
    served = Served(Row(1, patience=60))
    served.row._pace = 0.1  # room for more than one
    async with asyncio.TaskGroup() as people:
        tasks = [people.create_task(served.come(number)) for number in range(4)]
        await settled()
        tasks[1].cancel()  # still in the row when the place is handed on
        served.may_leave.set()
        tasks[2].cancel()
    assert served.inside[0] == 0
    assert served.inside[-1] == 3
    assert served.row.inside == 0


async def test_the_row_is_as_long_as_its_pace_allows() -> None:
    row = Row(1, patience=1.0)
    row._pace = 0.25
    served = Served(row)
    async with asyncio.TaskGroup() as people:
        for number in range(8):
            people.create_task(served.come(number))
        await settled()
        served.may_leave.set()
    # One inside and four of a quarter of a second each.
    assert (served.inside, served.refused) == ([0, 1, 2, 3, 4], [5, 6, 7])


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_a_storm_of_sign_ins_is_shed_before_it_is_hashed(
    site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = Visitor(site)
    await visitor.get("/sign-in")
    monkeypatch.setattr(SIGN_INS, "count", 0)
    answer = await visitor.post("/sign-in", {"email": "a@b.example", "password": "guess"})
    assert answer.status_code == 503
    assert SIGN_INS.taken == 0
