"""English is the source; whatever it says is said in the other two languages, and no more."""

import re
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from portal.rendering.extraction import SourceText, source_texts
from portal.rendering.i18n import LOCALES, SOURCE_LOCALE, merged_catalogue

ROOT = Path(__file__).parents[2]
OTHERS = [locale for locale in LOCALES if locale != SOURCE_LOCALE]
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")

Key = tuple[str | None, str]


@cache
def asked_for() -> dict[Key, list[SourceText]]:
    texts: dict[Key, list[SourceText]] = defaultdict(list)
    for text in source_texts(ROOT):
        texts[text.context, text.id].append(text)
    return texts


def translated(locale: str) -> dict[Key, Message]:
    return {
        (message.context, message.id if isinstance(message.id, str) else message.id[0]): message
        for message in merged_catalogue(locale)
        if message.id
    }


def listed(keys: set[Key]) -> list[str]:
    return sorted(f"{text!r} {place((context, text))}" for context, text in keys)


def place(key: Key) -> str:
    texts = asked_for().get(key)
    return texts[0].place if texts else "is asked for nowhere"


def test_texts_are_found_in_code_and_templates() -> None:
    places = {text.place.split("/")[0] for texts in asked_for().values() for text in texts}
    assert places == {"portal", "templates"}
    assert len(asked_for()) > 200


@pytest.mark.parametrize("locale", OTHERS)
def test_no_translation_is_missing(locale: str) -> None:
    done = {
        key for key, message in translated(locale).items() if message.string and not message.fuzzy
    }
    assert listed(asked_for().keys() - done) == []


@pytest.mark.parametrize("locale", OTHERS)
def test_no_translation_is_left_over(locale: str) -> None:
    assert listed(translated(locale).keys() - asked_for().keys()) == []


@pytest.mark.parametrize("locale", OTHERS)
def test_translations_fill_in_what_the_source_fills_in(locale: str) -> None:
    for (_, text), message in translated(locale).items():
        said = message.string if isinstance(message.string, str) else message.string[0]
        asked = set(PLACEHOLDER.findall(text)) | {
            name
            for source in asked_for().get((message.context, text), [])
            for name in PLACEHOLDER.findall(source.plural or "")
        }
        assert set(PLACEHOLDER.findall(said)) == asked, text
        assert lone_percent(said) == lone_percent(text), f"{text!r}: {said!r}"


def lone_percent(text: str) -> bool:
    """Whether it has a percent sign that formatting would trip over."""
    return "%" in PLACEHOLDER.sub("", text).replace("%%", "")


@pytest.mark.parametrize("locale", OTHERS)
def test_rooms_are_well_formed(locale: str) -> None:
    for path in sorted((ROOT / "locales" / locale).glob("*.po")):
        with path.open("rb") as file:
            read_po(file, locale=locale, abort_invalid=True)


def test_texts_shout_and_plead_nowhere() -> None:
    for _, text in asked_for():
        assert "!" not in text, text
        assert "please note" not in text.lower(), text


def test_traditional_chinese_is_not_simplified() -> None:
    """A few characters that only the other script has, as they slip in when texts are copied."""
    simplified = set("个们为这来时报价单户请说语订发货务经现开关页统联认据应设话询图")
    for (_, text), message in translated("zh_Hant").items():
        said = message.string if isinstance(message.string, str) else message.string[0]
        assert not simplified & set(said), f"{text!r}: {said!r}"
