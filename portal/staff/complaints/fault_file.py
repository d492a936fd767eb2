"""The fault file 障碍档案 as a list and as a workbook (rule C15)."""

from collections.abc import Iterator, Sequence
from typing import Any

from litestar import Request, Response, get

from portal.domain.catalogue.kinds import unit_label
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.complaints.fault_file import FILED_AS, MOST_ROWS, Fault, FaultFilter, faults
from portal.rendering.links import with_query
from portal.rendering.spreadsheets import XLSX, Cell, Sheet, xlsx
from portal.staff.choices import choices
from portal.staff.complaint_statistics import download
from portal.staff.complaints.page import PATH as COMPLAINTS
from portal.staff.queue_page import given, whole
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AViewer
from portal.web.forms import Form
from portal.web.guards import requires
from portal.web.viewer import Viewer

PATH = f"{COMPLAINTS}/faults"
_READS = [requires(Permission.READ_COMPLAINTS)]
_FILTERS = ("q", "filed_as", "account", "again")
_HEADS = {
    N_("Reference"): 16,
    N_("Received"): 17,
    N_("Happened on"): 12,
    N_("Customer code"): 22,
    N_("Customer"): 30,
    N_("Place"): 24,
    N_("Item no."): 16,
    N_("Item"): 34,
    N_("Batch"): 14,
    N_("Quantity"): 10,
    N_("Unit"): 8,
    N_("What it is about"): 24,
    N_("What failed"): 40,
    N_("Cause"): 14,
    N_("Final finding"): 40,
    N_("What was done"): 40,
    N_("Times before"): 10,
    N_("Last time"): 17,
    N_("Status"): 20,
}
AnyRequest = Request[Any, Any, Any]


@get(PATH, guards=_READS)
async def show(request: AnyRequest, viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """What failed, the newest first, a page at a time."""
    query = request.query_params
    kept = _kept(query)
    listing = await faults(_wanted(query, viewer), by=viewer.actor)
    after, before = listing.after, listing.before
    return answer.page(
        "staff/complaints/faults.html",
        title=N_("Fault file"),
        section="complaints",
        path=PATH,
        listing=listing,
        kept=kept,
        filters=Form.showing(**kept),
        filed_as=choices(FILED_AS, answer),
        unit_label=unit_label,
        export_url=with_query(f"{PATH}/export/faults.xlsx", **kept),
        next_url=with_query(PATH, **kept, after=after) if after else None,
        previous_url=with_query(PATH, **kept, before=before) if before else None,
    )


@get(f"{PATH}/export/faults.xlsx", guards=_READS)
async def export(request: AnyRequest, viewer: AViewer, answer: AnAnswer) -> Response[bytes]:
    """What the list shows with its filters, all pages of it, as a workbook."""
    listing = await faults(
        _wanted(_kept(request.query_params), viewer, size=MOST_ROWS), by=viewer.actor
    )
    sheet = Sheet(
        N_("Fault file"), list(_HEADS), _cells(listing.rows, answer), tuple(_HEADS.values())
    )
    return download("faults.xlsx", XLSX, xlsx([sheet], viewer.reader))


def _kept(query: Any) -> dict[str, str]:
    """What the address narrows the list to, without the place in it."""
    return given({name: str(query.get(name) or "")[:200] for name in _FILTERS})


def _wanted(query: Any, viewer: Viewer, *, size: int = 50) -> FaultFilter:
    kept = _kept(query)
    return FaultFilter(
        text=kept.get("q", ""),
        filed_as=kept.get("filed_as", ""),
        account_id=whole(kept.get("account")),
        again=bool(kept.get("again")),
        locale=viewer.reader.locale,
        after=str(query.get("after") or ""),
        before=str(query.get("before") or ""),
        size=size,
    )


def _cells(rows: Sequence[Fault], answer: Answer) -> Iterator[tuple[Cell, ...]]:
    say = answer.translated
    for each in rows:
        yield (
            each.reference,
            each.received_at,
            each.happened_on,
            each.account_code,
            each.account_name,
            each.place,
            each.sku,
            each.item,
            each.batch,
            each.quantity,
            say(unit_label(each.unit)) if each.unit else "",
            say(each.filed_as.label),
            each.title,
            say(each.cause.label) if each.cause else "",
            each.finding,
            each.done,
            each.times_before,
            each.last_at,
            say(each.status.label),
        )


ROUTES = [show, export]
