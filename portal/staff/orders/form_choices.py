"""What the forms of an order's page choose from."""

from collections.abc import Sequence

from portal.domain.accounts.addresses import addresses_of
from portal.domain.accounts.details import one_line
from portal.domain.orders.made_to_order import lines_to_make
from portal.domain.orders.page_view import OrderLine, OrderPage
from portal.domain.orders.shipments_view import ShipmentView
from portal.staff.orders.panels import Panel


async def choices_of(
    order: OrderPage, opened: Panel | None, travelling: Sequence[ShipmentView]
) -> dict[str, list[tuple[int | str, str]]]:
    """What the open form chooses from: addresses, lines, shipments that are on their way."""
    if opened in {Panel.DELAY, Panel.LOST}:
        return {
            "travelling": [
                (each.reference, f"{each.reference} · {each.carrier}") for each in travelling
            ]
        }
    if opened is Panel.SHIP_TO:
        addresses = await addresses_of(order.record.account_id)
        return {
            "addresses": [
                (each.id, f"{each.label}: {one_line(each.address)}") for each in addresses
            ]
        }
    lines = await _lines_for(opened, order) if opened else []
    return {"lines": [(line.id, f"{line.position}. {line.description}") for line in lines]}


async def _lines_for(panel: Panel, order: OrderPage) -> list[OrderLine]:
    """The lines that the open form can be about."""
    short = [line for line in order.lines if line.missing > 0]
    if panel is Panel.AVAILABLE:
        made = await lines_to_make(order.id)
        return [
            line for line in short if not (line.production_on or (line.item_id and line.id in made))
        ]
    if panel is Panel.SAFETY:
        return [line for line in short if line.item_id is not None and not line.gift]
    if panel in {Panel.PRODUCTION, Panel.MOVE_PRODUCTION}:
        made = await lines_to_make(order.id)
        moves = panel is Panel.MOVE_PRODUCTION
        return [
            line for line in order.lines if line.id in made and (line.production_on or not moves)
        ]
    return []
