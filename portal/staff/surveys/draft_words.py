"""Texts of a draft in three languages: the survey's own, and its sections' (rule S1)."""

from typing import Annotated, Any

from litestar import Response, get, post
from litestar.params import FromPath
from pydantic import StringConstraints

from portal.domain.common.errors import Conflict, NotFound
from portal.domain.common.words import N_, Phrase
from portal.domain.surveys import drafts, editing
from portal.domain.surveys.definition import LANGUAGES, Definition, Section, Text
from portal.rendering.phrases import phrase_words
from portal.staff.surveys.draft import DRAFT, EDITS, AnyRequest, Drafted, drafted
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AViewer
from portal.web.forms import Form, FormModel, Whole
from portal.web.viewer import Viewer

Words = Annotated[str, StringConstraints(max_length=1000)]
NEW = "new"
SAVED = N_("Saved in the draft.")


class TextFields(FormModel):
    """Texts of a form: `title_en`, `title_zh_hans`, `title_zh_hant` and so on."""

    title_en: Words = ""
    title_zh_hans: Words = ""
    title_zh_hant: Words = ""
    intro_en: Words = ""
    intro_zh_hans: Words = ""
    intro_zh_hant: Words = ""
    thanks_en: Words = ""
    thanks_zh_hans: Words = ""
    thanks_zh_hant: Words = ""
    version: Whole


def text_in(given: FormModel, name: str) -> Text:
    """The text of that name, from its three fields."""
    return Text(**{language: getattr(given, field_of(name, language)) for language in LANGUAGES})


def shown(**texts: Text) -> dict[str, str]:
    """The fields of a form filled with these texts."""
    return {
        field_of(name, language): getattr(text, language)
        for name, text in texts.items()
        for language in LANGUAGES
    }


def field_of(name: str, language: str) -> str:
    return f"{name}_{language.lower()}"


async def save(
    draft: Drafted, changed: Definition, form: Form, expected_version: int, viewer: Viewer
) -> dict[str, Any] | None:
    """Save the draft; None when it is saved, else what stood in the way, for `conflict_notice`.

    The form is given the version of now: sending it again is a decision with open eyes.
    """
    try:
        await drafts.save_draft(
            draft.version, changed, by=viewer.actor, expected_version=expected_version
        )
    except Conflict as conflict:
        form.put("version", draft.version.version)
        words = phrase_words(Phrase(conflict.message, conflict.words), viewer.reader)
        return {"words": words, "is_faster": True}
    return None


@get(f"{DRAFT}/words", guards=EDITS)
async def words_form(survey_key: FromPath[str], viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """What the survey is called, why it is sent, the thanks."""
    draft = await drafted(survey_key, viewer.actor)
    made = draft.definition
    texts = shown(title=made.title, intro=made.intro, thanks=made.thanks)
    return _page(draft, Form.showing(**texts, version=draft.version.version), answer)


@post(f"{DRAFT}/words", guards=EDITS)
async def save_words(
    survey_key: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Save them in the draft."""
    draft, form = await drafted(survey_key, viewer.actor), await Form.sent(request)
    given = form.read(TextFields)
    if given is None:
        return _page(draft, form, answer)
    changed = editing.with_words(
        draft.definition,
        title=text_in(given, "title"),
        intro=text_in(given, "intro"),
        thanks=text_in(given, "thanks"),
    )
    if conflict := await save(draft, changed, form, given.version, viewer):
        return _page(draft, form, answer, conflict=conflict)
    return answer.see_other(draft.path, toast=SAVED)


@get(f"{DRAFT}/sections/{{section_key:str}}", guards=EDITS)
async def section_form(
    survey_key: FromPath[str], section_key: FromPath[str], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """A section's heading and introduction; `new` is an empty one."""
    draft = await drafted(survey_key, viewer.actor)
    if section_key == NEW:
        return _page(draft, Form.showing(version=draft.version.version), answer, section=NEW)
    section = draft.definition.section(section_key)
    if section is None:
        raise NotFound
    texts = shown(title=section.title, intro=section.intro)
    form = Form.showing(**texts, version=draft.version.version)
    return _page(draft, form, answer, section=section.key)


@post(f"{DRAFT}/sections/{{section_key:str}}", guards=EDITS)
async def save_section(
    survey_key: FromPath[str],
    section_key: FromPath[str],
    request: AnyRequest,
    viewer: AViewer,
    answer: AnAnswer,
) -> Response[str]:
    """Save the section in the draft; `new` puts one at the end."""
    draft, form = await drafted(survey_key, viewer.actor), await Form.sent(request)
    if section_key != NEW and draft.definition.section(section_key) is None:
        raise NotFound
    given = form.read(TextFields)
    if given is None:
        return _page(draft, form, answer, section=section_key)
    section = Section(
        editing.new_key() if section_key == NEW else section_key,
        text_in(given, "title"),
        text_in(given, "intro"),
    )
    changed = editing.put_section(draft.definition, section)
    if conflict := await save(draft, changed, form, given.version, viewer):
        return _page(draft, form, answer, section=section_key, conflict=conflict)
    return answer.see_other(f"{draft.path}#section-{section.key}", toast=SAVED)


def _page(
    draft: Drafted,
    form: Form,
    answer: Answer,
    *,
    section: str = "",
    conflict: dict[str, Any] | None = None,
) -> Response[str]:
    title = N_("Title and introduction")
    if section:
        title = N_("New section") if section == NEW else N_("Section")
    return answer.page(
        "staff/surveys/words.html",
        title=title,
        section="surveys",
        status=409 if conflict else 200,
        form=form,
        survey=draft.survey,
        path=f"{draft.path}/sections/{section}" if section else f"{draft.path}/words",
        is_section=bool(section),
        conflict=conflict,
    )


ROUTES = [words_form, save_words, section_form, save_section]
