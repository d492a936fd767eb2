"""What came in beyond what is owed: finance gives it back and records that (rules O11, O22)."""

from litestar import Response, get

from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.orders.refunds import to_give_back
from portal.staff.finance.tabs import REFUNDS, tabs_of
from portal.web.arguments import AnAnswer, AViewer
from portal.web.guards import requires


@get(REFUNDS, guards=[requires(Permission.RECORD_PAYMENTS)])
async def waiting(viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """The orders that more was paid for than is owed, the oldest first, until it was given back."""
    return answer.page(
        "staff/finance/to_give_back.html",
        title=N_("Finance"),
        rows=await to_give_back(by=viewer.actor),
        **await tabs_of("to_give_back", viewer, answer),
    )


ROUTES = [waiting]
