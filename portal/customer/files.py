"""Downloads of what is attached to the account's records."""

from litestar import get
from litestar.params import FromPath
from litestar.response import Stream

from portal.domain.common.permissions import Permission
from portal.domain.quotes.request_files import file_of_request
from portal.web.arguments import AViewer
from portal.web.guards import OWN_UNITS, requires
from portal.web.uploads import download

_READS = [requires(Permission.READ_OWN_QUOTES)]


@get("/files/{public_id:str}", guards=_READS, opt=OWN_UNITS)
async def show(public_id: FromPath[str], viewer: AViewer) -> Stream:
    """One file of a record of this account, to be kept; no connection is held while it goes out."""
    async with viewer.unit():
        file = await file_of_request(public_id, by=viewer.actor)
    return await download(file)


ROUTES = [show]
