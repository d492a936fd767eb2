"""Answering a survey: by the link of a mail, signed in, from paper; once (rules S1, S2)."""

import asyncio

import asyncpg
import pytest

from portal.database import Login, fetch_value, unit_of_work
from portal.domain.common.errors import FieldErrors, NotFound
from portal.domain.identity.random_tokens import new_token, token_hash
from portal.domain.surveys import answering
from portal.domain.surveys.answering import SurveyClosed
from tests.factories import Factory, acting
from tests.survey_scenarios import CONTENT, DEFINITION, UNHAPPY, survey_case


async def test_a_link_is_looked_at_as_often_as_one_likes_and_answered_once(make: Factory) -> None:
    case = await survey_case(make)
    campaign = await case.started()
    token = await case.link(campaign)
    for _ in range(3):
        async with unit_of_work(Login.CUSTOMER):
            asked = await answering.survey_by_token(token)
            assert asked is not None
            assert asked.is_open
            assert asked.definition == DEFINITION
            assert asked.account_name == case.accounts[0].name
    async with unit_of_work(Login.CUSTOMER):
        await answering.answer_by_link(token, CONTENT, locale="zh_Hans")
    async with unit_of_work(Login.CUSTOMER):
        after = await answering.survey_by_token(token)
        assert after is not None
        assert (after.is_open, after.status) == (False, "answered")
        with pytest.raises(SurveyClosed):
            await answering.answer_by_link(token, UNHAPPY, locale="en")
    row = await make.owner.fetchrow(
        "SELECT * FROM survey_response WHERE campaign_id = $1", campaign.id
    )
    assert (row["rated"], row["satisfied"], row["nps"]) == (2, 2, 9)
    assert (row["channel"], row["locale"], row["tier"]) == ("link", "zh_Hans", "key")
    assert row["contact_id"] == case.contacts[0]
    answers = await make.owner.fetch(
        "SELECT question, score FROM survey_answer WHERE response_id = $1 ORDER BY id", row["id"]
    )
    assert [tuple(each) for each in answers] == [("product", 5), ("service", 4), ("recommend", 9)]
    assert await make.events("survey.answered", case.accounts[0].id) == [
        {"response_id": row["id"], "actor_id": None}
    ]


async def test_what_is_wrong_with_answers_is_said_at_the_questions(make: Factory) -> None:
    case = await survey_case(make)
    token = await case.link(await case.started())
    wrong = {"service": ["6"], "recommend": ["x"], "compared": ["other"], "improve": ["price"]}
    async with unit_of_work(Login.CUSTOMER):
        with pytest.raises(FieldErrors) as refused:
            await answering.answer_by_link(token, wrong, locale="en")
        assert [error.field for error in refused.value.errors] == [
            "q-product",
            "q-service",
            "q-recommend",
            "q-compared",
        ]
        with pytest.raises(NotFound):
            await answering.answer_by_link(new_token(), CONTENT, locale="en")
        asked = await answering.survey_by_token(token)
    assert asked is not None
    assert asked.is_open


async def test_of_two_who_answer_at_once_one_is_kept(make: Factory) -> None:
    case = await survey_case(make)
    campaign = await case.started()
    links = [await case.link(campaign) for _ in range(6)]

    async def answer(token: str) -> bool:
        try:
            async with unit_of_work(Login.CUSTOMER):
                await answering.answer_by_link(token, CONTENT, locale="en")
        except SurveyClosed:
            return False
        return True

    assert sum(await asyncio.gather(*(answer(token) for token in links))) == 1


async def test_where_it_is_anonymous_no_row_says_who_said_what(make: Factory) -> None:
    case = await survey_case(make, is_anonymous=True)
    campaign = await case.started()
    token = await case.link(campaign)
    async with unit_of_work(Login.CUSTOMER):
        asked = await answering.survey_by_token(token)
        assert asked is not None
        assert (asked.name, asked.account_name) == ("", "")
        await answering.answer_by_link(token, CONTENT, locale="en")
    row = await make.owner.fetchrow(
        "SELECT * FROM survey_response WHERE campaign_id = $1", campaign.id
    )
    assert (row["account_id"], row["invitation_id"], row["contact_id"]) == (None, None, None)
    assert row["taken_by"] is None
    invitation = await make.owner.fetchrow(
        """SELECT status, answered_at FROM survey_invitation
           WHERE campaign_id = $1 AND contact_id = $2""",
        campaign.id,
        case.contacts[0],
    )
    assert tuple(invitation) == ("answered", None)
    written = await make.owner.fetchrow(
        """SELECT account_id, payload->>'actor_id' AS actor,
               created_at = date_trunc('day', created_at) AS at_midnight
           FROM outbox WHERE kind = 'survey.answered' AND (payload->>'response_id')::bigint = $1""",
        row["id"],
    )
    assert tuple(written) == (None, None, True)
    told = await make.owner.fetchval(
        "SELECT count(*) FROM activity WHERE verb = 'surveys.answered' AND account_id = $1",
        case.accounts[0].id,
    )
    assert told == 0


async def test_somebody_signed_in_answers_what_they_were_asked_and_nothing_else(
    make: Factory,
) -> None:
    case = await survey_case(make)
    account = case.accounts[0]
    buyer, colleague = await make.buyer(account), await make.buyer(account)
    stranger = await make.buyer(await make.account())
    await make.owner.execute(
        "UPDATE contact SET is_main = false, archived_at = now() WHERE id = $1", case.contacts[0]
    )
    case.contacts = [
        await make.owner.fetchval("SELECT id FROM contact WHERE person_id = $1", buyer.person_id)
    ]
    campaign = await case.started()
    await case.link(campaign)
    async with acting(buyer):
        waiting = await answering.surveys_of(buyer)
        assert [each.definition for each in waiting] == [DEFINITION]
        public_id = waiting[0].public_id
    for other in (colleague, stranger):
        async with acting(other):
            assert await answering.surveys_of(other) == []
            with pytest.raises(NotFound):
                await answering.answer_signed_in(public_id, CONTENT, locale="en", by=other)
    async with acting(buyer):
        await answering.answer_signed_in(public_id, UNHAPPY, locale="en", by=buyer)
    async with acting(buyer):
        assert await answering.surveys_of(buyer) == []
        assert (await answering.survey_of(public_id, by=buyer)).status == "answered"
        with pytest.raises(SurveyClosed):
            await answering.answer_signed_in(public_id, CONTENT, locale="en", by=buyer)
    channel = await make.owner.fetchval(
        "SELECT channel FROM survey_response WHERE campaign_id = $1", campaign.id
    )
    assert channel == "portal"


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM survey_response",
        "SELECT * FROM survey_answer",
        "SELECT * FROM survey_link",
        "SELECT email FROM survey_invitation",
        "SELECT * FROM survey_campaign",
        "SELECT asked_survey(1)",
        "SELECT keep_survey_answers(1, 'link', 'en', '[]', 0, 0, 0, '', NULL)",
        "SELECT answer_survey_on_paper(1, 'en', '[]', 0, 0, 0)",
    ],
)
async def test_a_customers_login_reaches_no_results_links_or_addresses(
    make: Factory, statement: str
) -> None:
    buyer = await make.buyer(await make.account())
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with acting(buyer):
            await fetch_value(statement)


async def test_what_a_customers_login_sends_past_the_form_changes_nothing_else(
    make: Factory,
) -> None:
    case = await survey_case(make)
    buyer = await make.buyer(case.accounts[0])
    campaign = await case.started()
    token = await case.link(campaign)
    public_id = await make.owner.fetchval(
        "SELECT public_id FROM survey_invitation WHERE campaign_id = $1", campaign.id
    )
    async with acting(buyer):  # the survey of somebody else at the same account
        answered = await fetch_value(
            "SELECT answer_own_survey($1, 'en', '[]', 0, 0, NULL, '')", public_id
        )
        assert answered is None
    with pytest.raises(asyncpg.CheckViolationError):
        async with unit_of_work(Login.CUSTOMER):
            await fetch_value(
                "SELECT answer_survey($1, 'en', '[]', 1, 5, NULL, '')", token_hash(token)
            )
    smuggled = '[{"question": "product", "score": 4}, {"question": "not asked", "text": "x"}]'
    async with unit_of_work(Login.CUSTOMER):
        made = await fetch_value(
            "SELECT answer_survey($1, 'en', $2::jsonb, 1, 1, NULL, '')",
            token_hash(token),
            smuggled,
        )
    kept = await make.owner.fetch("SELECT question FROM survey_answer WHERE response_id = $1", made)
    assert [row["question"] for row in kept] == ["product"]
