"""Files that people of the demo enclose: a letter, a drawing, a photographed delivery note."""

import io
import zipfile
import zlib
from dataclasses import dataclass
from xml.sax.saxutils import escape

from PIL import Image, ImageDraw

_TYPES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships/officeDocument" Target="word/document.xml"/></Relationships>'
)
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file as a browser would send it."""

    filename: str
    data: bytes

    async def read(self, size: int = -1) -> bytes:
        return self.data if size < 0 else self.data[:size]


def letter(filename: str, paragraphs: list[str]) -> Enclosure:
    """A Word document of plain paragraphs."""
    body = "".join(f"<w:p><w:r><w:t>{escape(text)}</w:t></w:r></w:p>" for text in paragraphs)
    document = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<w:document xmlns:w="{_WORD}"><w:body>{body}</w:body></w:document>'
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (
            ("[Content_Types].xml", _TYPES),
            ("_rels/.rels", _RELATIONS),
            ("word/document.xml", document),
        ):
            # A fixed date, so that the same letter has the same bytes.
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 5, 9, 0, 0)), content)
    return Enclosure(filename, packed.getvalue())


def flange_drawing(filename: str) -> Enclosure:
    """A DXF of a flange: outer edge, bolt circle, bore."""
    groups = ["0", "SECTION", "2", "ENTITIES"]
    for radius in (202.5, 175.0, 125.0):
        groups += ["0", "CIRCLE", "8", "0", "10", "0.0", "20", "0.0", "40", str(radius)]
    groups += ["0", "ENDSEC", "0", "EOF"]
    return Enclosure(filename, ("\n".join(groups) + "\n").encode())


def signed_note(reference: str, signed_at: str) -> Enclosure:
    """A photo of a delivery note with a signature, another hand for every note."""
    paper = Image.new("L", (420, 300), 236)
    pen = ImageDraw.Draw(paper)
    pen.text((24, 20), f"Delivery note {reference}", fill=40)
    pen.text((24, 262), f"Received {signed_at}", fill=40)
    for row in range(5):
        pen.line((24, 60 + row * 26, 396, 60 + row * 26), fill=170)
    hand = zlib.crc32(reference.encode())
    stroke = [(230 + step * 9, 225 + (hand >> step) % 7 * 7 - 20) for step in range(18)]
    pen.line(stroke, fill=60, width=3, joint="curve")
    kept = io.BytesIO()
    paper.save(kept, "JPEG", quality=60)
    return Enclosure(f"{reference} 签收单.jpg", kept.getvalue())
