"""Languages: one catalogue per locale, merged from its rooms, and the choice of a reader's locale.

English is the source and has no catalogue. Every other locale has `locales/<locale>/<room>.po`;
rooms exist so that features keep their words apart, the reader sees one catalogue.
"""

import gettext
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from portal.settings import data_path

LOCALES = ("en", "zh_Hans", "zh_Hant")
SOURCE_LOCALE = "en"
LANGUAGE_NAMES = {"en": "English", "zh_Hans": "简体中文", "zh_Hant": "繁體中文"}
_LANG_ATTRIBUTES = {"en": "en", "zh_Hans": "zh-Hans", "zh_Hant": "zh-Hant"}
_TRADITIONAL = {"hant", "tw", "hk", "mo"}


class ConflictingTranslation(ValueError):
    """Two rooms of one locale translate the same source text differently."""


def lang_attribute(locale: str) -> str:
    """The value of HTML's `lang` for one of `LOCALES`."""
    return _LANG_ATTRIBUTES[locale]


@cache
def babel_locale(locale: str) -> Locale:
    return Locale.parse(locale)


def negotiate(setting: str | None, accept_language: str | None, default: str = "en") -> str:
    """The locale for a person: their own setting, else what their browser accepts, else `default`.

    Mainland and Singapore Chinese read simplified, Taiwan, Hong Kong and Macau traditional.
    """
    if setting in LOCALES:
        return setting
    for tag in _by_preference(accept_language or ""):
        language, *subtags = tag.split("-")
        if language == "en":
            return "en"
        if language == "zh":
            if "hans" not in subtags and _TRADITIONAL.intersection(subtags):
                return "zh_Hant"
            return "zh_Hans"
    return default


def _by_preference(accept_language: str) -> Iterator[str]:
    weighted = []
    for part in accept_language.lower().split(","):
        tag, _, parameter = part.strip().partition(";")
        weight = _quality(parameter)
        if tag and weight > 0:
            weighted.append((weight, tag.strip()))
    weighted.sort(key=lambda pair: -pair[0])
    return (tag for _, tag in weighted)


def _quality(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def merged_catalogue(locale: str, directory: Path | None = None) -> Catalog:
    """All rooms of `locale` as one catalogue; raises `ConflictingTranslation`."""
    merged = Catalog(locale=locale)
    origin: dict[tuple[str | None, str], Path] = {}
    for path in _paths(locale, directory):
        for message in _room(path, locale):
            if not message.id:
                continue
            key = (message.context, _singular(message))
            known = merged.get(message.id, message.context)
            if known is not None and known.string != message.string:
                raise ConflictingTranslation(
                    f"{locale}: {key[1]!r} is {known.string!r} in {origin[key].name}"
                    f" and {message.string!r} in {path.name}"
                )
            origin.setdefault(key, path)
            merged[message.id] = message
    return merged


def _singular(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


@cache
def translations(locale: str) -> gettext.NullTranslations:
    """The gettext catalogue of one of `LOCALES`; an unknown locale is a `KeyError`.

    That no room contradicts another is for a test to see, by `merged_catalogue`.
    """
    if locale not in _LANG_ATTRIBUTES:
        raise KeyError(locale)
    if locale == SOURCE_LOCALE:
        return gettext.NullTranslations()
    # Room by room: what reading all of them at once takes for a moment stays with the process.
    rooms = (_compiled(_room(path, locale)) for path in _paths(locale))
    whole = next(rooms)
    for room in rooms:
        whole.merge(room)
    return whole


def _compiled(catalogue: Catalog) -> Translations:
    file = BytesIO()
    write_mo(file, catalogue)
    file.seek(0)
    return Translations(file)


def _paths(locale: str, directory: Path | None = None) -> list[Path]:
    return sorted(((directory or data_path("locales")) / locale).glob("*.po"))


def _room(path: Path, locale: str) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=locale, abort_invalid=True)
