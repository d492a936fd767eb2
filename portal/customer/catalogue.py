"""The catalogue as a customer finds it: own prices and safety stock (rule O5), nobody else's."""

from collections.abc import Sequence
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromQuery

from portal.customer.request_page import found_items
from portal.domain.catalogue.safety_stock import Held, held_for
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AViewer, AVisit
from portal.web.guards import requires
from portal.web.viewer import Viewer

_ASKS = [requires(Permission.REQUEST_QUOTE)]
_LONGEST_SEARCH = 100


@get("/catalogue", guards=_ASKS)
async def show(
    viewer: AViewer, visit: AVisit, answer: AnAnswer, find: FromQuery[str] = ""
) -> Response[str]:
    """What fits `find`; under htmx only the list, to be taken over into a request."""
    text = find.strip()[:_LONGEST_SEARCH]
    if not visit.is_htmx:
        return await _page(text, viewer, answer)
    offer = await found_items(text, viewer) if text else None
    return answer.fragment("customer/catalogue/_found.html", offer=offer, find=text, is_page=False)


@get("/catalogue/numbers", guards=_ASKS)
async def show_numbers(
    request: Request[Any, Any, Any], viewer: AViewer, visit: AVisit, answer: AnAnswer
) -> Response[str]:
    """Item numbers for the cell that is being typed in; the cell sends its value by its own name.

    Opened directly, the catalogue.
    """
    text = next(iter(request.query_params.values()), "").strip()[:_LONGEST_SEARCH]
    if not visit.is_htmx:
        return await _page(text, viewer, answer)
    offer = await found_items(text, viewer) if text else None
    return answer.fragment("customer/catalogue/_numbers.html", offer=offer)


async def _page(text: str, viewer: Viewer, answer: Answer) -> Response[str]:
    return answer.page(
        "customer/catalogue/index.html",
        title=N_("Catalogue"),
        section="quotes",
        find=text,
        offer=await found_items(text, viewer, limit=50),
        is_page=True,
        held=await _held(viewer) if not text else (),
    )


async def _held(viewer: Viewer) -> Sequence[Held]:
    """The safety stock of the account (rule O5); how much of it is there stays with us."""
    account_id = viewer.actor.account_id
    if account_id is None:
        return ()
    return await held_for(account_id, locale=viewer.reader.locale, reader=viewer.actor)


ROUTES = [show, show_numbers]
