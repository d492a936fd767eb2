"""What is taken and what is refused, and that the reason says what to do."""

import io
import zipfile
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.common.files import kinds
from portal.domain.common.files.inspection import Inspected, inspect, inspected
from portal.domain.common.files.limits import MIB, UploadLimits
from portal.domain.common.files.refusals import FileRefused, Refusal
from tests.domain.common.files import samples

LIMITS = UploadLimits()
CSV = "型号,数量\n6204-2RS,100\n".encode()


def look(data: bytes, name: str = "file", limits: UploadLimits = LIMITS) -> Inspected:
    return inspect(name, data, limits)


def refusal(data: bytes, name: str = "file", limits: UploadLimits = LIMITS) -> Refusal:
    with pytest.raises(FileRefused) as refused:
        inspect(name, data, limits)
    # Every reason can be said with the words it comes with.
    assert name in refused.value.reason.label % refused.value.words
    return refused.value.reason


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (samples.pdf(), kinds.PDF),
        (samples.picture("PNG"), kinds.PNG),
        (samples.picture("JPEG"), kinds.JPEG),
        (samples.picture("WEBP"), kinds.WEBP),
        (samples.picture("GIF"), kinds.PNG),
        (samples.office(samples.XLSX_MAIN), kinds.XLSX),
        (samples.office(samples.DOCX_MAIN), kinds.DOCX),
        (samples.office(samples.PPTX_MAIN), kinds.PPTX),
        (samples.STEP, kinds.STEP),
        (samples.DXF, kinds.DXF),
        (b"AutoCAD Binary DXF\r\n\x1a\x00" + bytes(100), kinds.DXF),
        (samples.DWG, kinds.DWG),
        (CSV, kinds.TEXT),
        (CSV.decode().encode("gb18030"), kinds.TEXT),
        ("只有中文的说明".encode("utf-8-sig"), kinds.TEXT),
        (b"tolerance <= 5 mm, a < b\n", kinds.TEXT),
    ],
)
def test_content_decides_not_the_name(data: bytes, kind: kinds.Kind) -> None:
    for name in ("plan", "plan.exe", "plan.svg", "plan.pdf"):
        taken = look(data, name)
        assert taken.kind == kind
        assert taken.name.startswith("plan.")
        assert taken.name.rsplit(".", 1)[1] in kind.extensions


def test_documents_are_kept_byte_for_byte() -> None:
    for data in (samples.pdf(), samples.office(), samples.STEP, samples.DXF, samples.DWG, CSV):
        assert look(data).data == data


def test_a_table_keeps_being_a_table() -> None:
    assert look(CSV, "order list.CSV").kind == kinds.CSV
    assert look(CSV, "order list.CSV").name == "order list.csv"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Refusal.EMPTY),
        (samples.program(), Refusal.EXECUTABLE),
        (b"\x7fELF\x02\x01\x01" + bytes(60), Refusal.EXECUTABLE),
        (b"\xcf\xfa\xed\xfe" + bytes(60), Refusal.EXECUTABLE),
        (b"#!/bin/sh\nrm -rf /\n", Refusal.EXECUTABLE),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', Refusal.SVG),
        (b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- x -->\n<svg:svg xmlns:svg="s"/>', Refusal.SVG),
        (b"<!--" + b" " * 9000 + b"--><svg onload='x'>", Refusal.SVG),
        (b"<svg/onload=alert(1)>", Refusal.SVG),
        (b"words <script/src=//evil.example></script>", Refusal.HTML),
        (b"<!DOCTYPE html><html><body>hi</body></html>", Refusal.HTML),
        (b"\n\n  <ScRiPt>alert(1)</ScRiPt>", Refusal.HTML),
        (b"harmless words\n<html><script>x</script>", Refusal.HTML),
        (b"<html><svg></svg></html>", Refusal.HTML),
        (b"<?xml version='1.0'?><invoice/>", Refusal.UNKNOWN),
        (b"<?xml version='1.0'?><html xmlns='x'/>", Refusal.HTML),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), Refusal.OLD_OFFICE),
        (b"\x00\x00\x00\x18ftypheic" + bytes(60), Refusal.HEIC),
        (b"Rar!\x1a\x07\x00" + bytes(60), Refusal.ARCHIVE),
        (b"\x1f\x8b\x08\x00" + bytes(60), Refusal.ARCHIVE),
        ("20 °, 30 °".encode("latin-1"), Refusal.TEXT_ENCODING),
        ("text".encode("utf-16"), Refusal.TEXT_ENCODING),
        (b"\x01\x02\x03\x04", Refusal.UNKNOWN),
        (b"ISO-10303-21;\nHEADER;\n", Refusal.DAMAGED),
        (b"  0\nSECTION\n  2\nHEADER\n", Refusal.DAMAGED),
    ],
)
def test_refused_with_the_reason(data: bytes, reason: Refusal) -> None:
    for name in ("plan.pdf", "plan.txt", "plan.png"):
        assert refusal(data, name) is reason


def test_size_is_limited() -> None:
    small = replace(LIMITS, max_file_bytes=1 * MIB)
    assert refusal(b"x" * (1 * MIB + 1), limits=small) is Refusal.TOO_LARGE
    with pytest.raises(FileRefused) as refused:
        look(b"x" * (1 * MIB + 1), "big.txt", small)
    assert refused.value.words == {"limit": "1 MB", "name": "big.txt"}


def test_a_zip_is_to_be_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "a")
    assert refusal(out.getvalue(), "files.zip") is Refusal.ARCHIVE
    assert refusal(out.getvalue(), "files.xlsx") is Refusal.ARCHIVE


def test_a_page_that_is_also_a_pdf_is_refused() -> None:
    assert refusal(b"<html><script>1</script>" + samples.pdf()) is not None
    assert refusal(b"words first\n" + b"%PDF-1.7\nrest") is Refusal.DISGUISED


def test_a_drawing_that_is_also_an_archive_is_refused() -> None:
    out = io.BytesIO(samples.DWG)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("payload.js", "x")
    assert refusal(out.getvalue()) is Refusal.DISGUISED


@given(st.binary(max_size=4000), st.text(max_size=60))
def test_no_bytes_do_more_than_be_taken_or_refused(data: bytes, name: str) -> None:
    with suppress(FileRefused):
        taken = inspect(name, data, LIMITS)
        assert taken.data
        assert taken.kind in kinds.ACCEPTED


GOOD = [
    samples.pdf(samples.object_stream(b"4 0 << /Kind /Note >>")),
    samples.office(),
    samples.picture("PNG"),
    samples.picture("JPEG"),
    samples.picture("WEBP"),
    samples.picture("GIF"),
    samples.STEP,
    samples.DWG,
]


@given(st.sampled_from(GOOD), st.data())
def test_no_damage_does_more_than_be_taken_or_refused(good: bytes, draw: st.DataObject) -> None:
    damaged = bytearray(good)
    for _ in range(draw.draw(st.integers(1, 8))):
        damaged[draw.draw(st.integers(0, len(good) - 1))] = draw.draw(st.integers(0, 255))
    end = draw.draw(st.integers(1, len(good)))
    with suppress(FileRefused):
        inspect("file", bytes(damaged[:end]), LIMITS)


async def test_inspection_leaves_the_loop_free() -> None:
    assert (await inspected("a.txt", b"hello", LIMITS)).kind == kinds.TEXT
    with pytest.raises(FileRefused):
        await inspected("a.exe", samples.program(), LIMITS)
