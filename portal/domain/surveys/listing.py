"""The surveys there are, with what is published, drafted and answered of each (rules S1, S2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.database import fetch
from portal.domain.common.actor import Actor
from portal.domain.common.errors import NotAllowed, NotFound
from portal.domain.common.permissions import Permission
from portal.domain.surveys.states import Occasion
from portal.domain.surveys.tables import Survey, SurveyVersion


@dataclass(frozen=True, slots=True)
class SurveyRow:
    """One survey. `published` is the number of its newest published version, 0 for none."""

    id: int
    key: str
    name: str
    occasion: Occasion
    is_anonymous: bool
    published: int
    published_at: datetime | None
    has_draft: bool
    retired_at: datetime | None
    responses: int
    running_campaigns: int


async def surveys(*, by: Actor, with_retired: bool = False) -> Sequence[SurveyRow]:
    """All of them, by occasion and name. Raises `NotAllowed`."""
    require_reader(by)
    rows = await fetch(
        """SELECT s.id, s.key, s.name, s.occasion, s.is_anonymous, s.retired_at,
               coalesce(newest.number, 0) AS published, newest.published_at,
               EXISTS (SELECT FROM survey_version d
                       WHERE d.survey_id = s.id AND d.published_at IS NULL) AS has_draft,
               (SELECT count(*) FROM survey_version v
                JOIN survey_response r ON r.survey_version_id = v.id
                WHERE v.survey_id = s.id) AS responses,
               (SELECT count(*) FROM survey_version v
                JOIN survey_campaign c ON c.survey_version_id = v.id
                WHERE v.survey_id = s.id AND c.status = 'running') AS running_campaigns
           FROM survey s
           LEFT JOIN LATERAL (
               SELECT v.number, v.published_at FROM survey_version v
               WHERE v.survey_id = s.id AND v.published_at IS NOT NULL
               ORDER BY v.number DESC LIMIT 1) newest ON true
           WHERE s.retired_at IS NULL OR $1
           ORDER BY s.retired_at IS NOT NULL,
               array_position(ARRAY['campaign', 'complaint', 'delivery', 'visit', 'inquiry'],
                   s.occasion), s.name, s.id""",
        with_retired,
    )
    return [SurveyRow(**{**row, "occasion": Occasion(row["occasion"])}) for row in rows]


async def survey_by_key(key: str, *, by: Actor) -> Survey:
    """Raises `NotAllowed` and `NotFound`."""
    require_reader(by)
    survey = await Survey.objects().where(Survey.key == key).first()
    if survey is None:
        raise NotFound
    return survey


async def versions_of(survey: Survey, *, by: Actor) -> list[SurveyVersion]:
    """All its versions, newest first, the draft at the head. Raises `NotAllowed`."""
    require_reader(by)
    return await (
        SurveyVersion.objects()
        .where(SurveyVersion.survey_id == survey.id)
        .order_by(SurveyVersion.number, ascending=False)
    )


async def survey_of_occasion(occasion: Occasion) -> tuple[Survey, SurveyVersion] | None:
    """The survey in force after such an event, and what is sent of it."""
    survey = await (
        Survey.objects()
        .where((Survey.occasion == occasion.value) & Survey.retired_at.is_null())
        .first()
    )
    if survey is None:
        return None
    version = await (
        SurveyVersion.objects()
        .where((SurveyVersion.survey_id == survey.id) & SurveyVersion.published_at.is_not_null())
        .order_by(SurveyVersion.number, ascending=False)
        .first()
    )
    return None if version is None else (survey, version)


def require_reader(by: Actor) -> None:
    """Raise `NotAllowed` for who does not read surveys and their results."""
    if not by.may(Permission.READ_SURVEYS):
        raise NotAllowed
