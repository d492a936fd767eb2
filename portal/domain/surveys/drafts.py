"""Making surveys: drafts, versions that stay, what is in use (rules S1, S2)."""

import re
import secrets
from typing import Any

from portal.database import database_now, fetch_value
from portal.domain.common.activity import record
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import Conflict, NotAllowed, NotFound
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.quotes.field_checks import FieldChecks
from portal.domain.surveys.checking import check
from portal.domain.surveys.definition import Definition, Text, read, written
from portal.domain.surveys.states import Occasion
from portal.domain.surveys.story import SurveyHappening
from portal.domain.surveys.tables import Survey, SurveyVersion

LONGEST_NAME = 200

_CHOOSE_OCCASION = N_("Choose when it is sent.")
_ONLY_CAMPAIGNS = N_("Only surveys of campaigns can be anonymous.")
_ONE_IN_FORCE = N_("Another survey is sent then. Withdraw it from use first.")


class Published(Conflict):
    """A published version stays as it is; a change is a new version."""

    message = N_("This version has been published and stays as it is. Begin a new draft.")


class NothingPublished(Conflict):
    """A survey is used once it has a published version."""

    message = N_("Publish a version of this survey first.")


async def create_survey(
    name: str, occasion: str, *, is_anonymous: bool = False, by: Actor
) -> Survey:
    """A new survey with an empty draft of its first version. Raises `NotAllowed`, `FieldErrors`."""
    _require(by)
    checks = FieldChecks()
    name = checks.text("name", name, LONGEST_NAME, needed=True)
    if occasion not in set(Occasion):
        checks.refuse("occasion", _CHOOSE_OCCASION)
    elif is_anonymous and occasion != Occasion.CAMPAIGN:
        checks.refuse("is_anonymous", _ONLY_CAMPAIGNS)
    else:
        await _check_occasion(checks, occasion)
    checks.done()
    now = await database_now()
    survey = Survey(
        key=f"{_slug(name)}-{secrets.token_hex(3)}",
        occasion=occasion,
        name=name,
        is_anonymous=is_anonymous,
        created_at=now,
    )
    await survey.save()
    await _note(survey, SurveyHappening.CREATED, by=by)
    await _new_draft(survey, 1, Definition(title=Text()))
    return survey


async def begin_draft(survey: Survey, *, by: Actor) -> SurveyVersion:
    """The draft of the next version: the one there is, else a copy of what is published."""
    _require(by)
    await survey.lock()
    draft = await draft_of(survey)
    if draft is not None:
        return draft
    newest = await published_version(survey)
    if newest is None:
        return await _new_draft(survey, 1, Definition(title=Text()))
    draft = await _new_draft(survey, newest.number + 1, read(newest.definition))
    await _note(survey, SurveyHappening.DRAFTED, by=by, number=draft.number)
    return draft


async def save_draft(
    draft: SurveyVersion,
    definition: Definition,
    *,
    by: Actor,
    expected_version: int | None = None,
) -> None:
    """Keep what was changed; it need not be complete yet.

    Raises `NotAllowed`, `Published`, and `Conflict` when somebody else was faster.
    """
    _require(by)
    await _lock_draft(draft, expected_version)
    if read(draft.definition) == definition:
        return
    await draft.change(definition=written(definition), updated_at=await database_now())
    survey = await _survey_of(draft)
    await _note(survey, SurveyHappening.EDITED, by=by, number=draft.number)


async def publish(draft: SurveyVersion, *, by: Actor, expected_version: int | None = None) -> None:
    """What is sent from now on; it stays as it is. Campaigns that run go on with theirs.

    Raises `NotAllowed`, `Published`, `Conflict`, and `FieldErrors` where something is missing in a
    language (`checking.check`).
    """
    _require(by)
    await _lock_draft(draft, expected_version)
    check(read(draft.definition))
    now = await database_now()
    await draft.change(published_at=now, published_by=by.person_id, updated_at=now)
    survey = await _survey_of(draft)
    await _note(survey, SurveyHappening.PUBLISHED, by=by, number=draft.number)


async def drop_draft(draft: SurveyVersion, *, by: Actor) -> None:
    """Forget the draft. Raises `NotAllowed`, `Published`, `NothingPublished` for the first one."""
    _require(by)
    await _lock_draft(draft, None)
    survey = await _survey_of(draft)
    if await published_version(survey) is None:
        raise NothingPublished
    await SurveyVersion.delete().where(SurveyVersion.id == draft.id)
    await _note(survey, SurveyHappening.DROPPED, by=by, number=draft.number)


async def rename(
    survey: Survey, name: str, *, by: Actor, expected_version: int | None = None
) -> None:
    """What we call it among ourselves. Raises `NotAllowed`, `Conflict`, `FieldErrors`."""
    _require(by)
    await survey.lock(expected_version=expected_version)
    checks = FieldChecks()
    name = checks.text("name", name, LONGEST_NAME, needed=True)
    checks.done()
    if await survey.change(name=name):
        await _note(survey, SurveyHappening.RENAMED, by=by, name=name)


async def retire(survey: Survey, *, by: Actor) -> None:
    """Not sent any more; what was sent can still be answered. Raises `NotAllowed`."""
    _require(by)
    await survey.lock()
    if not survey.is_retired:
        await survey.change(retired_at=await database_now())
        await _note(survey, SurveyHappening.RETIRED, by=by)


async def bring_back(survey: Survey, *, by: Actor) -> None:
    """Into use again. Raises `NotAllowed`, and `FieldErrors` where another one is sent then."""
    _require(by)
    await survey.lock()
    if not survey.is_retired:
        return
    checks = FieldChecks()
    await _check_occasion(checks, survey.occasion)
    checks.done()
    await survey.change(retired_at=None)
    await _note(survey, SurveyHappening.BROUGHT_BACK, by=by)


async def draft_of(survey: Survey) -> SurveyVersion | None:
    """The version that is being written."""
    return await (
        SurveyVersion.objects()
        .where((SurveyVersion.survey_id == survey.id) & SurveyVersion.published_at.is_null())
        .first()
    )


async def published_version(survey: Survey) -> SurveyVersion | None:
    """The newest version that was published."""
    return await (
        SurveyVersion.objects()
        .where((SurveyVersion.survey_id == survey.id) & SurveyVersion.published_at.is_not_null())
        .order_by(SurveyVersion.number, ascending=False)
        .first()
    )


async def _check_occasion(checks: FieldChecks, occasion: str) -> None:
    """One survey in force after each kind of event (rule S2)."""
    if occasion == Occasion.CAMPAIGN:
        return
    taken = await fetch_value(
        "SELECT EXISTS (SELECT FROM survey WHERE occasion = $1 AND retired_at IS NULL)", occasion
    )
    if taken:
        checks.refuse("occasion", _ONE_IN_FORCE)


async def _new_draft(survey: Survey, number: int, definition: Definition) -> SurveyVersion:
    now = await database_now()
    draft = SurveyVersion(
        survey_id=survey.id,
        number=number,
        definition=written(definition),
        created_at=now,
        updated_at=now,
    )
    await draft.save()
    return draft


async def _lock_draft(draft: SurveyVersion, expected_version: int | None) -> None:
    await draft.lock(expected_version=expected_version)
    if draft.is_published:
        raise Published


async def _survey_of(version: SurveyVersion) -> Survey:
    survey = await Survey.objects().where(Survey.id == version.survey_id).first()
    if survey is None:
        raise NotFound
    return survey


async def _note(survey: Survey, happening: SurveyHappening, *, by: Actor, **after: Any) -> None:
    await record(survey.subject, happening, by=by, visible_to=Audience.INTERNAL, after=after)


def _require(by: Actor) -> None:
    if not by.may(Permission.EDIT_SURVEYS):
        raise NotAllowed


def _slug(name: str) -> str:
    """What of a name can stand in an address; names in Chinese leave nothing."""
    return "-".join(re.findall(r"[a-z0-9]+", name.lower()))[:40].strip("-") or "survey"
