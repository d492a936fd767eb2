"""A question of a draft: its words, how it is answered, what can be chosen (rule S1)."""

import re
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from portal.domain.common.errors import NotFound
from portal.domain.common.words import N_
from portal.domain.surveys import editing
from portal.domain.surveys.checking import MOST_OPTIONS
from portal.domain.surveys.definition import LANGUAGES, Option, Question, Text
from portal.domain.surveys.states import QuestionKind
from portal.staff.choices import choices
from portal.staff.surveys.draft import DRAFT, EDITS, AnyRequest, Drafted, Key, drafted
from portal.staff.surveys.draft_words import NEW, SAVED, Words, save, shown, text_in
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AViewer
from portal.web.forms import Form, FormModel, Whole
from portal.web.viewer import Viewer

OPTIONS = "options"
_ROWS = 4
_KEY = re.compile(r"[a-z0-9-]{1,40}")


class QuestionFields(FormModel):
    """A question as its form has it; the answers to choose from are rows."""

    text_en: Words = ""
    text_zh_hans: Words = ""
    text_zh_hant: Words = ""
    hint_en: Words = ""
    hint_zh_hans: Words = ""
    hint_zh_hant: Words = ""
    section: Key
    kind: QuestionKind
    required: bool = False
    version: Whole


@get(f"{DRAFT}/sections/{{section_key:str}}/questions/new", guards=EDITS)
async def new_question(
    survey_key: FromPath[str], section_key: FromPath[str], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """The empty form of a question in a section."""
    draft = await drafted(survey_key, viewer.actor)
    if draft.definition.section(section_key) is None:
        raise NotFound
    form = Form.showing(
        section=section_key, kind=QuestionKind.RATING.value, version=draft.version.version
    )
    return _page(draft, NEW, form, viewer, answer)


@get(f"{DRAFT}/questions/{{question_key:str}}", guards=EDITS)
async def question_form(
    survey_key: FromPath[str], question_key: FromPath[str], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """A question as the draft has it."""
    draft = await drafted(survey_key, viewer.actor)
    question = draft.definition.question(question_key)
    if question is None:
        raise NotFound
    form = Form.showing(
        **shown(text=question.text, hint=question.hint),
        section=editing.section_of(draft.definition, question.key).key,
        kind=question.kind.value,
        required=question.is_required,
        version=draft.version.version,
    )
    form.put_rows(OPTIONS, [_row(option) for option in question.options])
    return _page(draft, question.key, form, viewer, answer)


@post(f"{DRAFT}/questions/{{question_key:str}}", guards=EDITS)
async def save_question(
    survey_key: FromPath[str],
    question_key: FromPath[str],
    request: AnyRequest,
    viewer: AViewer,
    answer: AnAnswer,
) -> Response[str]:
    """Save the question in the draft; `new` puts one at the section's end."""
    draft, form = await drafted(survey_key, viewer.actor), await Form.sent(request)
    if question_key != NEW and draft.definition.question(question_key) is None:
        raise NotFound
    if form.pressed("_more"):
        more = form.row_count(OPTIONS) + _ROWS
        return _page(draft, question_key, form, viewer, answer, rows=min(more, MOST_OPTIONS))
    given = form.read(QuestionFields)
    if given is not None and draft.definition.section(given.section) is None:
        form.refuse("section", N_("Choose one of the sections."))
    if given is None or form.is_refused:
        return _page(draft, question_key, form, viewer, answer)
    question = Question(
        editing.new_key() if question_key == NEW else question_key,
        given.kind,
        text_in(given, "text"),
        hint=text_in(given, "hint"),
        is_required=given.required,
        options=_options(form),
    )
    if not question.is_choice:
        question = Question(
            question.key, question.kind, question.text, question.hint, question.is_required
        )
    changed = editing.put_question(draft.definition, given.section, question)
    if conflict := await save(draft, changed, form, given.version, viewer):
        return _page(draft, question_key, form, viewer, answer, conflict=conflict)
    return answer.see_other(f"{draft.path}#question-{question.key}", toast=SAVED)


def _options(form: Form) -> tuple[Option, ...]:
    """The answers to choose from; one without words is left out, known ones keep their key."""
    found: dict[str, Option] = {}
    for row in form.rows(OPTIONS):
        words = {language: row.get(language.lower(), "").strip()[:200] for language in LANGUAGES}
        if not any(words.values()):
            continue
        key = row.get("key", "")
        if not _KEY.fullmatch(key) or key in found:
            key = editing.new_key()
        found[key] = Option(key, Text(**words))
    return tuple(found.values())


def _row(option: Option) -> dict[str, str]:
    words = {language.lower(): getattr(option.text, language) for language in LANGUAGES}
    return {"key": option.key, **words}


def _page(
    draft: Drafted,
    question_key: str,
    form: Form,
    viewer: Viewer,
    answer: Answer,
    *,
    rows: int = 0,
    conflict: dict[str, Any] | None = None,
) -> Response[str]:
    sections = [
        (section.key, section.title.in_language(viewer.reader.locale) or section.key)
        for section in draft.definition.sections
    ]
    return answer.page(
        "staff/surveys/question.html",
        title=N_("New question") if question_key == NEW else N_("Question"),
        section="surveys",
        status=409 if conflict else 200,
        form=form,
        survey=draft.survey,
        path=f"{draft.path}/questions/{question_key}",
        sections=sections,
        kinds=choices(QuestionKind, answer),
        option_count=max(rows, form.row_count(OPTIONS), _ROWS),
        conflict=conflict,
    )


ROUTES = [new_question, question_form, save_question]
