"""What people see when the portal has more to do than it can."""

from typing import Any

import pytest

from portal.domain.common.actor import Side
from portal.web.places import PAGES, SIGN_INS
from tests.visitor import Visitor


async def test_the_page_of_an_overload_is_whole_and_each_visitors_own(
    site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PAGES, "count", 0)
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
        patch.setattr(PAGES, "count", 0)
        assert (await visitor.get("/sign-in")).status_code == 503
    chosen = await visitor.post("/language", {"locale": "zh_Hans", "next": "/sign-in"})
    assert chosen.status_code == 303
    assert PAGES.taken == 0


async def test_a_storm_of_sign_ins_is_shed_before_it_is_hashed(
    site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = Visitor(site)
    await visitor.get("/sign-in")
    monkeypatch.setattr(SIGN_INS, "count", 0)
    answer = await visitor.post("/sign-in", {"email": "a@b.example", "password": "guess"})
    assert answer.status_code == 503
    assert SIGN_INS.taken == 0
