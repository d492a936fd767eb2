"""PDF and Office files that run, fetch, hide or blow up something."""

import io
import struct
import time
import zipfile
import zlib
from dataclasses import replace

import pytest

from portal.domain.common.files import kinds
from portal.domain.common.files.inspection import inspect
from portal.domain.common.files.limits import MIB, UploadLimits
from portal.domain.common.files.refusals import FileRefused, Refusal
from tests.domain.common.files.samples import (
    DOCX_MAIN,
    XLSX_MAIN,
    object_stream,
    office,
    pdf,
    program,
)

LIMITS = UploadLimits()


def outcome(data: bytes, limits: UploadLimits = LIMITS) -> Refusal | kinds.Kind:
    try:
        return inspect("file", data, limits).kind
    except FileRefused as refused:
        return refused.reason


@pytest.mark.parametrize(
    "data",
    [
        pdf(),
        pdf() + b"\r\n\x00\x00",
        pdf(object_stream(b"4 0 << /Kind /Note >>")),
        pdf(object_stream(b"4 0 << /S /URI /URI (https://supplier.example) >>")),
        pdf(b"<< /Title (About HTML/JavaScript and the Product/Launch Plan) >>"),
        pdf(b"<< /Length 24 >>\nstream\n(/JavaScript is a word) Tj\nendstream"),
    ],
)
def test_ordinary_pdfs_are_taken(data: bytes) -> None:
    assert outcome(data) == kinds.PDF


@pytest.mark.parametrize(
    "data",
    [
        pdf(b"<< /S /JavaScript /JS (app.alert(1)) >>", catalog=b"/OpenAction 4 0 R"),
        pdf(b"<< /JS (app.alert(1)) /S/JavaScript>>"),
        pdf(b"<< /S /J#61va#53cript /JS (x) >>"),
        pdf(b"<< /S /JavaScript% a remark\n/JS (x) >>"),
        pdf(catalog=b"/Names << /JavaScript 4 0 R >>"),
        pdf(b"<< /S /Launch /F (cmd.exe) >>"),
        pdf(b"/Launch"),
        pdf(catalog=b"/AcroForm << /XFA [(template) 5 0 R] >>"),
        pdf(object_stream(b"4 0 << /S /JavaScript /JS (x) >>")),
        pdf(object_stream(b"4 0 << /S /Launch /F (x) >>", b"/Filter [/FlateDecode]")),
        pdf(object_stream(b"4 0 << /S /JavaScript /JS (x) >>", b"/F#69lter /Fl#61teDecode")),
    ],
)
def test_pdfs_that_run_something_are_refused(data: bytes) -> None:
    assert outcome(data) is Refusal.PDF_SCRIPT


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (pdf(trailer=b"/Encrypt 9 0 R"), Refusal.PDF_PROTECTED),
        (pdf(object_stream(b"x", b"/Filter /LZWDecode")), Refusal.PDF_PROTECTED),
        (
            pdf(object_stream(b"x", b"/Filter [/FlateDecode /ASCII85Decode]")),
            Refusal.PDF_PROTECTED,
        ),
        (
            pdf(object_stream(b"x", b"/Filter /FlateDecode /DecodeParms << /Predictor 12 >>")),
            Refusal.PDF_PROTECTED,
        ),
        (pdf().replace(b"%PDF-1.7\n", b"%PDF-1.7\n<html><script>1</script>"), Refusal.DISGUISED),
        (pdf().replace(b"%PDF-1.7\n", b"%PDF-1.7\n%" + b"A" * 5000 + b"\n"), Refusal.DISGUISED),
        (pdf() + b"<html><script>1</script>", Refusal.DISGUISED),
        (pdf() + program(), Refusal.DAMAGED),
        (pdf()[:-40], Refusal.DAMAGED),
        (b"%PDF-1.7\n" + bytes(50), Refusal.DAMAGED),
        (pdf(object_stream(bytes(17 * MIB))), Refusal.BOMB),
    ],
)
def test_pdfs_that_cannot_be_trusted_are_refused(data: bytes, reason: Refusal) -> None:
    assert outcome(data) in {reason, Refusal.DISGUISED}
    assert reason is Refusal.DAMAGED or outcome(data) is reason


def test_a_pdf_that_is_also_an_archive_is_refused() -> None:
    inside = io.BytesIO()
    with zipfile.ZipFile(inside, "w") as archive:
        archive.writestr("payload.js", "x")
        archive.comment = b"\nstartxref\n0\n%%EOF\n"
    whole = pdf() + inside.getvalue()
    assert zipfile.is_zipfile(io.BytesIO(whole))
    assert outcome(whole) is Refusal.DISGUISED


@pytest.mark.parametrize(
    "filling",
    [
        b"1" * 64,
        b"/JavaScript ",
        b"/JavaScript%",
        b"/ObjStm ",
        b"/ObjStm/Filter/FlateDecode stream\n",
        b"1 1 1 ",
        b"/XFA ",
        b"<" * 64,
        b"#4a" * 20,
    ],
)
def test_hostile_pdfs_take_linear_time(filling: bytes) -> None:
    body = filling * (2 * MIB // len(filling))
    started = time.process_time()
    outcome(pdf(b"(" + body + b")"))
    # Generous: what must not happen is quadratic, which would take hours.
    assert time.process_time() - started < 20


@pytest.mark.parametrize(
    "data",
    [
        office(),
        office(DOCX_MAIN, parts={"word/media/image1.png": b"\x89PNG" * 50}),
        office(DOCX_MAIN, parts={"word/embeddings/table.xlsx": office()}),
        office(
            relations='<Relationship Id="r1" TargetMode="External" Target="https://a.example"'
            ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"/>'
        ),
        office(parts={"xl/worksheets/sheet1.xml": b"<row><c>1</c></row>" * 400_000}),
    ],
)
def test_ordinary_office_files_are_taken(data: bytes) -> None:
    assert outcome(data) in (kinds.XLSX, kinds.DOCX)


MACRO_MAIN = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
TEMPLATE = (
    '<Relationship Id="r1" TargetMode="External" Target="https://evil.example/t.dotm" Type="'
    'http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"/>'
)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (office(MACRO_MAIN), Refusal.MACROS),
        (office(parts={"xl/vbaProject.bin": b"x"}), Refusal.MACROS),
        (office(parts={"xl/macrosheets/sheet1.xml": b"<x/>"}), Refusal.MACROS),
        (office(parts={"word/activeX/activeX1.xml": b"<x/>"}), Refusal.ACTIVE_CONTENT),
        (office(relations=TEMPLATE), Refusal.ACTIVE_CONTENT),
        (office(parts={"word/media/image1.png": program()}), Refusal.ACTIVE_CONTENT),
        (
            office(
                parts={"word/embeddings/o.bin": b"x" * 900 + "\x01Ole10Native".encode("utf-16-le")}
            ),
            Refusal.ACTIVE_CONTENT,
        ),
        (office("text/plain"), Refusal.ARCHIVE),
        (
            office(types=f'<Override PartName="/b.xml" ContentType="{DOCX_MAIN}"/>'),
            Refusal.DISGUISED,
        ),
        (office(parts={"../../etc/passwd": b"x"}), Refusal.DAMAGED),
        (office(parts={"/absolute.xml": b"x"}), Refusal.DAMAGED),
        (office(parts={"MAIN.XML": b"x"}), Refusal.DAMAGED),
        (office(relations="<!DOCTYPE x [<!ENTITY a 'b'>]>"), Refusal.DAMAGED),
        (office() + b"<html><script>1</script>", Refusal.DISGUISED),
        (b"PK\x03\x04" + office()[4:-30], Refusal.DAMAGED),
    ],
)
def test_unsafe_office_files_are_refused(data: bytes, reason: Refusal) -> None:
    assert outcome(data) is reason


def test_a_page_before_an_office_file_is_a_page() -> None:
    assert outcome(b"<html><script>1</script></html>" + office()) is not kinds.XLSX


def test_a_document_type_is_refused_wherever_it_stands() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(
            "[Content_Types].xml",
            '<!DOCTYPE t [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
            f'<t><o ContentType="{XLSX_MAIN}"/>&b;</t>',
        )
        archive.writestr("_rels/.rels", "<r/>")
    assert outcome(out.getvalue()) is Refusal.DAMAGED


def test_an_archive_that_declares_too_much_is_refused() -> None:
    bomb = office(parts={"xl/worksheets/sheet1.xml": bytes(30 * MIB)})
    assert len(bomb) < 100_000
    assert outcome(bomb) is Refusal.BOMB


def test_an_archive_that_lies_about_its_size_is_refused() -> None:
    honest = office(parts={"big.xml": bytes(8 * MIB)})
    size = struct.pack("<I", 8 * MIB)
    liar = honest.replace(size, struct.pack("<I", 10))
    assert liar != honest
    assert outcome(liar) is Refusal.DAMAGED


def test_members_that_share_their_bytes_are_refused() -> None:
    whole = bytearray(office(parts={"a.xml": b"x" * 100, "b.xml": b"x" * 100}))
    directory = whole.rindex(b"PK\x01\x02")
    earlier = whole.rindex(b"PK\x01\x02", 0, directory)
    whole[directory + 42 : directory + 46] = whole[earlier + 42 : earlier + 46]
    assert outcome(bytes(whole)) is Refusal.BOMB


def test_too_many_members_are_refused() -> None:
    many = {f"part{number}.xml": b"" for number in range(20)}
    assert outcome(office(parts=many), replace(LIMITS, max_members=20)) is Refusal.BOMB


def test_protected_members_are_refused() -> None:
    whole = bytearray(office())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = whole.rindex(mark) + offset
        whole[place] |= 1
    assert outcome(bytes(whole)) is Refusal.OLD_OFFICE


def test_a_broken_member_is_refused() -> None:
    content = bytes(range(256)) * 40
    whole = bytearray(office(parts={"big.xml": content}))
    packed = zlib.compress(content)[10:20]
    place = whole.find(packed)
    whole[place + 2] ^= 0xFF
    assert outcome(bytes(whole)) is Refusal.DAMAGED
