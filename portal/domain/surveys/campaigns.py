"""Campaigns: whom to ask, from when till when; started, paused, ended (rule S1)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.database import database_now, execute, fetch_value
from portal.domain import policy
from portal.domain.common.activity import record, record_change
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import Conflict, FieldError, NotAllowed, NotFound, WrongState
from portal.domain.common.permissions import Permission
from portal.domain.common.record import check_transition
from portal.domain.common.references import next_reference
from portal.domain.common.words import N_
from portal.domain.policy.survey_figures import SMALLEST_GROUP
from portal.domain.quotes.field_checks import FieldChecks
from portal.domain.surveys.drafts import LONGEST_NAME, NothingPublished, published_version
from portal.domain.surveys.listing import require_reader
from portal.domain.surveys.planning import plan_invitations
from portal.domain.surveys.states import CAMPAIGN_TRANSITIONS, CampaignStatus, Occasion
from portal.domain.surveys.story import SurveyHappening
from portal.domain.surveys.tables import Campaign, Survey

MOST_SPREAD_DAYS = 60
LONGEST_REASON = 500
TIERS = ("strategic", "key", "general", "potential")

_PERIOD = re.compile(r"[0-9]{4}-(H[12]|Q[1-4]|0[1-9]|1[0-2])")
_CHOOSE_PERIOD = N_("Give the period as 2026-H2, 2026-Q4 or 2026-11.")
_CHOOSE_SOMEBODY = N_("Choose a tier or a contact.")
_UNKNOWN_TIER = N_("Choose one of the tiers.")
_UNKNOWN_CONTACT = N_("Choose contacts that are in the files.")
_CHOOSE_DAY = N_("Choose a day.")
_SPREAD = N_("Choose between 1 and %(most)s days.")
_CLOSES_TOO_SOON = N_("It closes after the last day on which it is sent.")
_OVER = N_("Choose a closing day that is still to come.")
_SAY_WHY = N_("Say why.")


class NobodyToAsk(Conflict):
    """Nobody of the chosen can be asked: no address, or all of them were asked lately."""

    message = N_("Nobody can be asked: choose other tiers or contacts.")


class TooFewToBeAnonymous(Conflict):
    """Among so few everybody could be told from what was answered, and followed up (rule S4)."""

    message = N_(
        "Anonymity was promised: fewer than %(smallest)s people are too few. Choose more of them."
    )


class NotForCampaigns(Conflict):
    """Surveys after an event are sent by themselves."""

    message = N_("This survey is not sent in campaigns.")


@dataclass(frozen=True, slots=True)
class CampaignFacts:
    """What the form of a campaign has. Days are of the customers' own places."""

    name: str
    period: str
    tiers: Sequence[str]
    starts_on: date | None
    closes_on: date | None
    spread_days: int | None = 1
    main_contacts_only: bool = True
    extra_contacts: Sequence[int] = ()
    left_out: Sequence[int] = ()


async def create_campaign(survey: Survey, facts: CampaignFacts, *, by: Actor) -> Campaign:
    """A draft with the newest published version of `survey`.

    Raises `NotAllowed`, `NotForCampaigns`, `NothingPublished`, `FieldErrors`.
    """
    _require(by)
    if survey.occasion != Occasion.CAMPAIGN or survey.is_retired:
        raise NotForCampaigns
    version = await published_version(survey)
    if version is None:
        raise NothingPublished
    values = await _checked(facts)
    now = await database_now()
    campaign = Campaign(
        reference=await next_reference("SU"),
        survey_version_id=version.id,
        status=CampaignStatus.DRAFT.value,
        created_by=by.person_id,
        created_at=now,
        updated_at=now,
        **values,
    )
    await campaign.save()
    await _note(campaign, SurveyHappening.CAMPAIGN_CREATED, by=by)
    return campaign


async def change_campaign(
    campaign: Campaign, facts: CampaignFacts, *, by: Actor, expected_version: int | None = None
) -> None:
    """Change a draft. Raises `NotAllowed`, `Conflict`, `WrongState`, `FieldErrors`."""
    _require(by)
    await campaign.lock(expected_version=expected_version)
    if campaign.state is not CampaignStatus.DRAFT:
        raise WrongState(state=campaign.state.label)
    values = await _checked(facts)
    changed = await campaign.change(**values)
    if changed:
        await campaign.change(updated_at=await database_now())
    await record_change(campaign.subject, SurveyHappening.CAMPAIGN_CHANGED, changed, by=by)


async def start_campaign(
    campaign: Campaign, *, by: Actor, expected_version: int | None = None
) -> int:
    """Plan whom to ask when; the worker sends. Returns how many people are asked (rule S1).

    It sends the newest published version of its survey. Raises `NotAllowed`, `Conflict`,
    `WrongState`, `NobodyToAsk`, `TooFewToBeAnonymous`, and `FieldError` for `closes_on` once it is
    past.
    """
    _require(by)
    await campaign.lock(expected_version=expected_version)
    check_transition(campaign.state, CampaignStatus.RUNNING, CAMPAIGN_TRANSITIONS)
    if campaign.state is not CampaignStatus.DRAFT:
        raise WrongState(state=campaign.state.label)
    now = await database_now()
    if campaign.closes_on < now.date():
        raise FieldError("closes_on", _OVER)
    version = await _version_to_send(campaign)
    people = await plan_invitations(campaign, survey_version_id=version)
    if not people:
        raise NobodyToAsk
    smallest = (await policy.figure(SMALLEST_GROUP)).value
    if people < smallest and (await survey_of_campaign(campaign)).is_anonymous:
        raise TooFewToBeAnonymous(smallest=smallest)
    await campaign.change(
        status=CampaignStatus.RUNNING.value,
        survey_version_id=version,
        started_at=now,
        updated_at=now,
    )
    closes_on = campaign.closes_on.isoformat()
    happening = SurveyHappening.CAMPAIGN_STARTED
    await _note(campaign, happening, by=by, people=people, closes_on=closes_on)
    return people


async def pause_campaign(campaign: Campaign, reason: str, *, by: Actor) -> None:
    """Send nothing for the time being; what was sent can be answered.

    Raises `NotAllowed`, `WrongState`, and `FieldErrors` for `reason`.
    """
    reason = await _move(campaign, CampaignStatus.PAUSED, by=by, reason=reason)
    await _note(campaign, SurveyHappening.CAMPAIGN_PAUSED, by=by, reason=reason)


async def resume_campaign(campaign: Campaign, *, by: Actor) -> None:
    """Send on: what fell due meanwhile at once. Raises `NotAllowed`, `WrongState`."""
    _require(by)
    await campaign.lock()
    if campaign.state is not CampaignStatus.PAUSED:
        raise WrongState(state=campaign.state.label)
    await campaign.change(status=CampaignStatus.RUNNING.value, updated_at=await database_now())
    await _note(campaign, SurveyHappening.CAMPAIGN_RESUMED, by=by)


async def end_campaign(campaign: Campaign, reason: str, *, by: Actor) -> None:
    """End it before its time: nothing is sent any more, open links stop working.

    Raises `NotAllowed`, `WrongState`, and `FieldErrors` for `reason`.
    """
    reason = await _move(campaign, CampaignStatus.ENDED, by=by, reason=reason)
    await execute(
        """UPDATE survey_invitation SET status = 'stopped', stopped_because = $2,
               remind_at = NULL, version = version + 1
           WHERE campaign_id = $1 AND status IN ('waiting', 'sent')""",
        campaign.id,
        reason,
    )
    await _note(campaign, SurveyHappening.CAMPAIGN_ENDED, by=by, reason=reason)


async def campaign_by_reference(reference: str, *, by: Actor) -> Campaign:
    """Raises `NotAllowed` and `NotFound`."""
    require_reader(by)
    campaign = await Campaign.objects().where(Campaign.reference == reference).first()
    if campaign is None:
        raise NotFound
    return campaign


async def survey_of_campaign(campaign: Campaign) -> Survey:
    """The survey that it sends."""
    survey_id = await fetch_value(
        "SELECT survey_id FROM survey_version WHERE id = $1", campaign.survey_version_id
    )
    survey = await Survey.objects().where(Survey.id == survey_id).first()
    if survey is None:
        raise NotFound
    return survey


async def _version_to_send(campaign: Campaign) -> int:
    version = await published_version(await survey_of_campaign(campaign))
    return campaign.survey_version_id if version is None else version.id


async def _move(campaign: Campaign, to: CampaignStatus, *, by: Actor, reason: str) -> str:
    _require(by)
    await campaign.lock()
    check_transition(campaign.state, to, CAMPAIGN_TRANSITIONS)
    checks = FieldChecks()
    reason = checks.text("reason", reason, LONGEST_REASON, needed=True, missing=_SAY_WHY)
    checks.done()
    now = await database_now()
    ended = {"ended_at": now} if to is CampaignStatus.ENDED else {}
    if not campaign.started_at:  # a draft that is given up was never sent
        ended["started_at"] = now
    await campaign.change(status=to.value, updated_at=now, **ended)
    return reason


async def _checked(facts: CampaignFacts) -> dict[str, Any]:
    checks = FieldChecks()
    name = checks.text("name", facts.name, LONGEST_NAME, needed=True)
    if not _PERIOD.fullmatch(facts.period):
        checks.refuse("period", _CHOOSE_PERIOD)
    if not facts.tiers and not facts.extra_contacts:
        checks.refuse("tiers", _CHOOSE_SOMEBODY)
    if not set(facts.tiers) <= set(TIERS):
        checks.refuse("tiers", _UNKNOWN_TIER)
    await _check_contacts(checks, "extra_contacts", facts.extra_contacts)
    await _check_contacts(checks, "left_out", facts.left_out)
    _check_days(checks, facts)
    checks.done()
    return {
        "name": name,
        "period": facts.period,
        "tiers": [tier for tier in TIERS if tier in facts.tiers],
        "main_contacts_only": facts.main_contacts_only,
        "extra_contacts": sorted(set(facts.extra_contacts)),
        "left_out": sorted(set(facts.left_out)),
        "starts_on": facts.starts_on,
        "spread_days": facts.spread_days,
        "closes_on": facts.closes_on,
    }


def _check_days(checks: FieldChecks, facts: CampaignFacts) -> None:
    if facts.starts_on is None:
        checks.refuse("starts_on", _CHOOSE_DAY)
    spread = facts.spread_days
    if spread is None or not 1 <= spread <= MOST_SPREAD_DAYS:
        checks.refuse("spread_days", _SPREAD, most=MOST_SPREAD_DAYS)
    if facts.closes_on is None:
        checks.refuse("closes_on", _CHOOSE_DAY)
    elif facts.starts_on and spread and (facts.closes_on - facts.starts_on).days < spread - 1:
        checks.refuse("closes_on", _CLOSES_TOO_SOON)


async def _check_contacts(checks: FieldChecks, field: str, contacts: Sequence[int]) -> None:
    if not contacts:
        return
    known = await fetch_value(
        "SELECT count(*) FROM contact WHERE id = ANY ($1::bigint[])", list(set(contacts))
    )
    if known != len(set(contacts)):
        checks.refuse(field, _UNKNOWN_CONTACT)


async def _note(campaign: Campaign, happening: SurveyHappening, *, by: Actor, **after: Any) -> None:
    await record(campaign.subject, happening, by=by, visible_to=Audience.INTERNAL, after=after)


def _require(by: Actor) -> None:
    if not by.may(Permission.EDIT_SURVEYS):
        raise NotAllowed
