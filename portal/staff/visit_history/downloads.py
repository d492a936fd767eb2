"""A list as a file, answered as a download that nothing keeps."""

from litestar import Response

from portal.domain.common.files.delivery import content_disposition
from portal.rendering.spreadsheets import XLSX


def xlsx_download(name: str, content: bytes) -> Response[bytes]:
    """The workbook as `name`."""
    headers = {
        "Content-Disposition": content_disposition(name),
        "Cache-Control": "private, no-store",
    }
    return Response(content, media_type=XLSX, headers=headers)
