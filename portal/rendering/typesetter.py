"""The program that sets papers: jobs as JSON on standard input, their PDFs on standard output.

Run by `typesetting.py` as a process of its own and not imported anywhere. It reads the fonts once,
which is most of the work of a paper, and ends with its standard input.

A job is its length in four bytes and the JSON; an answer is 0 (a PDF) or 1 (what typst objects to),
the length in four bytes, and that.
"""

from __future__ import annotations  # typst names its types in its stub only

import json
import sys
from typing import Any

import typst

# For the archive, and for those who have it read to them.
ARCHIVE: list[typst.PDFStandard] = ["a-2a", "ua-1"]


def main() -> None:
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[sys.argv[1]])
    jobs, answers = sys.stdin.buffer, sys.stdout.buffer
    while len(size := jobs.read(4)) == 4:
        status, said = _set(json.loads(jobs.read(int.from_bytes(size))), fonts)
        answers.write(bytes([status]) + len(said).to_bytes(4) + said)
        answers.flush()


def _set(job: dict[str, Any], fonts: typst.Fonts) -> tuple[int, bytes]:
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
            return 0, paper(ARCHIVE)
        except typst.TypstError:
            # The standards refuse a character that no font has; a plain PDF shows a box for it.
            return 0, paper([])
    except typst.TypstError as error:
        return 1, error.diagnostic.encode()


if __name__ == "__main__":
    main()
