"""Paper: PDFs set by typst from the templates in `templates/print/`.

The same data give the same bytes on every machine: only the fonts shipped here and in typst's wheel
are used, and the file's creation time is the document's. Setting a quote of 40 lines takes about a
tenth of a second of one core without Python's lock; in an event loop call it by
`asyncio.to_thread`.
"""

import json
from datetime import datetime
from functools import cache
from pathlib import Path

import typst

from portal.rendering.quote_document import QuoteDocument
from portal.rendering.quote_sheet import Json, quote_sheet
from portal.settings import data_path

_FONTS = Path(__file__).parent / "fonts"
_CONTROLS = {*range(0x20), *range(0x7F, 0xA0)} - {ord("\t"), ord("\n"), ord("\r")}
_DIRECTIONS = {0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)}
_UNPRINTABLE = dict.fromkeys(_CONTROLS | _DIRECTIONS)


def render_quote(document: QuoteDocument, locale: str) -> bytes:
    """The quote 报价单 as an A4 PDF in one of `i18n.LOCALES` (rule Q3); its SHA-256 may be kept."""
    return typeset("quote.typ", quote_sheet(document, locale), created=document.sent_at)


def typeset(template: str, data: dict[str, Json], *, created: datetime) -> bytes:
    """The PDF of `templates/print/<template>`, which reads `data` as JSON from `sys.inputs.data`.

    `created` (aware) becomes the file's creation time. Raises `typst.TypstError` when the template
    does not compile; no text in `data` can cause that, because it is never read as markup.
    """
    directory = data_path("templates") / "print"
    return typst.compile(
        directory / template,
        root=directory,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(_printable(data), ensure_ascii=False)},
        timestamp=int(created.timestamp()),
    )


def _printable(value: Json) -> Json:
    """`value` without what could turn a line around or has no shape; line breaks stay."""
    if isinstance(value, str):
        return value.translate(_UNPRINTABLE)
    if isinstance(value, dict):
        return {key: _printable(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_printable(inner) for inner in value]
    return value


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, font_paths=[_FONTS])
