"""Stock that is held for an account which needs it (rule O5)."""

from decimal import Decimal
from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from pydantic import Field

from portal.domain.accounts.tables import Account
from portal.domain.catalogue.items import item_of
from portal.domain.catalogue.safety_stock import held_of, hold, release
from portal.domain.catalogue.stock_figures import figures_of
from portal.domain.catalogue.tables import Item, SafetyStock
from portal.domain.common.errors import Conflict, FieldError
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.staff.accounts.contact_page import version_sent
from portal.staff.accounts.prices import Sku, item_named
from portal.staff.accounts.reading import HOME, file_to_change, path_of, read_file, record_id
from portal.staff.two_versions import TWO_VERSIONS, Theirs, theirs
from portal.web.arguments import AnAnswer, AViewer
from portal.web.forms import Form, FormModel, Number, Whole
from portal.web.guards import requires
from portal.web.once import led_to, remember
from portal.web.viewer import Viewer

_EDIT = [requires(Permission.EDIT_CATALOGUE)]
_PAGE = f"{HOME}/{{code:str}}/safety-stock"
_ONE = f"{_PAGE}/{{held_id:int}}"

LABELS = {"quantity": N_("Quantity")}


class HeldFields(FormModel):
    item: Sku = ""
    quantity: Annotated[Number, Field(gt=0, lt=Decimal(10) ** 11, decimal_places=3)]
    version: Whole = 0


@get(f"{_PAGE}/new", guards=_EDIT)
async def new(
    code: FromPath[str], request: Request[Any, Any, Any], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """The form of an item to hold."""
    account = await read_file(code, viewer, "/safety-stock/new")
    item = request.query_params.get("item", "")[:40]
    return await _page(answer, account, Form.showing(item=item))


@post(_PAGE, guards=_EDIT)
async def create(
    code: FromPath[str], request: Request[Any, Any, Any], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Hold the item for the account."""
    account = await file_to_change(code, viewer)
    form = await Form.sent(request)
    if path := await led_to(form, viewer):
        return answer.see_other(path)
    given = form.read(HeldFields)
    if given is None:
        return await _page(answer, account, form)
    try:
        item = await item_named(given.item)
        await hold(account, item, given.quantity, by=viewer.actor)
    except FieldError as error:
        form.refuse_by(error)
        return await _page(answer, account, form)
    await remember(form, viewer, path_of(code, "/prices"))
    return answer.see_other(
        path_of(code, "/prices"), toast=N_("%(sku)s is held for the account."), sku=item.sku
    )


@get(_ONE, guards=_EDIT)
async def edit_page(
    code: FromPath[str], held_id: FromPath[int], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """The form filled with what is held."""
    account = await read_file(code, viewer, f"/safety-stock/{held_id}")
    held = await held_of(account.id, record_id(held_id))
    item = await item_of(held.item_id)
    return await _page(answer, account, _form_of(held), held=held, item=item)


@post(_ONE, guards=_EDIT)
async def save(
    code: FromPath[str],
    held_id: FromPath[int],
    request: Request[Any, Any, Any],
    viewer: AViewer,
    answer: AnAnswer,
) -> Response[str]:
    """Hold more or less of it."""
    account, held, item = await _found(code, held_id, viewer)
    form = await Form.sent(request)
    given = form.read(HeldFields)
    if given is None:
        return await _page(answer, account, form, held=held, item=item)
    try:
        await hold(account, item, given.quantity, by=viewer.actor, expected_version=given.version)
    except FieldError as error:
        form.refuse_by(error)
        return await _page(answer, account, form, held=held, item=item)
    except Conflict:
        now = await held_of(account.id, held.id)
        other = await theirs("account", account.id, typed=form, now=_form_of(now), labels=LABELS)
        return await _page(answer, account, form, held=now, item=item, other=other)
    return answer.see_other(path_of(code, "/prices"), toast=N_("Saved."))


@post(f"{_ONE}/release", guards=_EDIT)
async def let_go(
    code: FromPath[str],
    held_id: FromPath[int],
    request: Request[Any, Any, Any],
    viewer: AViewer,
    answer: AnAnswer,
) -> Response[str]:
    """Hold none of it any more."""
    account, held, item = await _found(code, held_id, viewer)
    version = await version_sent(request)
    await release(account, held, by=viewer.actor, expected_version=version)
    return answer.see_other(
        path_of(code, "/prices"),
        toast=N_("%(sku)s is not held for the account any more."),
        sku=item.sku,
    )


async def _found(code: str, held_id: int, viewer: Viewer) -> tuple[Account, SafetyStock, Item]:
    account = await file_to_change(code, viewer)
    held = await held_of(account.id, record_id(held_id))
    return account, held, await item_of(held.item_id)


def _form_of(held: SafetyStock) -> Form:
    return Form.showing(quantity=held.quantity, version=held.version)


async def _page(
    answer: AnAnswer,
    account: Account,
    form: Form,
    *,
    held: SafetyStock | None = None,
    item: Item | None = None,
    other: Theirs | None = None,
) -> Response[str]:
    return answer.page(
        "staff/accounts/safety_stock.html",
        title=TWO_VERSIONS
        if other
        else N_("Safety stock of %(sku)s")
        if item
        else N_("Hold safety stock"),
        words={"sku": item.sku} if item else None,
        section="accounts",
        form=form,
        status=409 if other else 200,
        account=account,
        held=held,
        item=item,
        stock=(await figures_of([item.id]))[item.id] if item else None,
        labels=LABELS,
        theirs=other,
    )


ROUTES = [new, create, edit_page, save, let_go]
