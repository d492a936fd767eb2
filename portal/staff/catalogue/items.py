"""Items: created, shown, changed, archived."""

from decimal import Decimal
from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from pydantic import Field, StringConstraints, field_validator

from portal.domain.catalogue.items import (
    ItemDetails,
    archive_item,
    by_sku,
    create_item,
    edit_item,
    restore_item,
)
from portal.domain.catalogue.kinds import ItemKind, Unit
from portal.domain.catalogue.stock_figures import figures_of
from portal.domain.catalogue.tables import Item
from portal.domain.common.activity import timeline
from portal.domain.common.actor import Audience
from portal.domain.common.errors import Conflict, FieldError
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.staff.catalogue.lists import HOME
from portal.staff.choices import choices
from portal.staff.history import Words, told
from portal.staff.two_versions import TWO_VERSIONS, Theirs, theirs
from portal.web.arguments import AnAnswer, AViewer
from portal.web.forms import Form, FormModel, Number, Whole
from portal.web.guards import requires
from portal.web.once import led_to, remember

_READ = [requires(Permission.READ_CATALOGUE)]
_EDIT = [requires(Permission.EDIT_CATALOGUE)]
_ONE = f"{HOME}/{{sku:str}}"

LABELS = {
    "name_en": N_("Name in English"),
    "name_zh_hans": N_("Name in simplified Chinese"),
    "name_zh_hant": N_("Name in traditional Chinese"),
    "specification": N_("Specification"),
    "kind": N_("Kind"),
    "unit": N_("Unit"),
    "tax_rate": N_("Tax rate"),
    "list_price": N_("List price"),
    "currency": N_("Currency"),
    "lead_time_days": N_("Lead time"),
}
CHOICES = {"kind": ItemKind, "unit": Unit}
WORDS = Words(
    verbs={
        "catalogue.item_created": N_("Item created"),
        "catalogue.item_edited": N_("Item changed"),
        "catalogue.item_archived": N_("Item archived"),
        "catalogue.item_restored": N_("Item on sale again"),
    },
    labels=LABELS,
    choices=CHOICES,
)

Line = Annotated[str, StringConstraints(max_length=200)]
_HUNDRED = Decimal(100)


class ItemFields(FormModel):
    """An item as the form has it: the tax rate in per cent."""

    sku: Annotated[str, StringConstraints(max_length=40)] = ""
    kind: ItemKind
    name_en: Line
    name_zh_hans: Line
    name_zh_hant: Line
    specification: Annotated[str, StringConstraints(max_length=2000)] = ""
    unit: Unit
    tax_rate: Annotated[Number, Field(ge=0, lt=100, decimal_places=2)]
    list_price: Annotated[Number, Field(ge=0, lt=Decimal(10) ** 10, decimal_places=4)] | None = None
    currency: Annotated[str, StringConstraints(max_length=3)] = "CNY"
    lead_time_days: Annotated[Whole, Field(ge=0, le=3650)] = 0
    version: Whole = 0

    @field_validator("currency")
    @classmethod
    def in_capitals(cls, currency: str) -> str:
        return currency.upper()

    @property
    def details(self) -> ItemDetails:
        values = self.model_dump(exclude={"sku", "version"})
        return ItemDetails(**{**values, "tax_rate": self.tax_rate / _HUNDRED})


def _form_of(item: Item) -> Form:
    values = {name: getattr(item, name) for name in LABELS}
    values["tax_rate"] = item.tax_rate * _HUNDRED
    return Form.showing(**values, sku=item.sku, version=item.version)


@get(f"{HOME}/new", guards=_EDIT)
async def new(answer: AnAnswer) -> Response[str]:
    """The empty form of a new item."""
    shown = Form.showing(kind="standard", unit="pcs", tax_rate=13, currency="CNY", lead_time_days=0)
    return _form_page(answer, shown)


@post(HOME, guards=_EDIT)
async def create(
    request: Request[Any, Any, Any], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Add the item."""
    form = await Form.sent(request)
    if path := await led_to(form, viewer):
        return answer.see_other(path)
    given = form.read(ItemFields)
    if given is None:
        return _form_page(answer, form)
    try:
        item = await create_item(given.sku, given.details, by=viewer.actor)
    except FieldError as error:
        form.refuse_by(error)
        return _form_page(answer, form)
    path = f"{HOME}/{item.sku}"
    await remember(form, viewer, path)
    return answer.see_other(path, toast=N_("%(sku)s is in the catalogue."), sku=item.sku)


@get(_ONE, guards=_READ)
async def show(sku: FromPath[str], viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """The item and its history."""
    item = await by_sku(sku)
    entries = await timeline("item", item.id, visible_to=Audience.INTERNAL)
    return answer.page(
        "staff/catalogue/show.html",
        title="%(name)s",
        words={"name": item.name(viewer.reader.locale)},
        section="catalogue",
        item=item,
        name=item.name(viewer.reader.locale),
        stock=(await figures_of([item.id]))[item.id],
        labels=LABELS,
        happenings=told(entries, WORDS),
    )


@get(f"{_ONE}/edit", guards=_EDIT)
async def edit_page(sku: FromPath[str], answer: AnAnswer) -> Response[str]:
    """The form filled with what the item is."""
    item = await by_sku(sku)
    return _form_page(answer, _form_of(item), item=item)


@post(f"{_ONE}/edit", guards=_EDIT)
async def save(
    sku: FromPath[str], request: Request[Any, Any, Any], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Save what was changed."""
    item = await by_sku(sku)
    form = await Form.sent(request)
    given = form.read(ItemFields)
    if given is None:
        return _form_page(answer, form, item=item)
    try:
        await edit_item(item, given.details, by=viewer.actor, expected_version=given.version)
    except FieldError as error:
        form.refuse_by(error)
        return _form_page(answer, form, item=item)
    except Conflict:
        other = await theirs(
            "item", item.id, typed=form, now=_form_of(item), labels=LABELS, choices=CHOICES
        )
        return _form_page(answer, form, item=item, other=other)
    return answer.see_other(f"{HOME}/{item.sku}", toast=N_("Saved."))


@get(f"{_ONE}/archive", guards=_EDIT)
async def confirm_archive(sku: FromPath[str], answer: AnAnswer) -> Response[str]:
    """What archiving will do."""
    item = await by_sku(sku)
    return answer.page(
        "staff/catalogue/archive.html",
        title=N_("Take %(sku)s out of sale"),
        words={"sku": item.sku},
        section="catalogue",
        item=item,
    )


@post(f"{_ONE}/archive", guards=_EDIT)
async def archive(
    sku: FromPath[str], request: Request[Any, Any, Any], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Take the item out of sale."""
    item = await by_sku(sku)
    form = await Form.sent(request)
    given = form.value("version")
    version = int(given) if given.isdecimal() and len(given) < 10 else 0
    await archive_item(item, by=viewer.actor, expected_version=version)
    return answer.see_other(HOME, toast=N_("%(sku)s is out of sale."), sku=item.sku)


@post(f"{_ONE}/restore", guards=_EDIT)
async def restore(sku: FromPath[str], viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """Sell the item again."""
    item = await by_sku(sku)
    await restore_item(item, by=viewer.actor)
    return answer.see_other(
        f"{HOME}/{item.sku}", toast=N_("%(sku)s is on sale again."), sku=item.sku
    )


def _form_page(
    answer: AnAnswer, form: Form, *, item: Item | None = None, other: Theirs | None = None
) -> Response[str]:
    return answer.page(
        "staff/catalogue/form.html",
        title=TWO_VERSIONS if other else N_("Edit %(sku)s") if item else N_("New item"),
        words={"sku": item.sku} if item else None,
        section="catalogue",
        form=form,
        status=409 if other else 200,
        item=item,
        labels=LABELS,
        kinds=choices(ItemKind, answer),
        units=choices(Unit, answer),
        theirs=other,
    )


ROUTES = [new, create, show, edit_page, save, confirm_archive, archive, restore]
