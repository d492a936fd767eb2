"""What forms have in common: labels in two languages, parts that leave room to write by hand.

Texts stand as they were written. The templates that place these parts import `form.typ`.
"""

from collections.abc import Iterable, Sequence

from portal.domain.common.words import N_, Worded
from portal.rendering.document_parts import Party
from portal.rendering.i18n import translations
from portal.rendering.qr import qr_svg
from portal.rendering.sheet import Json, Sheet

_NOTHING = N_("Nothing recorded yet.")
SIGNED = (N_("Signature"), N_("Name"), N_("Date"))
Pairs = Iterable[tuple[str, str]]


class FormSheet:
    """One form in one of `i18n.LOCALES`, with a second language under every label.

    Days are those of `timezone`, an IANA name.
    """

    def __init__(self, locale: str, timezone: str) -> None:
        self.locale = locale
        self.sheet = Sheet(locale, timezone)
        self.said = self.sheet.say
        self.day = self.sheet.day
        self._other = translations("zh_Hans" if locale == "en" else "en").gettext

    def label(self, msgid: str) -> Json:
        """A label in both languages."""
        return {"main": self.said(msgid), "sub": self._other(msgid)}

    def word(self, word: Worded | None) -> str:
        return self.said(word.label) if word else ""

    def yes_or_no(self, value: bool) -> str:
        return self.said(N_("Yes") if value else N_("No"))

    def section(
        self,
        label: str,
        text: str = "",
        *,
        facts: Pairs = (),
        ticks: Json = None,
        table: Json = None,
        room: int = 0,
    ) -> Json:
        """A part of the form; `room` lines to write on where nothing is recorded."""
        shown: list[Json] = [
            {"label": self.label(name), "value": value} for name, value in facts if value
        ]
        is_empty = not text and not shown and table is None
        return {
            "label": self.label(label),
            "text": text,
            "facts": shown,
            "ticks": ticks or [],
            "table": table,
            "blank": room if is_empty else 0,
            "empty": self.said(_NOTHING) if is_empty and not room and not ticks else "",
        }

    def ticks(self, words: Iterable[Worded], chosen: Worded | None) -> Json:
        """Words side by side, each with a box; that of `chosen` is ticked."""
        return [{"label": self.label(word.label), "ticked": word == chosen} for word in words]

    def table(
        self, heads: Sequence[str], shares: Sequence[int], rows: Sequence[Sequence[str]]
    ) -> Json:
        """Rows under heads (message ids); columns take `shares` of the width. None without rows."""
        if not rows:
            return None
        return {
            "heads": [self.label(head) for head in heads],
            "shares": list(shares),
            "rows": [list(row) for row in rows],
        }

    def frame(self, title: str, name: str, supplier: Party, *, url: str) -> dict[str, Json]:
        """Head and foot of every page; the code leads to `url`. `title` is a message id."""
        return {
            **self.sheet.frame(title, name, supplier),
            "subtitle": self._other(title),
            "qr": {"svg": qr_svg(url), "url": url, "alt": url, "caption": ""},
        }
