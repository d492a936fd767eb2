"""The stock of an item: by condition, for whom it is held and reserved, lots, movements (O19)."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from portal.domain.catalogue.items import by_sku
from portal.domain.catalogue.kinds import StockCondition
from portal.domain.catalogue.stock_view import lots, movements, stock_of_item
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.orders.reservations import reservations_of
from portal.rendering.links import with_query
from portal.staff.catalogue.lists import HOME
from portal.staff.choices import choices
from portal.web.arguments import AnAnswer, AViewer
from portal.web.forms import Form
from portal.web.guards import requires

STOCK = f"{HOME}/{{sku:str}}/stock"
_MOST_DIGITS = 18


@get(STOCK, guards=[requires(Permission.READ_STOCK)])
async def show(
    sku: FromPath[str], request: Request[Any, Any, Any], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """What there is of the item now, and every movement page by page."""
    item = await by_sku(sku)
    by = viewer.actor
    asked = request.query_params.get("condition", "")
    condition = next((each for each in StockCondition if each.value == asked), None)
    page = await movements(
        item.id,
        by=by,
        condition=condition,
        after=_place(request.query_params.get("after", "")),
        before=_place(request.query_params.get("before", "")),
    )
    path = stock_path(item.sku)
    kept = {"condition": condition.value if condition else ""}
    return answer.page(
        "staff/catalogue/stock.html",
        title=N_("Stock of %(sku)s"),
        words={"sku": item.sku},
        section="catalogue",
        item=item,
        name=item.name(viewer.reader.locale),
        stock=await stock_of_item(item.id, by=by),
        reservations=await reservations_of(item.id, by=by),
        lots=await lots(item.id),
        movements=page.rows,
        filters=Form.showing(**kept),
        conditions=choices(StockCondition, answer),
        next_url=with_query(path, **kept, after=str(page.after)) if page.after else None,
        previous_url=with_query(path, **kept, before=str(page.before)) if page.before else None,
    )


def stock_path(sku: str) -> str:
    """The address of an item's stock."""
    return f"{HOME}/{sku}/stock"


def _place(given: str) -> int | None:
    return int(given) if given.isdecimal() and len(given) <= _MOST_DIGITS else None


ROUTES = [show]
