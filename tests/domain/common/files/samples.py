"""Files to upload, good and hostile, made from scratch."""

import io
import random
import struct
import zipfile
import zlib
from typing import Any

from PIL import Image

XLSX_MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
DOCX_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
PPTX_MAIN = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"

STEP = b"ISO-10303-21;\nHEADER;\nENDSEC;\nDATA;\n#1=PRODUCT('x');\nENDSEC;\nEND-ISO-10303-21;\n"
DXF = b"999\ncomment\n  0\nSECTION\n  2\nHEADER\n  0\nENDSEC\n  0\nEOF\n"
DWG = b"AC1032\x00\x00\x00\x00\x04\x03" + bytes(200)


def pdf(*objects: bytes, catalog: bytes = b"", trailer: bytes = b"") -> bytes:
    """A small PDF with a correct cross-reference table."""
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R " + catalog + b" >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>",
        *objects,
    ]
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, body in enumerate(bodies, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    for offset in offsets:
        out += b"%010d 00000 n \n" % offset
    out += b"trailer\n<< /Size %d /Root 1 0 R %b >>\n" % (len(bodies) + 1, trailer)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


def object_stream(content: bytes, words: bytes = b"/Filter /FlateDecode") -> bytes:
    """The body of a PDF object that holds further objects, packed."""
    packed = zlib.compress(content)
    head = b"<< /Type /ObjStm /N 1 /First 4 %b /Length %d >>" % (words, len(packed))
    return head + b"\nstream\n" + packed + b"\nendstream"


def office(
    main: str = XLSX_MAIN,
    *,
    parts: dict[str, bytes] | None = None,
    types: str = "",
    relations: str = "",
) -> bytes:
    """An Office file with further `parts`, content types and relations of the main part."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
            f'content-types"><Override PartName="/main.xml" ContentType="{main}"/>{types}</Types>',
        )
        archive.writestr("_rels/.rels", f"<Relationships>{relations}</Relationships>")
        archive.writestr("main.xml", "<main/>")
        for name, content in (parts or {}).items():
            archive.writestr(name, content)
    return out.getvalue()


def picture(form: str = "PNG", size: tuple[int, int] = (60, 40), **options: Any) -> bytes:
    """A picture of noise, red at its left edge and blue at its right."""
    noise = random.Random(7).randbytes(size[0] * size[1] * 3)
    image = Image.frombytes("RGB", size, noise)
    third = max(1, size[0] // 3)
    image.paste((255, 0, 0), (0, 0, third, size[1]))
    image.paste((0, 0, 255), (size[0] - third, 0, size[0], size[1]))
    return saved(image, form, **options)


def saved(image: Image.Image, form: str = "PNG", **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def photo_with_place(form: str = "JPEG", orientation: int = 6) -> bytes:
    """A photo that was taken at a known place with the camera turned."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Secret Camera Maker"
    exif[0x8825] = {1: "N", 2: (30.0, 15.0, 10.0), 3: "E", 4: (120.0, 9.0, 20.0)}
    return picture(form, exif=exif.tobytes())


def png_bomb(side: int = 50_000) -> bytes:
    """A few kilobytes that claim to be a picture of gigabytes."""

    def chunk(name: bytes, content: bytes) -> bytes:
        check = zlib.crc32(name + content)
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", check)

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(1_000_000), 9)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


def program() -> bytes:
    return b"MZ\x90\x00\x03\x00\x00\x00" + bytes(56) + b"PE\x00\x00" + bytes(200)
