"""Whether a PDF is one document and does nothing by itself.

Bytes are searched, nothing is interpreted: a parser would be a larger risk than what it finds.
Outside of streams a PDF is plain text; objects packed into streams are unpacked within a bound.
What hides behind unusual filters is refused where it shows and else not found: delivery as an
attachment and the virus scanner stand behind this.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator

from portal.domain.common.files.limits import MIB, UploadLimits
from portal.domain.common.files.refusals import FileRefused, Refusal

_WHITE = b"\x00\t\n\x0c\r "
_TAIL = 2048
_HEAD = 2048
_LONGEST_PACK = 16 * MIB
_LONGEST_DICTIONARY = 4096
_MOST_PACKS = 20_000
_CHUNK = 64 * 1024


def _name(word: str) -> bytes:
    """A pattern for a PDF name, whose characters may each be written as `#` and two digits."""

    def either(character: str) -> str:
        digits = "".join(f"[{d}{d.upper()}]" if d.isalpha() else d for d in f"{ord(character):02x}")
        return f"(?:{character}|#{digits})"

    return ("/" + "".join(map(either, word))).encode()


# All patterns run in linear time over hostile bytes: no two repetitions can share what they eat.
_GAP = rb"[\x00\t\n\x0c\r ]*+"
_REFERENCE = rb"\d{1,10}\s{1,9}\d{1,5}\s{1,9}R"
# A name followed as it is in a dictionary: the same word in a sentence is not meant.
_ACTIVE = re.compile(
    rb"(?:%b|%b)%b(?:[/%%]|>>|<<|endobj|%b)"
    % (_name("JavaScript"), _name("Launch"), _GAP, _REFERENCE)
    + rb"|%b%b(?:[\[%%]|%b)" % (_name("XFA"), _GAP, _REFERENCE)
)
_ENCRYPTED = re.compile(rb"%b%b(?:<<|%%|%b)" % (_name("Encrypt"), _GAP, _REFERENCE))
_PACKED_OBJECTS = re.compile(_name("ObjStm"))
_FILTER = re.compile(_name("Filter"))
_PLAIN_FLATE = re.compile(rb"%b%b\[?%b%b" % (_name("Filter"), _GAP, _GAP, _name("FlateDecode")))
_FURTHER_FILTER = re.compile(rb"Decode%b/\w+Decode|%b%b<<" % (_GAP, _name("DecodeParms"), _GAP))
_STREAM = re.compile(rb"stream\r?\n")
_OBJECT = re.compile(rb"\d{1,10}\s{1,9}\d{1,5}\s{1,9}obj\b")
_VERSION = re.compile(rb"%PDF-[12]\.\d")
_MARKUP = re.compile(rb"<\s{0,9}(?:!doctype|html|head|body|script|svg|iframe|\?php)", re.IGNORECASE)


def check_pdf(data: bytes, limits: UploadLimits) -> None:
    """Raise `FileRefused` unless `data` is one whole, unprotected PDF without programs."""
    _check_whole(data)
    _check_single(data)
    if _ENCRYPTED.search(data):
        raise FileRefused(Refusal.PDF_PROTECTED)
    if _ACTIVE.search(data) or any(map(_ACTIVE.search, _packed(data, limits))):
        raise FileRefused(Refusal.PDF_SCRIPT)


def _check_whole(data: bytes) -> None:
    tail = data[-_TAIL:].rstrip(_WHITE)
    if not _VERSION.match(data) or b"startxref" not in tail or b"%%EOF" not in tail:
        raise FileRefused(Refusal.DAMAGED)
    if not tail.endswith(b"%%EOF"):
        raise FileRefused(Refusal.DISGUISED)


def _check_single(data: bytes) -> None:
    first = _OBJECT.search(data, 0, _HEAD)
    if first is None or _MARKUP.search(data, 0, first.start()):
        raise FileRefused(Refusal.DISGUISED)
    if zipfile.is_zipfile(io.BytesIO(data)):
        raise FileRefused(Refusal.DISGUISED)


def _packed(data: bytes, limits: UploadLimits) -> Iterator[bytes]:
    """The contents of the streams that hold further objects, one at a time."""
    left = limits.max_unpacked_bytes
    for count, found in enumerate(_PACKED_OBJECTS.finditer(data)):
        if count == _MOST_PACKS:
            raise FileRefused(Refusal.BOMB)
        begin = _STREAM.search(data, found.end(), found.end() + _LONGEST_DICTIONARY)
        if begin is None:
            continue  # the word alone, in a sentence
        earliest = max(0, found.start() - _LONGEST_DICTIONARY)
        words = data[max(earliest, data.rfind(b"obj", earliest, found.start())) : begin.start()]
        if not _FILTER.search(words):
            continue  # not packed: searched with the rest
        if not _PLAIN_FLATE.search(words) or _FURTHER_FILTER.search(words):
            raise FileRefused(Refusal.PDF_PROTECTED)
        content = _inflated(data, begin.end(), min(left, _LONGEST_PACK))
        left -= len(content)
        yield content


def _inflated(data: bytes, start: int, at_most: int) -> bytes:
    """The stream that begins at `start`; where it ends is in the packed bytes themselves."""
    unpacking, content = zlib.decompressobj(), bytearray()
    try:
        while not unpacking.eof and start < len(data):
            content += unpacking.decompress(data[start : start + _CHUNK], at_most + 1)
            if len(content) > at_most or unpacking.unconsumed_tail:
                raise FileRefused(Refusal.BOMB)
            start += _CHUNK
    except zlib.error as error:
        raise FileRefused(Refusal.DAMAGED) from error
    return bytes(content)
