"""Surveys as customers answer them: by a link on a phone without sign-in, or in the portal (S1)."""

import re
from typing import Any

import pytest

from tests.factories import Factory
from tests.survey_scenarios import SurveyCase, survey_case
from tests.visitor import Visitor, signed_in

CONTENT = {"q-product": "5", "q-service": "4", "q-recommend": "9", "q-compared": "better"}


async def responses(case: SurveyCase) -> list[Any]:
    rows: list[Any] = await case.make.owner.fetch(
        "SELECT * FROM survey_response WHERE survey_version_id = $1", case.version.id
    )
    return rows


async def test_a_link_is_opened_answered_once_and_thanked_for(site: Any, make: Factory) -> None:
    case = await survey_case(make)
    campaign = await case.started()
    path = f"/s/{await case.link(campaign)}"
    visitor = Visitor(site)
    for _ in range(3):  # mail scanners open links, too
        page = await visitor.get(path)
        assert page.status_code == 200
        assert "How are we doing" in page.text
        assert "/sign-in" not in page.text
        assert page.headers["referrer-policy"] == "same-origin"
    assert await responses(case) == []
    sent = await visitor.post(path, CONTENT | {"q-opinion": "<b>Good</b>", "language": "en"})
    assert (sent.status_code, sent.headers["location"]) == (303, f"{path}?language=en")
    thanks = await visitor.get(sent.headers["location"])
    assert "Thank you, your answers have arrived" in thanks.text
    assert "q-product" not in thanks.text
    again = await visitor.post(path, CONTENT | {"q-product": "1"})  # a double click
    assert again.status_code == 303
    (row,) = await responses(case)
    assert (row["channel"], row["locale"], row["satisfied"], row["nps"]) == ("link", "en", 2, 9)


async def test_what_is_refused_keeps_everything(site: Any, make: Factory) -> None:
    case = await survey_case(make)
    path = f"/s/{await case.link(await case.started())}"
    visitor = Visitor(site)
    await visitor.get(path)
    page = await visitor.post(
        path,
        {
            "language": "en",
            "q-service": "2",
            "q-opinion": "It leaks & drips",
            "q-improve": ["price", "time"],
        },
    )
    assert page.status_code == 422
    assert "<title>Error:" in page.text
    assert 'href="#field-q-product"' in page.text
    assert "It leaks &amp; drips" in page.text
    assert re.findall(r'name="(q-[a-z]+)" value="(\w+)" checked', page.text) == [
        ("q-service", "2"),
        ("q-improve", "price"),
        ("q-improve", "time"),
    ]
    assert await responses(case) == []


async def test_another_language_keeps_everything_and_sends_nothing(
    site: Any, make: Factory
) -> None:
    case = await survey_case(make)
    path = f"/s/{await case.link(await case.started())}"
    visitor = Visitor(site)
    await visitor.get(path)
    for locale, lang, title in (
        ("zh_Hans", "zh-Hans", "How are we doing 简"),
        ("zh_Hant", "zh-Hant", "How are we doing 繁"),
    ):
        page = await visitor.post(path, {"_language": locale, "q-product": "3"})
        assert page.status_code == 200
        assert f'<html lang="{lang}"' in page.text
        assert title in page.text
        assert 'name="q-product" value="3" checked' in page.text
    assert await responses(case) == []
    await visitor.post(path, {"language": "zh_Hant", "q-product": "3"})
    (row,) = await responses(case)
    assert row["locale"] == "zh_Hant"


async def test_an_anonymous_survey_says_what_it_promises(site: Any, make: Factory) -> None:
    case = await survey_case(make, is_anonymous=True)
    path = f"/s/{await case.link(await case.started())}"
    visitor = Visitor(site)
    page = await visitor.get(f"{path}?language=en")
    assert "Your answers are anonymous." in page.text
    assert "groups of at least 5 answers" in page.text
    assert case.accounts[0].name not in page.text
    refused = await visitor.post(path, {"q-product": "1", "call_back": "x" * 201})
    assert refused.status_code == 422
    assert 'href="#field-call_back"' in refused.text
    await visitor.post(path, {"q-product": "1", "call_back": "Li Wei, 139 0000 0000"})
    (row,) = await responses(case)
    assert (row["account_id"], row["invitation_id"], row["contact_id"]) == (None, None, None)
    assert "Nobody is shown who said what" in (await visitor.get(f"{path}?language=en")).text


async def test_links_that_lead_nowhere_or_too_late(site: Any, make: Factory) -> None:
    visitor = Visitor(site)
    unknown = await visitor.get("/s/nothing-of-the-kind")
    assert unknown.status_code == 404
    assert "This link leads to no survey" in unknown.text
    assert (await visitor.post("/s/nothing-of-the-kind", CONTENT)).status_code == 404
    case = await survey_case(make)
    campaign = await case.started()
    path = f"/s/{await case.link(campaign)}"
    await make.owner.execute(
        "UPDATE survey_invitation SET expires_at = business_now() - interval '1 second' "
        "WHERE campaign_id = $1",
        campaign.id,
    )
    assert "It could be answered until" in (await visitor.get(f"{path}?language=en")).text
    assert (await visitor.post(path, CONTENT)).status_code == 303
    await make.owner.execute(
        "UPDATE survey_invitation SET status = 'stopped' WHERE campaign_id = $1", campaign.id
    )
    assert "It is no longer needed." in (await visitor.get(f"{path}?language=en")).text
    assert await responses(case) == []


@pytest.mark.parametrize("token", [None, "forged"])
async def test_a_form_of_another_site_is_refused(
    site: Any, make: Factory, token: str | None
) -> None:
    case = await survey_case(make)
    path = f"/s/{await case.link(await case.started())}"
    visitor = Visitor(site)
    await visitor.get(path)
    headers = {"Origin": "https://elsewhere.example"} if token is None else {}
    answer = await visitor.post(path, CONTENT, token=token, headers=headers)
    assert answer.status_code == 403
    assert await responses(case) == []


async def test_in_the_portal_one_answers_ones_own_alone(site: Any, make: Factory) -> None:
    case = await survey_case(make, people=2)
    buyer, other = [await make.buyer(account) for account in case.accounts]
    for contact, person in zip(case.contacts, (buyer, other), strict=True):
        await make.owner.execute(
            "UPDATE contact SET person_id = $2 WHERE id = $1", contact, person.person_id
        )
    campaign = await case.started()
    for number in range(2):
        await case.link(campaign, number)
    public_id, foreign = [
        await make.owner.fetchval(
            "SELECT public_id FROM survey_invitation WHERE id = $1",
            await case.invitation(campaign, number),
        )
        for number in range(2)
    ]
    visitor = await signed_in(site, make, buyer)
    listed = await visitor.get("/surveys")
    assert f"/surveys/{public_id}" in listed.text
    assert foreign not in listed.text
    for path in (f"/surveys/{foreign}", "/surveys/unknown"):
        assert (await visitor.get(path)).status_code == 404
        assert (await visitor.post(path, CONTENT)).status_code == 404
    await visitor.get(f"/surveys/{public_id}")
    refused = await visitor.post(f"/surveys/{public_id}", {"q-service": "4"})
    assert refused.status_code == 422
    assert 'name="q-service" value="4" checked' in refused.text
    sent = await visitor.post(f"/surveys/{public_id}", CONTENT)
    assert sent.headers["location"] == f"/surveys/{public_id}"
    assert "Thank you" in (await visitor.get(f"/surveys/{public_id}")).text
    (row,) = await responses(case)
    assert (row["channel"], row["account_id"]) == ("portal", case.accounts[0].id)
    assert "Nothing is asked of you at the moment." in (await visitor.get("/surveys")).text
