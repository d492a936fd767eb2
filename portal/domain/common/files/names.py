"""File names as people see them: their own words, with nothing in them that does something."""

import re
import unicodedata

from portal.domain.common.files.kinds import ACCEPTED, Kind

MAX_CHARACTERS = 120
# File systems count bytes: 255, less what a browser appends to a second download.
MAX_BYTES = 200

_RESERVED = re.compile(r'[<>:"/\\|?*]')
_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_EXTENSION = re.compile(r"\.([A-Za-z0-9]{1,8})$")
# Cc and Cf are controls, among them the characters that turn the reading direction around.
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_ELSEWHERE = (
    "app bat bin cmd com cpl dll dmg doc docm dot exe hta htm html jar js jse lnk mht mhtml msi "
    "php pif ppt pptm ps1 py reg scr sh svg swf tif tiff bmp heic vbe vbs wsf xhtml xls xlsb xlsm "
    "xml zip rar 7z gz"
)
_KNOWN = {extension for kind in ACCEPTED for extension in kind.extensions} | {*_ELSEWHERE.split()}


def readable_name(name: str) -> str:
    """The last part of a path without controls, direction marks and characters paths use.

    Keeps every script; at most `MAX_CHARACTERS` and `MAX_BYTES` in UTF-8; never empty.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    seen = (" " if part.isspace() else part for part in last if _is_seen(part))
    plain = _RESERVED.sub("_", " ".join("".join(seen).split())).strip(". ")
    if _DEVICE.match(plain):
        plain = f"_{plain}"
    stem, extension = _split(plain)
    return _cut(stem, extension) or "file"


def name_for(name: str, kind: Kind) -> str:
    """`readable_name` with the extension of what the file is: `plan.exe` of a PDF is `plan.pdf`."""
    stem, extension = _split(readable_name(name))
    while extension.lower() not in kind.extensions and extension.lower() in _KNOWN and stem:
        stem, extension = _split(stem)
    if extension.lower() in kind.extensions:
        return _cut(stem, extension.lower())
    whole = f"{stem}.{extension}" if extension else stem
    return _cut(whole or "file", kind.extensions[0])


def _is_seen(character: str) -> bool:
    return character in "\t\n\r" or unicodedata.category(character) not in _UNSEEN


def _split(name: str) -> tuple[str, str]:
    match = _EXTENSION.search(name)
    if not match or match.start() == 0:
        return name, ""
    return name[: match.start()], match.group(1)


def _cut(stem: str, extension: str) -> str:
    ending = f".{extension}" if extension else ""
    room = MAX_BYTES - len(ending)
    stem = stem[: MAX_CHARACTERS - len(ending)].encode()[:room].decode(errors="ignore")
    stem = stem.rstrip(". ")
    return stem + ending if stem else extension
