"""Items: created, changed, archived, with their history (rule A5)."""

import re
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from babel.numbers import list_currencies

from portal.database import database_now, fetch_value
from portal.domain.catalogue.kinds import ItemKind, Unit
from portal.domain.catalogue.tables import Item
from portal.domain.common.activity import record, record_change
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import FieldError, NotAllowed, NotFound
from portal.domain.common.money import UNIT_PRICE_STEP
from portal.domain.common.permissions import Permission
from portal.domain.common.search import search_terms
from portal.domain.common.words import N_

_SKU = re.compile(r"[A-Z0-9][A-Z0-9._-]{0,39}")
_TAX_STEP = Decimal("0.0001")


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDetails:
    """An item as a form gives it, all but its number.

    `list_price` is per unit without tax, None where a price is only given on request; `tax_rate`
    0.13 is 13 %; `lead_time_days` are calendar days until a new one can be shipped.
    """

    kind: ItemKind
    name_en: str
    name_zh_hans: str
    name_zh_hant: str
    unit: Unit
    tax_rate: Decimal
    specification: str = ""
    list_price: Decimal | None = None
    currency: str = "CNY"
    lead_time_days: int = 0

    def check(self) -> None:
        """Raise `FieldError` for the first thing that cannot be."""
        for field in ("name_en", "name_zh_hans", "name_zh_hant"):
            if not getattr(self, field).strip():
                raise FieldError(field, N_("Write the name in this language as well."))
        if not 0 <= self.tax_rate < 1:
            raise FieldError("tax_rate", N_("The tax rate is between 0 and 100 %%."))
        if self.list_price is not None and self.list_price < 0:
            raise FieldError("list_price", N_("A price cannot be negative."))
        if self.currency not in list_currencies():
            raise FieldError("currency", N_("Write a currency of three letters, e.g. CNY."))
        if self.lead_time_days < 0:
            raise FieldError("lead_time_days", N_("The lead time cannot be negative."))

    def columns(self, sku: str) -> dict[str, Any]:
        """The values as the table keeps them, with the search terms they make."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        for name, value in values.items():
            if isinstance(value, str):
                values[name] = str(value.strip())
        values["kind"], values["unit"] = self.kind.value, self.unit.value
        values["tax_rate"] = self.tax_rate.quantize(_TAX_STEP)
        if self.list_price is not None:
            values["list_price"] = self.list_price.quantize(UNIT_PRICE_STEP)
        values["search_terms"] = search_terms(
            sku, self.name_en, self.name_zh_hans, self.name_zh_hant, self.specification
        )
        return values


async def create_item(sku: str, details: ItemDetails, *, by: Actor) -> Item:
    """Add an item under its number. Raises `NotAllowed`, `FieldError`."""
    _check_may_edit(by)
    sku = sku.strip().upper()
    if not _SKU.fullmatch(sku):
        raise FieldError(
            "sku", N_("Write the item number in Latin letters, digits and the signs . _ -.")
        )
    details.check()
    await fetch_value("SELECT pg_advisory_xact_lock(hashtextextended('item ' || $1, 0))", sku)
    if await Item.exists().where(Item.sku == sku):
        raise FieldError("sku", N_("There is already an item of this number."))
    item = Item(sku=sku, **details.columns(sku))
    await item.save()
    await record(
        item.subject,
        "catalogue.item_created",
        by=by,
        visible_to=Audience.INTERNAL,
        after={"sku": sku, "name_en": item.name_en, "list_price": item.list_price},
    )
    return item


async def edit_item(
    item: Item, details: ItemDetails, *, by: Actor, expected_version: int
) -> dict[str, tuple[Any, Any]]:
    """Write what differs and return it as `{name: (before, after)}`.

    Raises `Conflict` when the item has changed since `expected_version`, `NotAllowed`,
    `FieldError`.
    """
    _check_may_edit(by)
    details.check()
    await item.lock(expected_version=expected_version)
    changed = await item.change(**details.columns(item.sku))
    changed.pop("search_terms", None)
    await record_change(item.subject, "catalogue.item_edited", changed, by=by)
    return changed


async def archive_item(item: Item, *, by: Actor, expected_version: int) -> None:
    """Take an item out of sale: it is not found any more, records keep it.

    Raises `Conflict`, `NotAllowed`.
    """
    _check_may_edit(by)
    await item.lock(expected_version=expected_version)
    if not item.is_archived:
        await item.change(archived_at=await database_now())
        await record(item.subject, "catalogue.item_archived", by=by, visible_to=Audience.INTERNAL)


async def restore_item(item: Item, *, by: Actor) -> None:
    """Sell an archived item again. Raises `NotAllowed`."""
    _check_may_edit(by)
    await item.lock()
    if item.is_archived:
        await item.change(archived_at=None)
        await record(item.subject, "catalogue.item_restored", by=by, visible_to=Audience.INTERNAL)


async def by_sku(sku: str) -> Item:
    """The item of this number, archived or not, for staff. Raises `NotFound`."""
    item = await Item.objects().where(Item.sku == sku).first()
    if item is None:
        raise NotFound
    return item


async def item_of(item_id: int) -> Item:
    """The item of this id, for staff: for records that name it. Raises `NotFound`."""
    item = await Item.objects().where(Item.id == item_id).first()
    if item is None:
        raise NotFound
    return item


def _check_may_edit(by: Actor) -> None:
    if not by.may(Permission.EDIT_CATALOGUE):
        raise NotAllowed
