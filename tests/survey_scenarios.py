"""Surveys with people who are asked: what tests of campaigns, links and answers begin with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from portal.database import Login, database_now, unit_of_work
from portal.domain.common.actor import Actor
from portal.domain.common.permissions import StaffRole
from portal.domain.identity.random_tokens import new_token, token_hash
from portal.domain.surveys import campaigns, drafts
from portal.domain.surveys.campaigns import CampaignFacts
from portal.domain.surveys.definition import Definition, Option, Question, Section, Text
from portal.domain.surveys.states import QuestionKind
from portal.domain.surveys.tables import Campaign, Survey, SurveyVersion
from tests.factories import Account, Factory, acting, unique


def words(text: str) -> Text:
    """The same in every language, told apart."""
    return Text(en=text, zh_Hans=f"{text} 简", zh_Hant=f"{text} 繁")


DEFINITION = Definition(
    title=words("How are we doing"),
    intro=words("Five minutes"),
    thanks=words("Thank you"),
    sections=(
        Section(
            key="quality",
            title=words("Quality"),
            questions=(
                Question("product", QuestionKind.RATING, words("The product"), is_required=True),
                Question("service", QuestionKind.RATING, words("The service")),
            ),
        ),
        Section(
            key="rest",
            title=words("The rest"),
            questions=(
                Question("recommend", QuestionKind.NPS, words("Recommend us")),
                Question(
                    "compared",
                    QuestionKind.CHOICE,
                    words("Compared"),
                    options=(Option("better", words("better")), Option("worse", words("worse"))),
                ),
                Question(
                    "improve",
                    QuestionKind.CHOICES,
                    words("Improve"),
                    options=(Option("price", words("price")), Option("time", words("time"))),
                ),
                Question("opinion", QuestionKind.TEXT, words("Opinion")),
            ),
        ),
    ),
)
CONTENT: Mapping[str, Sequence[str]] = {"product": ["5"], "service": ["4"], "recommend": ["9"]}
UNHAPPY: Mapping[str, Sequence[str]] = {
    "product": ["1"],
    "service": ["4"],
    "recommend": ["3"],
    "opinion": ["The seals leak after a week."],
}


@dataclass
class SurveyCase:
    """A published survey, its editor, and accounts with a contact each."""

    make: Factory
    editor: Actor
    survey: Survey
    version: SurveyVersion
    accounts: list[Account]
    contacts: list[int]
    emails: list[str] = field(default_factory=list)

    async def campaign(self, **changes: object) -> Campaign:
        """A draft that asks exactly the contacts of this case, beginning today."""
        async with acting(self.editor):
            today = (await database_now()).date()
            facts = facts_from(today, **{"extra_contacts": self.contacts, **changes})
            return await campaigns.create_campaign(self.survey, facts, by=self.editor)

    async def started(self, **changes: object) -> Campaign:
        """Started, with everybody due now: no test waits for the morning."""
        campaign = await self.campaign(**changes)
        async with acting(self.editor):
            await campaigns.start_campaign(campaign, by=self.editor)
        await self.make.owner.execute(
            "UPDATE survey_invitation SET send_at = business_now() WHERE campaign_id = $1",
            campaign.id,
        )
        return campaign

    async def link(self, campaign: Campaign, number: int = 0) -> str:
        """The token in a mail to the contact of that number, as if the mail had gone out."""
        token = new_token()
        invitation = await self.invitation(campaign, number)
        await self.make.owner.execute(
            """UPDATE survey_invitation SET status = 'sent', sent_at = business_now()
               WHERE id = $1 AND status = 'waiting'""",
            invitation,
        )
        await self.make.owner.execute(
            "INSERT INTO survey_link (token_hash, invitation_id) VALUES ($1, $2)",
            token_hash(token),
            invitation,
        )
        return token

    async def invitation(self, campaign: Campaign, number: int = 0) -> int:
        """The id of the invitation of the contact of that number."""
        return int(
            await self.make.owner.fetchval(
                "SELECT id FROM survey_invitation WHERE campaign_id = $1 AND contact_id = $2",
                campaign.id,
                self.contacts[number],
            )
        )


def facts_from(today: date, **changes: object) -> CampaignFacts:
    """A campaign of this half-year from `today` for two weeks, to nobody yet."""
    facts: dict[str, object] = {
        "name": "Half-year",
        "period": f"{today.year}-H{1 if today.month < 7 else 2}",
        "tiers": (),
        "starts_on": today,
        "closes_on": today + timedelta(days=14),
    }
    return CampaignFacts(**(facts | changes))  # type: ignore[arg-type]


async def survey_case(
    make: Factory,
    *,
    people: int = 0,
    is_anonymous: bool = False,
    definition: Definition = DEFINITION,
    manager: Actor | None = None,
    tier: str = "key",
    role: StaffRole = StaffRole.SERVICE_SUPERVISOR,
) -> SurveyCase:
    """A survey with one published version, and so many accounts with a main contact each.

    With no number of people one, or as many as anonymity needs.
    """
    editor = await make.staff(role)
    async with acting(editor):
        survey = await drafts.create_survey(
            unique("Survey "), "campaign", is_anonymous=is_anonymous, by=editor
        )
        version = await drafts.begin_draft(survey, by=editor)
        await drafts.save_draft(version, definition, by=editor)
        await drafts.publish(version, by=editor)
    case = SurveyCase(make, editor, survey, version, [], [])
    branch = await make.branch()
    for _ in range(people or (5 if is_anonymous else 1)):
        account = await make.account(branch_id=branch, manager=manager, tier=tier)
        email = f"{unique('contact')}@customer.example"
        case.accounts.append(account)
        case.emails.append(email)
        case.contacts.append(
            await make.insert(
                "contact", account_id=account.id, name=unique("Wang "), email=email, is_main=True
            )
        )
    return case


def by_link() -> object:
    """A unit of work as a page without sign-in has it."""
    return unit_of_work(Login.CUSTOMER)
