"""What surveys say: against the goal, by tier and account, never so that one can be told (S3)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.database import Login, unit_of_work
from portal.domain.common.errors import NotAllowed
from portal.domain.common.permissions import StaffRole
from portal.domain.surveys import answering
from portal.domain.surveys.anonymity import Cell, hidden_groups, what_is_shown
from portal.domain.surveys.audience import audience_of, named_to
from portal.domain.surveys.campaign_listing import people_asked
from portal.domain.surveys.question_results import question_results, remarks
from portal.domain.surveys.result_filter import ResultFilter
from portal.domain.surveys.results import Goals, results
from portal.domain.surveys.tables import Campaign
from tests.factories import Factory, acting
from tests.survey_scenarios import CONTENT, UNHAPPY, SurveyCase, survey_case


async def answered(
    case: SurveyCase, campaign: Campaign, given: Sequence[Mapping[str, Sequence[str]]]
) -> None:
    for number, answers in enumerate(given):
        token = await case.link(campaign, number)
        async with unit_of_work(Login.CUSTOMER):
            await answering.answer_by_link(token, answers, locale="en")


def test_the_goal_rises_half_a_point_a_year_up_to_a_hundred() -> None:  # rule S3
    goals = Goals(Decimal(95), Decimal("0.5"), 2026)
    assert [goals.of(year) for year in (2025, 2026, 2027, 2030, 2040)] == [
        Decimal(95),
        Decimal(95),
        Decimal("95.5"),
        Decimal(97),
        Decimal(100),
    ]


async def test_results_of_a_named_survey(make: Factory) -> None:
    case = await survey_case(make, people=3)
    campaign = await case.started()
    choosing = {**CONTENT, "compared": ["better"], "improve": ["price", "time"]}
    await answered(case, campaign, [choosing, UNHAPPY, {"product": ["4"], "improve": ["time"]}])
    asked = ResultFilter(campaign=campaign.reference)
    async with acting(case.editor):
        found = await results(asked, by=case.editor)
        questions = {
            each.question.key: each for each in await question_results(asked, by=case.editor)
        }
        said = await remarks(asked, by=case.editor)
    assert (found.total.responses, found.total.rated, found.total.satisfied) == (3, 5, 4)
    assert (found.total.satisfaction, found.is_reached) == (Decimal("80.0"), False)
    assert (found.total.nps, found.asked, found.answered) == (0, 3, 3)
    assert [each.key for each in found.accounts] == [
        case.accounts[1].code,
        *sorted([case.accounts[0].code, case.accounts[2].code]),
    ]
    assert [(each.key, each.responses) for each in found.tiers] == [("key", 3)]
    (period,) = found.periods
    assert (period.score.key, period.goal) == (campaign.period, found.goal)
    product = questions["product"]
    assert (product.answers, product.satisfaction) == (3, Decimal("66.7"))
    assert [(each.key, each.count) for each in product.shares] == [
        ("5", 1),
        ("4", 1),
        ("3", 0),
        ("2", 0),
        ("1", 1),
    ]
    assert questions["recommend"].nps == 0
    improve = questions["improve"]
    assert improve.answers == 2
    assert [(each.key, each.count) for each in improve.shares] == [("price", 1), ("time", 2)]
    assert [(each.text, each.account_code) for each in said] == [
        ("The seals leak after a week.", case.accounts[1].code)
    ]


async def test_few_anonymous_answers_are_not_shown(make: Factory) -> None:
    case = await survey_case(make, people=5, is_anonymous=True)
    campaign = await case.started()
    asked = ResultFilter(campaign=campaign.reference)
    await answered(case, campaign, [UNHAPPY, CONTENT, CONTENT, CONTENT])
    async with acting(case.editor):
        found = await results(asked, by=case.editor)
        assert (found.total.responses, found.tiers, found.accounts) == (0, [], [])
        assert found.held_back >= 4
        assert await remarks(asked, by=case.editor) == []
        assert await question_results(asked, by=case.editor) == []
    token = await case.link(campaign, 4)
    async with unit_of_work(Login.CUSTOMER):
        await answering.answer_by_link(token, CONTENT, locale="en")
    async with acting(case.editor):
        found = await results(asked, by=case.editor)
        assert (found.total.responses, found.accounts) == (5, [])
        (said,) = await remarks(asked, by=case.editor)
        assert (said.account_code, said.name, said.answered_on) == ("", "", None)
        by_question = {
            each.question.key: each for each in await question_results(asked, by=case.editor)
        }
        assert not by_question["product"].is_hidden
        assert by_question["product"].answers == 5


async def test_a_small_tier_cannot_be_reckoned_from_the_others(make: Factory) -> None:
    case = await survey_case(make, people=16, is_anonymous=True)
    tiers = ["key"] * 8 + ["general"] * 6 + ["potential"] * 2
    for account, tier in zip(case.accounts, tiers, strict=True):
        if tier != "key":
            await make.owner.execute(
                """UPDATE account SET tier = $2, key_class = '', key_criteria = '{}'
                   WHERE id = $1""",
                account.id,
                tier,
            )
    campaign = await case.started()
    await answered(case, campaign, [CONTENT] * 16)
    async with acting(case.editor):
        found = await results(ResultFilter(campaign=campaign.reference), by=case.editor)
        assert found.total.responses == 16
        # The two of the small tier, and the next smallest one, so that no subtraction finds them.
        assert [(each.key, each.responses) for each in found.tiers] == [("key", 8)]
        for tier, count in (("key", 8), ("general", 0), ("potential", 0)):
            narrowed = ResultFilter(campaign=campaign.reference, tier=tier)
            assert (await results(narrowed, by=case.editor)).total.responses == count


async def test_a_question_that_few_of_a_tier_answered_cannot_be_reckoned(make: Factory) -> None:
    case = await survey_case(make, people=13, is_anonymous=True)
    for account in case.accounts[7:]:
        await make.owner.execute(
            """UPDATE account SET tier = 'general', key_class = '', key_criteria = '{}'
               WHERE id = $1""",
            account.id,
        )
    campaign = await case.started()
    # Of the six general ones two have said what they think of the service.
    unsaid = {name: values for name, values in CONTENT.items() if name != "service"}
    await answered(case, campaign, [*[CONTENT] * 9, *[unsaid] * 4])
    said = {}
    async with acting(case.editor):
        for tier in ("", "key", "general"):
            narrowed = ResultFilter(campaign=campaign.reference, tier=tier)
            found = await question_results(narrowed, by=case.editor)
            by_key = {each.question.key: each for each in found}
            said[tier] = (by_key["product"].answers, by_key["service"].answers)
            assert by_key["service"].is_hidden is bool(tier)
    # All nine, or nothing: 9 less the 7 of the key accounts would tell of the two.
    assert said == {"": (13, 9), "key": (7, 0), "general": (6, 0)}


async def test_a_recommendation_of_few_is_not_shown(make: Factory) -> None:
    case = await survey_case(make, people=6, is_anonymous=True)
    campaign = await case.started()
    unsaid = {name: values for name, values in CONTENT.items() if name != "recommend"}
    await answered(case, campaign, [CONTENT, *[unsaid] * 5])
    async with acting(case.editor):
        found = await results(ResultFilter(campaign=campaign.reference), by=case.editor)
    assert (found.total.responses, found.total.recommended, found.total.nps) == (6, 0, None)
    assert found.total.satisfaction == 100
    assert [(each.responses, each.nps) for each in found.tiers] == [(6, None)]


async def test_who_sees_some_accounts_sees_their_answers_alone(make: Factory) -> None:
    manager = await make.staff(StaffRole.ACCOUNT_MANAGER)
    case = await survey_case(make, people=2)
    await make.insert(
        "team_member",
        account_id=case.accounts[0].id,
        staff_member_id=manager.staff_member_id,
        position="account_manager",
    )
    campaign = await case.started()
    await answered(case, campaign, [CONTENT, UNHAPPY])
    asked = ResultFilter(campaign=campaign.reference)
    async with acting(manager):  # rule A6
        found = await results(asked, by=manager)
        assert [each.key for each in found.accounts] == [case.accounts[0].code]
        assert (found.total.responses, found.is_partial, found.asked) == (1, True, 0)
        assert await remarks(asked, by=manager) == []
        people = (await people_asked(campaign, by=manager)).rows
        assert [each.account_code for each in people] == [case.accounts[0].code]
        everybody = await audience_of(campaign)
        assert len(everybody.people) == 2
        assert [each.account_id for each in await named_to(manager, everybody)] == [
            case.accounts[0].id
        ]
    warehouse = await make.staff(StaffRole.WAREHOUSE)
    async with acting(warehouse):
        with pytest.raises(NotAllowed):
            await results(asked, by=warehouse)


@settings(max_examples=60)
@given(
    st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 30), min_size=1),
    st.integers(2, 8),
)
def test_what_is_held_back_is_nothing_or_a_group_large_enough(
    answers: dict[str, int], smallest: int
) -> None:
    hidden = hidden_groups(answers, smallest)
    shown = {name: count for name, count in answers.items() if name not in hidden}
    assert all(count == 0 or count >= smallest for count in shown.values())
    left_out = sum(answers[name] for name in hidden)
    whole = sum(answers.values())
    # Who subtracts what is shown from the whole finds nobody, a large group, or all there is.
    assert left_out == 0 or left_out >= smallest or left_out == whole
    if len([name for name in hidden if answers[name]]) == 1:
        assert left_out == whole
    cells = [Cell(1, name, count) for name, count in answers.items()]
    allowed = what_is_shown(cells, smallest)
    assert (1 in allowed.campaigns) == (whole >= smallest)
    assert not allowed.cells or whole >= smallest
