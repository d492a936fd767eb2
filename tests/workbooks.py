"""Reading back what a spreadsheet says."""

import io
import zipfile


def words_of(workbook: bytes) -> str:
    """The words of all cells, as they are stored: whole, in the order of their first use."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as book:
        return book.read("xl/sharedStrings.xml").decode()
