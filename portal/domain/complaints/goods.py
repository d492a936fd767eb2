"""The goods that a complaint is about: read for pages, completed by us (rule C5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from portal.database import database_now, execute
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import NotFound, WrongState
from portal.domain.common.permissions import Permission
from portal.domain.common.search import search_terms
from portal.domain.complaints.capa_demand import demand_by_rule
from portal.domain.complaints.complaint_check import NO_ITEM, checked_line, order_lines_of
from portal.domain.complaints.complaint_facts import LineFacts
from portal.domain.complaints.finding import lines_of
from portal.domain.complaints.intake import write_lines
from portal.domain.complaints.progress import note_that, require
from portal.domain.complaints.story import ComplaintHappening
from portal.domain.complaints.tables import Complaint
from portal.domain.quotes.account_facts import account_facts
from portal.domain.quotes.field_checks import FieldChecks
from portal.domain.quotes.request_check import check_quantity, items_by_sku

# What `complained_goods` reads of `complaint c`, as JSON, by position.
GOODS_JSON = """(SELECT coalesce(json_agg(line ORDER BY line.position), '[]') FROM (
    SELECT l.id, l.position, l.item_id, coalesce(i.sku, '') AS sku, l.description, l.quantity,
        l.unit, l.batch, ol.position AS order_line
    FROM complaint_line l LEFT JOIN item i ON i.id = l.item_id
    LEFT JOIN sales_order_line ol ON ol.id = l.order_line_id
    WHERE l.complaint_id = c.id) AS line)"""


@dataclass(frozen=True, slots=True)
class ComplainedGoods:
    """Goods of a complaint; `quantity` is affected. `order_line` is a position on the order."""

    id: int
    position: int
    item_id: int | None
    sku: str
    description: str
    quantity: Decimal
    unit: str
    batch: str
    order_line: int | None


def complained_goods(row: Mapping[str, Any]) -> ComplainedGoods:
    """One of `GOODS_JSON`."""
    return ComplainedGoods(**{**row, "quantity": Decimal(row["quantity"])})


async def add_goods(
    complaint: Complaint, line: LineFacts, *, by: Actor, expected_version: int | None = None
) -> None:
    """Name goods that the complaint is about, too. Raises `FieldErrors` at `lines-<row>-…`."""
    await _lock(complaint, expected_version, by=by)
    account = await account_facts(complaint.account_id)
    checks = FieldChecks()
    known = await lines_of(complaint.id)
    checked = checked_line(
        checks,
        line,
        max((each.position for each in known), default=0) + 1,
        order_lines=await order_lines_of(complaint.order_id) if complaint.order_id else {},
        items=await items_by_sku([line.sku], locale=account.locale),
    )
    checks.done()
    await write_lines(complaint.account_id, complaint.id, [checked])
    goods = " · ".join(part for part in (checked.sku or checked.description, checked.batch) if part)
    await _changed(complaint, ComplaintHappening.LINE_ADDED, goods, by=by)


async def correct_goods(
    complaint: Complaint,
    line_id: int,
    *,
    batch: str,
    quantity: Decimal | None,
    sku: str = "",
    by: Actor,
    expected_version: int | None = None,
) -> None:
    """Put a line right: its batch, what is affected, and the item where none was named (rule C5).

    Raises `FieldErrors` at `batch`, `quantity` and `sku`, `NotFound` for a line of another one.
    """
    await _lock(complaint, expected_version, by=by)
    line = next((each for each in await lines_of(complaint.id) if each.id == line_id), None)
    if line is None:
        raise NotFound
    account = await account_facts(complaint.account_id)
    checks = FieldChecks()
    batch = checks.text("batch", batch, 60)
    check_quantity(checks, "quantity", quantity)
    items = await items_by_sku([sku], locale=account.locale)
    item = items.get(sku.strip().upper())
    if sku.strip() and item is None:
        checks.refuse("sku", NO_ITEM, sku=sku.strip())
    checks.done()
    await execute(
        "UPDATE complaint_line SET batch = $2, quantity = $3, item_id = $4 WHERE id = $1",
        line_id,
        batch,
        quantity,
        item["id"] if item and line.order_line_id is None else line.item_id,
    )
    goods = " · ".join(part for part in (line.description, batch) if part)
    await _changed(complaint, ComplaintHappening.LINE_CHANGED, goods, by=by)


async def _lock(complaint: Complaint, expected_version: int | None, *, by: Actor) -> None:
    require(by, Permission.WORK_ON_COMPLAINTS)
    await complaint.lock(expected_version=expected_version)
    if not complaint.state.is_open:
        raise WrongState(state=complaint.state.label)


async def _changed(
    complaint: Complaint, happening: ComplaintHappening, goods: str, *, by: Actor
) -> None:
    lines = await lines_of(complaint.id)
    kept = {*complaint.search_terms}
    more = search_terms(goods, *(each.batch for each in lines))
    await complaint.change(updated_at=await database_now(), search_terms=sorted(kept | {*more}))
    await note_that(
        complaint, happening, by=by, visible_to=Audience.INTERNAL, after={"goods": goods}
    )
    await demand_by_rule(complaint, by=by)  # rule C9: repeated about the same item
