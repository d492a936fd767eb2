"""Surveys that are due become mails; nobody is sent two too soon (rules S1, S2, V7)."""

from datetime import timedelta
from typing import Any

from portal.database import Login, unit_of_work
from portal.domain.identity.random_tokens import token_hash
from portal.domain.notices import survey_batches, survey_mails
from portal.domain.surveys import answering, campaigns
from portal.domain.surveys.tables import Campaign
from tests.factories import Factory, acting
from tests.survey_scenarios import CONTENT, survey_case

DOMAIN = "hengda.example"


async def give_out(make: Factory) -> None:
    while True:
        async with unit_of_work(Login.WORKER):
            if not await survey_mails.owe_due(mail_domain=DOMAIN, limit=3):
                return


async def mails_of(make: Factory, campaign: Campaign) -> list[dict[str, Any]]:
    rows = await make.owner.fetch(
        """SELECT m.*, i.contact_id AS whom FROM mail m
           JOIN survey_invitation i ON i.id = (m.words->>'invitation_id')::bigint
           WHERE i.campaign_id = $1 ORDER BY m.id""",
        campaign.id,
    )
    return [dict(row) for row in rows]


async def statuses(make: Factory, campaign: Campaign) -> list[str]:
    rows = await make.owner.fetch(
        "SELECT status FROM survey_invitation WHERE campaign_id = $1 ORDER BY contact_id",
        campaign.id,
    )
    return [row["status"] for row in rows]


async def test_each_person_gets_one_mail_with_a_message_id_of_its_own(make: Factory) -> None:
    case = await survey_case(make, people=7)
    campaign = await case.started()
    await give_out(make)
    mails = await mails_of(make, campaign)
    assert [mail["whom"] for mail in mails] == case.contacts
    assert len({mail["message_id"] for mail in mails}) == 7
    assert {(mail["template"], mail["queue"], mail["status"]) for mail in mails} == {
        ("survey", "bulk", "waiting")
    }
    assert await statuses(make, campaign) == ["sent"] * 7


async def test_a_paused_campaign_sends_nothing_and_an_ended_one_stops(make: Factory) -> None:
    case = await survey_case(make, people=2)
    campaign = await case.started()
    async with acting(case.editor):
        await campaigns.pause_campaign(campaign, "Typhoon", by=case.editor)
    await give_out(make)
    assert await statuses(make, campaign) == ["waiting"] * 2
    async with acting(case.editor):
        await campaigns.resume_campaign(campaign, by=case.editor)
    await give_out(make)
    assert await statuses(make, campaign) == ["sent"] * 2
    async with acting(case.editor):
        await campaigns.end_campaign(campaign, "Wrong period", by=case.editor)
    assert await statuses(make, campaign) == ["stopped"] * 2
    async with unit_of_work(Login.WORKER):
        ours = [mail["id"] for mail in await mails_of(make, campaign)]
        assert not [m for m in await survey_batches.claim_batch(10_000) if m.id in ours]
    assert {mail["status"] for mail in await mails_of(make, campaign)} == {"cancelled"}


async def test_nobody_is_sent_two_surveys_within_the_rest(make: Factory) -> None:
    case = await survey_case(make, people=2)
    first = await case.started(name="First")
    second = await case.started(name="Second", left_out=[case.contacts[0]])
    await give_out(make)
    assert await statuses(make, first) == ["sent", "sent"]
    # Two weeks are less than the rest of sixty days: too late for the second campaign.
    assert await statuses(make, second) == ["stopped"]
    why = await make.owner.fetchval(
        "SELECT stopped_because FROM survey_invitation WHERE campaign_id = $1", second.id
    )
    assert why == survey_mails.ASKED_LATELY
    async with acting(case.editor):
        today = first.starts_on
    third = await case.campaign(closes_on=today + timedelta(days=90))
    async with acting(case.editor):
        await campaigns.start_campaign(third, by=case.editor)
    moments = await make.owner.fetch(
        "SELECT send_at - now() AS wait FROM survey_invitation WHERE campaign_id = $1", third.id
    )
    assert all(timedelta(days=59) < row["wait"] < timedelta(days=75) for row in moments)


async def test_a_link_is_made_at_each_attempt_and_rests_nowhere(make: Factory) -> None:
    case = await survey_case(make)
    campaign = await case.started()
    await give_out(make)
    tokens = []
    for _ in range(2):
        async with unit_of_work(Login.WORKER):
            (mail,) = [
                each
                for each in await survey_batches.claim_batch(10_000)
                if each.address == case.emails[0]
            ]
        tokens.append(mail.token or "")
        await make.owner.execute("UPDATE mail SET next_attempt_at = now() WHERE id = $1", mail.id)
    assert len(set(tokens)) == 2
    row = (await mails_of(make, campaign))[0]
    assert not any(token in str(row) for token in tokens)
    hashes = await make.owner.fetch(
        "SELECT token_hash FROM survey_link WHERE invitation_id = $1",
        await case.invitation(campaign),
    )
    assert {row["token_hash"] for row in hashes} == {token_hash(token) for token in tokens}
    async with unit_of_work(Login.CUSTOMER):
        await answering.answer_by_link(tokens[1], CONTENT, locale="en")
    async with unit_of_work(Login.CUSTOMER):
        first = await answering.survey_by_token(tokens[0])
        assert first is not None
        assert not first.is_open
    async with unit_of_work(Login.WORKER):
        assert case.emails[0] not in [m.address for m in await survey_batches.claim_batch(10_000)]
    assert (await mails_of(make, campaign))[0]["status"] == "cancelled"


async def test_a_batch_that_is_not_begun_counts_for_nothing(make: Factory) -> None:
    case = await survey_case(make)
    campaign = await case.started()
    await give_out(make)
    async with unit_of_work(Login.WORKER):
        batch = await survey_batches.claim_batch(10_000)
        await survey_batches.give_back(batch)
    mail = (await mails_of(make, campaign))[0]
    assert (mail["attempts"], mail["status"]) == (0, "waiting")


async def test_who_has_not_answered_is_reminded_once(make: Factory) -> None:
    case = await survey_case(make, people=2)
    campaign = await case.started()
    await give_out(make)
    token = await case.link(campaign, 0)
    async with unit_of_work(Login.CUSTOMER):
        await answering.answer_by_link(token, CONTENT, locale="en")
    for _ in range(2):
        await make.owner.execute(
            """UPDATE survey_invitation SET remind_at = business_now()
               WHERE campaign_id = $1 AND remind_at IS NOT NULL""",
            campaign.id,
        )
        async with unit_of_work(Login.WORKER):
            await survey_mails.owe_reminders(mail_domain=DOMAIN)
    mails = await mails_of(make, campaign)
    assert [mail["whom"] for mail in mails] == [*case.contacts, case.contacts[1]]
    assert len({mail["message_id"] for mail in mails}) == 3
