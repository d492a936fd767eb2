"""Surveys as staff make them: questions in three languages, versions, campaigns (rule S1)."""

import re
from typing import Any

from portal.domain.common.permissions import StaffRole
from tests.factories import Factory, unique
from tests.survey_scenarios import survey_case
from tests.visitor import Visitor, signed_in

PATH = "/staff/surveys"


def three(name: str, text: str) -> dict[str, str]:
    return {f"{name}_en": text, f"{name}_zh_hans": f"{text} 简", f"{name}_zh_hant": f"{text} 繁"}


async def editor(site: Any, make: Factory) -> Visitor:
    return await signed_in(site, make, await make.staff(StaffRole.SERVICE_SUPERVISOR))


def version_in(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found
    return found[1]


def keys_in(page: str, what: str) -> list[str]:
    return list(dict.fromkeys(re.findall(rf'id="{what}-([0-9a-z-]+)"', page)))


async def post_from(visitor: Visitor, page: str, path: str, **fields: str) -> Any:
    """Send a form as the page at `page` has it: with the version that it shows."""
    shown = await visitor.get(page)
    return await visitor.post(path, {**fields, "version": version_in(shown.text)})


async def test_a_survey_is_written_checked_and_published(site: Any, make: Factory) -> None:
    visitor = await editor(site, make)
    assert (await visitor.get(f"{PATH}/new")).status_code == 200
    refused = await visitor.post(PATH, {"name": "", "occasion": "campaign"})
    assert refused.status_code == 422
    made = await visitor.post(
        PATH, {"name": unique("Half-year "), "occasion": "campaign", "is_anonymous": "yes"}
    )
    assert made.status_code == 303
    draft = made.headers["location"]
    own = draft.removesuffix("/draft")
    words = three("title", "Tell us") | three("intro", "Why we ask")
    await post_from(visitor, f"{draft}/words", f"{draft}/words", **words)
    await post_from(
        visitor, f"{draft}/sections/new", f"{draft}/sections/new", **three("title", "Quality")
    )
    page = await visitor.get(draft)
    (section,) = keys_in(page.text, "section")
    new = f"{draft}/sections/{section}/questions/new"
    for kind in ("rating", "nps", "text"):
        answer = await post_from(
            visitor, new, f"{draft}/questions/new", section=section, kind=kind,
            **three("text", f"Asked by {kind}"),
        )  # fmt: skip
        assert answer.status_code == 303, answer.text
    more = await post_from(
        visitor, new, f"{draft}/questions/new", section=section, kind="choice", _more="yes",
        text_en="What matters", **{"options-0-en": "Price"},
    )  # fmt: skip
    assert more.status_code == 200
    assert 'value="What matters"' in more.text
    assert 'name="options-4-en"' in more.text
    incomplete = await post_from(
        visitor, new, f"{draft}/questions/new", section=section, kind="choice",
        text_en="What matters", **{"options-0-en": "Price", "options-2-en": "Time"},
    )  # fmt: skip
    assert incomplete.status_code == 303
    questions = keys_in((await visitor.get(draft)).text, "question")
    assert len(questions) == 4
    refused = await post_from(visitor, draft, f"{draft}/publish")
    assert refused.status_code == 422
    assert "What matters (简体中文): Write this in every language" in refused.text
    assert f'href="{draft}/questions/{questions[3]}"' in refused.text
    shown = (await visitor.get(f"{draft}/questions/{questions[3]}")).text
    kept = dict(re.findall(r'name="(options-\d-key)" value="(\w+)"', shown))
    assert len(kept) == 2
    options = {
        f"options-{row}-{language}": f"{word} {language}"
        for row, word in enumerate(("Price", "Time"))
        for language in ("en", "zh_hans", "zh_hant")
    }
    await post_from(
        visitor, f"{draft}/questions/{questions[3]}", f"{draft}/questions/{questions[3]}",
        section=section, kind="choice", **three("text", "What matters"), **options, **kept,
    )  # fmt: skip
    await post_from(visitor, draft, f"{draft}/move", what="question", key=questions[3], by="-1")
    order = keys_in((await visitor.get(draft)).text, "question")
    assert order == [questions[0], questions[1], questions[3], questions[2]]
    await post_from(visitor, draft, f"{draft}/drop", what="question", key=questions[2])
    published = await post_from(visitor, draft, f"{draft}/publish")
    assert published.headers["location"] == own, published.text
    assert "Asked by rating" in (await visitor.get(own)).text
    chinese = (await visitor.get(f"{own}/versions/1?language=zh_Hant")).text
    assert '<html lang="zh-Hant"' in chinese
    assert "What matters 繁" in chinese
    assert "Price zh_hant" in chinese
    assert "您的答覆是匿名的。" in chinese
    assert (await visitor.get(f"{own}/versions/9")).status_code == 404


async def test_a_new_version_leaves_what_is_in_force(site: Any, make: Factory) -> None:
    case = await survey_case(make)
    visitor = await signed_in(site, make, case.editor)
    own = f"{PATH}/{case.survey.key}"
    assert (await visitor.get(f"{own}/draft")).status_code == 404
    begun = await visitor.post(f"{own}/draft")
    assert begun.headers["location"] == f"{own}/draft"
    draft = f"{own}/draft"
    first, second = [(await visitor.get(f"{draft}/words")).text for _ in range(2)]
    version = version_in(first)
    assert version == version_in(second)
    mine = three("title", "Mine")
    saved = await visitor.post(f"{draft}/words", {**mine, "version": version})
    assert saved.status_code == 303
    late = await visitor.post(f"{draft}/words", {**three("title", "Late"), "version": version})
    assert late.status_code == 409
    assert "Somebody was faster" in late.text
    assert 'value="Late"' in late.text
    again = await visitor.post(
        f"{draft}/words", {**three("title", "Late"), "version": version_in(late.text)}
    )
    assert again.status_code == 303
    assert "How are we doing" in (await visitor.get(own)).text
    await visitor.post(f"{draft}/discard")
    assert (await visitor.get(draft)).status_code == 404
    await visitor.post(f"{own}/retirement")
    assert case.survey.name not in (await visitor.get(PATH)).text
    assert case.survey.name in (await visitor.get(f"{PATH}?retired=yes")).text
    await visitor.post(f"{own}/return")
    renamed = await visitor.post(
        f"{own}/rename", {"name": "Called anew", "version": version_in(
            (await visitor.get(own)).text)}
    )  # fmt: skip
    assert renamed.status_code == 303
    assert "Called anew" in (await visitor.get(PATH)).text


async def test_who_only_reads_changes_nothing(site: Any, make: Factory) -> None:
    case = await survey_case(make)
    reader = await signed_in(site, make, await make.staff(StaffRole.SALES_REPRESENTATIVE))
    own = f"{PATH}/{case.survey.key}"
    page = await reader.get(own)
    assert page.status_code == 200
    assert "Begin a new version" not in page.text
    for path in (PATH, f"{own}/draft", f"{own}/retirement", f"{own}/rename"):
        assert (await reader.post(path, {"name": "x", "version": "1"})).status_code == 403, path
    stranger = await signed_in(site, make, await make.staff(StaffRole.WAREHOUSE))
    assert (await stranger.get(PATH)).status_code == 403
