"""How much may be uploaded, and how much work one file may cause."""

from dataclasses import dataclass
from datetime import timedelta

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """Sizes are bytes as uploaded unless the name says otherwise.

    `max_staged_bytes` is what one person may have waiting in forms that were not sent yet.
    `max_picture_memory` bounds a decoded picture, `max_picture_side` (pixels) what is kept of it.
    """

    max_files: int = 10
    max_file_bytes: int = 20 * MIB
    max_form_bytes: int = 60 * MIB
    max_staged_bytes: int = 300 * MIB
    staged_for: timedelta = timedelta(days=7)
    max_unpacked_bytes: int = 200 * MIB
    max_unpacked_ratio: int = 200
    max_members: int = 5_000
    max_picture_pixels: int = 80_000_000
    max_picture_memory: int = 100 * MIB
    max_picture_side: int = 4_000


def readable_size(size: int) -> str:
    """A size as people read it in every language of the portal: `20 MB`, `1.5 MB`, `12 KB`."""
    if size >= MIB:
        return f"{size / MIB:.1f}".removesuffix(".0") + " MB"
    return f"{max(1, round(size / 1024))} KB"
