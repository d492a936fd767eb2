"""Lists as files: the reader's words, text that stays text, moments in the reader's zone."""

import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from portal.rendering.reader import Reader
from portal.rendering.spreadsheets import Sheet, csv_file, xlsx

NOW = datetime(2026, 3, 1, 18, 30, tzinfo=UTC)
READER = Reader("zh_Hans", "Asia/Shanghai", NOW)


def sheet(*cells: object) -> Sheet:
    return Sheet("Orders", ["Orders"] * len(cells), [cells])  # type: ignore[list-item]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "＝"])
def test_no_cell_becomes_a_formula(start: str) -> None:
    said = csv_file(sheet(f"{start}1+1"), READER).decode("utf-8-sig")
    assert f"'{start}1+1" in said
    with zipfile.ZipFile(io.BytesIO(xlsx([sheet(f"{start}1+1")], READER))) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


def test_codes_stay_text_and_figures_are_figures() -> None:
    row = sheet("000123456789012345678", Decimal("12.50"), 7, None, date(2026, 3, 1))
    with zipfile.ZipFile(io.BytesIO(xlsx([row], READER))) as book:
        assert b"000123456789012345678" in book.read("xl/sharedStrings.xml")
        page = book.read("xl/worksheets/sheet1.xml")
    assert b"<v>12.50</v>" in page
    assert b"<v>7</v>" in page


def test_moments_are_those_of_the_reader_and_heads_are_translated() -> None:
    head, row, *_ = csv_file(sheet(NOW), READER).decode("utf-8-sig").splitlines()
    assert head == "订单"
    assert row == "2026-03-02 02:30"


def test_control_characters_are_left_out() -> None:
    assert "ab" in csv_file(sheet("a\x00\x08b"), READER).decode("utf-8-sig")
    assert xlsx([sheet("a\x00\x0bb")], READER)
