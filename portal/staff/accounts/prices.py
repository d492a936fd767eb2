"""Prices agreed with an account, beside the stock that is held for it (rule O5)."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from litestar import Request, Response, get, post
from litestar.params import FromPath
from pydantic import Field, StringConstraints

from portal.domain.accounts.tables import Account
from portal.domain.catalogue import prices
from portal.domain.catalogue.items import by_sku, item_of
from portal.domain.catalogue.prices import Term
from portal.domain.catalogue.safety_stock import held_for
from portal.domain.catalogue.tables import AccountPrice, Item
from portal.domain.common.errors import Conflict, FieldError, NotFound
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.staff.accounts.contact_page import version_sent
from portal.staff.accounts.reading import HOME, file_to_change, path_of, read_file, record_id
from portal.staff.two_versions import TWO_VERSIONS, Theirs, theirs
from portal.web.arguments import AnAnswer, AViewer
from portal.web.forms import Day, Form, FormModel, Number, Whole
from portal.web.guards import requires
from portal.web.once import led_to, remember
from portal.web.viewer import Viewer

_READ = [requires(Permission.READ_ACCOUNTS)]
_EDIT = [requires(Permission.EDIT_CATALOGUE)]
_PAGE = f"{HOME}/{{code:str}}/prices"
_ONE = f"{_PAGE}/{{price_id:int}}"

LABELS = {
    "unit_price": N_("Unit price"),
    "valid_from": N_("First day"),
    "valid_until": N_("Last day"),
}

Sku = Annotated[str, StringConstraints(max_length=40, to_upper=True)]


class PriceFields(FormModel):
    item: Sku = ""
    unit_price: Annotated[Number, Field(ge=0, lt=Decimal(10) ** 10, decimal_places=4)]
    valid_from: Day
    valid_until: Day | None = None
    version: Whole = 0

    @property
    def term(self) -> Term:
        return Term(
            unit_price=self.unit_price, valid_from=self.valid_from, valid_until=self.valid_until
        )


def _form_of(price: AccountPrice) -> Form:
    return Form.showing(
        unit_price=price.unit_price,
        valid_from=price.valid_from,
        valid_until=price.valid_until,
        version=price.version,
    )


@get(_PAGE, guards=_READ)
async def show(code: FromPath[str], viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """Every price agreed with the account and what we hold for it."""
    account = await read_file(code, viewer, "/prices")
    locale = viewer.reader.locale
    return answer.page(
        "staff/accounts/prices.html",
        title=N_("Prices and stock for %(name)s"),
        words={"name": account.name},
        section="accounts",
        account=account,
        prices=await prices.agreed_with(account.id),
        held=await held_for(account.id, locale=locale, reader=viewer.actor),
        today=_today(account, viewer),
    )


@get(f"{_PAGE}/new", guards=_EDIT)
async def new(
    code: FromPath[str], request: Request[Any, Any, Any], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """The form of a new price."""
    account = await read_file(code, viewer, "/prices/new")
    item = request.query_params.get("item", "")[:40]
    form = Form.showing(item=item, valid_from=_today(account, viewer))
    return _form_page(answer, account, form)


@post(_PAGE, guards=_EDIT)
async def create(
    code: FromPath[str], request: Request[Any, Any, Any], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Agree the price."""
    account = await file_to_change(code, viewer)
    form = await Form.sent(request)
    if path := await led_to(form, viewer):
        return answer.see_other(path)
    given = form.read(PriceFields)
    if given is None:
        return _form_page(answer, account, form)
    try:
        item = await item_named(given.item)
        await prices.add_price(account, item, given.term, by=viewer.actor)
    except FieldError as error:
        form.refuse_by(error)
        return _form_page(answer, account, form)
    await remember(form, viewer, path_of(code, "/prices"))
    return answer.see_other(
        path_of(code, "/prices"), toast=N_("The price of %(sku)s is agreed."), sku=item.sku
    )


@get(_ONE, guards=_EDIT)
async def edit_page(
    code: FromPath[str], price_id: FromPath[int], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """The form filled with what is agreed."""
    account = await read_file(code, viewer, f"/prices/{price_id}")
    price = await prices.price_of(account.id, record_id(price_id))
    item = await item_of(price.item_id)
    return _form_page(answer, account, _form_of(price), price=price, item=item)


@post(_ONE, guards=_EDIT)
async def save(
    code: FromPath[str],
    price_id: FromPath[int],
    request: Request[Any, Any, Any],
    viewer: AViewer,
    answer: AnAnswer,
) -> Response[str]:
    """Save what was changed."""
    account, price, item = await _found(code, price_id, viewer)
    form = await Form.sent(request)
    given = form.read(PriceFields)
    if given is None:
        return _form_page(answer, account, form, price=price, item=item)
    try:
        await prices.edit_price(
            account, price, given.term, by=viewer.actor, expected_version=given.version
        )
    except FieldError as error:
        form.refuse_by(error)
        return _form_page(answer, account, form, price=price, item=item)
    except Conflict:
        other = await theirs("account", account.id, typed=form, now=_form_of(price), labels=LABELS)
        return _form_page(answer, account, form, price=price, item=item, other=other)
    return answer.see_other(path_of(code, "/prices"), toast=N_("Saved."))


@get(f"{_ONE}/remove", guards=_EDIT)
async def confirm_remove(
    code: FromPath[str], price_id: FromPath[int], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """What removing will do."""
    account = await read_file(code, viewer, f"/prices/{price_id}/remove")
    price = await prices.price_of(account.id, record_id(price_id))
    return answer.page(
        "staff/accounts/remove_price.html",
        title=N_("Remove the price"),
        section="accounts",
        account=account,
        price=price,
        item=await item_of(price.item_id),
    )


@post(f"{_ONE}/remove", guards=_EDIT)
async def remove(
    code: FromPath[str],
    price_id: FromPath[int],
    request: Request[Any, Any, Any],
    viewer: AViewer,
    answer: AnAnswer,
) -> Response[str]:
    """Take the price back."""
    account, price, item = await _found(code, price_id, viewer)
    version = await version_sent(request)
    await prices.remove_price(account, price, by=viewer.actor, expected_version=version)
    return answer.see_other(
        path_of(code, "/prices"), toast=N_("The price of %(sku)s is removed."), sku=item.sku
    )


async def item_named(sku: str) -> Item:
    """The item that a form names by its number. Raises `FieldError` at `item`."""
    try:
        item = await by_sku(sku)
    except NotFound:
        item = None
    if item is None or item.is_archived:
        raise FieldError("item", N_("Write the number of an item that we sell."))
    return item


async def _found(code: str, price_id: int, viewer: Viewer) -> tuple[Account, AccountPrice, Item]:
    account = await file_to_change(code, viewer)
    price = await prices.price_of(account.id, record_id(price_id))
    return account, price, await item_of(price.item_id)


def _today(account: Account, viewer: Viewer) -> date:
    """The day at the account's place: prices begin and end there."""
    return viewer.now.astimezone(ZoneInfo(account.timezone)).date()


def _form_page(
    answer: AnAnswer,
    account: Account,
    form: Form,
    *,
    price: AccountPrice | None = None,
    item: Item | None = None,
    other: Theirs | None = None,
) -> Response[str]:
    return answer.page(
        "staff/accounts/price.html",
        title=TWO_VERSIONS if other else N_("Price of %(sku)s") if item else N_("New price"),
        words={"sku": item.sku} if item else None,
        section="accounts",
        form=form,
        status=409 if other else 200,
        account=account,
        price=price,
        item=item,
        labels=LABELS,
        theirs=other,
    )


ROUTES = [show, new, create, edit_page, save, confirm_remove, remove]
