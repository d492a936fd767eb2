"""Files of orders and of delivery notes, delivered to those who may see the order."""

from litestar import get
from litestar.params import FromPath
from litestar.response import Stream

from portal.domain.common.permissions import Permission
from portal.domain.orders.order_files import file_of_order
from portal.staff.orders.page import FILES
from portal.web.arguments import AViewer
from portal.web.guards import OWN_UNITS, requires
from portal.web.uploads import download


@get(f"{FILES}/{{public_id:str}}", guards=[requires(Permission.READ_ORDERS)], opt=OWN_UNITS)
async def deliver(public_id: FromPath[str], viewer: AViewer) -> Stream:
    """A file as an attachment; no connection is held while its bytes go out."""
    async with viewer.unit():
        file = await file_of_order(public_id, by=viewer.actor)
    return await download(file)


ROUTES = [deliver]
