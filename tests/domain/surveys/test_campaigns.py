"""Campaigns: whom they ask, spread evenly over open days, started once, ended (rules S1, V7)."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from portal.database import Login, database_now, unit_of_work
from portal.domain.common.errors import FieldErrors, NotAllowed, WrongState
from portal.domain.common.permissions import StaffRole
from portal.domain.surveys import campaigns, closing
from portal.domain.surveys.answering import answer_by_link
from portal.domain.surveys.audience import audience_of
from portal.domain.surveys.campaign_listing import campaigns_list, people_asked
from portal.domain.surveys.campaigns import NobodyToAsk, NotForCampaigns, TooFewToBeAnonymous
from portal.domain.surveys.listing import survey_by_key
from portal.domain.surveys.progress import progress_of
from portal.domain.surveys.spreading import Place, Spread
from portal.domain.surveys.tables import Campaign
from tests.factories import Factory, acting
from tests.survey_scenarios import CONTENT, SurveyCase, facts_from, survey_case

SHANGHAI = ZoneInfo("Asia/Shanghai")
HOURS = (("09:00", "12:00"), ("14:00", "20:00"))


class Weekdays:
    def is_working_day(self, day: date) -> bool:
        return day.weekday() < 5


def spread(now: datetime, *, days: int, lasts: int = 30) -> Spread:
    starts_on = now.astimezone(SHANGHAI).date()
    return Spread(
        starts_on=starts_on,
        days=days,
        closes_on=starts_on + timedelta(days=lasts),
        now=now,
        calendars={1: Weekdays()},
        hours=HOURS,
    )


def test_people_are_spread_evenly_over_open_days_and_asked_in_mail_hours() -> None:  # rule V7
    friday_noon = datetime(2026, 11, 20, 12, 30, tzinfo=SHANGHAI)
    over, place = spread(friday_noon, days=4), Place(1, "Asia/Shanghai")
    days = [over.day_of(place, number, 100) for number in range(100)]
    assert [day.day for day in Counter(days) if day] == [20, 23, 24, 25]  # no weekend
    assert set(Counter(days).values()) == {25}
    assert over.moment_on(place, date(2026, 11, 20)) == datetime(2026, 11, 20, 6, tzinfo=UTC)
    assert over.moment_on(place, date(2026, 11, 23)) == datetime(2026, 11, 23, 1, tzinfo=UTC)
    elsewhere = Place(1, "Europe/Berlin")
    assert over.moment_on(elsewhere, date(2026, 11, 23)) == datetime(2026, 11, 23, 8, tzinfo=UTC)
    # Who rests until Saturday night is asked on Monday; past the end nobody is.
    night = datetime(2026, 11, 21, 22, tzinfo=SHANGHAI)
    assert over.not_before(place, night) == datetime(2026, 11, 23, 1, tzinfo=UTC)
    assert over.not_before(place, night + timedelta(days=40)) is None


async def test_the_audience_is_of_the_tiers_and_nobody_is_asked_twice(make: Factory) -> None:
    case = await survey_case(make, people=3)
    # The second one is also a contact of the third account, the third has left.
    await make.insert(
        "contact", account_id=case.accounts[2].id, name="The same", email=case.emails[1]
    )
    await make.owner.execute(
        "UPDATE contact SET is_main = false, archived_at = now() WHERE id = $1", case.contacts[2]
    )
    other = await make.insert(
        "contact", account_id=case.accounts[0].id, name="Colleague", email=f"c.{case.emails[0]}"
    )
    without = await make.insert("contact", account_id=case.accounts[0].id, name="No address")

    async def whom(**facts: Any) -> tuple[set[int], int]:
        campaign = await case.campaign(**facts)
        async with acting(case.editor):
            audience = await audience_of(campaign)
            ours = {each.id for each in case.accounts}
            found = {e.contact_id for e in audience.people if e.account_id in ours}
            return found, audience.without_address

    assert (await whom())[0] == set(case.contacts[:2])
    everybody, no_address = await whom(
        tiers=["key"], main_contacts_only=False, extra_contacts=[], left_out=[case.contacts[0]]
    )
    assert everybody == {case.contacts[1], other}
    assert no_address >= 1
    assert (await whom(extra_contacts=[without]))[0] == set()


async def test_a_campaign_is_started_once_by_who_may(make: Factory) -> None:
    case = await survey_case(make, people=2)
    campaign = await case.campaign()
    manager = await make.staff(StaffRole.ACCOUNT_MANAGER)
    async with acting(manager):
        with pytest.raises(NotAllowed):
            await campaigns.start_campaign(campaign, by=manager)
    async with acting(case.editor):
        assert await campaigns.start_campaign(campaign, by=case.editor) == 2
    async with acting(case.editor):
        with pytest.raises(WrongState):
            await campaigns.start_campaign(campaign, by=case.editor)
        with pytest.raises(WrongState):
            facts = facts_from(campaign.starts_on, tiers=["key"])
            await campaigns.change_campaign(campaign, facts, by=case.editor)
    empty = await case.campaign(extra_contacts=case.contacts, left_out=case.contacts)
    async with acting(case.editor):
        with pytest.raises(NobodyToAsk):
            await campaigns.start_campaign(empty, by=case.editor)
    async with acting(case.editor):
        await campaigns.end_campaign(empty, "Nobody is left", by=case.editor)
        assert empty.state == "ended"


async def test_nobody_can_be_told_among_those_whom_an_anonymous_campaign_asks(
    make: Factory,
) -> None:
    case = await survey_case(make, people=4, is_anonymous=True)
    campaign = await case.campaign()
    with pytest.raises(TooFewToBeAnonymous):  # rule S4: a low score would be followed up by name
        async with acting(case.editor):
            await campaigns.start_campaign(campaign, by=case.editor)
    asked = "SELECT count(*) FROM survey_invitation WHERE campaign_id = $1"
    assert await make.owner.fetchval(asked, campaign.id) == 0


async def test_what_is_wrong_with_a_campaign_is_said_at_its_fields(make: Factory) -> None:
    case = await survey_case(make)
    async with acting(case.editor):
        today = (await database_now()).date()
        wrong = facts_from(
            today,
            name=" ",
            period="winter",
            closes_on=today - timedelta(days=1),
            left_out=[2**60],
            spread_days=61,
        )
        with pytest.raises(FieldErrors) as refused:
            await campaigns.create_campaign(case.survey, wrong, by=case.editor)
        assert {error.field for error in refused.value.errors} == {
            "name",
            "period",
            "tiers",
            "left_out",
            "spread_days",
            "closes_on",
        }
        by_event = await survey_by_key("after-delivery", by=case.editor)
        with pytest.raises(NotForCampaigns):
            await campaigns.create_campaign(by_event, wrong, by=case.editor)


async def answer(case: SurveyCase, campaign: Campaign) -> None:
    token = await case.link(campaign)
    async with unit_of_work(Login.CUSTOMER):
        await answer_by_link(token, CONTENT, locale="en")


async def test_its_page_says_how_far_it_is_and_hides_who_answered_where_anonymous(
    make: Factory,
) -> None:
    for is_anonymous in (False, True):
        case = await survey_case(make, people=5, is_anonymous=is_anonymous)
        campaign = await case.started()
        await answer(case, campaign)
        async with acting(case.editor):
            progress = await progress_of(campaign, by=case.editor)
            assert (progress.people, progress.answered, progress.waiting) == (5, 1, 4)
            assert progress.answered_percent == 100
            first = await people_asked(campaign, by=case.editor, size=2)
            rest = await people_asked(campaign, by=case.editor, after=first.after or "")
            shown = [each.status for each in [*first.rows, *rest.rows]]
            assert shown == ["sent" if is_anonymous else "answered", *["waiting"] * 4]
            assert all(each.answered_at is None for each in first.rows) is is_anonymous
            listed = {row.reference: row for row in await campaigns_list(by=case.editor)}
            assert listed[campaign.reference].answered == 1
        await case.link(campaign, 1)
        async with acting(case.editor):  # who is stopped by its end has not answered
            await campaigns.end_campaign(campaign, "Enough", by=case.editor)
            people = (await people_asked(campaign, by=case.editor)).rows
            shown = ["sent", "sent"] if is_anonymous else ["answered", "stopped"]
            assert [each.status for each in people] == [*shown, *["stopped"] * 3]


async def test_at_its_end_links_expire_and_it_closes(make: Factory) -> None:
    case = await survey_case(make, people=2)
    campaign = await case.started()
    await answer(case, campaign)
    await make.owner.execute(
        "UPDATE survey_invitation SET expires_at = business_now() WHERE campaign_id = $1",
        campaign.id,
    )
    await make.owner.execute(
        """UPDATE survey_campaign SET starts_on = starts_on - 30, closes_on = closes_on - 30
           WHERE id = $1""",
        campaign.id,
    )
    async with unit_of_work(Login.WORKER):
        assert await closing.expire_due() >= 1
        assert await closing.close_over() >= 1
    async with acting(case.editor):
        ended = await campaigns.campaign_by_reference(campaign.reference, by=case.editor)
        assert ended.state == "ended"
        statuses = {each.status for each in (await people_asked(ended, by=case.editor)).rows}
        assert statuses == {"answered", "expired"}
