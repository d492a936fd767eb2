"""Papers of an order for the customer: its confirmation, and the notes of its deliveries."""

from functools import partial

from litestar import Response, get
from litestar.params import FromPath
from litestar.response import Stream

from portal.customer.orders.record import FILES, PATH
from portal.domain.common.permissions import Permission
from portal.domain.orders.order_files import file_of_order
from portal.domain.orders.paper_facts import confirmation_facts, delivery_note_facts
from portal.rendering.order_papers import confirmation_pdf, delivery_note_pdf
from portal.web.arguments import AViewer, TheSettings
from portal.web.guards import OWN_UNITS, requires
from portal.web.papers import paper
from portal.web.uploads import download

_READS = [requires(Permission.READ_OWN_ORDERS)]
_PAPERS = f"{PATH}/{{order_reference:str}}/papers"


@get(f"{_PAPERS}/confirmation", guards=_READS, opt=OWN_UNITS)
async def show_confirmation(
    order_reference: FromPath[str], viewer: AViewer, settings: TheSettings
) -> Response[bytes]:
    """The order confirmation in the reader's language, once the order is confirmed (rule O1)."""
    async with viewer.unit():
        facts = await confirmation_facts(order_reference, by=viewer.actor)
    render = partial(
        confirmation_pdf,
        facts,
        settings.supplier_name,
        settings.base_url,
        viewer.reader.locale,
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
    """The delivery note of what has left the house, in the reader's language (rule O16)."""
    async with viewer.unit():
        facts = await delivery_note_facts(order_reference, shipment_reference, by=viewer.actor)
    render = partial(
        delivery_note_pdf,
        facts,
        settings.supplier_name,
        settings.base_url,
        viewer.reader.locale,
    )
    return await paper(f"{shipment_reference}.pdf", render)


@get(f"{FILES}/{{public_id:str}}", guards=_READS, opt=OWN_UNITS)
async def show_file(public_id: FromPath[str], viewer: AViewer) -> Stream:
    """A file of an order, a message or a signed delivery note of this account (rule O16)."""
    async with viewer.unit():
        file = await file_of_order(public_id, by=viewer.actor)
    return await download(file)


ROUTES = [show_confirmation, show_delivery_note, show_file]
