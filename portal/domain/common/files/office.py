"""Whether an Office file is what it says, unpacks to a sane size and runs or fetches nothing."""

import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from itertools import pairwise
from xml.parsers import expat

from portal.domain.common.files.kinds import DOCX, PPTX, XLSX, Kind
from portal.domain.common.files.limits import MIB, UploadLimits
from portal.domain.common.files.refusals import FileRefused, Refusal

_MAIN_PARTS = {
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": XLSX,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": DOCX,
    "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml": PPTX,
}
_CONTENT_TYPES = "[Content_Types].xml"
_ROOT_RELATIONS = "_rels/.rels"
_LOCAL_HEADER = 30
_END_RECORD = 22
_CHUNK = 256 * 1024
# Small files may be packed tightly: repeated table cells are.
_FREE_OF_RATIO = 20 * MIB
_DESCRIPTION_BYTES = 4 * MIB
_FETCHED = ("/attachedTemplate", "/oleObject", "/frame", "/subDocument")
# The stream in which an OLE object carries any file at all, a program for instance.
_PACKAGED_FILE = "\x01Ole10Native".encode("utf-16-le")


def kind_of_office(data: bytes, limits: UploadLimits) -> Kind:
    """XLSX, DOCX or PPTX. Raises `FileRefused` for other archives and for unsafe content."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if _CONTENT_TYPES not in archive.namelist():
                raise FileRefused(Refusal.ARCHIVE)
            _check_container(data, archive, members, limits)
            return _check_parts(archive, members, limits)
    # RuntimeError: encrypted members; NotImplementedError: packed in another way than Office does.
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, OSError, ValueError) as error:
        raise FileRefused(Refusal.DAMAGED) from error


def _check_container(
    data: bytes, archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], limits: UploadLimits
) -> None:
    ends_clean = data[-_END_RECORD:].startswith(b"PK\x05\x06") and not archive.comment
    if not ends_clean or min(member.header_offset for member in members) != 0:
        raise FileRefused(Refusal.DISGUISED)
    if len(members) > limits.max_members or _overlap(members):
        raise FileRefused(Refusal.BOMB)
    unpacked = sum(member.file_size for member in members)
    tight = unpacked > max(_FREE_OF_RATIO, len(data) * limits.max_unpacked_ratio)
    if unpacked > limits.max_unpacked_bytes or tight:
        raise FileRefused(Refusal.BOMB)
    names = [member.filename.lower() for member in members]
    if len(set(names)) != len(names) or any(map(_is_outside, names)):
        raise FileRefused(Refusal.DAMAGED)
    if any(member.flag_bits & 0x1 for member in members):
        raise FileRefused(Refusal.OLD_OFFICE)


def _overlap(members: list[zipfile.ZipInfo]) -> bool:
    """Whether members share their bytes, as those of a bomb do."""
    ordered = sorted(members, key=lambda member: member.header_offset)
    return any(
        member.header_offset + _LOCAL_HEADER + len(member.orig_filename) + member.compress_size
        > following.header_offset
        for member, following in pairwise(ordered)
    )


def _is_outside(name: str) -> bool:
    return name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/")


def _check_parts(
    archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], limits: UploadLimits
) -> Kind:
    names = {member.filename for member in members}
    if _ROOT_RELATIONS not in names:
        raise FileRefused(Refusal.DAMAGED)
    types = _content_types(_description(archive, _CONTENT_TYPES))
    _refuse_macros(types, names)
    left = limits.max_unpacked_bytes
    for member in members:
        left -= _check_member(archive, member, left)
    kinds = {_MAIN_PARTS[kind] for kind in types if kind in _MAIN_PARTS}
    if len(kinds) != 1:
        raise FileRefused(Refusal.ARCHIVE if not kinds else Refusal.DISGUISED)
    return kinds.pop()


def _refuse_macros(types: set[str], names: set[str]) -> None:
    lowered = {name.lower() for name in names}
    if any("macroenabled" in kind or "vbaproject" in kind for kind in map(str.lower, types)) or any(
        name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in lowered
    ):
        raise FileRefused(Refusal.MACROS)
    if any("/activex/" in name for name in lowered):
        raise FileRefused(Refusal.ACTIVE_CONTENT)


def _check_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, at_most: int) -> int:
    """Unpack one member for real and return its size: what it declares may be a lie."""
    name = member.filename.lower()
    if name.endswith(".rels") and _fetches(_description(archive, member.filename)):
        raise FileRefused(Refusal.ACTIVE_CONTENT)
    size, before = 0, b""
    with archive.open(member) as content:
        while chunk := content.read(_CHUNK):
            size += len(chunk)
            if size > at_most:
                raise FileRefused(Refusal.BOMB)
            if not size - len(chunk) and chunk.startswith((b"MZ", b"\x7fELF")):
                raise FileRefused(Refusal.ACTIVE_CONTENT)
            if "/embeddings/" in name and _PACKAGED_FILE in before + chunk:
                raise FileRefused(Refusal.ACTIVE_CONTENT)
            before = chunk[-len(_PACKAGED_FILE) :]
    return size


def _description(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as content:
        xml = content.read(_DESCRIPTION_BYTES + 1)
    if len(xml) > _DESCRIPTION_BYTES:
        raise FileRefused(Refusal.BOMB)
    return xml


def _content_types(xml: bytes) -> set[str]:
    return {kind for _, attributes in _elements(xml) if (kind := attributes.get("ContentType"))}


def _fetches(xml: bytes) -> bool:
    """Whether a part of the document lies on somebody's server. Links to click on are no part."""
    return any(
        attributes.get("TargetMode") == "External" and attributes.get("Type", "").endswith(_FETCHED)
        for _, attributes in _elements(xml)
    )


def _elements(xml: bytes) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The elements of a description. These formats have no document types, so none is read."""
    found: list[tuple[str, Mapping[str, str]]] = []

    def refuse(*_: object) -> None:
        raise FileRefused(Refusal.DAMAGED)

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda name, attributes: found.append((name, attributes))
    try:
        parser.Parse(xml, True)
    except expat.ExpatError as error:
        raise FileRefused(Refusal.DAMAGED) from error
    return iter(found)
