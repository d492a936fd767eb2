"""What the addresses of surveys name, for tests that visit every page."""

from portal.domain.surveys import drafts
from tests.factories import Factory, acting, unique
from tests.scenarios import Cast
from tests.survey_scenarios import DEFINITION, survey_case


async def survey_names(make: Factory, cast: Cast) -> dict[str, str]:
    """A survey with a draft, a campaign that waits to be started, and one that asks the buyer."""
    case = await survey_case(make)
    async with acting(case.editor):
        await drafts.begin_draft(case.survey, by=case.editor)
    contact = await make.insert(
        "contact",
        account_id=cast.account.id,
        name=cast.buyer.name,
        email=f"{unique('asked')}@customer.example",
        person_id=cast.buyer.person_id,
    )
    case.contacts.append(contact)
    running = await case.started()
    await case.link(running, number=1)
    public_id = await make.owner.fetchval(
        "SELECT public_id FROM survey_invitation WHERE campaign_id = $1 AND contact_id = $2",
        running.id,
        contact,
    )
    section = DEFINITION.sections[0]
    return {
        "survey_key": case.survey.key,
        "number": "1",
        "section_key": section.key,
        "question_key": section.questions[0].key,
        "campaign_reference": (await case.campaign()).reference,
        "public_id": public_id,
    }
