"""A campaign: whom to ask what, from when till when; planned and changed as a draft (rule S1)."""

from datetime import date, timedelta
from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery
from pydantic import StringConstraints

from portal.domain.accounts.classification import Tier
from portal.domain.common.errors import Conflict, DomainError
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_, Phrase
from portal.domain.surveys import campaigns
from portal.domain.surveys.campaigns import CampaignFacts, campaign_by_reference
from portal.domain.surveys.listing import survey_by_key, surveys
from portal.domain.surveys.states import CampaignStatus, Occasion
from portal.domain.surveys.tables import Campaign
from portal.rendering.phrases import phrase_words
from portal.staff.choices import choices
from portal.staff.surveys.tabs import CAMPAIGNS
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AViewer
from portal.web.forms import Day, Form, FormModel, Whole
from portal.web.guards import requires
from portal.web.once import led_to, remember
from portal.web.record_forms import refuse_by
from portal.web.viewer import Viewer

ONE = f"{CAMPAIGNS}/{{campaign_reference:str}}"
_EDITS = [requires(Permission.EDIT_SURVEYS)]
_OPEN_DAYS = timedelta(days=21)
_SPREAD_DAYS = 5
AnyRequest = Request[Any, Any, Any]
Line = Annotated[str, StringConstraints(max_length=1000)]


class CampaignFields(FormModel):
    """The form of a campaign; what is missing is the domain's to say."""

    name: Line = ""
    period: Line = ""
    tiers: list[Line] = []
    main_contacts_only: bool = False
    starts_on: Day | None = None
    spread_days: Whole | None = None
    closes_on: Day | None = None
    version: Whole = 0

    def facts(self, campaign: Campaign | None = None) -> CampaignFacts:
        """As the domain takes it; who is left out by name stays so."""
        return CampaignFacts(
            name=self.name,
            period=self.period.upper(),
            tiers=self.tiers,
            starts_on=self.starts_on,
            closes_on=self.closes_on,
            spread_days=self.spread_days,
            main_contacts_only=self.main_contacts_only,
            extra_contacts=campaign.extra_contacts if campaign else (),
            left_out=campaign.left_out if campaign else (),
        )


@get(f"{CAMPAIGNS}/new", guards=_EDITS)
async def new(viewer: AViewer, answer: AnAnswer, survey: FromQuery[str] = "") -> Response[str]:
    """The form of a new campaign, filled for the half-year that is now."""
    today = viewer.reader.local(viewer.now).date()
    period = half_year_of(today)
    form = Form.showing(
        survey=survey[:100],
        name=answer.translated(N_("Half-yearly survey %(period)s"), period=period),
        period=period,
        tiers=[Tier.STRATEGIC.value, Tier.KEY.value],
        main_contacts_only=True,
        starts_on=today + timedelta(days=1),
        spread_days=_SPREAD_DAYS,
        closes_on=today + _OPEN_DAYS,
    )
    return await _page(form, viewer, answer)


@post(CAMPAIGNS, guards=_EDITS)
async def create(request: AnyRequest, viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """Keep it as a draft; nothing is sent before it is started."""
    form = await Form.sent(request)
    if path := await led_to(form, viewer):
        return answer.see_other(path)
    given = form.read(CampaignFields)
    if given is None:
        return await _page(form, viewer, answer)
    if not form.value("survey"):
        form.refuse("survey", N_("Choose a survey."))
        return await _page(form, viewer, answer)
    survey = await survey_by_key(form.value("survey"), by=viewer.actor)
    try:
        campaign = await campaigns.create_campaign(survey, given.facts(), by=viewer.actor)
    except Conflict as error:
        form.refuse("survey", error.message, **error.words)
        return await _page(form, viewer, answer)
    except DomainError as error:
        refuse_by(form, error, {})
        return await _page(form, viewer, answer)
    path = f"{CAMPAIGNS}/{campaign.reference}"
    await remember(form, viewer, path)
    return answer.see_other(path, toast=N_("The campaign is planned. Check whom it asks."))


@get(f"{ONE}/edit", guards=_EDITS)
async def edit(
    campaign_reference: FromPath[str], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """The form filled with what the draft says; what was started stays as it is."""
    campaign = await campaign_by_reference(campaign_reference, by=viewer.actor)
    if campaign.state is not CampaignStatus.DRAFT:
        return answer.see_other(f"{CAMPAIGNS}/{campaign.reference}")
    shown = {name: getattr(campaign, name) for name in CampaignFields.model_fields}
    return await _page(Form.showing(**shown), viewer, answer, campaign)


@post(f"{ONE}/edit", guards=_EDITS)
async def save(
    campaign_reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Save the draft."""
    campaign = await campaign_by_reference(campaign_reference, by=viewer.actor)
    form = await Form.sent(request)
    given = form.read(CampaignFields)
    if given is None:
        return await _page(form, viewer, answer, campaign)
    try:
        await campaigns.change_campaign(
            campaign, given.facts(campaign), by=viewer.actor, expected_version=given.version
        )
    except Conflict as conflict:
        form.put("version", campaign.version)
        return await _page(form, viewer, answer, campaign, conflict)
    except DomainError as error:
        refuse_by(form, error, {})
        return await _page(form, viewer, answer, campaign)
    return answer.see_other(f"{CAMPAIGNS}/{campaign.reference}", toast=N_("Saved."))


def half_year_of(day: date) -> str:
    """The half-year of a day as campaigns name their period: 2026-H2 (rule S1)."""
    return f"{day.year}-H{1 if day.month <= 6 else 2}"


async def _page(
    form: Form,
    viewer: Viewer,
    answer: Answer,
    campaign: Campaign | None = None,
    conflict: Conflict | None = None,
) -> Response[str]:
    in_use = [
        row
        for row in await surveys(by=viewer.actor)
        if row.occasion is Occasion.CAMPAIGN and row.published
    ]
    words = conflict and phrase_words(Phrase(conflict.message, conflict.words), viewer.reader)
    return answer.page(
        "staff/surveys/campaign_form.html",
        title=N_("Change the campaign") if campaign else N_("New campaign"),
        section="surveys",
        status=409 if conflict else 200,
        form=form,
        campaign=campaign,
        surveys=[(row.key, row.name) for row in in_use],
        tiers=choices(Tier, answer),
        conflict={"words": words, "is_faster": True} if words else None,
    )


ROUTES = [new, create, edit, save]
