"""The kinds of files that are taken, each with the one type and extension it is delivered with."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """`extensions` are those a name may keep; the first is given to names that have another."""

    name: str
    media_type: str
    extensions: tuple[str, ...]


PDF = Kind("PDF", "application/pdf", ("pdf",))
PNG = Kind("PNG", "image/png", ("png",))
JPEG = Kind("JPEG", "image/jpeg", ("jpg", "jpeg"))
WEBP = Kind("WebP", "image/webp", ("webp",))
GIF = Kind("GIF", "image/gif", ("gif",))
_OPEN_XML = "application/vnd.openxmlformats-officedocument"
XLSX = Kind("XLSX", f"{_OPEN_XML}.spreadsheetml.sheet", ("xlsx",))
DOCX = Kind("DOCX", f"{_OPEN_XML}.wordprocessingml.document", ("docx",))
PPTX = Kind("PPTX", f"{_OPEN_XML}.presentationml.presentation", ("pptx",))
CSV = Kind("CSV", "text/csv", ("csv",))
TEXT = Kind("TXT", "text/plain", ("txt", "log", "md"))
STEP = Kind("STEP", "model/step", ("step", "stp", "p21"))
DXF = Kind("DXF", "image/vnd.dxf", ("dxf",))
DWG = Kind("DWG", "image/vnd.dwg", ("dwg",))

ACCEPTED = (PDF, JPEG, PNG, WEBP, GIF, XLSX, DOCX, PPTX, CSV, TEXT, STEP, DXF, DWG)
ACCEPTED_NAMES = ", ".join(kind.name for kind in ACCEPTED)

# For the form's file field: a hint for the chooser, not a check.
ACCEPT_ATTRIBUTE = ",".join(f".{extension}" for kind in ACCEPTED for extension in kind.extensions)
