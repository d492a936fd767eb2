"""With which headers a file goes out: to be kept by the reader, never to be run by the browser."""

import re
import unicodedata
from urllib.parse import quote

from portal.domain.common.files.tables import StoredFile

_PLAIN = re.compile(r"[^A-Za-z0-9 ._()+-]")


def download_headers(file: StoredFile) -> dict[str, str]:
    """The headers of a download, `Content-Type` and `Content-Length` included.

    Names in every script arrive: RFC 6266 with an ASCII name for old clients.
    """
    return {
        "Content-Type": file.media_type,
        "Content-Length": str(file.size_bytes),
        "Content-Disposition": content_disposition(file.name),
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, no-store",
    }


def content_disposition(name: str) -> str:
    """`attachment` under this name; no character of it can end the header or its quotes."""
    folded = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = _PLAIN.sub("_", folded).strip()
    if plain.startswith(".") or not plain:
        plain = f"file{plain}"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
