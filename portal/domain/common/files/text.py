"""Text and the drawing formats written as text: what it says decides, markup is refused."""

import re

from portal.domain.common.files.kinds import ACCEPTED_NAMES, CSV, DXF, STEP, TEXT, Kind
from portal.domain.common.files.refusals import FileRefused, Refusal

# Controls that no text has; tab, line ends, form feed and the end mark of DOS are left out.
_BINARY = re.compile(rb"[\x00-\x08\x0b\x0e-\x19\x1b-\x1f\x7f]")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_UTF_8 = b"\xef\xbb\xbf"
_HEAD = 4096

# Markup is looked for in bytes: no character of UTF-8 or GB18030 has `<` inside.
# What browsers take for a page when it stands at the beginning of a file (WHATWG MIME sniffing).
_PAGE_AT_START = re.compile(
    rb"<(!doctype|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p|!--|\?xml)"
    rb"[\s>/\-]",
    re.IGNORECASE,
)
_PAGE = re.compile(
    rb"<(!doctype\s+html|html|script|iframe|object|embed|\?php)[\s>/]", re.IGNORECASE
)
_SVG = re.compile(rb"<(\w+:)?svg[\s>/]", re.IGNORECASE)
_HTML_AT_START = re.compile(rb"<(!doctype\s+html|html)", re.IGNORECASE)

_STEP_START = re.compile(rb"ISO-10303-21\s*;")
_STEP_END = re.compile(rb"END-ISO-10303-21\s*;")
_DXF_START = re.compile(rb"(999[ \t]*\r?\n[^\n]*\n\s*)*0[ \t]*\r?\nSECTION[ \t]*\r?\n")
_DXF_END = re.compile(rb"\n[ \t]*0[ \t]*\r?\nEOF[\s\x1a]*$")


def kind_of_text(data: bytes, extension: str) -> Kind:
    """The kind of a file without a known binary beginning; `extension` only tells CSV from text.

    Taken are UTF-8 and GB18030; drawings may have any encoding, they name it inside. Raises
    `FileRefused` for markup, for other encodings and for what is no text at all.
    """
    if data.startswith(_UTF_16):
        raise FileRefused(Refusal.TEXT_ENCODING)
    if _BINARY.search(data):
        raise FileRefused(Refusal.UNKNOWN, kinds=ACCEPTED_NAMES)
    start = data[:_HEAD].removeprefix(_UTF_8).lstrip()
    _refuse_markup(start, data)
    drawing = _drawing(start, data)
    if drawing:
        return drawing
    if not (_is_encoded(data, "utf-8") or _is_encoded(data, "gb18030")):
        raise FileRefused(Refusal.TEXT_ENCODING)
    return CSV if extension in CSV.extensions else TEXT


def _drawing(start: bytes, data: bytes) -> Kind | None:
    if _STEP_START.match(start):
        ended, kind = _STEP_END.search(data), STEP
    elif _DXF_START.match(start):
        ended, kind = _DXF_END.search(data, max(0, len(data) - _HEAD)), DXF
    else:
        return None
    if not ended:
        raise FileRefused(Refusal.DAMAGED)
    return kind


def _is_encoded(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _refuse_markup(start: bytes, data: bytes) -> None:
    if not (_PAGE_AT_START.match(start) or _PAGE.search(start) or _SVG.search(start)):
        return
    if _SVG.search(data) and not _HTML_AT_START.match(start):
        raise FileRefused(Refusal.SVG)
    if start.startswith(b"<?xml") and not _PAGE.search(data):
        raise FileRefused(Refusal.UNKNOWN, kinds=ACCEPTED_NAMES)
    raise FileRefused(Refusal.HTML)
