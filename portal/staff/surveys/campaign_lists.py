"""The campaigns, and whom one of them asks (rule S1)."""

from litestar import Response, get
from litestar.params import FromPath, FromQuery

from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.surveys.campaign_listing import campaigns_list, people_asked
from portal.domain.surveys.campaigns import campaign_by_reference, survey_of_campaign
from portal.domain.surveys.states import CampaignStatus, InvitationStatus
from portal.rendering.links import with_query
from portal.staff.choices import choices
from portal.staff.surveys.campaign_form import ONE
from portal.staff.surveys.tabs import CAMPAIGNS, tabs_of
from portal.web.arguments import AnAnswer, AViewer
from portal.web.forms import Form
from portal.web.guards import requires

_READS = [requires(Permission.READ_SURVEYS)]


@get(CAMPAIGNS, guards=_READS)
async def index(viewer: AViewer, answer: AnAnswer, status: FromQuery[str] = "") -> Response[str]:
    """Those that run first, then the newest."""
    status = status if status in set(CampaignStatus) else ""
    return answer.page(
        "staff/surveys/campaigns.html",
        title=N_("Campaigns"),
        **tabs_of("campaigns", answer),
        rows=await campaigns_list(by=viewer.actor, status=status),
        filters=Form.showing(status=status),
        statuses=choices(CampaignStatus, answer),
    )


@get(f"{ONE}/people", guards=_READS)
async def people(
    *,
    campaign_reference: FromPath[str],
    viewer: AViewer,
    answer: AnAnswer,
    status: FromQuery[str] = "",
    after: FromQuery[str] = "",
) -> Response[str]:
    """Whom it asks, and how far that is; of an anonymous one not who has answered."""
    campaign = await campaign_by_reference(campaign_reference, by=viewer.actor)
    survey = await survey_of_campaign(campaign)
    status = status if status in set(InvitationStatus) else ""
    after = after if len(after) < 18 else ""
    asked = await people_asked(campaign, by=viewer.actor, status=status, after=after)
    base = f"{CAMPAIGNS}/{campaign.reference}/people"
    hidden = {InvitationStatus.ANSWERED, InvitationStatus.EXPIRED} if survey.is_anonymous else ()
    return answer.page(
        "staff/surveys/people.html",
        title=N_("People asked by %(reference)s"),
        words={"reference": campaign.reference},
        section="surveys",
        campaign=campaign,
        is_anonymous=survey.is_anonymous,
        rows=asked.rows,
        here=base,
        filters=Form.showing(status=status),
        statuses=choices([each for each in InvitationStatus if each not in hidden], answer),
        next_url=with_query(base, status=status, after=asked.after) if asked.after else None,
        previous_url=with_query(base, status=status) if after else None,
    )


ROUTES = [index, people]
