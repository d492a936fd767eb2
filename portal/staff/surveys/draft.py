"""The draft of a survey: its questions in order, moved, taken out, published (rule S1)."""

from collections.abc import Iterator
from typing import Annotated, Any, NamedTuple

from litestar import Request, Response, get, post
from litestar.params import FromPath
from pydantic import StringConstraints

from portal.domain.common.actor import Actor
from portal.domain.common.errors import FieldError, FieldErrors, NotFound
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.surveys import drafts, editing
from portal.domain.surveys.definition import Definition, read
from portal.domain.surveys.listing import survey_by_key
from portal.domain.surveys.tables import Survey, SurveyVersion
from portal.rendering.i18n import LANGUAGE_NAMES
from portal.staff.surveys.page import ONE
from portal.staff.surveys.tabs import PATH
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AViewer
from portal.web.forms import Form, FormModel, Whole
from portal.web.guards import requires
from portal.web.survey_paper import paper_of
from portal.web.viewer import Viewer

DRAFT = f"{ONE}/draft"
EDITS = [requires(Permission.EDIT_SURVEYS)]
AnyRequest = Request[Any, Any, Any]
Key = Annotated[str, StringConstraints(max_length=100)]


class Drafted(NamedTuple):
    """A survey with its draft."""

    survey: Survey
    version: SurveyVersion
    definition: Definition

    @property
    def path(self) -> str:
        return f"{PATH}/{self.survey.key}/draft"


class Problem(NamedTuple):
    """What is in the way of publishing, and where it is mended."""

    message: str
    where: str
    url: str


class Part(FormModel):
    """A section or a question of the draft, and the version of it that the page showed."""

    what: Key = ""
    key: Key = ""
    by: Whole = 0
    version: Whole = 0


async def drafted(survey_key: str, by: Actor) -> Drafted:
    """The draft of a survey. Raises `NotFound` where there is none."""
    survey = await survey_by_key(survey_key, by=by)
    version = await drafts.draft_of(survey)
    if version is None:
        raise NotFound
    return Drafted(survey, version, read(version.definition))


@get(DRAFT, guards=EDITS)
async def show(survey_key: FromPath[str], viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """The draft with all it asks."""
    return _page(await drafted(survey_key, viewer.actor), viewer, answer)


@post(f"{DRAFT}/move", guards=EDITS)
async def move(
    survey_key: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Put a section or a question one place up or down."""
    draft, part = await drafted(survey_key, viewer.actor), await _part(request)
    by = 1 if part.by > 0 else -1
    if part.what == "section":
        changed = editing.move_section(draft.definition, part.key, by)
    else:
        changed = editing.move_question(draft.definition, part.key, by)
    await drafts.save_draft(draft.version, changed, by=viewer.actor, expected_version=part.version)
    return answer.see_other(f"{draft.path}#{_place(part)}")


@post(f"{DRAFT}/drop", guards=EDITS)
async def drop(
    survey_key: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Take a section or a question out of the draft."""
    draft, part = await drafted(survey_key, viewer.actor), await _part(request)
    if part.what == "section":
        changed = editing.drop_section(draft.definition, part.key)
    else:
        changed = editing.drop_question(draft.definition, part.key)
    await drafts.save_draft(draft.version, changed, by=viewer.actor, expected_version=part.version)
    return answer.see_other(draft.path, toast=N_("Taken out."))


@post(f"{DRAFT}/publish", guards=EDITS)
async def publish(
    survey_key: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Send this version from now on; what is missing in a language is listed."""
    draft, part = await drafted(survey_key, viewer.actor), await _part(request)
    try:
        await drafts.publish(draft.version, by=viewer.actor, expected_version=part.version)
    except FieldErrors as error:
        return _page(draft, viewer, answer, problems=list(_problems(draft, error, answer)))
    return answer.see_other(
        f"{PATH}/{draft.survey.key}",
        toast=N_("Version %(number)s is published."),
        number=str(draft.version.number),
    )


@post(f"{DRAFT}/discard", guards=EDITS)
async def discard(survey_key: FromPath[str], viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """Forget the draft; what is published stays in force."""
    draft = await drafted(survey_key, viewer.actor)
    await drafts.drop_draft(draft.version, by=viewer.actor)
    return answer.see_other(f"{PATH}/{draft.survey.key}", toast=N_("The draft is discarded."))


async def _part(request: AnyRequest) -> Part:
    part = (await Form.sent(request)).read(Part)
    if part is None:
        raise NotFound
    return part


def _place(part: Part) -> str:
    return f"{'section' if part.what == 'section' else 'question'}-{part.key}"


def _problems(draft: Drafted, error: FieldErrors, answer: Answer) -> Iterator[Problem]:
    """Each at the form that mends it; the same words once for all languages of a text."""
    told: set[tuple[str, str]] = set()
    for each in error.errors:
        url, where = _where(draft, each, answer)
        message = answer.translated(each.field_message, **each.words)
        language = each.field.rpartition(".")[2]
        if language in LANGUAGE_NAMES:
            where = f"{where} ({LANGUAGE_NAMES[language]})"
        if (where, message) not in told:
            told.add((where, message))
            yield Problem(message, where, url)


def _where(draft: Drafted, error: FieldError, answer: Answer) -> tuple[str, str]:
    """The form's address, and what the part is called; both empty for the draft as a whole."""
    locale = answer.visit.reader.locale
    kind, _, rest = error.field.partition(".")
    key = rest.split(".")[0]
    if kind in {"question", "option"} and (question := draft.definition.question(key)):
        words = question.text.in_language(locale) or answer.translated(N_("Without words"))
        return f"{draft.path}/questions/{key}", words
    if kind == "section" and (section := draft.definition.section(key)):
        words = section.title.in_language(locale) or answer.translated(N_("Without a title"))
        return f"{draft.path}/sections/{key}", words
    if kind in {"title", "intro", "thanks"}:
        return f"{draft.path}/words", answer.translated(N_("Title and introduction"))
    return "", ""


def _page(
    draft: Drafted, viewer: Viewer, answer: Answer, *, problems: list[Problem] | None = None
) -> Response[str]:
    return answer.page(
        "staff/surveys/draft.html",
        title=N_("Draft of %(name)s"),
        words={"name": draft.survey.name},
        section="surveys",
        status=422 if problems else 200,
        survey=draft.survey,
        version=draft.version,
        definition=draft.definition,
        paper=paper_of(draft.definition, viewer.reader.locale),
        problems=problems or [],
    )


ROUTES = [show, move, drop, publish, discard]
