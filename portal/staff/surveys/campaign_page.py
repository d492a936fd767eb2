"""A campaign's page: whom it asks, how far it is, and the forms that start, pause and end it."""

from dataclasses import replace
from typing import Annotated

from litestar import Response, get
from litestar.params import FromPath, FromQuery
from pydantic import StringConstraints

from portal.domain.accounts.classification import Tier
from portal.domain.common.activity import timeline
from portal.domain.common.actor import Audience
from portal.domain.common.errors import Conflict, FieldError
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_, Worded
from portal.domain.surveys import campaigns
from portal.domain.surveys.audience import audience_of, contacts_at, named_to
from portal.domain.surveys.campaigns import (
    CampaignFacts,
    campaign_by_reference,
    survey_of_campaign,
)
from portal.domain.surveys.progress import progress_of
from portal.domain.surveys.states import CampaignStatus, InvitationStatus
from portal.domain.surveys.story import phrase_of
from portal.domain.surveys.tables import Campaign
from portal.rendering.phrases import phrase_words
from portal.staff.record_page import conflict_words, forms_of
from portal.staff.story import Told
from portal.staff.surveys.campaign_form import ONE
from portal.staff.surveys.tabs import CAMPAIGNS
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AViewer
from portal.web.forms import Form, RecordId
from portal.web.guards import requires
from portal.web.record_forms import RecordForms, Sent, Versioned
from portal.web.viewer import Viewer

_EDITS = Permission.EDIT_SURVEYS
_SHOWN_PEOPLE = 300
Text = Annotated[str, StringConstraints(max_length=10_000)]


class Panel(Worded):
    """A form that can stand open on the page of a campaign."""

    START = "start", N_("Start the campaign")
    PAUSE = "pause", N_("Pause it")
    RESUME = "resume", N_("Send on")
    END = "end", N_("End it before its time")
    LEAVE_OUT = "leave-out", N_("Leave somebody out")
    ASK_TOO = "ask-too", N_("Ask others, too")


_OFFERED = {
    CampaignStatus.DRAFT: {Panel.START, Panel.END, Panel.LEAVE_OUT, Panel.ASK_TOO},
    CampaignStatus.RUNNING: {Panel.PAUSE, Panel.END},
    CampaignStatus.PAUSED: {Panel.RESUME, Panel.END},
    CampaignStatus.ENDED: set[Panel](),
}


class Reason(Versioned):
    reason: Text = ""


class LeftOut(Versioned):
    contact: RecordId | None = None


class AskedToo(Versioned):
    emails: Text = ""


async def show_campaign(
    reference: str,
    viewer: Viewer,
    answer: Answer,
    /,
    *,
    panel: str = "",
    about: str = "",
    form: Form | None = None,
    conflict: Conflict | None = None,
) -> Response[str]:
    """The whole page; with a refused `form` a 422, with a `conflict` a 409 that keeps the text."""
    campaign = await campaign_by_reference(reference, by=viewer.actor)
    is_draft = campaign.state is CampaignStatus.DRAFT
    audience = await audience_of(campaign) if is_draft else None
    named = await named_to(viewer.actor, audience) if audience else []
    entries = await timeline(campaign.subject.kind, campaign.id, visible_to=Audience.INTERNAL)
    offers = _OFFERED[campaign.state] if viewer.actor.may(_EDITS) else set()
    opened = Panel(panel) if panel in offers else None
    return answer.page(
        "staff/surveys/campaign.html",
        title="%(name)s",
        words={"name": campaign.name},
        section="surveys",
        form=form,
        status=409 if conflict else 200,
        campaign=campaign,
        base=f"{CAMPAIGNS}/{campaign.reference}",
        survey=await survey_of_campaign(campaign),
        tiers=[Tier(tier).label for tier in campaign.tiers],
        audience=audience,
        people=named[:_SHOWN_PEOPLE],
        named=len(named),
        progress=None if is_draft else await progress_of(campaign, by=viewer.actor),
        statuses=list(InvitationStatus),
        offers=offers,
        panel=opened,
        about=about,
        forms=forms_of(opened, form, viewer, version=campaign.version, defaults={}),
        conflict=conflict_words(conflict, viewer),
        entries=[
            Told(entry.at, entry.actor_name, phrase_words(phrase_of(entry), viewer.reader), True)
            for entry in reversed(entries)
        ],
    )


@get(ONE, guards=[requires(Permission.READ_SURVEYS)])
async def show(
    campaign_reference: FromPath[str], viewer: AViewer, answer: AnAnswer, do: FromQuery[str] = ""
) -> Response[str]:
    """Whom it asks, how far it is, what came of it."""
    return await show_campaign(campaign_reference, viewer, answer, panel=do)


FORMS = RecordForms(ONE, load=campaign_by_reference, show=show_campaign)


@FORMS.form(
    Panel.START, Versioned, N_("Started. The mails go out in the days of the plan."), asks=_EDITS
)
async def start(campaign: Campaign, given: Versioned, sent: Sent) -> None:
    """Send it to those it asks, spread over its days."""
    await campaigns.start_campaign(campaign, by=sent.by, expected_version=given.version)


@FORMS.form(Panel.PAUSE, Reason, N_("Paused. Nothing is sent for the time being."), asks=_EDITS)
async def pause(campaign: Campaign, given: Reason, sent: Sent) -> None:
    """Send nothing for the time being; what was sent can be answered."""
    await campaigns.pause_campaign(campaign, given.reason, by=sent.by)


@FORMS.form(Panel.RESUME, Versioned, N_("It is sent on."), asks=_EDITS)
async def resume(campaign: Campaign, _: Versioned, sent: Sent) -> None:
    """Send on; what fell due meanwhile goes out at once."""
    await campaigns.resume_campaign(campaign, by=sent.by)


@FORMS.form(Panel.END, Reason, N_("Ended. Links that were not used work no more."), asks=_EDITS)
async def end(campaign: Campaign, given: Reason, sent: Sent) -> None:
    """End it before its time."""
    await campaigns.end_campaign(campaign, given.reason, by=sent.by)


@FORMS.form(Panel.LEAVE_OUT, LeftOut, N_("They are not asked."), asks=_EDITS, anchor="#people")
async def leave_out(campaign: Campaign, given: LeftOut, sent: Sent) -> None:
    """Take somebody off the list before it is started."""
    one = [given.contact] if given.contact else []
    facts = replace(
        _facts_of(campaign),
        extra_contacts=[each for each in campaign.extra_contacts if each not in one],
        left_out=[*campaign.left_out, *one],
    )
    await campaigns.change_campaign(campaign, facts, by=sent.by, expected_version=given.version)


@FORMS.form(Panel.ASK_TOO, AskedToo, N_("They are asked, too."), asks=_EDITS, anchor="#people")
async def ask_too(campaign: Campaign, given: AskedToo, sent: Sent) -> None:
    """Add contacts by their addresses, whatever their customer's tier."""
    wanted = list(dict.fromkeys(given.emails.lower().replace(",", " ").split()))
    if not wanted:
        raise FieldError("emails", N_("Write at least one e-mail address."))
    known = await contacts_at(wanted, by=sent.by)
    if unknown := [each for each in wanted if each not in known]:
        nobody = N_("No contact has this address: %(addresses)s")
        raise FieldError("emails", nobody, addresses=", ".join(unknown[:10]))
    more = [each for found in known.values() for each in found]
    facts = replace(
        _facts_of(campaign),
        extra_contacts=[*campaign.extra_contacts, *more],
        left_out=[each for each in campaign.left_out if each not in more],
    )
    await campaigns.change_campaign(campaign, facts, by=sent.by, expected_version=given.version)


def _facts_of(campaign: Campaign) -> CampaignFacts:
    return CampaignFacts(
        name=campaign.name,
        period=campaign.period,
        tiers=campaign.tiers,
        starts_on=campaign.starts_on,
        closes_on=campaign.closes_on,
        spread_days=campaign.spread_days,
        main_contacts_only=campaign.main_contacts_only,
        extra_contacts=campaign.extra_contacts,
        left_out=campaign.left_out,
    )


ROUTES = [show, *FORMS.routes]
