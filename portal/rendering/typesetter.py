"""The program that sets one paper: a job as JSON on standard input, its PDF on standard output.

Run by `pdf.py` as a process of its own and not imported anywhere. typst keeps what it computed for
the last ten papers, up to 40 MB each, and offers no way to drop it: the process does.
"""

from __future__ import annotations  # typst names its types in its stub only

import json
import sys

import typst

# For the archive, and for those who have it read to them.
ARCHIVE: list[typst.PDFStandard] = ["a-2a", "ua-1"]


def main() -> None:
    job = json.load(sys.stdin.buffer)
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[job["fonts"]])

    def paper(standards: list[typst.PDFStandard]) -> bytes:
        return typst.compile(
            job["template"],
            root=job["root"],
            font_paths=fonts,
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(job["data"], ensure_ascii=False)},
            pdf_standards=standards,
            timestamp=job["created"],
        )

    try:
        try:
            pdf = paper(ARCHIVE)
        except typst.TypstError:
            # The standards refuse a character that no font has; a plain PDF shows a box for it.
            pdf = paper([])
    except typst.TypstError as error:
        sys.exit(error.diagnostic)
    sys.stdout.buffer.write(pdf)


if __name__ == "__main__":
    main()
