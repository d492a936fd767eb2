"""Surveys are written in three languages, published once complete, and stay as published (S1)."""

import asyncpg
import pytest
from msgspec.structs import replace

from portal.domain.common.errors import Conflict, FieldErrors, NotAllowed, NotFound
from portal.domain.common.permissions import StaffRole
from portal.domain.surveys import drafts, editing
from portal.domain.surveys.checking import problems
from portal.domain.surveys.definition import Question, Section, Text, read, written
from portal.domain.surveys.drafts import NothingPublished, Published
from portal.domain.surveys.listing import survey_by_key, survey_of_occasion, surveys, versions_of
from portal.domain.surveys.states import Occasion, QuestionKind
from tests.factories import Factory, acting, unique
from tests.survey_scenarios import DEFINITION, survey_case, words


async def test_the_ready_made_surveys_are_complete_in_three_languages(make: Factory) -> None:
    by = await make.staff(StaffRole.SERVICE_SUPERVISOR)
    async with acting(by):
        ready = {"half-yearly", "after-complaint", "after-delivery", "after-visit", "visit-inquiry"}
        listed = {row.key: row for row in await surveys(by=by)}
        assert ready <= set(listed)
        for key in ready:
            (version,) = await versions_of(await survey_by_key(key, by=by), by=by)
            definition = read(version.definition)
            assert list(problems(definition)) == []
            assert read(written(definition)) == definition
            kinds = [question.kind for question in definition.questions]
            assert QuestionKind.RATING in kinds
            assert len({question.key for question in definition.questions}) == len(kinds)
        for occasion in Occasion:  # rules S1, S2, V4
            assert (await survey_of_occasion(occasion)) is not None


async def test_what_is_published_stays_and_a_change_is_a_new_version(make: Factory) -> None:
    case = await survey_case(make)
    by = case.editor
    async with acting(by):
        with pytest.raises(Published):
            await drafts.save_draft(case.version, DEFINITION, by=by)
        with pytest.raises(Published):
            await drafts.publish(case.version, by=by)
        draft = await drafts.begin_draft(case.survey, by=by)
        again = await drafts.begin_draft(case.survey, by=by)
        assert (draft.number, again.id) == (2, draft.id)
        changed = editing.drop_question(DEFINITION, "opinion")
        await drafts.save_draft(draft, changed, by=by, expected_version=draft.version)
        with pytest.raises(Conflict):
            await drafts.save_draft(again, DEFINITION, by=by, expected_version=1)
    async with acting(by):
        await drafts.publish(draft, by=by)
        newest = await drafts.published_version(case.survey)
        assert newest is not None
        assert read(newest.definition).question("opinion") is None
        first = (await versions_of(case.survey, by=by))[-1]
        assert read(first.definition) == DEFINITION
    with pytest.raises(asyncpg.CheckViolationError):
        await make.owner.execute(
            "UPDATE survey_version SET definition = '{}' WHERE id = $1", case.version.id
        )


async def test_publishing_names_what_is_missing_in_which_language(make: Factory) -> None:
    by = await make.staff(StaffRole.GENERAL_MANAGER)
    choice = Question("why", QuestionKind.CHOICE, words("Why"))
    section = Section("one", Text(en="One", zh_Hans="一"), questions=(choice,))
    async with acting(by):
        survey = await drafts.create_survey(unique("S"), "campaign", by=by)
        draft = await drafts.begin_draft(survey, by=by)
        for definition, fields in (
            (replace(DEFINITION, sections=()), ["sections"]),
            (
                replace(DEFINITION, title=Text(en="Hm"), sections=(section,)),
                [
                    "title.zh_Hans",
                    "title.zh_Hant",
                    "section.one.title.zh_Hant",
                    "question.why.options",
                ],
            ),
        ):
            await drafts.save_draft(draft, definition, by=by)
            with pytest.raises(FieldErrors) as refused:
                await drafts.publish(draft, by=by)
            assert [error.field for error in refused.value.errors] == fields
        with pytest.raises(NothingPublished):
            await drafts.drop_draft(draft, by=by)


async def test_one_survey_is_in_force_after_each_event_and_editors_alone_change_them(
    make: Factory,
) -> None:
    editor = await make.staff(StaffRole.MANAGEMENT_REPRESENTATIVE)
    manager = await make.staff(StaffRole.ACCOUNT_MANAGER)
    async with acting(editor):
        with pytest.raises(FieldErrors):  # rule S2
            await drafts.create_survey("Second", "delivery", by=editor)
        with pytest.raises(FieldErrors):
            await drafts.create_survey("Odd", "visit", is_anonymous=True, by=editor)
    async with acting(manager):
        assert await surveys(by=manager)
        survey = await survey_by_key("after-delivery", by=manager)
        for verb in (drafts.begin_draft, drafts.retire, drafts.bring_back):
            with pytest.raises(NotAllowed):
                await verb(survey, by=manager)
    warehouse = await make.staff(StaffRole.WAREHOUSE)
    async with acting(warehouse):
        with pytest.raises(NotAllowed):
            await surveys(by=warehouse)


def test_questions_and_sections_move_and_keep_their_keys() -> None:
    moved = editing.move_question(DEFINITION, "improve", -1)
    rest = [question.key for question in moved.sections[1].questions]
    assert rest == ["recommend", "improve", "compared", "opinion"]
    assert editing.move_section(moved, "rest", -5).sections[0].key == "rest"
    question = replace(DEFINITION.sections[1].questions[0], text=words("Recommend"))
    elsewhere = editing.put_question(DEFINITION, "quality", question)
    assert [each.key for each in elsewhere.sections[0].questions][-1] == "recommend"
    assert editing.section_of(elsewhere, "recommend").key == "quality"
    renamed = editing.put_section(elsewhere, Section("quality", words("Goods")))
    assert len(renamed.sections[0].questions) == 3
    added = editing.put_section(renamed, Section(editing.new_key(), words("New")))
    assert len(added.sections) == 3
    assert editing.drop_section(added, added.sections[2].key) == renamed
    for change in (editing.drop_question, editing.drop_section):
        with pytest.raises(NotFound):
            change(DEFINITION, "nothing")
    with pytest.raises(NotFound):
        editing.put_question(DEFINITION, "nothing", question)
