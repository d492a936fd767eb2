"""What the form of a request for quotation shows besides its fields."""

from typing import Any

from litestar import Response

from portal.customer.whom_to_call import people_for_urgent
from portal.domain.accounts.addresses import addresses_of
from portal.domain.accounts.details import one_line
from portal.domain.accounts.team import team_of
from portal.domain.catalogue.queries import ItemFilter, Offer, offered_to, units
from portal.domain.common.files.limits import readable_size
from portal.domain.common.words import N_
from portal.domain.quotes.outlook import outlook
from portal.domain.quotes.record_page import request_page
from portal.domain.quotes.request_facts import CheckedRequest
from portal.domain.quotes.states import Transport
from portal.domain.quotes.tables import QuoteRequest
from portal.domain.quotes.views import Line
from portal.web.answers import Answer
from portal.web.forms import Form
from portal.web.request_fields import LINES
from portal.web.uploads import LIMITS, kept_files
from portal.web.viewer import Viewer

PAGE_ORDER = (
    "title",
    LINES,
    "wanted_on",
    "transport",
    "ship_to",
    "urgency",
    "urgent_reason",
    "files",
    "remarks",
    "customer_reference",
)
MOST_FOUND = 8


async def request_form_page(
    form: Form, viewer: Viewer, answer: Answer, *, draft: QuoteRequest | None = None, find: str = ""
) -> Response[str]:
    """The form, new or of a draft; a 422 where something is refused. Reads in the caller's unit."""
    account_id = viewer.account_id
    form.order_errors(PAGE_ORDER)
    return answer.page(
        "customer/quotes/request_form.html",
        title=N_("Request for quotation"),
        section="quotes",
        form=form,
        draft=draft,
        action=f"/quotes/drafts/{draft.reference}" if draft else "/quotes/new",
        line_count=form.row_count(LINES),
        addresses=[
            (each.id, f"{each.label}: {one_line(each.address)}")
            for each in await addresses_of(account_id)
        ],
        transports=[(each.value, answer.translated(each.label)) for each in Transport],
        units=units(),
        on_call=people_for_urgent(await team_of(account_id)),
        outlook=await outlook(account_id),
        kept=await kept_files(form, viewer),
        most_files=LIMITS.max_files,
        file_size=readable_size(LIMITS.max_file_bytes),
        find=find,
        offer=await found_items(find, viewer) if find else None,
        is_page=False,
    )


async def found_items(text: str, viewer: Viewer, *, limit: int = MOST_FOUND) -> Offer:
    """The first items of the catalogue that fit `text`, with the account's own prices."""
    reader = viewer.reader
    return await offered_to(
        viewer.actor,
        ItemFilter(text=text),
        locale=reader.locale,
        on=reader.local(reader.now).date(),
        limit=limit,
    )


async def first_form(viewer: Viewer, *, sku: str = "", like: str = "") -> Form:
    """A new form: empty, with the item `sku`, or asking for what an earlier request asked for.

    Raises `NotFound` where `like` is not a request of this account.
    """
    addresses = await addresses_of(viewer.account_id)
    default = next((each.id for each in addresses if each.is_default), None)
    form = Form.showing(
        urgency="normal", transport=Transport.SUPPLIER_CHOICE.value, ship_to=default
    )
    if like:
        earlier = await request_page(like, by=viewer.actor)
        form.put("title", earlier.title)
        form.put_rows(LINES, [_row_of(line) for line in earlier.lines])
    elif sku:
        form.put_rows(LINES, [{"sku": sku[:60]}])
    return form


def _row_of(line: Line) -> dict[str, Any]:
    return {
        "sku": line.sku,
        "description": line.description,
        "quantity": line.quantity,
        "unit": line.unit,
    }


async def check_page(
    form: Form, checked: CheckedRequest, draft: QuoteRequest, viewer: Viewer, answer: Answer
) -> Response[str]:
    """What will be sent, before it is sent, and by when it would be answered."""
    promised = await outlook(viewer.account_id)
    return answer.page(
        "customer/quotes/check.html",
        title=N_("Check your request"),
        section="quotes",
        form=form,
        draft=draft,
        checked=checked,
        files=await kept_files(form, viewer),
        due_at=promised.urgent_due if checked.urgent else promised.normal_due,
        on_call=people_for_urgent(await team_of(viewer.account_id)),
    )
