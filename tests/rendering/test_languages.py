"""Which language a person reads, and that a language says one thing one way."""

from pathlib import Path

import pytest

from portal.rendering.i18n import (
    LOCALES,
    ConflictingTranslation,
    lang_attribute,
    merged_catalogue,
    negotiate,
    translations,
)

HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'


@pytest.mark.parametrize(
    ("accepted", "locale"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh_Hans"),
        ("zh-SG", "zh_Hans"),
        ("zh", "zh_Hans"),
        ("zh-TW,zh;q=0.9,en;q=0.8", "zh_Hant"),
        ("zh-HK", "zh_Hant"),
        ("zh-MO", "zh_Hant"),
        ("zh-Hant", "zh_Hant"),
        ("zh-Hant-CN", "zh_Hant"),
        ("zh-Hans-HK", "zh_Hans"),
        ("en-GB,en;q=0.9", "en"),
        ("de-DE,de;q=0.9,zh-TW;q=0.5,en;q=0.4", "zh_Hant"),
        ("en;q=0.3, zh-CN;q=0.7", "zh_Hans"),
        ("zh-CN;q=0, en", "en"),
        ("fr, *;q=0.5", "en"),
        ("zh-CN;q=rubbish, en;q=0.1", "en"),
        ("", "en"),
    ],
)
def test_the_browser_chooses_for_visitors(accepted: str, locale: str) -> None:
    assert negotiate(None, accepted) == locale


def test_a_persons_own_setting_wins_over_the_browser() -> None:
    assert negotiate("zh_Hant", "en") == "zh_Hant"


def test_an_unknown_setting_is_no_setting() -> None:
    assert negotiate("xx", "zh-CN") == "zh_Hans"
    assert negotiate("", None, default="zh_Hans") == "zh_Hans"


def test_every_locale_has_its_lang() -> None:
    assert [lang_attribute(locale) for locale in LOCALES] == ["en", "zh-Hans", "zh-Hant"]


def test_rooms_of_a_locale_become_one_catalogue() -> None:
    assert translations("zh_Hans").gettext("Reply to customer") == "回复客户"
    assert translations("zh_Hant").gettext("Sales representative") == "業務代表"
    assert translations("en").gettext("Reply to customer") == "Reply to customer"
    with pytest.raises(KeyError):
        translations("fr")


def written(folder: Path, room: str, text: str) -> None:
    (folder / "zh_Hans").mkdir(exist_ok=True)
    (folder / "zh_Hans" / f"{room}.po").write_text(HEAD + text, encoding="utf-8")


def test_two_rooms_may_not_translate_one_text_differently(tmp_path: Path) -> None:
    written(tmp_path, "quotes", '\nmsgid "Open"\nmsgstr "打开"\n')
    written(tmp_path, "orders", '\nmsgid "Open"\nmsgstr "未结"\n')
    with pytest.raises(ConflictingTranslation, match=r"orders\.po.*quotes\.po"):
        merged_catalogue("zh_Hans", tmp_path)


def test_the_same_translation_twice_and_another_context_are_no_conflict(tmp_path: Path) -> None:
    written(tmp_path, "quotes", '\nmsgid "Open"\nmsgstr "打开"\n')
    written(
        tmp_path,
        "orders",
        '\nmsgid "Open"\nmsgstr "打开"\n\nmsgctxt "state"\nmsgid "Open"\nmsgstr "未结"\n',
    )
    merged = merged_catalogue("zh_Hans", tmp_path)
    assert merged.get("Open").string == "打开"
    assert merged.get("Open", "state").string == "未结"
