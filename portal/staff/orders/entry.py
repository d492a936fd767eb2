"""An order taken by phone, entered for the customer and confirmed by their representative (O1).

What the caller could not say may stay empty: the order is kept, says what is missing, and is not
processed before it is complete.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromQuery

from portal.domain.accounts.addresses import addresses_of
from portal.domain.accounts.contacts import contacts_of
from portal.domain.accounts.details import one_line
from portal.domain.accounts.queries import FileFilter, by_code, files_visible_to
from portal.domain.accounts.tables import Account
from portal.domain.catalogue.queries import ItemFilter, ItemRow, items_for_staff, units
from portal.domain.common.errors import FieldError, FieldErrors
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.orders.intake import enter_phone_order
from portal.domain.orders.placing import PlacedOrder
from portal.domain.orders.reserving import available
from portal.domain.quotes.states import Transport
from portal.staff.choices import choices
from portal.staff.orders.entry_form import LINES, PAGE_ORDER, change_rows, read_facts
from portal.staff.orders.page import PATH
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AViewer, AVisit
from portal.web.forms import Form
from portal.web.guards import requires
from portal.web.viewer import Viewer

NEW = f"{PATH}/new"
_WORKS = [requires(Permission.WORK_ON_ORDERS)]
_MOST_FOUND = 12


@dataclass(frozen=True, slots=True)
class Found:
    """An item of the catalogue with how many of it this customer could have now."""

    item: ItemRow
    available: Decimal


@get(NEW, guards=_WORKS)
async def new(
    viewer: AViewer, answer: AnAnswer, account: FromQuery[str] = "", q: FromQuery[str] = ""
) -> Response[str]:
    """The form for one customer; without one, the choice of the customer."""
    return await _start(account, q, viewer, answer)


async def _start(account: str, q: str, viewer: Viewer, answer: Answer) -> Response[str]:
    if not account:
        return await _choice(q[:200], viewer, answer)
    customer = await by_code(account, viewer.actor)
    # What nobody has said is missing until it is (rule O1): nothing is chosen beforehand.
    return await _page(Form(), customer, viewer, answer)


@get(f"{NEW}/catalogue", guards=_WORKS)
async def catalogue(
    viewer: AViewer,
    visit: AVisit,
    answer: AnAnswer,
    account: FromQuery[str] = "",
    find: FromQuery[str] = "",
) -> Response[str]:
    """What the catalogue has for this customer, to be taken over as lines."""
    if not visit.is_htmx:
        return await _start(account, "", viewer, answer)
    customer = await by_code(account, viewer.actor)
    found = await _found(find[:200], customer, viewer)
    return answer.fragment("staff/orders/_found.html", found=found, find=find[:200])


@post(NEW, guards=_WORKS)
async def enter(
    request: Request[Any, Any, Any],
    viewer: AViewer,
    answer: AnAnswer,
    account: FromQuery[str] = "",
) -> Response[str]:
    """Keep the order; what is missing is said on its page."""
    customer = await by_code(account, viewer.actor)
    form = await Form.sent(request)
    form.put_rows(LINES, form.rows(LINES))
    if not change_rows(form, await _picked(form, viewer)):
        placed = await _entered(form, customer, viewer)
        if placed is not None:
            return answer.see_other(
                f"{PATH}/{placed.reference}",
                toast=N_("Order %(reference)s entered. It is not complete yet.")
                if placed.missing
                else N_("Order %(reference)s entered. The sales representative confirms it."),
                tone="warning" if placed.missing else "done",
                reference=placed.reference,
            )
    return await _page(form, customer, viewer, answer)


async def _entered(form: Form, customer: Account, viewer: Viewer) -> PlacedOrder | None:
    facts = read_facts(form)
    if facts is None:
        return None
    try:
        return await enter_phone_order(
            facts, by=viewer.actor, account_id=customer.id, form_key=form.key
        )
    except (FieldError, FieldErrors) as error:
        form.refuse_by(error)
        return None


async def _picked(form: Form, viewer: Viewer) -> dict[str, Any] | None:
    """The item whose button was pressed, where a browser has no script."""
    sku = form.value("_pick")
    if not sku:
        return None
    wanted = ItemFilter(text=sku)
    page = await items_for_staff(wanted, locale=viewer.reader.locale, limit=_MOST_FOUND)
    item = next((row for row in page.rows if row.sku == sku), None)
    return {"sku": item.sku, "description": item.name, "unit": item.unit} if item else None


async def _found(text: str, customer: Account, viewer: Viewer) -> Sequence[Found] | None:
    if not text.strip():
        return None
    page = await items_for_staff(
        ItemFilter(text=text), locale=viewer.reader.locale, limit=_MOST_FOUND
    )
    stock = await available([row.id for row in page.rows], account_id=customer.id)
    return [Found(row, stock.get(row.id, Decimal(0))) for row in page.rows]


async def _choice(text: str, viewer: Viewer, answer: Answer) -> Response[str]:
    wanted = FileFilter(text=text, mine=not text)
    return answer.page(
        "staff/orders/new_for.html",
        title=N_("Enter a phone order"),
        section="orders",
        text=text,
        accounts=(await files_visible_to(viewer.actor, wanted, limit=_MOST_FOUND)).rows,
    )


async def _page(form: Form, customer: Account, viewer: Viewer, answer: Answer) -> Response[str]:
    form.order_errors(PAGE_ORDER)
    return answer.page(
        "staff/orders/new.html",
        title=N_("Enter a phone order"),
        section="orders",
        form=form,
        customer=customer,
        contacts=[
            (each.id, " · ".join(part for part in (each.name, each.function, each.phone) if part))
            for each in await contacts_of(customer.id)
        ],
        rows=form.row_count(LINES),
        find=form.value("find"),
        found=await _found(form.value("find"), customer, viewer),
        units=units(),
        **await delivery_choices(customer.id, answer),
    )


async def delivery_choices(account_id: int, answer: Answer) -> dict[str, Any]:
    """How and where to an order can be sent."""
    return {
        "transports": choices(Transport, answer),
        "addresses": [
            (each.id, f"{each.label}: {one_line(each.address)}")
            for each in await addresses_of(account_id)
        ],
    }


ROUTES = [new, catalogue, enter]
