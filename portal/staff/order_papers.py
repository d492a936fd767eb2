"""Papers of an order for staff: confirmation 订单确认, delivery note 销货单, pick list 拣货单.

What the customer gets is in the account's language, what the warehouse works with in the reader's.
"""

from functools import partial

from litestar import Response, get
from litestar.params import FromPath

from portal.domain.common.permissions import Permission
from portal.domain.orders.paper_facts import (
    confirmation_facts,
    delivery_note_facts,
    pick_list_facts,
)
from portal.rendering.order_papers import confirmation_pdf, delivery_note_pdf, pick_list_pdf
from portal.web.arguments import AViewer, TheSettings
from portal.web.guards import OWN_UNITS, requires
from portal.web.papers import paper

_READS = [requires(Permission.READ_ORDERS)]
_PAPERS = "/staff/orders/{order_reference:str}/papers"


@get(f"{_PAPERS}/confirmation", guards=[requires(Permission.READ_QUOTES)], opt=OWN_UNITS)
async def show_confirmation(
    order_reference: FromPath[str], viewer: AViewer, settings: TheSettings
) -> Response[bytes]:
    """The order confirmation as the customer gets it; the warehouse sees no prices."""
    async with viewer.unit():
        facts = await confirmation_facts(order_reference, by=viewer.actor)
    render = partial(
        confirmation_pdf,
        facts,
        settings.supplier_name,
        settings.base_url,
        facts.page.account_locale,
    )
    return await paper(f"{order_reference}.pdf", render)


@get(
    f"{_PAPERS}/delivery-notes/{{shipment_reference:str}}",
    guards=_READS,
    opt=OWN_UNITS,
)
async def show_delivery_note(
    order_reference: FromPath[str],
    shipment_reference: FromPath[str],
    viewer: AViewer,
    settings: TheSettings,
) -> Response[bytes]:
    """The delivery note that travels with the goods, to be signed (rule O16)."""
    async with viewer.unit():
        facts = await delivery_note_facts(order_reference, shipment_reference, by=viewer.actor)
    render = partial(
        delivery_note_pdf,
        facts,
        settings.supplier_name,
        settings.base_url,
        facts.paper.page.account_locale,
    )
    return await paper(f"{shipment_reference}.pdf", render)


@get(f"{_PAPERS}/pick-lists/{{shipment_reference:str}}", guards=_READS, opt=OWN_UNITS)
async def show_pick_list(
    order_reference: FromPath[str],
    shipment_reference: FromPath[str],
    viewer: AViewer,
    settings: TheSettings,
) -> Response[bytes]:
    """What to take from the shelf, in the reader's language."""
    async with viewer.unit():
        facts = await pick_list_facts(order_reference, shipment_reference, by=viewer.actor)
    render = partial(
        pick_list_pdf,
        facts,
        settings.supplier_name,
        settings.base_url,
        viewer.reader.locale,
    )
    return await paper(f"{shipment_reference}-picking.pdf", render)


ROUTES = [show_confirmation, show_delivery_note, show_pick_list]
