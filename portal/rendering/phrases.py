"""Phrases of the domain in the reader's words: the sentence translated, its figures formatted."""

from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from babel.lists import format_list

from portal.domain.common.money import Money
from portal.domain.common.words import Phrase, Worded
from portal.rendering.dates import format_datetime, format_day
from portal.rendering.i18n import babel_locale, translations
from portal.rendering.numbers import format_decimal, format_money
from portal.rendering.reader import Reader


def phrase_words(phrase: Phrase, reader: Reader) -> str:
    """`phrase` as plain text for `reader`; a mail, a page and a paper say the same."""
    sentence = translations(reader.locale).gettext(phrase.msgid)
    said = {name: _said(value, reader) for name, value in phrase.params.items()}
    return sentence % said if said else sentence


def _said(value: Any, reader: Reader) -> str:
    for kind, say in _WORDINGS:
        if isinstance(value, kind):
            return say(value, reader)
    return str(value)


def _list(msgids: tuple[str, ...], reader: Reader) -> str:
    parts = [translations(reader.locale).gettext(msgid) for msgid in msgids]
    return format_list(parts, locale=babel_locale(reader.locale))


# The first that fits: a moment is a date, too.
_WORDINGS: tuple[tuple[type | tuple[type, ...], Callable[[Any, Reader], str]], ...] = (
    (Money, lambda value, reader: format_money(value, reader.locale)),
    (datetime, format_datetime),
    (date, format_day),
    (time, lambda value, _: f"{value:%H:%M}"),
    ((Decimal, int), lambda value, _: format_decimal(value)),
    (Worded, lambda value, reader: translations(reader.locale).gettext(value.label)),
    (tuple, _list),
)
