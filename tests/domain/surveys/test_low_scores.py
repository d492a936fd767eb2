"""Low scores become follow-ups at once, with an owner and a clock (rule S4)."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from portal.database import Login, unit_of_work
from portal.domain.common.permissions import StaffRole
from portal.domain.notices.expansion import expand
from portal.domain.surveys import answering, low_scores
from tests.factories import Factory
from tests.survey_scenarios import CONTENT, UNHAPPY, SurveyCase, survey_case


async def answered(
    case: SurveyCase, given: Mapping[str, Sequence[str]], **more: str
) -> tuple[int, int]:
    """Answer as the contact; returns the response and its event, which is not worked on yet."""
    campaign = await case.started()
    token = await case.link(campaign)
    async with unit_of_work(Login.CUSTOMER):
        await answering.answer_by_link(token, given, locale="en", **more)
    response = await case.make.owner.fetchval(
        "SELECT id FROM survey_response WHERE campaign_id = $1", campaign.id
    )
    event = await case.make.owner.fetchval(
        """SELECT id FROM outbox WHERE kind = 'survey.answered'
             AND (payload->>'response_id')::bigint = $1""",
        response,
    )
    return response, event


async def opinions(make: Factory, response: int) -> list[dict[str, Any]]:
    rows = await make.owner.fetch("SELECT * FROM opinion WHERE response_id = $1", response)
    return [dict(row) for row in rows]


async def test_a_low_score_is_followed_up_by_the_account_manager(make: Factory) -> None:
    manager = await make.staff(StaffRole.ACCOUNT_MANAGER)
    case = await survey_case(make, manager=manager)
    response, event = await answered(case, UNHAPPY)
    for _ in range(2):  # worked on twice, it opens one
        async with unit_of_work(Login.WORKER):
            await expand(event, mail_domain="hengda.example")
    async with unit_of_work(Login.WORKER):
        assert not await low_scores.follow_up(response)
    (opinion,) = await opinions(make, response)
    assert (opinion["owner_id"], opinion["account_id"]) == (
        manager.staff_member_id,
        case.accounts[0].id,
    )
    assert opinion["text"] == (
        "The product: 1/5\nRecommend us: 3/10\nOpinion: The seals leak after a week."
    )
    assert (opinion["sentiment"], opinion["is_shown"]) == ("criticism", False)
    owed = await make.owner.fetchrow(
        "SELECT owner_id, met_at FROM target WHERE subject_kind = 'opinion' AND subject_id = $1",
        opinion["id"],
    )
    assert tuple(owed) == (manager.staff_member_id, None)


async def test_content_customers_open_nothing(make: Factory) -> None:
    case = await survey_case(make)
    response, event = await answered(case, CONTENT)
    async with unit_of_work(Login.WORKER):
        assert await expand(event, mail_domain="hengda.example")
    assert await opinions(make, response) == []


@pytest.mark.parametrize("call_back", ["", "Ms Li, 0571 8888 0002"])
async def test_an_anonymous_low_score_names_nobody_but_who_wants_to_be_called(
    make: Factory, call_back: str
) -> None:
    case = await survey_case(make, is_anonymous=True)
    response, event = await answered(case, UNHAPPY, call_back=call_back)
    async with unit_of_work(Login.WORKER):
        await expand(event, mail_domain="hengda.example")
    (opinion,) = await opinions(make, response)
    assert (opinion["account_id"], opinion["said_by"]) == (None, call_back)
    role = await make.owner.fetchval(
        "SELECT role FROM staff_member WHERE id = $1", opinion["owner_id"]
    )
    assert role == StaffRole.SERVICE_SUPERVISOR
    kept = await make.owner.fetchval(
        "SELECT call_back FROM survey_response WHERE id = $1", response
    )
    assert kept == ""
    target = await make.owner.fetchrow(
        """SELECT account_id, account_name FROM target
           WHERE subject_kind = 'opinion' AND subject_id = $1""",
        opinion["id"],
    )
    assert tuple(target) == (None, "")


async def test_who_is_content_and_wants_to_be_called_is_called(make: Factory) -> None:
    case = await survey_case(make, is_anonymous=True)
    response, event = await answered(case, CONTENT, call_back="Mr Zhao, zhao@customer.example")
    async with unit_of_work(Login.WORKER):
        await expand(event, mail_domain="hengda.example")
    (opinion,) = await opinions(make, response)
    assert (opinion["sentiment"], opinion["said_by"]) == ("wish", "Mr Zhao, zhao@customer.example")
