"""One survey: what is in force, its versions as customers see them, in and out of use."""

from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery
from pydantic import StringConstraints

from portal.domain import policy
from portal.domain.common.activity import timeline
from portal.domain.common.actor import Audience
from portal.domain.common.errors import DomainError, NotFound
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.policy.survey_figures import SMALLEST_GROUP
from portal.domain.surveys import drafts
from portal.domain.surveys.definition import read
from portal.domain.surveys.listing import survey_by_key, versions_of
from portal.domain.surveys.story import phrase_of
from portal.domain.surveys.tables import Survey
from portal.rendering.i18n import LOCALES
from portal.rendering.phrases import phrase_words
from portal.rendering.reader import Reader
from portal.staff.story import Told
from portal.staff.surveys.tabs import PATH
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AViewer, AVisit
from portal.web.forms import Form, FormModel, Whole
from portal.web.guards import requires
from portal.web.record_forms import refuse_by
from portal.web.survey_paper import paper_of
from portal.web.viewer import Viewer

ONE = f"{PATH}/{{survey_key:str}}"
_READS = [requires(Permission.READ_SURVEYS)]
_EDITS = [requires(Permission.EDIT_SURVEYS)]
AnyRequest = Request[Any, Any, Any]


class Renamed(FormModel):
    name: Annotated[str, StringConstraints(max_length=1000)] = ""
    version: Whole


@get(ONE, guards=_READS)
async def show(survey_key: FromPath[str], viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """What is in force, and every version there was."""
    return await _page(await survey_by_key(survey_key, by=viewer.actor), None, viewer, answer)


@get(f"{ONE}/versions/{{number:int}}", guards=_READS)
async def preview(
    *,
    survey_key: FromPath[str],
    number: FromPath[int],
    viewer: AViewer,
    visit: AVisit,
    answer: AnAnswer,
    language: FromQuery[str] = "",
) -> Response[str]:
    """A version as somebody who answers it sees it, in one of the languages."""
    survey = await survey_by_key(survey_key, by=viewer.actor)
    versions = await versions_of(survey, by=viewer.actor)
    version = next((each for each in versions if each.number == number), None)
    if version is None:
        raise NotFound
    locale = language if language in LOCALES else viewer.reader.locale
    visit.reader = Reader(locale, visit.reader.timezone, visit.reader.now)
    return answer.page(
        "surveys/preview.html",
        title=N_("Preview"),
        section="surveys",
        survey=survey,
        number=number,
        form=Form(),
        paper=paper_of(read(version.definition), locale),
        smallest_group=(await policy.figure(SMALLEST_GROUP)).value,
    )


@post(f"{ONE}/draft", guards=_EDITS)
async def begin(survey_key: FromPath[str], viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """Begin the next version as a draft, or go on with the one there is."""
    survey = await survey_by_key(survey_key, by=viewer.actor)
    await drafts.begin_draft(survey, by=viewer.actor)
    return answer.see_other(f"{PATH}/{survey.key}/draft")


@post(f"{ONE}/rename", guards=_EDITS)
async def rename(
    survey_key: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Call it something else among ourselves."""
    survey = await survey_by_key(survey_key, by=viewer.actor)
    form = await Form.sent(request)
    given = form.read(Renamed)
    if given is None:
        return await _page(survey, form, viewer, answer)
    try:
        await drafts.rename(survey, given.name, by=viewer.actor, expected_version=given.version)
    except DomainError as error:
        refuse_by(form, error, {})
        return await _page(survey, form, viewer, answer)
    return answer.see_other(f"{PATH}/{survey.key}", toast=N_("Saved."))


@post(f"{ONE}/retirement", guards=_EDITS)
async def retire(survey_key: FromPath[str], viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """Send it no more; what was sent can still be answered."""
    survey = await survey_by_key(survey_key, by=viewer.actor)
    await drafts.retire(survey, by=viewer.actor)
    return answer.see_other(f"{PATH}/{survey.key}", toast=N_("It is sent no more."))


@post(f"{ONE}/return", guards=_EDITS)
async def bring_back(
    survey_key: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Use it again; refused where another survey is sent on that occasion."""
    survey = await survey_by_key(survey_key, by=viewer.actor)
    form = await Form.sent(request)
    try:
        await drafts.bring_back(survey, by=viewer.actor)
    except DomainError as error:
        refuse_by(form, error, {"occasion": ""})
        return await _page(survey, form, viewer, answer)
    return answer.see_other(f"{PATH}/{survey.key}", toast=N_("It is in use again."))


async def _page(survey: Survey, form: Form | None, viewer: Viewer, answer: Answer) -> Response[str]:
    versions = await versions_of(survey, by=viewer.actor)
    in_force = next((each for each in versions if each.published_at is not None), None)
    entries = await timeline(survey.subject.kind, survey.id, visible_to=Audience.INTERNAL)
    return answer.page(
        "staff/surveys/show.html",
        title="%(name)s",
        words={"name": survey.name},
        section="surveys",
        form=form or Form.showing(name=survey.name, version=survey.version),
        survey=survey,
        versions=versions,
        draft=next((each for each in versions if each.published_at is None), None),
        in_force=in_force,
        paper=paper_of(read(in_force.definition), viewer.reader.locale) if in_force else None,
        entries=[
            Told(entry.at, entry.actor_name, phrase_words(phrase_of(entry), viewer.reader), True)
            for entry in reversed(entries)
        ],
    )


ROUTES = [show, preview, begin, rename, retire, bring_back]
