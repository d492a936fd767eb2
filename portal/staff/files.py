"""Files of records, delivered to those who may see the record."""

from litestar import get
from litestar.params import FromPath
from litestar.response import Stream

from portal.domain.accounts.confidentiality import note_read
from portal.domain.common.permissions import Permission
from portal.domain.quotes.request_files import file_of_request
from portal.web.arguments import AViewer
from portal.web.guards import OWN_UNITS, requires
from portal.web.uploads import download


@get(
    "/staff/files/{public_id:str}",
    guards=[requires(Permission.READ_QUOTES)],
    opt=OWN_UNITS,
)
async def deliver(public_id: FromPath[str], viewer: AViewer) -> Stream:
    """A file as an attachment; no connection is held while its bytes go out (rule A6)."""
    async with viewer.unit():
        file = await file_of_request(public_id, by=viewer.actor)
        await note_read(file.account_id, viewer.actor, f"/staff/files/{public_id}")
    return await download(file)


ROUTES = [deliver]
