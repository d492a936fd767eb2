# /// script
# requires-python = ">=3.11"
# dependencies = ["fonttools>=4.60"]
# ///
"""Cut the paper's fonts from Noto Sans CJK; run once when the source or the character set changes.

    python scripts/build_fonts.py [DIRECTORY]

DIRECTORY holds `NotoSansCJK-Regular.ttc` and `NotoSansCJK-Bold.ttc` as Debian's package
`fonts-noto-cjk` installs them (version 2.004 was used). The web fonts on npm were tried first: they
have no Greek letters (Φ20, Ω, μm stand on every parts list) and miss common characters of both
GB 2312 and Big5. One file per weight serves all readers: its default shapes are the mainland's, and
the `locl` feature, which typst applies for a text's region, brings Taiwan's.
"""

import sys
from collections.abc import Iterable
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

SOURCE = Path("/usr/share/fonts/opentype/noto")
TARGET = Path(__file__).parent.parent / "portal" / "rendering" / "fonts"
FACE = "Noto Sans CJK SC"

# Latin, Greek, Cyrillic; punctuation to dingbats; CJK punctuation, kana, squared units; full width.
SYMBOLS = (
    range(0x0020, 0x0250),
    range(0x0370, 0x0530),
    range(0x2000, 0x2C00),
    range(0x3000, 0x3400),
    range(0xFE30, 0xFE50),
    range(0xFF00, 0xFFF0),
)
# Regular carries every name a form may hold; bold what headings need. typst takes a character that
# bold lacks from regular.
ENCODINGS = {"Regular": ("gbk", "big5"), "Bold": ("gb2312", "big5")}
SCRIPTS = [
    f"{script}.{language}"
    for script in ("DFLT", "hani", "latn", "grek", "cyrl", "kana")
    for language in ("dflt", "ZHT ")
]


def characters(encodings: Iterable[str]) -> set[int]:
    """The BMP code points of `encodings` and of `SYMBOLS`."""
    wanted = {code for block in SYMBOLS for code in block}
    for encoding in encodings:
        wanted.update(code for code in range(0x80, 0xFFFF) if _encodes(code, encoding))
    return wanted


def _encodes(code: int, encoding: str) -> bool:
    try:
        chr(code).encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def cut(source: Path, encodings: Iterable[str]) -> TTFont:
    """The face `FACE` of the collection `source` with the characters of `encodings` only."""
    faces = TTCollection(source, lazy=True).fonts
    number = [face["name"].getDebugName(4) for face in faces].index(_full_name(source))
    font = TTFont(source, fontNumber=number, recalcTimestamp=False)
    options = subset.Options()
    options.hinting = False
    options.layout_features = ["ccmp", "kern", "locl"]
    options.layout_scripts = SCRIPTS
    options.name_IDs = ["*"]
    options.notdef_outline = True  # what no font has shows as a box instead of vanishing
    options.drop_tables += ["BASE", "VORG", "vhea", "vmtx"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=characters(encodings))
    subsetter.subset(font)
    return font


def _full_name(source: Path) -> str:
    weight = source.stem.rpartition("-")[2]
    return FACE if weight == "Regular" else f"{FACE} {weight}"


def main() -> None:
    directory = Path(sys.argv[1]) if len(sys.argv) > 1 else SOURCE
    for weight, encodings in ENCODINGS.items():
        target = TARGET / f"NotoSansCJKsc-{weight}.otf"
        font = cut(directory / f"NotoSansCJK-{weight}.ttc", encodings)
        font.save(target)
        megabytes = target.stat().st_size / 1e6
        print(f"{target.name}: {len(font.getBestCmap())} characters, {megabytes:.1f} MB")


if __name__ == "__main__":
    main()
