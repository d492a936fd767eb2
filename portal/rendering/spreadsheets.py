"""Lists as files: XLSX and CSV with the words of the reader; what people typed is never a formula.

References and codes stay text. CSV is UTF-8 with a byte order mark, as spreadsheet programs expect.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from portal.rendering.i18n import translations
from portal.rendering.reader import Reader

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
Cell = str | int | Decimal | date | datetime | None
# What a spreadsheet program takes for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_UNPRINTABLE = {code: None for code in range(0x20) if chr(code) not in "\t\n"}
_LONGEST_CELL = 32_767


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of a file. `name` and `heads` are message ids, `widths` are in characters.

    Moments are shown in the reader's zone.
    """

    name: str
    heads: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    widths: Sequence[int] = ()


def xlsx(sheets: Sequence[Sheet], reader: Reader) -> bytes:
    """The tables as one workbook, heads in bold and fixed, with a filter on each column."""
    from xlsxwriter import Workbook

    say = translations(reader.locale).gettext
    made = io.BytesIO()
    # Strings are written as strings: no formula, no link, no number out of a code.
    options = {
        "in_memory": True,
        "constant_memory": False,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "remove_timezone": True,
    }
    with Workbook(made, options) as book:
        head = book.add_format({"bold": True, "bottom": 1, "valign": "top", "text_wrap": True})
        formats = _Formats(
            day=book.add_format({"num_format": "yyyy-mm-dd"}),
            moment=book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        )
        for sheet in sheets:
            page = book.add_worksheet(say(sheet.name)[:31])
            page.write_row(0, 0, [say(name) for name in sheet.heads], head)
            last = 0
            for last, row in enumerate(sheet.rows, start=1):
                for column, value in enumerate(row):
                    _write(page, (last, column), value, reader, formats)
            page.freeze_panes(1, 0)
            page.autofilter(0, 0, last, len(sheet.heads) - 1)
            for column, width in enumerate(sheet.widths):
                page.set_column(column, column, width)
    return made.getvalue()


@dataclass(frozen=True, slots=True)
class _Formats:
    day: "Format"
    moment: "Format"


def _write(
    page: "Worksheet", at: tuple[int, int], value: Cell, reader: Reader, formats: _Formats
) -> None:
    match value:
        case None:
            page.write_blank(*at, None)
        case datetime():
            page.write_datetime(*at, reader.local(value).replace(tzinfo=None), formats.moment)
        case date():
            page.write_datetime(*at, value, formats.day)
        case int() | Decimal():
            page.write_number(*at, value)
        case _:
            page.write_string(*at, value.translate(_UNPRINTABLE)[:_LONGEST_CELL])


def csv_file(sheet: Sheet, reader: Reader) -> bytes:
    """One table as CSV. A cell that would start a formula is led by an apostrophe."""
    say = translations(reader.locale).gettext
    made = io.StringIO()
    writer = csv.writer(made)
    writer.writerow([say(name) for name in sheet.heads])
    writer.writerows([_text(value, reader) for value in row] for row in sheet.rows)
    return b"\xef\xbb\xbf" + made.getvalue().encode()


def _text(value: Cell, reader: Reader) -> str:
    match value:
        case None:
            return ""
        case datetime():
            return f"{reader.local(value):%Y-%m-%d %H:%M}"
        case date() | int() | Decimal():
            return str(value)
        case _:
            text = value.translate(_UNPRINTABLE)
            return f"'{text}" if text.startswith(_FORMULA) else text
