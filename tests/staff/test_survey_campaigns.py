"""Campaigns and what surveys say, as staff see them (rules S1, S3, S4)."""

import io
import re
import zipfile
from datetime import timedelta
from typing import Any

from portal.database import Login, unit_of_work
from portal.domain.common.permissions import StaffRole
from portal.domain.surveys.answering import answer_by_link
from tests.factories import Factory
from tests.survey_scenarios import CONTENT, UNHAPPY, SurveyCase, survey_case
from tests.visitor import Visitor, signed_in

PATH = "/staff/surveys/campaigns"
RESULTS = "/staff/surveys/results"


def version_in(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found
    return found[1]


async def today(make: Factory) -> Any:
    return await make.owner.fetchval("SELECT business_now()::date")


async def answered(case: SurveyCase, campaign: Any, *given: Any) -> None:
    for number, answers in enumerate(given):
        token = await case.link(campaign, number)
        async with unit_of_work(Login.CUSTOMER):
            await answer_by_link(token, answers, locale="en")


async def started_by_pages(visitor: Visitor, path: str) -> Any:
    panel = await visitor.get(f"{path}?do=start")
    return await visitor.post(f"{path}/start", {"version": version_in(panel.text)})


async def test_a_campaign_is_planned_checked_started_paused_and_ended(
    site: Any, make: Factory
) -> None:
    case = await survey_case(make, people=3, tier="general")
    visitor = await signed_in(site, make, case.editor)
    day = await today(make)
    form = await visitor.get(f"{PATH}/new?survey={case.survey.key}")
    assert f'value="{case.survey.key}" selected' in form.text
    assert re.search(r'name="period" value="\d{4}-H[12]"', form.text)
    fields = {
        "survey": case.survey.key,
        "name": "Spring",
        "period": "2026-h1",
        "tiers": ["general"],
        "main_contacts_only": "yes",
        "starts_on": day.isoformat(),
        "spread_days": "1",
        "closes_on": (day + timedelta(days=10)).isoformat(),
    }
    refused = await visitor.post(PATH, fields | {"tiers": [], "closes_on": "yesterday"})
    assert refused.status_code == 422
    assert 'value="Spring"' in refused.text
    made = await visitor.post(PATH, fields)
    assert made.status_code == 303, made.text
    own = made.headers["location"]
    page = (await visitor.get(own)).text
    contact = await make.owner.fetchval("SELECT name FROM contact WHERE id = $1", case.contacts[0])
    assert contact in page
    gone = await visitor.post(
        f"{own}/leave-out", {"contact": str(case.contacts[0]), "version": version_in(page)}
    )
    assert gone.headers["location"].startswith(own)
    page = (await visitor.get(own)).text
    assert contact not in page
    assert "1 is left out by name." in page
    edit = await visitor.get(f"{own}/edit")
    stale = {**fields, "name": "Summer", "version": "1"}
    late = await visitor.post(f"{own}/edit", stale)
    assert late.status_code == 409
    assert 'value="Summer"' in late.text
    saved = await visitor.post(
        f"{own}/edit", {**fields, "name": "Summer", "version": version_in(edit.text)}
    )
    assert saved.status_code == 303
    assert (await started_by_pages(visitor, own)).status_code == 303
    page = (await visitor.get(own)).text
    assert "Summer" in page
    assert "How far it is" in page
    assert 'name="contact"' not in page
    assert (await visitor.get(f"{own}/edit")).headers["location"] == own
    assert (await visitor.post(f"{own}/start", {"version": "99"})).status_code == 409
    people = await visitor.get(f"{own}/people?status=waiting")
    assert case.emails[1] in people.text
    assert case.emails[0] not in people.text
    for panel, reason in (("pause", "A mistake"), ("resume", ""), ("end", "Enough said")):
        shown = await visitor.get(f"{own}?do={panel}")
        values = {"version": version_in(shown.text), "reason": reason}
        if reason:
            empty = await visitor.post(f"{own}/{panel}", {**values, "reason": " "})
            assert empty.status_code == 422
        assert (await visitor.post(f"{own}/{panel}", values)).status_code == 303, panel
    page = (await visitor.get(own)).text
    assert "Ended: Enough said" in page
    assert own in (await visitor.get(f"{PATH}?status=ended")).text
    assert own not in (await visitor.get(f"{PATH}?status=running")).text


async def test_others_are_asked_by_their_addresses(site: Any, make: Factory) -> None:
    case = await survey_case(make, people=2, tier="general")
    visitor = await signed_in(site, make, case.editor)
    day = await today(make)
    plan = {
        "survey": case.survey.key,
        "name": "Potential ones",
        "period": "2026-H1",
        "tiers": ["potential"],
        "starts_on": day.isoformat(),
        "spread_days": "1",
        "closes_on": (day + timedelta(days=10)).isoformat(),
    }
    own = (await visitor.post(PATH, plan)).headers["location"]
    panel = await visitor.get(f"{own}?do=ask-too")
    stranger = {"emails": "Nobody@elsewhere.example", "version": version_in(panel.text)}
    unknown = await visitor.post(f"{own}/ask-too", stranger)
    assert unknown.status_code == 422
    assert "No contact has this address: nobody@elsewhere.example" in unknown.text
    name, address = await make.owner.fetchrow(
        "SELECT name, email FROM contact WHERE id = $1", case.contacts[0]
    )
    given = {"emails": f" {address.upper()}\n", "version": version_in(panel.text)}
    asked = await visitor.post(f"{own}/ask-too", given)
    assert asked.status_code == 303, asked.text
    page = (await visitor.get(own)).text
    assert name in page
    assert "1 is asked by name." in page
    out = {"contact": str(case.contacts[0]), "version": version_in(page)}
    await visitor.post(f"{own}/leave-out", out)
    assert "is asked by name." not in (await visitor.get(own)).text


async def test_of_an_anonymous_campaign_nobody_sees_who_answered(site: Any, make: Factory) -> None:
    case = await survey_case(make, is_anonymous=True)
    campaign = await case.started()
    await answered(case, campaign, UNHAPPY)
    await case.link(campaign, 1)
    visitor = await signed_in(site, make, case.editor)
    own = f"{PATH}/{campaign.reference}"
    assert "Answered" in (await visitor.get(own)).text
    people = (await visitor.get(f"{own}/people")).text
    assert 'value="answered"' not in people
    rows = re.findall(rf"({'|'.join(case.emails[:2])}).*?tag[^>]*>\s*([^<]+?)\s*<", people, re.S)
    assert {said for _, said in rows} == {"Sent"}
    assert case.emails[0] not in (await visitor.get(f"{own}/people?status=answered")).text
    results = (await visitor.get(f"{RESULTS}?campaign={campaign.reference}")).text
    assert "The seals leak after a week." not in results
    assert "Nobody has answered yet, or nothing fits." in results


async def test_results_show_figures_questions_and_words_and_export_the_same(
    site: Any, make: Factory
) -> None:
    case = await survey_case(make, people=3)
    campaign = await case.started()
    await answered(case, campaign, CONTENT, UNHAPPY, {"product": ["4"], "opinion": ["=1+1"]})
    visitor = await signed_in(site, make, case.editor)
    query = f"?campaign={campaign.reference}"
    page = (await visitor.get(f"{RESULTS}{query}")).text
    assert page.count('<svg class="chart"') == 1
    assert "80.0%" in page  # four of five answers on the scale are content (rule S3)
    assert "missed" in page
    assert "of 3 people asked" in page
    assert "The seals leak after a week." in page
    assert case.accounts[1].name in page
    least, *_ = re.findall(r"account=([\w-]+)\"", page[page.index('id="by-account"') :])
    assert least == case.accounts[1].code
    narrowed = (await visitor.get(f"{RESULTS}{query}&account={case.accounts[0].code}")).text
    assert "100.0%" in narrowed
    assert "The seals leak" not in narrowed
    assert "Nobody has answered yet" in (await visitor.get(f"{RESULTS}?survey=no-such")).text
    book = await visitor.get(f"{RESULTS}/export/surveys.xlsx{query}")
    with zipfile.ZipFile(io.BytesIO(book.content)) as file:
        texts = file.read("xl/sharedStrings.xml").decode()
        assert all(b"<f>" not in file.read(name) for name in file.namelist())
    assert "=1+1" in texts
    assert "Satisfaction, percent" in texts
    stranger = await signed_in(site, make, await make.staff(StaffRole.SALES_REPRESENTATIVE))
    theirs = (await stranger.get(f"{RESULTS}{query}")).text  # rule A6
    assert "The seals leak" not in theirs
    assert "what your own customers have answered" in theirs
