"""What an uploaded file is. Its content decides, its name only suggests.

No detection library: the list of what is taken is short and each kind is looked through whole,
which a table of magic numbers does not do. Whatever is not on the list is refused with a reason.
"""

import asyncio
import io
import re
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import PurePath

from portal.domain.common.files.kinds import (
    DWG,
    DXF,
    GIF,
    JPEG,
    PDF,
    PNG,
    WEBP,
    Kind,
)
from portal.domain.common.files.limits import UploadLimits, readable_size
from portal.domain.common.files.names import name_for, readable_name
from portal.domain.common.files.office import kind_of_office
from portal.domain.common.files.pdf import check_pdf
from portal.domain.common.files.refusals import FileRefused, Refusal
from portal.domain.common.files.text import kind_of_text

_PICTURES = {
    re.compile(rb"\x89PNG\r\n\x1a\n"): PNG,
    re.compile(rb"\xff\xd8\xff"): JPEG,
    re.compile(rb"RIFF.{4}WEBP", re.DOTALL): WEBP,
    re.compile(rb"GIF8[79]a"): GIF,
}
# Both drawing formats are closed books: they are kept as they are and only ever downloaded.
_DRAWINGS = {
    re.compile(rb"AC10\d\d[^\n]{0,6}\x00"): DWG,
    re.compile(rb"AutoCAD Binary DXF\r\n\x1a\x00"): DXF,
}
_REFUSED = {
    # A text may begin with MZ; a program has zeros in its header.
    re.compile(rb"MZ[^\x00]{0,62}\x00", re.DOTALL): Refusal.EXECUTABLE,
    re.compile(rb"\x7fELF|\xfe\xed\xfa[\xce\xcf]|[\xce\xcf]\xfa\xed\xfe"): Refusal.EXECUTABLE,
    re.compile(rb"\xca\xfe\xba\xbe|dex\n|\x00asm|#!|L\x00\x00\x00\x01\x14\x02"): Refusal.EXECUTABLE,
    re.compile(rb"PK\x05\x06|PK\x07\x08|Rar!|7z\xbc\xaf|\x1f\x8b|BZh\d|\xfd7zXZ"): Refusal.ARCHIVE,
    re.compile(rb"\x28\xb5\x2f\xfd|MSCF\x00|.{2}-lh\d-|.{257}ustar", re.DOTALL): Refusal.ARCHIVE,
    re.compile(rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"): Refusal.OLD_OFFICE,
    re.compile(rb".{4}ftyp(hei[cxms]|hev[cxms]|mif1|msf1)", re.DOTALL): Refusal.HEIC,
}
_OFFICE = b"PK\x03\x04"
_PDF = b"%PDF-"
# Readers of PDF look for its beginning this far into a file.
_PDF_READERS_LOOK = 1024

# Each picture takes memory while it is painted: two at a time in one process.
_INSPECTORS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="inspection")


@dataclass(frozen=True, slots=True)
class Inspected:
    """A file as it may be kept: its safe name, its kind, its bytes (painted anew for pictures)."""

    name: str
    kind: Kind
    data: bytes


def inspect(name: str, data: bytes, limits: UploadLimits) -> Inspected:
    """Look through one uploaded file. Raises `FileRefused` with the reason.

    Takes processor time: `inspected` does it in a thread.
    """
    try:
        kind, kept = _look_through(name, data, limits)
    except FileRefused as refused:
        refused.words["name"] = readable_name(name)
        raise
    return Inspected(name_for(name, kind), kind, kept)


async def inspected(name: str, data: bytes, limits: UploadLimits) -> Inspected:
    """`inspect` in a thread, a few at a time, so that requests go on and memory stays bounded."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_INSPECTORS, inspect, name, data, limits)


def _look_through(name: str, data: bytes, limits: UploadLimits) -> tuple[Kind, bytes]:
    if not data:
        raise FileRefused(Refusal.EMPTY)
    if len(data) > limits.max_file_bytes:
        raise FileRefused(Refusal.TOO_LARGE, limit=readable_size(limits.max_file_bytes))
    for beginning, reason in _REFUSED.items():
        if beginning.match(data):
            raise FileRefused(reason)
    for beginning, kind in _PICTURES.items():
        if beginning.match(data):
            from portal.domain.common.files.images import painted_anew

            picture = painted_anew(data, kind, limits)
            return picture.kind, picture.data
    return _kind_of_document(name, data, limits), data


def _kind_of_document(name: str, data: bytes, limits: UploadLimits) -> Kind:
    if data.startswith(_PDF):
        check_pdf(data, limits)
        return PDF
    if data.startswith(_OFFICE):
        return kind_of_office(data, limits)
    for beginning, kind in _DRAWINGS.items():
        if beginning.match(data):
            _refuse_second_file(data)
            return kind
    kind = kind_of_text(data, PurePath(name).suffix.lower().removeprefix("."))
    _refuse_second_file(data)
    return kind


def _refuse_second_file(data: bytes) -> None:
    if _PDF in data[:_PDF_READERS_LOOK] or zipfile.is_zipfile(io.BytesIO(data)):
        raise FileRefused(Refusal.DISGUISED)
