"""The words and figures that all papers share, in the reader's language and the account's zone.

The result of a sheet is plain JSON: typst places it and decides nothing, so no user text becomes
markup.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.numbers import get_currency_name

from portal.domain.common.words import N_
from portal.rendering.dates import format_date
from portal.rendering.document_parts import Party
from portal.rendering.i18n import babel_locale, lang_attribute, translations

Json = dict[str, "Json"] | list["Json"] | str | int | bool | None
# key, label, second line of the label, side: message ids where they are words
Column = tuple[str, str, str, str]

NOTHING = "—"
REGIONS = {"en": "US", "zh_Hans": "CN", "zh_Hant": "TW"}


class Sheet:
    """One paper in one of `i18n.LOCALES`; days are those of `timezone`, an IANA name."""

    def __init__(self, locale: str, timezone: str) -> None:
        self.locale = locale
        self.say = translations(locale).gettext
        self.zone = ZoneInfo(timezone)

    def frame(self, title: str, name: str, supplier: Party, *, mark: str = "") -> dict[str, Json]:
        """What head and foot of every page need. `title` and `mark` are message ids."""
        said = self.say(title)
        return {
            "language": lang_attribute(self.locale).partition("-")[0],
            "region": REGIONS[self.locale],
            "title": said,
            "subtitle": "" if said == title else title,
            "name": name,
            "page_of": self.say(N_("Page %(page)s of %(pages)s")),
            "watermark": self.say(mark) if mark else "",
            "supplier": self.party(supplier),
            "qr": None,
        }

    def party(self, party: Party) -> dict[str, Json]:
        facts = [
            (N_("Contact"), party.contact),
            (N_("Phone"), party.phone),
            (N_("E-mail"), party.email),
            (N_("Tax number"), party.tax_number),
        ]
        return {"name": party.name, "address": party.address, "facts": self.facts(facts)}

    def facts(self, pairs: Iterable[tuple[str, str]]) -> Json:
        """Labels (message ids) and values; what has no value is left out."""
        return [[self.say(label), value] for label, value in pairs if value]

    def promises(self, promises: Iterable[tuple[str, str, str]]) -> Json:
        """The strip above everything else: label (message id), value, condition."""
        return [
            {"label": self.say(label), "value": value or NOTHING, "note": note}
            for label, value, note in promises
        ]

    def columns(self, columns: Iterable[Column], *, without: Collection[str] = ()) -> list[Json]:
        return [
            {"key": key, "label": self.say(label), "sub": sub and self.say(sub), "align": align}
            for key, label, sub, align in columns
            if key not in without
        ]

    def signatures(self, sides: Sequence[tuple[str, str]], blanks: Sequence[str]) -> Json:
        """Room to sign and seal: sides are label (message id) and name."""
        return {
            "sides": [{"label": self.say(label), "name": name} for label, name in sides],
            "blanks": [self.say(blank) for blank in blanks],
            "seal": self.say(N_("Company seal")),
        }

    def day(self, day: date | datetime | None) -> str:
        if day is None:
            return ""
        if isinstance(day, datetime):
            day = day.astimezone(self.zone)
        return format_date(day, self.locale)

    def currency_name(self, code: str) -> str:
        return f"{get_currency_name(code, locale=babel_locale(self.locale))} ({code})"
